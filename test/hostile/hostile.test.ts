import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FrameSocket, frameBytes } from '../wire/frame-socket.ts';
import { RawClient } from '../wire/raw-client.ts';
import { Flood, perBatch } from './flood.ts';
import { handAtTheReader, quantile, startUnderAttack, type UnderAttack } from './under-attack.ts';

// The whole daemon on real drivers, and clients that do what no client should. KIOSK_HOSTILE_FRAMES and
// KIOSK_HOSTILE_SEED run another length and another seed.

const total = Number(process.env['KIOSK_HOSTILE_FRAMES'] ?? 100_000);
const seed = Number(process.env['KIOSK_HOSTILE_SEED'] ?? Date.now() % 1_000_000_007);
const warmUpBatches = 5;
const mebibyte = 2 ** 20;
const memoryLimit = 20 * mebibyte;
/** Of device clients, and as many again of the publisher. */
const places = 16;

let kiosk: UnderAttack;
const sockets: Socket[] = [];
const clients: RawClient[] = [];
beforeAll(async () => {
  kiosk = await startUnderAttack();
}, 120_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate();
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => kiosk?.stop());

function raw(path: string, headers: readonly string[] = []): FrameSocket {
  const socket = new FrameSocket(new URL(path, kiosk.url.replace('http', 'ws')).href, headers);
  sockets.push(socket.socket);
  return socket;
}

