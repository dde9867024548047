import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { RawClient } from '../wire/raw-client.ts';
import { type BatchResult, runBatch } from './batch.ts';
import { FrameMaker, type HostileFrame } from './frames.ts';
import { Payloads } from './payloads.ts';
import { Answering, bundle } from './processes.ts';
import { Chance } from './random.ts';

// The whole daemon on real drivers, in a process of its own, and clients that send what no client should.
// KIOSK_HOSTILE_FRAMES and KIOSK_HOSTILE_SEED run another length and another seed.

const total = Number(process.env['KIOSK_HOSTILE_FRAMES'] ?? 100_000);
const seed = Number(process.env['KIOSK_HOSTILE_SEED'] ?? Date.now() % 1_000_000_007);
const perBatch = 500;
const warmUpBatches = 4;
const memoryLimit = 20 * 2 ** 20;

let folder: string;
let bench: Bench;
let bundles: Awaited<ReturnType<typeof bundle>>;
let daemon: Answering;
let probe: Answering;
let address: { readonly url: string; readonly publisher: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-hostile-'));
  const uiFolder = join(folder, 'ui');
  mkdirSync(uiFolder);
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html><title>kiosk</title>');
  [bench, bundles] = await Promise.all([
    startBench({ folder, delayScale: 0, settings: { server: { uiFolder } } }),
    bundle('daemon', 'probe'),
  ]);
  daemon = new Answering(bundles.path('daemon'), bench.configFile);
  address = await daemon.heard();
  probe = new Answering(bundles.path('probe'), `${address.publisher}/Printer`);
  await probe.heard();
}, 120_000);
afterAll(async () => {
  await probe?.stop();
  await daemon?.stop();
  await bench?.stop();
  bundles?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A new page of the kiosk: its cookie, and the origin that goes with it. */
async function pageHeaders(): Promise<Record<string, string>> {
  const page = await fetch(address.url);
  const cookie = page.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { cookie: cookie.join('; '), origin: new URL(address.url).origin };
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly maker: FrameMaker;
  headers(): Promise<Record<string, string>>;
}

const heard = /^[A-Za-z0-9_-]{8,64}$/;

async function target(name: string, url: string, chance: Chance, payloads: Payloads, headers: Target['headers']) {
  const client = new RawClient(url, { headers: await headers() });
  await client.opened();
  client.command('Common.Capabilities', 1);
  const { payload } = await client.completion(1);
  client.socket.terminate();
  const interfaces = (payload?.['interfaces'] ?? []) as readonly { readonly commands?: object }[];
  const commands = interfaces.flatMap((listed) => Object.keys(listed.commands ?? {}));
  return { name, url, headers, maker: new FrameMaker(chance, payloads, commands) };
}

interface Tally {
  frames: number;
  mutated: number;
  accepted: number;
  refused: number;
  readonly faults: string[];
}

function batchOf(maker: FrameMaker, chance: Chance): HostileFrame[] {
  const used: number[] = [];
  return Array.from({ length: perBatch }, () => {
    const requestId = (used.at(-1) ?? 0) + 1 + chance.below(3);
    const frame = maker.next(requestId, used);
    used.push(requestId);
    return frame;
  });
}

/** Somebody who puts a card in and takes it out all the time: what waits for either goes on. */
function handAtTheReader() {
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
    stop: (): Promise<void> => {
      tired = true;
      return work;
    },
  };
}

const quantile = (samples: readonly number[], q: number): number =>
  [...samples].sort((a, b) => a - b)[Math.floor(samples.length * q)] ?? Number.NaN;

test(`${total} frames, seed ${seed}`, { timeout: 600_000 }, async () => {
  const chance = new Chance(seed);
  const payloads = new Payloads(chance);
  const nothing = () => Promise.resolve({});
  const makeTarget = (name: string) => target(name, `${address.publisher}/${name}`, chance, payloads, nothing);
  const targets: Target[] = [
    await makeTarget('CardReader'),
    await makeTarget('PinPad'),
    await makeTarget('Printer'),
    await target('Kiosk', `${address.url.replace('http', 'ws')}kiosk/v1/Kiosk`, chance, payloads, pageHeaders),
  ];
  targets.push({
    name: 'ServicePublisher',
    url: address.publisher,
    headers: nothing,
    maker: new FrameMaker(chance, payloads, ['ServicePublisher.GetServices']),
  });

  const tally: Tally = { frames: 0, mutated: 0, accepted: 0, refused: 0, faults: [] };
  const attack = async ({ name, url, headers, maker }: Target): Promise<void> => {
    const frames = batchOf(maker, chance);
    const result: BatchResult = await runBatch(url, await headers(), frames);
    tally.frames += frames.length;
    tally.mutated += frames.filter(({ isMutated }) => isMutated).length;
    tally.accepted += result.accepted;
    tally.refused += result.refused;
    tally.faults.push(...result.faults.map((fault) => `${name}: ${fault}`));
    for (const { payload } of result.completions) {
      for (const value of Object.values(payload ?? {}))
        if (typeof value === 'string' && heard.test(value)) payloads.hear(value);
    }
  };
  /** Each service has one client after another, all services at the same time. */
  const flood = async (batches: number): Promise<void> => {
    let left = batches;
    await Promise.all(
      targets.map(async (victim) => {
        while (left > 0 && tally.faults.length === 0) {
          left -= 1;
          await attack(victim);
        }
      }),
    );
  };

  const hand = handAtTheReader();
  await flood(warmUpBatches);
  await probe.ask();
  const quiet: number[] = [];
  while (quiet.length < 1_000) quiet.push(...(await probe.ask<{ samples: number[] }>()).samples);
  const before = await daemon.ask<{ heap: number; rss: number }>();
  const began = performance.now();
  await flood(Math.ceil(total / perBatch) - warmUpBatches);
  const seconds = (performance.now() - began) / 1_000;
  await hand.stop();
  const beside = (await probe.ask<{ samples: number[] }>()).samples;
  const after = await daemon.ask<{ heap: number; rss: number }>();

  const grown = after.heap - before.heap;
  const ms = (samples: readonly number[], q: number) => `${(quantile(samples, q) / 1_000).toFixed(2)} ms`;
  console.log(
    [
      `seed ${seed}: ${tally.frames} frames in ${seconds.toFixed(0)} s, ${tally.mutated} of them mutated payloads`,
      `accepted ${tally.accepted}, refused ${tally.refused}`,
      `heap ${(before.heap / 2 ** 20).toFixed(1)} -> ${(after.heap / 2 ** 20).toFixed(1)} MiB, rss ${(before.rss / 2 ** 20).toFixed(0)} -> ${(after.rss / 2 ** 20).toFixed(0)} MiB`,
      `Common.Status beside it: p50 ${ms(quiet, 0.5)} -> ${ms(beside, 0.5)}, p99 ${ms(quiet, 0.99)} -> ${ms(beside, 0.99)}, ${(quantile(beside, 0.99) / quantile(quiet, 0.99)).toFixed(1)}x`,
    ].join('\n'),
  );
  expect(tally.faults).toEqual([]);
  expect(daemon.bugs).toEqual([]);
  expect(daemon.isAlive, daemon.errors).toBe(true);
  expect(tally.frames).toBeGreaterThanOrEqual(total);
  expect(tally.mutated).toBeGreaterThanOrEqual(tally.frames / 2);
  expect(tally.accepted).toBeGreaterThan(tally.frames / 10);
  expect(grown).toBeLessThan(memoryLimit);
});
