/** Resolves after `delayMs`, or at once when the signal aborts. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done);
  });
}

/** One at a time, first come first served; waiting ends at a deadline or a signal. */
export class Lock {
  #held = false;
  readonly #queue: (() => void)[] = [];

  /** The function that lets go, or undefined when the wait ended first. */
  acquire(timeoutMs: number, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve(this.#releaser());
    }
    return new Promise((resolve) => {
      const giveUp = () => {
        clean();
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        resolve(undefined);
      };
      const turn = () => {
        clean();
        resolve(this.#releaser());
      };
      const clean = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const timer = Number.isFinite(timeoutMs) ? setTimeout(giveUp, timeoutMs) : undefined;
      signal.addEventListener('abort', giveUp);
      this.#queue.push(turn);
    });
  }

  #releaser(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#queue.shift();
      if (next === undefined) this.#held = false;
      else next();
    };
  }
}
