import type { Day } from './document.ts';

/**
 * Days as numbers, 20261126 for the 26th of November 2026: they compare as days do, 16 years are 160000, and no string of
 * somebody's birth is made.
 */
export type DayNumber = number;

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Days of a month; 0 when there is no such month. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** Of YYYYMMDD in ASCII; undefined when there is no such day. */
export function dayNumber(digits: Uint8Array): DayNumber | undefined {
  if (digits.length !== 8 || !digits.every(isDigit)) return undefined;
  const number = digits.reduce((sum, digit) => sum * 10 + digit - 0x30, 0);
  const year = Math.floor(number / 10_000);
  const month = Math.floor(number / 100) % 100;
  const day = number % 100;
  return year > 0 && day > 0 && day <= daysIn(year, month) ? number : undefined;
}

/** Throws RangeError: a day of the caller's is no day. */
export function numberOfDay(day: Day): DayNumber {
  const number = /^\d{4}-\d\d-\d\d$/.test(day) ? dayNumber(Buffer.from(day.replaceAll('-', ''))) : undefined;
  if (number === undefined) throw new RangeError('not a day in the form YYYY-MM-DD');
  return number;
}

export const dayOf = (number: DayNumber): Day =>
  String(number)
    .padStart(8, '0')
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');

const century = 1_000_000;

/** How far ahead a document may be valid. Ten years are common; the rest is for what is issued for life. */
const longestValidityYears = 50;

/**
 * YYYYMMDD of a birth that is told in two-digit years (printer-pin-pad-mrz.md c.1): the newest that is not after today.
 * Who is a hundred passes for a child. Bytes that are no digits are copied as they are.
 */
export function birthOfYymmdd(yymmdd: Uint8Array, today: DayNumber): Buffer {
  return withCentury(yymmdd, today);
}

/** YYYYMMDD of an expiry (c.1, `the future-ish century`): the newest within the longest validity from today. */
export function expiryOfYymmdd(yymmdd: Uint8Array, today: DayNumber): Buffer {
  return withCentury(yymmdd, today + longestValidityYears * 10_000);
}

function withCentury(yymmdd: Uint8Array, newest: DayNumber): Buffer {
  if (yymmdd.length !== 6 || !yymmdd.every(isDigit)) return Buffer.from(yymmdd);
  const within = yymmdd.reduce((sum, digit) => sum * 10 + digit - 0x30, 0);
  const latest = Math.floor(newest / century) - (within > newest % century ? 1 : 0);
  return Buffer.concat([Buffer.from(String(latest).padStart(2, '0')), yymmdd]);
}
