import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { newCaseCode } from '#device-daemon/services/kiosk/identifiers.ts';
import { leastGrowth } from '#test/held.ts';
import { Chance } from '#test/hostile/random.ts';
import { decodeText, Framer, longestCode, readCode, type Suffix, suffixes, triggers } from './index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const all = Object.keys(suffixes) as Suffix[];

function listen(suffix: Suffix) {
  const codes: string[] = [];
  const kept: Uint8Array[] = [];
  const count = { tooLong: 0, unfinished: 0 };
  const framer = new Framer(
    {
      code: (bytes) => {
        codes.push(Buffer.from(bytes).toString('latin1'));
        kept.push(bytes);
      },
      tooLong: () => {
        count.tooLong += 1;
      },
      unfinished: () => {
        count.unfinished += 1;
      },
    },
    suffix,
  );
  return { codes, kept, count, framer, push: (text: string) => framer.push(Buffer.from(text, 'latin1')) };
}

test('trigger commands: exact bytes of the reference', () => {
  expect(Buffer.from(triggers.honeywell.on)).toEqual(hex('16 54 0D'));
  expect(Buffer.from(triggers.honeywell.off)).toEqual(hex('16 55 0D'));
});

describe('bytes -> codes', () => {
  test.each([
    ['cr', 'AB\rCD\r', ['AB', 'CD']],
    ['crlf', 'A\rB\nC\r\nD\r\n', ['A\rB\nC', 'D']],
    ['crlf', 'A\r\r\n', ['A\r']],
    ['lf', 'A\rB\n\nC\n', ['A\rB', 'C']],
    ['tab', 'A\rB\tC\t', ['A\rB', 'C']],
    ['cr', '\r\r', []],
    ['cr', 'AB', []],
  ] as const)('%s: %j', (suffix, text, expected) => {
    const heard = listen(suffix);
    heard.push(text);
    expect(heard.codes).toEqual(expected);
  });

  test('none: a pause ends it', () => {
    const heard = listen('none');
    heard.push('A\rB');
    expect(heard.codes).toEqual([]);
    heard.framer.pause();
    heard.framer.pause();
    expect(heard.codes).toEqual(['A\rB']);
    expect(heard.count.unfinished).toBe(0);
  });

  test('a pause where the suffix should be: no code, and nothing of it in the next', () => {
    const heard = listen('cr');
    heard.push('AB');
    heard.framer.pause();
    heard.push('CD\r');
    expect(heard.codes).toEqual(['CD']);
    expect(heard.count.unfinished).toBe(1);
  });

  test.each(all)('%s: the longest code is one, one byte more is not, and the next is again', (suffix) => {
    const heard = listen(suffix);
    const end = Buffer.from(suffixes[suffix]).toString('latin1');
    const say = (text: string): void => {
      heard.push(text + end);
      if (suffix === 'none') heard.framer.pause();
    };
    say('A'.repeat(longestCode));
    for (const extra of [1, 2, 3, longestCode, longestCode + 1, 3 * longestCode]) say('A'.repeat(longestCode + extra));
    say('B');
    expect(heard.codes.map((code) => code.length)).toEqual([longestCode, 1]);
    expect(heard.count.tooLong).toBeGreaterThan(0);
  });

  test('what was scanned is zeroed', () => {
    for (const suffix of all) {
      const heard = listen(suffix);
      heard.push(`ABC${Buffer.from(suffixes[suffix]).toString('latin1')}`);
      heard.framer.pause();
      expect(heard.kept).toHaveLength(1);
      expect(heard.kept[0]?.every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('codes -> text: UTF-8 first, then GB18030', () => {
  test.each([
    ['plain', 'APPT:20270101A', 'utf8'],
    ['Chinese as UTF-8', '社会保障卡：预约', 'utf8'],
    ['Chinese as GB18030', '社会保障卡：预约', 'gb18030'],
    ['a name outside GB 2312', '朱镕', 'gb18030'],
    ['four-byte GB18030', '㐀䶵', 'gb18030'],
  ] as const)('%s', (_name, text, encoding) => {
    const bytes = encoding === 'utf8' ? Buffer.from(text) : iconv.encode(text, 'gb18030');
    expect(decodeText(bytes)?.toString('utf8')).toBe(text);
  });

  test('a byte order mark is no text', () => {
    expect(decodeText(hex('EFBBBF 41'))?.toString()).toBe('A');
  });

  test.each(['00', '41 07', '1b', '7f', 'ff', '81', 'ff 7e 81 55 f0', '81 30 81'])('%s is no text', (bytes) => {
    expect(decodeText(hex(bytes))).toBeUndefined();
  });

  test('any text comes back', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 200 })
      .filter((one) => !/\p{Cc}|\p{Cs}|\ufeff/u.test(one));
    fc.assert(
      fc.property(text, (one) => {
        expect(decodeText(Buffer.from(one))?.toString('utf8')).toBe(one);
      }),
    );
  });
});

describe('what a text is', () => {
  test('every case code that the kiosk gives out', () => {
    for (let i = 0; i < 1_000; i += 1) {
      const caseCode = newCaseCode();
      expect(readCode(Buffer.from(caseCode))).toEqual({ kind: 'caseCode', caseCode });
    }
  });

  test.each([
    ['APPT:A', 'A'],
    ['APPT:20270101a9', '20270101a9'],
    [`APPT:${'Z'.repeat(32)}`, 'Z'.repeat(32)],
  ])('%s is an appointment', (text, reference) => {
    expect(readCode(Buffer.from(text))).toEqual({ kind: 'appointment', reference });
  });

  test.each([
    '',
    '7K2M04QX',
    '7k2m-04qx',
    '7K2M-04QI',
    ' 7K2M-04QX',
    '7K2M-04QX\n',
    'APPT:',
    `APPT:${'Z'.repeat(33)}`,
    'APPT:A B',
    'appt:A',
    'APPT:社',
    'https://example.invalid/7K2M-04QX',
  ])('%j is unknown', (text) => {
    expect(readCode(Buffer.from(text))).toEqual({ kind: 'unknown' });
  });
});

describe('noise', () => {
  const total = Math.max(1_000_000, Number(process.env['KIOSK_FUZZ_BYTES'] ?? 0));

  test.each(all)('%s: codes are what an independent look finds, text is never damaged', (suffix) => {
    const chance = new Chance(0x5eed_0004);
    const size = suffix === 'cr' ? total : total / 4;
    const end = Buffer.from(suffixes[suffix]).toString('latin1');
    const heard = listen(suffix);
    const alphabet = [...hex('0d 0a 09 16 54 55 41 50 30 2d e7 a4 be c9 e7 ff 00 81')];
    for (let fed = 0; fed < size; ) {
      const long = chance.happens(0.01);
      const length = long ? chance.below(3 * longestCode) : chance.below(200);
      const how = chance.below(3);
      const data = Buffer.from(
        Array.from({ length }, () => (how === 0 ? 0x41 : how === 1 ? chance.pick(alphabet) : chance.below(256))),
      );
      heard.codes.length = 0;
      heard.framer.push(data.subarray(0, length >> 1));
      heard.framer.push(data.subarray(length >> 1));
      heard.framer.pause();
      const text = data.toString('latin1');
      const parts = end === '' ? [text] : text.split(end).slice(0, -1);
      expect(heard.codes).toEqual(parts.filter((part) => part !== '' && part.length <= longestCode));
      for (const code of heard.codes) {
        const bytes = Buffer.from(code, 'latin1');
        const decoded = decodeText(bytes);
        if (decoded === undefined) continue;
        const utf8 = decoded.toString('utf8');
        const marked = Buffer.from(`\ufeff${utf8}`);
        expect(decoded.equals(bytes) || marked.equals(bytes) || iconv.encode(utf8, 'gb18030').equals(bytes)).toBe(true);
        readCode(decoded);
      }
      fed += length;
    }
  });

  test.each(all)('%s: keeps nothing of a code that never ends', (suffix) => {
    const framer = new Framer({ code: () => undefined, tooLong: () => undefined, unfinished: () => undefined }, suffix);
    const letters = Buffer.alloc(65_536, 'A');
    const growth = leastGrowth(() => {
      for (let round = 0; round < 32; round += 1) framer.push(letters);
    });
    expect(growth).toBeLessThan(1_048_576);
  });
});
