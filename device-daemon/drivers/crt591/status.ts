import type { BinLevel, CardPath, DispenserState, HopperLevel } from '../../devices/card-dispenser.ts';
import type { Dialect } from './framing.ts';
import type { CrtProfile } from './settings.ts';

/** The last of B's two state bytes means the same as st0 (1.4, 2.1). A value that is not here is unknown. */
const cards: ReadonlyMap<number, CardPath> = new Map([
  [0x30, 'empty'],
  [0x31, 'atGate'],
  [0x32, 'atRead'],
]);
const stackers: ReadonlyMap<number, HopperLevel> = new Map([
  [0x30, 'empty'],
  [0x31, 'low'],
  [0x32, 'ok'],
]);
const bins: ReadonlyMap<number, BinLevel> = new Map([
  [0x30, 'ok'],
  [0x31, 'full'],
]);

const covered = 0x31;
const open = 0x30;
/** S1 gate, S2 read position, S3 to S7 along the path. */
const pathSensors = 7;
/** R02: positions of the sensor block, from 0, that change when the bin is full, and to what (found by experiment). */
const r02Bin = [
  [2, 0x32],
  [16, 0x31],
] as const;
const r02Block = 17;

/** What STATUS 31 says. */
export function stateOf(
  status: Uint8Array,
  sensors: Uint8Array,
  { dialect, sensors: kind }: Pick<CrtProfile, 'dialect' | 'sensors'>,
): DispenserState {
  const card = cardOf(status, dialect);
  const [, stacker = 0, bin = 0] = status;
  // B tells neither.
  const hopper = (dialect === 'a' ? stackers.get(stacker) : undefined) ?? 'unknown';
  if (kind === 'r02') return { path: card, hopper, bin: r02BinOf(sensors) };
  return { path: pathOf(card, sensors), hopper, bin: (dialect === 'a' ? bins.get(bin) : undefined) ?? 'unknown' };
}

/** By the state bytes alone: st0 of A; st1 st0 of B, two digits (2.1). */
function cardOf(status: Uint8Array, dialect: Dialect): CardPath {
  const [first, second] = status;
  const value = dialect === 'a' ? first : first === 0x30 ? second : undefined;
  return (value === undefined ? undefined : cards.get(value)) ?? 'unknown';
}

/** st0 = 32 does not tell whether the card is at the contacts or in between (0a), and 30 not whether one is stuck. */
function pathOf(card: CardPath, sensors: Uint8Array): CardPath {
  const path = sensors.subarray(0, pathSensors);
  if (path.length < pathSensors || path.some((value) => value !== covered && value !== open)) return 'unknown';
  const any = path.includes(covered);
  if (card === 'empty') return any ? 'inTransit' : 'empty';
  if (card === 'atGate') return path[0] === covered ? 'atGate' : 'inTransit';
  if (card === 'atRead') return path[1] === covered ? 'atRead' : 'inTransit';
  return 'unknown';
}

function r02BinOf(sensors: Uint8Array): BinLevel {
  if (sensors.length < r02Block) return 'unknown';
  return r02Bin.some(([at, value]) => sensors[at] === value) ? 'full' : 'ok';
}

export const unknownState: DispenserState = { path: 'unknown', hopper: 'unknown', bin: 'unknown' };
