import { describe, expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, type Rig, readRecord, slotPerTest, soon } from './rig.fixture.ts';

// A pcscd, reader or chip that hangs blocks the library's thread for as long as it likes; deadlines are ours.

const bench = slotPerTest();

async function powered(): Promise<Rig> {
  const made = bench.start({ timing: { contextMs: 3_000 } });
  await bench.slot.reader.insert(new EchoCard());
  await made.reader.waitForCard(soon);
  expect((await made.reader.powerOn('cold', soon)).ok).toBe(true);
  return made;
}

describe('pcscd stands still', () => {
  test('in the middle of a visit: time-out, degraded; it walks on: ready', async () => {
    const { reader } = await powered();
    await bench.slot.pcscd.freeze();
    expect(await reader.transmit(readRecord, { timeoutMs: 500 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    await eventually(() => expect(reader.report()).toMatchObject({ state: 'degraded', reason: 'readerNotAnswering' }));
    expect(reader.media()).toBe('unknown');
    expect(await reader.powerOn('cold', { timeoutMs: 500 })).toMatchObject({ ok: false, error: { code: 'notReady' } });
    bench.slot.pcscd.resume();
    await eventually(() => expect(reader.media()).toBe('present'));
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    expect(reader.report().state).toBe('ready');
  });

  test('before the daemon starts: degraded, not starting for ever', async () => {
    await bench.slot.pcscd.freeze();
    const { reader } = bench.start({ timing: { contextMs: 3_000 } });
    await eventually(() => expect(reader.report()).toMatchObject({ state: 'degraded', reason: 'readerNotAnswering' }));
    bench.slot.pcscd.resume();
    await eventually(() => expect(reader.report().state).toBe('ready'));
  });

  test('while a card is waited for: the wait keeps its own time', async () => {
    const { reader } = bench.start({ timing: { contextMs: 3_000 } });
    await eventually(() => expect(reader.media()).toBe('notPresent'));
    await bench.slot.pcscd.freeze();
    expect(await reader.waitForCard({ timeoutMs: 500 })).toEqual({ ok: false, error: { code: 'timeOut' } });
  });
});

describe('the chip never answers', () => {
  test('time-out; the next card is read', async () => {
    const { reader } = await powered();
    bench.slot.reader.setFault({ kind: 'silent' });
    expect(await reader.transmit(readRecord, { timeoutMs: 500 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    bench.slot.reader.setFault(undefined);
    await bench.slot.reader.remove();
    // The card that hung is out before the next comes in.
    await eventually(() => expect(reader.media()).toBe('notPresent'));
    await bench.slot.reader.insert(new EchoCard());
    expect(await reader.waitForCard(soon)).toMatchObject({ ok: true });
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  });

  test('a cancel frees the caller at once, the next operation waits for the chip or its deadline', async () => {
    const { reader } = await powered();
    bench.slot.reader.setFault({ kind: 'slow', delayMs: 800 });
    const cancel = new AbortController();
    const exchange = reader.transmit(readRecord, { ...soon, signal: cancel.signal });
    await eventually(() => expect(bench.slot.reader.apdus).toBe(1));
    cancel.abort();
    expect(await exchange).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(await reader.powerOff({ timeoutMs: 100 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    bench.slot.reader.setFault(undefined);
    const next = await reader.transmit(Uint8Array.of(0x00, 0xb2, 0x02, 0x00, 0x02), soon);
    expect(next.ok && next.value.length).toBe(4);
  });

  test('three times in a row without a good exchange between: the reader counts as degraded', async () => {
    const { reader } = await powered();
    for (let times = 1; times <= 3; times += 1) {
      bench.slot.reader.setFault({ kind: 'silent' });
      expect(await reader.transmit(readRecord, { timeoutMs: 300 })).toEqual({ ok: false, error: { code: 'timeOut' } });
      bench.slot.reader.setFault(undefined);
      await bench.slot.reader.remove();
      await eventually(() => expect(reader.media()).toBe('notPresent'));
      await bench.slot.reader.insert(new EchoCard());
      await reader.waitForCard(soon);
    }
    expect(reader.report()).toMatchObject({ state: 'degraded', reason: 'readerNotAnswering' });
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    expect(reader.report().state).toBe('ready');
  });
});
