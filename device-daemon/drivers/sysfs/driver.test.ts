import { pbkdf2 } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CabinetEmulator, cabinetPaths } from '#simulators/emulators/cabinet/index.ts';
import type { Cabinet, CabinetInputs } from '../../devices/cabinet.ts';
import { createSysfsCabinet, type SysfsOptions } from './index.ts';
import { colorOf } from './light.ts';
import { SmallFile } from './small-file.ts';

const delays = { contactMs: 5, supplyMs: 10, missingMs: 20, slowMs: 30, mediumMs: 20, quickMs: 10 };
const timing = { timeoutMs: 5_000 };

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'kiosk-cabinet-'));
  cleanUps.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

interface Rig {
  readonly emulator: CabinetEmulator;
  readonly driver: Cabinet;
  readonly heard: CabinetInputs[];
  /** Waits for a state with its reason, `degraded garbled`. */
  is(report: string): Promise<void>;
}

function rig(settings: Partial<SysfsOptions['settings']> = {}, prepare = (_: CabinetEmulator) => {}): Rig {
  const emulator = new CabinetEmulator(join(folder(), 'class'));
  prepare(emulator);
  const driver = createSysfsCabinet({
    name: 'cabinet',
    settings: { ...cabinetPaths, folder: emulator.folder, ...settings },
    delays,
  });
  cleanUps.push(
    () => emulator.close(),
    () => driver.stop(),
  );
  const heard: CabinetInputs[] = [];
  driver.onInputs((inputs) => heard.push(inputs));
  driver.start();
  const told = () => [driver.report().state, driver.report().reason].filter((part) => part !== undefined).join(' ');
  return {
    emulator,
    driver,
    heard,
    async is(report) {
      await vi.waitUntil(() => told() === report, { timeout: 10_000 }).catch(() => expect(told()).toBe(report));
    },
  };
}

const atRest: CabinetInputs = { door: 'closed', operatorSwitch: 'run', mains: 'present', battery: 'good' };

test('door, switch, mains and battery are felt, each change once', async () => {
  const { emulator, driver, heard, is } = rig();
  await is('ready');
  await vi.waitUntil(() => driver.inputs().battery === 'good');
  expect(driver.inputs()).toEqual(atRest);
  heard.length = 0;
  emulator.openDoor();
  await vi.waitUntil(() => driver.inputs().door === 'open');
  emulator.turnSwitch('maintenance');
  await vi.waitUntil(() => driver.inputs().operatorSwitch === 'maintenance');
  emulator.closeDoor();
  await vi.waitUntil(() => driver.inputs().door === 'closed');
  expect(heard).toEqual([
    { ...atRest, door: 'open' },
    { ...atRest, door: 'open', operatorSwitch: 'maintenance' },
    { ...atRest, operatorSwitch: 'maintenance' },
  ]);
  emulator.setMains('lost', 80);
  await is('degraded onBattery');
  expect(driver.inputs()).toMatchObject({ mains: 'lost', battery: 'good' });
  emulator.setMains('lost', 20);
  await is('degraded batteryLow');
  emulator.setMains('present', 20);
  await is('ready');
});

test('a contact that bounces for one look makes no change', async () => {
  const { emulator, driver, heard, is } = rig({ mains: '', battery: '' });
  await is('ready');
  heard.length = 0;
  for (let bounce = 0; bounce < 3; bounce += 1) {
    // In one turn: no look sees it twice.
    emulator.openDoor();
    emulator.closeDoor();
  }
  emulator.turnSwitch('maintenance');
  await vi.waitUntil(() => driver.inputs().operatorSwitch === 'maintenance');
  expect(heard.map(({ door }) => door)).toEqual(['closed']);
});

test('a contact that is closed at rest reads the other way round', async () => {
  const { driver, is } = rig({ inverted: ['door', 'operatorSwitch'] });
  await is('ready');
  expect(driver.inputs()).toMatchObject({ door: 'open', operatorSwitch: 'maintenance' });
});

