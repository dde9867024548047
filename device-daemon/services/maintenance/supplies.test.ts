import { expect, test } from 'vitest';
import type { JournalEntry } from '../../journal/index.ts';
import { suppliesOf } from './supplies.ts';

const now = new Date('2026-11-28T04:00:00Z');
let seq = 0;
const entry = (daysAgo: number, event: string, fields: JournalEntry['fields']): JournalEntry => {
  seq += 1;
  return { seq, at: new Date(now.getTime() - daysAgo * 86_400_000 + seq).toISOString(), event, fields } as JournalEntry;
};
const slip = (daysAgo: number) => entry(daysAgo, 'receipt.printed', { form: 'balance', outcome: 'done' });
const out = (daysAgo: number) =>
  entry(daysAgo, 'device.state', { device: 'printer', state: 'failed', why: 'paperOut' });
const counted = (daysAgo: number, why: string, count: number) =>
  entry(daysAgo, 'stock.counted', { unit: 'unitDISP1', why, count });
const nothing = { counted: [], printed: [], states: [], now, hoppers: [] };

test('a kiosk of the first day knows nothing of the future, and says so', () => {
  const told = suppliesOf({ ...nothing, hoppers: [{ unit: 'unitDISP1', count: 5 }] });
  expect(told.days).toHaveLength(28);
  expect(told.hoppers).toEqual([{ unit: 'unitDISP1', count: 5, perDay: 0 }]);
  expect(told.paper).toEqual({ sinceChange: 0, perDay: 0 });
});

test('cards: what left the hopper, not what people loaded or corrected', () => {
  const told = suppliesOf({
    ...nothing,
    hoppers: [{ unit: 'unitDISP1', count: 40 }],
    counted: [
      counted(10, 'loaded', 50),
      counted(5, 'toBin', 49),
      counted(4, 'test', 48),
      counted(3, 'corrected', 42),
      counted(1, 'test', 40),
    ],
  });
  expect(told.hoppers).toEqual([{ unit: 'unitDISP1', count: 40, perDay: 0.4, daysLeft: 100 }]);
  expect(told.days.at(-2)).toMatchObject({ day: '2026-11-27', cards: 2 });
});

test('paper: a whole roll, from one change to the next, tells how long this one lasts', () => {
  const early = [slip(20), slip(20)];
  const firstOut = out(19);
  const roll = Array.from({ length: 10 }, (_, index) => slip(18 - index));
  const secondOut = out(8);
  const recent = [slip(2), slip(1)];
  const told = suppliesOf({ ...nothing, printed: [...early, ...roll, ...recent], states: [firstOut, secondOut] });
  expect(told.paper).toEqual({ sinceChange: 2, perDay: 0.7, perRoll: 10, daysLeft: 11.4 });
  expect(told.days.find(({ day }) => day === '2026-11-26')).toMatchObject({ slips: 1, faults: 0 });
  expect(told.days.filter(({ faults }) => faults > 0)).toHaveLength(2);
});
