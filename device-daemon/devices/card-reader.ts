import type { PhysicalOutcome, Result } from '#protocol/result.ts';
import type { CardPath, MotionResult } from './card-dispenser.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

/** Physical truth as the reader's sensors tell it; the values are XFS4IoT's `cardReader.media`. */
export type CardMedia = 'unknown' | 'present' | 'notPresent' | 'jammed' | 'entering';

/** One stay of one card in the reader. The number rises with every insertion, so a swap is never mistaken for a stay. */
export interface Insertion {
  readonly number: number;
  /** Answer to reset; empty when the card is mute. */
  readonly atr: Uint8Array;
  /**
   * Motorised only. `found`: it was in when the reader was looked at for the first time since a start or an outage; whose it
   * is, the layer above has to find out before anybody is offered it. Absent: a person put it in.
   */
  readonly origin?: 'inserted' | 'found';
}

export type CardFault =
  | DeviceFault
  | { readonly code: 'noCard' }
  /** The card left, or another came, since the insertion that the caller names. */
  | { readonly code: 'cardRemoved' }
  /** A card is there but does not answer to reset. */
  | { readonly code: 'cardMute' }
  /** The chip stopped in the middle or broke the protocol. */
  | { readonly code: 'cardUnresponsive'; readonly detail: string }
  /** Another program holds the reader (PC/SC sharing violation). */
  | { readonly code: 'readerBusy' };

/** What may go wrong with a chip at the contacts. */
export type ChipFault = CardFault;

export interface CardReaderCapabilities {
  readonly type: 'dip' | 'motor';
  readonly canEject: boolean;
  readonly canRetain: boolean;
  readonly chipProtocols: { readonly t0: boolean; readonly t1: boolean };
  /** The interface device manager's or reader's own name, for QueryIFMIdentifier and identity pinning. */
  readonly identifier: string | undefined;
  /** Where it is not a part of that name. */
  readonly serialNumber?: string | undefined;
  /** APDUs become texts in messages on their way to the chip: no PIN of a card goes there (invariant 4). */
  readonly apdusAreMessages?: true;
}

/** A reader of chip cards. `transmit` answers `61xx` and `6Cxx` itself: callers see whole responses (design.md 5). */
export interface CardReader extends Device {
  readonly class: 'cardReader';
  capabilities(): CardReaderCapabilities;
  /** What chip and reader agreed on; undefined without power. Readers that cannot tell leave it out. */
  protocol?(): 't0' | 't1' | undefined;
  media(): CardMedia;
  /** The current stay, if a card is in. */
  insertion(): Insertion | undefined;
  onMedia(listener: (media: CardMedia, insertion: Insertion | undefined) => void): () => void;
  /** Resolves at once when a card is in, else when one comes. */
  waitForCard(options: OperationOptions): Promise<Result<Insertion, CardFault>>;
  /** Resolves at once when the slot is empty, else when the card leaves. */
  waitForRemoval(options: OperationOptions): Promise<Result<void, CardFault>>;
  /** Cold or warm reset. Returns the ATR. */
  powerOn(kind: 'cold' | 'warm', options: OperationOptions): Promise<Result<Uint8Array, CardFault>>;
  powerOff(options: OperationOptions): Promise<Result<void, CardFault>>;
  /** One command APDU, one response APDU with its status word at the end. Powers the chip if it is not. */
  transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>>;
  /** Motorised only: a dip reader answers `notDone`. Never repeated on silence. */
  eject(options: OperationOptions): Promise<PhysicalOutcome>;
  retain(options: OperationOptions): Promise<PhysicalOutcome>;
}

/** Where a motorised reader can bring the card that is in it. */
export type CardTarget = 'gate' | 'inside' | 'bin';

/**
 * A reader that draws cards in. `eject` is `move('gate')`, `retain` is `move('bin')`; motions end as those of a dispenser do.
 * `media()` is `entering` while the card is at the gate, also after an ejection until it is taken. A card from the hopper of
 * the same unit is the dispenser's: here it is no insertion.
 */
export interface MotorCardReader extends CardReader {
  place(): CardPath;
  move(to: CardTarget, options: OperationOptions): Promise<MotionResult>;
  /** Whether a card put into the gate is drawn in. Holds until it is changed, through every recovery. */
  acceptInsert(on: boolean, options: OperationOptions): Promise<Result<void, DeviceFault>>;
  accepts(): boolean;
  /** The stay that a motion of this face into the bin has ended, or is about to end: nobody took that card. */
  kept(): number | undefined;
}

export const isMotorReader = (reader: CardReader): reader is MotorCardReader =>
  reader.capabilities().type === 'motor' && 'move' in reader;
