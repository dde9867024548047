import type { DeviceState } from '#protocol/generated/kiosk.ts';
import type { ConnectionFault } from './connection.ts';

/** Why a provider's service is of no use to us. */
export type ServiceFault =
  | ConnectionFault
  /** A publisher answers and does not list the service. */
  | 'serviceMissing'
  /** The service has not the interface, a command or a version that the device needs. */
  | 'unsuitable'
  /** Another serial number than the pinned one. */
  | 'otherDevice';

/** What the provider says of its own device. */
export type DeviceReason =
  | 'deviceAbsent'
  | 'deviceOffline'
  | 'deviceFailed'
  | 'userNeeded'
  | 'fraudSuspected'
  | 'needsKeys'
  | 'needsSignOn'
  | 'paperLow'
  | 'paperOut'
  | 'jammed'
  | 'hopperEmpty'
  | 'hopperLow'
  | 'binFull';

export type XfsReason = ServiceFault | DeviceReason | 'pinRevealed';

/** In which states the report gives which reason; README.md says what to do about each. */
export const reasons = {
  unreachable: ['absent'],
  lost: ['absent'],
  serviceMissing: ['absent'],
  deviceAbsent: ['absent'],
  refused: ['failed'],
  certificate: ['failed'],
  unsuitable: ['failed'],
  otherDevice: ['failed'],
  silent: ['failed'],
  garbled: ['failed'],
  outOfStep: ['failed'],
  tooLong: ['failed'],
  oldEdition: ['failed'],
  pinRevealed: ['failed'],
  deviceOffline: ['failed'],
  deviceFailed: ['failed'],
  userNeeded: ['failed'],
  fraudSuspected: ['failed'],
  needsKeys: ['degraded'],
  needsSignOn: ['degraded'],
  paperLow: ['degraded'],
  paperOut: ['failed'],
  jammed: ['failed'],
  hopperEmpty: ['degraded'],
  hopperLow: ['degraded'],
  binFull: ['degraded'],
} as const satisfies Readonly<Record<XfsReason, readonly DeviceState[]>>;

/** The one state in which a reason is given. */
export const stateOf = (reason: XfsReason): DeviceState => reasons[reason][0];
