import { expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, hex, readRecord, slotPerTest, soon } from './rig.fixture.ts';

// pcscd dies: 0x80100013 and `end` for every reader, then silence for ever from that context (reference 4.3).

const bench = slotPerTest();

test('while a card waits in the reader: absent, then back, and it counts as another insertion', async () => {
  const { reader, media } = bench.start();
  await bench.slot.reader.insert(new EchoCard());
  expect(await reader.waitForCard(soon)).toMatchObject({ ok: true, value: { number: 1 } });
  expect((await reader.powerOn('cold', soon)).ok).toBe(true);
  await bench.slot.pcscd.kill();
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'absent', reason: 'serviceDown' }));
  expect(reader.media()).toBe('unknown');
  expect(await reader.transmit(readRecord, soon)).toMatchObject({ ok: false });
  await bench.slot.pcscd.start();
  expect(await reader.waitForCard(soon)).toMatchObject({ ok: true, value: { number: 2 } });
  const answer = await reader.transmit(readRecord, soon);
  expect(answer.ok && hex(answer.value)).toBe('5a5a5a5a9000');
  expect(reader.report()).toMatchObject({ state: 'ready', restarts: 1 });
  expect(media).toContain('unknown');
});

test('in the middle of an exchange: the exchange ends, the next card works', async () => {
  const { reader } = bench.start();
  const card = new EchoCard();
  await bench.slot.reader.insert(card);
  await reader.waitForCard(soon);
  await reader.powerOn('cold', soon);
  bench.slot.reader.setFault({ kind: 'silent' });
  const exchange = reader.transmit(readRecord, soon);
  await eventually(() => expect(bench.slot.reader.apdus).toBe(1));
  await bench.slot.pcscd.kill();
  expect(await exchange).toMatchObject({ ok: false, error: { code: 'notReady' } });
  bench.slot.reader.setFault(undefined);
  await bench.slot.pcscd.start();
  await reader.waitForCard(soon);
  expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
});

test('a wait for a card outlasts a restart', async () => {
  const { reader } = bench.start();
  await eventually(() => expect(reader.media()).toBe('notPresent'));
  const waiting = reader.waitForCard({ timeoutMs: 20_000 });
  await bench.slot.pcscd.restart();
  await bench.slot.reader.insert(new EchoCard());
  expect(await waiting).toMatchObject({ ok: true });
});

test('a wait does not outlast a pcscd that stays away, and says why', async () => {
  const { reader } = bench.start();
  await eventually(() => expect(reader.media()).toBe('notPresent'));
  const waiting = reader.waitForCard({ timeoutMs: 60_000 });
  await bench.slot.pcscd.kill();
  const ended = await waiting;
  expect(ended).toMatchObject({ ok: false, error: { code: 'notReady' } });
});

test('the daemon is there before pcscd', async () => {
  await bench.slot.pcscd.kill();
  const { reader } = bench.start();
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'absent', reason: 'serviceDown' }));
  await bench.slot.pcscd.start();
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'ready', restarts: 0 }));
});

test('five times in a row', async () => {
  const { reader } = bench.start();
  await bench.slot.reader.insert(new EchoCard());
  for (let times = 1; times <= 5; times += 1) {
    await bench.slot.pcscd.restart();
    await eventually(() => expect(reader.media()).toBe('present'));
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
  }
});