test('what is not configured is not there', async () => {
  const lights = { ...cabinetPaths.lights, pinPad: '' };
  const { driver, is } = rig({ operatorSwitch: '', battery: '', lights });
  await is('ready');
  expect(driver.capabilities().inputs).toEqual(['door', 'mains']);
  expect(Object.keys(driver.capabilities().lights)).not.toContain('pinPad');
  expect(driver.inputs()).toEqual({ door: 'closed', mains: 'present' });
  expect(await driver.setLight('pinPad', 'slow', timing)).toEqual({ ok: false, error: { code: 'noSuchLight' } });
});

describe('the board', () => {
  test('absent at start, there later', async () => {
    const { emulator, driver, is } = rig({}, (board) => board.setFault('unplugged', true));
    await is('absent');
    expect(driver.inputs()).toEqual({});
    emulator.setFault('unplugged', false);
    await is('ready');
    expect(driver.inputs()).toMatchObject({ door: 'closed' });
  });

  test('pulled with the door open: absent, the door stays open until it is seen closed', async () => {
    const { emulator, driver, is } = rig();
    emulator.openDoor();
    await vi.waitUntil(() => driver.inputs().door === 'open');
    emulator.setFault('unplugged', true);
    await is('absent');
    emulator.closeDoor();
    expect(driver.inputs().door).toBe('open');
    emulator.setFault('unplugged', false);
    await vi.waitUntil(() => driver.inputs().door === 'closed');
    await is('ready');
    expect(driver.report().restarts).toBe(1);
  });

  test('of the contacts alone: the rest goes on', async () => {
    const { emulator, driver, is } = rig();
    await is('ready');
    emulator.setFault('contactsGone', true);
    await is('degraded inputMissing');
    emulator.setMains('lost');
    await vi.waitUntil(() => driver.inputs().mains === 'lost');
    expect((await driver.setLight('cardReader', 'continuous', timing)).ok).toBe(true);
  });

  test('files that may not be read: failed denied, and ready when they may', async () => {
    const board = folder();
    mkdirSync(join(board, 'locked'));
    writeFileSync(join(board, 'locked/value'), '0\n');
    chmodSync(board, 0o755);
    chmodSync(join(board, 'locked'), 0);
    // Modes are no barrier to root.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    cleanUps.push(() => {
      if (root) process.seteuid?.(0);
      chmodSync(join(board, 'locked'), 0o755);
    });
    const none = {
      cardReader: '',
      documentReader: '',
      pinPad: '',
      receiptPrinter: '',
      cardDispenser: '',
      inService: '',
    };
    const driver = createSysfsCabinet({
      name: 'cabinet',
      settings: {
        ...cabinetPaths,
        folder: board,
        door: 'locked/value',
        operatorSwitch: '',
        mains: '',
        battery: '',
        lights: none,
      },
      delays,
    });
    cleanUps.push(() => driver.stop());
    driver.start();
    await vi.waitUntil(() => driver.report().state === 'failed', { timeout: 10_000 });
    expect(driver.report().reason).toBe('denied');
    if (root) process.seteuid?.(0);
    chmodSync(join(board, 'locked'), 0o755);
    await vi.waitUntil(() => driver.report().state === 'ready', { timeout: 10_000 });
  });

  test('a file that does not answer is left alone until it does, and nothing waits for it', async () => {
    const path = join(folder(), 'value');
    writeFileSync(path, '1\n');
    const file = new SmallFile(path, 20);
    // Every thread that could read it has other things to do.
    const busy = Promise.all(Array.from({ length: 8 }, () => promisify(pbkdf2)('a', 'b', 300_000, 64, 'sha512')));
    expect(await file.read()).toEqual({ ok: false, error: 'stuck' });
    expect(await file.read()).toEqual({ ok: false, error: 'stuck' });
    await busy;
    await vi.waitUntil(async () => (await file.read()).ok);
    expect(await file.read()).toEqual({ ok: true, value: '1' });
  });
});

