import type { Amount, Language } from '#protocol/generated/kiosk.ts';

/** `-1234567.80` -> `-1,234,567.80`. Works on the digits: money is never a floating point number. */
export function groupAmount(amount: Amount): string {
  const match = /^(-?)([0-9]+)(\.[0-9]{2})$/.exec(amount);
  if (match === null) throw new Error('not an amount with two decimals');
  const [, sign = '', yuan = '', cents = ''] = match;
  return `${sign}${yuan.replace(/\B(?=([0-9]{3})+$)/g, ',')}${cents}`;
}

/** Amount with its unit: `1,234.50 元`, `1,234.50 yuan`. */
export function formatAmount(amount: Amount, language: Language): string {
  return `${groupAmount(amount)} ${language === 'en' ? 'yuan' : '元'}`;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-11-23` -> `2026年11月23日` or `23 November 2026`. Anything that is not a calendar date is refused. */
export function formatDate(date: string, language: Language): string {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/.exec(date);
  const year = Number(match?.[1]);
  const month = Number(match?.[2]);
  const day = Number(match?.[3]);
  const name = months[month - 1];
  if (name === undefined || !(day >= 1 && day <= 31)) throw new Error('not a calendar date');
  return language === 'en' ? `${day} ${name} ${year}` : `${year}年${month}月${day}日`;
}

/** China has one time zone and no summer time; screen and slip say the same, wherever the machine believes it stands. */
const inChina = (time: Date): string => new Date(time.getTime() + 8 * 3_600_000).toISOString();

/** Wall clock of the lobby, `09:05`. */
export const formatClock = (time: Date): string => inChina(time).slice(11, 16);

/** The lobby's day, `2026-11-23`. */
export const calendarDay = (time: Date): string => inChina(time).slice(0, 10);

/** Digits said one by one, as a person reads a number out: `95588` -> `9 5 5 8 8`. */
export function spellDigits(text: string): string {
  return [...text.replace(/[^0-9A-Z*]/gi, '')].join(' ');
}
