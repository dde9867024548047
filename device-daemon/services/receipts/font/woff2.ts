import { brotliDecompressSync } from 'node:zlib';

/** A point of an outline in font units; y grows upwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

/** Closed contours of quadratic curves, as TrueType has them. */
export type Outline = readonly (readonly Point[])[];

export interface Face {
  readonly unitsPerEm: number;
  /** The outline of a character, undefined when the face does not have it or composes it of others. */
  outline(codePoint: number): Outline | undefined;
  /** Width in font units. */
  advance(codePoint: number): number;
}

const KNOWN_TAGS =
  'cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'.split(
    ' ',
  );

/** A cursor over big-endian bytes. Throws RangeError at the end: a font file of ours is whole, or a bug. */
class Reader {
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2);
  }

  i16(): number {
    this.at += 2;
    return this.#view.getInt16(this.at - 2);
  }

  u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4);
  }

  /** WOFF2 4.1: seven bits a byte, the highest first. */
  base128(): number {
    let value = 0;
    for (;;) {
      const byte = this.u8();
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  }

  /** WOFF2 4.1: 255UInt16. */
  short(): number {
    const code = this.u8();
    if (code === 253) return this.u16();
    if (code === 254) return this.u8() + 506;
    if (code === 255) return this.u8() + 253;
    return code;
  }
}

/** Reads one WOFF2 face with TrueType outlines, at its default instance. */
export function readFace(file: Uint8Array): Face {
  const tables = readTables(file);
  const table = (tag: string): Uint8Array => {
    const found = tables.get(tag);
    if (found === undefined) throw new Error(`font has no ${tag} table`);
    return found;
  };
  const unitsPerEm = new Reader(table('head'), 18).u16();
  const wideMetrics = new Reader(table('hhea'), 34).u16();
  const hmtx = table('hmtx');
  const glyphOf = readCharacterMap(table('cmap'));
  const outlines = readOutlines(table('glyf'));
  return {
    unitsPerEm,
    outline: (codePoint) => outlines[glyphOf.get(codePoint) ?? -1],
    advance: (codePoint) => {
      const glyph = glyphOf.get(codePoint) ?? 0;
      return new Reader(hmtx, Math.min(glyph, wideMetrics - 1) * 4).u16();
    },
  };
}

function readTables(file: Uint8Array): Map<string, Uint8Array> {
  const head = new Reader(file);
  if (head.u32() !== 0x774f4632) throw new Error('no WOFF2 file');
  head.at = 12;
  const count = head.u16();
  head.at = 20;
  const compressed = head.u32();
  head.at = 48;
  const directory: { tag: string; length: number }[] = [];
  for (let index = 0; index < count; index++) {
    const flags = head.u8();
    const known = KNOWN_TAGS[flags & 0x3f];
    const tag = known ?? String.fromCharCode(head.u8(), head.u8(), head.u8(), head.u8());
    const original = head.base128();
    const version = flags >> 6;
    const transformed = tag === 'glyf' || tag === 'loca' ? version !== 3 : version !== 0;
    if (tag === 'hmtx' && transformed) throw new Error('transformed hmtx is not read');
    directory.push({ tag, length: transformed ? head.base128() : original });
  }
  const data = brotliDecompressSync(file.subarray(head.at, head.at + compressed));
  const tables = new Map<string, Uint8Array>();
  let at = 0;
  for (const { tag, length } of directory) {
    tables.set(tag, data.subarray(at, at + length));
    at += length;
  }
  return tables;
}

