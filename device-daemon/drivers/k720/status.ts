/** The four characters of AP (card-dispenser reference 3.2): each is 30 and four bits. */
import type { BinLevel, DispenserState, HopperLevel, MotionReason } from '../../devices/card-dispenser.ts';

const bits = {
  preparing: [0, 1],
  prepareFailed: [0, 2],
  needsReset: [0, 4],
  binFull: [0, 8],
  collectFailed: [1, 1],
  issueFailed: [1, 2],
  collecting: [1, 4],
  issuing: [1, 8],
  nearlyEmpty: [2, 1],
  jam: [2, 2],
  overlapping: [2, 4],
  /** Code bases disagree: hopper full, or bin full. */
  disputedFull: [2, 8],
  takeSensor: [3, 1],
  sensor2: [3, 2],
  /** A fresh card waits there: the normal state of a unit that is ready (0a). */
  sensor3: [3, 4],
  hopperEmpty: [3, 8],
} as const satisfies Readonly<Record<string, readonly [character: number, bit: number]>>;

export type StatusBit = keyof typeof bits;
export type Status = Readonly<Record<StatusBit, boolean>>;

const base = 0x30;
const largest = base | 0x0f;
const characterCount = 4;

/** Undefined when a character is of no list. */
export function decodeStatus(characters: Uint8Array): Status | undefined {
  if (characters.length !== characterCount || characters.some((value) => value < base || value > largest))
    return undefined;
  const entries = Object.entries(bits).map(([name, [at, bit]]) => [name, ((characters[at] ?? 0) & bit) !== 0]);
  return Object.fromEntries(entries) as Record<StatusBit, boolean>;
}

/** For emulators. */
export function encodeStatus(set: Iterable<StatusBit>): Buffer {
  const characters = Buffer.alloc(characterCount, base);
  for (const name of set) {
    const [at, bit] = bits[name];
    characters.writeUInt8(characters.readUInt8(at) | bit, at);
  }
  return characters;
}

export const busy = ({ issuing, collecting, preparing }: Status): boolean => issuing || collecting || preparing;

/**
 * What the bits say of path, hopper and bin. A card at sensor 3 alone is stock. With the hopper empty there may be one more
 * card at sensor 3 (3C, 3E).
 * @param disputed what `disputedFull` is taken for
 */
export function stateOf(status: Status, disputed: 'hopperFull' | 'binFull'): DispenserState {
  const { takeSensor, sensor2, sensor3, jam, nearlyEmpty } = status;
  const hopper: HopperLevel =
    status.hopperEmpty && !sensor3 ? 'empty' : status.hopperEmpty || nearlyEmpty ? 'low' : 'ok';
  const full = status.binFull || (disputed === 'binFull' && status.disputedFull);
  const bin: BinLevel = full ? 'full' : 'ok';
  if (jam) return { path: 'inTransit', hopper, bin };
  const path = takeSensor ? (sensor2 ? 'atRead' : 'atGate') : sensor2 ? 'inTransit' : 'empty';
  return { path, hopper, bin };
}

/** Why a motion failed, as its bits say afterwards; undefined: none of them is set. */
export function failureOf(status: Status): MotionReason | undefined {
  if (status.overlapping) return 'cardSize';
  if (status.jam) return 'jammed';
  if (status.issueFailed) return status.hopperEmpty && !status.sensor3 ? 'hopperEmpty' : 'mechanicalFault';
  if (status.collectFailed) return status.binFull ? 'binFull' : 'mechanicalFault';
  return status.needsReset ? 'powerLost' : undefined;
}

export const unknownState: DispenserState = { path: 'unknown', hopper: 'unknown', bin: 'unknown' };
