import type { PhysicalOutcome, Result } from '#protocol/result.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

export type PrinterReason =
  | 'paperOut'
  | 'coverOpen'
  | 'cutterError'
  | 'overheated'
  | 'mechanicalError'
  | 'unrecoverableError'
  | 'offline'
  | 'silent';

export type PrinterFault = DeviceFault | { readonly code: PrinterReason };

export type PaperLevel = 'unknown' | 'full' | 'low' | 'out';

/** How a job ended. `unknown` (silence) is never reprinted by itself (design.md 5). */
export interface PrintOutcome {
  readonly outcome: PhysicalOutcome;
  readonly reason?: PrinterReason;
}

export interface PrinterCapabilities {
  readonly dotsPerLine: number;
  readonly charactersPerLine: number;
  readonly canCut: boolean;
  /** Chinese characters the printer has of its own; what is printed beyond them is drawn by us. */
  readonly repertoire: 'gb2312' | 'gbk';
  readonly model: string | undefined;
}

/** A receipt printer that prints continuous paper. */
export interface ReceiptPrinter extends Device {
  readonly class: 'receiptPrinter';
  capabilities(): PrinterCapabilities;
  paper(): PaperLevel;
  /** Real-time health, asked now. */
  check(options: OperationOptions): Promise<Result<void, PrinterFault>>;
  /** A whole job: the driver adds feed, cut and the end mark, and waits for its answer. */
  print(job: Uint8Array, options: OperationOptions): Promise<PrintOutcome>;
  /** Bytes straight to the device, as Printer.PrintRaw has it; nothing added but the end mark. */
  raw(bytes: Uint8Array, options: OperationOptions): Promise<PrintOutcome>;
  /** Feed and cut what has been printed. */
  cut(options: OperationOptions): Promise<PrintOutcome>;
  reset(options: OperationOptions): Promise<Result<void, PrinterFault>>;
}
