import { transcode } from 'node:buffer';

const blank = 0x20;

/**
 * UTF-8 of a field in UTF-16LE, without the blanks and zeros at its end, and only there (id-card-reader.md 8). Undefined
 * when it is no text: half of a surrogate pair, a control character. Private-use characters are text: rare names have them.
 * The caller zeroes the answer.
 */
export function textOfUnits(field: Uint8Array): Buffer | undefined {
  if (field.length % 2 !== 0) return undefined;
  const unit = (at: number): number => (field[at] ?? 0) | ((field[at + 1] ?? 0) << 8);
  let end = field.length;
  while (end > 0 && (unit(end - 2) === blank || unit(end - 2) === 0)) end -= 2;
  for (let at = 0; at < end; at += 2) {
    const here = unit(at);
    if (here < blank || (here >= 0x7f && here <= 0x9f) || here >= 0xfffe) return undefined;
    if (here >= 0xdc00 && here <= 0xdfff) return undefined;
    if (here >= 0xd800 && here <= 0xdbff) {
      at += 2;
      if (unit(at) < 0xdc00 || unit(at) > 0xdfff) return undefined;
    }
  }
  return transcode(field.subarray(0, end), 'utf16le', 'utf8');
}

/** A field of that many bytes, filled with blanks. Throws RangeError when the text does not fit: a bug of the caller. */
export function unitsOfText(text: string, length: number): Buffer {
  const units = Buffer.from(text, 'utf16le');
  if (units.length > length) throw new RangeError(`a text of ${units.length} bytes for a field of ${length}`);
  return Buffer.concat([units, Buffer.alloc(length - units.length, ' ', 'utf16le')]);
}
