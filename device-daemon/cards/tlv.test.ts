import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildDol, parseDol } from './dol.ts';
import { encodeTlv, findTlv, parseTlv, socialRecord, type Tlv, tagBytes, walkTlv } from './tlv.ts';

const runs = { numRuns: 1_000, seed: 1126 };
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Every tag that can stand on a card: one byte, two, three; `00` is filling. */
const tag = (constructed: boolean): fc.Arbitrary<number> => {
  const flag = constructed ? 0x20 : 0x00;
  const first = fc.integer({ min: 0, max: 0xff }).map((byte) => (byte & ~0x20) | flag);
  return fc.oneof(
    first.filter((byte) => byte !== 0 && (byte & 0x1f) !== 0x1f),
    fc.tuple(first, fc.integer({ min: 0, max: 0x7f })).map(([high, low]) => ((high | 0x1f) << 8) | low),
    fc
      .tuple(first, fc.integer({ min: 0x80, max: 0xff }), fc.integer({ min: 0, max: 0x7f }))
      .map(([high, middle, low]) => (high | 0x1f) * 0x10000 + (middle << 8) + low),
  );
};

interface Plain {
  readonly tag: number;
  readonly value: Uint8Array | readonly Plain[];
}

const { list } = fc.letrec<{ list: Plain[]; item: Plain }>((tie) => ({
  list: fc.array(tie('item'), { maxLength: 4 }),
  item: fc.oneof(
    { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
    fc.record({ tag: tag(false), value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ tag: tag(true), value: tie('list') }),
  ),
}));

const encode = (items: readonly Plain[]): Buffer =>
  Buffer.concat(
    items.map((item) =>
      encodeTlv(item.tag, Array.isArray(item.value) ? encode(item.value) : (item.value as Uint8Array)),
    ),
  );

const plain = (items: readonly Tlv[]): readonly Plain[] =>
  items.map((item) => ({
    tag: item.tag,
    value: item.children === undefined ? new Uint8Array(item.value) : plain(item.children),
  }));

describe('BER-TLV', () => {
  test('what was encoded is parsed, whatever stands in what', () => {
    fc.assert(
      fc.property(list, (items) => {
        const parsed = parseTlv(encode(items));
        expect(parsed.ok && plain(parsed.value)).toEqual(items);
      }),
      runs,
    );
  });

  test('filling between objects is skipped', () => {
    const parsed = parseTlv(hex('00 00 9F36 02 0001 00 5A 01 62 00'));
    expect(parsed.ok && parsed.value.map((item) => item.tag)).toEqual([0x9f36, 0x5a]);
  });

  test('no bytes make it throw, and every value lies within them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseTlv(bytes);
        if (!parsed.ok) {
          expect(parsed.error.offset).toBeLessThanOrEqual(bytes.length);
          return;
        }
        for (const { value } of walkTlv(parsed.value)) {
          expect(value.buffer).toBe(bytes.buffer);
          expect(value.byteOffset + value.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
        }
      }),
      runs,
    );
  });

  test('the first object of a tag is found, parents before children, in the order of the bytes', () => {
    fc.assert(
      fc.property(list, (items) => {
        const parsed = parseTlv(encode(items));
        const all = parsed.ok ? [...walkTlv(parsed.value)] : [];
        for (const item of all)
          expect(parsed.ok && findTlv(parsed.value, item.tag)).toBe(all.find((other) => other.tag === item.tag));
      }),
      runs,
    );
  });

  test.each([
    ['nothing after the tag', '5A', 1],
    ['half a tag', '9F', 0],
    ['a tag of four bytes', '9F818181 00', 0],
    ['a length beyond the end', '5A 05 62', 2],
    ['half a length', '5A 82 01', 1],
    ['an endless length', '70 80 5A 01 62 0000', 1],
    ['a length of four bytes', '5A 84 00000001 62', 1],
    ['a fault inside', '70 04 5A 05 62 20', 4],
  ])('%s', (_name, text, offset) => {
    expect(parseTlv(hex(text))).toEqual({ ok: false, error: { code: 'malformed', offset } });
  });

  test('nesting has an end', () => {
    const nested = (depth: number): Buffer => (depth === 0 ? hex('5A0162') : encodeTlv(0x70, nested(depth - 1)));
    expect(parseTlv(nested(8)).ok).toBe(true);
    expect(parseTlv(nested(9)).ok).toBe(false);
    expect(parseTlv(nested(100)).ok).toBe(false);
  });

  test.each([
    [0x7f, '5A7F'],
    [0x80, '5A8180'],
    [0xff, '5A81FF'],
    [0x100, '5A820100'],
  ])('%i bytes have the shortest length', (length, head) => {
    expect(
      encodeTlv(0x5a, new Uint8Array(length))
        .toString('hex', 0, head.length / 2)
        .toUpperCase(),
    ).toBe(head);
  });

  test('tags as bytes', () => {
    expect([0x5a, 0x9f61, 0xdf8101].map((value) => tagBytes(value).toString('hex'))).toEqual(['5a', '9f61', 'df8101']);
  });
});

test('a record of the social-security application is believed only with its own tag and length', () => {
  expect(socialRecord(hex('0A 01 31'), 0x0a, 1)).toEqual(hex('31'));
  for (const text of ['0B 01 31', '0A 02 31', '0A 01', '0A 01 31 32', ''])
    expect(socialRecord(hex(text), 0x0a, 1)).toBeUndefined();
});

describe('data object lists', () => {
  const entry = fc.record({ tag: fc.oneof(tag(false), tag(true)), length: fc.integer({ min: 0, max: 0x7f }) });
  const entries = fc
    .array(entry, { maxLength: 8 })
    .filter((all) => all.reduce((sum, { length }) => sum + length, 0) <= 252);
  const bytesOf = (dol: readonly { readonly tag: number; readonly length: number }[]): Buffer =>
    Buffer.concat(dol.map(({ tag: name, length }) => Buffer.concat([tagBytes(name), Buffer.from([length])])));

  test('what was encoded is parsed, and its answer is as long as it asks', () => {
    fc.assert(
      fc.property(entries, fc.uint8Array({ maxLength: 40 }), (dol, value) => {
        expect(parseDol(bytesOf(dol))).toEqual(dol);
        const values = new Map(dol.map(({ tag: name }) => [name, value]));
        const built = buildDol(dol, values);
        expect(built).toHaveLength(dol.reduce((sum, { length }) => sum + length, 0));
      }),
      runs,
    );
  });

  test('no bytes make it throw, and none ask for more than a command can carry', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const total = parseDol(bytes)?.reduce((sum, { length }) => sum + length, 0) ?? 0;
        expect(total).toBeLessThanOrEqual(252);
      }),
      runs,
    );
  });

  test.each([
    ['a number is adjusted on the right', '9F0206', '1234', '000000001234'],
    ['and loses its left', '9F0201', '1234', '34'],
    ['other values are adjusted on the left', '9F3704', '1234', '12340000'],
    ['and lose their right', '9F3701', '1234', '12'],
    ['what the terminal does not know is zero', '9F6602', undefined, '0000'],
  ] as const)('%s', (_name, dol, value, built) => {
    const entries = parseDol(hex(dol)) ?? [];
    const values = new Map(value === undefined ? [] : [[entries[0]?.tag ?? 0, hex(value)] as const]);
    expect(buildDol(entries, values).toString('hex')).toBe(built);
  });
});
