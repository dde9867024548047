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
  return [
    balance(means),
    documentCheck(means),
    ...notOffered.map((service): ServiceAvailability => ({ service, available: false, reasons: ['notOffered'] })),
    { service: 'information', available: true, reasons: [] },
  ];
}

/** What stops every service. */
function stops({ maintenance, journalWritable }: Means): UnavailableReason[] {
  return [
    ...(maintenance ? (['maintenance'] as const) : []),
    ...(journalWritable ? [] : (['journalUnavailable'] as const)),
  ];
}

/** Any reader will do: which documents it does not read, the screen says before anything starts. */
function documentCheck(means: Means): ServiceAvailability {
  const readers = means.devices.filter((device) => device.class === 'identityReader');
  if (readers.length === 0) return { service: 'documentCheck', available: false, reasons: ['notOffered'] };
  const stopping = stops(means);
  const starting = readers.some(({ state }) => state === 'starting');
  if (!readers.some(works)) stopping.push(starting ? 'starting' : 'documentReaderUnavailable');
  const lacking: UnavailableReason[] =
    stopping.length === 0 && !readers.every(works) ? ['documentReaderUnavailable'] : [];
  return { service: 'documentCheck', available: stopping.length === 0, reasons: [...stopping, ...lacking] };
}

function balance(means: Means): ServiceAvailability {
  const reader = stateOf(means.devices, 'cardReader');
  const pad = stateOf(means.devices, 'pinPad');
  const printer = stateOf(means.devices, 'receiptPrinter');
  const isDown = (host: HostReport['host']): boolean =>
    means.hosts.some((report) => report.host === host && report.state === 'down');
  const stopping = stops(means);
  const lacking: UnavailableReason[] = [];
  if (!works(reader)) stopping.push(reader?.state === 'starting' ? 'starting' : 'readerUnavailable');
  else if (means.strangerInside) stopping.push('cardLeftInside');
  if (isDown('cardManagement')) lacking.push('cardManagementUnavailable');
  if (isDown('bankCore')) lacking.push('bankCoreUnavailable');
  if (isDown('cardManagement') && isDown('bankCore')) stopping.push(...lacking.splice(0));
  if (!works(pad)) lacking.push('pinPadUnavailable');
  else if (!means.pinPadHasKeys) lacking.push('pinPadNeedsKeys');
  if (!works(printer) || printer?.reason === 'paperOut') lacking.push('printerUnavailable');
  return { service: 'balance', available: stopping.length === 0, reasons: [...stopping, ...lacking] };
}
