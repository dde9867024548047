import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Controls that no text has: all but TAB, CR, LF and the separators 1C to 1F of GS1 and ISO 15434. */
const isForeign = (byte: number): boolean =>
  byte === 0x7f || (byte < 0x1c && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * What was scanned, as UTF-8: UTF-8 if it is, else GB18030 if it is (reference d). Undefined when it is neither. A short
 * GB18030 text may by chance be UTF-8 too; nothing in the bytes tells. The caller zeroes the text.
 */
export function decodeText(bytes: Uint8Array): Buffer | undefined {
  if (bytes.some(isForeign)) return undefined;
  if (isUtf8(bytes)) {
    const marked = byteOrderMark.equals(bytes.subarray(0, byteOrderMark.length));
    return Buffer.from(marked ? bytes.subarray(byteOrderMark.length) : bytes);
  }
  const source = Buffer.from(bytes);
  // The library puts U+FFFD where bytes mean nothing; only what comes back as it was is surely that encoding.
  const text = iconv.decode(source, 'gb18030');
  const back = iconv.encode(text, 'gb18030');
  const same = !text.includes('\ufffd') && back.equals(source);
  source.fill(0);
  back.fill(0);
  return same ? Buffer.from(text, 'utf8') : undefined;
}
