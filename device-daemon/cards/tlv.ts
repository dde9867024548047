import { err, ok, type Result } from '#protocol/result.ts';

/** BER-TLV as chip cards use it (ISO/IEC 7816-4, EMV book 3 annex B). Bytes from a card are hostile: nothing here throws. */
export interface Tlv {
  /** Tag bytes as a number: 0x5A, 0x9F61. */
  readonly tag: number;
  /** A view into the parsed bytes, not a copy. */
  readonly value: Uint8Array;
  /** Present for constructed tags. */
  readonly children?: readonly Tlv[];
}

export interface TlvFault {
  readonly code: 'malformed';
  /** Where in the outermost bytes. */
  readonly offset: number;
}

/** Deeper than any card goes: 6F, A5, BF0C, 61 are four. */
const maximumDepth = 8;

const isConstructed = (firstTagByte: number): boolean => (firstTagByte & 0x20) !== 0;

/** All objects of `bytes`, constructed ones with their children. `00` between objects is skipped, as EMV wants. */
export function parseTlv(bytes: Uint8Array): Result<readonly Tlv[], TlvFault> {
  return parseLevel(bytes, 0, 0);
}

function parseLevel(bytes: Uint8Array, base: number, depth: number): Result<readonly Tlv[], TlvFault> {
  const list: Tlv[] = [];
  const malformed = (offset: number): Result<never, TlvFault> => err({ code: 'malformed', offset: base + offset });
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const first = bytes[at] ?? 0;
    if (first === 0x00) {
      at += 1;
      continue;
    }
    const tag = readTag(bytes, at);
    if (tag === undefined) return malformed(start);
    at += tag.size;
    const length = readLength(bytes, at);
    if (length === undefined) return malformed(at);
    at += length.size;
    if (at + length.value > bytes.length) return malformed(at);
    const value = bytes.subarray(at, at + length.value);
    if (isConstructed(first)) {
      if (depth === maximumDepth) return malformed(at);
      const children = parseLevel(value, base + at, depth + 1);
      if (!children.ok) return children;
      list.push({ tag: tag.value, value, children: children.value });
    } else {
      list.push({ tag: tag.value, value });
    }
    at += length.value;
  }
  return ok(list);
}

interface Piece {
  readonly value: number;
  readonly size: number;
}

/** Up to three bytes. */
export function readTag(bytes: Uint8Array, at: number): Piece | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if ((first & 0x1f) !== 0x1f) return { value: first, size: 1 };
  let value = first;
  for (let size = 2; size <= 3; size++) {
    const next = bytes[at + size - 1];
    if (next === undefined) return undefined;
    value = value * 0x100 + next;
    if ((next & 0x80) === 0) return { value, size };
  }
  return undefined;
}

/** Short form, or one to three length bytes; the indefinite form does not occur on cards. */
function readLength(bytes: Uint8Array, at: number): Piece | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3) return undefined;
  let value = 0;
  for (let index = 1; index <= count; index++) {
    const next = bytes[at + index];
    if (next === undefined) return undefined;
    value = value * 0x100 + next;
  }
  return { value, size: 1 + count };
}

/** First object with that tag, depth first, in the order of the bytes. */
export function findTlv(list: readonly Tlv[], tag: number): Tlv | undefined {
  for (const item of list) {
    if (item.tag === tag) return item;
    const inside = item.children === undefined ? undefined : findTlv(item.children, tag);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Every object of every level, parents before children. */
export function* walkTlv(list: readonly Tlv[]): Generator<Tlv> {
  for (const item of list) {
    yield item;
    if (item.children !== undefined) yield* walkTlv(item.children);
  }
}

export function tagBytes(tag: number): Buffer {
  const bytes: number[] = [];
  for (let rest = tag; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest & 0xff);
  return Buffer.from(bytes);
}

/** Tag, definite length in its shortest form, value (at most 65,535 bytes). */
export function encodeTlv(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([tagBytes(tag), Buffer.from(lengthBytes), value]);
}

/**
 * One record of the social-security application: tag (1 byte), length (1 byte), value. The value only when tag and
 * length are the expected ones (social-security card reference 6, rule 2): a reply of a wrong file looks like data too.
 */
export function socialRecord(bytes: Uint8Array, tag: number, length: number): Uint8Array | undefined {
  return bytes.length === length + 2 && bytes[0] === tag && bytes[1] === length ? bytes.subarray(2) : undefined;
}
