import { expect, test } from 'vitest';
import { createTapGuard } from './tap-guard.ts';

test('the first tap counts, even at time zero', () => {
  expect(createTapGuard()(0)).toBe(true);
});

test('a second tap within 400 ms is ignored, at 400 ms it counts', () => {
  const accepts = createTapGuard();
  expect([1000, 1001, 1399, 1400].map(accepts)).toEqual([true, false, false, true]);
});

test('ignored taps do not push the limit further away', () => {
  const accepts = createTapGuard();
  expect([0, 150, 300, 450].map(accepts)).toEqual([true, false, false, true]);
});
