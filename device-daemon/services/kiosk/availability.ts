import type { DeviceReport, HostReport, ServiceAvailability, UnavailableReason } from '#protocol/generated/kiosk.ts';

/** What the services depend on, as it is now. */
export interface Means {
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
  readonly pinPadHasKeys: boolean;
  readonly journalWritable: boolean;
  /** A card that an ended visit left behind is still in the reader. */
  readonly strangerInside: boolean;
  readonly maintenance: boolean;
}

const notOffered = ['lossReport', 'unfreeze', 'activation', 'newCard', 'pin', 'progress'] as const;

function stateOf(devices: readonly DeviceReport[], deviceClass: DeviceReport['class']): DeviceReport | undefined {
  return devices.find((device) => device.class === deviceClass);
}

const works = (report: DeviceReport | undefined): boolean => report?.state === 'ready' || report?.state === 'degraded';

/**
 * Which services can be had, and why not. Any one device or host failing leaves every service that does not need it
 * working (invariant 6): the balance needs the reader and one of the hosts; without the other, the PIN pad or paper it is
 * given in part, with the reason.
 */
export function availability(means: Means): readonly ServiceAvailability[] {
  const reader = stateOf(means.devices, 'cardReader');
  const pad = stateOf(means.devices, 'pinPad');
  const printer = stateOf(means.devices, 'receiptPrinter');
  const isDown = (host: HostReport['host']): boolean =>
    means.hosts.some((report) => report.host === host && report.state === 'down');
  const stopping: UnavailableReason[] = [];
  const lacking: UnavailableReason[] = [];
  if (means.maintenance) stopping.push('maintenance');
  if (!works(reader)) stopping.push(reader?.state === 'starting' ? 'starting' : 'readerUnavailable');
  else if (means.strangerInside) stopping.push('cardLeftInside');
  if (!means.journalWritable) stopping.push('journalUnavailable');
  if (isDown('cardManagement')) lacking.push('cardManagementUnavailable');
  if (isDown('bankCore')) lacking.push('bankCoreUnavailable');
  if (isDown('cardManagement') && isDown('bankCore')) stopping.push(...lacking.splice(0));
  if (!works(pad)) lacking.push('pinPadUnavailable');
  else if (!means.pinPadHasKeys) lacking.push('pinPadNeedsKeys');
  if (!works(printer) || printer?.reason === 'paperOut') lacking.push('printerUnavailable');
  return [
    { service: 'balance', available: stopping.length === 0, reasons: [...stopping, ...lacking] },
    ...notOffered.map((service): ServiceAvailability => ({ service, available: false, reasons: ['notOffered'] })),
    { service: 'information', available: true, reasons: [] },
  ];
}
