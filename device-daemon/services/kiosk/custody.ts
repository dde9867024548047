import type { CardOutcome, CustodyState } from '#protocol/generated/kiosk.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import type { Journal } from '../../journal/index.ts';

export interface TakeCardNotice {
  readonly attention: 'normal' | 'louder';
  readonly secondsLeft: number;
}

export interface CustodyOptions {
  readonly reader: CardReader | undefined;
  readonly journal: Journal;
  /** One period of the reminder; there are two, the second louder. */
  readonly takeCardMs: number;
}

/** A physical act on a card may take so long before its outcome is `unknown`. */
const motionTimeoutMs = 15_000;

/**
 * Where the customer's card is, and giving it back. A dip reader cannot hold a card: it asks. A motorised one ejects,
 * reminds, then retains. A card that stays is never offered to the next visit.
 */
export class Custody {
  readonly #options: CustodyOptions;
  /** Insertion that an ended visit left in the reader; no visit may use it. */
  #leftInside = 0;

  constructor(options: CustodyOptions) {
    this.#options = options;
    const { reader } = options;
    if (reader === undefined) return;
    // A card that is in when the slot is looked at for the first time was left by somebody before this start.
    const stop = reader.onMedia((media) => {
      if (media === 'unknown') return;
      stop();
      this.disown();
    });
  }

  state(): CustodyState {
    const media = this.#options.reader?.media() ?? 'notPresent';
    if (media === 'notPresent') return 'none';
    return media === 'unknown' || media === 'jammed' ? 'unknown' : 'inserted';
  }

  /** A card is in that nobody's visit left behind. */
  cardWaiting(): boolean {
    const insertion = this.#options.reader?.insertion();
    return insertion !== undefined && insertion.number > this.#leftInside;
  }

  /** The card in the reader belongs to a visit that has ended. */
  strangerInside(): boolean {
    const insertion = this.#options.reader?.insertion();
    return insertion !== undefined && insertion.number <= this.#leftInside;
  }

  /**
   * Gives the card back and waits until it is taken, at most two periods.
   * @param visit id for the journal
   * @returns `none` when there was no card, `stillInside` when a dip reader's card was not taken
   */
  async giveBack(visit: string, signal: AbortSignal, notice: (notice: TakeCardNotice) => void): Promise<CardOutcome> {
    const { reader, journal, takeCardMs } = this.#options;
    const insertion = reader?.insertion();
    if (reader === undefined) return 'none';
    if (insertion === undefined) return reader.media() === 'notPresent' ? 'none' : 'unknown';
    // It was called for in vain already: nobody is waited for again.
    if (insertion.number <= this.#leftInside && !reader.capabilities().canRetain) return 'stillInside';
    await reader.powerOff({ timeoutMs: motionTimeoutMs });
    if (reader.capabilities().canEject && reader.insertion()?.number === insertion.number) {
      await reader.eject({ timeoutMs: motionTimeoutMs });
    }
    for (const attention of ['normal', 'louder'] as const) {
      notice({ attention, secondsLeft: Math.round(takeCardMs / 1000) });
      const removed = await reader.waitForRemoval({ signal, timeoutMs: takeCardMs });
      if (removed.ok || reader.insertion()?.number !== insertion.number) return 'taken';
      if (removed.error.code === 'cancelled' || removed.error.code !== 'timeOut') break;
    }
    if (signal.aborted) return 'stillInside';
    this.#leftInside = insertion.number;
    journal.record('card.notTaken', { seconds: Math.round((2 * takeCardMs) / 1000) }, visit);
    if (!reader.capabilities().canRetain) return 'stillInside';
    const retained = await reader.retain({ timeoutMs: motionTimeoutMs });
    return retained === 'done' ? 'retained' : 'unknown';
  }

  /** Whatever is in the reader now is nobody's: the visit that it belonged to is over. */
  disown(): void {
    this.#leftInside = Math.max(this.#leftInside, this.#options.reader?.insertion()?.number ?? 0);
  }
}
