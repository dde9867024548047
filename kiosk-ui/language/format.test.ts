import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarDay, formatAmount, formatClock, formatDate, groupAmount, spellDigits } from './format.ts';

describe('amounts', () => {
  test.each([
    ['0.00', '0.00'],
    ['5.10', '5.10'],
    ['999.99', '999.99'],
    ['1000.00', '1,000.00'],
    ['1234567.80', '1,234,567.80'],
    ['-12345.06', '-12,345.06'],
    ['12345678901234567890.12', '12,345,678,901,234,567,890.12'],
  ])('%s is shown as %s', (amount, shown) => {
    expect(groupAmount(amount)).toBe(shown);
  });

  test('no digit is ever changed, however large the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 99 }), (yuan, cents) => {
        const amount = `${yuan}.${String(cents).padStart(2, '0')}`;
        expect(groupAmount(amount).replaceAll(',', '')).toBe(amount);
      }),
    );
  });

  test.each(['', '1', '1.5', '1,000.00', 'NaN', '1e3', ' 1.00'])('%j is not an amount', (amount) => {
    expect(() => groupAmount(amount)).toThrow();
  });

  test('the unit follows the figure in every language', () => {
    expect(formatAmount('1234.50', 'zh-Hans')).toBe('1,234.50 元');
    expect(formatAmount('1234.50', 'zh-Hant')).toBe('1,234.50 元');
    expect(formatAmount('1234.50', 'en')).toBe('1,234.50 yuan');
  });
});

describe('dates', () => {
  test('are written the way people write them', () => {
    expect(formatDate('2026-11-23', 'zh-Hans')).toBe('2026年11月23日');
    expect(formatDate('2026-01-05', 'zh-Hant')).toBe('2026年1月5日');
    expect(formatDate('2026-01-05', 'en')).toBe('5 January 2026');
  });

  test.each(['', '2026', '2026-13-01', '2026-00-10', '2026-01-00', 'today'])('%j is not a date', (date) => {
    expect(() => formatDate(date, 'en')).toThrow();
  });

  test('clock and day are of the local wall', () => {
    const time = new Date('2026-01-05T01:05:09Z');
    expect(formatClock(time)).toBe('09:05');
    expect(calendarDay(time)).toBe('2026-01-05');
  });
});

test('numbers are read out digit by digit', () => {
  expect(spellDigits('95588')).toBe('9 5 5 8 8');
  expect(spellDigits('12AB-34CD')).toBe('1 2 A B 3 4 C D');
});
