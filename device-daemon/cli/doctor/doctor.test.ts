/** What the doctor says of machines with one ailment each, and of the machine that it runs on. */

import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { benchCredentials } from '#simulators/hosts/certificates.ts';
import { parseConfig } from '../../config/index.ts';
import { Journal, MachineKeys } from '../../journal/index.ts';
import { runCli } from '../index.ts';
import { linesOf, summaryOf } from './finding.ts';
import { examine } from './index.ts';
import { type Machine, type Owned, thisMachine, type User } from './machine.ts';

let folder: string;
let credentialsFolder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  credentialsFolder = (await benchCredentials(join(folder, 'hosts'), 'KIOSK001')).daemonFolder;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const kiosk: User = {
  name: 'kiosk',
  uid: 990,
  groups: [
    { id: 990, name: 'kiosk' },
    { id: 20, name: 'dialout' },
  ],
};

const pad = '/dev/serial/by-id/usb-pad';
const printer = '/dev/serial/by-id/usb-printer';
const led = '/sys/class/leds/green:card/brightness';
const unit = '/dev/serial/by-id/usb-card-unit';
const device: Owned = { uid: 0, gid: 20, mode: 0o660, isDevice: true };
const file: Owned = { uid: 0, gid: 0, mode: 0o644, isDevice: false };

/** Everything is as it should be. */
function healthy(paths: Readonly<Record<string, Owned | undefined>> = {}, change: Partial<Machine> = {}): Machine {
  const there: Readonly<Record<string, Owned | undefined>> = {
    [pad]: device,
    [printer]: device,
    '/usr/sbin/pcscd': file,
    '/run/pcscd/pcscd.comm': file,
    '/usr/bin/chromium': file,
    'dist/ui/index.html': file,
    ...paths,
  };
  const folders: Readonly<Record<string, readonly string[]>> = {
    'dist/ui/assets': ['noto-1.woff2'],
    '/usr/share/fonts/opentype/noto': ['NotoSansCJK-Regular.ttc'],
    '/etc/polkit-1/rules.d': ['50-kiosk.rules'],
    '/dev/serial/by-id': ['usb-pad', 'usb-printer'],
  };
  return {
    user: () => kiosk,
    owned: (path) => there[path],
    realPath: (path) => path,
    list: (path) => folders[path] ?? [],
    read: () => 'action.id == "org.debian.pcsc-lite.access_pcsc"',
    freeBytes: () => 50e9,
    holders: () => [],
    programs: () => new Set(['systemd', 'pcscd', 'chromium']),
    now: () => new Date(),
    clockIsKept: () => true,
    npmPackageFile: () => true,
    connects: (_host, port) => Promise.resolve(port !== 5846),
    health: () => Promise.resolve(undefined),
    ...change,
  };
}

const fitted = {
  devices: { pinPad: { port: `serial://${pad}?baudRate=9600` }, printer: { port: `serial://${printer}` } },
};

function settings(more: object = {}): object {
  return {
    ...fitted,
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'no-keys') },
    hosts: { cardManagement: 'https://cards.test:8443', bankCore: 'https://bank.test', credentialsFolder },
    ...more,
  };
}

async function said(machine: Machine, more: object = {}, user = kiosk): Promise<readonly string[]> {
  const loaded = parseConfig(settings(more));
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return (await examine(loaded.value.config, machine, user)).map(linesOf);
}

const troubles = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('✓'));

test('of a machine in order there is nothing to say', async () => {
  expect(troubles(await said(healthy()))).toEqual([]);
});

