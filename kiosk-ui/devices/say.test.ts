import { describe, expect, test } from 'vitest';
import { agoOf, clockOf, Say } from './say.ts';

test.each([
  [-3_000, 'just now'],
  [4_999, 'just now'],
  [5_000, '5 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [3_600_000, '1 h ago'],
  [47 * 3_600_000, '47 h ago'],
  [48 * 3_600_000, '2 d ago'],
])('%i ms ago', (ms, said) => {
  const { word, n } = agoOf(ms);
  expect(new Say('en').word(word, { n })).toBe(said);
});

describe('the clock is China’s, whatever the zone of the browser', () => {
  const now = Date.parse('2026-11-24T01:30:05Z');
  test('of today has seconds', () => {
    expect(clockOf('2026-11-23T16:00:01Z', now)).toBe('00:00:01');
  });
  test('of another day has the day', () => {
    expect(clockOf('2026-11-23T15:59:59Z', now)).toBe('11-23 23:59');
  });
});
