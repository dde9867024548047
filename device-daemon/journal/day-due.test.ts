import { expect, test } from 'vitest';
import { chinaClock, dueFrom, fromChina } from './index.ts';

const at = (clock: string): string => {
  const [day = '', time = ''] = clock.split(' ');
  return fromChina(day, time)?.toISOString() ?? '';
};

test.each([
  ['opened in the morning', '2026-11-27 08:30', '18:00', '2026-11-27 18:00:00'],
  ['opened the evening before: the next one', '2026-11-26 18:20', '18:00', '2026-11-27 18:00:00'],
  ['closed one minute before the cut-over: closed for it', '2026-11-27 17:59', '18:00', '2026-11-28 18:00:00'],
  ['closed at the cut-over itself', '2026-11-27 18:00', '18:00', '2026-11-28 18:00:00'],
  ['closed in the early afternoon: still for it', '2026-11-27 14:01', '18:00', '2026-11-28 18:00:00'],
  ['closed four hours before: late for the one before', '2026-11-27 14:00', '18:00', '2026-11-27 18:00:00'],
  ['closed after midnight: the next one', '2026-11-28 00:30', '18:00', '2026-11-28 18:00:00'],
  ['closed the next morning, much too late', '2026-11-28 09:00', '18:00', '2026-11-28 18:00:00'],
  ['a cut-over shortly after midnight, closed before it', '2026-11-27 23:30', '00:30', '2026-11-29 00:30:00'],
  ['the same, opened in the morning', '2026-11-27 08:00', '00:30', '2026-11-28 00:30:00'],
  ['a cut-over at midnight', '2026-11-27 08:00', '00:00', '2026-11-28 00:00:00'],
  ['a cut-over in the morning, closed in the evening', '2026-11-27 20:00', '08:00', '2026-11-28 08:00:00'],
  ['over the end of a month', '2026-11-30 22:00', '18:00', '2026-12-01 18:00:00'],
])('%s', (_what, since, cutOver, due) => {
  expect(chinaClock(dueFrom(at(since), cutOver)?.toISOString() ?? '')).toBe(due);
});

test('without a cut-over, or before the first entry, nothing is due', () => {
  expect(dueFrom(at('2026-11-27 08:30'), '')).toBeUndefined();
  expect(dueFrom('', '18:00')).toBeUndefined();
});
