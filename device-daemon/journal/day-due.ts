import { fromChina, inChina } from './china-time.ts';

const dayMs = 86_400_000;
/** Whoever closes so shortly before the cut-over has closed for it; whoever closes earlier was late for the one before. */
const earlyMs = 4 * 3_600_000;

/**
 * A day is due from the first cut-over that comes four hours or more after it began, until it is signed. It begins when the
 * day before is signed: so one that was closed just before the cut-over is not due a minute later, and one that was closed
 * after midnight is due at the next cut-over. How many went by without a close does not matter: since when is the first.
 * @param since ISO 8601
 * @param cutOver a time of day in China: `18:00`
 */
export function dueFrom(since: string, cutOver: string): Date | undefined {
  const earliestMs = Date.parse(since) + earlyMs;
  if (Number.isNaN(earliestMs)) return undefined;
  const at = fromChina(inChina(new Date(earliestMs)).slice(0, 10), cutOver);
  if (at === undefined) return undefined;
  return at.getTime() >= earliestMs ? at : new Date(at.getTime() + dayMs);
}