/** One ailment, the line for it, and what to do. Nothing else may be said. */
const ailments: readonly [ailment: string, machine: () => Machine, line: RegExp, todo: RegExp, settings?: object][] = [
  [
    'the PIN pad is unplugged',
    () => healthy({ [pad]: undefined }),
    /^✗ devices\.pinPad\.port: .*usb-pad is not there$/,
    /check cable and power.*plugged in: .*usb-printer/,
  ],
  [
    'the port may not be opened by the user of the daemon',
    () => healthy({ [printer]: { ...device, gid: 5 } }),
    /^✗ devices\.printer\.port: kiosk may not open .*usb-printer$/,
    /usermod -aG dialout kiosk/,
  ],
  [
    'a reader of documents is unplugged',
    () => healthy(),
    /^✗ devices\.identityReader\.port: .*usb-id is not there$/,
    /check cable and power/,
    { devices: { ...fitted.devices, identityReader: { port: 'serial:///dev/serial/by-id/usb-id' } } },
  ],
  [
    'another program has the port',
    () => healthy({}, { holders: (path) => (path === pad ? ['minicom (process 77)'] : []) }),
    /^✗ devices\.pinPad\.port: .* is held by minicom \(process 77\)$/,
    /stop that program/,
  ],
  [
    'a second daemon has the port',
    () => healthy({}, { holders: (path) => (path === pad ? ['node (process 78)'] : []) }),
    /is held by node \(process 78\)$/,
    /stop that program/,
  ],
  [
    'a printer is configured without a port',
    () => healthy(),
    /^! devices\.printer: no port$/,
    /devices\.printer\.driver to none/,
    { devices: { ...fitted.devices, printer: { port: 'none' } } },
  ],
  [
    'the terminal server is off',
    () => healthy({}, { connects: (_host, port) => Promise.resolve(port === 443 || port === 8443) }),
    /^✗ devices\.printer\.port: nothing answers at tcp:\/\/127\.0\.0\.1:9100$/,
    /terminal server/,
    { devices: { ...fitted.devices, printer: { port: 'tcp://127.0.0.1:9100' } } },
  ],
  [
    'nobody listens where the provider of the printer is said to be',
    () => healthy(),
    /^✗ devices\.printer\.provider\.url: nothing answers at ws:\/\/atm\.test:5846$/,
    /start the provider's services/,
    { devices: { ...fitted.devices, printer: { driver: 'xfs4iot', provider: { url: 'ws://atm.test:5846' } } } },
  ],
  [
    "nobody listens where the dispenser's provider is said to be",
    () => healthy(),
    /^✗ devices\.cardDispenser\.provider\.url: nothing answers at ws:\/\/atm\.test:5846$/,
    /start the provider's services/,
    { devices: { ...fitted.devices, cardDispenser: { driver: 'xfs4iot', provider: { url: 'ws://atm.test:5846' } } } },
  ],
  [
    'a provider is chosen and not named',
    () => healthy(),
    /^! devices\.printer\.provider\.url: none$/,
    /devices\.printer\.driver to another/,
    { devices: { ...fitted.devices, printer: { driver: 'xfs4iot' } } },
  ],
  [
    'a card unit of a dialect that is only recognised',
    () => healthy({ [unit]: device }),
    /^✗ devices\.cardDispenser\.dialect: b, of which no unit can be driven$/,
    /fit a unit of dialect A/,
    { devices: { ...fitted.devices, cardDispenser: { driver: 'crt591', port: `serial://${unit}`, dialect: 'b' } } },
  ],
  [
    'the port of a dispenser is gone',
    () => healthy(),
    /^✗ devices\.cardDispenser\.port: /,
    /./,
    { devices: { ...fitted.devices, cardDispenser: { driver: 'k720', port: 'serial:///dev/serial/by-id/gone' } } },
  ],
  [
    'pcscd is not installed',
    () => healthy({ '/usr/sbin/pcscd': undefined }),
    /^✗ pcscd is not installed$/,
    /apt-get install pcscd/,
  ],
  [
    'pcscd is not started',
    () => healthy({ '/run/pcscd/pcscd.comm': undefined }),
    /^✗ pcscd is not started$/,
    /systemctl enable --now pcscd\.socket/,
  ],
  [
    'the private pcscd of the bench is gone',
    () => healthy(),
    /^✗ no pcscd listens at \/tmp\/gone\.comm/,
    /start the bench/,
    { devices: { ...fitted.devices, cardReader: { socket: '/tmp/gone.comm' } } },
  ],
  [
    'polkit keeps the service from the reader',
    () => healthy({}, { read: () => undefined }),
    /^! no polkit rule lets kiosk use pcscd/,
    /access_pcsc and access_card for kiosk/,
  ],
  [
    'pcsclite did not build',
    () => healthy({}, { npmPackageFile: () => false }),
    /^✗ the npm package pcsclite is not built$/,
    /libpcsclite-dev/,
  ],
  [
    'ModemManager runs',
    () => healthy({}, { programs: () => new Set(['ModemManager']) }),
    /^✗ ModemManager runs/,
    /disable --now ModemManager/,
  ],
  ['brltty runs', () => healthy({}, { programs: () => new Set(['brltty']) }), /^✗ brltty runs/, /remove brltty/],
  ['brltty lurks', () => healthy({ '/usr/bin/brltty': file }), /^! brltty is installed/, /remove brltty/],
  [
    'the clock runs on its own',
    () => healthy({}, { clockIsKept: () => false }),
    /^! the clock says .* and follows nothing$/,
    /set-ntp true/,
  ],
  [
    'nobody can tell who keeps the clock',
    () => healthy({}, { clockIsKept: () => undefined }),
    /^! the clock says .*; nobody can tell/,
    /chrony/,
  ],
  [
    'the disk is full',
    () => healthy({}, { freeBytes: () => 100e6 }),
    /^✗ 100 MB are free for .*data \(storage\.dataFolder\)$/,
    /make room/,
  ],
  [
    'the disk is smaller than the journal may grow',
    () => healthy({}, { freeBytes: () => 1e9 }),
    /^! 1000 MB are free for .*, less than the journal may take$/,
    /storage\.journalMaxMegabytes \(2048\)/,
  ],
  [
    'the folder for data belongs to somebody else',
    () => healthy({ '/data': { ...file, mode: 0o755 } }),
    /^✗ kiosk may not write into \/data \(storage\.dataFolder\)$/,
    /chown -R kiosk \/data/,
    { storage: { dataFolder: '/data', keyFolder: '/keys' } },
  ],
  [
    'the folder for keys cannot be made where it is to be',
    () => healthy({ '/var/lib': { ...file, mode: 0o755 } }),
    /^✗ kiosk may not make \/var\/lib\/keys \(storage\.keyFolder\)$/,
    /install -d -m 700 -o kiosk \/var\/lib\/keys/,
    { storage: { dataFolder: '/data', keyFolder: '/var/lib/keys' } },
  ],
  [
    'the key for the hosts is for root alone',
    () => healthy({ [join(credentialsFolder, 'client.key')]: { ...file, mode: 0o600 } }),
    /^✗ kiosk may not read .*client\.key$/,
    /chown kiosk .*client\.key/,
  ],
  [
    'others may look at the machine keys',
    () => healthy({ '/keys': { ...file, uid: 990, mode: 0o750 } }),
    /^✗ others may look into \/keys/,
    /chmod -R go= \/keys/,
    { storage: { dataFolder: '/data', keyFolder: '/keys' } },
  ],
  [
    'the screen is not built',
    () => healthy({ 'dist/ui/index.html': undefined }),
    /^✗ no screen is built in dist\/ui/,
    /npm run build/,
  ],
  [
    'the screen has lost its fonts',
    () => healthy({}, { list: (path) => (path === '/etc/polkit-1/rules.d' ? ['k.rules'] : ['NotoSansCJK.ttc']) }),
    /^✗ the screen in dist\/ui has no fonts/,
    /npm run build/,
  ],
  [
    'another program has the kiosk’s own port',
    () => healthy({}, { connects: () => Promise.resolve(true) }),
    /^✗ port 5846 \(server\.port\) is taken by another program$/,
    /ss -ltnp 'sport = :5846'/,
  ],
  [
    'the bank core cannot be reached',
    () => healthy({}, { connects: (host) => Promise.resolve(host === 'cards.test') }),
    /^✗ hosts\.bankCore: nothing answers at bank\.test:443$/,
    /firewall/,
  ],
  ['no host is named', () => healthy(), /^! no host is named$/, /set hosts\.cardManagement/, { hosts: {} }],
  [
    'the folder with the credentials is empty',
    () => healthy(),
    /^✗ \/nowhere\/ca\.pem: missing$/,
    /docs\/integrator\.md/,
    { hosts: { bankCore: 'https://bank.test', credentialsFolder: '/nowhere' } },
  ],
  [
    'the line of the door is not exported',
    () => healthy(),
    /^✗ devices\.cabinet\.door: \/sys\/class\/gpio\/gpio17\/value is not there$/,
    /export the line/,
    { devices: { ...fitted.devices, cabinet: { driver: 'sysfs', door: 'gpio/gpio17/value' } } },
  ],
  [
    'a guide light may be seen and not lit',
    () => healthy({ [led]: file }),
    /^✗ devices\.cabinet\.lights\.cardReader: kiosk may not use .*brightness$/,
    /by a udev rule/,
    { devices: { ...fitted.devices, cabinet: { driver: 'sysfs', lights: { cardReader: 'green:card' } } } },
  ],
  [
    'the certificate is of another terminal',
    () => healthy(),
    /client\.pem is made out to CN=KIOSK001.*, this is KIOSK002 \(terminal\.id\)$/,
    /certificate of this terminal/,
    { terminal: { id: 'KIOSK002' } },
  ],
  [
    'the certificate expires soon',
    () => healthy({}, { now: () => new Date(Date.now() + 350 * 86_400_000) }),
    /^! .*client\.pem expires on \d{4}-\d{2}-\d{2}$/,
    /new certificate now/,
  ],
  [
    'the certificate has expired',
    () => healthy({}, { now: () => new Date(Date.now() + 400 * 86_400_000) }),
    /^✗ .*client\.pem expired on /,
    /new certificate/,
  ],
];