describe('what a contact reads', () => {
  test.each([
    ['neither 0 nor 1', '?\n'],
    ['nothing at all', ''],
    ['what another kind of file says', '00000000 00000000 ffffffff 7fffffff 3f 0 0\n'],
    ['more than any attribute', '1'.repeat(100_000)],
  ])('%s: degraded garbled, and what was felt before stays', async (_what, text) => {
    const { emulator, driver, is } = rig();
    emulator.openDoor();
    await vi.waitUntil(() => driver.inputs().door === 'open');
    writeFileSync(join(emulator.folder, cabinetPaths.door), text);
    await is('degraded garbled');
    expect(driver.inputs().door).toBe('open');
    writeFileSync(join(emulator.folder, cabinetPaths.door), '0\n');
    await is('ready');
    await vi.waitUntil(() => driver.inputs().door === 'closed');
  });

  test('a folder in the place of a file: degraded inputMissing', async () => {
    const { is } = rig({ door: 'leds' });
    await is('degraded inputMissing');
  });
});

describe('lights', () => {
  const brightness = ({ emulator }: Rig, light: keyof typeof cabinetPaths.lights): string =>
    readFileSync(join(emulator.folder, 'leds', cabinetPaths.lights[light], 'brightness'), 'latin1').split('\n')[0] ??
    '';

  test('are dark at start, whatever was left; shine as bright as they can; are dark at the end', async () => {
    const made = rig({}, ({ folder: board }) => {
      const led = join(board, 'leds', cabinetPaths.lights.pinPad);
      writeFileSync(join(led, 'max_brightness'), '127\n');
      writeFileSync(join(led, 'brightness'), '64\n');
      writeFileSync(join(led, 'trigger'), 'heartbeat\n');
    });
    await made.is('ready');
    await vi.waitUntil(() => brightness(made, 'pinPad') === '0');
    expect(readFileSync(join(made.emulator.folder, 'leds', cabinetPaths.lights.pinPad, 'trigger'), 'latin1')).toMatch(
      /^none\n/,
    );
    expect((await made.driver.setLight('pinPad', 'continuous', timing)).ok).toBe(true);
    expect(brightness(made, 'pinPad')).toBe('127');
    expect(made.driver.light('pinPad')).toBe('continuous');
    await made.driver.stop();
    expect(brightness(made, 'pinPad')).toBe('0');
    expect(await made.driver.setLight('pinPad', 'continuous', timing)).toMatchObject({ ok: false });
  });

  test.each(['slow', 'medium', 'quick'] as const)('flash %s: on and off again', async (rate) => {
    const made = rig();
    await made.is('ready');
    await made.driver.setLight('cardReader', rate, timing);
    expect(brightness(made, 'cardReader')).toBe('1');
    for (const next of ['0', '1', '0'])
      await vi.waitUntil(() => brightness(made, 'cardReader') === next, { interval: 1 });
    expect(made.emulator.state().lit).toEqual(['cardReader']);
    await made.driver.setLight('cardReader', 'off', timing);
    expect(brightness(made, 'cardReader')).toBe('0');
  });

  test('whose board is pulled while they flash: degraded lightFailed; they flash on when it is back', async () => {
    const made = rig();
    await made.is('ready');
    await made.driver.setLight('cardReader', 'quick', timing);
    made.emulator.setFault('lightsGone', true);
    await made.is('degraded lightFailed');
    expect(await made.driver.setLight('pinPad', 'continuous', timing)).toMatchObject({
      ok: false,
      error: { code: 'hardwareError', detail: 'missing' },
    });
    made.emulator.setFault('lightsGone', false);
    await made.is('ready');
    await vi.waitUntil(() => brightness(made, 'pinPad') === '1');
    for (const next of ['1', '0', '1'])
      await vi.waitUntil(() => brightness(made, 'cardReader') === next, { interval: 1 });
  });

  test('a LED without the files of a LED is none', async () => {
    const made = rig({}, ({ folder: board }) =>
      rmSync(join(board, 'leds', cabinetPaths.lights.inService, 'max_brightness')),
    );
    await made.is('degraded lightFailed');
  });

  test('tell their colour where their name does', () => {
    expect(['kiosk:green:card', 'red:status', 'input3::capslock', 'amber:disk', 'green'].map(colorOf)).toEqual([
      'green',
      'red',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
