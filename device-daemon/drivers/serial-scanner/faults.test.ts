import { describe, expect, test, vi } from 'vitest';
import { ok } from '#protocol/result.ts';
import { type ScannerFaultName, scannerFaults } from '#simulators/emulators/serial-scanner/index.ts';
import { openChannel } from '../../transports/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { type Rig, rig, told } from './rig.fixture.ts';

// The emulator's faults over a real pseudo-terminal: what a person sees, what the driver says, and that it comes back.

const scanner = closing(rig);
async function readyScanner(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await scanner(...options);
  await made.up();
  return made;
}

const code = 'APPT:20270101A';

/** What each fault is tried with below; a new fault of the emulator wants a row. */
const covered: Record<ScannerFaultName, string> = {
  silent: 'driver.test.ts',
  deafToTrigger: 'driver.test.ts',
  garbageBefore: 'noise',
  garbageInside: 'noise',
  truncated: 'noise',
  missingSuffix: 'noise',
  duplicate: 'driver.test.ts',
  lateMs: 'driver.test.ts',
  noise: 'noise',
};
test('no fault of the emulator goes untried', () => {
  expect(Object.keys(covered).sort()).toEqual(Object.keys(scannerFaults).sort());
});

describe('noise', () => {
  test.each(['garbageBefore', 'garbageInside'])('%s a code: no text, and the next is read', async (fault) => {
    const made = await readyScanner();
    made.emulator.setFault(fault, 1);
    expect(await made.scanCode('7K2M-04QX')).toBe('notText');
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test('well before a code: it changes nothing', async () => {
    const made = await readyScanner({ driver: { delays: { quietMs: 60 } } });
    const { scan } = await made.listen();
    made.emulator.line.send(Buffer.from([0xff, 0x81]));
    await new Promise((resolve) => setTimeout(resolve, 500));
    made.emulator.scan(code);
    expect(told(await scan)).toBe(`text ${code}`);
  });

  test.each(['truncated', 'missingSuffix'])(
    '%s: no code, degraded noSuffix; held there again, it is read',
    async (fault) => {
      const made = await readyScanner();
      made.emulator.setFault(fault, 1);
      const { scan } = await made.listen({ timeoutMs: 1_000 });
      made.emulator.scan(code);
      expect(told(await scan)).toBe('timeOut');
      expect(made.driver.report()).toMatchObject({ state: 'degraded', reason: 'noSuffix' });
      expect(await made.scanCode(code)).toBe(`text ${code}`);
      expect(made.driver.report().state).toBe('ready');
    },
  );

  test('only noise: no code, degraded garbled; ready with the next code', async () => {
    const made = await readyScanner();
    const { scan } = await made.listen({ timeoutMs: 1_000 });
    made.emulator.line.send(Buffer.from('ff81f07e9cc5fe', 'hex'));
    expect(told(await scan)).toBe('timeOut');
    expect(made.driver.report()).toMatchObject({ state: 'degraded', reason: 'garbled' });
    expect(await made.scanCode(code)).toBe(`text ${code}`);
    expect(made.driver.report().state).toBe('ready');
  });

  test('longer than any code: no text', async () => {
    const made = await readyScanner({ driver: { delays: { babbleBytes: 65_536 } } });
    expect(await made.scanCode('A'.repeat(4_096))).toBe(`text ${'A'.repeat(4_096)}`);
    expect(await made.scanCode('A'.repeat(4_097))).toBe('notText');
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test.each([
    ['much', { babbleBytes: 100 }],
    ['little', { babbleBytes: 65_536, babbleMs: 300 }],
  ])('without end: %s; degraded babbling, the deadline holds; ready when it is over', async (_much, delays) => {
    const made = await readyScanner({ driver: { delays } });
    const { scan } = await made.listen({ timeoutMs: 1_000 });
    made.emulator.setFault('noise', true);
    await vi.waitUntil(() => made.driver.report().state === 'degraded');
    expect(made.driver.report().reason).toBe('babbling');
    expect(told(await scan)).toBe('timeOut');
    expect(told(await made.driver.scan({ timeoutMs: 500 }))).toBe('timeOut');
    made.emulator.setFault('noise', false);
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test('another device on the port: what it says is no text', async () => {
    const made = await readyScanner();
    const { scan } = await made.listen();
    made.emulator.line.send(Buffer.from('\x14\x00\x00\x0f\x02010405\x03\r'));
    expect(told(await scan)).toBe('notText');
    expect(made.driver.report()).toMatchObject({ state: 'ready', reason: 'nothingHeard' });
  });
});

describe('the plug', () => {
  test('absent at start, plugged in later', async () => {
    const made = await scanner();
    await made.emulator.unplug();
    made.driver.start();
    await vi.waitUntil(() => made.driver.report().state === 'absent');
    expect(told(await made.driver.scan({ timeoutMs: 1_000 }))).toBe('notReady');
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(made.driver.report()).toMatchObject({
      class: 'codeScanner',
      driver: 'serial-scanner',
      reason: 'nothingHeard',
    });
    expect(await made.scanCode(code)).toBe(`text ${code}`);
    expect(made.driver.report()).not.toHaveProperty('reason');
  });

  test.each(['while it waits', 'in the middle of a code'])('pulled %s: settles; back: reads', async (when) => {
    const made = await readyScanner();
    const { scan } = await made.listen();
    if (when === 'while it waits') await made.emulator.unplug();
    else {
      made.emulator.setFault('cable.unplugAfterSent', 5);
      made.emulator.scan(code);
    }
    expect(told(await scan)).toBe('notReady');
    await vi.waitUntil(() => made.driver.report().state === 'absent', { timeout: 20_000 });
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(made.driver.report().restarts).toBeGreaterThan(0);
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test('a port that another program holds: failed portBusy; freed: ready', async () => {
    const made = await scanner();
    const other = await openChannel(made.emulator.line.address)(new AbortController().signal);
    if (!other.ok) throw new Error(other.error.detail);
    made.driver.start();
    await vi.waitUntil(() => made.driver.report().state === 'failed');
    expect(made.driver.report().reason).toBe('portBusy');
    await other.value.close();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
  });

  test('stop settles a scan that waits and one that has not begun', async () => {
    const made = await readyScanner();
    const { scan } = await made.listen();
    const queued = made.driver.scan({ timeoutMs: 20_000 });
    await made.driver.stop();
    expect(told(await scan)).toBe('notReady');
    expect(told(await queued)).toBe('notReady');
    expect(made.driver.report().state).toBe('absent');
    expect(told(await made.driver.scan({ timeoutMs: 1_000 }))).toBe('notReady');
    await made.driver.stop();
  });

  test('a scanner that takes no bytes holds up no outcome', async () => {
    const made = await scanner();
    const real = openChannel(made.emulator.line.address);
    const other = await readyScanner({
      driver: {
        delays: { endMs: 50 },
        open: async (signal) => {
          const opened = await real(signal);
          return opened.ok ? ok({ ...opened.value, write: () => new Promise(() => undefined) }) : opened;
        },
      },
    });
    expect(told(await other.driver.scan({ timeoutMs: 300 }))).toBe('timeOut');
  });
});
