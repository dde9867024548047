import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asT0, EchoCard, VirtualReader } from '#simulators/virtual-reader/index.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import { createPcscCardReader } from './index.ts';
import { eventually, hex, readRecord, soon } from './rig.fixture.ts';

// On a machine without pcscd the driver listens where the virtual reader's own driver would (reference 4.1). To whoever
// holds the card nothing is different.

let reader: CardReader;
let slot: VirtualReader;
const port = (): number => Number(reader.capabilities().identifier?.split(' ').at(-1));

beforeEach(async () => {
  reader = createPcscCardReader({ name: 'cardReader', transport: { kind: 'vpcd', port: 0 } });
  reader.start();
  await eventually(() => expect(reader.report().state).toBe('ready'));
  slot = new VirtualReader({ slot: { host: '127.0.0.1', port: port() } });
});
afterEach(async () => {
  await slot.close();
  await reader.stop();
});

async function insert(card = new EchoCard()): Promise<EchoCard> {
  await slot.insert(card);
  await reader.waitForCard(soon);
  return card;
}

test('a card is seen, powered, read and seen to leave', async () => {
  const card = await insert();
  expect(reader.insertion()).toEqual({ number: 1, atr: card.atr });
  expect(await reader.powerOn('cold', soon)).toEqual({ ok: true, value: card.atr });
  expect(reader.protocol?.()).toBe('t0');
  const answer = await reader.transmit(readRecord, soon);
  expect(answer.ok && hex(answer.value)).toBe('5a5a5a5a9000');
  const before = card.resets;
  expect((await reader.powerOn('warm', soon)).ok).toBe(true);
  expect(await reader.powerOff(soon)).toEqual({ ok: true });
  await eventually(() => expect(card.resets).toBeGreaterThan(before));
  await slot.remove();
  expect(await reader.waitForRemoval(soon)).toEqual({ ok: true });
});

test('a T=1 chip is a T=1 chip', async () => {
  await insert(new EchoCard(Buffer.from('3b800181', 'hex')));
  await reader.powerOn('cold', soon);
  expect(reader.protocol?.()).toBe('t1');
});

test('pieces over T=0 become whole responses', async () => {
  const card = new EchoCard();
  await slot.insert(asT0(card));
  await reader.waitForCard(soon);
  const answer = await reader.transmit(Buffer.from('80ae8000040102030400', 'hex'), soon);
  expect(answer.ok && hex(answer.value)).toBe('010203049000');
  expect(card.seen).toHaveLength(1);
});

describe('what can go wrong', () => {
  test('pulled in the middle', async () => {
    await insert();
    await reader.powerOn('cold', soon);
    slot.setFault({ kind: 'pull', atApdu: 1 });
    expect(await reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
  });

  test('exchanged between two commands: the next hears nothing of the first one’s dialogue', async () => {
    await insert();
    await reader.powerOn('cold', soon);
    const second = new EchoCard();
    await slot.insert(second);
    await eventually(() => expect(reader.insertion()?.number).toBe(2));
    expect(await reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
    expect(second.seen).toEqual([]);
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
  });

  test('mute', async () => {
    slot.setFault({ kind: 'mute' });
    await insert();
    expect(await reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'cardMute' } });
  });

  test('half a status word', async () => {
    await insert();
    await reader.powerOn('cold', soon);
    slot.setFault({ kind: 'garbage' });
    expect(await reader.transmit(readRecord, soon)).toMatchObject({ ok: false, error: { code: 'cardUnresponsive' } });
  });

  test('silence: the deadline is ours, and a late answer is nobody’s', async () => {
    const card = await insert();
    await reader.powerOn('cold', soon);
    slot.setFault({ kind: 'slow', delayMs: 400 });
    expect(await reader.transmit(readRecord, { timeoutMs: 100 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    slot.setFault(undefined);
    await eventually(async () => expect((await reader.powerOn('cold', soon)).ok).toBe(true));
    const answer = await reader.transmit(Uint8Array.of(0x00, 0xb2, 0x01, 0x00, 0x01), soon);
    expect(answer.ok && hex(answer.value)).toBe('5a9000');
    expect(card.seen.at(-1)).toBe('00b2010001');
  });

  test('a second card program is sent away while the first has the slot', async () => {
    await insert();
    const intruder = new VirtualReader({ slot: { host: '127.0.0.1', port: port() } });
    try {
      const other = new EchoCard();
      await intruder.insert(other);
      expect((await reader.powerOn('cold', soon)).ok).toBe(true);
      expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
      expect(other.seen).toEqual([]);
      expect(reader.insertion()?.number).toBe(1);
    } finally {
      await intruder.close();
    }
  });

  test('stopped in the middle of an exchange', async () => {
    await insert();
    await reader.powerOn('cold', soon);
    slot.setFault({ kind: 'silent' });
    const exchange = reader.transmit(readRecord, soon);
    await eventually(() => expect(slot.apdus).toBe(1));
    await reader.stop();
    expect(await exchange).toMatchObject({ ok: false, error: { code: 'notReady' } });
  });
});

test('the port is taken: failed, and ready when it is free', async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const wanted = address !== null && typeof address === 'object' ? address.port : 0;
  const late = createPcscCardReader({ name: 'cardReader', transport: { kind: 'vpcd', port: wanted } });
  try {
    late.start();
    await eventually(() => expect(late.report()).toMatchObject({ state: 'failed', reason: 'transportFailed' }));
    await new Promise((resolve) => taken.close(resolve));
    await eventually(() => expect(late.report().state).toBe('ready'));
  } finally {
    await late.stop();
    taken.close();
  }
});
