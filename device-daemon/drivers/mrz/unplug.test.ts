import { describe, expect, test, vi } from 'vitest';
import { openChannel } from '../../transports/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { linesOf, type Rig, rig, told } from './rig.fixture.ts';

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const passport = 'passport E00000000';

describe('the plug', () => {
  test('absent at start, plugged in later', async () => {
    const made = await reader();
    await made.emulator.unplug();
    made.driver.start();
    await vi.waitUntil(() => made.driver.report().state === 'absent');
    expect(told(await made.driver.read({ timeoutMs: 1_000 }))).toBe('notReady');
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  const pulled: Readonly<Record<string, (made: Rig) => Promise<void>>> = {
    'while it waits': async ({ emulator }) => emulator.unplug(),
    'in the middle of a frame': async ({ emulator }) => {
      emulator.setFault('cable.unplugAfterSent', 50);
      await emulator.swipe(linesOf('passport'));
    },
    'between two lines': async ({ emulator }) => {
      emulator.setFault('burstPauseMs', 100);
      const swipe = emulator.swipe(linesOf('passport'));
      await emulator.unplug();
      await swipe;
      emulator.setFault('burstPauseMs', 0);
    },
  };
  test.each(Object.entries(pulled))('pulled %s: settles, absent; back: reads', async (_name, pull) => {
    // Longer than pulling takes: else the half of a swipe is over before.
    const made = await readyReader({ driver: { delays: { quietMs: 1_500 } } });
    const { read } = await made.listen();
    await pull(made);
    expect(told(await read)).toBe('notReady');
    await vi.waitUntil(() => made.driver.report().state === 'absent', { timeout: 20_000 });
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(made.driver.report().reason).toBe('nothingHeard');
    expect(made.driver.report().restarts).toBeGreaterThan(0);
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  test('stop settles a read that waits and one that has not begun, and frees the port', async () => {
    const made = await readyReader();
    const { read } = await made.listen();
    const queued = made.driver.read({ timeoutMs: 20_000 });
    await made.driver.stop();
    expect(told(await read)).toBe('notReady');
    expect(told(await queued)).toBe('notReady');
    expect(made.driver.report().state).toBe('absent');
    expect(told(await made.driver.read({ timeoutMs: 1_000 }))).toBe('notReady');
    await made.driver.stop();
    const again = await openChannel(made.emulator.line.address)(new AbortController().signal);
    expect(again.ok).toBe(true);
    if (again.ok) await again.value.close();
  });
});
