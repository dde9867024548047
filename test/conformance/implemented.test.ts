import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { conformanceFolder, countKey, recordSent } from './recorder.ts';
import { kiosk, standard } from './schemas.ts';

// What the whole daemon offers, in its own words: the Capabilities of every service it has. The report after all the
// tests wants each of these messages to have been seen.

let folder: string;
let daemon: Daemon;
const clients: RawClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-implemented-'));
  mkdirSync(join(folder, 'ui'));
  writeFileSync(join(folder, 'ui/index.html'), '<!doctype html><title>kiosk</title>');
  const loaded = parseConfig({
    server: { port: 0, uiFolder: join(folder, 'ui') },
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
    // Devices that never answer: a daemon offers the same messages with them and without.
    devices: {
      cardReader: { driver: 'vpcd', vpcdPort: 0 },
      pinPad: { port: 'tcp://127.0.0.1:1' },
      printer: { port: 'tcp://127.0.0.1:1' },
      identityReader: { port: 'tcp://127.0.0.1:1' },
      passportReader: { port: 'tcp://127.0.0.1:1' },
      codeScanner: { port: 'tcp://127.0.0.1:1' },
      cabinet: { driver: 'sysfs', folder: join(folder, 'nothing'), door: 'door', lights: { pinPad: 'led' } },
    },
  });
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const started = await startDaemon({ ...loaded.value, version: '0.0.0', onSent: recordSent });
  if (!started.ok) throw new Error(started.error.lines.join('\n'));
  daemon = started.value;
});
afterAll(async () => {
  for (const client of clients) client.socket.terminate();
  await daemon?.stop('test');
  rmSync(folder, { recursive: true, force: true });
});

async function connectAsPage(): Promise<RawClient> {
  const page = await fetch(daemon.url);
  const cookies = page.headers.getSetCookie().map((line) => line.split(';')[0]);
  return connect(`${daemon.url.replace('http', 'ws')}kiosk/v1/Kiosk`, cookies.join('; '));
}

interface Listed {
  readonly commands?: Readonly<Record<string, object>>;
  readonly events?: Readonly<Record<string, object>>;
}

async function connect(url: string, cookie?: string): Promise<RawClient> {
  const origin = new URL(daemon.url).origin;
  const client = new RawClient(url, cookie === undefined ? {} : { headers: { cookie }, origin });
  clients.push(client);
  expect(await client.opened()).toBe('open');
  return client;
}

/** What a service offers, as keys of the report. */
async function offered(client: RawClient, service: string): Promise<readonly string[]> {
  client.command('Common.Capabilities', 1);
  const { payload } = await client.completion(1);
  const interfaces = (payload?.['interfaces'] ?? []) as readonly Listed[];
  const commands = interfaces.flatMap((listed) => Object.keys(listed.commands ?? {}));
  const events = interfaces.flatMap((listed) => Object.keys(listed.events ?? {}));
  const kindOf = (name: string) =>
    standard.find('event', name) !== undefined || kiosk.find('event', name) !== undefined ? 'event' : 'unsolicited';
  return [
    ...commands.flatMap((name) => [countKey(service, 'acknowledge', name), countKey(service, 'completion', name)]),
    ...events.map((name) => countKey(service, kindOf(name), name)),
  ];
}

test('every service lists what it implements', async () => {
  const publisher = await connect(daemon.publisher);
  publisher.command('ServicePublisher.GetServices', 1);
  const { payload } = await publisher.completion(1);
  const services = (payload?.['services'] ?? []) as readonly { readonly serviceURI: string }[];
  const uris = services.map(({ serviceURI }) => serviceURI);
  const names = uris.map((uri) => new URL(uri).pathname.split('/').at(-1) ?? '');
  expect(names).toEqual([
    ...['CardReader', 'PinPad', 'Printer', 'BarcodeReader', 'IDScanner'],
    ...['Auxiliaries', 'VendorMode', 'VendorApplication'],
  ]);

  const own = await connectAsPage();

  const keys = [
    countKey('ServicePublisher', 'acknowledge', 'ServicePublisher.GetServices'),
    countKey('ServicePublisher', 'completion', 'ServicePublisher.GetServices'),
    ...(await offered(own, 'Kiosk')),
  ];
  for (const [index, uri] of uris.entries()) keys.push(...(await offered(await connect(uri), names[index] ?? '')));
  expect(keys).toContain('CardReader completion CardReader.ChipIO');
  expect(keys).toContain('Kiosk event CardService.PinKeyEvent');
  expect(keys).toContain('Kiosk unsolicited Visit.EndedEvent');
  mkdirSync(conformanceFolder, { recursive: true });
  writeFileSync(join(conformanceFolder, 'implemented.json'), JSON.stringify(keys, null, 1));
});

/** Commands that need no device and no visit succeed, whatever else the tests around them ask for. */
async function succeeds(client: RawClient, name: string, version: string, payload?: object): Promise<void> {
  client.messages.length = 0;
  client.command(name, 7, { version, payload });
  expect((await client.completion(7)).header).toMatchObject({ name, completionCode: 'success' });
}

test.each([
  ...['CardReader', 'PinPad', 'Printer', 'BarcodeReader', 'IDScanner'],
  ...['Auxiliaries', 'VendorMode', 'VendorApplication', 'Kiosk'],
])('%s: what every service does for everybody', async (name) => {
  const client = await (name === 'Kiosk' ? connectAsPage() : connect(`${daemon.publisher}/${name}`));
  await succeeds(client, 'Common.Status', '2.0');
  await succeeds(client, 'Common.SetVersions', '2.0', { commands: { 'Common.Status': 2, 'Common.Cancel': 2 } });
  await succeeds(client, 'Common.Cancel', '2.0');
});

test('the page calls for a person, says that it is alive and how it is', async () => {
  const client = await connectAsPage();
  await succeeds(client, 'Visit.Heartbeat', '1.0', { screen: 'attract', visible: true });
  await succeeds(client, 'Visit.CallStaff', '1.0', { screen: 'attract' });
  const event = { at: '2026-01-01T00:00:00Z', kind: 'longTask', detail: '120 ms' };
  await succeeds(client, 'Visit.ReportHealth', '1.0', { events: [event] });
});
