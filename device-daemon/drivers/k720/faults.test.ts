import { describe, expect, test } from 'vitest';
import type { MotionResult } from '../../devices/card-dispenser.ts';
import { openChannel } from '../../transports/index.ts';
import { startBabbler } from '../common/babbler.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { type Rig, rig, soon, until } from './rig.fixture.ts';

const unit = closing(rig);
const brief = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((part) => part !== undefined).join(' ');
const orders = ({ emulator }: Rig): readonly string[] =>
  emulator.heard.filter((name) => name !== 'status' && name !== 'version');

describe('damage on the line', () => {
  test.each(['nak', 'ackLost', 'enqLost', 'answerLost', 'wrongBcc', 'garbageBefore', 'answerTwice'])(
    '%s while it is only asked: as ever',
    async (fault) => {
      const { emulator, dispenser, up } = await unit({ driver: { delays: { queryMs: 60, ackMs: 60 } } });
      await up();
      emulator.setFault(fault, 2);
      await until(() => emulator.panel.number(fault as 'nak') === 0);
      expect(await dispenser.look(soon)).toMatchObject({ ok: true, value: { path: 'empty' } });
      expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    },
  );

  test('byte by byte: as ever', async () => {
    const { emulator, dispenser, up } = await unit({ driver: { delays: { motionMs: 5_000 } } });
    await up();
    emulator.setFault('cable.byteDelayMs', 1);
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test('nothing but noise: garbled, and back when it stops', async () => {
    const { emulator, dispenser } = await unit({ driver: { delays: { ackMs: 40, queryMs: 80, resends: 1 } } });
    emulator.setFault('cable.garbage', true);
    dispenser.start();
    await until(() => dispenser.report().state === 'failed');
    expect(['garbled', 'silent']).toContain(dispenser.report().reason);
    emulator.setFault('cable.garbage', false);
    await until(() => dispenser.state().path === 'empty');
    expect(emulator.motions).toBe(0);
  });

  test('a line that is never quiet: failed, and back when it is', async () => {
    const babbler = await startBabbler(Buffer.from('027e81', 'hex'));
    try {
      const { dispenser } = await unit({
        wrap: (open) => babbler.over(open),
        driver: { delays: { queryMs: 100, quietMs: 20 } },
      });
      dispenser.start();
      await until(() => dispenser.report().state === 'failed');
      babbler.stop();
      await until(() => dispenser.state().path === 'empty');
    } finally {
      babbler.stop();
    }
  });
});

// Before ENQ a motion has certainly not begun: its frame is sent again. After ENQ it is sent once, whatever comes of it.
describe('the handshake of a motion', () => {
  test.each(['nak', 'ackLost'] as const)('%s: not begun, sent again, one motion', async (fault) => {
    const made = await unit({ driver: { delays: { ackMs: 60 } } });
    await made.up();
    made.emulator.atMotion = fault;
    expect(brief(await made.dispenser.feedToRead(soon))).toBe('done atRead');
    expect(orders(made)).toEqual(['toRead']);
  });

  test('NAK with the address behind it', async () => {
    const made = await unit({ model: { nakWithAddress: true } });
    await made.up();
    made.emulator.atMotion = 'nak';
    expect(brief(await made.dispenser.feedToRead(soon))).toBe('done atRead');
    expect(orders(made)).toEqual(['toRead']);
  });

  test('ENQ lost: never sent again, not done by what the sensors say', async () => {
    const made = await unit({ driver: { delays: { motionMs: 200 } } });
    await made.up();
    made.emulator.atMotion = 'enqLost';
    expect(brief(await made.dispenser.feedToRead(soon))).toBe('notDone noAnswer empty');
    expect(await made.dispenser.look(soon)).toMatchObject({ ok: true });
    expect(orders(made)).toEqual([]);
  });

  test.each(['feed', 'present', 'capture', 'return'] as const)(
    'the looks after ENQ lost, at a %s: one motion, and its end is known',
    async (kind) => {
      const made = await unit({ driver: { delays: { queryMs: 60, motionMs: 4_000 } } });
      await made.up();
      const { emulator, dispenser } = made;
      if (kind !== 'feed') await dispenser.feedToRead(soon);
      const { motions } = emulator;
      emulator.setFault('wrongBcc', 1);
      const acts = {
        feed: () => dispenser.feedToRead(soon),
        present: () => dispenser.present(soon),
        capture: () => dispenser.capture(soon),
        return: () => dispenser.returnToHopper?.(soon) ?? expect.fail(),
      };
      expect((await acts[kind]()).outcome).toBe('done');
      expect(emulator.motions).toBe(motions + 1);
    },
  );
});

describe('mechanics', () => {
  test.each([
    ['jamFeed', 'unknown jammed inTransit', 'feeding'],
    ['doubleFeed', 'unknown cardSize atRead', 'read'],
    ['powerLost', 'unknown powerLost inTransit', 'feeding'],
  ])('%s at a feed: %s; captured from there', async (fault, wanted, place) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault(fault, 1);
    expect(brief(await dispenser.feedToRead(soon))).toBe(wanted);
    expect(emulator.mechanics.inPath?.place).toBe(place);
    expect(emulator.motions).toBe(1);
    const report = fault === 'powerLost' ? 'needsReset' : 'jammed';
    expect(dispenser.report()).toMatchObject({ state: 'failed', reason: report });
    expect(brief(await dispenser.present(soon))).toMatch(/^notDone/);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
    expect(emulator.mechanics.at('bin')).toHaveLength(fault === 'doubleFeed' ? 2 : 1);
    await until(() => dispenser.report().state === 'ready');
  });

  test.each([
    ['jamEject', 'unknown jammed inTransit', 'leaving'],
    ['powerLost', 'notDone powerLost atRead', 'leaving'],
    ['gateBlocked', 'notDone mechanicalFault atRead', 'read'],
  ])('%s at a presentation: %s', async (fault, wanted, place) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.setFault(fault, fault === 'gateBlocked' ? true : 1);
    expect(brief(await dispenser.present(soon))).toBe(wanted);
    expect(emulator.mechanics.inPath?.place).toBe(place);
    expect(emulator.motions).toBe(2);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });

  test.each([
    ['jamRetain', 'unknown jammed inTransit'],
    ['powerLost', 'unknown powerLost inTransit'],
    ['binFull', 'notDone binFull atRead'],
  ])('%s at a capture: %s; captured at the second try', async (fault, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    const isSwitch = fault === 'binFull';
    emulator.setFault(fault, isSwitch ? true : 1);
    expect(brief(await dispenser.capture(soon))).toBe(wanted);
    if (isSwitch) emulator.setFault(fault, false);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
    expect(emulator.mechanics.at('bin')).toHaveLength(1);
  });

  test('two that stick together are not given out, nor put back', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('doubleFeed', 1);
    await dispenser.feedToRead(soon);
    expect(brief(await dispenser.present(soon))).toBe('notDone cardSize atRead');
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('notDone cardSize atRead');
    expect(emulator.motions).toBe(1);
  });

  test('jamReturn: known, and captured', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.setFault('jamReturn', 1);
    expect(brief((await dispenser.returnToHopper?.(soon)) ?? expect.fail())).toBe('unknown jammed inTransit');
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });

  test.each([
    ['hopperLow', 'degraded', 'hopperLow'],
    ['hopperEmpty', 'degraded', 'hopperEmpty'],
    ['binFull', 'degraded', 'binFull'],
    ['resetNeeded', 'failed', 'needsReset'],
    ['unknownStatus', 'failed', 'notUnderstood'],
  ] as const)('%s: %s %s, and ready again', async (fault, state, reason) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault(fault, true);
    await until(() => dispenser.report().reason === reason);
    expect(dispenser.report().state).toBe(state);
    emulator.setFault(fault, false);
    await until(() => dispenser.report().state === 'ready');
  });

  test('no fresh card comes to sensor 3: said; loaded anew: ready', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('prepareFails', true);
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    await until(() => dispenser.report().reason === 'prepareFailed');
    emulator.setFault('prepareFails', false);
    emulator.load(1);
    await until(() => dispenser.report().state === 'ready');
  });

  test('characters of no list: unknown, and nothing is moved', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('unknownStatus', true);
    expect(brief(await dispenser.feedToRead(soon))).toBe('notDone positionUnknown unknown');
    expect(emulator.motions).toBe(0);
  });
});

