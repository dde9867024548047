import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { CabinetEmulator, cabinetPaths } from '#simulators/emulators/cabinet/index.ts';
import { startWire } from '#test/wire/harness.ts';
import { auxiliariesService, Volume } from '../../services/auxiliaries/index.ts';
import { createSysfsCabinet } from '../sysfs/index.ts';
import { XfsCabinet } from './index.ts';
import { type PeerOptions, ScriptedPeer } from './peer.fixture.ts';

// A cabinet behind another provider: once our own service over a folder of files, and once a provider that a test leads.

const delays = { statusMs: 60_000, livenessMs: 60_000, reopenMs: 5, longestReopenMs: 20 };
const soon = { timeoutMs: 10_000 };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function behind(url: string, service = ''): XfsCabinet {
  const cabinet = new XfsCabinet({ name: 'cabinet', settings: { url, service }, delays });
  cleanUps.push(() => cabinet.stop());
  cabinet.start();
  return cabinet;
}
const ready = (cabinet: XfsCabinet) => vi.waitUntil(() => cabinet.report().state === 'ready', { timeout: 10_000 });

async function provider() {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-cabinet-'));
  const emulator = new CabinetEmulator(join(folder, 'class'));
  const own = createSysfsCabinet({
    name: 'cabinet',
    settings: { ...cabinetPaths, folder: emulator.folder },
    delays: { contactMs: 5, supplyMs: 10 },
  });
  own.start();
  await vi.waitUntil(() => own.report().state === 'ready', { timeout: 10_000 });
  const wire = await startWire({
    services: [auxiliariesService(own, { busy: () => false, volume: new Volume(1_000) })],
  });
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => emulator.close(),
    () => own.stop(),
    () => wire.stop(),
  );
  return { emulator, wire };
}

test('door, switch, mains and lights, through our own service', async () => {
  const { emulator, wire } = await provider();
  const cabinet = behind(wire.url('/xfs4iot/v1.0'));
  await ready(cabinet);
  expect(cabinet.capabilities().inputs).toEqual(['door', 'operatorSwitch', 'mains', 'battery']);
  expect(cabinet.capabilities().lights).toEqual(
    Object.fromEntries(
      Object.keys(cabinetPaths.lights).map((light) => [light, { color: light === 'inService' ? 'white' : 'green' }]),
    ),
  );
  await vi.waitUntil(() => cabinet.inputs().battery === 'good');
  expect(cabinet.inputs()).toEqual({ door: 'closed', operatorSwitch: 'run', mains: 'present', battery: 'good' });
  emulator.openDoor();
  await vi.waitUntil(() => cabinet.inputs().door === 'open');
  emulator.turnSwitch('maintenance');
  await vi.waitUntil(() => cabinet.inputs().operatorSwitch === 'maintenance');
  emulator.setMains('lost', 10);
  await vi.waitUntil(() => cabinet.inputs().mains === 'lost' && cabinet.inputs().battery === 'low');
  for (const light of ['documentReader', 'cardDispenser'] as const) {
    expect(await cabinet.setLight(light, 'quick', soon)).toEqual({ ok: true, value: undefined });
    await vi.waitUntil(() => emulator.state().lit.includes(light));
    expect(cabinet.light(light)).toBe('quick');
  }
});

const peerOptions: PeerOptions = {
  interfaces: { Auxiliaries: [], Lights: ['Lights.SetLight'] },
  capabilities: {
    auxiliaries: { frontCabinet: { open: true, closed: true }, operatorSwitch: { run: true, supervisor: true } },
    lights: { lights: { pinPad: { left: { flashRate: { continuous: true }, color: { red: true, green: true } } } } },
  },
  status: { common: { device: 'online' }, auxiliaries: { cabinetFrontDoor: 'locked', operatorSwitch: 'run' } },
};

async function scripted(options = peerOptions) {
  const peer = await ScriptedPeer.start(options);
  cleanUps.push(() => peer.stop());
  peer.scripts.set('Lights.SetLight', ({ complete }) => complete());
  return peer;
}

test('what a provider says in other words: a locked front door is closed, a tampered one is open, supervisor is staff', async () => {
  const peer = await scripted();
  const cabinet = behind(peer.url);
  await ready(cabinet);
  expect(cabinet.inputs()).toEqual({ door: 'closed', operatorSwitch: 'run' });
  peer.change({ auxiliaries: { cabinetFrontDoor: 'tampered' } });
  await vi.waitUntil(() => cabinet.inputs().door === 'open');
  peer.change({ auxiliaries: { operatorSwitch: 'supervisor' } });
  await vi.waitUntil(() => cabinet.inputs().operatorSwitch === 'maintenance');
});

test('a light that cannot flash shines, at its own position; one that is not there is told', async () => {
  const peer = await scripted();
  const cabinet = behind(peer.url);
  await ready(cabinet);
  expect(cabinet.capabilities().lights).toEqual({ pinPad: {} });
  expect((await cabinet.setLight('pinPad', 'medium', soon)).ok).toBe(true);
  expect(peer.heard.at(-1)).toMatchObject({ payload: { pinPad: { left: { flashRate: 'continuous' } } } });
  expect(await cabinet.setLight('cardReader', 'medium', soon)).toEqual({ ok: false, error: { code: 'noSuchLight' } });
  peer.scripts.set('Lights.SetLight', ({ complete }) => complete({ errorCode: 'lightError' }, 'commandErrorCode'));
  expect(await cabinet.setLight('pinPad', 'off', soon)).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
});

test('the provider goes with the door open: open until it is seen closed, and what shone shines again', async () => {
  const peer = await scripted();
  const { port } = new URL(peer.url);
  const cabinet = behind(peer.url);
  await ready(cabinet);
  await cabinet.setLight('pinPad', 'continuous', soon);
  peer.change({ auxiliaries: { cabinetFrontDoor: 'open' } });
  await vi.waitUntil(() => cabinet.inputs().door === 'open');
  await peer.stop();
  await vi.waitUntil(() => cabinet.report().state === 'absent', { timeout: 10_000 });
  expect(cabinet.inputs().door).toBe('open');
  expect(await cabinet.setLight('pinPad', 'off', soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  const again = await scripted({ ...peerOptions, port: Number(port) });
  await ready(cabinet);
  await vi.waitUntil(() => cabinet.inputs().door === 'closed');
  await vi.waitUntil(() => again.heard.some(({ header }) => header.name === 'Lights.SetLight'));
});
