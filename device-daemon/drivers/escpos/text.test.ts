import { describe, expect, test } from 'vitest';
import { encodeCharacter, normalise } from './text.ts';

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex').toUpperCase();

describe('Chinese characters in two bytes', () => {
  test.each([
    ['A', '41', '41'],
    ['卡', 'BFA8', 'BFA8'],
    // The second byte has no high bit: GBK only.
    ['镕', 'E946', undefined],
    ['灣', '9EB3', undefined],
    ['￥', 'A3A4', 'A3A4'],
    ['Ⅰ', 'A2F1', 'A2F1'],
    ['ⅰ', 'A2A1', undefined],
    ['·', 'A1A4', 'A1A4'],
    // In GB18030 only with four bytes; one byte in code page 936; outside the basic plane; private use.
    ['䶮', undefined, undefined],
    ['€', undefined, undefined],
    ['𬌗', undefined, undefined],
    ['\ue000', undefined, undefined],
    ['\n', undefined, undefined],
    ['é', 'A8A6', 'A8A6'],
    ['ñ', undefined, undefined],
  ])('%s', (character, gbk, gb2312) => {
    expect(hex(encodeCharacter(character, 'gbk'))).toBe(gbk);
    expect(hex(encodeCharacter(character, 'gb2312'))).toBe(gb2312);
  });

  test('every pair is what a GBK decoder reads, and GB 2312 has its 6763 hanzi', () => {
    const decoder = new TextDecoder('gbk');
    let hanzi = 0;
    for (let code = 0x80; code <= 0xffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const bytes = encodeCharacter(character, 'gbk');
      if (bytes === undefined) continue;
      expect(bytes).toHaveLength(2);
      if (decoder.decode(bytes) !== character) throw new Error(`U+${code.toString(16)} does not come back`);
      if (encodeCharacter(character, 'gb2312') && code >= 0x4e00 && code <= 0x9fff) hanzi++;
    }
    expect(hanzi).toBe(6763);
  });
});

test('what means the same is printed as what every printer has', () => {
  expect(normalise('¥1\u00a0234–5')).toBe('￥1 234-5');
  expect(normalise('e\u0301')).toBe('é');
});
