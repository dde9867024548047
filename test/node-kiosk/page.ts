import { WebSocket } from 'ws';
import { createKioskClient, type KioskCatalogue, type KioskClient } from '#protocol/client/kiosk-client.ts';
import type { WireEvent } from '#protocol/client/messages.ts';
import type {
  CommandPayloads,
  CompletionPayloads,
  MaintenancePrompt,
  MaintenanceState,
  Snapshot,
} from '#protocol/generated/kiosk.ts';

/** How long a machine under load may take for what takes milliseconds. */
const patienceMs = 30_000;

type Event = WireEvent<KioskCatalogue>;

/** Ended well or with an error code of its own; anything below that throws. */
export type Answer<N extends keyof CompletionPayloads & keyof CommandPayloads> = CompletionPayloads[N];

/** One loaded page and its connection. */
export class WirePage {
  readonly client: KioskClient;
  readonly events: Event[] = [];
  readonly #watchers = new Set<() => void>();

  protected constructor(client: KioskClient) {
    this.client = client;
    client.subscribe((event) => this.#take(event));
  }

  /** Loads the page and connects as it does. */
  protected static async open(url: string, service: 'Kiosk' | 'Maintenance'): Promise<KioskClient> {
    const loaded = await fetch(service === 'Kiosk' ? url : new URL('/maintenance', url));
    let cookie = loaded.headers.getSetCookie().map(nameAndValue).join('; ');
    const origin = new URL(url).origin;
    const client = createKioskClient({
      url: `${url.replace(/^http/, 'ws')}kiosk/v1/${service}`,
      openSocket(address) {
        const socket = new WebSocket(address, { origin, headers: { cookie } });
        // The answer to a connection carries the token of the next.
        socket.on('upgrade', (response) => {
          const set = response.headers['set-cookie'];
          if (set !== undefined) cookie = set.map(nameAndValue).join('; ');
        });
        return socket;
      },
    });
    const opened = await client.whenOpen(patienceMs);
    if (!opened.ok) throw new Error(`the page did not connect: ${opened.error}`);
    return client;
  }

  /** Sends a command as the page does; its events are kept in `events` too. */
  async call<N extends keyof CommandPayloads & keyof CompletionPayloads>(
    name: N,
    payload?: CommandPayloads[N],
    signal?: AbortSignal,
  ): Promise<Answer<N>> {
    const completion = await this.complete(name, payload, signal);
    if (completion.completionCode !== 'success' && completion.completionCode !== 'commandErrorCode')
      throw new Error(`${name}: ${completion.completionCode}`);
    return completion.payload as Answer<N>;
  }

  async complete<N extends keyof CommandPayloads & keyof CompletionPayloads>(
    name: N,
    payload?: CommandPayloads[N],
    signal?: AbortSignal,
  ) {
    const request = this.client.request as (
      name: string,
      payload: unknown,
      options: object,
    ) => ReturnType<KioskClient['request']>;
    const reply = await request(name, payload, {
      deadlineMs: 90_000,
      ...(signal && { signal }),
      onEvent: (event: Event) => this.#take(event),
    });
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
    return reply.value;
  }

  /** Waits until what the daemon told makes it true. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`never came true: ${what}; last event ${JSON.stringify(this.events.at(-1))}`));
      }, patienceMs);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(late);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  /** Waits for an event that comes from now on, or is there already. */
  async event(name: Event['name']): Promise<void> {
    await this.until(name, () => this.events.some((event) => event.name === name));
  }

  close(): void {
    this.client.close();
  }

  /** Something was told. */
  protected noted(_event: Event): void {}

  #take(event: Event): void {
    this.events.push(event);
    this.noted(event);
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** The kiosk's page. */
export class Page extends WirePage {
  #snapshot: Snapshot | undefined;

  static async load(url: string): Promise<Page> {
    const page = new Page(await WirePage.open(url, 'Kiosk'));
    await page.refresh();
    return page;
  }

  async refresh(): Promise<Snapshot> {
    const snapshot = (await this.call('Visit.GetSnapshot')) as Snapshot;
    this.#keep(snapshot);
    return snapshot;
  }

  /** The newest snapshot that was told. */
  get snapshot(): Snapshot {
    if (this.#snapshot === undefined) throw new Error('no snapshot yet');
    return this.#snapshot;
  }

  service(name: Snapshot['services'][number]['service']) {
    return this.snapshot.services.find(({ service }) => service === name);
  }

  /** Reader, pad with keys, printer and both hosts are there. */
  async ready(): Promise<void> {
    await this.until('the balance can be had in full', () => {
      const balance = this.service('balance');
      return balance?.available === true && balance.reasons.length === 0;
    });
  }

  protected override noted(event: Event): void {
    if (event.name === 'Visit.SnapshotChangedEvent') this.#keep(event.payload);
  }

  /** An answer that is taken up only after the event behind it is the older of the two. */
  #keep(snapshot: Snapshot): void {
    const known = this.#snapshot;
    if (known === undefined || known.bootId !== snapshot.bootId || known.seq <= snapshot.seq) this.#snapshot = snapshot;
  }
}

/** The page of staff at work. */
export class OperatorPage extends WirePage {
  static async load(url: string): Promise<OperatorPage> {
    return new OperatorPage(await WirePage.open(url, 'Maintenance'));
  }

  state(): Promise<MaintenanceState> {
    return this.call('Maintenance.GetState') as Promise<MaintenanceState>;
  }

  prompts(): readonly string[] {
    return this.events.flatMap((event) => (event.name === 'Maintenance.PromptEvent' ? [event.payload.prompt] : []));
  }

  /** Waits until that was asked for so often. */
  prompted(prompt: MaintenancePrompt, times = 1): Promise<void> {
    return this.until(`${prompt} ${times} times`, () => this.prompts().filter((one) => one === prompt).length >= times);
  }
}

const nameAndValue = (cookie: string): string => cookie.split(';', 1)[0] ?? '';
