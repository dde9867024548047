import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { bundle } from '../bundle.ts';
import { RawClient } from '../wire/raw-client.ts';
import { Answering } from './processes.ts';

export interface Memory {
  /** Bytes after garbage collection: heap and buffers. */
  readonly heap: number;
  readonly rss: number;
}

/** A whole kiosk: its outside world in this process, the daemon in another, a well-behaved client in a third. */
export interface UnderAttack {
  readonly bench: Bench;
  readonly daemon: Answering;
  readonly url: string;
  readonly publisher: string;
  /** Latencies of the well-behaved client since it was last asked, in microseconds. */
  probe(): Promise<readonly number[]>;
  memory(): Promise<Memory>;
  /** Headers of a page that was just loaded: its cookie, and the origin that goes with it. */
  pageHeaders(): Promise<Record<string, string>>;
  /** Names of the commands that a service offers. */
  commands(url: string, headers: Record<string, string>): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function startUnderAttack(): Promise<UnderAttack> {
  // Attackers and victim keep every core busy; tests beside them go first. What is started from here inherits it.
  setPriority(10);
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-hostile-'));
  const uiFolder = join(folder, 'ui');
  mkdirSync(uiFolder);
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html><title>kiosk</title>');
  const [bench, bundles] = await Promise.all([
    startBench({ folder, delayScale: 0, settings: { server: { uiFolder } } }),
    bundle('hostile', {
      daemon: 'test/hostile/daemon.ts',
      probe: 'test/hostile/probe.ts',
      'pcsc-child': 'device-daemon/transports/pcsc/child.ts',
    }),
  ]);
  const daemon = new Answering(bundles.path('daemon'), bench.configFile);
  const { url, publisher } = await daemon.heard<{ readonly url: string; readonly publisher: string }>();
  const probe = new Answering(bundles.path('probe'), `${publisher}/Printer`);
  await probe.heard();
  return {
    bench,
    daemon,
    url,
    publisher,
    probe: async () => (await probe.ask<{ readonly samples: readonly number[] }>()).samples,
    memory: () => daemon.ask<Memory>(),
    async pageHeaders() {
      const page = await fetch(url);
      const cookies = page.headers.getSetCookie().map((line) => line.split(';')[0]);
      return { cookie: cookies.join('; '), origin: new URL(url).origin };
    },
    async commands(service, headers) {
      const client = new RawClient(service, { headers });
      await client.opened();
      client.command('Common.Capabilities', 1);
      const { payload } = await client.completion(1);
      client.socket.terminate();
      const interfaces = (payload?.['interfaces'] ?? []) as readonly { readonly commands?: object }[];
      return interfaces.flatMap((listed) => Object.keys(listed.commands ?? {}));
    },
    async stop() {
      await probe.stop();
      await daemon.stop();
      await bench.stop();
      bundles.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who puts a card in and takes it out all the time: what waits for either goes on. */
export function handAtTheReader(bench: Bench): { stop(): Promise<void> } {
  let tired = false;
  const work = (async () => {
    while (!tired) {
      await bench.cardReader.insert('gen3-active');
      await pause(1_000);
      await bench.cardReader.remove();
      await pause(500);
    }
  })();
  return {
    stop: () => {
      tired = true;
      return work;
    },
  };
}

export const quantile = (samples: readonly number[], q: number): number =>
  [...samples].sort((a, b) => a - b)[Math.floor(samples.length * q)] ?? Number.NaN;
