import { beforeEach, describe, expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, type Rig, readRecord, slotPerTest, soon, verify } from './rig.fixture.ts';

// After a removal every transmit fails with 0x80100069, with the next card in too, until disconnect (reference 4.3).

const bench = slotPerTest();
let rig: Rig;
let card: EchoCard;
beforeEach(async () => {
  rig = bench.start();
  card = new EchoCard();
  await bench.slot.reader.insert(card);
  expect(await rig.reader.waitForCard(soon)).toMatchObject({ ok: true });
});

describe('pulled', () => {
  test.each([1, 2])('in the middle of APDU %i', async (atApdu) => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    bench.slot.reader.setFault({ kind: 'pull', atApdu });
    for (let sent = 1; sent < atApdu; sent += 1) expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    expect(await reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
    await eventually(() => expect(reader.media()).toBe('notPresent'));
    expect(reader.insertion()).toBeUndefined();
  });

  test('in the middle of VERIFY: nothing is sent twice', async () => {
    const { reader } = rig;
    bench.slot.reader.setFault({ kind: 'pull', atApdu: 1 });
    expect(await reader.transmit(verify, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
    const next = new EchoCard();
    await bench.slot.reader.insert(next);
    expect(await reader.waitForCard(soon)).toMatchObject({ ok: true, value: { number: 2 } });
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    expect(next.seen).toEqual([Buffer.from(readRecord).toString('hex')]);
  });

  test('between two commands', async () => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    await bench.slot.reader.remove();
    expect(await reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
    expect(await reader.waitForRemoval(soon)).toEqual({ ok: true });
    expect(await reader.powerOn('cold', soon)).toMatchObject({ ok: false, error: { code: 'noCard' } });
  });

  test('while nobody looked, and another came: who spoke to the first learns it before the second hears a word', async () => {
    const { reader, media } = rig;
    await reader.powerOn('cold', soon);
    await bench.slot.reader.remove();
    await eventually(() => expect(reader.media()).toBe('notPresent'));
    const second = new EchoCard();
    await bench.slot.reader.insert(second);
    await eventually(() => expect(reader.insertion()?.number).toBe(2));
    expect(await reader.transmit(readRecord, soon)).toEqual({ ok: false, error: { code: 'cardRemoved' } });
    expect(second.seen).toEqual([]);
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    // A reader that is quick to start is seen empty first.
    const since = media.slice(media.indexOf('present 1'));
    expect(since.filter((change) => change !== 'unknown')).toEqual(['present 1', 'notPresent', 'present 2']);
  });

  test('and never powered: the next one is simply the next', async () => {
    const { reader } = rig;
    await bench.slot.reader.remove();
    expect(await reader.waitForRemoval(soon)).toEqual({ ok: true });
    expect(await reader.powerOff(soon)).toEqual({ ok: false, error: { code: 'noCard' } });
    await bench.slot.reader.insert(new EchoCard());
    await reader.waitForCard(soon);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  });
});

describe('a chip that does not do what chips do', () => {
  test('no answer to reset: mute, and out again', async () => {
    const { reader } = rig;
    await bench.slot.reader.remove();
    await reader.waitForRemoval(soon);
    bench.slot.reader.setFault({ kind: 'mute' });
    await bench.slot.reader.insert(card);
    expect(await reader.waitForCard(soon)).toMatchObject({ ok: true, value: { atr: new Uint8Array() } });
    expect(await reader.powerOn('cold', soon)).toEqual({ ok: false, error: { code: 'cardMute' } });
    expect(reader.report().state).toBe('ready');
    await bench.slot.reader.remove();
    expect(await reader.waitForRemoval(soon)).toEqual({ ok: true });
  });

  test('half a response: unresponsive, and the reader is well', async () => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    bench.slot.reader.setFault({ kind: 'garbage' });
    expect(await reader.transmit(readRecord, soon)).toMatchObject({ ok: false, error: { code: 'cardUnresponsive' } });
    bench.slot.reader.setFault(undefined);
    expect((await reader.powerOn('cold', soon)).ok).toBe(true);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  });

  test('slow: waited for within the caller’s time', async () => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    bench.slot.reader.setFault({ kind: 'slow', delayMs: 600 });
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  });
});

test('cold, warm and off, as the chip feels them', async () => {
  const { reader } = rig;
  expect((await reader.powerOn('cold', soon)).ok).toBe(true);
  const before = card.resets;
  expect((await reader.powerOn('warm', soon)).ok).toBe(true);
  await eventually(() => expect(card.resets).toBeGreaterThan(before));
  const warm = card.resets;
  expect(await reader.powerOff(soon)).toEqual({ ok: true });
  await eventually(() => expect(card.resets).toBeGreaterThan(warm));
  expect(reader.insertion()?.number).toBe(1);
});
