import type { Database, HealthEvent } from './database.ts';

/** The ring keeps the newest; Visit.ReportHealth takes no more at once. */
export const ringSize = 200;
const batchSize = 50;
/** A page that fails in every frame must not fill the ring with one sentence. */
const perMinute = 20;
const detailLength = 160;

export interface HealthOptions {
  readonly database: Database | undefined;
  /** Offers events to the daemon; how many it has taken, undefined when it could not be asked. */
  readonly report: (events: readonly HealthEvent[]) => Promise<number | undefined>;
  readonly nowMs?: () => number;
}

/**
 * What happens to the page itself, kept until the daemon has it. In the browser's store when there is one, so that the
 * reason of a crash survives the crash; in memory otherwise.
 */
export class Health {
  readonly #options: HealthOptions;
  readonly #nowMs: () => number;
  #memory: HealthEvent[] = [];
  #recent: number[] = [];
  /** One thing at a time: notes and reports in the order in which they were asked for. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Keeps an event, then offers it. Never rejects. */
  note(kind: HealthEvent['kind'], detail: string): Promise<void> {
    const now = this.#nowMs();
    this.#recent = this.#recent.filter((at) => now - at < 60_000);
    if (this.#recent.length >= perMinute) return Promise.resolve();
    this.#recent.push(now);
    const event: HealthEvent = { at: new Date(now).toISOString(), kind, detail: impersonal(detail) };
    return this.#enqueue(async () => {
      await this.#keep(event);
      await this.#deliver();
    });
  }

  /** Offers everything that is kept. Never rejects. */
  deliver(): Promise<void> {
    return this.#enqueue(() => this.#deliver());
  }

  #enqueue(act: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(act).catch(() => undefined);
    return this.#queue;
  }

  async #keep(event: HealthEvent): Promise<void> {
    const { database } = this.#options;
    try {
      if (database === undefined) throw new Error('no store');
      const transaction = database.transaction('health', 'readwrite');
      await transaction.store.add(event);
      const surplus = (await transaction.store.count()) - ringSize;
      let cursor = surplus > 0 ? await transaction.store.openCursor() : null;
      for (let left = surplus; left > 0 && cursor !== null; left -= 1) {
        await cursor.delete();
        cursor = await cursor.continue();
      }
      await transaction.done;
    } catch {
      this.#memory = [...this.#memory, event].slice(-ringSize);
    }
  }

  async #deliver(): Promise<void> {
    const { database, report } = this.#options;
    for (;;) {
      const keys = (await database?.getAllKeys('health', null, batchSize).catch(() => [])) ?? [];
      const stored = (await database?.getAll('health', null, batchSize).catch(() => [])) ?? [];
      const fromStore = keys.length > 0;
      const events = fromStore ? stored : this.#memory.slice(0, batchSize);
      if (events.length === 0) return;
      const taken = await report(events);
      if (taken === undefined || taken <= 0) return;
      if (fromStore) {
        const last = keys[Math.min(taken, keys.length) - 1];
        if (last === undefined || database === undefined) return;
        await database.delete('health', IDBKeyRange.upperBound(last));
      } else {
        this.#memory = this.#memory.slice(taken);
      }
    }
  }
}

/** What a page says of itself holds no figures of anybody and no names: long numbers and Chinese text are cut out. */
export function impersonal(detail: string): string {
  return detail
    .replace(/\d{4,}/g, '#')
    .replace(/\p{Script=Han}+/gu, '#')
    .slice(0, detailLength);
}
