import type { Journal } from '../../journal/index.ts';

/** DE11 has six digits; 000000 is nobody's. */
const highest = 999_999;

/**
 * System trace audit numbers (DE11), also the terminal's transaction counter (9F41): rising through restarts, because
 * the last one used stands in the journal before it is sent.
 */
export class StanCounter {
  #last: number;

  constructor(journal: Journal) {
    this.#last = Number(journal.newest('balance.asked')?.fields.stan ?? 0);
  }

  next(): number {
    this.#last = this.#last >= highest ? 1 : this.#last + 1;
    return this.#last;
  }
}
