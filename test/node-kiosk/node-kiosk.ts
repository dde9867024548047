/**
 * The whole kiosk without its face: bench (real pcscd, pseudo-terminals, HTTPS hosts) and daemon in this process, and a
 * client that does what the page does. For tests of what happens, not of what it looks like.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { loadConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { type JournalEntry, JournalReader, MachineKeys, sentenceOf } from '#device-daemon/journal/index.ts';
import { createKioskClient, type KioskCatalogue, type KioskClient } from '#protocol/client/kiosk-client.ts';
import type { WireEvent } from '#protocol/client/messages.ts';
import type { CommandPayloads, CompletionPayloads, Snapshot } from '#protocol/generated/kiosk.ts';
import { type Bench, type BenchOptions, startBench } from '#simulators/bench/index.ts';
import { recordSent } from '../conformance/recorder.ts';

/** How long a machine under load may take for what takes milliseconds. */
const patienceMs = 20_000;

export interface NodeKiosk {
  readonly bench: Bench;
  readonly daemon: Daemon;
  readonly folder: string;
  /** Loads the page and connects as its script does; an earlier page of this kiosk is closed. */
  page(): Promise<Page>;
  entries(query?: { readonly visit?: string; readonly event?: string }): readonly JournalEntry[];
  /** What `npx kiosk journal --visit` tells. */
  sentences(visit: string): readonly string[];
  verifyJournal(): ReturnType<JournalReader['verify']>;
  stop(): Promise<void>;
}

export async function startNodeKiosk(options: Partial<BenchOptions> = {}): Promise<NodeKiosk> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-'));
  // The daemon hands out connections with its page: any page will do here.
  const uiFolder = join(folder, 'ui');
  mkdirSync(uiFolder);
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html>');
  const { settings = {}, ...rest } = options;
  const bench = await startBench({ folder, delayScale: 0, ...rest, settings: { ...settings, server: { uiFolder } } });
  const loaded = loadConfig(bench.configFile);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const { config } = loaded.value;
  const faults: string[] = [];
  const started = await startDaemon({ config, version: 'test', onSent: recordSent, log: (line) => faults.push(line) });
  if (!started.ok) throw new Error(started.error.lines.join('\n'));
  const daemon = started.value;
  const { dataFolder, keyFolder } = config.storage;
  const read = <T>(act: (reader: JournalReader) => T): T => {
    const reader = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
    if (reader === undefined) throw new Error('no journal');
    try {
      return act(reader);
    } finally {
      reader.close();
    }
  };
  let page: Page | undefined;
  return {
    bench,
    daemon,
    folder,
    async page() {
      page?.close();
      page = await Page.load(daemon.url);
      return page;
    },
    entries: (query = {}) => read((reader) => reader.entries(query)),
    sentences: (visit) =>
      read((reader) => reader.entries({ visit }).map(({ event, fields }) => sentenceOf(event, fields))),
    verifyJournal: () => read((reader) => reader.verify()),
    async stop() {
      page?.close();
      await daemon.stop('test');
      await bench.stop();
      rmSync(folder, { recursive: true, force: true });
      // A bug in a handler is a failed test, whatever the test looked at.
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}

type Event = WireEvent<KioskCatalogue>;

/** Ended well or with an error code of its own; anything below that throws. */
export type Answer<N extends keyof CompletionPayloads & keyof CommandPayloads> = CompletionPayloads[N];

/** One loaded page and its connection. */
export class Page {
  readonly client: KioskClient;
  readonly events: Event[] = [];
  #snapshot: Snapshot | undefined;
  readonly #watchers = new Set<() => void>();

  private constructor(client: KioskClient) {
    this.client = client;
    client.subscribe((event) => this.#take(event));
  }

  static async load(url: string): Promise<Page> {
    const loaded = await fetch(url);
    let cookie = loaded.headers.getSetCookie().map(nameAndValue).join('; ');
    const origin = new URL(url).origin;
    const client = createKioskClient({
      url: `${url.replace(/^http/, 'ws')}kiosk/v1/Kiosk`,
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
    const page = new Page(client);
    await page.refresh();
    return page;
  }

  async refresh(): Promise<Snapshot> {
    const snapshot = (await this.call('Visit.GetSnapshot')) as Snapshot;
    this.#snapshot = snapshot;
    return snapshot;
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

  /** The newest snapshot that was told. */
  get snapshot(): Snapshot {
    if (this.#snapshot === undefined) throw new Error('no snapshot yet');
    return this.#snapshot;
  }

  /** Waits until what the daemon told makes it true. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`never came true: ${what}; last snapshot ${JSON.stringify(this.#snapshot)}`));
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

  close(): void {
    this.client.close();
  }

  #take(event: Event): void {
    this.events.push(event);
    if (event.name === 'Visit.SnapshotChangedEvent') this.#snapshot = event.payload;
    for (const watcher of [...this.#watchers]) watcher();
  }
}

const nameAndValue = (cookie: string): string => cookie.split(';', 1)[0] ?? '';
