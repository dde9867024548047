import type { DeviceClass, DeviceReport } from '#protocol/generated/kiosk.ts';

/**
 * What every driver is, whatever it drives. `report()` is the small status union of design.md 5:
 * absent, starting, ready, degraded (reason), failed (reason); since when, how often restarted, last good exchange.
 */
export interface Device {
  readonly name: string;
  readonly class: DeviceClass;
  readonly driver: string;
  report(): DeviceReport;
  /** Called after every change of the report. Returns the unsubscribe function. */
  onReport(listener: (report: DeviceReport) => void): () => void;
  /** Begins to look for the device and keeps looking. Never waits, never throws. */
  start(): void;
  /** Settles every pending operation, releases the port. Idempotent. */
  stop(): Promise<void>;
}

/** Every wait has an end and a way out (design.md 5). */
export interface OperationOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

/** Failures that any operation on any device may meet. Device classes add their own codes. */
export type DeviceFault =
  | { readonly code: 'notReady'; readonly detail: string }
  | { readonly code: 'timeOut' }
  | { readonly code: 'cancelled' }
  | { readonly code: 'hardwareError'; readonly detail: string };