test.each(ailments)('%s: one line, and what to do', async (_ailment, machine, line, todo, more) => {
  const found = troubles(await said(machine(), more));
  expect(found).toHaveLength(1);
  const [what, what2] = found[0]?.split('\n    → ') ?? [];
  expect(what).toMatch(line);
  expect(what2).toMatch(todo);
});

test('the cable of the bench is held by the bench: that is no stranger', async () => {
  const machine = healthy(
    {},
    { realPath: () => '/dev/pts/7', holders: () => ['node (process 78)', 'socat (process 79)'] },
  );
  expect(troubles(await said(machine))).toEqual([]);
});

test('the running daemon holds its own ports', async () => {
  const health = () => Promise.resolve({ devices: [], hosts: [] });
  const machine = healthy({}, { health, holders: () => ['node (process 78)'] });
  expect(troubles(await said(machine))).toEqual([]);
});

test('the clock of a machine whose battery is dead', async () => {
  const lines = troubles(await said(healthy({}, { now: () => new Date(0) })));
  expect(lines[0]).toMatch(/^✗ the clock says 1970-01-01 08:00:00 in China\n {4}→ set it, and look at the battery/);
  expect(lines[1], 'and what follows from it').toMatch(/client\.pem is valid only from/);
});

test('root may open everything, but should not run a kiosk in production', async () => {
  const root: User = { name: 'root', uid: 0, groups: [{ id: 0, name: 'root' }] };
  expect(troubles(await said(healthy({ [pad]: { ...device, gid: 5, mode: 0o600 } }), {}, root))).toEqual([]);
  const lines = await said(healthy(), { profile: 'production' }, root);
  expect(lines).toContainEqual(expect.stringMatching(/^! the daemon would run as root\n {4}→ .*--user NAME/));
});

