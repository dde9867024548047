import { readTag } from './tlv.ts';

/** Data object lists: what a card wants to be told, in its order (EMV book 3, 5.4). */
export interface DolEntry {
  readonly tag: number;
  readonly length: number;
}

export type Dol = readonly DolEntry[];

/** A short command takes 255 bytes; template 83 and its length take two or three of them. */
const longestData = 252;

/** Undefined when the bytes are no list of tags and one-byte lengths, or ask for more than a command can carry. */
export function parseDol(bytes: Uint8Array): Dol | undefined {
  const list: DolEntry[] = [];
  let at = 0;
  let total = 0;
  while (at < bytes.length) {
    const tag = readTag(bytes, at);
    const length = tag === undefined ? undefined : bytes[at + tag.size];
    if (tag === undefined || length === undefined || length > 0x7f) return undefined;
    total += length;
    if (total > longestData) return undefined;
    list.push({ tag: tag.value, length });
    at += tag.size + 1;
  }
  return list;
}

/** Numeric elements (format n): adjusted on the left. All others are on the right. */
const numeric: ReadonlySet<number> = new Set([
  0x9f02, 0x9f03, 0x9f1a, 0x5f2a, 0x9a, 0x9c, 0x9f21, 0x9f35, 0x9f41, 0x5f24, 0x5f25, 0x5f28, 0x5f34,
]);

/** The values one after the other, cut or filled with zeros to the wanted lengths; unknown tags are zeros. */
export function buildDol(dol: Dol, values: ReadonlyMap<number, Uint8Array>): Buffer {
  return Buffer.concat(
    dol.map(({ tag, length }) => {
      const field = Buffer.alloc(length);
      const value = values.get(tag) ?? field;
      if (numeric.has(tag)) {
        const kept = value.subarray(Math.max(0, value.length - length));
        field.set(kept, length - kept.length);
      } else {
        field.set(value.subarray(0, length));
      }
      return field;
    }),
  );
}
