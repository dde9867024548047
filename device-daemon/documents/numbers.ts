import { isDigit } from './calendar.ts';
import type { DocumentKind } from './document.ts';

/**
 * Numbers of identity documents and their check digits (id-card-reader.md 10, printer-pin-pad-mrz.md c.1). They are bytes,
 * ASCII without padding, and never become strings.
 */

// --- check digits

const weights112 = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checks112 = Buffer.from('10X98765432');

/** ISO 7064 MOD 11-2 over the first 17 digits (10.1). Throws RangeError when they are none. */
export function check112(number: Uint8Array): number {
  if (number.length < 17 || !number.subarray(0, 17).every(isDigit)) throw new RangeError('not 17 digits');
  const sum = weights112.reduce((total, weight, index) => total + weight * ((number[index] ?? 0) - 0x30), 0);
  return checks112[sum % 11] ?? 0;
}

/** `<` is 0, A is 10, Z is 35 (ICAO 9303); undefined for what stands in no machine-readable line. */
function value731(character: number): number | undefined {
  if (isDigit(character)) return character - 0x30;
  if (isLetter(character)) return character - 0x41 + 10;
  return character === 0x3c ? 0 : undefined;
}

/** Weights 7-3-1, sum mod 10, as an ASCII digit. Undefined when a character has no value. */
export function check731(characters: Uint8Array): number | undefined {
  let sum = 0;
  for (const [index, character] of characters.entries()) {
    const value = value731(character);
    if (value === undefined) return undefined;
    sum += value * ([7, 3, 1][index % 3] ?? 0);
  }
  return 0x30 + (sum % 10);
}

// --- shapes

const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

const classes: Readonly<Record<string, (byte: number) => boolean>> = {
  d: isDigit,
  l: isLetter,
  /** The second letter of an exit-entry permit is never I or O. */
  n: (byte) => isLetter(byte) && byte !== 0x49 && byte !== 0x4f,
  /** A check digit of MOD 11-2. */
  k: (byte) => isDigit(byte) || byte === 0x58,
};

/** `d` digit, `l` letter, `n` letter but I and O, `k` digit or X, `*` at the end: one or more letters, digits, inner blanks. */
function hasShape(number: Uint8Array, shape: string): boolean {
  const open = shape.endsWith('*');
  const fixed = open ? shape.slice(0, -1) : shape;
  if (open ? number.length <= fixed.length : number.length !== fixed.length) return false;
  return number.every((byte, index) => {
    const place = fixed[index];
    if (place !== undefined) return classes[place]?.(byte) ?? byte === place.charCodeAt(0);
    const inner = index > 0 && index < number.length - 1;
    return isDigit(byte) || isLetter(byte) || (inner && byte === 0x20);
  });
}

export interface NumberRule {
  readonly shapes: readonly string[];
  readonly checkHolds?: (number: Uint8Array) => boolean;
  /** Where the holder's birth stands, YYYYMMDD or YYMMDD. */
  readonly birth?: { readonly at: number; readonly length: 6 | 8 };
  /** Where the digit stands that is odd for a man, even for a woman. */
  readonly sexAt?: number;
}

const holds112 = (number: Uint8Array): boolean => number[17] === check112(number);
const holds731 = (number: Uint8Array): boolean => number.at(-1) === check731(number.subarray(0, -1));

/** 6 area, 8 birth, 3 sequence, 1 check (10.1); residence permits have the same (10.2). */
const citizen: NumberRule = {
  shapes: [`${'d'.repeat(17)}k`],
  checkHolds: holds112,
  birth: { at: 6, length: 8 },
  sexAt: 16,
};

/**
 * What the number of each kind looks like. That permits' lines give the number of this shape, and no other, is what tells
 * them from other cards of the same code (c.2).
 */