test('production: a port that changes with the order of plugging in, and every refusal of the configuration', async () => {
  const lines = await said(healthy({ '/dev/ttyUSB0': device }), {
    profile: 'production',
    devices: { ...fitted.devices, pinPad: { port: 'serial:///dev/ttyUSB0' } },
  });
  expect(lines).toContainEqual(expect.stringMatching(/^! .*\/dev\/ttyUSB0 may change/));
  expect(lines).toContainEqual(expect.stringMatching(/^✗ server\.deviceClients: got none, production wants/));
});

test('two files that are not a pair, and a key that everybody may read', async () => {
  const mixed = join(folder, 'mixed');
  cpSync(credentialsFolder, mixed, { recursive: true });
  cpSync(join(credentialsFolder, 'signing.key'), join(mixed, 'client.key'));
  chmodSync(join(mixed, 'client.key'), 0o644);
  const hosts = { bankCore: 'https://bank.test', credentialsFolder: mixed };
  // Whoever made the files: they are the daemon's.
  const uid = thisMachine.owned(mixed)?.uid ?? expect.fail('it is there');
  const lines = troubles(
    await said(
      { ...healthy(), owned: (path) => (path.startsWith(mixed) ? thisMachine : healthy()).owned(path) },
      { hosts },
      { ...kiosk, uid },
    ),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^! others may read .*mixed\/client\.key\n {4}→ chmod go= /),
    expect.stringMatching(/^✗ .*mixed\/client\.pem and client\.key are not a pair\n/),
  ]);
});

describe('the working keys, from the journal', () => {
  let storage: { dataFolder: string; keyFolder: string };
  let journal: Journal;

  beforeEach(() => {
    const place = mkdtempSync(join(folder, 'journal-'));
    storage = { dataFolder: join(place, 'data'), keyFolder: join(place, 'keys') };
    mkdirSync(storage.dataFolder);
    journal = Journal.open({ ...storage, keys: MachineKeys.open(storage.keyFolder), maxBytes: 1e9 });
  });

  test.each([
    ['none yet', [], /^! no sign-on at the bank core is in the journal/],
    ['in the pad', ['ok'], /^✓ the PIN pad has working keys since .*, check value 8CA64D$/],
    [
      'refused by the pad',
      ['ok', 'failed'],
      /^✗ the last sign-on .* failed .*: the PIN pad: keyMismatch\n.*check value of its master key/,
    ],
    ['in the pad again', ['failed', 'ok'], /^✓ the PIN pad has working keys/],
  ])('%s', async (_name, events, line) => {
    for (const event of events) {
      if (event === 'ok') journal.record('host.signedOn', { host: 'bankCore', keyCheck: '8CA64D' });
      else journal.record('host.signOnFailed', { host: 'bankCore', why: 'the PIN pad: keyMismatch' });
    }
    journal.close();
    expect(await said(healthy(), { storage })).toContainEqual(expect.stringMatching(line));
  });
});

