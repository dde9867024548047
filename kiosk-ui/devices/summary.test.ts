import { expect, test } from 'vitest';
import type { ServiceAvailability, ServiceName, UnavailableReason } from '#protocol/generated/kiosk.ts';
import { verdictOf } from './summary.ts';

const all: readonly ServiceName[] = ['balance', 'documentCheck', 'lossReport', 'information'];

/** The services of a kiosk on which everything works but these. */
function services(but: Partial<Record<ServiceName, readonly [boolean, UnavailableReason]>>): ServiceAvailability[] {
  return all.map((service) => {
    const [available, reason] = but[service] ?? (service === 'lossReport' ? [false, 'notOffered'] : [true, undefined]);
    return { service, available, reasons: reason === undefined ? [] : [reason] };
  });
}

test.each([
  ['inService', {}],
  ['limited', { balance: [true, 'printerUnavailable'] }],
  ['limited', { documentCheck: [true, 'documentReaderUnavailable'] }],
  ['partly', { documentCheck: [false, 'documentReaderUnavailable'] }],
  ['outOfService', { balance: [false, 'readerUnavailable'] }],
  ['outOfService', { balance: [false, 'starting'], documentCheck: [true, 'documentReaderUnavailable'] }],
] as const)('%s: %o', (word, but) => {
  expect(verdictOf(services(but)).word).toBe(word);
});
