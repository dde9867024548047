import type { PrinterReason } from '#device-daemon/devices/receipt-printer.ts';

/** What a printer can say about itself, whichever way it says it. */
export type StatusFlag =
  | 'offline'
  | 'coverOpen'
  | 'feeding'
  | 'waitingForRecovery'
  | 'mechanicalError'
  | 'cutterError'
  | 'unrecoverable'
  | 'recoverable'
  | 'paperNearEnd'
  | 'paperEnd';

export type PrinterStatus = Readonly<Record<StatusFlag, boolean>>;

export const GOOD: PrinterStatus = {
  offline: false,
  coverOpen: false,
  feeding: false,
  waitingForRecovery: false,
  mechanicalError: false,
  cutterError: false,
  unrecoverable: false,
  recoverable: false,
  paperNearEnd: false,
  paperEnd: false,
};

type Bits = Readonly<Partial<Record<StatusFlag, number>>>;

/** Bytes of which the bits outside `mask` are data: a byte is one of these when `byte & mask === fixed`. */
interface StatusByte {
  readonly mask: number;
  readonly fixed: number;
  readonly bits: Bits;
}

export type RealTimeKind = 1 | 2 | 3 | 4;
export const REAL_TIME_KINDS: readonly RealTimeKind[] = [1, 2, 3, 4];

/** DLE EOT n, printer reference a.4. */
export const REAL_TIME: Readonly<Record<RealTimeKind, StatusByte>> = {
  1: { mask: 0x93, fixed: 0x12, bits: { offline: 0x08, waitingForRecovery: 0x20 } },
  2: { mask: 0x93, fixed: 0x12, bits: { coverOpen: 0x04, feeding: 0x08 } },
  3: {
    mask: 0x93,
    fixed: 0x12,
    bits: { mechanicalError: 0x04, cutterError: 0x08, unrecoverable: 0x20, recoverable: 0x40 },
  },
  4: { mask: 0x93, fixed: 0x12, bits: { paperNearEnd: 0x0c, paperEnd: 0x60 } },
};

/** The four bytes of automatic status back, a.5. Only the first has bit 4. */
export const AUTOMATIC: readonly [StatusByte, StatusByte, StatusByte, StatusByte] = [
  { mask: 0x93, fixed: 0x10, bits: { offline: 0x08, coverOpen: 0x20, feeding: 0x40 } },
  {
    mask: 0x90,
    fixed: 0x00,
    bits: {
      waitingForRecovery: 0x01,
      mechanicalError: 0x04,
      cutterError: 0x08,
      unrecoverable: 0x20,
      recoverable: 0x40,
    },
  },
  { mask: 0x90, fixed: 0x00, bits: { paperNearEnd: 0x03, paperEnd: 0x0c } },
  { mask: 0x90, fixed: 0x00, bits: {} },
];

/** GS r 1, a.1: bits 4 and 7 are clear. */
export const QUEUED: StatusByte = { mask: 0x90, fixed: 0x00, bits: { paperNearEnd: 0x03, paperEnd: 0x0c } };

export const isA = (kind: StatusByte, byte: number): boolean => (byte & kind.mask) === kind.fixed;

const entries = (bits: Bits) => Object.entries(bits) as [StatusFlag, number][];

export const decodeStatus = (kind: StatusByte, byte: number): Partial<PrinterStatus> =>
  Object.fromEntries(entries(kind.bits).map(([flag, bit]) => [flag, (byte & bit) !== 0]));

export const encodeStatus = (kind: StatusByte, status: PrinterStatus): number =>
  entries(kind.bits).reduce((byte, [flag, bit]) => (status[flag] ? byte | bit : byte), kind.fixed);

/** Why nothing can be printed now, the worst first. */
export function blockedBy(status: PrinterStatus): PrinterReason | undefined {
  if (status.unrecoverable) return 'unrecoverableError';
  if (status.cutterError) return 'cutterError';
  if (status.mechanicalError) return 'mechanicalError';
  if (status.recoverable) return 'overheated';
  if (status.coverOpen) return 'coverOpen';
  if (status.paperEnd) return 'paperOut';
  if (status.offline || status.waitingForRecovery) return 'offline';
  return undefined;
}

/** Every bit of a kind that means something. */
export const flagBits = (kind: StatusByte): number => Object.values(kind.bits).reduce((bits, bit) => bits | bit, 0);
