import { describe, expect, test } from 'vitest';
import { birthOfYymmdd, dayNumber, dayOf, expiryOfYymmdd, numberOfDay } from './calendar.ts';
import type { DocumentKind } from './document.ts';
import {
  areaOf,
  check112,
  check731,
  foldCheckDigit,
  formerNumber,
  numberCheckHolds,
  numberHasForm,
  numberTellsBirth,
  sexOfNumber,
} from './numbers.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('check digits, by the worked numbers of the reference', () => {
  test.each([
    ['residentId', '000000190001010017'],
    ['residentId', '00000019000101005X'],
    ['residencePermit', '810000190001010018'],
    ['residencePermit', '820000190001010028'],
    ['residencePermit', '830000190001010038'],
    ['permanentResident2023', '999999190001010015'],
    ['permanentResident2017', 'UTO000000010101'],
  ] as const)('%s: right, and wrong with any other digit in any place', (kind, number) => {
    expect(numberHasForm(kind, ascii(number))).toBe(true);
    expect(numberCheckHolds(kind, ascii(number))).toBe(true);
    const last = ascii(number);
    for (const other of '0123456789X') {
      if (other === number.at(-1) || (other === 'X' && kind === 'permanentResident2017')) continue;
      last[last.length - 1] = other.charCodeAt(0);
      expect(numberHasForm(kind, last)).toBe(true);
      expect(numberCheckHolds(kind, last)).toBe(false);
    }
    // MOD 11-2 finds every wrong digit; 7-3-1 does too among digits, as 7, 3 and 1 have inverses mod 10.
    for (
      let at = kind === 'permanentResident2023' ? 1 : kind === 'permanentResident2017' ? 3 : 0;
      at < number.length - 1;
      at += 1
    )
      for (let digit = 0; digit < 10; digit += 1) {
        if (String(digit) === number[at]) continue;
        const wrong = ascii(number);
        wrong[at] = 0x30 + digit;
        expect(numberCheckHolds(kind, wrong)).toBe(false);
      }
  });

  test('the parts of machine-readable lines', () => {
    for (const [covered, check] of [
      ['L898902C3', '6'],
      ['740812', '2'],
      ['120415', '9'],
      ['ZE184226B<<<<<', '1'],
      ['D23145890', '7'],
      ['E00000000', '8'],
      ['C00000000', '4'],
      ['UTO00000001010', '1'],
    ] as const)
      expect(check731(ascii(covered))).toBe(check.charCodeAt(0));
    expect(check731(ascii('E0000_000'))).toBeUndefined();
    expect(check731(ascii('e00000000'))).toBeUndefined();
  });

  test('MOD 11-2 asked of no digits is a bug', () => {
    expect(check112(ascii('00000019000101005'))).toBe('X'.charCodeAt(0));
    expect(() => check112(ascii('0000001900010100'))).toThrow(RangeError);
    expect(() => check112(ascii('0000001900010100A'))).toThrow(RangeError);
  });

  test('a small x is folded, in its place only', () => {
    const number = ascii('00000019000101005x');
    expect(numberHasForm('residentId', number)).toBe(false);
    foldCheckDigit(number);
    expect(number.toString()).toBe('00000019000101005X');
    const other = ascii('x0000019000101005');
    foldCheckDigit(other);
    expect(other.toString()).toBe('x0000019000101005');
  });
});

const shapes: readonly (readonly [DocumentKind, string, boolean])[] = [
  ['residentId', '00000019000101001', false],
  ['residentId', '0000001900010100177', false],
  ['residentId', 'X00000190001010017', false],
  ['residentId', '00000019000101001A', false],
  ['residentId', '', false],
  ['permanentResident2023', '199999190001010015', false],
  ['permanentResident2017', 'UT0000000010101', false],
  ['permanentResident2017', 'UTO00000001010', false],
  ['permanentResident2017', 'uto000000010101', false],
  ['hkMacaoPermit', 'H00000000', true],
  ['hkMacaoPermit', 'M00000000', true],
  ['hkMacaoPermit', 'H0000000001', true],
  ['hkMacaoPermit', 'H000000001', false],
  ['hkMacaoPermit', 'HA0000000', true],
  ['hkMacaoPermit', 'MA', false],
  ['hkMacaoPermit', 'HB0000000', false],
  ['hkMacaoPermit', 'K00000000', false],
  ['taiwanPermit', '00000000', true],
  ['taiwanPermit', '0000000001', true],
  ['taiwanPermit', '000000000', false],
  ['taiwanPermit', 'H0000000', false],
  ['exitEntryPermit', 'C00000000', true],
  ['exitEntryPermit', 'CA0000000', true],
  ['exitEntryPermit', 'CI0000000', false],
  ['exitEntryPermit', 'CO0000000', false],
  ['exitEntryPermit', 'W00000000', false],
  ['passport', 'E00000000', true],
  ['passport', 'AB 12', true],
  ['passport', ' AB12', false],
  ['passport', 'AB-12', false],
  ['passport', '', false],
];
test.each(shapes)('%s: is "%s" its number: %s', (kind, number, fits) => {
  expect(numberHasForm(kind, ascii(number))).toBe(fits);
});

