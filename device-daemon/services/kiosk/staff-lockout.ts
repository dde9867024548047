import type { JournalEntry } from '../../journal/index.ts';

/** After so many wrong PINs in a row the pad stays dead for so long; from the last on always. */
const ladderMs = [0, 5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000] as const;
/** A shift: what went wrong earlier is forgotten. */
const memoryMs = 12 * 60 * 60 * 1000;

interface Entries {
  entries(query: { readonly event: string; readonly from: string }): readonly JournalEntry[];
}

/**
 * How long a staff card must still wait before its PIN may be tried again. Counted from the journal, so that neither a
 * restart nor another visit shortens it.
 * @param token of the staff number
 */
export function staffLockedMs(journal: Entries, token: string, now: Date): number {
  const from = new Date(now.getTime() - memoryMs).toISOString();
  const of = (event: string): readonly JournalEntry[] =>
    journal.entries({ event, from }).filter(({ fields }) => fields['token'] === token);
  const right = Math.max(0, ...['staff.approved', 'staff.signedOn'].map((event) => of(event).at(-1)?.seq ?? 0));
  const wrong = of('staff.refused').filter(({ seq, fields }) => seq > right && fields['why'] === 'wrongPin');
  const last = wrong.at(-1);
  if (last === undefined) return 0;
  const lockMs = ladderMs[Math.min(wrong.length, ladderMs.length) - 1] ?? 0;
  // A wall clock that was set back makes nobody wait longer than the ladder says.
  return Math.min(lockMs, Math.max(0, Date.parse(last.at) + lockMs - now.getTime()));
}
