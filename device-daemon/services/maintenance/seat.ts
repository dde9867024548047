import type { DeviceReport, MaintenanceSignedOffEvent } from '#protocol/generated/kiosk.ts';
import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import type { Clock } from '../kiosk/clock.ts';
import type { EntryOwner } from '../kiosk/pin.ts';

/** `cardChanged`: another card is in, or the same with a chip that fell silent; nobody can tell which. */
export type SeatEnd = 'cardRemoved' | 'cardChanged' | 'readerLost';

/** A staff card's stay in the reader: while it lasts its owner is here. */
export class Seat implements EntryOwner {
  readonly insertion: Insertion;
  readonly #left = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #stopWatching: () => void;
  #end: SeatEnd | undefined;

  constructor(reader: CardReader, insertion: Insertion) {
    this.insertion = insertion;
    const look = (): void => {
      const now = reader.insertion();
      if (now?.number === insertion.number) return;
      const gone = reader.media() === 'unknown' ? 'readerLost' : 'cardRemoved';
      this.#end = now === undefined ? gone : 'cardChanged';
      this.#leave();
    };
    this.#stopWatching = reader.onMedia(look);
    look();
  }

  /** How it ended, as far as the reader can tell; undefined while it lasts. */
  get end(): SeatEnd | undefined {
    return this.#end;
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

/** A driver tells a plug that was pulled from a service that died by then. */
const findOutMs = 3_000;

/** What its driver has found out by then; also of one that is back already. */
export async function lostReader(
  reader: CardReader | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Pick<MaintenanceSignedOffEvent, 'reader'>> {
  let known: MaintenanceSignedOffEvent['reader'];
  const note = ({ driver, state, reason }: DeviceReport): void => {
    if (state === 'ready' || state === 'starting') return;
    known = { driver, report: reason === undefined ? state : `${state} ${reason}` };
  };
  if (reader !== undefined) note(reader.report());
  const stop = reader?.onReport(note);
  await clock.sleep(findOutMs, signal);
  stop?.();
  return known === undefined ? {} : { reader: known };
}
