import { afterEntry, type Day, firstDay } from './day.ts';
import type { Journal } from './journal.ts';
import type { JournalReader } from './reader.ts';

/** The day as it stands, and the entry from which on it can be told. */
export function readDay(journal: Pick<JournalReader, 'entries'>): { readonly day: Day; readonly from: number } {
  const from = journal.entries({ event: 'day.carried' }).at(-1)?.seq ?? 0;
  return { day: journal.entries({ fromSeq: from }).reduce(afterEntry, firstDay), from };
}

/** Follows the journal, so that the day is always at hand; and lets the journal let go of what is told already. */
export class DayBook {
  #day: Day;
  #from: number;

  /** @param carryAfter entries after which the day is written down as a whole */
  constructor(journal: Pick<Journal, 'entries' | 'keepFrom' | 'onEntry' | 'record'>, carryAfter = 5_000) {
    ({ day: this.#day, from: this.#from } = readDay(journal));
    journal.keepFrom(() => this.#from);
    journal.onEntry((entry) => {
      this.#day = afterEntry(this.#day, entry);
      if (entry.event === 'day.carried') this.#from = entry.seq;
      else if (entry.seq - this.#from >= carryAfter || entry.event === 'day.opened')
        journal.record('day.carried', { state: JSON.stringify(this.#day) });
    });
  }

  get day(): Day {
    return this.#day;
  }
}
