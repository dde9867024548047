import { err, ok, type Result } from '#protocol/result.ts';
import { assemble } from './assemble.ts';
import { birthOfYymmdd, type DayNumber, expiryOfYymmdd, isDigit } from './calendar.ts';
import type { DocumentFault, IdentityDocument } from './document.ts';
import { isCheckPlace, latinNameOf, sexOf } from './mrz-fields.ts';
import type { MrzSettings } from './mrz-settings.ts';
import { check731 } from './numbers.ts';

/** Line 1 of the exit-entry permit to Hong Kong and Macao (printer-pin-pad-mrz.md c.2), counted from 0. */
const line = {
  code: [0, 2],
  number: [2, 11],
  numberCheck: 11,
  expiry: [13, 19],
  expiryCheck: 19,
  birth: [21, 27],
  birthCheck: 27,
  compositeCheck: 29,
  fillers: [12, 20, 28],
  /** What the composite covers: each part with its check digit. */
  covered: [
    [2, 12],
    [13, 20],
    [21, 28],
  ],
} as const;

/**
 * The code alone does not tell: an ICAO card may have it too. There an issuer of letters and fillers follows, here a number
 * whose third character is a digit.
 */
export const isExitEntryPermit = (lines: readonly Buffer[], { exitEntryPermit }: MrzSettings): boolean =>
  exitEntryPermit.codes.includes(lines[0]?.toString('latin1', ...line.code) ?? '') && isDigit(lines[0]?.[4]);

/** Of three lines of 30 readable characters. */
export function parseExitEntryPermit(
  lines: readonly Buffer[],
  { exitEntryPermit }: MrzSettings,
  today: DayNumber,
): Result<IdentityDocument, DocumentFault> {
  const [first, ...others] = lines;
  if (first === undefined) return err('damaged');
  const slice = ([start, end]: readonly [number, number]): Buffer => first.subarray(start, end);
  const [number, expiry, birth] = [slice(line.number), slice(line.expiry), slice(line.birth)];
  const checks = [line.numberCheck, line.expiryCheck, line.birthCheck, line.compositeCheck];
  const sound =
    line.fillers.every((at) => first[at] === 0x3c) &&
    checks.every((at) => isCheckPlace(first[at])) &&
    expiry.every(isDigit) &&
    birth.every(isDigit);
  if (!sound) return err('damaged');
  const covered = Buffer.concat(line.covered.map(slice));
  const linesHold =
    first[line.numberCheck] === check731(number) &&
    first[line.expiryCheck] === check731(expiry) &&
    first[line.birthCheck] === check731(birth) &&
    first[line.compositeCheck] === check731(covered);
  const [nameLine, nameStart, nameLength] = exitEntryPermit.latinName;
  const [sexLine, sexStart] = exitEntryPermit.sex;
  const latinName = latinNameOf(others[nameLine - 1]?.subarray(nameStart, nameStart + nameLength) ?? Buffer.alloc(0));
  const day = birthOfYymmdd(birth, today);
  const document = assemble(
    {
      kind: 'exitEntryPermit',
      grade: 'ocr',
      // Where the name stands is not confirmed: what is no name is taken for none.
      ...(latinName && { latinName }),
      number,
      sex: sexOf(others[sexLine - 1]?.[sexStart]),
      birth: day,
      validUntil: expiryOfYymmdd(expiry, today),
      linesHold,
    },
    today,
  );
  for (const bytes of [covered, latinName, day]) bytes?.fill(0);
  return ok(document);
}
