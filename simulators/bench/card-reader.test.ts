import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CardReader } from '#device-daemon/devices/card-reader.ts';
import { createPcscCardReader } from '#device-daemon/drivers/pcsc/index.ts';
import { type Bench, startBench } from './index.ts';

// The faults of the bench's reader, as the daemon's own driver meets them through the real pcscd.

let folder: string;
let bench: Bench;
let driver: CardReader;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-reader-'));
  bench = await startBench({ folder, delayScale: 0, cardReader: 'pcscd', pinPad: false, printer: false, hosts: false });
  const { connection } = bench.cardReader;
  if (connection.driver !== 'pcsc') throw new Error('no pcscd');
  driver = createPcscCardReader({
    name: 'cardReader',
    transport: { kind: 'pcsc', reader: connection.reader, socket: connection.socket, allowVirtual: true },
  });
  driver.start();
  await state('ready');
});
afterEach(async () => {
  await driver.stop();
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

const soon = { timeoutMs: 10_000 };
const state = (wanted: string) =>
  vi.waitFor(() => expect([driver.report().state, driver.report().reason].filter(Boolean).join(' ')).toBe(wanted), {
    timeout: 15_000,
    interval: 20,
  });
const selectSocial = Buffer.from('00A404000F7378312E73682EC9E7BBE1B1A3D5CF00', 'hex');

async function insertAndSelect(): Promise<string> {
  await bench.cardReader.insert('gen3-active');
  return select();
}

/** The status word, or why there is none. */
async function select(): Promise<string> {
  const card = await driver.waitForCard(soon);
  if (!card.ok) return card.error.code;
  const answer = await driver.transmit(selectSocial, soon);
  return answer.ok ? Buffer.from(answer.value.subarray(-2)).toString('hex') : answer.error.code;
}

test('a reader that is unplugged is absent, and is found again', async () => {
  expect(await insertAndSelect()).toBe('9000');
  await bench.cardReader.setFault('unplugged', true);
  expect(bench.cardReader.plugged).toBe(false);
  await state('absent readerMissing');
  await bench.cardReader.setFault('unplugged', false);
  await state('ready');
  // The card had stayed in the slot.
  expect(await select()).toBe('9000');
}, 60_000);

test('a pcscd that died is said, and is found again', async () => {
  await bench.cardReader.setFault('serviceStopped', true);
  await state('absent serviceDown');
  await bench.cardReader.setFault('serviceStopped', false);
  await state('ready');
  expect(await insertAndSelect()).toBe('9000');
}, 60_000);

test('a pcscd that stands still lets a call time out, and works again afterwards', async () => {
  expect(await insertAndSelect()).toBe('9000');
  await bench.cardReader.setFault('serviceFrozen', true);
  const stuck = await driver.transmit(selectSocial, { timeoutMs: 300 });
  expect(stuck.ok ? '' : stuck.error.code).toBe('timeOut');
  await bench.cardReader.setFault('serviceFrozen', false);
  await vi.waitFor(async () => expect(await select()).toBe('9000'), { timeout: 15_000 });
}, 60_000);

test('the mute card of the wallet is there and does not answer; so is any card with a mute chip', async () => {
  const powered = async () => {
    const card = await driver.waitForCard(soon);
    expect(card.ok && card.value.atr).toHaveLength(0);
    const power = await driver.powerOn('cold', soon);
    await bench.cardReader.remove();
    await driver.waitForRemoval(soon);
    return power.ok ? 'answered' : power.error.code;
  };
  await bench.cardReader.insert('mute');
  expect(await powered()).toBe('cardMute');
  await bench.cardReader.setFault('mute', true);
  await bench.cardReader.insert('gen3-active');
  expect(await powered()).toBe('cardMute');
  await bench.cardReader.setFault('mute', false);
  expect(await insertAndSelect()).toBe('9000');
});

test('a card is pulled at the command that was named, once', async () => {
  // SELECT and the GET RESPONSE that fetches its answer are two.
  await bench.cardReader.setFault('pullAtCommand', 3);
  expect(bench.cardReader.faults().find((fault) => fault.name === 'pullAtCommand')?.value).toBe(3);
  expect(await insertAndSelect()).toBe('9000');
  expect(await select()).toBe('cardRemoved');
  expect(bench.cardReader.inserted()).toBeUndefined();
  expect(bench.cardReader.faults().find((fault) => fault.name === 'pullAtCommand')?.value).toBe(0);
  expect(await insertAndSelect()).toBe('9000');
  expect(await select()).toBe('9000');
});

test('a chip that answers nonsense or not at all', async () => {
  expect(await insertAndSelect()).toBe('9000');
  await bench.cardReader.setFault('garbage', true);
  expect(await select()).toBe('cardUnresponsive');
  await bench.cardReader.setFault('garbage', false);
  await bench.cardReader.remove();
  await driver.waitForRemoval(soon);
  expect(await insertAndSelect()).toBe('9000');
  await bench.cardReader.setFault('silent', true);
  const silent = await driver.transmit(selectSocial, { timeoutMs: 300 });
  expect(silent.ok ? '' : silent.error.code).toBe('timeOut');
}, 60_000);