function tcp(bytes: string): Socket {
  const { hostname, port } = new URL(kiosk.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  if (bytes !== '') socket.write(bytes);
  sockets.push(socket);
  return socket;
}

/** A client like any other, answered as ever. */
async function isServed(): Promise<void> {
  const attempt = async (): Promise<RawClient> => {
    const client = new RawClient(`${kiosk.publisher}/CardReader`);
    clients.push(client);
    // A place is free as soon as the daemon has noticed who left.
    return (await client.opened()) === 'open' ? client : attempt();
  };
  const client = await attempt();
  client.command('Common.Status', 1);
  expect((await client.completion(1)).header.completionCode).toBe('success');
  client.socket.terminate();
  expect((await fetch(new URL('/healthz', kiosk.url))).status).toBe(200);
}

describe('sockets', () => {
  test('500 connections: as many as there are places, the rest told so, and a place left is free', async () => {
    const knocks = Array.from({ length: 500 }, () => raw('/xfs4iot/v1.0/Printer'));
    const opened = await Promise.all(knocks.map((knock) => knock.opened));
    // One place is the well-behaved client's.
    expect(opened.filter(Boolean)).toHaveLength(places - 1);
    const refused = knocks.filter((_, index) => opened[index] === false);
    expect(new Set(refused.map(({ head }) => head.split('\r\n')[0]))).toEqual(
      new Set(['HTTP/1.1 503 Service Unavailable']),
    );
    expect(await raw('/xfs4iot/v1.0').opened).toBe(true);
    for (const { socket } of knocks) socket.destroy();
    await expect.poll(() => raw('/xfs4iot/v1.0/Printer').opened, { timeout: 10_000 }).toBe(true);
  });

  test('connections that begin and do not go on take nothing from the others', async () => {
    const idle = [
      '',
      'G',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n',
      'GET /xfs4iot/v1.0 HTTP/1.1\r\nUpgrade: websocket\r\n',
    ];
    for (let index = 0; index < 200; index++) tcp(idle[index % idle.length] ?? '');
    const half = Array.from({ length: 8 }, () => raw('/xfs4iot/v1.0/CardReader'));
    await Promise.all(half.map(({ opened }) => opened));
    for (const { socket } of half) socket.write(frameBytes(Buffer.alloc(1_000_000, 0x20)).subarray(0, 900_000));
    await isServed();
  });

  test('a client that stops reading is closed when 4 MiB wait for it', async () => {
    const deaf = raw('/xfs4iot/v1.0/PinPad');
    await deaf.opened;
    const before = await kiosk.memory();
    deaf.socket.pause();
    const capabilities = (requestId: number) =>
      frameBytes(
        Buffer.from(
          `{"header":{"name":"Common.Capabilities","type":"command","requestId":${requestId},"version":"2.0"}}`,
        ),
      );
    // Some megabytes of answers stay in the kernel; the first write after the daemon has had enough finds nobody there.
    for (let batch = 0; !deaf.socket.destroyed; batch++) {
      const frames = Buffer.concat(Array.from({ length: 100 }, (_, index) => capabilities(batch * 100 + index + 1)));
      await new Promise<void>((resolve) => {
        deaf.socket.write(frames, () => resolve());
      });
    }
    await isServed();
    expect((await kiosk.memory()).heap - before.heap).toBeLessThan(4 * mebibyte);
  });

  test.each([
    ['a name that was rebound to us', ['Host: evil.example']],
    ['a name that begins with ours', ['Host: 127.0.0.1.evil.example']],
    ['a foreign page', ['Origin: http://evil.example']],
    ['a page from a file', ['Origin: null']],
    ['another port of this machine', ['Origin: http://127.0.0.1:1']],
  ])('%s gets nowhere', async (_what, headers) => {
    const paths = ['/xfs4iot/v1.0', '/xfs4iot/v1.0/CardReader', '/kiosk/v1/Kiosk'];
    const { cookie } = await kiosk.pageHeaders();
    for (const path of paths) {
      const socket = raw(path, [...headers, `Cookie: ${cookie}`]);
      expect(await socket.opened).toBe(false);
      expect(socket.head).toMatch(/^HTTP\/1\.1 403/);
    }
    await isServed();
  });
});

test(`${total} frames, seed ${seed}`, { timeout: 600_000 }, async () => {
  const flood = await Flood.prepare(kiosk, seed);
  const hand = handAtTheReader(kiosk.bench);
  // What is loaded once and kept (forms, fonts, validators) is no leak.
  await flood.run(warmUpBatches);
  await kiosk.probe();
  const quiet: number[] = [];
  while (quiet.length < 1_000) quiet.push(...(await kiosk.probe()));
  const before = await kiosk.memory();
  const began = performance.now();
  await flood.run(Math.ceil(total / perBatch) - warmUpBatches);
  const seconds = (performance.now() - began) / 1_000;
  const beside = await kiosk.probe();
  await hand.stop();
  const after = await kiosk.memory();

  const ms = (samples: readonly number[], q: number) => `${(quantile(samples, q) / 1_000).toFixed(2)} ms`;
  const mib = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MiB`;
  const p99 = quantile(beside, 0.99) / quantile(quiet, 0.99);
  console.log(
    [
      `seed ${seed}: ${flood.frames} frames in ${seconds.toFixed(0)} s, ${flood.mutated} of them mutated payloads`,
      `accepted ${flood.accepted}, refused ${flood.refused}`,
      `heap ${mib(before.heap)} -> ${mib(after.heap)}, resident ${mib(before.rss)} -> ${mib(after.rss)}`,
      `Common.Status beside it: p50 ${ms(quiet, 0.5)} -> ${ms(beside, 0.5)}, p99 ${ms(quiet, 0.99)} -> ${ms(beside, 0.99)}, ${p99.toFixed(1)}x`,
    ].join('\n'),
  );
  expect(flood.faults).toEqual([]);
  expect(kiosk.daemon.bugs).toEqual([]);
  expect(kiosk.daemon.isAlive, kiosk.daemon.errors).toBe(true);
  expect(flood.frames).toBeGreaterThanOrEqual(total);
  expect(flood.mutated).toBeGreaterThanOrEqual(flood.frames / 2);
  expect(flood.accepted).toBeGreaterThan(flood.frames / 2);
  expect(after.heap - before.heap).toBeLessThan(memoryLimit);
  await isServed();
});
