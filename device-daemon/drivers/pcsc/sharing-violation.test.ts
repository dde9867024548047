import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardSlot } from '#simulators/pcscd/index.ts';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { openSlot, type Rig, readRecord, soon, startReader } from './rig.fixture.ts';

// The default share mode is exclusive: a second program gets 0x8010000b (reference 4.2).

let slot: CardSlot;
let other: Rig;
let ours: Rig;
beforeAll(async () => {
  slot = await openSlot();
  await slot.reader.insert(new EchoCard());
  other = startReader(slot);
  ours = startReader(slot);
  await other.reader.waitForCard(soon);
  await ours.reader.waitForCard(soon);
});
afterAll(async () => {
  await other.reader.stop();
  await ours.reader.stop();
  await slot.stop();
});

test('another program holds the card: busy, degraded, and ours when it lets go', async () => {
  expect((await other.reader.powerOn('cold', soon)).ok).toBe(true);
  expect(await ours.reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'readerBusy' } });
  expect(ours.reader.report()).toMatchObject({ state: 'degraded', reason: 'readerBusy' });
  expect(await ours.reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'readerBusy' } });
  // What the other one does goes on unharmed.
  expect((await other.reader.transmit(readRecord, soon)).ok).toBe(true);

  expect(await other.reader.powerOff(soon)).toEqual({ ok: true });
  expect((await ours.reader.powerOn('cold', soon)).ok).toBe(true);
  expect((await ours.reader.transmit(readRecord, soon)).ok).toBe(true);
  expect(ours.reader.report().state).toBe('ready');
  expect(ours.reader.report()).not.toHaveProperty('reason');
});

test('we hold the card: nobody else reads it', async () => {
  await ours.reader.powerOn('cold', soon);
  expect(await other.reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'readerBusy' } });
});

test('a program that dies with the card in its hand lets go of it', async () => {
  await ours.reader.powerOff(soon);
  expect((await other.reader.powerOn('cold', soon)).ok).toBe(true);
  await other.reader.stop();
  expect((await ours.reader.powerOn('cold', soon)).ok).toBe(true);
});
