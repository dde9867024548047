import { type FieldName, type ParseResult, parse } from 'mrz';
import { err, ok, type Result } from '#protocol/result.ts';
import { assemble } from './assemble.ts';
import { birthOfYymmdd, type DayNumber, expiryOfYymmdd, numberOfDay } from './calendar.ts';
import type { Day, DocumentFault, IdentityDocument } from './document.ts';
import { isExitEntryPermit, parseExitEntryPermit } from './exit-entry-permit.ts';
import { filler, isCheckPlace, isReadable, isText, latinNameOf, sexOf, withoutFillers } from './mrz-fields.ts';
import { defaultMrzSettings, type MrzDocument, type MrzFormat, type MrzSettings } from './mrz-settings.ts';
import { check731 } from './numbers.ts';

export interface MrzOptions {
  readonly today: Day;
  readonly settings?: MrzSettings;
}

const formats: ReadonlyMap<number, { readonly format: MrzFormat; readonly lines: number }> = new Map([
  [30, { format: 'TD1', lines: 3 }],
  [36, { format: 'TD2', lines: 2 }],
  [44, { format: 'TD3', lines: 2 }],
]);

/**
 * What machine-readable lines say (printer-pin-pad-mrz.md c.1, c.2). The lines are without line ends; empty ones, which some
 * readers send for lines they did not see (c.3), count for nothing. `incomplete`: good so far, lines are missing. `damaged`:
 * these cannot become a document. Wrong check digits are a refusal of the document. Leaves the caller's bytes alone.
 */
export function parseMrz(
  lines: readonly Uint8Array[],
  { today: day, settings = defaultMrzSettings }: MrzOptions,
): Result<IdentityDocument, DocumentFault | 'incomplete'> {
  const today = numberOfDay(day);
  const seen = lines
    .filter((line) => line.length > 0)
    .map((line) => Buffer.from(line.buffer, line.byteOffset, line.length));
  const width = seen[0]?.length;
  if (width === undefined) return err('incomplete');
  const form = formats.get(width);
  if (form === undefined || seen.length > form.lines) return err('damaged');
  if (!seen.every((line) => line.length === width && line.every(isReadable))) return err('damaged');
  if (seen.length < form.lines) return err('incomplete');
  if (form.format === 'TD1' && isExitEntryPermit(seen, settings)) return parseExitEntryPermit(seen, settings, today);
  const known = settings.documents.find((document) => document.format === form.format && fits(document, seen));
  return known === undefined ? err('unknownKind') : parseIcao(seen, known, today);
}

/** Document code and issuer are the first five characters of every ICAO document. */
function fits({ codes, issuer }: MrzDocument, [first]: readonly Buffer[]): boolean {
  const text = first?.toString('latin1', 0, 5) ?? '';
  const coded = codes.some((code) =>
    code.endsWith('*') ? text[0] === code[0] && /[A-Z<]/.test(text[1] ?? '') : text.startsWith(code),
  );
  return coded && (issuer === undefined || text.slice(2) === issuer.padEnd(3, '<'));
}

/**
 * The package checks and says where each field is; what is kept is taken out of the caller's bytes, so that no string of
 * it outlives the call.
 */
function parseIcao(
  lines: readonly Buffer[],
  known: MrzDocument,
  today: DayNumber,
): Result<IdentityDocument, DocumentFault> {
  const nameField = known.format === 'TD1' ? lines[2] : lines[0]?.subarray(5);
  // First of all: a digit in the name of a TD2 would make the package take it for a French card of that size.
  if (nameField === undefined || !isText(nameField)) return err('damaged');
  const read = parse(lines.map((line) => line.toString('latin1')));
  if (read.format !== known.format) return err('unknownKind');
  const at = (name: FieldName): Buffer => {
    const range = detailOf(read, name)?.ranges[0];
    return range === undefined
      ? Buffer.alloc(0)
      : (lines[range.line]?.subarray(range.start, range.end) ?? Buffer.alloc(0));
  };
  const [birth, expiry, nationality] = [at('birthDate'), at('expirationDate'), at('nationality')];
  const sound =
    [birth, expiry].every((date) => date.every(isCheckPlace)) &&
    [...checkFields, 'documentNumberCheckDigit' as const].every((name) => at(name).every(isCheckPlace)) &&
    isText(nationality) &&
    isText(at('issuingState'));
  if (!sound) return err('damaged');
  const number = numberOf(at, read);
  const latinName = latinNameOf(nameField);
  const day = birthOfYymmdd(birth, today);
  const letters = nationality.toString('latin1').replaceAll('<', '');
  const document = assemble(
    {
      kind: known.kind,
      grade: 'ocr',
      ...(latinName && { latinName }),
      number: number.text,
      sex: sexOf(at('sex')[0]),
      ...(letters !== '' && { nationality: letters }),
      birth: day,
      validUntil: expiryOfYymmdd(expiry, today),
      linesHold: number.holds && checkFields.every((name) => detailOf(read, name)?.valid ?? true),
    },
    today,
  );
  for (const bytes of [number.text, latinName, day]) bytes?.fill(0);
  return ok(document);
}

/** But that of the number, which may stand elsewhere. The personal number has one in TD3 only. */
const checkFields: readonly FieldName[] = [
  'birthDateCheckDigit',
  'expirationDateCheckDigit',
  'personalNumberCheckDigit',
  'compositeCheckDigit',
];

const detailOf = (read: ParseResult, name: FieldName) => read.details.find(({ field }) => field === name);

/**
 * A number longer than nine characters has a filler where its check digit would be, and its rest and check digit at the
 * start of the optional data (c.1). Checked here: the package takes optional data without any filler, or of fillers alone,
 * for a check digit 0. Both ways to count the filler in are in use.
 */
function numberOf(
  at: (name: FieldName) => Buffer,
  read: ParseResult,
): { readonly text: Buffer; readonly holds: boolean } {
  const start = at('documentNumber');
  const optional = read.format === 'TD1' ? at('optional1') : read.format === 'TD2' ? at('optional') : Buffer.alloc(0);
  if (at('documentNumberCheckDigit')[0] !== filler || optional.length === 0) {
    return { text: withoutFillers(start), holds: detailOf(read, 'documentNumberCheckDigit')?.valid === true };
  }
  const end = optional.indexOf(filler);
  const run = end < 0 ? optional : optional.subarray(0, end);
  const rest = run.subarray(0, -1);
  const check = run.at(-1);
  const text = Buffer.concat([start, rest]);
  const counted = Buffer.concat([start, Buffer.of(filler), rest]);
  const holds = rest.length > 0 && (check === check731(text) || check === check731(counted));
  counted.fill(0);
  return { text, holds };
}
