import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../bundle.ts';
import { type DayMutant, dayMutants } from './day-contract.ts';
import { runDayLives } from './day-runner.ts';
import { firstBroken } from './first-broken.ts';

// Cards are loaded and given out, acts are done, days are closed, and the kiosk dies at every point of all of it.

let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle('days', { kiosk: 'test/faults/day-kiosk.ts' });
});
afterAll(() => built.remove());

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test('100 lives: every day is signed once, with the cards that were there and the hosts’ own totals', {
  timeout: 900_000,
  retry: 0,
}, async () => {
  const { broken, deaths, daysClosed } = await runDayLives(built.path('kiosk'), seeds(0, 100));
  console.info(JSON.stringify({ deaths, daysClosed }));
  expect(broken).toEqual([]);
  expect(daysClosed).toBeGreaterThan(20);
});

test.each(Object.keys(dayMutants) as DayMutant[])(
  'a planted bug is caught: %s',
  { timeout: 900_000, retry: 0 },
  async (mutant) => {
    expect(
      await firstBroken((from, count) => runDayLives(built.path('kiosk'), seeds(from, count), { mutant })),
    ).not.toEqual([]);
  },
);
