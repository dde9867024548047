import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { K720Reason } from './unit.ts';

/** In which states the report gives which reason. */
export const reasons = {
  portBusy: ['failed'],
  portDenied: ['failed'],
  reopening: ['starting'],
  silent: ['failed'],
  garbled: ['failed'],
  notUnderstood: ['failed'],
  needsReset: ['failed'],
  jammed: ['failed'],
  mechanicalFault: ['failed'],
  prepareFailed: ['degraded'],
  hopperEmpty: ['degraded'],
  hopperLow: ['degraded'],
  binFull: ['degraded'],
} as const satisfies Readonly<Record<K720Reason, readonly DeviceState[]>>;
