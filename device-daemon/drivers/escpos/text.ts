import iconv from 'iconv-lite';

/**
 * Text for Chinese printers: one byte per ASCII character, two per Chinese one (cautions of the printer reference: the
 * second byte of GBK may be 40 to 7E; four-byte GB18030 is not printed). Which pairs a printer has is a setting; of GBK
 * only code page 936 is counted on: the pairs that later editions filled (FE50 and up) are missing in many ROMs.
 */
export type Repertoire = 'gb2312' | 'gbk';

/** Characters that mean the same and that every Chinese printer has. */
const SAME: Readonly<Record<string, string>> = {
  '¥': '￥',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '–': '-',
  '‑': '-',
  '−': '-',
  '•': '·',
  '‧': '·',
  '・': '·',
  '⋯': '…',
  '～': '~',
  '\t': ' ',
};

/** GB 2312 rows hold these in GBK only: small Roman numerals, vertical punctuation, letters added later. */
const GBK_ONLY_IN_GB2312_ROWS: readonly (readonly [number, number])[] = [
  [0xa2a1, 0xa2aa],
  [0xa6e0, 0xa6f5],
  [0xa8bb, 0xa8c0],
];

export const normalise = (text: string): string =>
  Array.from(text.normalize('NFC'), (character) => SAME[character] ?? character).join('');

/** The bytes of one normalised character; undefined when this printer does not have it. */
export function encodeCharacter(character: string, repertoire: Repertoire): Uint8Array | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return Uint8Array.of(code);
  if (code < 0x80 || (code >= 0xe000 && code <= 0xf8ff)) return undefined;
  const bytes = iconv.encode(character, 'cp936');
  const [first, second] = bytes;
  if (bytes.length !== 2 || first === undefined || second === undefined || first < 0x81) return undefined;
  if (repertoire === 'gbk') return bytes;
  const pair = first * 256 + second;
  const row = second >= 0xa1 && ((first >= 0xa1 && first <= 0xa9) || (first >= 0xb0 && first <= 0xf7));
  return row && !GBK_ONLY_IN_GB2312_ROWS.some(([from, to]) => pair >= from && pair <= to) ? bytes : undefined;
}

/** Cells of Font A: Chinese and every other wide character takes two. */
export const cellsOf = (character: string): number => ((character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2);
