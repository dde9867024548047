/**
 * The language between the daemon and its PC/SC child process, over a pipe of frames (message-pipe.ts). Reader names
 * identify readers.
 *
 *   daemon  -> child   ChildCall      connect, transmit, disconnect, refresh, each with an id
 *   daemon  <- child   ChildReply     one per call, by id
 *   daemon  <- child   ChildEvent     what the readers show, and why the child gives up
 */
export type ChildCall =
  | { readonly id: number; readonly call: 'connect'; readonly reader: string }
  /** Makes pcscd look at a slot again of which it says two things at once. */
  | { readonly id: number; readonly call: 'refresh'; readonly reader: string }
  | { readonly id: number; readonly call: 'disconnect'; readonly reader: string; readonly disposition: number }
  | {
      readonly id: number;
      readonly call: 'transmit';
      readonly reader: string;
      readonly protocol: number;
      readonly apdu: Uint8Array;
    };

export type ChildReply =
  | { readonly id: number; readonly ok: true; readonly protocol?: number; readonly data?: Uint8Array }
  /** `code` is the PC/SC error, undefined when the library gave none. */
  | { readonly id: number; readonly ok: false; readonly code: number | undefined; readonly detail: string };

export type ChildEvent =
  /** A context stands: readers follow at once, or there are none. */
  | { readonly event: 'context' }
  | {
      readonly event: 'status';
      readonly reader: string;
      /** SCARD_STATE_* bits, 16 of them. */
      readonly state: number;
      /** pcscd's count of insertions and removals in this reader, modulo 65536. */
      readonly count: number;
      readonly atr: Uint8Array;
    }
  | { readonly event: 'end'; readonly reader: string }
  | { readonly event: 'problem'; readonly problem: 'libraryMissing' | 'serviceDown'; readonly detail: string };

export type ChildMessage = ChildReply | ChildEvent;

/** File descriptor of the pipe in the child, after Node's own channel, which only tells that the other side lives. */
export const pipeDescriptor = 4;

/** SCARD_STATE_* (PC/SC part 5), after the event counter in the upper half has been masked off. */
export const slotBits = { present: 0x20, mute: 0x200 } as const;

export const dispositions = { leave: 0, reset: 1, unpower: 2 } as const;

/** SCARD_PROTOCOL_*; what SCardConnect says it agreed on. */
export const chipProtocols = { t0: 1, t1: 2 } as const;

/** The PC/SC errors (pcsclite.h) that mean something of their own to us. */
export const scard = {
  commError: 0x80100013,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  unknownReader: 0x80100009,
  readerUnavailable: 0x80100017,
  invalidHandle: 0x80100003,
  sharingViolation: 0x8010000b,
  noSmartcard: 0x8010000c,
  protocolMismatch: 0x8010000f,
  unresponsiveCard: 0x80100066,
  unpoweredCard: 0x80100067,
  removedCard: 0x80100069,
} as const;
