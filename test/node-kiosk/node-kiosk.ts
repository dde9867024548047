/**
 * The whole kiosk without its face: bench (real pcscd, pseudo-terminals, HTTPS hosts) and daemon in this process, and a
 * client that does what the page does. For tests of what happens, not of what it looks like.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { type JournalEntry, JournalReader, MachineKeys, sentenceOf } from '#device-daemon/journal/index.ts';
import { type Bench, type BenchOptions, startBench } from '#simulators/bench/index.ts';
import { recordSent } from '../conformance/recorder.ts';
import { OperatorPage, Page } from './page.ts';

export interface NodeKiosk {
  readonly bench: Bench;
  readonly daemon: Daemon;
  readonly folder: string;
  /** Loads the page and connects as its script does; an earlier page of this kiosk is closed. */
  page(): Promise<Page>;
  /** The same with the page of staff at work. */
  operator(): Promise<OperatorPage>;
  entries(query?: { readonly visit?: string; readonly event?: string }): readonly JournalEntry[];
  /** What `npx kiosk journal --visit` tells. */
  sentences(visit: string): readonly string[];
  verifyJournal(): ReturnType<JournalReader['verify']>;
  stop(): Promise<void>;
}

/** `before`: what is already so when the daemon starts. */
export async function startNodeKiosk(
  options: Partial<BenchOptions> = {},
  before: (bench: Bench) => Promise<void> = () => Promise.resolve(),
): Promise<NodeKiosk> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-'));
  // The daemon hands out connections with its page: any page will do here.
  const uiFolder = join(folder, 'ui');
  mkdirSync(uiFolder);
  for (const page of ['index', 'maintenance']) writeFileSync(join(uiFolder, `${page}.html`), '<!doctype html>');
  const { settings = {}, ...rest } = options;
  const bench = await startBench({ folder, delayScale: 0, ...rest, settings: { ...settings, server: { uiFolder } } });
  await before(bench);
  const loaded = loadConfig(bench.configFile);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const { config, origins } = loaded.value;
  const faults: string[] = [];
  const started = await startDaemon({
    config,
    origins,
    version: 'test',
    onSent: recordSent,
    log: (line) => faults.push(line),
  });
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
  let operator: OperatorPage | undefined;
  return {
    bench,
    daemon,
    folder,
    async page() {
      page?.close();
      page = await Page.load(daemon.url);
      return page;
    },
    async operator() {
      operator?.close();
      operator = await OperatorPage.load(daemon.url);
      return operator;
    },
    entries: (query = {}) => read((reader) => reader.entries(query)),
    sentences: (visit) =>
      read((reader) => reader.entries({ visit }).map(({ event, fields }) => sentenceOf(event, fields, 'en'))),
    verifyJournal: () => read((reader) => reader.verify()),
    async stop() {
      page?.close();
      operator?.close();
      await daemon.stop('test');
      await bench.stop();
      rmSync(folder, { recursive: true, force: true });
      // A bug in a handler is a failed test, whatever the test looked at.
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}
