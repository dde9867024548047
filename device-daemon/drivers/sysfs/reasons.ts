import type { DeviceState } from '#protocol/generated/kiosk.ts';

/** In which states the report gives which reason; README.md says what to do about each. Worst first. */
export const reasons = {
  stuck: ['failed'],
  denied: ['failed'],
  inputMissing: ['degraded'],
  garbled: ['degraded'],
  lightFailed: ['degraded'],
  batteryLow: ['degraded'],
  onBattery: ['degraded'],
} as const satisfies Readonly<Record<string, readonly DeviceState[]>>;

export type Reason = keyof typeof reasons;
