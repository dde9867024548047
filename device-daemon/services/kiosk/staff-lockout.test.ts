import { expect, test } from 'vitest';
import type { JournalEntry } from '../../journal/index.ts';
import { staffLockedMs } from './staff-lockout.ts';

const start = Date.parse('2026-11-24T01:00:00.000Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);

/** `wrong@3 right@5 other@6`: what became of PINs, seconds after the start. */
function journalOf(story: string) {
  const all = story.split(' ').map((word, index): JournalEntry => {
    const [what = '', seconds = ''] = word.split('@');
    return {
      seq: index + 1,
      at: at(Number(seconds)).toISOString(),
      event: what === 'right' ? 'staff.approved' : 'staff.refused',
      visit: undefined,
      fields: { token: what === 'other' ? 'other' : 'ours', why: what === 'pulled' ? 'cardRemoved' : 'wrongPin' },
    };
  });
  return {
    entries: ({ event, from }: { event: string; from: string }) =>
      all.filter((entry) => entry.event === event && entry.at >= from),
  };
}

test.each([
  ['nothing wrong yet', 'right@0', 0, 0],
  ['the first costs nothing', 'wrong@0', 0, 0],
  ['the second', 'wrong@0 wrong@1', 1, 5],
  ['a part of it is over', 'wrong@0 wrong@1', 4, 2],
  ['all of it is over', 'wrong@0 wrong@1', 6, 0],
  ['the third', 'wrong@0 wrong@1 wrong@10', 10, 15],
  ['the fourth', 'wrong@0 wrong@1 wrong@10 wrong@30', 30, 60],
  ['never longer than a quarter of an hour', `${'wrong@0 '.repeat(20)}wrong@0`, 0, 900],
  ['a right one wipes the slate', 'wrong@0 wrong@1 right@7 wrong@8', 8, 0],
  ['another’s do not count', 'wrong@0 other@1 other@2', 2, 0],
  ['nor does a card that was pulled', 'wrong@0 pulled@1 pulled@2', 2, 0],
  ['a clock that was set back', 'wrong@5000 wrong@5001', 1, 5],
  ['forgotten after a shift', 'wrong@0 wrong@1', 13 * 3600, 0],
])('%s', (_what, story, now, seconds) => {
  expect(staffLockedMs(journalOf(story), 'ours', at(now))).toBe(seconds * 1000);
});
