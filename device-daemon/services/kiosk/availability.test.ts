/** Which services stop when something does not work, and which device it is that stops them. */

import { describe, expect, test } from 'vitest';
import type { DeviceReport, DeviceState, HostName, ServiceName, UnavailableReason } from '#protocol/generated/kiosk.ts';
import { availability, type Means, withEffects } from './availability.ts';
import { dependencies } from './dependencies.ts';

const classes = {
  cardReader: 'cardReader',
  pinPad: 'pinPad',
  printer: 'receiptPrinter',
  identityReader: 'identityReader',
  passportReader: 'identityReader',
  codeScanner: 'codeScanner',
} as const satisfies Record<string, DeviceReport['class']>;
type Name = keyof typeof classes;

const since = '2026-11-24T06:00:00.000Z';
const device = (name: Name, state: DeviceState = 'ready', reason?: string): DeviceReport => ({
  name,
  class: classes[name],
  driver: 'x',
  state,
  ...(reason === undefined ? {} : { reason }),
  since,
  restarts: 0,
});

interface Case extends Partial<Omit<Means, 'devices' | 'hosts'>> {
  readonly devices?: Partial<Record<Name, DeviceState | 'none' | readonly [DeviceState, string]>>;
  readonly down?: readonly HostName[];
}

function meansOf({ devices = {}, down = [], ...rest }: Case): Means {
  return {
    devices: (Object.keys(classes) as Name[]).flatMap((name) => {
      const state = devices[name] ?? 'ready';
      if (state === 'none') return [];
      return typeof state === 'string' ? device(name, state) : device(name, ...state);
    }),
    hosts: (['cardManagement', 'bankCore'] as const).map((host) => ({
      host,
      state: down.includes(host) ? 'down' : 'up',
      since,
    })),
    pinPadHasKeys: true,
    journalWritable: true,
    strangerInside: false,
    maintenance: false,
    mainsLost: false,
    ...rest,
  };
}

const of = (service: ServiceName, means: Case) => availability(meansOf(means)).find((one) => one.service === service);

/** `printer limits balance` and the like, of devices and hosts: on one service, or on all. */
function effects(means: Case, service?: ServiceName): readonly string[] {
  const { devices, hosts } = withEffects(meansOf(means));
  const all = [...devices, ...hosts].flatMap((report) => {
    const by = 'name' in report ? report.name : report.host;
    return [
      ...(report.stops ?? []).map((service) => `${by} stops ${service}`),
      ...(report.limits ?? []).map((service) => `${by} limits ${service}`),
    ];
  });
  return service === undefined ? all : all.filter((effect) => effect.endsWith(` ${service}`));
}

test('all is well: whatever is offered can be had whole, and nobody stops anything', () => {
  for (const { service, available, reasons } of availability(meansOf({}))) {
    const offered = dependencies[service] !== 'notOffered';
    expect({ service, available, reasons }).toEqual({
      service,
      available: offered,
      reasons: offered ? [] : ['notOffered'],
    });
  }
  expect(effects({})).toEqual([]);
});

test.each<[string, Case, boolean, readonly UnavailableReason[], readonly string[]]>([
  [
    'the reader is gone',
    { devices: { cardReader: 'absent' } },
    false,
    ['readerUnavailable'],
    ['cardReader stops balance'],
  ],
  ['the reader starts', { devices: { cardReader: 'starting' } }, false, ['starting'], ['cardReader stops balance']],
  ['no reader is configured', { devices: { cardReader: 'none' } }, false, ['readerUnavailable'], []],
  ['a card was left inside', { strangerInside: true }, false, ['cardLeftInside'], []],
  ['one host is down', { down: ['bankCore'] }, true, ['bankCoreUnavailable'], ['bankCore limits balance']],
  [
    'both hosts are down',
    { down: ['bankCore', 'cardManagement'] },
    false,
    ['cardManagementUnavailable', 'bankCoreUnavailable'],
    ['cardManagement stops balance', 'bankCore stops balance'],
  ],
  ['the pad is gone', { devices: { pinPad: 'absent' } }, true, ['pinPadUnavailable'], ['pinPad limits balance']],
  [
    'the pad has no keys',
    { devices: { pinPad: ['degraded', 'needsSignOn'] }, pinPadHasKeys: false },
    true,
    ['pinPadNeedsKeys'],
    ['pinPad limits balance'],
  ],
  ['its battery is low', { devices: { pinPad: ['degraded', 'batteryLow'] } }, true, [], []],
  ['paper is low', { devices: { printer: ['degraded', 'paperLow'] } }, true, [], []],
  [
    'paper is out',
    { devices: { printer: ['failed', 'paperOut'] } },
    true,
    ['printerUnavailable'],
    ['printer limits balance'],
  ],
  ['the scanner is gone', { devices: { codeScanner: 'absent' } }, true, [], []],
  ['the journal cannot be written', { journalWritable: false }, false, ['journalUnavailable'], []],
  [
    'reader gone, bank down, no paper',
    { devices: { cardReader: 'failed', printer: 'failed' }, down: ['bankCore'] },
    false,
    ['readerUnavailable', 'bankCoreUnavailable', 'printerUnavailable'],
    ['cardReader stops balance', 'printer limits balance', 'bankCore limits balance'],
  ],
])('balance: %s', (_what, means, available, reasons, told) => {
  expect(of('balance', means)).toEqual({ service: 'balance', available, reasons });
  expect(effects(means, 'balance')).toEqual(told);
});