describe('what numbers tell', () => {
  test('sex, where it is said to', () => {
    expect(sexOfNumber('residentId', ascii('000000190001010017'))).toBe('male');
    expect(sexOfNumber('residencePermit', ascii('820000190001010028'))).toBe('female');
    expect(sexOfNumber('permanentResident2023', ascii('999999190001010015'))).toBeUndefined();
    expect(sexOfNumber('permanentResident2017', ascii('UTO000000010101'))).toBeUndefined();
  });
  test('birth, in full or in two-digit years', () => {
    const tells = (kind: DocumentKind, number: string, birth: string) =>
      numberTellsBirth(kind, ascii(number), ascii(birth));
    expect(tells('residentId', '000000190001010017', '19000101')).toBe(true);
    expect(tells('residentId', '000000190001010017', '20000101')).toBe(false);
    expect(tells('permanentResident2023', '999999190001010015', '19000101')).toBe(true);
    expect(tells('permanentResident2023', '999999190001010015', '19000102')).toBe(false);
    expect(tells('permanentResident2017', 'UTO000000010101', '20000101')).toBe(true);
    expect(tells('permanentResident2017', 'UTO000000010101', '20010101')).toBe(false);
    expect(tells('passport', 'E00000000', '19900101')).toBe(true);
  });
  test('area', () => {
    const area = (kind: DocumentKind, digits: string) => areaOf(kind, ascii(digits.padEnd(18, '0')));
    expect(area('residencePermit', '810000')).toBe('ofKind');
    expect(area('residencePermit', '820000')).toBe('ofKind');
    expect(area('residencePermit', '830000')).toBe('ofKind');
    expect(area('residencePermit', '810001')).toBe('unknown');
    expect(area('residencePermit', '840000')).toBe('otherKind');
    expect(area('residencePermit', '000000')).toBe('otherKind');
    expect(area('residentId', '830000')).toBe('otherKind');
    expect(area('residentId', '000000')).toBe('unknown');
    expect(area('residentId', '900000')).toBe('unknown');
    for (const first of '12345678') expect(area('residentId', `${first}00000`)).toBe('ofKind');
    expect(area('permanentResident2023', '999999')).toBe('ofKind');
  });
  test('the number that a 2023 card replaces', () => {
    const former = (number: string, nationality: string, link: string) =>
      formerNumber(ascii(number), ascii(nationality), ascii(link))?.toString();
    expect(former('900999200001010010', 'UTO', '000')).toBe('UTO000000010101');
    expect(former('912999198503150010', 'UTO', '345')).toMatch(/^UTO12348503155\d$/);
    expect(former('900999200001010010', 'UTO', '')).toBeUndefined();
    expect(former('900999200001010010', 'UTO', '0A0')).toBeUndefined();
    expect(former('900999200001010010', 'UT', '000')).toBeUndefined();
    expect(former('9009992000010100', 'UTO', '000')).toBeUndefined();
  });
});

describe('days', () => {
  test.each([
    ['20240229', '2024-02-29'],
    ['20000229', '2000-02-29'],
    ['19000101', '1900-01-01'],
    ['20231231', '2023-12-31'],
    ['19000229', undefined],
    ['20230229', undefined],
    ['20230431', undefined],
    ['20231301', undefined],
    ['20230001', undefined],
    ['20230100', undefined],
    ['00000101', undefined],
    ['2023010', undefined],
    ['202301011', undefined],
    ['2023 101', undefined],
    ['', undefined],
  ])('"%s"', (digits, day) => {
    const number = dayNumber(ascii(digits));
    expect(number === undefined ? undefined : dayOf(number)).toBe(day);
    if (day !== undefined) expect(numberOfDay(day)).toBe(number);
  });
  test('a day of the caller that is none', () => {
    for (const day of ['2023-02-29', '20230228', '', '2023-2-28']) expect(() => numberOfDay(day)).toThrow(RangeError);
  });
  test('two-digit years: a birth is never later than today, an expiry may be', () => {
    const today = 20261126;
    const births = ['900101', '261126', '261127', '000101', '991231', '9<0101', '<<<<<<'];
    expect(births.map((yymmdd) => birthOfYymmdd(ascii(yymmdd), today).toString())).toEqual([
      '19900101',
      '20261126',
      '19261127',
      '20000101',
      '19991231',
      '9<0101',
      '<<<<<<',
    ]);
    const expiries = ['351231', '120415', '761126', '761127', '991231', '000101'];
    expect(expiries.map((yymmdd) => expiryOfYymmdd(ascii(yymmdd), today).toString())).toEqual([
      '20351231',
      '20120415',
      '20761126',
      '19761127',
      '19991231',
      '20000101',
    ]);
    expect(birthOfYymmdd(ascii('991231'), 21000101).toString()).toBe('20991231');
  });
});
