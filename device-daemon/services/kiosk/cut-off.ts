/** What the journal knows of a card and of the visit that the last end of the daemon cut off. */
import type { EventFields, Journal } from '../../journal/index.ts';

export type ReadFields = EventFields<'card.read'>;

export interface CutOffVisit {
  readonly visit: string;
  readonly beganAtMs: number;
  /** A card of it had been put in and had not come out. */
  readonly cardIn: boolean;
}

/** The visit that began and never ended; undefined after an orderly stop. Asked before anything else is written. */
export function cutOffVisit(journal: Pick<Journal, 'entries' | 'lastVisit'>): CutOffVisit | undefined {
  const visit = journal.lastVisit();
  if (visit === undefined) return undefined;
  const told = journal.entries({ visit });
  if (told.some(({ event }) => event === 'visit.ended')) return undefined;
  const moves = told.filter(({ event }) => event === 'card.inserted' || event === 'card.removed');
  return {
    visit,
    beganAtMs: Date.parse(told[0]?.at ?? ''),
    cardIn: moves.at(-1)?.event === 'card.inserted',
  };
}

/** What was read of the card that a visit put in last. */
export function lastRead(journal: Pick<Journal, 'entries'>, visit: string): ReadFields | undefined {
  let read: ReadFields | undefined;
  for (const { event, fields } of journal.entries({ visit })) {
    if (event === 'card.inserted') read = undefined;
    else if (event === 'card.read') read = fields as ReadFields;
  }
  return read;
}
