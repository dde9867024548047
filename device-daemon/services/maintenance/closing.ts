import type { ClosedReason } from '#protocol/generated/kiosk.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

export interface Closed {
  readonly reason: ClosedReason;
  readonly since: string;
}

/** Whether staff have taken the kiosk out of service. Over a restart the journal is all there is. */
export class Closing {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #closed: (Closed & { readonly seq: number }) | undefined;

  constructor(journal: Journal, clock: Clock, onChange: () => void) {
    this.#journal = journal;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#closed = lastClosing(journal);
    journal.keepFrom(() => this.#closed?.seq ?? Number.MAX_SAFE_INTEGER);
  }

  get closed(): Closed | undefined {
    return this.#closed && { reason: this.#closed.reason, since: this.#closed.since };
  }

  readonly area: Area<'Maintenance.Close' | 'Maintenance.Open'> = {
    'Maintenance.Close': ({ reason }, { token, session }) => {
      const since = this.#clock.date().toISOString();
      if (!this.#journal.record('kiosk.closed', { reason, token }, session)) return commandError('journalUnavailable');
      this.#closed = { reason, since, seq: this.#journal.lastSeq };
      this.#onChange();
      return success();
    },
    'Maintenance.Open': (_payload, { token, session }) => {
      if (this.#closed === undefined) return success();
      if (!this.#journal.record('kiosk.opened', { token }, session)) return commandError('journalUnavailable');
      this.#closed = undefined;
      this.#onChange();
      return success();
    },
  };
}

function lastClosing(journal: Journal) {
  const closed = journal.entries({ event: 'kiosk.closed' }).at(-1);
  const opened = journal.entries({ event: 'kiosk.opened' }).at(-1);
  if (closed === undefined || (opened !== undefined && opened.seq > closed.seq)) return undefined;
  return { reason: closed.fields['reason'] as ClosedReason, since: closed.at, seq: closed.seq };
}
