import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChipDocumentKind, chipDocumentKinds, layoutOf, markOffset, textBlockLayouts } from './layouts.ts';
import { block, decoded, plain, sound, today, with731 } from './people.fixture.ts';
import { decodeTextBlock, encodeAppendedAddress, encodeTextBlock, type TextBlockFields } from './text-block.ts';

const runs = { numRuns: 500, seed: 1126 };

describe('what each document says', () => {
  test('resident', () => {
    expect(plain(decoded(block('residentId')))).toEqual({
      kind: 'residentId',
      grade: 'chip',
      name: '测试甲',
      number: '000000199001010018',
      sex: 'male',
      birth: '19900101',
      validFrom: '2020-01-01',
      validUntil: '2040-01-01',
      issuer: '某市公安局',
      address: '某省某市某路1号',
      warnings: ['areaNotOfKind'],
      refusals: [],
    });
  });
  test('residence permit', () => {
    expect(plain(decoded(block('residencePermit')))).toEqual({
      kind: 'residencePermit',
      grade: 'chip',
      name: '测试乙',
      number: sound.residencePermit.number,
      relatedNumber: '00000000',
      sex: 'female',
      birth: '19900101',
      validFrom: '2024-01-01',
      validUntil: '2029-01-01',
      issuer: '某市公安局',
      address: '某省某市某路2号',
      warnings: [],
      refusals: [],
    });
  });
  test('foreign permanent resident, 2017', () => {
    expect(plain(decoded(block('permanentResident2017')))).toEqual({
      kind: 'permanentResident2017',
      grade: 'chip',
      name: '测试丙',
      latinName: 'SPECIMEN, TEST ONE',
      number: sound.permanentResident2017.number,
      sex: 'male',
      nationality: 'UTO',
      birth: '19900101',
      validFrom: '2020-01-01',
      validUntil: '2030-01-01',
      warnings: [],
      refusals: [],
    });
  });
  test('foreign permanent resident, 2023, with the number that it replaces', () => {
    expect(plain(decoded(block('permanentResident2023')))).toEqual({
      kind: 'permanentResident2023',
      grade: 'chip',
      name: '测试丁',
      latinName: 'SPECIMEN, TEST TWO WITH A NAME OF FORTY-SIX CH',
      number: sound.permanentResident2023.number,
      relatedNumber: with731('UTO00009001010'),
      sex: 'female',
      nationality: 'UTO',
      birth: '19900101',
      validFrom: '2024-01-01',
      validUntil: '2034-01-01',
      warnings: [],
      refusals: [],
    });
    expect(decoded(block('permanentResident2023', { formerNumberLink: '' }))).not.toHaveProperty('relatedNumber');
  });
});

describe('bytes, by the offsets of the reference', () => {
  /** Offset and text, written down a second time from sections 8.1 to 8.4. */
  const places: { readonly [Kind in ChipDocumentKind]: readonly (readonly [number, string])[] } = {
    residentId: [
      [0, '测试甲            '],
      [30, '1'],
      [32, '01'],
      [36, '19900101'],
      [52, '某省某市某路1号 '],
      [122, '000000199001010018'],
      [158, '某市公安局          '],
      [188, '20200101'],
      [204, '20400101'],
      [220, ' '.repeat(18)],
    ],
    residencePermit: [
      [0, '测试乙 '],
      [30, '2  '],
      [36, '19900101某省'],
      [122, sound.residencePermit.number],
      [158, '某市公安局 '],
      [188, '2024010120290101'],
      [220, '00000000 01   J   '],
    ],
    permanentResident2017: [
      [0, 'SPECIMEN, TEST ONE'.padEnd(60)],
      [120, '1'],
      [122, sound.permanentResident2017.number],
      [152, 'UTO测试丙 '],
      [188, '2020010120300101'],
      [220, '19900101'],
      [236, '011500I   '],
    ],
    permanentResident2023: [
      [0, '测试丁 '],
      [30, '20119900101'],
      [52, 'SPECIMEN, TEST TWO WITH A NAME OF F'],
      [122, sound.permanentResident2023.number],
      [158, ' '.repeat(15)],
      [188, '2024010120340101'],
      [220, 'ORTY-SIX CH'],
      [242, 'UTOY000'],
    ],
  };
  test.each(chipDocumentKinds)('%s', (kind) => {
    const bytes = block(kind);
    expect(bytes).toHaveLength(256);
    for (const [offset, text] of places[kind])
      expect(bytes.toString('utf16le', offset, offset + 2 * text.length)).toBe(text);
  });

  test('no field overlaps another or the mark, none leaves the block', () => {
    for (const layout of Object.values(textBlockLayouts)) {
      const taken = new Set([markOffset, markOffset + 1]);
      for (const { parts } of Object.values(layout.fields))
        for (const { offset, length } of parts)
          for (let at = offset; at < offset + length; at += 1) {
            expect(taken.has(at) || at >= 256).toBe(false);
            taken.add(at);
          }
    }
  });

  test('what does not fit a field is a bug, told without the text', () => {
    expect(() => block('residentId', { name: '甲'.repeat(16) })).toThrow('a text of 32 bytes for a field of 30');
    expect(() => encodeTextBlock('residentId', { mother: '' } as never)).toThrow('residentId has no field mother');
  });
});

