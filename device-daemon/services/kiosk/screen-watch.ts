import type { Journal } from '../../journal/index.ts';
import type { Clock } from './clock.ts';

export interface ScreenWatchParts {
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'record'>;
  /** The visit that runs. */
  readonly visit: () => string | undefined;
  /** The page of staff is on the glass. */
  readonly staffHere: () => boolean;
}

/** A page that loads anew is back by then. */
export const darkMs = 15_000;

/**
 * The customers' pages that are connected. One that goes in the middle of a visit is told at once. Between visits it may
 * load anew, or make room for that of staff: it is lost when none has come in its place.
 */
export class ScreenWatch {
  readonly #parts: ScreenWatchParts;
  #pages = 0;
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(parts: ScreenWatchParts) {
    this.#parts = parts;
  }

  opened(connection: number): void {
    this.#pages += 1;
    this.#cancel();
    this.#parts.journal.record('ui.connected', { connection });
  }

  closed(connection: number): void {
    this.#pages -= 1;
    const visit = this.#parts.visit();
    if (visit !== undefined) this.#parts.journal.record('ui.lost', { connection }, visit);
    else if (this.#pages === 0 && !this.#stopped) this.#wait(connection);
  }

  /** Pages that go after it go with the daemon. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #wait(connection: number): void {
    const { clock, journal, staffHere } = this.#parts;
    this.#cancel = clock.after(darkMs, () => {
      if (staffHere()) this.#wait(connection);
      else journal.record('ui.lost', { connection }, this.#parts.visit());
    });
  }
}
