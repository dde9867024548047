import { afterEach, describe, expect, test, vi } from 'vitest';
import { CrtEmulator } from '#simulators/emulators/crt591/index.ts';
import { K720Emulator } from '#simulators/emulators/k720/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { parseConfig } from './config/index.ts';
import { type DeviceSet, openDevices } from './device-set.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(devices: object) {
  const loaded = parseConfig({ devices });
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return openDevices(loaded.value.config, { record: () => true });
}

describe('a card unit', () => {
  const b = { driver: 'crt591', dialect: 'b' };

  test.each([
    [
      'what only dialect A has',
      { ...b, profile: 'r02' },
      {},
      /^devices\.cardReader\.profile: got r02, wants standard: /,
    ],
    [
      'an address where there is none',
      { ...b, address: 'probe' },
      {},
      /^devices\.cardReader\.address: got probe, wants 0: /,
    ],
    ['two dialects of one unit', b, { driver: 'crt591' }, /^devices\.cardDispenser\.dialect: got a, wants that of /],
    [
      'a serial number where none is told',
      { driver: 'none' },
      { driver: 'k720', serialNumber: 'SIM1' },
      /^devices\.cardDispenser\.serialNumber: got SIM1, wants nothing: /,
    ],
    [
      'a port that is none',
      { driver: 'none' },
      { driver: 'k720', port: 'tcp://host:0' },
      /^devices\.cardDispenser\.port: /,
    ],
  ])('%s: one line that names the key', (_what, cardReader, cardDispenser, line) => {
    expect(open({ cardReader, cardDispenser })).toEqual({ ok: false, error: [expect.stringMatching(line)] });
  });

  test('of dialect B: both faces say that it is there and unsupported', async () => {
    const line = await openLine({ kind: 'pty' });
    const emulator = new CrtEmulator({ line, timeScale: 0, model: { dialect: 'b' } });
    cleanUps.push(() => emulator.close());
    const unit = { ...b, port: `${line.address}` };
    const opened = open({ cardReader: unit, cardDispenser: unit });
    const { cardReader, cardDispenser }: Partial<DeviceSet> = opened.ok ? opened.value : expect.fail('it opens');
    for (const face of [cardReader, cardDispenser]) {
      face?.start();
      cleanUps.push(async () => face?.stop());
    }
    await vi.waitUntil(() => cardDispenser?.report().state === 'failed', { timeout: 20_000 });
    for (const face of [cardReader, cardDispenser]) expect(face?.report().reason).toBe('unsupported');
    expect(emulator.motions).toBe(0);
  });

  test('a k720: opened with its address and its disputed bit', async () => {
    const line = await openLine({ kind: 'pty' });
    const emulator = new K720Emulator({ line, timeScale: 0, model: { address: 3 } });
    emulator.setFault('hopperFull', true);
    cleanUps.push(() => emulator.close());
    const opened = open({
      cardReader: { driver: 'none' },
      cardDispenser: { driver: 'k720', port: `${line.address}`, address: '3', fullBit: 'binFull' },
    });
    const { cardDispenser, all }: Partial<DeviceSet> = opened.ok ? opened.value : expect.fail('it opens');
    expect(all.filter(({ driver }) => driver === 'k720')).toEqual([cardDispenser]);
    cardDispenser?.start();
    cleanUps.push(async () => cardDispenser?.stop());
    await vi.waitUntil(() => cardDispenser?.state().bin === 'full', { timeout: 20_000 });
    expect(cardDispenser?.state()).toEqual({ path: 'empty', hopper: 'empty', bin: 'full' });
  });
});

test('a cabinet without a contact and without a light is a mistake; one that is not fitted is none', () => {
  expect(open({ cardReader: { driver: 'none' }, cabinet: { driver: 'sysfs' } })).toEqual({
    ok: false,
    error: [expect.stringMatching(/^devices\.cabinet: got neither a contact nor a light/)],
  });
  const opened = open({ cardReader: { driver: 'none' } });
  expect(opened.ok && opened.value.cabinet).toBe(undefined);
});
