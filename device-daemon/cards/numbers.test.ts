import { describe, expect, test } from 'vitest';
import { showStatus, statusMeaning } from './apdu.ts';
import { historicalBytes } from './atr.ts';
import { citizenNumberCheck, citizenNumberFacts, isoDate, panCheck, socialCardNumberCheck } from './checks.ts';
import { last4, maskIdNumber, maskName, maskPan, maskPhone } from './masking.ts';
import { decodeName, generationOf, packedDate, stripped } from './social-records.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('check digits, by the synthetic numbers of the reference', () => {
  test('citizen numbers', () => {
    for (const number of ['000000199001010018', '000000198503150024'])
      expect(citizenNumberCheck(ascii(number))).toBe(true);
    expect(citizenNumberCheck(ascii('000000199001010019'))).toBe(false);
    expect(citizenNumberCheck(ascii('810000199001010A18'))).toBeUndefined();
    expect(citizenNumberCheck(ascii('E12345678'))).toBeUndefined();
    expect(citizenNumberFacts(ascii('000000199001010018'))).toEqual({ sex: 'male', birthDate: '1990-01-01' });
    expect(citizenNumberFacts(ascii('000000198503150024'))).toEqual({ sex: 'female', birthDate: '1985-03-15' });
    expect(citizenNumberFacts(ascii('000000198502300029'))).toBeUndefined();
  });

  test('social card numbers', () => {
    for (const number of ['A12345674', 'B00000019', 'NJ0000015', 'A00000011', 'Z99999997'])
      expect(socialCardNumberCheck(ascii(number))).toBe(true);
    for (const number of ['A12345675', 'NJ000001', 'nj0000015', 'NJ00000150'])
      expect(socialCardNumberCheck(ascii(number))).toBe(false);
  });

  test('bank card numbers', () => {
    for (const number of ['6222021234567890128', '6222024321000000014', '6217214301000000016'])
      expect(panCheck(ascii(number))).toBe(true);
    for (const number of ['6222021234567890129', '622202123456789012A']) expect(panCheck(ascii(number))).toBe(false);
  });
});

test.each([
  ['20240318', '2024-03-18'],
  ['20240229', '2024-02-29'],
  ['20230229', undefined],
  ['20241301', undefined],
  ['00000000', undefined],
  ['2024031', undefined],
  ['FFFFFFFF', undefined],
])('%s is a day or none', (digits, iso) => {
  expect(isoDate(digits)).toBe(iso);
  if (digits.length === 8) expect(packedDate(hex(digits))).toBe(iso);
});

describe('names', () => {
  test('a character that straddles the record and its extension', () => {
    expect(decodeName(hex('B2E2CAD4BC'), hex('D7'))?.toString('utf8')).toBe('测试甲');
    expect(decodeName(hex('B2E2CAD4BCD7').subarray(0, 5), hex('D70000'))?.toString('utf8')).toBe('测试甲');
  });
  test('filling of every kind, and what is no name', () => {
    expect(decodeName(hex('B2E2CAD4BCD7 0000'), hex('FFFF'))?.toString('utf8')).toBe('测试甲');
    expect(decodeName(hex('B2E2CAD4BCD7 2020'), hex(''))?.toString('utf8')).toBe('测试甲');
    expect(decodeName(hex('0000'), hex('FFFF'))).toBeUndefined();
    expect(decodeName(hex('B2E2CAD4BC'), hex(''))).toBeUndefined();
    expect(stripped(hex('41 00 20 FF'))).toEqual(hex('41'));
  });
});

test('the generation is the first character of the version', () => {
  expect(['1.00', '2.0X', '3.00', '4.00', ''].map(generationOf)).toEqual([
    'gen1',
    'gen2',
    'gen3',
    undefined,
    undefined,
  ]);
});

test.each([
  ['the reference’s card', '3B6D0000 0081544C9786843201 0A0B0C0D', '0081544c97868432010a0b0c0d'],
  ['no interface bytes', '3B04 01020304', '01020304'],
  ['two rounds of interface bytes', '3B F2 11 00 00 11 21 0102 55', '0102'],
  ['more announced than sent', '3B6D0000 0081', undefined],
  ['nothing after TS', '3B', undefined],
  ['mute', '', undefined],
])('historical bytes: %s', (_name, atr, historical) => {
  const bytes = historicalBytes(hex(atr));
  expect(bytes === undefined ? undefined : Buffer.from(bytes).toString('hex')).toBe(historical);
});

describe('masking (domain 4b)', () => {
  test('what may be shown of each', () => {
    expect(maskPan('6222021234567890128')).toBe('622202*********0128');
    expect(maskPan('6222021234567890')).toBe('622202******7890');
    expect(maskIdNumber('000000199001010018')).toBe('0****************8');
    expect(maskName('测试甲')).toBe('**甲');
    expect(maskName('\u{20BB7}田')).toBe('*田');
    expect(maskPhone('12000000001')).toBe('120******01');
    expect(last4('NJ0000015')).toBe('0015');
  });
  test('what is too short to hide is hidden whole', () => {
    expect(maskPan('6222021234')).toBe('**********');
    expect(maskIdNumber('12')).toBe('**');
    expect(maskName('甲')).toBe('*');
    expect(last4('0015')).toBe('');
  });
  test('bytes are as good as text, also inside a larger buffer', () => {
    const large = Buffer.from('xx测试甲xx', 'utf8');
    expect(maskName(large.subarray(2, -2))).toBe('**甲');
  });
});

test.each([
  [0x9000, 'done'],
  [0x63c0, 'wrongTriesLeft'],
  [0x63c5, 'wrongTriesLeft'],
  [0x6300, 'wrongTriesLeft'],
  [0x6281, 'warning'],
  [0x6581, 'memoryFailure'],
  [0x6700, 'wrongLength'],
  [0x6985, 'notNow'],
  [0x6901, 'notNow'],
  [0x6981, 'wrongFileKind'],
  [0x6982, 'notAuthenticated'],
  [0x6983, 'blocked'],
  [0x6984, 'challengeUsed'],
  [0x6986, 'noCurrentFile'],
  [0x6988, 'wrongMac'],
  [0x6a80, 'wrongParameters'],
  [0x6a81, 'functionBlocked'],
  [0x6a82, 'notFound'],
  [0x6a83, 'recordMissing'],
  [0x6a88, 'keyMissing'],
  [0x6d00, 'unsupported'],
  [0x6e00, 'unsupported'],
  [0x9303, 'applicationBlocked'],
  [0x9406, 'wrongMac'],
  [0x1234, 'unknown'],
])('status %i', (sw, meaning) => {
  expect(statusMeaning(sw)).toBe(meaning);
  expect(showStatus(sw)).toMatch(/^[0-9A-F]{4}$/);
});