describe('the document readers are two, and either will do', () => {
  test.each<[string, Case, boolean, readonly UnavailableReason[], readonly string[]]>([
    [
      'one is gone',
      { devices: { passportReader: 'absent' } },
      true,
      ['documentReaderUnavailable'],
      ['passportReader limits documentCheck'],
    ],
    [
      'both are gone',
      { devices: { passportReader: 'absent', identityReader: 'failed' } },
      false,
      ['documentReaderUnavailable'],
      ['identityReader stops documentCheck', 'passportReader stops documentCheck'],
    ],
    [
      'one is gone, the other starts',
      { devices: { passportReader: 'absent', identityReader: 'starting' } },
      false,
      ['starting'],
      ['identityReader stops documentCheck', 'passportReader stops documentCheck'],
    ],
    [
      'the only one is gone',
      { devices: { passportReader: 'none', identityReader: 'absent' } },
      false,
      ['documentReaderUnavailable'],
      ['identityReader stops documentCheck'],
    ],
    ['there is none', { devices: { passportReader: 'none', identityReader: 'none' } }, false, ['notOffered'], []],
    [
      'one is gone, and nothing can be had anyway',
      { devices: { passportReader: 'absent' }, maintenance: true },
      false,
      ['maintenance'],
      ['passportReader limits documentCheck'],
    ],
  ])('%s', (_what, means, available, reasons, told) => {
    expect(of('documentCheck', means)).toEqual({ service: 'documentCheck', available, reasons });
    expect(effects(means, 'documentCheck')).toEqual(told);
  });
});

test.each<[string, Case, Partial<Record<ServiceName, boolean>>]>([
  [
    'without the bank nobody can be checked: only what needs no check is left',
    { down: ['bankCore'] },
    { lossReport: false, unfreeze: false, activation: false, pin: false, progress: true, balance: true },
  ],
  [
    'without the province a loss report still stops the money; whether a card is genuine nobody can say',
    { down: ['cardManagement'] },
    { lossReport: true, unfreeze: false, activation: false, pin: false, progress: true, balance: true },
  ],
  [
    'a lost card needs no reader; whatever opens a card needs the card itself',
    { devices: { cardReader: 'failed' } },
    { lossReport: true, progress: true, unfreeze: false, activation: false, pin: false, balance: false },
  ],
  [
    'without the pad staff can still approve a loss report; a PIN cannot be set',
    { devices: { pinPad: 'absent' } },
    { lossReport: true, unfreeze: true, activation: true, pin: false, balance: true },
  ],
  [
    'without a document reader nobody is known',
    { devices: { identityReader: 'absent', passportReader: 'failed' } },
    { lossReport: false, unfreeze: false, activation: false, pin: false, progress: false, balance: true },
  ],
  [
    'without paper everything is given',
    { devices: { printer: ['failed', 'paperOut'] } },
    { lossReport: true, unfreeze: true, activation: true, pin: true, progress: true, balance: true },
  ],
])('%s', (_what, means, wanted) => {
  const given = Object.keys(wanted).map((service) => [service, of(service as ServiceName, means)?.available]);
  expect(Object.fromEntries(given)).toEqual(wanted);
});

test('whichever device fails, what does not need it goes on, and what it stops is said of it', () => {
  for (const name of Object.keys(classes) as Name[]) {
    const means: Case = { devices: { [name]: 'failed' } };
    const stopped = availability(meansOf(means))
      .filter(({ available, reasons }) => !available && !reasons.includes('notOffered'))
      .map(({ service }) => `${name} stops ${service}`);
    expect(effects(means).filter((effect) => effect.includes(' stops '))).toEqual(stopped);
  }
});
