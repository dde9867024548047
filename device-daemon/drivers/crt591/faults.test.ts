import { describe, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { buildCard } from '#simulators/cards/index.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import type { MotionResult } from '../../devices/card-dispenser.ts';
import { type OpenChannel, openChannel } from '../../transports/index.ts';
import { startBabbler } from '../common/babbler.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { rig, soon, until } from './rig.fixture.ts';

const unit = closing(rig);
const selectPayment = Buffer.from('00a404000e315041592e5359532e444446303100', 'hex');
const brief = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((part) => part !== undefined).join(' ');

describe('damage on the line', () => {
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

  test('nothing but noise: garbled, and back when it stops', async () => {
    const { emulator, dispenser } = await unit({ driver: { delays: { ackMs: 40, probeInitMs: 80 } } });
    emulator.setFault('cable.garbage', true);
    dispenser.start();
    await until(() => dispenser.report().state === 'failed');
    expect(['garbled', 'silent']).toContain(dispenser.report().reason);
    emulator.setFault('cable.garbage', false);
    await until(() => dispenser.state().path === 'empty');
    expect(emulator.motions).toBe(0);
  });

  test('a line that is never quiet: failed, and back when it is', async () => {
    const babbler = await startBabbler(Buffer.from('f27e81', 'hex'));
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

// On a machine that has no time for anybody: nothing is sent twice, so nothing is lost by waiting.
test('an acknowledge to the chip that comes late: the card answers as ever', async () => {
  const late = lateOnce(Buffer.from([0x43, 0x51, 0x39]), 250);
  const { emulator, dispenser, up } = await unit({
    cards: 0,
    wrap: late.wrap,
    driver: { delays: { ackMs: 200, lateAckMs: 20_000, pollMs: 60_000 } },
  });
  emulator.load(1, () => asT0(buildCard('gen3-active')));
  await up();
  await dispenser.feedToRead(soon);
  const chip = dispenser.chip ?? expect.fail('it has contacts');
  await chip.powerOn('cold', soon);
  expect(await chip.transmit(selectPayment, soon)).toMatchObject({ ok: true });
  expect(late.times).toBe(1);
});

// A motion is sent once, whatever comes of it.
describe('a motion whose answer is lost', () => {
  test.each([
    ['answerLost', 'done atRead'],
    ['ackLost', 'done atRead'],
    ['nak', 'notDone noAnswer empty'],
    ['wrongBcc', 'done atRead'],
    ['jamFeed', 'unknown jammed inTransit'],
    ['doubleFeed', 'unknown cardSize atRead'],
    ['powerLost', 'unknown noAnswer inTransit'],
  ])('%s at a feed: %s, one motion', async (fault, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    if (['nak', 'wrongBcc', 'ackLost'].includes(fault)) emulator.atMotion = fault as 'nak';
    else emulator.setFault(fault, 1);
    expect(brief(await dispenser.feedToRead(soon))).toBe(wanted);
    expect(emulator.motions).toBe(fault === 'nak' ? 0 : 1);
    if (dispenser.state().path === 'empty') return;
    // From wherever it stands it can be cleared away.
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
  });

  test.each([
    ['answerLost', 'done atGate', 'gate'],
    ['jamEject', 'unknown jammed inTransit', 'leaving'],
    ['powerLost', 'unknown noAnswer inTransit', 'leaving'],
    ['gateBlocked', 'notDone jammed atRead', 'read'],
  ])('%s at a presentation: %s', async (fault, wanted, place) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.setFault(fault, fault === 'gateBlocked' ? true : 1);
    expect(brief(await dispenser.present(soon))).toBe(wanted);
    expect(emulator.mechanics.inPath?.place).toBe(place);
    expect(emulator.motions).toBe(2);
  });

  test.each([
    ['answerLost', 'done empty'],
    ['jamRetain', 'unknown jammed inTransit'],
    ['powerLost', 'unknown noAnswer inTransit'],
  ])('%s at a capture: %s', async (fault, wanted) => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.setFault(fault, 1);
    expect(brief(await dispenser.capture(soon))).toBe(wanted);
    expect(emulator.motions).toBe(2);
  });

  test('two that stick together are not presented', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    emulator.setFault('doubleFeed', 1);
    await dispenser.feedToRead(soon);
    expect(brief(await dispenser.present(soon))).toBe('notDone cardSize atRead');
    expect(emulator.motions).toBe(1);
    expect(brief(await dispenser.capture(soon))).toBe('done empty');
    expect(emulator.mechanics.at('bin')).toHaveLength(2);
    // Of the next one it was not said.
    await dispenser.feedToRead(soon);
    expect(brief(await dispenser.present(soon))).toBe('done atGate');
  });

  test('a card was pulled out: the next one is fed, though the unit still speaks of that one', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    emulator.pull();
    expect(brief(await dispenser.feedToRead(soon))).toBe('done atRead');
    expect(emulator.motions).toBe(2);
    expect(emulator.mechanics.at('hand')).toHaveLength(1);
  });

  test('the counter does not say that the card went into the bin', async () => {
    const { emulator, dispenser, up } = await unit();
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    emulator.setFault('answerLost', 1);
    emulator.setFault('counterSkips', 1);
    expect(brief(await dispenser.capture(soon))).toBe('unknown counterDisagrees empty');
  });

  test('a hand is quicker than the bin', async () => {
    const { emulator, dispenser, up } = await unit({ driver: { delays: { pollMs: 100_000 } } });
    await up();
    await dispenser.feedToRead(soon);
    await dispenser.present(soon);
    emulator.take();
    expect(brief(await dispenser.capture(soon))).toBe('notDone pathEmpty empty');
  });
});

test('power lost while idle: initialised anew, a card is left where it is', async () => {
  const { emulator, dispenser, up } = await unit();
  await up();
  await dispenser.feedToRead(soon);
  const { motions } = emulator;
  emulator.setPower(false);
  emulator.setPower(true);
  expect(await dispenser.look(soon)).toMatchObject({ ok: true, value: { path: 'atRead' } });
  expect(emulator.motions).toBe(motions);
  expect(brief(await dispenser.present(soon))).toBe('done atGate');
});

test('status bytes of no list: unknown, and nothing is moved', async () => {
  const { emulator, dispenser, up } = await unit();
  await up();
  emulator.setFault('unknownStatus', true);
  expect(brief(await dispenser.feedToRead(soon))).toBe('notDone positionUnknown unknown');
  expect(emulator.motions).toBe(0);
});

test('silent: failed, and back when it speaks', async () => {
  const { emulator, dispenser, reader, up } = await unit({ driver: { delays: { ackMs: 50 } } });
  await up();
  emulator.setFault('silent', true);
  await until(() => dispenser.report().state === 'failed');
  expect(dispenser.report()).toMatchObject({ reason: 'silent', recovery: 'giveUp' });
  expect(reader.media()).toBe('unknown');
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
  ['one that acknowledges everything', '06'],
])('another device on the port, %s: failed', async (_what, answer) => {
  const { emulator, dispenser } = await unit({ driver: { delays: { ackMs: 40, probeInitMs: 60 } } });
  emulator.setFault('silent', true);
  emulator.line.onReceive(() => emulator.line.send(Buffer.from(answer.replaceAll(' ', ''), 'hex')));
  dispenser.start();
  await until(() => dispenser.report().state === 'failed');
  expect(['silent', 'garbled']).toContain(dispenser.report().reason);
});

/** A line that keeps back for so long what answers the first command with that text. */
function lateOnce(text: Buffer, lateMs: number): { readonly times: number; wrap(open: OpenChannel): OpenChannel } {
  let times = 0;
  let kept: Uint8Array[] | undefined;
  return {
    get times() {
      return times;
    },
    wrap: (open) => async (signal) => {
      const opened = await open(signal);
      if (!opened.ok) return opened;
      const channel = opened.value;
      const listeners = new Set<(bytes: Uint8Array) => void>();
      const pass = (bytes: Uint8Array): void => {
        for (const listener of listeners) listener(bytes);
      };
      channel.onData((bytes) => (kept === undefined ? pass(bytes) : kept.push(Uint8Array.from(bytes))));
      return ok({
        onClose: (listener) => channel.onClose(listener),
        close: () => channel.close(),
        onData: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        write: (bytes) => {
          if (times === 0 && Buffer.from(bytes).includes(text)) {
            times = 1;
            kept = [];
            setTimeout(() => {
              const late = kept ?? [];
              kept = undefined;
              for (const piece of late) pass(piece);
            }, lateMs);
          }
          return channel.write(bytes);
        },
      });
    },
  };
}
