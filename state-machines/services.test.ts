import { describe, expect, test } from 'vitest';
import type { Snapshot } from '#protocol/generated/kiosk.ts';
import { elsewhereFor, outOfServiceReasons, situationOf, tileOf, tilesOf, works } from './services.ts';
import { aSnapshot } from './testing/scripted-port.ts';

function saying(...services: Snapshot['services']): Snapshot {
  return aSnapshot({ services });
}

describe('the tiles', () => {
  test('keep their places, whatever works', () => {
    const order = ['lossReport', 'unfreeze', 'activation', 'balance', 'newCard', 'pin', 'progress', 'information'];
    for (const snapshot of [
      undefined,
      saying(),
      saying({ service: 'balance', available: false, reasons: ['readerUnavailable'] }),
    ]) {
      expect(tilesOf(snapshot).map(({ service }) => service)).toEqual(order);
    }
  });

  test.each([
    ['ready', { available: true, reasons: [] }],
    ['limited', { available: true, reasons: ['printerUnavailable'] }],
    ['unavailable', { available: false, reasons: ['readerUnavailable'] }],
    ['notOffered', { available: false, reasons: ['notOffered'] }],
  ] as const)('are %s as the daemon says', (state, said) => {
    const tile = tileOf(saying({ service: 'balance', ...said, reasons: [...said.reasons] }), 'balance');
    expect(tile).toEqual({ service: 'balance', state, reasons: said.reasons });
    expect(works(tile)).toBe(said.available);
  });

  test('a service that only a newer daemon knows is not offered by this face', () => {
    expect(tileOf(saying({ service: 'newCard', available: true, reasons: [] }), 'newCard').state).toBe('notOffered');
  });

  test('information needs no daemon', () => {
    expect(tileOf(undefined, 'information').state).toBe('ready');
  });

  test('a lost card that cannot be frozen here is frozen by telephone, not later', () => {
    const lost = tileOf(saying({ service: 'lossReport', available: false, reasons: ['notOffered'] }), 'lossReport');
    expect(elsewhereFor(lost)).toEqual(['bankHotline', 'socialSecurity12333', 'branch']);
    const balance = tileOf(saying({ service: 'balance', available: false, reasons: ['readerUnavailable'] }), 'balance');
    expect(elsewhereFor(balance)[0]).toBe('later');
  });
});

describe('the kiosk', () => {
  const working = saying({ service: 'balance', available: true, reasons: [] });
  const known = { snapshot: working, connected: true, gaveUp: true };

  test.each([
    ['starting', { snapshot: undefined, connected: false, gaveUp: false }],
    ['disconnected', { snapshot: undefined, connected: false, gaveUp: true }],
    ['disconnected', { ...known, connected: false }],
    ['inService', known],
    ['starting', { ...known, snapshot: saying({ service: 'balance', available: false, reasons: ['starting'] }) }],
    [
      'outOfService',
      { ...known, snapshot: saying({ service: 'balance', available: false, reasons: ['starting', 'maintenance'] }) },
    ],
    ['outOfService', { ...known, snapshot: saying() }],
    [
      'finishing',
      {
        ...known,
        snapshot: aSnapshot({
          visit: { visitId: 'v', caseCode: 'C', phase: 'ending', language: 'en', card: 'inserted' },
        }),
      },
    ],
  ] as const)('is %s', (situation, facts) => {
    expect(situationOf(facts)).toBe(situation);
  });

  test('says why it is out of service, each reason once; what it never offered is no reason', () => {
    const snapshot = saying(
      { service: 'balance', available: false, reasons: ['readerUnavailable', 'bankCoreUnavailable'] },
      { service: 'pin', available: false, reasons: ['notOffered'] },
    );
    expect(outOfServiceReasons(snapshot)).toEqual(['readerUnavailable', 'bankCoreUnavailable']);
    expect(outOfServiceReasons(saying())).toEqual(['notOffered']);
  });
});
