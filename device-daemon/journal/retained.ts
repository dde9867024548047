import type { JournalEntry, JournalReader } from './reader.ts';

/**
 * Cards that the kiosk kept, each in one state; nothing is ever deleted:
 *
 *   kept -> handedBack   to the holder, whose identity document was seen
 *        -> destroyed    when its time was over
 */
export interface RetainedCard {
  readonly claim: string;
  /** ISO 8601. */
  readonly at: string;
  /** Entry that tells of it. */
  readonly seq: number;
  /** notTaken, notEjected. */
  readonly why: string;
  readonly last4?: string;
  readonly state: 'kept' | 'handedBack' | 'destroyed';
  /** Who signed for what became of it, and when. */
  readonly settled?: { readonly at: string; readonly token: string };
}

const ends = { 'retained.handedBack': 'handedBack', 'retained.destroyed': 'destroyed' } as const;

/** Oldest first. What was once settled stays so: a second end of the same card is none. */
export function retainedCards(journal: Pick<JournalReader, 'entries'>): readonly RetainedCard[] {
  const cards = new Map<string, RetainedCard>();
  for (const { at, seq, fields } of journal.entries({ event: 'card.retained' })) {
    const claim = String(fields['claim']);
    const last4 = fields['last4'];
    const why = String(fields['why']);
    cards.set(claim, { claim, at, seq, why, state: 'kept', ...(last4 !== undefined && { last4: String(last4) }) });
  }
  for (const [event, state] of Object.entries(ends))
    for (const entry of journal.entries({ event })) settle(cards, state, entry);
  return [...cards.values()];
}

function settle(
  cards: Map<string, RetainedCard>,
  state: (typeof ends)[keyof typeof ends],
  { at, fields }: JournalEntry,
): void {
  const card = cards.get(String(fields['claim']));
  if (card?.state === 'kept')
    cards.set(card.claim, { ...card, state, settled: { at, token: String(fields['token']) } });
}

/** Days on which a branch works. Holidays are not known here: whoever destroys a card knows them. */
export function afterWorkingDays(from: Date, days: number): Date {
  const at = new Date(from);
  for (let left = days; left > 0; ) {
    at.setDate(at.getDate() + 1);
    if (at.getDay() !== 0 && at.getDay() !== 6) left -= 1;
  }
  return at;
}
