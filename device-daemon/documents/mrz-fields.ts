import { isDigit } from './calendar.ts';
import type { IdentityDocument } from './document.ts';

/** Characters and fields that all machine-readable lines share (printer-pin-pad-mrz.md c.1). */

export const filler = 0x3c;

export const isLetter = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;

/** What stands in a line; readers write `_` and the like for what they could not read (c.3). */
export const isReadable = (byte: number): boolean => isDigit(byte) || isLetter(byte) || byte === filler;

/** A digit, or nothing; a letter there was misread. */
export const isCheckPlace = (byte: number | undefined): boolean => isDigit(byte) || byte === filler;

export const isText = (field: Uint8Array): boolean => field.every((byte) => isLetter(byte) || byte === filler);

/** `M`, `F`; a filler, and what is neither, tells nothing: no check digit covers it. */
export function sexOf(byte: number | undefined): IdentityDocument['sex'] {
  return byte === 0x4d ? 'male' : byte === 0x46 ? 'female' : 'unknown';
}

/** Fillers inside become blanks, those at the end go. A copy. */
export function withoutFillers(field: Uint8Array): Buffer {
  let end = field.length;
  while (end > 0 && field[end - 1] === filler) end -= 1;
  const text = Buffer.from(field.subarray(0, end));
  for (const [at, byte] of text.entries()) if (byte === filler) text[at] = 0x20;
  return text;
}

/**
 * `SURNAME, GIVEN NAMES` of `SURNAME<<GIVEN<NAMES<<<`; without given names the surname alone; empty when nothing but
 * fillers stands there. Undefined when it is no text. The caller zeroes it.
 */
export function latinNameOf(field: Uint8Array): Buffer | undefined {
  if (!isText(field)) return undefined;
  const name = Buffer.alloc(field.length + 1);
  let length = 0;
  let fillers = 0;
  let divided = false;
  for (const byte of field) {
    if (byte === filler) {
      fillers += 1;
      continue;
    }
    if (fillers > 0 && length > 0) {
      if (fillers > 1 && !divided) {
        divided = true;
        name[length++] = 0x2c;
      }
      name[length++] = 0x20;
    }
    fillers = 0;
    name[length++] = byte;
  }
  return name.subarray(0, length);
}
