import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../bundle.ts';
import { type Mutant, mutants } from './contract.ts';
import { firstBroken } from './first-broken.ts';
import { runLives } from './runner.ts';

// The kiosk is killed and cut off at every point of an act, in every combination with what goes wrong at the hosts.

let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle('faults', { kiosk: 'test/faults/kiosk.ts' });
});
afterAll(() => built.remove());

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test('400 lives: nothing is done twice, nothing confirmed is lost', { timeout: 2_400_000, retry: 0 }, async () => {
  const halves = await Promise.all([0, 1].map((half) => runLives(built.path('kiosk'), seeds(half * 200, 200))));
  for (const { deaths, ends } of halves) console.info(JSON.stringify({ deaths, ends }));
  expect(halves.flatMap(({ broken }) => broken)).toEqual([]);
});

test.each(Object.keys(mutants) as Mutant[])(
  'a planted bug is caught: %s',
  { timeout: 2_400_000, retry: 0 },
  async (mutant) => {
    expect(
      await firstBroken((from, count) => runLives(built.path('kiosk'), seeds(from, count), { mutant })),
    ).not.toEqual([]);
  },
);
