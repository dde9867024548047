import type { Result } from '#protocol/result.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

export type ScanFault =
  | DeviceFault
  /** Bytes that are text in no known encoding, or longer than any code. */
  | { readonly code: 'notText' };

export interface CodeScannerCapabilities {
  /** Lights up only when asked; else it reads whatever is held before it. */
  readonly triggered: boolean;
}

/** A scanner of bar and QR codes on a serial line. */
export interface CodeScanner extends Device {
  readonly class: 'codeScanner';
  capabilities(): CodeScannerCapabilities;
  /** One code. What was scanned before the call is no answer to it. The caller zeroes the bytes (a code may say who somebody is). */
  scan(options: OperationOptions): Promise<Result<{ readonly text: Buffer }, ScanFault>>;
}