// With an empty path the unit takes a fresh card for the one that is gone (0a).
describe('a hand is quicker than the command', () => {
  test('before the look: there is nothing to move', async () => {
    const { emulator, dispenser, up } = await unit({ driver: { delays: { pollMs: 100_000 } } });
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    emulator.take();
    const { motions } = emulator;
    expect(brief(await dispenser.capture(soon))).toBe('notDone pathEmpty empty');
    expect(emulator.motions).toBe(motions);
  });

  test('a capture from the gate: a fresh card is in the bin, and nobody is told that the other one is', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    emulator.atMotion = 'pull';
    expect(brief(await dispenser.capture(soon))).toBe('unknown positionUnknown empty');
    expect(emulator.mechanics.at('bin')).toHaveLength(1);
    expect(emulator.mechanics.at('hand')).toHaveLength(1);
  });

  test('a presentation: a fresh card is at the gate, and nobody is told that it is the one', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.atMotion = 'pull';
    expect(brief(await dispenser.present(soon))).toBe('unknown positionUnknown atGate');
    expect(emulator.mechanics.at('hand')).toHaveLength(1);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });
});

describe('power lost while idle', () => {
  test('with an empty path: reset by itself', async () => {
    const made = await unit();
    await made.up();
    made.emulator.setPower(false);
    made.emulator.setPower(true);
    await until(() => orders(made).length > 0 && made.dispenser.report().state === 'ready');
    expect(orders(made)).toEqual(['reset']);
    expect(brief(await made.dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test('with a card in the path: said, left where it is; a capture resets first', async () => {
    const made = await unit();
    await made.up();
    await made.dispenser.feedToRead(soon);
    made.emulator.setPower(false);
    made.emulator.setPower(true);
    await until(() => made.dispenser.report().reason === 'needsReset');
    expect(brief(await made.dispenser.present(soon))).toBe('notDone powerLost atRead');
    expect(orders(made)).toEqual(['toRead']);
    expect(brief(await made.dispenser.capture(soon))).toBe('done empty');
    expect(orders(made)).toEqual(['toRead', 'reset', 'recycle']);
  });
});

test('RS does not help: nothing is fed', async () => {
  const made = await unit();
  await made.up();
  made.emulator.setFault('resetNeeded', true);
  expect(brief(await made.dispenser.feedToRead(soon))).toBe('notDone powerLost empty');
  expect(made.emulator.motions).toBe(0);
});

test('silent: failed, and back when it speaks', async () => {
  const { emulator, dispenser, up } = await unit({ driver: { delays: { ackMs: 50, resends: 1 } } });
  await up();
  emulator.setFault('silent', true);
  await until(() => dispenser.report().state === 'failed');
  expect(dispenser.report()).toMatchObject({ reason: 'silent', recovery: 'giveUp' });
  expect(brief(await dispenser.feedToRead(soon))).toBe('notDone notReady unknown');
  emulator.setFault('silent', false);
  await until(() => dispenser.state().path === 'empty');
  expect(emulator.motions).toBe(0);
});

describe('the plug', () => {
  test('absent at start, plugged in later', async () => {
    const { emulator, dispenser, up } = await unit();
    await emulator.unplug();
    dispenser.start();
    await until(() => dispenser.report().state === 'absent');
    await emulator.replug();
    await up();
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
  });

  test('pulled while idle and back', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await emulator.unplug();
    await until(() => dispenser.report().state === 'absent');
    expect(dispenser.state().path).toBe('unknown');
    await emulator.replug();
    await until(() => dispenser.state().path === 'empty');
    expect(dispenser.report().restarts).toBeGreaterThan(0);
  });

  test.each([
    ['feed', 'done atRead'],
    ['present', 'done atGate'],
    ['capture', 'done empty'],
    ['return', 'done empty'],
  ] as const)('pulled in the middle of a %s and back: asked what became of it, %s', async (kind, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    if (kind !== 'feed') await dispenser.feedToRead(soon);
    const { motions } = emulator;
    emulator.atMotion = 'unplug';
    const moved =
      kind === 'feed'
        ? dispenser.feedToRead(soon)
        : kind === 'return'
          ? (dispenser.returnToHopper?.(soon) ?? expect.fail())
          : dispenser[kind](soon);
    await until(() => !emulator.line.plugged);
    await emulator.replug();
    expect(brief(await moved)).toBe(wanted);
    expect(emulator.motions).toBe(motions + 1);
  });

  test('pulled in the middle of a capture from the gate: it may be in a hand', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    emulator.atMotion = 'unplug';
    const captured = dispenser.capture(soon);
    await until(() => !emulator.line.plugged);
    await emulator.replug();
    expect(brief(await captured)).toBe('unknown noAnswer empty');
  });
});

test('a port that another program holds: failed portBusy; freed: ready', async () => {
  const { emulator, dispenser } = await unit();
  const other = await openChannel(emulator.line.address)(new AbortController().signal);
  if (!other.ok) throw new Error(other.error.detail);
  dispenser.start();
  await until(() => dispenser.report().state === 'failed');
  expect(dispenser.report().reason).toBe('portBusy');
  await other.value.close();
  await until(() => dispenser.state().path === 'empty');
});

test.each([
  ['a receipt printer', '12 00 10 00'],
  ['a PIN pad', '02 30 31 30 34 30 35 03'],
  ['one that acknowledges everything', '06 30 30'],
])('another device on the port, %s: failed', async (_what, answer) => {
  const { emulator, dispenser } = await unit({ driver: { delays: { ackMs: 40, queryMs: 60, resends: 1 } } });
  emulator.setFault('silent', true);
  emulator.line.onReceive(() => emulator.line.send(Buffer.from(answer.replaceAll(' ', ''), 'hex')));
  dispenser.start();
  await until(() => dispenser.report().state === 'failed');
  expect(['silent', 'garbled']).toContain(dispenser.report().reason);
});
