/**
 * So many of a kind in a window of time, for what is written down about strangers: each row of the journal is synced to
 * the disk, and a flood of refusals must not become a flood of rows.
 */
export class Budget {
  readonly #perWindow: number;
  readonly #windowMs: number;
  readonly #spent = new Map<string, number>();
  #began = performance.now();

  constructor(perWindow: number, windowMs: number) {
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
  }

  /** True while there is room for one more of the kind. Kinds are few: reasons and roles, never a client's text. */
  take(kind: string): boolean {
    const now = performance.now();
    if (now - this.#began >= this.#windowMs) {
      this.#began = now;
      this.#spent.clear();
    }
    const spent = this.#spent.get(kind) ?? 0;
    this.#spent.set(kind, spent + 1);
    return spent < this.#perWindow;
  }
}
