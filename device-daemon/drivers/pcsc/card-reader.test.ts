import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CardSlot, openCardSlot } from '#simulators/pcscd/index.ts';
import { asT0, echoAtr as atr, EchoCard } from '#simulators/virtual-reader/index.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import { createPcscCardReader } from './index.ts';

const options = { timeoutMs: 10_000 };
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** The real pcscd, or a test that fails: on a machine without it these tests say so instead of passing. */
async function slot(): Promise<CardSlot> {
  const opened = await openCardSlot();
  if (!opened.ok) throw new Error(`no pcscd for this test: ${opened.error.code}, ${opened.error.detail}`);
  return opened.value;
}

let bench: CardSlot;
let reader: CardReader;

beforeAll(async () => {
  bench = await slot();
});
afterAll(async () => {
  await bench.stop();
});
beforeEach(() => {
  reader = createPcscCardReader({ name: 'cardReader', transport: bench.transport });
  reader.start();
});
afterEach(async () => {
  await reader.stop();
  bench.reader.setFault(undefined);
  await bench.reader.remove();
});

describe('through the real pcscd', () => {
  test('a card is seen, read and seen to leave', async () => {
    const card = new EchoCard();
    await bench.reader.insert(card);
    const insertion = await reader.waitForCard(options);
    expect(insertion).toEqual({ ok: true, value: { number: 1, atr } });
    expect(reader.report()).toMatchObject({ state: 'ready', restarts: 0 });
    expect(await reader.powerOn('cold', options)).toEqual({ ok: true, value: atr });
    const answer = await reader.transmit(bytes('00a4040002aabb00'), options);
    expect(answer.ok && hex(answer.value)).toBe('aabb9000');
    expect(reader.capabilities().identifier).toBe('Virtual PCD 00 00');
    await bench.reader.remove();
    expect(await reader.waitForRemoval(options)).toEqual({ ok: true });
    expect(reader.media()).toBe('notPresent');
  });

  test('a T=0 card answers in pieces, the caller sees whole responses', async () => {
    const card = new EchoCard();
    await bench.reader.insert(asT0(card));
    await reader.waitForCard(options);
    const echoed = await reader.transmit(bytes('80ae8000040102030400'), options);
    expect(echoed.ok && hex(echoed.value)).toBe('010203049000');
    const record = await reader.transmit(bytes('00b2201400'), options);
    expect(record.ok && record.value.length).toBe(34);
    expect(card.seen).toHaveLength(2);
  });
});
