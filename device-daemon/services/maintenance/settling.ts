import type { CompletionPayloads, RetainedReport } from '#protocol/generated/kiosk.ts';
import { afterWorkingDays, type Journal, type RetainedCard, retainedCards } from '../../journal/index.ts';
import type { Sagas } from '../../sagas/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

export interface SettlingParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly sagas: Pick<Sagas, 'signOff'>;
  /** Working days for which a card waits for its holder. */
  readonly keepDays: number;
}

/** What the machine has left to people: cards that it kept, and acts that it could not settle. Each is signed by who did it. */
export function settling({
  journal,
  clock,
  sagas,
  keepDays,
}: SettlingParts): Area<'Maintenance.GetRetained' | 'Maintenance.SettleRetained' | 'Maintenance.SettleUnresolved'> {
  const waiting = (): readonly RetainedCard[] => retainedCards(journal).filter(({ state }) => state === 'kept');
  journal.keepFrom(() => waiting()[0]?.seq ?? Number.MAX_SAFE_INTEGER);
  const until = ({ at }: RetainedCard): Date => afterWorkingDays(new Date(at), keepDays);

  const reportOf = (card: RetainedCard): RetainedReport => ({
    ...{ claim: card.claim, at: card.at, why: card.why, state: card.state, until: until(card).toISOString() },
    ...(card.last4 !== undefined && { last4: card.last4 }),
    ...(card.settled && { settled: { at: card.settled.at, staff: card.settled.token.slice(0, 4) } }),
  });

  return {
    'Maintenance.GetRetained': () =>
      success({
        cards: retainedCards(journal).slice(-mostShown).map(reportOf).reverse(),
      } satisfies CompletionPayloads['Maintenance.GetRetained']),
    'Maintenance.SettleRetained': ({ claim, how, document }, { token, session }) => {
      const card = waiting().find((one) => one.claim === claim);
      if (card === undefined) return commandError('noSuchCard');
      if (how === 'handedBack') {
        if (document === undefined) return commandError('documentNotSeen');
        const kept = journal.record('retained.handedBack', { claim, token, document }, session);
        return kept ? success() : commandError('journalUnavailable');
      }
      // It may still be fetched.
      if (clock.date() < until(card)) return commandError('tooEarly');
      return journal.record('retained.destroyed', { claim, token }, session)
        ? success()
        : commandError('journalUnavailable');
    },
    'Maintenance.SettleUnresolved': ({ saga, step, finding }, { token }) => {
      const settled = sagas.signOff({ saga, step }, finding, token);
      return settled.ok ? success() : commandError(settled.error);
    },
  };
}

const mostShown = 100;
