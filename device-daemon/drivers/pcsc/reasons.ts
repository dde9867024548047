import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { SlotProblem } from '../../transports/apdu-channel.ts';

type PcscReason = Exclude<SlotProblem, 'notAnswering'> | 'readerNotAnswering' | 'readerBusy' | 'stopped';

/** In which states the report gives which reason; README.md says what to do about each. */
export const reasons = {
  libraryMissing: ['absent'],
  serviceDown: ['absent'],
  readerMissing: ['absent'],
  readerRefused: ['failed'],
  transportFailed: ['failed'],
  readerNotAnswering: ['degraded'],
  readerBusy: ['degraded'],
  stopped: ['absent'],
} as const satisfies Readonly<Record<PcscReason, readonly DeviceState[]>>;
