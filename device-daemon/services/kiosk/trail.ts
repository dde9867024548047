import type { HostName, TrailItem } from '#protocol/generated/kiosk.ts';
import type { EventId, Journal, JournalEntry } from '../../journal/index.ts';

const both: readonly HostName[] = ['cardManagement', 'bankCore'];

/** What an entry of the journal means to the person it is about; absent: nothing was done with their data. */
const kinds: Partial<Record<EventId, (entry: JournalEntry) => Omit<TrailItem, 'at'> | undefined>> = {
  'document.read': () => ({ what: 'documentRead' }),
  'card.read': () => ({ what: 'cardRead', to: ['cardManagement'] }),
  'cards.found': () => ({ what: 'cardsAsked', to: [...both] }),
  'check.passed': ({ fields }) => checks[String(fields['by'])],
  'balance.asked': () => ({ what: 'balanceAsked', to: [...both] }),
  'saga.began': () => ({ what: 'acted', to: [...both] }),
  'receipt.printed': ({ fields }) => (fields['outcome'] === 'done' ? { what: 'slipPrinted' } : undefined),
};

const checks: Readonly<Record<string, Omit<TrailItem, 'at'>>> = {
  bankPin: { what: 'pinUsed', to: ['bankCore'] },
  oneTimeCode: { what: 'codeSent', to: ['bankCore'] },
  staff: { what: 'staffAsked', to: ['bankCore'] },
  face: { what: 'faceChecked' },
};

/** "What was done with my data": told from the journal of the visit itself, so that it is what really happened. */
export function trailOf(journal: Journal, visit: string): TrailItem[] {
  return journal.entries({ visit }).flatMap((entry): TrailItem[] => {
    const item = kinds[entry.event as EventId]?.(entry);
    return item === undefined ? [] : [{ ...item, at: entry.at }];
  });
}
