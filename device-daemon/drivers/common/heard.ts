/** What a line has said and nobody has taken yet. Who drops something wipes it. */
export class Heard<T> {
  readonly #wipe: (heard: T) => void;
  readonly #limit: number;
  #waiting: T[] = [];
  #wake: (() => void) | undefined;

  /** Beyond the limit somebody talks without end: it is dropped. */
  constructor(wipe: (heard: T) => void, limit = 1_000) {
    this.#wipe = wipe;
    this.#limit = limit;
  }

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  push(heard: T): void {
    if (this.#waiting.length < this.#limit) this.#waiting.push(heard);
    else this.#wipe(heard);
    this.#wake?.();
  }

  clear(): void {
    for (const heard of this.#waiting.splice(0)) this.#wipe(heard);
  }

  /** What comes next, or undefined at the time named (`performance.now()`) or when the signal aborts. One waits at a time. */
  async next(endsAtMs: number, signal: AbortSignal): Promise<T | undefined> {
    for (let looked = false; ; ) {
      const heard = this.#waiting.shift();
      if (heard !== undefined) return heard;
      if (signal.aborted) return undefined;
      const leftMs = endsAtMs - performance.now();
      if (leftMs <= 0) {
        if (looked) return undefined;
        // Timers run before reads: what waits in the system's buffer is no silence.
        looked = true;
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      looked = false;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, leftMs);
        signal.addEventListener('abort', done);
        this.#wake = done;
      });
    }
  }
}
