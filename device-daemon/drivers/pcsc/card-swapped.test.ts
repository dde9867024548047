import { beforeEach, describe, expect, test } from 'vitest';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, type Rig, readRecord, slotPerTest, soon } from './rig.fixture.ts';

// pcscd looks into a virtual slot every 0.4 s. Faster hands than any person's show what it makes of a card that goes and
// comes between two looks: nobody may take the second for the first, and nobody may wait for ever.

const bench = slotPerTest();
let rig: Rig;
beforeEach(async () => {
  rig = bench.start();
  await bench.slot.reader.insert(new EchoCard());
  await rig.reader.waitForCard(soon);
});

/** The first command that the new card hears; until then the reader says that the old one is gone, or that none is there. */
async function powerAgain(second: EchoCard): Promise<void> {
  const { reader } = rig;
  await eventually(async () => {
    const powered = await reader.powerOn('cold', soon);
    if (!powered.ok) expect(['cardRemoved', 'noCard', 'notReady', 'cardMute']).toContain(powered.error.code);
    expect(powered.ok).toBe(true);
  });
  expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
  expect(second.seen.length).toBeGreaterThan(0);
}

describe('another card in the place of one that was spoken to', () => {
  test('the open dialogue ends', async () => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    const first = reader.insertion()?.number ?? 0;
    const second = new EchoCard();
    await bench.slot.reader.insert(second);
    const next = await reader.transmit(readRecord, soon);
    expect(next).toMatchObject({ ok: false });
    expect(second.seen).toEqual([]);
    await powerAgain(second);
    expect(reader.insertion()?.number).toBeGreaterThan(first);
  });

  // What pcscd makes of it depends on where between two looks it happens.
  test.each([0, 1, 2, 3, 4, 5])('while the chip is switched off and on, time %i', async (time) => {
    const { reader } = rig;
    await reader.powerOn('cold', soon);
    const first = reader.insertion()?.number ?? 0;
    const began = performance.now();
    while (performance.now() - began < time * 65) expect((await reader.transmit(readRecord, soon)).ok).toBe(true);
    const second = new EchoCard();
    await bench.slot.reader.insert(second);
    await reader.powerOn('cold', soon);
    await powerAgain(second);
    expect(reader.media()).toBe('present');
    expect(reader.insertion()?.number).toBeGreaterThan(first);
  });
});
