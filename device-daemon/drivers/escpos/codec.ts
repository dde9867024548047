/**
 * ESC/POS as data (printer reference a.1 to a.5): each command is its fixed bytes and its fields. One declaration gives
 * the encoder, the decoder (the emulator's) and the type of the fields. All numbers little-endian.
 */

type Values = Record<string, number | Uint8Array>;

interface Field<Name extends string, Value> {
  readonly name: Name;
  readonly value: Value;
  /** Bytes the field takes, given the fields before it. */
  size(before: Values): number;
}

const u8 = <Name extends string>(name: Name): Field<Name, number> => ({ name, value: 0, size: () => 1 });
const u16 = <Name extends string>(name: Name): Field<Name, number> => ({ name, value: 0, size: () => 2 });
const u32 = <Name extends string>(name: Name): Field<Name, number> => ({ name, value: 0, size: () => 4 });
const bytes = <Name extends string>(name: Name, size: (before: Values) => number): Field<Name, Uint8Array> => ({
  name,
  value: new Uint8Array(),
  size,
});

const number = (values: Values, name: string): number => {
  const value = values[name];
  if (typeof value !== 'number') throw new Error(`field ${name} is no number`);
  return value;
};

interface Command<Fields extends readonly Field<string, number | Uint8Array>[]> {
  readonly prefix: readonly number[];
  readonly fields: Fields;
  readonly meaning: string;
  /** Acted upon when received, before everything that waits in the buffer. */
  readonly realTime?: true;
}

const command = <const Fields extends readonly Field<string, number | Uint8Array>[]>(
  prefix: readonly number[],
  meaning: string,
  ...fields: Fields
): Command<Fields> => ({ prefix, fields, meaning });

const realTime = <const Fields extends readonly Field<string, number | Uint8Array>[]>(
  prefix: readonly number[],
  meaning: string,
  ...fields: Fields
): Command<Fields> => ({ prefix, fields, meaning, realTime: true });

export const COMMANDS = {
  lineFeed: command([0x0a], 'print the line and feed one'),
  initialise: command([0x1b, 0x40], 'settings to default'),
  printMode: command([0x1b, 0x21], 'font, bold, size, underline in one', u8('bits')),
  size: command([0x1d, 0x21], 'high nibble width - 1, low nibble height - 1', u8('size')),
  bold: command([0x1b, 0x45], 'bold on (1) or off (0)', u8('on')),
  underline: command([0x1b, 0x2d], 'underline 0, 1 or 2 dots', u8('dots')),
  align: command([0x1b, 0x61], '0 left, 1 centre, 2 right; at the start of a line', u8('side')),
  feedLines: command([0x1b, 0x64], 'print and feed lines', u8('lines')),
  feedDots: command([0x1b, 0x4a], 'print and feed dots', u8('dots')),
  lineSpacingDefault: command([0x1b, 0x32], 'default line spacing'),
  lineSpacing: command([0x1b, 0x33], 'line spacing in dots', u8('dots')),
  international: command([0x1b, 0x52], 'international character set', u8('set')),
  codePage: command([0x1b, 0x74], 'code page of single bytes', u8('page')),
  chineseOn: command([0x1c, 0x26], 'Chinese mode on: pairs of bytes are GB characters'),
  chineseOff: command([0x1c, 0x2e], 'Chinese mode off'),
  chineseMode: command([0x1c, 0x21], 'size and underline of Chinese characters', u8('bits')),
  chineseQuadruple: command([0x1c, 0x57], 'quadruple Chinese characters on (1) or off (0)', u8('on')),
  chineseUnderline: command([0x1c, 0x2d], 'underline of Chinese characters, dots', u8('dots')),
  cutFull: command([0x1d, 0x56, 0x41], 'feed dots beyond the cutter, cut fully', u8('dots')),
  cutPartial: command([0x1d, 0x56, 0x42], 'feed dots beyond the cutter, cut but for a bridge', u8('dots')),
  cutHere: command([0x1d, 0x56], 'cut where the paper is: 0 or 48 full, 1 or 49 partial', u8('mode')),
  raster: command(
    [0x1d, 0x76, 0x30],
    'raster image; width in bytes of 8 dots, rows from the top, leftmost dot in bit 7',
    u8('mode'),
    u16('widthBytes'),
    u16('rows'),
    bytes('data', (before) => number(before, 'widthBytes') * number(before, 'rows')),
  ),
  symbol: command(
    [0x1d, 0x28, 0x6b],
    'two-dimensional code: length, then cn fn and data',
    u16('length'),
    bytes('data', (before) => number(before, 'length')),
  ),
  automaticStatus: command([0x1d, 0x61], 'automatic status back: 02 on/offline, 04 errors, 08 paper', u8('bits')),
  queuedStatus: command([0x1d, 0x72], 'paper status, answered when everything before it was printed', u8('kind')),
  realTimeStatus: realTime(
    [0x10, 0x04],
    'status now: 1 printer, 2 cause of offline, 3 cause of error, 4 paper',
    u8('kind'),
  ),
  recover: realTime([0x10, 0x05], 'recover: 1 print the line again, 2 forget everything buffered', u8('how')),
  clearBuffers: realTime(
    [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08],
    'forget everything buffered; answered 37 25 00',
  ),
  bigGraphics: command(
    [0x1d, 0x38, 0x4c],
    'graphics: length, then the function',
    u32('length'),
    bytes('data', (before) => number(before, 'length')),
  ),
} as const;