describe('kinds', () => {
  test.each(['A', 'i', 'j', 'K', '0', '\0', '\u3000'])('mark %j is unknown and nothing is parsed', (mark) => {
    const bytes = encodeTextBlock('residentId', sound.residentId, mark);
    expect(decodeTextBlock(bytes, { today })).toEqual({ ok: false, error: 'unknownKind' });
    expect(decodeTextBlock(Buffer.alloc(256, 0xff).fill(bytes.subarray(248, 250), 248, 250), { today })).toEqual({
      ok: false,
      error: 'unknownKind',
    });
  });
  test('a mark whose second byte is not zero', () => {
    const bytes = block('residencePermit');
    bytes[249] = 1;
    expect(decodeTextBlock(bytes, { today })).toEqual({ ok: false, error: 'unknownKind' });
  });
  test('a block of another length is damaged', () => {
    for (const bytes of [Buffer.alloc(0), block('residentId').subarray(1), Buffer.alloc(257, ' ', 'utf16le')])
      expect(decodeTextBlock(bytes, { today })).toEqual({ ok: false, error: 'damaged' });
  });
});

describe('texts', () => {
  test('trimmed at the end only, of blanks and zeros', () => {
    const bytes = block('residentId', { name: '  测 试' });
    expect(decoded(bytes).name?.toString()).toBe('  测 试');
    bytes.fill(0, 12, 30);
    expect(decoded(bytes).name?.toString()).toBe('  测 试');
  });
  test('a field that is full has no padding', () => {
    expect(decoded(block('residentId', { name: '甲'.repeat(15) })).name?.toString()).toBe('甲'.repeat(15));
  });
  test('rare characters: outside the first plane, and private use', () => {
    expect(decoded(block('residentId', { name: '\u{20BB7}\uE863' })).name?.toString()).toBe('\u{20BB7}\uE863');
  });
  test.each([
    ['a high surrogate alone', '\ud842'],
    ['a high surrogate before a letter', '\ud842A'],
    ['a low surrogate alone', '\udfb7A'],
    ['a control character', '甲\n乙'],
    ['a zero inside', '甲\0乙'],
    ['no character', '甲\uffff'],
  ])('%s is no text: damaged, wherever it stands', (_what, text) => {
    for (const field of ['name', 'address', 'issuer'] as const)
      expect(decodeTextBlock(block('residentId', { [field]: text }), { today })).toEqual({
        ok: false,
        error: 'damaged',
      });
  });
  test('what the kiosk has no use for is not even looked at', () => {
    expect(decoded(block('residentId', { ethnicGroup: '\ud842\ud842' })).refusals).toEqual([]);
  });
  test('a name that goes on in another field keeps the blank between the two', () => {
    const latinName = `${'A'.repeat(34)} ${'B'.repeat(11)}`;
    expect(decoded(block('permanentResident2023', { latinName })).latinName?.toString()).toBe(latinName);
  });
  test('a small x at the end of a number', () => {
    const number = '00000019000101005X';
    const birth = '19000101';
    expect(decoded(block('residentId', { number: number.toLowerCase(), birth })).number.toString()).toBe(number);
  });
  test.each([
    ['1', 'male'],
    ['2', 'female'],
    ['0', 'unknown'],
    ['9', 'unknown'],
    ['', 'unknown'],
    ['男', 'unknown'],
  ])('sex code "%s" is %s', (sex, meaning) => {
    expect(decoded(block('permanentResident2017', { sex })).sex).toBe(meaning);
  });
  test('a nationality that is no three letters is left out', () => {
    expect(decoded(block('permanentResident2017', { nationality: '12' }))).not.toHaveProperty('nationality');
  });
});

