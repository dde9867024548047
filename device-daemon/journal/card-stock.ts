import type { Journal } from './journal.ts';

/** A place in a card unit that holds cards: a hopper they come from, or a bin they are kept in. */
export interface StockUnit {
  /** As on the wire: `unit` and a name (interfaces.md 1.2). */
  readonly id: string;
  readonly kind: 'dispense' | 'retain';
  /** Cards it can hold. */
  readonly capacity: number;
}

export interface StockCounts {
  /** Cards at the last loading; of a bin 0. */
  readonly initial: number;
  readonly count: number;
  /** Of a hopper: how many of its cards have ended in a bin since the loading. */
  readonly retained: number;
  /** 0: the unit's own sensors decide when it is low or high. */
  readonly threshold: number;
  /** What cards they are, in the words of whoever loaded them. */
  readonly cardId?: string;
}

/**
 * Why a count changed. `test`: a card left for a person without an issue saga, in a booked test. `toBin`: a card of the
 * hopper ended in a bin. `kept`: a bin took one, whosever it was. `corrected`: two persons counted, and it was otherwise.
 */
export type StockReason = 'loaded' | 'configured' | 'test' | 'toBin' | 'kept' | 'emptied' | 'corrected' | 'carried';

const nothing: StockCounts = { initial: 0, count: 0, retained: 0, threshold: 0 };

/** The part of the journal that it takes. */
type Book = Pick<Journal, 'entries' | 'keepFrom' | 'onEntry' | 'record' | 'lastSeq'>;

/**
 * How many cards are where, as the journal has it: every change is an entry with the counts after it, so that the last
 * entry of a unit is its state, and all of them are the equation of the day-end (design.md 8).
 */
export class CardStock {
  readonly units: readonly StockUnit[];
  readonly #journal: Book;
  readonly #counts = new Map<string, StockCounts>();
  readonly #seqs = new Map<string, number>();
  readonly #listeners = new Set<(unit: StockUnit) => void>();

  /** @param carryAfter entries after which a count that has not changed is written down again */
  constructor(journal: Book, units: readonly StockUnit[], carryAfter = 20_000) {
    this.#journal = journal;
    this.units = units;
    for (const { seq, fields } of journal.entries({ event: 'stock.counted' })) {
      const { unit, initial, count, retained, threshold, cardId } = fields;
      if (typeof unit !== 'string') continue;
      this.#seqs.set(unit, seq);
      this.#counts.set(unit, {
        initial: Number(initial),
        count: Number(count),
        retained: Number(retained),
        threshold: Number(threshold),
        ...(typeof cardId === 'string' && { cardId }),
      });
    }
    journal.keepFrom(() => Math.min(Number.MAX_SAFE_INTEGER, ...this.#seqs.values()));
    // So that the journal may let go of what is before it.
    journal.onEntry(({ seq: last }) => {
      for (const [id, seq] of [...this.#seqs]) if (last - seq >= carryAfter) this.#book(id, 'carried', {});
    });
  }

  unit(id: string): StockUnit | undefined {
    return this.units.find((unit) => unit.id === id);
  }

  counts(id: string): StockCounts {
    return this.#counts.get(id) ?? nothing;
  }

  onChange(listener: (unit: StockUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** New cards in the hopper, or an emptied bin: the count begins anew. False: the journal could not keep it. */
  load(id: string, initial: number): boolean {
    return this.#book(id, initial === 0 ? 'emptied' : 'loaded', { initial, count: initial, retained: 0 });
  }

  /**
   * What two persons have counted; the entry bears their session.
   * @returns false: the journal could not keep it
   */
  counted(
    id: string,
    why: 'loaded' | 'emptied' | 'corrected',
    count: number,
    more: { readonly session: string; readonly firstSerial?: string; readonly lastSerial?: string },
  ): boolean {
    const { session, ...serials } = more;
    const before = this.counts(id).count;
    // A correction is no loading: what was loaded stays what it was.
    const change = why === 'corrected' ? { count } : { initial: count, count, retained: 0 };
    return this.#book(id, why, change, { before, ...serials }, session);
  }

  configure(id: string, change: { readonly threshold?: number; readonly cardId?: string }): boolean {
    return this.#book(id, 'configured', change);
  }

  /** A card of the hopper has reached a person, in a test. */
  leftForTest(id: string): boolean {
    return this.#book(id, 'test', { count: Math.max(0, this.counts(id).count - 1) });
  }

  /** A card of the hopper has ended in the bin; `wasOut`: it was counted when it reached the gate (interfaces.md 1.2). */
  leftForBin(id: string, { wasOut }: { readonly wasOut: boolean }): boolean {
    const { count, retained } = this.counts(id);
    return this.#book(id, 'toBin', { count: wasOut ? count : Math.max(0, count - 1), retained: retained + 1 });
  }

  /** The bin has one more. */
  kept(id: string): boolean {
    return this.#book(id, 'kept', { count: this.counts(id).count + 1 });
  }

  #book(
    id: string,
    why: StockReason,
    change: Partial<StockCounts>,
    more: { readonly before?: number; readonly firstSerial?: string; readonly lastSerial?: string } = {},
    session?: string,
  ): boolean {
    const unit = this.unit(id);
    if (unit === undefined) return false;
    const counts: StockCounts = { ...this.counts(id), ...change };
    // What has happened has happened: a count that the disk does not take is right all the same until the next start,
    // and the gap in the journal is told by the journal itself.
    this.#counts.set(id, counts);
    // Before the entry: its own listener asks again.
    this.#seqs.set(id, this.#journal.lastSeq + 1);
    const kept = this.#journal.record('stock.counted', { unit: id, why, ...counts, ...more }, session);
    for (const listener of [...this.#listeners]) listener(unit);
    return kept;
  }
}