export type CommandName = keyof typeof COMMANDS;
type FieldOf<Name extends CommandName> = (typeof COMMANDS)[Name]['fields'][number];
export type CommandFields<Name extends CommandName> = {
  [F in FieldOf<Name> as F extends Field<infer N, unknown> ? N : never]: F extends Field<string, infer V> ? V : never;
};
type NoFields = Record<never, never>;

/** The bytes of one command. Throws on a field that does not fit: what to print is the program's, not the world's. */
export function encode<Name extends CommandName>(
  name: Name,
  ...[fields]: NoFields extends CommandFields<Name> ? [] : [fields: CommandFields<Name>]
): Uint8Array {
  const { prefix, fields: declared } = COMMANDS[name];
  const values: Values = { ...(fields as Values | undefined) };
  const out: number[] = [...prefix];
  for (const field of declared) {
    const value = values[field.name];
    const size = field.size(values);
    if (value instanceof Uint8Array) {
      if (value.length !== size) throw new RangeError(`${name}.${field.name} wants ${size} bytes, got ${value.length}`);
      for (const byte of value) out.push(byte);
    } else {
      if (value === undefined || !Number.isInteger(value) || value < 0 || value >= 256 ** size) {
        throw new RangeError(`${name}.${field.name} wants ${size} bytes, got ${value}`);
      }
      for (let at = 0; at < size; at++) out.push(Math.floor(value / 256 ** at) & 0xff);
    }
  }
  return Uint8Array.from(out);
}

export interface DecodedCommand {
  readonly name: CommandName;
  readonly fields: Readonly<Values>;
  /** Bytes it took. */
  readonly length: number;
}

/** Longest prefixes first, so that `1D 56 41 n` is not taken for `1D 56 m`. */
const BY_PREFIX = (Object.keys(COMMANDS) as CommandName[]).sort(
  (a, b) => COMMANDS[b].prefix.length - COMMANDS[a].prefix.length,
);

/** The command that begins at `at`; `more` when bytes are missing, undefined when no command begins there. */
export function decode(input: Uint8Array, at = 0): DecodedCommand | 'more' | undefined {
  let partial = false;
  for (const name of BY_PREFIX) {
    const { prefix, fields } = COMMANDS[name];
    const there = input.subarray(at, at + prefix.length);
    if (!there.every((byte, index) => byte === prefix[index])) continue;
    if (there.length < prefix.length) {
      partial ||= there.length > 0;
      continue;
    }
    if (partial) return 'more';
    const values: Values = {};
    let end = at + prefix.length;
    for (const field of fields) {
      const size = field.size(values);
      if (input.length < end + size) return 'more';
      const raw = input.subarray(end, end + size);
      values[field.name] =
        field.value instanceof Uint8Array ? raw : raw.reduceRight((sum, byte) => sum * 256 + byte, 0);
      end += size;
    }
    return { name, fields: values, length: end - at };
  }
  return partial ? 'more' : undefined;
}

/** One buffer of many commands and texts. */
export const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
