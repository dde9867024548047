/** XFS4IoT's CardReader with Storage over a dispenser (interfaces.md 1.2): the standard has no dispenser of its own. */
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { CardDispenser, CardPath, MotionResult } from '../../devices/card-dispenser.ts';
import type { CardStock, Journal, StockUnit } from '../../journal/index.ts';
import { motionOutcome, retainUnit } from '../card-reader/index.ts';
import { deviceStatusOf } from '../device-status.ts';
import {
  type CommandContext,
  commandError,
  failure,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import { storage } from './storage.ts';

export const dispenseUnit = 'unitDISP1';

export interface CardDispenserServiceOptions {
  readonly stock: CardStock;
  readonly journal: Pick<Journal, 'record'>;
  /** A visit uses it. */
  readonly busy: () => boolean;
  /**
   * A card of the hopper may go to a person without an issue saga, booked as a test; and whoever is connected may set
   * counts: on a bench (design.md 4, invariant 1).
   */
  readonly tests: () => boolean;
}

const maximumRequests = 16;
/** Each of its motions has a budget of its own, and nothing ends one that is under way. */
const motionMs = 60_000;

const media: Readonly<Record<CardPath, NonNullable<xfs.CardReaderStatus['media']>>> = {
  empty: 'notPresent',
  atRead: 'present',
  atGate: 'entering',
  inTransit: 'jammed',
  unknown: 'unknown',
};
const positions: Readonly<Record<string, CardPath>> = { transport: 'atRead', exit: 'atGate' };

export function cardDispenserService(
  dispenser: CardDispenser,
  { stock, journal, busy, tests }: CardDispenserServiceOptions,
): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};
  /** The card in the path has reached the gate and is counted as gone. */
  let isOut = false;
  let moving = false;

  const sensed = ({ kind }: StockUnit) => {
    const { hopper, bin } = dispenser.state();
    if (kind === 'retain') return bin === 'unknown' ? undefined : bin;
    return hopper === 'unknown' ? undefined : hopper;
  };
  const units = storage({
    stock,
    sensed,
    mayLoad: tests,
    send: (name, payload) => send(name, payload),
  });

  const snapshot = () => ({ device: deviceStatusOf(dispenser.report()), media: media[dispenser.state().path] });
  let told = snapshot();
  const tell = (): void => {
    const now = snapshot();
    const before = told;
    told = now;
    const payload = {
      ...(now.device !== before.device && { common: { device: now.device } }),
      ...(now.media !== before.media && { cardReader: { media: now.media } }),
    };
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
    // Out of the gate by no motion of ours: a person has it.
    if (!moving && before.media === 'entering' && now.media === 'notPresent') send('CardReader.MediaRemovedEvent');
    if (now.media === 'notPresent') isOut = false;
  };
  dispenser.onReport(tell);
  dispenser.onChange(tell);

  const move = async (
    motion: 'feedToRead' | 'present' | 'capture',
    { signal }: CommandContext,
  ): Promise<MotionResult> => {
    moving = true;
    try {
      const moved = await dispenser[motion]({ timeoutMs: motionMs, signal });
      if (moved.outcome === 'unknown') {
        const { reason, state } = moved;
        journal.record('stock.uncertain', { unit: dispenseUnit, motion, path: state.path, ...(reason && { reason }) });
      }
      return moved;
    } finally {
      moving = false;
    }
  };

  const feed = (context: CommandContext) => move('feedToRead', context);

  const present = async (context: CommandContext): Promise<MotionResult> => {
    const moved = await move('present', context);
    // It counts as gone from the moment it stands at the gate (interfaces.md 1.2), and once.
    if (moved.outcome === 'done' && !isOut) {
      isOut = moved.state.path !== 'empty';
      stock.leftForTest(dispenseUnit);
    } else if (moved.reason === 'captured') keep();
    return moved;
  };

  const keep = (): void => {
    stock.leftForBin(dispenseUnit, { wasOut: isOut });
    stock.kept(retainUnit);
    isOut = false;
  };

  const capture = async (context: CommandContext): Promise<MotionResult> => {
    const wasOut = isOut;
    const moved = await move('capture', context);
    isOut = wasOut;
    if (moved.outcome === 'done') keep();
    return moved;
  };

  const moveCommand = async ({ from, to }: xfs.CardReaderMoveCommand, context: CommandContext): Promise<Outcome> => {
    if (units.exchanging()) return failure('sequenceError', 'an exchange is active');
    if (from !== dispenseUnit && from !== 'transport' && from !== 'exit')
      return failure('invalidData', '/payload/from is no place that this unit takes a card from');
    if (to !== 'transport' && to !== 'exit' && to !== retainUnit)
      return failure('invalidData', '/payload/to is no place that this unit brings a card to');
    if (from === to || (from === 'exit' && to === 'transport'))
      return failure('invalidData', '/payload/from and /payload/to are no way of this unit');
    if (from === dispenseUnit && to === retainUnit)
      return failure('invalidData', '/payload/to: a card goes from the hopper to transport or exit');
    if (to === 'exit' && !tests()) return failure('sequenceError', 'a card leaves the hopper in an issue only');
    const { path } = dispenser.state();
    if (path === 'unknown') return failure('deviceNotReady', dispenser.report().reason);
    if (from === dispenseUnit) {
      if (path !== 'empty') return commandError('occupied');
      const fed = await feed(context);
      if (fed.outcome !== 'done') return dispensed(fed, context);
      return to === 'exit' ? dispensed(await present(context), context) : success();
    }
    // A card that is stuck between two places is at neither; only the bin can be tried.
    if (path !== positions[from] && !(path === 'inTransit' && to === retainUnit))
      return commandError(path === 'inTransit' ? 'mediaJam' : 'noMedia');
    return dispensed(await (to === 'exit' ? present(context) : capture(context)), context);
  };

  /** For start-up and recovery: the bin, or nothing at all; a card of the hopper never goes out by a reset. */
  const reset = async ({ to = 'auto' }: xfs.CardReaderResetCommand, context: CommandContext): Promise<Outcome> => {
    if (units.exchanging()) return failure('sequenceError', 'an exchange is active');
    if (to === 'exit') return failure('sequenceError', 'a card leaves the hopper in an issue only');
    const before = dispenser.state().path;
    if (to === 'retain' && before !== 'empty') {
      const kept = await capture(context);
      if (kept.outcome === 'done') send('CardReader.MediaDetectedEvent', { position: retainUnit });
      return motionOutcome(kept, context, 'retainBinFull');
    }
    const cleared = await dispenser.init('leave', { timeoutMs: motionMs, signal: context.signal });
    const { path } = cleared.state;
    const position = path === 'atRead' ? 'transport' : path === 'atGate' ? 'exit' : 'jammed';
    if (cleared.outcome === 'done' && path !== 'empty') send('CardReader.MediaDetectedEvent', { position });
    return motionOutcome(cleared, context, 'retainBinFull');
  };

  const unlessBusy =
    <P>(handler: (payload: P, context: CommandContext) => Outcome | Promise<Outcome>) =>
    (payload: P, context: CommandContext): Outcome | Promise<Outcome> =>
      busy() ? failure('sequenceError', 'a visit uses the dispenser') : handler(payload, context);

  return {
    name: 'CardDispenser',
    family: 'standard',
    interfaces: ['CardReader', 'Storage'],
    handlers: {
      'CardReader.Move': unlessBusy(moveCommand),
      'CardReader.Reset': unlessBusy(reset),
      ...units.handlers,
    },
    events: [
      'CardReader.MediaRemovedEvent',
      'CardReader.MediaDetectedEvent',
      'Common.StatusChangedEvent',
      ...units.events,
    ],
    immediate: new Set(units.immediate),
    maximumRequests,
    status() {
      const now = snapshot();
      return {
        device: now.device,
        common: { exchange: units.exchanging() ? 'active' : 'inactive' },
        members: { cardReader: { media: now.media } },
      };
    },
    capabilities: () => ({
      members: {
        cardReader: { type: 'motor', cardTakenSensor: true, positions: { exit: true, transport: true } },
      },
    }),
    attach(sender) {
      send = sender;
    },
  };
}

/** An empty hopper has no media for the standard. */
function dispensed(moved: MotionResult, context: CommandContext): Outcome {
  return moved.reason === 'hopperEmpty' ? commandError('noMedia') : motionOutcome(moved, context, 'full');
}
