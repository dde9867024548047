import type { PhysicalOutcome, Result } from '#protocol/result.ts';
import type { ChipFault } from './card-reader.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

/** Where a card is between hopper, gate and bin. `inTransit`: between two positions, where a motion was cut short. */
export type CardPath = 'empty' | 'atRead' | 'atGate' | 'inTransit' | 'unknown';
export type HopperLevel = 'empty' | 'low' | 'ok' | 'unknown';
export type BinLevel = 'ok' | 'full' | 'unknown';

/** What the sensors said last. A value that the device's manual does not name is `unknown`, never a good one. */
export interface DispenserState {
  readonly path: CardPath;
  readonly hopper: HopperLevel;
  readonly bin: BinLevel;
}

/** Why a motion was not done, or is not known to be. */
export type MotionReason =
  /** The unit is not there, or is being recovered. */
  | 'notReady'
  /** Before the command was sent: nothing moved. */
  | 'cancelled'
  | 'timeOut'
  | 'hopperEmpty'
  /** Nothing can be put back into it. */
  | 'hopperFull'
  | 'binFull'
  /** A card is in the way, or the card in it is the other face's. */
  | 'pathOccupied'
  /** There is no card to move. */
  | 'pathEmpty'
  /** The sensors do not tell where the card is; nothing is moved blindly. */
  | 'positionUnknown'
  | 'jammed'
  /** Too long or too short, as two cards that stick together are. */
  | 'cardSize'
  | 'movedByHand'
  /** The unit took the card into its bin instead. */
  | 'captured'
  /** The card is gone, and the bin's counter does not say that it went there. */
  | 'counterDisagrees'
  /** The bin's counter must be set to zero when the bin has been emptied. */
  | 'binCounterFull'
  /** Sensor, motor, magnet. */
  | 'mechanicalFault'
  /** No answer, or none that could be understood. */
  | 'noAnswer'
  /** The unit had lost its power or its state; where the card is was asked anew. */
  | 'powerLost'
  | 'refused'
  | 'unsupported';

/** A motion's end, and what the sensors say after it. `unknown` is never repeated: look, then capture or call a person. */
export interface MotionResult {
  readonly outcome: PhysicalOutcome;
  readonly reason?: MotionReason;
  readonly state: DispenserState;
}

export type DispenserFault = DeviceFault | { readonly code: 'unsupported' };

/** What becomes of a card that an initialisation finds in the path. */
export type InitPolicy = 'leave' | 'toGate' | 'toBin';

export interface DispenserCapabilities {
  /** Its moves are answered when they are over, or must be asked after. */
  readonly moves: 'answered' | 'polled';
  readonly canReturnToHopper: boolean;
  readonly canAcceptInsert: boolean;
  readonly countsBin: boolean;
  /** Contacts at the read position: `chip` is there. */
  readonly hasChip: boolean;
  readonly model: string | undefined;
  /** Pinned in production, where the unit tells it. */
  readonly serialNumber: string | undefined;
}

/** The contacts at the read position, for a card that came from the hopper. */
export interface ChipContacts {
  /** Returns the answer to reset. */
  powerOn(kind: 'cold' | 'warm', options: OperationOptions): Promise<Result<Uint8Array, ChipFault>>;
  powerOff(options: OperationOptions): Promise<Result<void, ChipFault>>;
  /** Whole responses, as `CardReader.transmit`. Never sent twice. */
  transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, ChipFault>>;
}

/**
 * A dispenser of cards. One motion at a time. A motion whose command is out is not called back: neither cancel nor time-out
 * ends it, it is waited for within its own budget and then asked after, so that its outcome is worth something; only `stop`
 * ends it at once (`unknown`).
 */
export interface CardDispenser extends Device {
  readonly class: 'cardDispenser';
  capabilities(): DispenserCapabilities;
  state(): DispenserState;
  /** Called after every change of the state. Returns the unsubscribe function. */
  onChange(listener: (state: DispenserState) => void): () => void;
  /** The sensors, asked now. */
  look(options: OperationOptions): Promise<Result<DispenserState, DispenserFault>>;
  /** Clears errors. Never done by itself with anything but `leave`. */
  init(policy: InitPolicy, options: OperationOptions): Promise<MotionResult>;
  /** One card from the hopper to where its chip can be used. `notDone pathOccupied` when there is a card already. */
  feedToRead(options: OperationOptions): Promise<MotionResult>;
  /** To the gate, held so that a person can take it and it can be drawn back. */
  present(options: OperationOptions): Promise<MotionResult>;
  /** Into the bin, from wherever it is. */
  capture(options: OperationOptions): Promise<MotionResult>;
  returnToHopper?(options: OperationOptions): Promise<MotionResult>;
  /** Whether a card put into the gate is drawn in. */
  acceptInsert?(on: boolean, options: OperationOptions): Promise<Result<void, DispenserFault>>;
  /** Resolves when the path is empty: a card that was presented has been taken. */
  waitForTaken(options: OperationOptions): Promise<Result<void, DispenserFault>>;
  readonly chip?: ChipContacts;
  /** Cards in the bin as the unit counts them. */
  binCount?(options: OperationOptions): Promise<Result<number, DispenserFault>>;
  /** After the bin was emptied. */
  clearBinCount?(options: OperationOptions): Promise<Result<void, DispenserFault>>;
}
