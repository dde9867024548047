/**
 * Documents in the form in which readers meet them. Written down from the reference a second time (id-card-reader.md 8,
 * printer-pin-pad-mrz.md c), so that the daemon's own tables are proven by something else than themselves.
 */
import { icaoCheck } from './numbers.ts';

/** What lies on the identity reader: the SAM gives these blocks away. */
export interface ChipDocument {
  readonly place: 'identityReader';
  readonly text: Uint8Array;
  readonly photo: Uint8Array;
  readonly appendedAddress?: Uint8Array;
  /** False: the SAM does not believe the chip. */
  readonly genuine: boolean;
  /** A chip that answers and cannot be read. */
  readonly readable: boolean;
  /** A chip, but no document's. */
  readonly known: boolean;
}

/** What is swiped through the passport reader. */
export interface PrintedDocument {
  readonly place: 'passportReader';
  readonly lines: readonly string[];
}

// --- chips (id-card-reader.md 8)

const photo = Buffer.alloc(1024, 'WLT of nobody ');

/** UCS-2 little-endian at byte offsets; what is not said is blank. */
export function textBlock(fields: readonly (readonly [offset: number, bytes: number, text: string])[]): Uint8Array {
  const block = Buffer.from(' '.repeat(128), 'utf16le');
  for (const [offset, bytes, text] of fields) {
    const encoded = Buffer.from(text, 'utf16le');
    if (encoded.length > bytes) throw new Error(`${encoded.length} bytes do not fit into ${bytes}`);
    encoded.copy(block, offset);
  }
  return block;
}

export interface Resident {
  readonly name: string;
  readonly sex: '1' | '2';
  readonly birth: string;
  readonly number: string;
  readonly address?: string;
  readonly from?: string;
  readonly until?: string;
}

export const address = '某省某市测试路1号';
const issuer = '测试市公安局';

export const residentBlock = (who: Resident): Uint8Array =>
  textBlock([
    [0, 30, who.name],
    [30, 2, who.sex],
    [32, 4, '01'],
    [36, 16, who.birth],
    [52, 70, who.address ?? address],
    [122, 36, who.number],
    [158, 30, issuer],
    [188, 16, who.from ?? '20200101'],
    [204, 16, who.until ?? '20400101'],
  ]);

export const permitBlock = (who: Resident, travelPermit: string): Uint8Array =>
  textBlock([
    [0, 30, who.name],
    [30, 2, who.sex],
    [36, 16, who.birth],
    [52, 70, address],
    [122, 36, who.number],
    [158, 30, issuer],
    [188, 16, '20230101'],
    [204, 16, '20400101'],
    [220, 18, travelPermit],
    [238, 4, '01'],
    [248, 2, 'J'],
  ]);

export const chip = (text: Uint8Array, more: Partial<ChipDocument> = {}): ChipDocument => ({
  place: 'identityReader',
  text,
  photo,
  genuine: true,
  readable: true,
  known: true,
  ...more,
});

// --- machine-readable lines (printer-pin-pad-mrz.md c.1, c.2)

const fill = (text: string, length: number): string => text.padEnd(length, '<');
const lettersOf = (name: string): string => name.replace(', ', '<<').replaceAll(' ', '<');

export interface Traveller {
  readonly code: string;
  readonly issuer: string;
  readonly nationality: string;
  readonly name: string;
  readonly number: string;
  /** YYMMDD */
  readonly birth: string;
  readonly sex: 'M' | 'F';
  readonly expiry: string;
}

export function td3(who: Traveller): PrintedDocument {
  const number = fill(who.number, 9);
  const optional = '<'.repeat(14);
  const parts = [number + icaoCheck(number), who.birth + icaoCheck(who.birth), who.expiry + icaoCheck(who.expiry)];
  const [first = '', second = '', third = ''] = parts;
  const last = `${optional}0`;
  const composite = icaoCheck(first + second + third + last);
  return {
    place: 'passportReader',
    lines: [
      fill(fill(who.code, 2) + who.issuer + lettersOf(who.name), 44),
      first + who.nationality + second + who.sex + third + last + composite,
    ],
  };
}

export function td1(who: Traveller): PrintedDocument {
  const number = fill(who.number, 9);
  const upper = fill(fill(who.code, 2) + who.issuer + number + icaoCheck(number), 30);
  const birth = who.birth + icaoCheck(who.birth);
  const expiry = who.expiry + icaoCheck(who.expiry);
  const optional = '<'.repeat(11);
  const composite = icaoCheck(upper.slice(5) + birth + expiry + optional);
  return {
    place: 'passportReader',
    lines: [upper, birth + who.sex + expiry + who.nationality + optional + composite, fill(lettersOf(who.name), 30)],
  };
}

/** Exit-entry permit to Hong Kong and Macao, card 2014: 3 x 30, not ICAO. */
export function exitEntryPermit(number: string, expiry: string, birth: string, name: string): PrintedDocument {
  const parts = [number, expiry, birth].map((part) => part + icaoCheck(part));
  return {
    place: 'passportReader',
    lines: [
      `CS${parts.join('<')}<${icaoCheck(parts.join(''))}`,
      fill(`<<<<<<<<<<<<${lettersOf(name)}`, 30),
      fill('M<<<<<', 30),
    ],
  };
}

export const misread = ({ place, lines }: PrintedDocument): PrintedDocument => ({
  place,
  // A 0 taken for an O would be found at once; a digit taken for its neighbour only by the check digit.
  lines: lines.map((line, index) =>
    index === 1 ? line.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) : line,
  ),
});
