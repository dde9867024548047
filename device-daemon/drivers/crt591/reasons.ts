import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { CrtReason } from './unit.ts';

/** In which states the report gives which reason. */
export const reasons = {
  portBusy: ['failed'],
  portDenied: ['failed'],
  reopening: ['starting'],
  silent: ['failed'],
  garbled: ['failed'],
  refused: ['failed'],
  unsupported: ['failed'],
  otherDevice: ['failed'],
  jammed: ['failed'],
  mechanicalFault: ['failed'],
  hopperEmpty: ['degraded'],
  hopperLow: ['degraded'],
  binFull: ['degraded'],
} as const satisfies Readonly<Record<CrtReason, readonly DeviceState[]>>;