/** Formats 4 and 12 of cmap, the two in use for Unicode. */
function readCharacterMap(cmap: Uint8Array): Map<number, number> {
  const map = new Map<number, number>();
  const top = new Reader(cmap, 2);
  const count = top.u16();
  const offsets = new Set<number>();
  for (let index = 0; index < count; index++) {
    top.at += 4;
    offsets.add(top.u32());
  }
  for (const offset of offsets) {
    const reader = new Reader(cmap, offset);
    const format = reader.u16();
    if (format === 12) {
      reader.at = offset + 12;
      const groups = reader.u32();
      for (let group = 0; group < groups; group++) {
        const [first, last, glyph] = [reader.u32(), reader.u32(), reader.u32()];
        for (let code = first; code <= last; code++) map.set(code, glyph + code - first);
      }
    } else if (format === 4) {
      const segments = new Reader(cmap, offset + 6).u16() / 2;
      for (let segment = 0; segment < segments; segment++) {
        const last = new Reader(cmap, offset + 14 + segment * 2).u16();
        const first = new Reader(cmap, offset + 16 + (segments + segment) * 2).u16();
        const delta = new Reader(cmap, offset + 16 + (2 * segments + segment) * 2).u16();
        const rangeAt = offset + 16 + (3 * segments + segment) * 2;
        const range = new Reader(cmap, rangeAt).u16();
        for (let code = first; code <= last && code < 0xffff; code++) {
          const glyph = range === 0 ? code : new Reader(cmap, rangeAt + range + (code - first) * 2).u16();
          if (glyph !== 0) map.set(code, (glyph + delta) & 0xffff);
        }
      }
    }
  }
  return map;
}

/** The transformed glyf table, WOFF2 5.1: seven streams, read side by side. */
function readOutlines(glyf: Uint8Array): (Outline | undefined)[] {
  const head = new Reader(glyf, 4);
  const glyphs = head.u16();
  head.at = 8;
  const sizes = Array.from({ length: 7 }, () => head.u32());
  let start = head.at;
  const streams = sizes.map((size) => {
    const reader = new Reader(glyf, start);
    start += size;
    return reader;
  });
  const [contours, points, flags, triplets, composites] = streams;
  if (!contours || !points || !flags || !triplets || !composites) throw new Error('unreachable: seven streams');
  return Array.from({ length: glyphs }, () => {
    const count = contours.i16();
    if (count === -1) {
      if (skipComposite(composites)) triplets.short();
      return undefined;
    }
    const lengths = Array.from({ length: count }, () => points.short());
    let x = 0;
    let y = 0;
    const outline = lengths.map((length) =>
      Array.from({ length }, () => {
        const flag = flags.u8();
        const [dx, dy] = readTriplet(flag & 0x7f, triplets);
        x += dx;
        y += dy;
        return { x, y, onCurve: flag < 0x80 };
      }),
    );
    if (count > 0) triplets.short();
    return outline;
  });
}

/** True when instructions follow. */
function skipComposite(stream: Reader): boolean {
  let instructions = false;
  for (;;) {
    const flags = stream.u16();
    stream.at += 2 + (flags & 0x0001 ? 4 : 2);
    if (flags & 0x0008) stream.at += 2;
    else if (flags & 0x0040) stream.at += 4;
    else if (flags & 0x0080) stream.at += 8;
    instructions ||= (flags & 0x0100) !== 0;
    if ((flags & 0x0020) === 0) return instructions;
  }
}

/** Table of WOFF2 5.2. */
function readTriplet(flag: number, stream: Reader): readonly [number, number] {
  const sign = (bit: number, value: number) => (bit & 1 ? value : -value);
  if (flag < 10) return [0, sign(flag, ((flag & 14) << 7) + stream.u8())];
  if (flag < 20) return [sign(flag, (((flag - 10) & 14) << 7) + stream.u8()), 0];
  if (flag < 84) {
    const high = flag - 20;
    const low = stream.u8();
    return [sign(flag, 1 + (high & 0x30) + (low >> 4)), sign(flag >> 1, 1 + ((high & 0x0c) << 2) + (low & 0x0f))];
  }
  if (flag < 120) {
    const high = flag - 84;
    const [dx, dy] = [stream.u8(), stream.u8()];
    return [sign(flag, 1 + (Math.floor(high / 12) << 8) + dx), sign(flag >> 1, 1 + (((high % 12) >> 2) << 8) + dy)];
  }
  if (flag < 124) {
    const [first, second, third] = [stream.u8(), stream.u8(), stream.u8()];
    return [sign(flag, (first << 4) + (second >> 4)), sign(flag >> 1, ((second & 0x0f) << 8) + third)];
  }
  return [sign(flag, stream.u16()), sign(flag >> 1, stream.u16())];
}
