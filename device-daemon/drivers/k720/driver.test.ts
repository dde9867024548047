import { describe, expect, test } from 'vitest';
import type { CardDispenser, MotionResult } from '../../devices/card-dispenser.ts';
import { closing } from '../common/closing.fixture.ts';
import { rig, soon, until } from './rig.fixture.ts';

const unit = closing(rig);
const brief = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((part) => part !== undefined).join(' ');

describe('dispensing', () => {
  test('fed, presented, taken: one card left; fed by FC7, never by DC', async () => {
    const { emulator, dispenser, up } = await unit({ cards: 3 });
    await up();
    expect(dispenser.state()).toEqual({ path: 'empty', hopper: 'low', bin: 'ok' });
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    expect(brief(await dispenser.present(soon))).toBe('done atGate');
    expect(brief(await dispenser.present(soon))).toBe('done atGate');
    const taken = dispenser.waitForTaken(soon);
    emulator.take();
    expect(await taken).toEqual({ ok: true });
    expect(emulator.mechanics.cards.map(({ place }) => place).sort()).toEqual(['hand', 'hopper', 'hopper']);
    expect(emulator.heard.filter((name) => !['status', 'version'].includes(name))).toEqual(['toRead', 'toTake']);
  });

  test('not taken: captured', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
    expect(emulator.mechanics.at('bin')).toHaveLength(1);
    expect(emulator.motions).toBe(3);
  });

  test('put back: stock again, and dispensed again; from within reach it is not put back', async () => {
    const { emulator, dispenser, up } = await unit({ cards: 1 });
    await up();
    await dispenser.feedToRead(soon);
    expect(dispenser.state().hopper).toBe('empty');
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('done empty');
    expect(emulator.mechanics.at('hopper')).toHaveLength(1);
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    await dispenser.present(soon);
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('notDone refused atGate');
  });

  test('what is not there is not moved: nothing is sent that would take a fresh card', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    for (const act of [dispenser.present, dispenser.capture, dispenser.returnToHopper])
      expect(act && brief(await act(soon))).toBe('notDone pathEmpty empty');
    expect(emulator.motions).toBe(0);
    await dispenser.feedToRead(soon);
    expect(brief(await dispenser.feedToRead(soon))).toBe('notDone pathOccupied atRead');
    expect(emulator.motions).toBe(1);
  });

  test('two at once: one after the other', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    const both = await Promise.all([dispenser.feedToRead(soon), dispenser.feedToRead(soon)]);
    expect(both.map(brief)).toEqual(['done atRead', 'notDone pathOccupied atRead']);
    expect(emulator.motions).toBe(1);
  });

  test('the last card waits at sensor 3 with an empty hopper: low, and dispensed; then empty', async () => {
    const { emulator, dispenser, up } = await unit({ cards: 1 });
    await up();
    expect(dispenser.state().hopper).toBe('low');
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    await dispenser.capture(soon);
    expect(brief(await dispenser.feedToRead(soon))).toBe('notDone hopperEmpty empty');
    expect(dispenser.report()).toMatchObject({ state: 'degraded', reason: 'hopperEmpty' });
    emulator.load(1);
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test('bin full: said, and not tried; hopper full: not put back', async () => {
    const { emulator, dispenser, up } = await unit({ binCapacity: 1 });
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.capture(soon);
    expect(dispenser.report()).toMatchObject({ state: 'degraded', reason: 'binFull' });
    await dispenser.feedToRead(soon);
    const { motions } = emulator;
    expect(brief(await dispenser.capture(soon))).toBe('notDone binFull atRead');
    emulator.setFault('hopperFull', true);
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('notDone hopperFull atRead');
    expect(emulator.motions).toBe(motions);
    emulator.emptyBin();
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });

  test('where the disputed bit means the bin: no capture, but a return', async () => {
    const { emulator, dispenser, up } = await unit({ driver: { settings: { fullBit: 'binFull' } } });
    await up();
    await dispenser.feedToRead(soon);
    emulator.setFault('hopperFull', true);
    expect(brief(await dispenser.capture(soon))).toBe('notDone binFull atRead');
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('done empty');
  });

  test('a unit that brings no fresh card to sensor 3 by itself', async () => {
    const { dispenser, up } = await unit({ model: { preFeeds: false } });
    await up();
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });
});

