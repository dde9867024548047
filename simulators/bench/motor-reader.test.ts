import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Crt591, createCrt591 } from '#device-daemon/drivers/crt591/index.ts';
import { openChannel, parseChannel } from '#device-daemon/transports/index.ts';
import { type Bench, startBench } from './index.ts';

// The bench's card unit and the hand before its gate, as the daemon's own driver meets them over a real pseudo-terminal.

let folder: string;
let bench: Bench;
let unit: Crt591;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-unit-'));
  bench = await startBench({
    ...{ folder, delayScale: 0, cardReader: 'crt591', hosts: false },
    ...{ pinPad: false, printer: false, idReader: false, passportReader: false, scanner: false },
  });
  const { connection } = bench.cardReader;
  const spec = connection.driver === 'crt591' ? parseChannel(connection.port) : undefined;
  if (spec?.ok !== true) throw new Error('no card unit');
  const open = openChannel(spec.value);
  unit = createCrt591({ names: { reader: 'cardReader', dispenser: 'cardDispenser' }, open: () => open });
  unit.reader.start();
  unit.dispenser.start();
});
afterAll(async () => {
  await Promise.all([unit.reader.stop(), unit.dispenser.stop()]);
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await bench.reset();
  await seen(() => unit.reader.media() === 'notPresent' && bench.dispenser.state().entry);
});

const soon = { timeoutMs: 20_000 };
const seen = (look: () => boolean) => vi.waitUntil(look, { timeout: 20_000, interval: 10 });
const api = async (path: string, body?: object) => {
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(new URL(`api/${path}`, bench.url), body && post);
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
};
const selectSocial = Buffer.from('00A404000F7378312E73682EC9E7BBE1B1A3D5CF00', 'hex');

async function insertAndSelect(): Promise<string> {
  await bench.cardReader.insert('gen3-active');
  const card = await unit.reader.waitForCard(soon);
  if (!card.ok) return card.error.code;
  const answer = await unit.reader.transmit(selectSocial, soon);
  return answer.ok ? Buffer.from(answer.value.subarray(-2)).toString('hex') : answer.error.code;
}

describe('the hand before the gate', () => {
  test('a card is drawn in and read, comes out when it is sent out, and is taken', async () => {
    expect(await insertAndSelect()).toBe('9000');
    expect(bench.cardReader.inserted()).toBe('gen3-active');
    expect((await api('dispenser', { take: true })).status).toBe(409);
    const taken = bench.cardReader.remove();
    expect(await unit.reader.eject(soon)).toBe('done');
    await taken;
    expect(bench.cardReader.inserted()).toBeUndefined();
    expect(await unit.reader.waitForRemoval(soon)).toEqual({ ok: true });
  });

  test('a shut gate takes no card until it opens', async () => {
    await unit.reader.acceptInsert(false, soon);
    let inside = false;
    const given = bench.cardReader.insert('gen2').then(() => {
      inside = true;
    });
    await unit.dispenser.look(soon);
    expect(inside).toBe(false);
    await unit.reader.acceptInsert(true, soon);
    await given;
    expect((await unit.reader.waitForCard(soon)).ok).toBe(true);
  });

  test('what was retained lies in the bin, and in nobody’s hand until the bin is emptied', async () => {
    await insertAndSelect();
    expect(await unit.reader.retain(soon)).toBe('done');
    expect((await api('state')).json).toMatchObject({
      'card-reader': { card: null },
      dispenser: { bin: 1, path: null, binCounter: 1 },
    });
    expect((await api('card-reader', { insert: 'gen3-active' })).status).toBe(409);
    expect((await api('dispenser', { emptyBin: true })).json).toMatchObject({ bin: 0, binCounter: 1 });
    await seen(() => bench.dispenser.state().entry);
    expect((await api('card-reader', { insert: 'gen3-active' })).status).toBe(200);
  });

  test('loading is seen by the unit', async () => {
    const before = bench.dispenser.state().hopper;
    expect((await api('dispenser', { load: { hopper: 1, cards: 7 } })).json['hopper']).toBe(before + 7);
    for (const load of [{ hopper: 2, cards: 1 }, { hopper: 1, cards: 0 }, { cards: 3 }, 5])
      expect((await api('dispenser', { load })).status).toBe(400);
  });
});

describe('faults', () => {
  test('pulled by force while the chip works: the card is gone, and so said', async () => {
    await bench.cardReader.setFault('pullAtCommand', 1);
    expect(await insertAndSelect()).toBe('cardRemoved');
    expect(bench.cardReader.inserted()).toBeUndefined();
  });

  test('a mute chip', async () => {
    await bench.cardReader.setFault('mute', true);
    expect(await insertAndSelect()).toBe('cardMute');
  });

  test.each([
    ['jamEject', 1],
    ['gateBlocked', true],
  ])('%s: the card does not come out; a fault of the reader', async (fault, value) => {
    await insertAndSelect();
    await bench.cardReader.setFault(fault, value);
    expect(await unit.reader.eject(soon)).not.toBe('done');
    expect(unit.reader.report()).toMatchObject({ state: 'failed', reason: 'jammed' });
  });

  test.each([
    ['hopperEmpty', 'hopperEmpty'],
    ['hopperLow', 'hopperLow'],
    ['binFull', 'binFull'],
  ])('%s is told by the dispenser', async (fault, reason) => {
    await bench.cardReader.setFault(fault, true);
    await seen(() => unit.dispenser.report().reason === reason);
    await bench.cardReader.setFault(fault, false);
    await seen(() => unit.dispenser.report().state === 'ready');
  });

  test('the mains go with a card inside, and come back: it is found', async () => {
    await insertAndSelect();
    await bench.mains.cut();
    expect(bench.cardReader.plugged).toBe(false);
    await bench.mains.restore();
    expect((await unit.dispenser.look(soon)).ok).toBe(true);
    expect(unit.reader.media()).toBe('present');
  });
});
