import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../kiosk/clock.ts';
import type { CommandContext } from '../service.ts';
import { VendorMode } from './index.ts';

// What takes minutes, and turns in the middle of turns; the rest is tested on the wire (test/node-kiosk/cabinet-services.test.ts).

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made() {
  const recorded: (readonly [string, object])[] = [];
  let visit = false;
  const mode = new VendorMode({
    clock: systemClock,
    journal: { record: (event, fields) => recorded.push([event, fields]) > 0 },
    visitRunning: () => visit,
    onChange: () => undefined,
  });
  const definition = mode.definition();
  const sent: string[] = [];
  definition.attach((name) => sent.push(name));
  const run = async (name: string, connection = 1): Promise<string> => {
    const context = { connection: { id: connection, role: 'device-client', closed: new AbortController().signal } };
    const outcome = await definition.handlers[`VendorMode.${name}`]?.({}, context as CommandContext);
    return outcome?.completionCode ?? 'none';
  };
  const phase = () => (definition.status().members['vendorMode'] as { service: string }).service;
  const settled = () => vi.advanceTimersByTimeAsync(0);
  return {
    ...{ mode, recorded, sent, run, phase, settled },
    visitBegins: () => {
      visit = true;
    },
    visitEnds: async () => {
      visit = false;
      mode.look();
      await settled();
    },
  };
}

test('a registered client that hangs is waited for as long as a customer of its own may need, and not for ever', async () => {
  const { run, phase, recorded, settled } = made();
  await run('Register', 2);
  expect(await run('EnterModeRequest')).toBe('success');
  await settled();
  expect(phase()).toBe('enterPending');
  await vi.advanceTimersByTimeAsync(299_000);
  expect(phase()).toBe('enterPending');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(phase()).toBe('active');
  expect(recorded).toEqual([['vendorMode.entered', { by: 'client', unanswered: 1 }]]);
  expect(await run('EnterModeAcknowledge', 2)).toBe('sequenceError');
});

test('the switch turned there and back and there again within a visit: it is followed when the visit has ended', async () => {
  const { mode, phase, sent, visitBegins, visitEnds, settled } = made();
  visitBegins();
  for (const toMaintenance of [true, false, true]) {
    mode.turned(toMaintenance);
    await settled();
    expect(phase()).toBe('enterPending');
  }
  await visitEnds();
  expect(phase()).toBe('active');
  mode.turned(false);
  await settled();
  expect(phase()).toBe('inactive');
  expect(sent.filter((name) => name.endsWith('edEvent') && name.startsWith('VendorMode'))).toEqual([
    'VendorMode.ModeEnteredEvent',
    'VendorMode.ModeExitedEvent',
  ]);
});

test('the switch turned back before the mode was entered: it is entered and left at once, in order', async () => {
  const { mode, phase, sent, visitBegins, visitEnds } = made();
  visitBegins();
  mode.turned(true);
  mode.turned(false);
  await visitEnds();
  expect(phase()).toBe('inactive');
  expect(sent.filter((name) => name.startsWith('VendorMode.Mode'))).toEqual([
    'VendorMode.ModeEnteredEvent',
    'VendorMode.ModeExitedEvent',
  ]);
});

test('what a client entered is the client’s to leave: a switch that stands at run leaves it alone', async () => {
  const { mode, run, phase, settled } = made();
  await run('EnterModeRequest');
  await settled();
  mode.turned(false);
  await settled();
  expect(phase()).toBe('active');
  mode.turned(true);
  expect(await run('ExitModeRequest')).toBe('sequenceError');
  mode.turned(false);
  await settled();
  expect(phase()).toBe('inactive');
});