describe('on this machine', () => {
  let server: Server | undefined;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    for (const stream of ['log', 'error'] as const) {
      vi.spyOn(console, stream).mockImplementation((text) => void lines.push(String(text)));
    }
  });

  afterEach(() => {
    vi.restoreAllMocks();
    server?.close();
    server = undefined;
  });

  async function listening(listener: RequestListener): Promise<number> {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((ready) => made.listen(0, '127.0.0.1', ready));
    return (made.address() as AddressInfo).port;
  }

  function configuration(port: number): string {
    const path = join(folder, 'kiosk.json');
    const storage = { dataFolder: join(folder, 'untouched/data'), keyFolder: join(folder, 'untouched/keys') };
    writeFileSync(path, JSON.stringify({ server: { port }, storage }));
    return path;
  }

  test('it looks, says what it found, and leaves no trace', async () => {
    const port = await listening(() => {});
    server?.close();
    const code = await runCli(['doctor', '--config', configuration(port)]);
    const bad = lines.filter((line) => line.startsWith('✗')).length;
    expect(code).toBe(bad === 0 ? 0 : 1);
    expect(lines.at(-1)).toMatch(/ in the way, .* to look at\.$/);
    expect(lines).toContain(`✓ port ${port} (server.port) is free: no daemon runs here now`);
    expect(lines).toContainEqual(expect.stringMatching(/^[✓!✗] the clock says 20/));
    expect(existsSync(join(folder, 'untouched'))).toBe(false);
  });

  test('a running daemon is asked for its devices and hosts', async () => {
    const port = await listening((_request, response) => {
      response.end(
        JSON.stringify({
          status: 'ok',
          devices: [
            { name: 'printer', state: 'failed', reason: 'paperOut' },
            { name: 'pinPad', state: 'degraded' },
            { name: 'cardReader', state: 'ready' },
          ],
          hosts: [{ host: 'bankCore', state: 'down' }],
        }),
      );
    });
    await runCli(['doctor', '--config', configuration(port)]);
    expect(lines).toContain(`✓ port ${port} (server.port) is answered by a kiosk daemon`);
    expect(lines).toContainEqual(
      expect.stringMatching(/^✗ the daemon says: printer is failed \(paperOut\)\n.*devices\.md/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^! the daemon says: pinPad is degraded\n/));
    expect(lines).toContain('✓ the daemon says: cardReader is ready');
    expect(lines).toContainEqual(expect.stringMatching(/^! the daemon says: the link to bankCore is down\n/));
  });

  test('another program on the port is not taken for the daemon', async () => {
    const port = await listening((_request, response) => response.end('{"hello": true}'));
    expect(await runCli(['doctor', '--config', configuration(port)])).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^✗ port \d+ \(server\.port\) is taken by another program\n/));
  });

  test('a user that this machine does not know', async () => {
    expect(await runCli(['doctor', '--user', 'no-such-user', '--config', configuration(0)])).toBe(2);
    expect(lines).toEqual(['✗ --user: got no-such-user, wants a user of this machine']);
  });

  test('it sees who holds a file, who is who, and what runs', () => {
    const path = join(folder, 'held');
    writeFileSync(path, '');
    expect(thisMachine.holders(path)).toEqual([]);
    const held = openSync(path, 'r');
    expect(thisMachine.holders(path)).toEqual([expect.stringMatching(new RegExp(`\\(process ${process.pid}\\)$`))]);
    closeSync(held);
    expect(thisMachine.user('root')).toMatchObject({ name: 'root', uid: 0 });
    expect(thisMachine.programs().size).toBeGreaterThan(0);
  });
});

test('the last line counts', () => {
  expect(summaryOf([])).toBe('Nothing in the way, nothing to look at.');
  expect(
    summaryOf([
      { verdict: 'bad', what: '', todo: '' },
      { verdict: 'warn', what: '', todo: '' },
    ]),
  ).toBe('1 in the way, 1 to look at.');
});
