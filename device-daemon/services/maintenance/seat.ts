import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import type { EntryOwner } from '../kiosk/pin.ts';

/** A staff card's stay in the reader: while it lasts its owner is here. */
export class Seat implements EntryOwner {
  readonly insertion: Insertion;
  readonly #left = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #stopWatching: () => void;

  constructor(reader: CardReader, insertion: Insertion) {
    this.insertion = insertion;
    this.#stopWatching = reader.onMedia((_media, now) => {
      if (now?.number !== insertion.number) this.#leave();
    });
    if (reader.insertion()?.number !== insertion.number) this.#leave();
  }

  /** Aborted when the card has left. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  onCardRemoved(listener: () => void): () => void {
    if (this.signal.aborted) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nobody watches it any more. */
  dispose(): void {
    this.#stopWatching();
    this.#listeners.clear();
  }

  #leave(): void {
    this.#stopWatching();
    // Whoever listens learns why before what runs is stopped.
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
    this.#left.abort();
  }
}