describe('the newest address', () => {
  test('wins over that of the block', () => {
    const appendedAddress = encodeAppendedAddress('某省某市新路3号');
    expect(appendedAddress).toHaveLength(70);
    expect(decoded(block('residentId'), { appendedAddress }).address?.toString()).toBe('某省某市新路3号');
  });
  test('a blank one leaves that of the block', () => {
    const appendedAddress = encodeAppendedAddress('');
    expect(decoded(block('residentId'), { appendedAddress }).address?.toString()).toBe('某省某市某路1号');
  });
  test('one of another length, or that is no text, is damaged', () => {
    for (const appendedAddress of [Buffer.alloc(69), Buffer.alloc(72), Buffer.alloc(70, 0xdc)])
      expect(decodeTextBlock(block('residentId'), { today, appendedAddress })).toEqual({ ok: false, error: 'damaged' });
  });
  test('documents without an address have none', () => {
    const appendedAddress = encodeAppendedAddress('某省');
    expect(decoded(block('permanentResident2017'), { appendedAddress })).not.toHaveProperty('address');
  });
});

test('the photo is handed on as it is, and only if it is one', () => {
  const photo = Buffer.alloc(1024, 0x57);
  const document = decoded(block('residentId'), { photo });
  expect(document.photo?.equals(photo)).toBe(true);
  expect(document.photo?.buffer).not.toBe(photo.buffer);
  expect(decoded(block('residentId'), { photo: Buffer.alloc(0) })).not.toHaveProperty('photo');
  expect(decoded(block('residentId'), { photo: Buffer.alloc(1000) })).not.toHaveProperty('photo');
});

test('wipe leaves nothing of anybody, and the caller’s bytes alone', () => {
  for (const kind of chipDocumentKinds) {
    const bytes = block(kind);
    const before = Buffer.from(bytes);
    const document = decoded(bytes, { photo: Buffer.alloc(1024, 0x57) });
    const buffers = Object.values(document).filter((value) => Buffer.isBuffer(value));
    expect(buffers.length).toBeGreaterThanOrEqual(5);
    expect(buffers.every((buffer) => buffer.some((byte) => byte !== 0))).toBe(true);
    document.wipe();
    expect(buffers.every((buffer) => buffer.every((byte) => byte === 0))).toBe(true);
    expect(bytes).toEqual(before);
  }
});

test('what was encoded is decoded, whatever stands in it', () => {
  // Without x, which is folded at the end of a number.
  const unit = fc
    .integer({ min: 0x21, max: 0xfffd })
    .filter((code) => (code < 0x7f && code !== 0x78) || (code > 0x9f && (code < 0xd800 || code > 0xdfff)));
  const text = (length: number) =>
    fc
      .array(fc.oneof(unit, fc.constant(0x20)), { maxLength: length })
      .map((units) => String.fromCharCode(...units).trimEnd());
  const names = ['name', 'latinName', 'birth', 'address', 'number', 'issuer'] as const;
  for (const kind of chipDocumentKinds) {
    const fields = Object.entries(layoutOf(kind).fields);
    const values = fc.record(
      Object.fromEntries(
        fields.map(([name, { parts }]) => [name, text(parts.reduce((sum, { length }) => sum + length / 2, 0))]),
      ),
    );
    fc.assert(
      fc.property(values, (given) => {
        const document = plain(decoded(encodeTextBlock(kind, given as TextBlockFields<typeof kind>)));
        for (const name of names) {
          const wanted = given[name];
          if (wanted !== undefined && wanted !== '') expect(document[name]).toBe(wanted);
          else expect(document[name] ?? '').toBe('');
        }
      }),
      runs,
    );
  }
});
