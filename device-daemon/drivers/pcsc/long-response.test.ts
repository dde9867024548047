import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardSlot } from '#simulators/pcscd/index.ts';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { openSlot, type Rig, soon, startReader } from './rig.fixture.ts';

// A response longer than the length given to transmit costs the response (0x80100008, reference 4.3).

let slot: CardSlot;
let rig: Rig;
const lengths: number[] = [];
beforeAll(async () => {
  slot = await openSlot();
  rig = startReader(slot);
  const card = new EchoCard();
  card.process = () => Uint8Array.of(...new Uint8Array(lengths.shift() ?? 0).fill(0x5a), 0x90, 0x00);
  await slot.reader.insert(card);
  await rig.reader.waitForCard(soon);
});
afterAll(async () => {
  await rig.reader.stop();
  await slot.stop();
});

test.each([0, 1, 255, 256, 257, 4_096])('%i bytes and a status word', async (length) => {
  lengths.push(length);
  const answer = await rig.reader.transmit(Uint8Array.of(0x00, 0xca, 0x00, 0x00, 0x00), soon);
  expect(answer.ok && answer.value.length).toBe(length + 2);
});
