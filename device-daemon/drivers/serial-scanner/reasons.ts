import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { InputReason } from '../common/input-port.ts';

/** In which states the report gives which reason; README.md says what to do about each. */
export const reasons = {
  portBusy: ['failed'],
  portDenied: ['failed'],
  reopening: ['starting'],
  nothingHeard: ['ready'],
  noSuffix: ['degraded'],
  garbled: ['degraded'],
  babbling: ['degraded'],
} as const satisfies Readonly<Record<InputReason, readonly DeviceState[]>>;
