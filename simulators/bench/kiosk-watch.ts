/** How old the daemon's last word may be when somebody asks for it. */
const freshMs = 900;
/** A machine that is busy keeps a daemon that is there from answering; one that is gone refuses at once. */
const patienceMs = 5_000;
const maxBytes = 256 * 1024;

export interface KioskView {
  readonly url: string;
  readonly reachable: boolean;
  /** Body of the daemon's `GET /healthz`. */
  readonly health: unknown;
}

/**
 * Whether the daemon is there. The bench page cannot ask it, being of another origin; nobody asks while no page is open.
 */
export class KioskWatch {
  readonly #url: string;
  #view: KioskView;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  readonly #stopped = new AbortController();

  constructor(url: string) {
    this.#url = url;
    this.#view = { url, reachable: false, health: undefined };
  }

  /** Its last word; whoever looks again gets a newer one. */
  async look(): Promise<KioskView> {
    const first = this.#askedAt === Number.NEGATIVE_INFINITY;
    if (performance.now() - this.#askedAt > freshMs) this.#asking ??= this.#ask();
    if (first) await this.#asking;
    return this.#view;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(patienceMs)]);
    try {
      const response = await fetch(new URL('healthz', this.#url), { signal });
      const text = await response.text();
      const health: unknown = text.length > maxBytes ? undefined : JSON.parse(text);
      this.#view = { url: this.#url, reachable: response.ok, health };
    } catch {
      this.#view = { url: this.#url, reachable: false, health: undefined };
    } finally {
      this.#askedAt = performance.now();
      this.#asking = undefined;
    }
  }
}
