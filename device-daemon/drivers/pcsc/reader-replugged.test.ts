import { expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, readRecord, slotPerTest, soon } from './rig.fixture.ts';

// pcsclite may not notice a reader that is plugged in again (its issue 68): without ours for a while, a new process asks.

const bench = slotPerTest();

test('unplugged: absent, a wait says so; plugged in again: ready, and the card in it is read', async () => {
  const { reader } = bench.start();
  const card = new EchoCard();
  await bench.slot.reader.insert(card);
  await reader.waitForCard(soon);
  await reader.powerOn('cold', soon);
  await bench.slot.pcscd.unplugReaders();
  await eventually(() =>
    expect(reader.report()).toMatchObject({ state: 'absent', reason: 'readerMissing', recovery: 'reopen' }),
  );
  expect(reader.insertion()).toBeUndefined();
  expect(reader.capabilities().identifier).toBeUndefined();
  expect(await reader.powerOn('cold', soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  await bench.slot.pcscd.plugReaders();
  await eventually(() => expect(reader.media()).toBe('present'));
  expect((await reader.powerOn('cold', soon)).ok).toBe(true);
  expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  expect(reader.report()).toMatchObject({ state: 'ready' });
  expect(reader.report().recovery).toBeUndefined();
  expect(reader.report().restarts).toBeGreaterThan(0);
});

test('not there at start, plugged in later', async () => {
  await bench.slot.pcscd.unplugReaders();
  const { reader } = bench.start();
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'absent', reason: 'readerMissing' }));
  await bench.slot.pcscd.plugReaders();
  await eventually(() => expect(reader.report().state).toBe('ready'));
});

test('readers are there, ours is not: absent, whatever the others hold', async () => {
  const { reader } = bench.start({ reader: 'Kiosk Reader X1' });
  await bench.slot.reader.insert(new EchoCard());
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'absent', reason: 'readerMissing' }));
  expect(reader.media()).toBe('unknown');
});

test('a part of the name will do, in any case of letters', async () => {
  const { reader } = bench.start({ reader: 'pcd 00 01' });
  await eventually(() => expect(reader.report().state).toBe('ready'));
  expect(reader.capabilities().identifier).toBe('Virtual PCD 00 01');
});
