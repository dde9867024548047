import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CardSlot } from '#simulators/pcscd/index.ts';
import { EchoCard } from '#simulators/virtual-reader/index.ts';
import { eventually, openSlot, type Rig, readRecord, soon, startReader } from './rig.fixture.ts';

// A virtual reader in a bank's lobby would be somebody's program between card and kiosk (design.md 3).

let slot: CardSlot;
let rig: Rig | undefined;
beforeAll(async () => {
  slot = await openSlot();
  await slot.reader.insert(new EchoCard());
});
afterAll(() => slot.stop());
afterEach(() => rig?.reader.stop());

test.each([
  ['in production', { allowVirtual: false }],
  ['in production, whatever reader is wanted', { allowVirtual: false, reader: '' }],
  ['another serial number than the pinned one', { serialNumber: '4711' }],
])('%s: failed, and its card is never seen', async (_where, options) => {
  rig = startReader(slot, options);
  const { reader, media } = rig;
  await eventually(() => expect(reader.report()).toMatchObject({ state: 'failed', reason: 'readerRefused' }));
  expect(reader.media()).toBe('unknown');
  expect(reader.insertion()).toBeUndefined();
  expect(await reader.transmit(readRecord, soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  expect(media.filter((change) => change.startsWith('present'))).toEqual([]);
});

test('the pinned one is taken', async () => {
  rig = startReader(slot, { serialNumber: '00 00' });
  expect(await rig.reader.waitForCard(soon)).toMatchObject({ ok: true });
});