describe('at the start', () => {
  test('a fresh card at sensor 3 is no card in the path; nothing is moved, nothing is reset', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    expect(emulator.state().waiting).toBe(true);
    expect(dispenser.state().path).toBe('empty');
    expect(new Set(emulator.heard)).toEqual(new Set(['status', 'version']));
  });

  test.each([
    ['read', 'atRead'],
    ['gate', 'atGate'],
  ] as const)('a card found %s stays where it is', async (place, path) => {
    const { emulator, dispenser, up } = await unit();
    const card = emulator.mechanics.at('hopper').at(-1) ?? expect.fail();
    emulator.mechanics.put(card, place);
    await up();
    expect(dispenser.state().path).toBe(path);
    expect(emulator.motions).toBe(0);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });

  test('what it is', async () => {
    const { dispenser, up } = await unit();
    await up();
    expect(dispenser.capabilities()).toEqual({
      moves: 'polled',
      canReturnToHopper: true,
      canAcceptInsert: false,
      countsBin: false,
      hasChip: false,
      model: 'TTCE_K720_V2.05',
      serialNumber: undefined,
    });
    expect(dispenser).not.toHaveProperty('chip');
  });

  test('a unit that does not tell its version works', async () => {
    const { emulator, dispenser } = await unit({ driver: { delays: { queryMs: 60 } } });
    emulator.setFault('noVersion', true);
    dispenser.start();
    await until(() => dispenser.state().path === 'empty');
    expect(dispenser.capabilities().model).toBeUndefined();
  });

  test('an address that nobody configured is found', async () => {
    const { dispenser, up } = await unit({
      model: { address: 2 },
      driver: { settings: { address: 'probe' }, delays: { ackMs: 40, resends: 1 } },
    });
    await up();
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });
});

describe('init', () => {
  test.each([
    ['leave', 'done atRead'],
    ['toGate', 'done atGate'],
    ['toBin', 'done empty'],
  ] as const)('%s with a card at the read position: %s', async (policy, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    expect(brief(await dispenser.init(policy, soon))).toBe(wanted);
    expect(emulator.heard.filter((name) => name === 'reset')).toHaveLength(1);
  });
  test.each(['leave', 'toGate', 'toBin'] as const)('%s with an empty path moves no fresh card', async (policy) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    expect(brief(await dispenser.init(policy, soon))).toBe('done empty');
    expect(emulator.mechanics.ledger).toEqual([]);
  });
});

describe('stop', () => {
  const acts: readonly [string, (dispenser: CardDispenser) => Promise<unknown>][] = [
    ['feedToRead', (dispenser) => dispenser.feedToRead(soon)],
    ['init', (dispenser) => dispenser.init('leave', soon)],
    ['look', (dispenser) => dispenser.look(soon)],
    ['waitForTaken', (dispenser) => dispenser.waitForTaken(soon)],
  ];
  test.each(acts)('settles %s', async (_name, act) => {
    const { emulator, dispenser, up } = await unit();
    const card = emulator.mechanics.at('hopper').at(-1) ?? expect.fail();
    emulator.mechanics.put(card, 'read');
    await up();
    emulator.setFault('silent', true);
    const pending = act(dispenser);
    await dispenser.stop();
    await pending;
    expect(dispenser.report().state).toBe('absent');
  });
});

test('cancelled before ENQ: certainly not done, taken back, and never carried out', async () => {
  const { emulator, dispenser, up } = await unit({ driver: { delays: { ackMs: 5_000 } } });
  await up();
  const cancel = new AbortController();
  emulator.atMotion = 'ackLost';
  const fed = dispenser.feedToRead({ ...soon, signal: cancel.signal });
  await until(() => emulator.atMotion === undefined);
  cancel.abort();
  expect(brief(await fed)).toBe('notDone cancelled empty');
  expect(await dispenser.look(soon)).toMatchObject({ ok: true });
  expect(emulator.motions).toBe(0);
});
