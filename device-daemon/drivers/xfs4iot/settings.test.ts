import { describe, expect, test } from 'vitest';
import { isOwn, publishersOf, serviceName, serviceUrl } from './settings.ts';

describe('publishers', () => {
  test.each([
    ['ws://127.0.0.1:5846', 'ws://127.0.0.1:5846/xfs4iot/v1.0'],
    ['ws://127.0.0.1:80', 'ws://127.0.0.1/xfs4iot/v1.0'],
    ['wss://atm.example:443/XFS4IoT/v1.0', 'wss://atm.example/XFS4IoT/v1.0'],
    ['ws://[::1]:5850/', 'ws://[::1]:5850/xfs4iot/v1.0'],
  ])('%s is one', (url, publisher) => {
    expect(publishersOf({ url })).toEqual([publisher]);
  });

  test('a machine without a port has them on the ports of its scheme, and ours is none', () => {
    const ports = (url: string, ownPorts: readonly number[] = []) =>
      publishersOf({ url, ownPorts }).map((publisher) => Number(/:(\d+)\//.exec(publisher)?.[1]));
    expect(ports('ws://127.0.0.1')).toEqual([80, 5846, 5847, 5848, 5849, 5850, 5851, 5852, 5853, 5854, 5855, 5856]);
    expect(ports('wss://atm.example')[0]).toBe(443);
    expect(ports('ws://localhost', [5846, 5847])).not.toContain(5846);
    expect(ports('ws://localhost', [5846, 5847])).toContain(5848);
    expect(ports('ws://atm.example', [5846])).toContain(5846);
  });

  test.each([
    ['ws://127.0.0.1:5846/xfs4iot/v1.0', true],
    ['ws://localhost:5846', true],
    ['ws://127.0.0.1:5847', false],
    ['ws://atm.example:5846', false],
    ['ws://127.0.0.1', false],
  ])('%s is this kiosk: %s', (url, own) => {
    expect(isOwn(url, [5846])).toBe(own);
  });
});

describe('a service that is listed', () => {
  test.each([
    [
      'ws://localhost:5850/xfs4iot/v1.0/SimCardReader/',
      'ws://atm.example:5846/xfs4iot/v1.0',
      'ws://atm.example:5850/xfs4iot/v1.0/SimCardReader/',
    ],
    // Neither to another machine nor out of TLS.
    ['ws://elsewhere.example:5850/a', 'wss://atm.example:5846/xfs4iot/v1.0', 'wss://atm.example:5850/a'],
    ['wss://atm.example/xfs4iot/v1.0/X', 'wss://atm.example:443/xfs4iot/v1.0', 'wss://atm.example:443/xfs4iot/v1.0/X'],
    ['http://atm.example/x', 'ws://atm.example:5846/xfs4iot/v1.0', undefined],
    ['no address', 'ws://atm.example:5846/xfs4iot/v1.0', undefined],
  ])('%s by %s is reached at %s', (uri, publisher, url) => {
    expect(serviceUrl(uri, publisher)).toBe(url);
  });

  test('has its name with and without a slash at the end', () => {
    expect(serviceName('ws://a:1/xfs4iot/v1.0/Reader/')).toBe('Reader');
    expect(serviceName('ws://a:1/xfs4iot/v1.0/Reader')).toBe('Reader');
  });
});
