/** docs/technician.md names what is there: words on the screen, in both languages of the staff, and commands. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceNames, pageWords } from '#assets/devices/index.ts';
import * as maintenance from '#assets/maintenance/index.ts';
import { commandNames } from '#device-daemon/cli/index.ts';

const manual = readFileSync(join(import.meta.dirname, '../docs/technician.md'), 'utf8');
/** Commands and what they print are no prose. */
const prose = manual.replace(/```[\s\S]*?```/g, '');

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string');

/** Every pair of words that the pages of staff know, however deep it stands. */
function pairsIn(value: unknown): (readonly [string, string])[] {
  if (isPair(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pairsIn) : [];
}
const pairs = pairsIn([{ ...maintenance }, pageWords, deviceNames]);

/** The screen begins its sentences with a capital and ends some; numbers and names stand in their places. */
const plain = (text: string): string => text.replace(/\.$/, '').toLowerCase();
const patterns = pairs.map(([, english]) => {
  const parts = plain(english).split(/\{\w+\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`);
});
/** How many of them: "0 in the way". */
const counted = /^\d+ /;
const says = (label: string): boolean => patterns.some((one) => one.test(plain(label).replace(counted, '')));

const labels = [
  ...new Set([...prose.matchAll(/(?<![*\w])\*([^*\s][^*\n]*)\*(?!\*)/g)].map(([, label]) => label ?? '')),
];

test('it names labels at all', () => {
  expect(labels.length).toBeGreaterThan(60);
});

test.each(labels)('*%s* stands on the screen', (label) => {
  expect(says(label)).toBe(true);
});

const rows = manual.slice(manual.indexOf('| English |')).split('\n').slice(2);

test.each(rows.flatMap((row) => (row.startsWith('| ') ? [row.slice(2, -2).split(' | ')] : [])))(
  '%s is %s on the screen',
  (english, chinese) => {
    expect(pairs).toContainEqual([chinese, english]);
  },
);

const called = [...new Set([...manual.matchAll(/npx kiosk ([a-z-]+)/g)].map(([, name]) => name ?? ''))];

test.each(called)('npx kiosk %s is a command', (name) => {
  expect(commandNames).toContain(name);
});
