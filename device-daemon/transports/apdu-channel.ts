import type { Result } from '#protocol/result.ts';

export type ChipProtocol = 't0' | 't1';

/** Why there is no slot to look into. `detail` is for technicians: it names programs and readers, never people. */
export type SlotProblem =
  /** The PC/SC library is not installed on this machine. */
  | 'libraryMissing'
  /** pcscd does not run, or went away. */
  | 'serviceDown'
  /** pcscd runs; no reader has the configured name. */
  | 'readerMissing'
  /** A reader has the name, but is a virtual one and those are not allowed here. */
  | 'readerRefused'
  /** A call passed its deadline; the connection to the reader is being made anew. */
  | 'notAnswering'
  /** Our own helper process or port cannot be had. */
  | 'transportFailed';

export type SlotState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unavailable'; readonly problem: SlotProblem; readonly detail: string }
  | { readonly kind: 'empty'; readonly reader: string }
  /**
   * `stay` differs for every insertion, also when removal and insertion were seen as one change.
   * `atr` is empty while the card is mute.
   */
  | { readonly kind: 'card'; readonly reader: string; readonly stay: number; readonly atr: Uint8Array };

export type ApduFault =
  | { readonly code: 'unavailable'; readonly detail: string }
  | { readonly code: 'noCard' }
  | { readonly code: 'cardRemoved' }
  | { readonly code: 'cardMute' }
  | { readonly code: 'cardUnresponsive'; readonly detail: string }
  | { readonly code: 'busy' }
  | { readonly code: 'timeOut' };

/** What becomes of the chip when we let go of it; PC/SC's dispositions. */
export type Disposition = 'leave' | 'reset' | 'unpower';

/**
 * One slot that takes one card: PC/SC, or the virtual reader's own framing. Looks for its reader and keeps looking; calls
 * are made one at a time by the driver above. APDUs pass as they are: `61xx` and `6Cxx` are the driver's.
 */
export interface ApduChannel {
  /** Begins to look. Never waits, never throws. */
  start(): void;
  state(): SlotState;
  /** Called after every change. Returns the unsubscribe function. */
  onState(listener: (state: SlotState) => void): () => void;
  /** Takes the card for this process alone and powers the chip. */
  connect(timeoutMs: number): Promise<Result<ChipProtocol, ApduFault>>;
  /** Without a connection: ok. */
  disconnect(disposition: Disposition, timeoutMs: number): Promise<Result<void, ApduFault>>;
  /** A transmit that is still out when its time is over makes the channel start anew. */
  transmit(apdu: Uint8Array, timeoutMs: number): Promise<Result<Uint8Array, ApduFault>>;
  /** Settles every pending call. Idempotent. */
  close(): Promise<void>;
}
