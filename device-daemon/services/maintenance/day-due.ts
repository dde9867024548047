import { chinaClock, type DayBook, dueFrom, type Journal } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';

export interface DayDueParts {
  readonly book: Pick<DayBook, 'day'>;
  readonly journal: Pick<Journal, 'record'>;
  readonly clock: Pick<Clock, 'date' | 'sleep'>;
  /** A time of day in China, `18:00`; empty: nothing is ever due. */
  readonly cutOver: string;
  readonly onChange: () => void;
}

/** Looked at the wall clock so often, and never slept towards a time: the clock may be set, and the machine may sleep. */
const lookMs = 30_000;

/**
 * Says when the business day is due to be closed, once for each day (domain 6e). The kiosk goes on serving: a card is lost
 * in the evening, too. What was said stands in the journal until two persons have signed, whatever the clock does then.
 */
export class DayDue {
  readonly #parts: DayDueParts;
  readonly #over = new AbortController();

  constructor(parts: DayDueParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.cutOver !== '') void this.#watch();
  }

  stop(): void {
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      this.#look();
      await this.#parts.clock.sleep(lookMs, signal);
    }
  }

  #look(): void {
    const { book, journal, clock, cutOver, onChange } = this.#parts;
    const { day, since, due } = book.day;
    if (due !== undefined) return;
    const from = dueFrom(since, cutOver);
    if (from === undefined || clock.date() < from) return;
    // One that the journal cannot take is said as soon as it can.
    if (journal.record('day.due', { day, since: chinaClock(from.toISOString()).slice(0, 16) })) onChange();
  }
}
