import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { pipeDescriptor } from '../../transports/pcsc/protocol.ts';
import { childrenOf, eventually, readRecord, slotPerTest, soon } from './rig.fixture.ts';
import { timing } from './timing.ts';

// The library's close() deadlocks in a status handler, blocks behind a transmit that hangs, and emits an error of its
// own (reference 4.3). It is never called: the child process that holds the library is ended instead.

const bench = slotPerTest();

const gone = (): Promise<void> => eventually(() => expect(childrenOf(bench.slot)).toEqual([]));

test('inside the handler that tells of a card', async () => {
  const { reader } = bench.start();
  const stopped = new Promise<void>((resolve, reject) => {
    reader.onMedia((media) => {
      if (media === 'present') reader.stop().then(resolve, reject);
    });
  });
  await bench.slot.reader.insert(new EchoCard());
  await stopped;
  await gone();
  expect(reader.report()).toMatchObject({ state: 'absent', reason: 'stopped' });
});

test('while the chip does not answer: what was asked for ends, and so does the process', async () => {
  const { reader } = bench.start();
  await bench.slot.reader.insert(new EchoCard());
  await reader.waitForCard(soon);
  await reader.powerOn('cold', soon);
  bench.slot.reader.setFault({ kind: 'silent' });
  const exchange = reader.transmit(readRecord, { timeoutMs: 60_000 });
  const queued = reader.powerOff({ timeoutMs: 60_000 });
  const waiting = reader.waitForRemoval({ timeoutMs: 60_000 });
  await eventually(() => expect(bench.slot.reader.apdus).toBe(1));
  await reader.stop();
  for (const asked of [exchange, queued, waiting]) {
    expect(await asked).toEqual({ ok: false, error: { code: 'notReady', detail: 'stopped' } });
  }
  await gone();
});

test('while pcscd stands still', async () => {
  const { reader } = bench.start();
  await bench.slot.reader.insert(new EchoCard());
  await reader.waitForCard(soon);
  await reader.powerOn('cold', soon);
  await bench.slot.pcscd.freeze();
  await reader.stop();
  await gone();
});

test('twice, and before it was ever ready', async () => {
  const { reader } = bench.start();
  await Promise.all([reader.stop(), reader.stop()]);
  await gone();
  expect(await reader.waitForCard(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  expect(await reader.transmit(readRecord, soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
});

test('a customer’s card is left without power', async () => {
  const { reader } = bench.start();
  const card = new EchoCard();
  await bench.slot.reader.insert(card);
  await reader.waitForCard(soon);
  await reader.powerOn('cold', soon);
  const before = card.resets;
  await reader.stop();
  await eventually(() => expect(card.resets).toBeGreaterThan(before));
});

test('while the process still talks: of what it says on its way out nothing is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pcsc-talks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const childPath = join(folder, 'child.cjs');
  writeFileSync(childPath, talks(bench.slot.transport.reader));
  const { reader, reports } = bench.start({ childPath });
  await eventually(() => expect(reader.report().state).toBe('ready'));
  await reader.stop();
  const told = [...reports];
  expect(told.at(-1)).toBe('absent stopped');
  // The first look into a slot is believed after a while only.
  await delay(2 * timing.firstLookMs);
  expect(reports).toEqual(told);
});

/** A child process that says without a pause that the slot is empty (message-pipe.ts has the frames). */
const talks = (reader: string): string => `
  const { createWriteStream } = require('node:fs');
  const pipe = createWriteStream('', { fd: ${pipeDescriptor} });
  const say = (message) => {
    const text = Buffer.from(JSON.stringify(['', message]));
    const head = Buffer.alloc(6);
    head.writeUInt32BE(text.length + 2, 0);
    head.writeUInt16BE(text.length, 4);
    return pipe.write(Buffer.concat([head, text]));
  };
  say({ event: 'context' });
  setInterval(() => {
    for (let times = 0; times < 100; times += 1) say({ event: 'status', reader: ${JSON.stringify(reader)}, state: 0, count: 0 });
  }, 1);`;
