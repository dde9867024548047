/** Check digits and dates of the numbers on a card. A mismatch is a warning: exceptions are known (reference 6, rule 5). */

import { check112, isDigit } from '../documents/index.ts';

const bytesOf = (digits: Uint8Array): readonly number[] =>
  Array.from(digits, (byte) =>
    byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x41 && byte <= 0x5a ? byte - 55 : -1,
  );

/** GB 11643. Undefined: not of the citizen's form (foreign holders have others). */
export function citizenNumberCheck(number: Uint8Array): boolean | undefined {
  if (number.length !== 18) return undefined;
  return number.subarray(0, 17).every(isDigit) ? number[17] === check112(number) : undefined;
}

/** What a citizen's number says of its holder; undefined for numbers of another form. */
export function citizenNumberFacts(
  number: Uint8Array,
): { readonly sex: 'male' | 'female'; readonly birthDate: string } | undefined {
  if (citizenNumberCheck(number) === undefined) return undefined;
  const digits = Buffer.from(number.subarray(6, 17));
  const birthDate = isoDate(digits.toString('latin1', 0, 8));
  if (birthDate === undefined) return undefined;
  return { sex: ((digits[10] ?? 0) & 1) === 1 ? 'male' : 'female', birthDate };
}

/** GB 11714, nine characters. Some real cards fail it. */
export function socialCardNumberCheck(number: Uint8Array): boolean {
  const values = bytesOf(number);
  if (number.length !== 9 || values.some((value) => value < 0)) return false;
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const check = 11 - (weights.reduce((total, weight, index) => total + weight * (values[index] ?? 0), 0) % 11);
  return values[8] === (check === 10 ? 33 : check % 11);
}

/** Luhn, over ASCII digits. */
export function panCheck(pan: Uint8Array): boolean {
  const values = bytesOf(pan).toReversed();
  const sum = values.reduce((total, value, index) => {
    const weighted = index % 2 === 0 ? value : value * 2;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return values.every((value) => value >= 0 && value <= 9) && sum % 10 === 0;
}

/** YYYYMMDD to YYYY-MM-DD; undefined when there is no such day. */
export function isoDate(digits: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(digits);
  if (match === null) return undefined;
  const iso = `${match[1]}-${match[2]}-${match[3]}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined;
}
