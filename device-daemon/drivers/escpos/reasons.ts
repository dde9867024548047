import type { PrinterReason } from '#device-daemon/devices/receipt-printer.ts';
import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { PortReason } from '../common/life.ts';

/** In which states the report gives which reason; README.md says what to do about each. */
export const reasons = {
  portBusy: ['failed'],
  portDenied: ['failed'],
  silent: ['degraded', 'failed'],
  paperLow: ['degraded'],
  paperOut: ['failed'],
  coverOpen: ['failed'],
  cutterError: ['failed'],
  overheated: ['failed'],
  mechanicalError: ['failed'],
  unrecoverableError: ['failed'],
  offline: ['failed'],
} as const satisfies Readonly<Record<PrinterReason | PortReason | 'paperLow', readonly DeviceState[]>>;
