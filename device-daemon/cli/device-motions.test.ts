/** `npx kiosk device cardDispenser feed` and the like: a card unit moved by a technician, on a real pseudo-terminal. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CrtEmulator } from '#simulators/emulators/crt591/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { ScriptedPeer } from '../drivers/xfs4iot/peer.fixture.ts';
import { JournalReader, MachineKeys } from '../journal/index.ts';
import { Hearing } from './hearing.fixture.ts';
import { runCli } from './index.ts';

const desk = new Hearing();

async function unit(profile: 'bench' | 'production' = 'bench') {
  const line = await openLine({ kind: 'pty' });
  const emulator = new CrtEmulator({ line, timeScale: 0 });
  emulator.load(3);
  desk.cleanUps.push(() => emulator.close());
  const storage = { dataFolder: join(desk.folder, 'data'), keyFolder: join(desk.folder, 'keys') };
  const crt591 = { driver: 'crt591', port: line.address };
  const file = desk.configFile({
    profile,
    // Nobody listens on port 1: no daemon runs.
    server: { port: 1 },
    storage,
    devices: { cardReader: crt591, cardDispenser: crt591 },
  });
  const run = async (...words: readonly string[]): Promise<number> => {
    desk.said = [];
    return runCli(['device', ...words, '--config', file]);
  };
  const journal = (): readonly string[] => {
    const keys = MachineKeys.open(storage.keyFolder);
    const reader = JournalReader.openReadOnly({ ...storage, keys });
    const entries = reader?.entries({}) ?? [];
    reader?.close();
    return entries.map(({ event, fields }) => [event, ...Object.values(fields)].join(' '));
  };
  return { emulator, run, journal };
}

test('from the hopper to the contacts, out, back in, to the bin: as the flows do it, each motion in the journal', async () => {
  const { emulator, run, journal } = await unit();
  expect(await run('cardDispenser', 'look')).toBe(0);
  expect(desk.spoken).toContain('path empty, hopper low, bin ok, 0 in the bin by its counter');
  expect(await run('cardDispenser', 'feed')).toBe(0);
  expect(desk.spoken).toContain('feed: done; path atRead');
  expect(await run('cardDispenser', 'present')).toBe(0);
  expect(emulator.state().path).toBe('gate');
  expect(await run('cardDispenser', 'capture')).toBe(0);
  expect(emulator.state()).toMatchObject({ hopper: 2, bin: 1, path: null });
  // One unit, the other face: there is no card for it to give back.
  expect(await run('cardReader', 'eject')).toBe(1);
  expect(desk.spoken).toContain('eject: notDone, pathEmpty');
  expect(journal()).toEqual([
    'device.motionByHand cardDispenser feed',
    'device.movedByHand cardDispenser feed done atRead',
    'device.motionByHand cardDispenser present',
    'device.movedByHand cardDispenser present done atGate',
    'device.motionByHand cardDispenser capture',
    'device.movedByHand cardDispenser capture done empty',
    'device.motionByHand cardReader eject',
    'device.movedByHand cardReader eject notDone pathEmpty empty',
  ]);
});

test('a jam is told as what it is, and nothing moves twice', async () => {
  const { emulator, run } = await unit();
  emulator.setFault('jamFeed', 1);
  expect(await run('cardDispenser', 'feed')).toBe(1);
  expect(desk.spoken).toMatch(/feed: (unknown|notDone), jammed; path inTransit/);
  expect(emulator.motions).toBe(1);
  expect(await run('cardDispenser', 'init-to-bin')).toBe(0);
  expect(emulator.state()).toMatchObject({ path: null, bin: 1 });
});

test('in production no card leaves the hopper for a person by one hand alone', async () => {
  const { emulator, run } = await unit('production');
  expect(await run('cardDispenser', 'present')).toBe(1);
  expect(desk.spoken).toContain('a booked test of two operators');
  expect(emulator.heard).toEqual([]);
});

test('a motion that the unit does not have, and a device that has none', async () => {
  const { emulator, run, journal } = await unit();
  expect(await run('cardDispenser', 'eject')).toBe(2);
  expect(await run('cardDispenser', 'return')).toBe(2);
  expect(await run('cardDispenser', 'throw')).toBe(2);
  expect(emulator.motions).toBe(0);
  expect(journal()).toEqual([]);
});

test('a dispenser of another provider is moved the same way', async () => {
  const units = { unitA: { id: 'A', card: { capabilities: { type: 'dispense' }, status: { count: 3 } } } };
  const peer = await ScriptedPeer.start({
    interfaces: { CardReader: ['CardReader.Move'], Storage: ['Storage.GetStorage'] },
    capabilities: { cardReader: { type: 'motor' } },
    status: { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
  });
  desk.cleanUps.push(() => peer.stop());
  peer.scripts.set('Storage.GetStorage', ({ complete }) => complete({ storage: units }));
  peer.scripts.set('CardReader.Move', ({ complete }) => {
    peer.status = { common: { device: 'online' }, cardReader: { media: 'present' } };
    complete();
  });
  const file = desk.configFile({
    server: { port: 1 },
    storage: { dataFolder: join(desk.folder, 'data'), keyFolder: join(desk.folder, 'keys') },
    devices: { cardReader: { driver: 'none' }, cardDispenser: { driver: 'xfs4iot', provider: { url: peer.url } } },
  });
  expect(await runCli(['device', 'cardDispenser', 'feed', '--config', file])).toBe(0);
  expect(desk.spoken).toContain('feed: done; path atRead, hopper unknown, bin unknown');
  expect(peer.count('CardReader.Move')).toBe(1);
});
