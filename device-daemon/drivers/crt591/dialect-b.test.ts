import { describe, expect, test } from 'vitest';
import type { MotionResult } from '../../devices/card-dispenser.ts';
import { closing } from '../common/closing.fixture.ts';
import { dialectB } from './index.ts';
import { inDialect, type Rig, type RigOptions, rig, soon, until } from './rig.fixture.ts';

const open = closing(rig);
const brief = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((part) => part !== undefined).join(' ');

describe('a real unit, of whose commands nobody knows enough', () => {
  const refusing = { driver: { settings: { profile: dialectB } } } as const;

  test.each(['empty', 'read'] as const)(
    'is recognised by its status, and refused: nothing moves (%s)',
    async (place) => {
      const { emulator, dispenser, reader } = await open({ ...refusing, model: { dialect: 'b' } });
      const [card] = emulator.mechanics.at('hopper');
      if (place === 'read' && card !== undefined) emulator.mechanics.put(card, 'read');
      reader.start();
      dispenser.start();
      await until(() => dispenser.report().state === 'failed');
      for (const report of [dispenser.report(), reader.report()])
        expect(report).toMatchObject({ state: 'failed', reason: 'unsupported', recovery: 'giveUp' });
      // It stays refused while it is looked at again.
      const asked = emulator.heard.length;
      await until(() => emulator.heard.length > asked);
      expect(new Set(emulator.heard)).toEqual(new Set(['3130']));
      expect(brief(await dispenser.feedToRead(soon))).toBe('notDone notReady unknown');
      expect(brief(await dispenser.init('toBin', soon))).toBe('notDone notReady unknown');
      expect(await reader.acceptInsert(true, soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
      expect(reader.media()).toBe('unknown');
      expect(emulator.motions).toBe(0);
    },
  );

  test.each([
    ['a', refusing],
    ['b', {}],
  ] as const)(
    'a unit of dialect %s where the other one is configured: not understood, nothing moves',
    async (dialect, options) => {
      const { emulator, dispenser } = await open({ ...options, model: { dialect } });
      dispenser.start();
      await until(() => dispenser.report().state === 'failed');
      expect(['silent', 'garbled']).toContain(dispenser.report().reason);
      expect(emulator.heard).toEqual([]);
    },
  );
});

// The line of B under the whole driver, as faults.test.ts has it for A: what may be sent again and what not is the same.
describe('faults on a line of dialect B', () => {
  const unit = (options?: RigOptions): Promise<Rig> => open(inDialect('b', options));

  test.each(['nak', 'ackLost', 'wrongBcc', 'garbageBefore'])('%s while it is only asked: as ever', async (fault) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault(fault, 2);
    await until(() => emulator.panel.number(fault as 'nak') === 0);
    expect(await dispenser.look(soon)).toMatchObject({ ok: true, value: { path: 'empty' } });
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test('byte by byte: as ever', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('cable.byteDelayMs', 1);
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test.each([
    ['answerLost', 'done atRead'],
    ['ackLost', 'done atRead'],
    ['nak', 'notDone noAnswer empty'],
    ['wrongBcc', 'done atRead'],
    ['jamFeed', 'unknown jammed inTransit'],
    ['powerLost', 'unknown noAnswer inTransit'],
  ])('%s at a feed: %s, one motion', async (fault, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    if (['nak', 'wrongBcc', 'ackLost'].includes(fault)) emulator.atMotion = fault as 'nak';
    else emulator.setFault(fault, 1);
    expect(brief(await dispenser.feedToRead(soon))).toBe(wanted);
    expect(emulator.motions).toBe(fault === 'nak' ? 0 : 1);
  });

  test('state bytes of no list: unknown, and nothing is moved', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('unknownStatus', true);
    expect(brief(await dispenser.feedToRead(soon))).toBe('notDone positionUnknown unknown');
    expect(emulator.motions).toBe(0);
  });

  test('silent: failed, and back when it speaks; nobody calls it back, since B has no EOT', async () => {
    const { emulator, dispenser, up } = await unit({ driver: { delays: { ackMs: 50 } } });
    const heard: number[] = [];
    emulator.line.onReceive((bytes) => heard.push(...bytes));
    await up();
    emulator.setFault('slowMs', 1_500);
    await until(() => dispenser.report().state !== 'ready');
    emulator.setFault('slowMs', 0);
    await until(() => dispenser.state().path === 'empty');
    expect(heard).not.toContain(0x04);
    expect(emulator.motions).toBe(0);
  });

  test('pulled in the middle of a feed and back: asked what became of it, not fed again', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.atMotion = 'unplug';
    const fed = dispenser.feedToRead({ timeoutMs: 20_000 });
    await until(() => !emulator.line.plugged);
    await emulator.replug();
    expect(brief(await fed)).toBe('done atRead');
    expect(emulator.motions).toBe(1);
  });
});
