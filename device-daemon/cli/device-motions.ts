/** A card unit moved by hand: what the flows do, one motion at a time, while no daemon runs. */
import { mkdirSync } from 'node:fs';
import type { Config } from '../config/index.ts';
import type { CardDispenser, DispenserState, InitPolicy, MotionResult } from '../devices/card-dispenser.ts';
import { type CardReader, isMotorReader, type MotorCardReader } from '../devices/card-reader.ts';
import type { Device, OperationOptions } from '../devices/device.ts';
import { lockDataFolder } from '../instance-lock.ts';
import { Journal, MachineKeys } from '../journal/index.ts';
import { deviceAlone, tracing, untilInterrupted, untilServes } from './device-alone.ts';

/** A motion and its settlement, each within its own budget; nothing here ends one that is under way. */
const motionMs = 120_000;

/** Undefined: this unit does not do it. */
type Motion<D> = (device: D, options: OperationOptions) => Promise<MotionResult> | undefined;

const init =
  (policy: InitPolicy): Motion<CardDispenser> =>
  (device, options) =>
    device.init(policy, options);

const ofDispenser: Readonly<Record<string, Motion<CardDispenser>>> = {
  feed: (device, options) => device.feedToRead(options),
  present: (device, options) => device.present(options),
  capture: (device, options) => device.capture(options),
  return: (device, options) => device.returnToHopper?.(options),
  init: init('leave'),
  'init-to-bin': init('toBin'),
};
const ofReader: Readonly<Record<string, Motion<MotorCardReader>>> = {
  eject: (device, options) => device.move('gate', options),
  draw: (device, options) => device.move('inside', options),
  retain: (device, options) => device.move('bin', options),
};

export const motionNames: readonly string[] = ['look', ...Object.keys(ofDispenser), ...Object.keys(ofReader)];

const isDispenser = (device: Device): device is CardDispenser => device.class === 'cardDispenser';
const isReader = (device: Device): device is CardReader => device.class === 'cardReader';

const stateLine = ({ path, hopper, bin }: DispenserState): string => `path ${path}, hopper ${hopper}, bin ${bin}`;

/**
 * Opens the unit, moves it once, and journals the motion: cards that move without a word are missing at day-end.
 * @returns exit code: 0 when it was done, 1 when it was not or nobody knows, 2 when the unit has no such motion
 */
export async function moveByHand(config: Config, name: string, act: string, shows: boolean): Promise<number> {
  // A card from the hopper is somebody's money and identity: out of the machine only by the bench's hand, or by a booked
  // test of two operators (invariant 1).
  if (act === 'present' && config.profile !== 'bench') {
    console.error('present: a card leaves the hopper for a person only in a booked test of two operators');
    return 1;
  }
  const { dataFolder, keyFolder, journalMaxMegabytes } = config.storage;
  mkdirSync(dataFolder, { recursive: true });
  const lock = lockDataFolder(dataFolder);
  if (!lock.ok) {
    console.error('a daemon is running and has the devices: stop it first');
    return 1;
  }
  const interrupted = untilInterrupted();
  try {
    mkdirSync(keyFolder, { recursive: true, mode: 0o700 });
    const keys = MachineKeys.open(keyFolder);
    const journal = Journal.open({ dataFolder, keyFolder, keys, maxBytes: journalMaxMegabytes * 1e6 });
    try {
      return await moveOnce({ config, name, act, shows, journal, signal: interrupted.signal });
    } finally {
      journal.close();
    }
  } finally {
    interrupted.dispose();
    lock.value.release();
  }
}

async function moveOnce({
  config,
  name,
  act,
  shows,
  journal,
  signal,
}: {
  readonly config: Config;
  readonly name: string;
  readonly act: string;
  readonly shows: boolean;
  readonly journal: Journal;
  readonly signal: AbortSignal;
}): Promise<number> {
  const opened = deviceAlone(config, name, shows ? tracing(name) : undefined);
  if (!opened.ok) {
    for (const line of opened.error.lines) console.error(line);
    return opened.error.exit;
  }
  const device = opened.value;
  const options = { timeoutMs: motionMs, signal };
  const none = (): number => {
    console.error(`${name} has no motion ${act}`);
    return 2;
  };
  try {
    await untilServes(device, signal);
    if (act === 'look') return await look(device, options, none);
    const begin = motionOf(device, act);
    // Written down first: whoever finds a card where none should be finds this beside it.
    if (begin === undefined) return none();
    if (!journal.record('device.motionByHand', { device: name, motion: act })) {
      console.error('the journal cannot be written: nothing is moved');
      return 1;
    }
    const moving = begin(options);
    if (moving === undefined) return none();
    const { outcome, reason, state } = await moving;
    const why = reason === undefined ? {} : { reason };
    journal.record('device.movedByHand', { device: name, motion: act, outcome, ...why, path: state.path });
    console.log(`${act}: ${outcome}${reason === undefined ? '' : `, ${reason}`}; ${stateLine(state)}`);
    if (outcome === 'unknown') console.log('Look where the card is before anything else is moved.');
    return outcome === 'done' ? 0 : 1;
  } finally {
    await device.stop();
  }
}

function motionOf(
  device: Device,
  act: string,
): ((options: OperationOptions) => Promise<MotionResult> | undefined) | undefined {
  const dispense = Object.hasOwn(ofDispenser, act) ? ofDispenser[act] : undefined;
  // What the unit lacks is known before it is written down.
  if (act === 'return' && isDispenser(device) && device.returnToHopper === undefined) return undefined;
  if (isDispenser(device) && dispense !== undefined) return (options) => dispense(device, options);
  const read = Object.hasOwn(ofReader, act) ? ofReader[act] : undefined;
  if (isReader(device) && isMotorReader(device) && read !== undefined) return (options) => read(device, options);
  return undefined;
}

async function look(device: Device, options: OperationOptions, none: () => number): Promise<number> {
  if (isReader(device) && isMotorReader(device)) {
    console.log(`media ${device.media()}, card ${device.place()}`);
    return 0;
  }
  if (!isDispenser(device)) return none();
  const seen = await device.look(options);
  if (!seen.ok) {
    console.error(`look: ${seen.error.code}`);
    return 1;
  }
  const counted = await device.binCount?.(options);
  const cards = counted?.ok === true ? `, ${counted.value} in the bin by its counter` : '';
  console.log(`${stateLine(seen.value)}${cards}`);
  return 0;
}
