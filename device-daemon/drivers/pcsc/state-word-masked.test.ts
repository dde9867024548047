import { beforeEach, expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, type Rig, readRecord, slotPerTest, soon } from './rig.fixture.ts';

// The upper half of a state word counts events, the lower one has bits for "in use" and "exclusive" too (reference 4.3).

const bench = slotPerTest();
let rig: Rig;
beforeEach(async () => {
  rig = bench.start();
  await eventually(() => expect(rig.reader.media()).toBe('notPresent'));
  rig.media.length = 0;
});

test('whatever the count of events, a card is a card: five in a row', async () => {
  const { reader, media } = rig;
  for (let number = 1; number <= 5; number += 1) {
    await bench.slot.reader.insert(new EchoCard());
    expect(await reader.waitForCard(soon)).toMatchObject({ ok: true, value: { number } });
    await bench.slot.reader.remove();
    expect(await reader.waitForRemoval(soon)).toEqual({ ok: true });
  }
  expect(media).toEqual([1, 2, 3, 4, 5].flatMap((number) => [`present ${number}`, 'notPresent']));
});

test('in use is no insertion: a card that is powered, read and let go stays the one it was', async () => {
  const { reader, media } = rig;
  const watcher = bench.start();
  try {
    await bench.slot.reader.insert(new EchoCard());
    await reader.waitForCard(soon);
    await watcher.reader.waitForCard(soon);
    watcher.media.length = 0;
    for (let times = 0; times < 3; times += 1) {
      await reader.powerOn('cold', soon);
      // Held for longer than pcscd needs to tell everybody that it is in use: two of its looks.
      for (const until = performance.now() + 900; performance.now() < until; ) {
        expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
      }
      await reader.powerOff(soon);
    }
    await bench.slot.reader.remove();
    await watcher.reader.waitForRemoval(soon);
    await reader.waitForRemoval(soon);
    expect(media).toEqual(['present 1', 'notPresent']);
    expect(watcher.media).toEqual(['notPresent']);
  } finally {
    await watcher.reader.stop();
  }
});

test('a card that was in before the daemon is seen at once', async () => {
  await rig.reader.stop();
  await bench.slot.reader.insert(new EchoCard());
  const other = bench.start();
  await other.reader.waitForCard(soon);
  await other.reader.stop();
  rig = bench.start();
  expect(await rig.reader.waitForCard(soon)).toMatchObject({ ok: true, value: { number: 1 } });
});
