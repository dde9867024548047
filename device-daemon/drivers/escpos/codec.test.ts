import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, type CommandName, decode, encode } from './codec.ts';

const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replace(/(..)(?=.)/g, '$1 ');

describe('every command has exactly the bytes of the manuals', () => {
  test.each([
    [encode('lineFeed'), '0A'],
    [encode('initialise'), '1B 40'],
    [encode('printMode', { bits: 0x38 }), '1B 21 38'],
    [encode('size', { size: 0x11 }), '1D 21 11'],
    [encode('bold', { on: 1 }), '1B 45 01'],
    [encode('underline', { dots: 2 }), '1B 2D 02'],
    [encode('align', { side: 1 }), '1B 61 01'],
    [encode('feedLines', { lines: 3 }), '1B 64 03'],
    [encode('feedDots', { dots: 24 }), '1B 4A 18'],
    [encode('lineSpacingDefault'), '1B 32'],
    [encode('lineSpacing', { dots: 0 }), '1B 33 00'],
    [encode('international', { set: 15 }), '1B 52 0F'],
    [encode('codePage', { page: 0 }), '1B 74 00'],
    [encode('chineseOn'), '1C 26'],
    [encode('chineseOff'), '1C 2E'],
    [encode('chineseMode', { bits: 0x0c }), '1C 21 0C'],
    [encode('chineseQuadruple', { on: 1 }), '1C 57 01'],
    [encode('chineseUnderline', { dots: 1 }), '1C 2D 01'],
    [encode('cutFull', { dots: 0 }), '1D 56 41 00'],
    [encode('cutPartial', { dots: 16 }), '1D 56 42 10'],
    [encode('cutHere', { mode: 1 }), '1D 56 01'],
    [
      encode('raster', { mode: 0, widthBytes: 2, rows: 1, data: Uint8Array.of(0xff, 0x01) }),
      '1D 76 30 00 02 00 01 00 FF 01',
    ],
    // a.2: for 30 bytes of data the length is 21 00.
    [
      encode('symbol', { length: 33, data: Buffer.concat([Uint8Array.of(0x31, 0x50, 0x30), Buffer.alloc(30, 0x41)]) }),
      `1D 28 6B 21 00 31 50 30${' 41'.repeat(30)}`,
    ],
    [encode('automaticStatus', { bits: 0x0e }), '1D 61 0E'],
    [encode('queuedStatus', { kind: 1 }), '1D 72 01'],
    [encode('realTimeStatus', { kind: 4 }), '10 04 04'],
    [encode('recover', { how: 2 }), '10 05 02'],
    [encode('clearBuffers'), '10 14 08 01 03 14 01 06 02 08'],
  ])('%s', (bytes, wanted) => {
    expect(hex(bytes)).toBe(wanted);
  });
});

/** Any value of every field of any command; lengths agree with their data. */
const anyCommand = fc.constantFrom(...(Object.keys(COMMANDS) as CommandName[])).chain((name) => {
  const sizes = fc.record({ rows: fc.nat(8), widthBytes: fc.nat(8), length: fc.nat(64) });
  return fc.tuple(fc.constant(name), sizes, fc.nat(255), fc.infiniteStream(fc.nat(255)));
});

test('what is encoded is decoded to the same, whatever follows', () => {
  fc.assert(
    fc.property(anyCommand, fc.uint8Array({ maxLength: 4 }), ([name, sizes, small, stream], after) => {
      const fields: Record<string, number | Uint8Array> = {};
      for (const field of COMMANDS[name].fields) {
        if (field.name in sizes) fields[field.name] = sizes[field.name as keyof typeof sizes];
        else if (field.value instanceof Uint8Array) {
          fields[field.name] = Uint8Array.from({ length: field.size(fields) }, () => Number(stream.next().value));
        } else fields[field.name] = small;
      }
      // 1D 56 41 and 42 are commands of their own.
      fc.pre(name !== 'cutHere' || (small !== 0x41 && small !== 0x42));
      const bytes = (encode as (name: CommandName, fields: object) => Uint8Array)(name, fields);
      const decoded = decode(Buffer.concat([bytes, after]));
      expect(decoded).toMatchObject({ name, length: bytes.length });
      for (const [key, value] of Object.entries(fields)) {
        const got = typeof decoded === 'object' ? decoded.fields[key] : undefined;
        expect(got instanceof Uint8Array ? hex(got) : got).toBe(value instanceof Uint8Array ? hex(value) : value);
      }
      for (let cut = 1; cut < bytes.length; cut++) {
        const part = decode(bytes.subarray(0, cut));
        // A beginning is never taken for the whole, except where the manual gives 1D 56 m and 1D 56 41 n.
        if (part !== 'more') expect(part).toMatchObject({ name: 'cutHere' });
      }
    }),
    { seed: 20, numRuns: 500 },
  );
});

test.each([
  ['raster of another length', () => encode('raster', { mode: 0, widthBytes: 2, rows: 2, data: new Uint8Array(3) })],
  ['a byte of 256', () => encode('feedDots', { dots: 256 })],
  ['half a line', () => encode('feedLines', { lines: 0.5 })],
])('%s is refused', (_, act) => {
  expect(act).toThrow(RangeError);
});
