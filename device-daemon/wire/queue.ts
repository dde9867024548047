import type { Exchange } from './exchange.ts';

/** One command at a time per service, first come first served over all its connections, with a bound (protocol.md 5). */
export class CommandQueue {
  readonly #bound: number;
  #waiting: Exchange[] = [];
  #running: Exchange | undefined;
  #pumping = false;
  #idle: (() => void)[] = [];

  /** `bound`: how many may wait beside the running one. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get isFull(): boolean {
    return this.#running !== undefined && this.#waiting.length >= this.#bound;
  }

  add(exchange: Exchange): void {
    this.#waiting.push(exchange);
    this.#pump();
  }

  remove(exchange: Exchange): void {
    this.#waiting = this.#waiting.filter((other) => other !== exchange);
  }

  /** Waiting and running commands of which the predicate holds, in order of arrival. */
  select(predicate: (exchange: Exchange) => boolean): Exchange[] {
    const all = this.#running === undefined ? this.#waiting : [this.#running, ...this.#waiting];
    return all.filter(predicate);
  }

  /** Resolves when nothing waits or runs. */
  whenIdle(): Promise<void> {
    if (this.#running === undefined && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // A loop, not recursion: handlers may complete at once.
    while (this.#running === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#running = next;
      next.run(() => {
        this.#running = undefined;
        this.#pump();
      });
    }
    this.#pumping = false;
    if (this.#running === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