export const numberRules: Readonly<Record<DocumentKind, NumberRule>> = {
  residentId: citizen,
  residencePermit: citizen,
  /** 3 nationality, 4 place, YYMMDD, 1 sequence, 1 check (10.4). */
  permanentResident2017: { shapes: [`lll${'d'.repeat(12)}`], checkHolds: holds731, birth: { at: 7, length: 6 } },
  /** 9, 2 province, 3 nationality, birth, 3 sequence, 1 check (10.3). That its sequence tells the sex is not said. */
  permanentResident2023: { shapes: [`9${'d'.repeat(16)}k`], checkHolds: holds112, birth: { at: 6, length: 8 } },
  passport: { shapes: ['*'] },
  /** 10.5: the card; the booklet of 1999 with its issue count; since 2024 for holders who are no Chinese citizens. */
  hkMacaoPermit: { shapes: ['Hdddddddd', 'Mdddddddd', 'Hdddddddddd', 'Mdddddddddd', 'HA*', 'MA*'] },
  /** 10.5: for life; older ones with their issue count. */
  taiwanPermit: { shapes: ['dddddddd', 'dddddddddd'] },
  /** 10.5: before and after the numbers of the first shape were used up. */
  exitEntryPermit: { shapes: ['Cdddddddd', 'Cnddddddd'] },
};

export const numberHasForm = (kind: DocumentKind, number: Uint8Array): boolean =>
  numberRules[kind].shapes.some((shape) => hasShape(number, shape));

/** Of a number that has its kind's form; true where its check digit stands elsewhere. */
export const numberCheckHolds = (kind: DocumentKind, number: Uint8Array): boolean =>
  numberRules[kind].checkHolds?.(number) ?? true;

/** Of a number that has its kind's form; undefined when it does not tell. */
export function sexOfNumber(kind: DocumentKind, number: Uint8Array): 'male' | 'female' | undefined {
  const { sexAt } = numberRules[kind];
  const digit = sexAt === undefined ? undefined : number[sexAt];
  if (digit === undefined) return undefined;
  return (digit & 1) === 1 ? 'male' : 'female';
}

/** Of a number that has its kind's form: does it tell this birth (YYYYMMDD)? True when it tells none. */
export function numberTellsBirth(kind: DocumentKind, number: Uint8Array, birth: Uint8Array): boolean {
  const told = numberRules[kind].birth;
  if (told === undefined) return true;
  return Buffer.compare(number.subarray(told.at, told.at + told.length), birth.subarray(-told.length)) === 0;
}

/**
 * `otherKind`: 81, 82 and 83 are Hong Kong, Macao and Taiwan (10.2), which residence permits have and resident cards have
 * not. `unknown`: no area at all; a citizen's begins with 1 to 8 (10.3). Which areas there are in between changes with the
 * years, and retired ones stay on valid cards (10.1).
 */
export function areaOf(kind: DocumentKind, number: Uint8Array): 'ofKind' | 'unknown' | 'otherKind' {
  if (kind !== 'residentId' && kind !== 'residencePermit') return 'ofKind';
  const [first = 0, second = 0] = number;
  const beyond = first === 0x38 && second >= 0x31 && second <= 0x33;
  if (beyond !== (kind === 'residencePermit')) return 'otherKind';
  const known = beyond ? number.subarray(2, 6).every((digit) => digit === 0x30) : first >= 0x31 && first <= 0x38;
  return known ? 'ofKind' : 'unknown';
}

/** An x in the place of the check digit becomes X (10.1). In place. */
export function foldCheckDigit(number: Uint8Array): void {
  if (number.length === 18 && number[17] === 0x78) number[17] = 0x58;
}

/**
 * The 15-character number that a 2023 card replaces (10.4; single-source): nationality, province of the new number, city
 * of the link, YYMMDD of the new number, sequence of the link, check. Undefined when there was none or a part is malformed.
 */
export function formerNumber(number: Uint8Array, nationality: Uint8Array, link: Uint8Array): Buffer | undefined {
  if (link.length !== 3 || !link.every(isDigit)) return undefined;
  if (nationality.length !== 3 || !nationality.every(isLetter)) return undefined;
  if (!numberHasForm('permanentResident2023', number)) return undefined;
  const former = Buffer.alloc(15);
  former.set(nationality, 0);
  former.set(number.subarray(1, 3), 3);
  former.set(link.subarray(0, 2), 5);
  former.set(number.subarray(8, 14), 7);
  former.set(link.subarray(2), 13);
  former[14] = check731(former.subarray(0, 14)) ?? 0;
  return former;
}
