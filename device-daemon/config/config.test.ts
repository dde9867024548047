import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allOptions, loadConfig, parseConfig, productionMistakes } from './index.ts';

test('without a file every option has its default', () => {
  const loaded = loadConfig(undefined);
  expect(loaded.ok && loaded.value.config.server.port).toBe(5846);
  expect(loaded.ok && loaded.value.origins.get('server.port')).toBe('default');
});

test.each([
  [{ server: { port: 'x' } }, 'server.port: got "x", wants a whole number from 0 to 65535'],
  [{ server: { prot: 1 } }, /^server\.prot: is not a setting; known here: address, port/],
  [{ devices: { printer: { port: 'COM1' } } }, /^devices\.printer\.port: got "COM1", wants none, serial:/],
  [{ profile: 'prod' }, 'profile: got "prod", wants one of bench, production'],
  [{ visit: { warningSeconds: 5 } }, 'visit.warningSeconds: got 5, wants a whole number from 20 to 120'],
  [{ terminal: 3 }, 'terminal: got 3, wants a group of settings { … }'],
  [[1], 'the file: got [1], wants a group of settings { … }'],
])('a mistake is one line naming key, value and expectation: %j', (value, line) => {
  const loaded = parseConfig(value);
  expect(loaded.ok).toBe(false);
  if (!loaded.ok) {
    expect(loaded.error).toHaveLength(1);
    expect(loaded.error[0]).toMatch(line);
  }
});

test('every mistake is told at once', () => {
  const loaded = parseConfig({ profile: 1, terminal: { id: 'short' } });
  expect(!loaded.ok && loaded.error.length).toBe(2);
});

test.each(['18:00', '00:00', '23:59', ''])('a cut-over of the day: %j', (cutOver) => {
  const loaded = parseConfig({ dayEnd: { cutOver } });
  expect(loaded.ok && loaded.value.config.dayEnd.cutOver).toBe(cutOver);
});

test.each(['24:00', '6pm', '18:60', '8:00', '18.00'])('no cut-over of the day: %s', (cutOver) => {
  const loaded = parseConfig({ dayEnd: { cutOver } });
  expect(loaded.ok ? [] : loaded.error).toEqual([
    `dayEnd.cutOver: got "${cutOver}", wants a time of day such as 18:00, or nothing`,
  ]);
});

test('an unreadable or broken file is one line with its name', () => {
  const missing = loadConfig('/nowhere/kiosk.json');
  expect(!missing.ok && missing.error[0]).toBe('/nowhere/kiosk.json: cannot be read (ENOENT)');
  const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'kiosk.json');
  writeFileSync(file, '{');
  const broken = loadConfig(file);
  expect(!broken.ok && broken.error[0]).toMatch(/kiosk\.json: is not JSON/);
});

test('every option is documented', () => {
  for (const { key, option } of allOptions()) {
    expect(option.help, key).not.toBe('');
    expect(option.parse(option.default), `${key}: the default must be right`).toEqual(option.default);
  }
});

test('production refuses what only a bench may have', () => {
  const loaded = parseConfig({
    profile: 'production',
    devices: { printer: { port: 'tcp://10.0.0.9:9100' }, cardReader: { reader: 'Virtual PCD' } },
    server: { frameAncestors: ['http://127.0.0.1:8610'] },
  });
  const mistakes = loaded.ok ? productionMistakes(loaded.value.config) : [];
  for (const key of [
    'server.deviceClients',
    'devices.printer.port',
    'devices.cardReader.reader',
    'devices.pinPad.serialNumber',
    'hosts.bankCore',
    'server.frameAncestors',
  ]) {
    expect(
      mistakes.some((line) => line.startsWith(key)),
      key,
    ).toBe(true);
  }
  const bench = parseConfig({});
  expect(bench.ok && productionMistakes(bench.value.config)).toEqual([]);
});

test.each([
  ['crt591', true],
  ['k720', false],
])('production pins a dispenser that tells a serial number: %s, %s', (driver, wanted) => {
  const loaded = parseConfig({ profile: 'production', devices: { cardDispenser: { driver } } });
  const mistakes = loaded.ok ? productionMistakes(loaded.value.config) : expect.fail('it is read');
  expect(mistakes.some((line) => line.startsWith('devices.cardDispenser.serialNumber'))).toBe(wanted);
});

test.each([
  ['/sys/class', false],
  ['/tmp/class', true],
  ['/sys/class/../../tmp', true],
])('production feels the cabinet through the kernel alone: %s, refused: %s', (folder, refused) => {
  const loaded = parseConfig({ profile: 'production', devices: { cabinet: { driver: 'sysfs', folder } } });
  const mistakes = loaded.ok ? productionMistakes(loaded.value.config) : expect.fail('it is read');
  expect(mistakes.some((line) => line.startsWith('devices.cabinet.folder'))).toBe(refused);
});

test('the screen stays on this machine; clients of others need everything that TLS needs, in any profile', () => {
  const open = parseConfig({ server: { address: '0.0.0.0' } });
  expect(open.ok ? [] : open.error).toEqual([
    'server.address: got "0.0.0.0", wants an address of this machine alone, such as 127.0.0.1 (server.remote is for others)',
  ]);
  const half = parseConfig({ server: { remote: { address: '0.0.0.0' } } });
  expect(half.ok && productionMistakes(half.value.config)).toEqual([
    'server.remote.certificate: got nothing, server.remote.address wants it',
    'server.remote.key: got nothing, server.remote.address wants it',
    'server.remote.clientAuthority: got nothing, server.remote.address wants it',
    'server.remote.allowedHosts: got none, server.remote.address wants the names that clients use',
  ]);
});
