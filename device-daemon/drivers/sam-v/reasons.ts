import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { SamVReason } from './driver.ts';

/** In which states the report gives which reason; README.md says what to do about each. */
export const reasons = {
  portBusy: ['failed'],
  portDenied: ['failed'],
  resetting: ['starting'],
  reopening: ['starting'],
  silent: ['failed'],
  garbled: ['failed'],
  outOfStep: ['failed'],
  refused: ['failed'],
  otherDevice: ['failed'],
  selfTest: ['failed'],
  notAuthorised: ['failed'],
} as const satisfies Readonly<Record<SamVReason, readonly DeviceState[]>>;
