/** `npx kiosk device NAME identify --trace` and `trace`: the line of a device, as a technician sees it. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { CabinetEmulator, cabinetPaths } from '#simulators/emulators/cabinet/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { createMrzEmulator } from '#simulators/emulators/mrz/index.ts';
import { createSamEmulator } from '#simulators/emulators/sam-v/index.ts';
import { createScannerEmulator } from '#simulators/emulators/serial-scanner/index.ts';
import { EchoCard, VirtualReader } from '#simulators/virtual-reader/index.ts';
import { documentOf } from '#simulators/wallet/documents.ts';
import { SecretSearch } from '#test/privacy/search.ts';
import { parseConfig } from '../config/index.ts';
import { follow } from './device.ts';
import { Hearing } from './hearing.fixture.ts';
import { runCli } from './index.ts';

const desk = new Hearing();

/** Nobody listens on port 1: no daemon runs. */
const settings = (devices: object) => ({ server: { port: 1 }, devices });
const configFile = (devices: object): string => desk.configFile(settings(devices));
function config(devices: object) {
  const parsed = parseConfig(settings(devices));
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value.config;
}

const leaks = (values: readonly string[]): readonly string[] =>
  new SecretSearch(values.map((text) => ({ kind: 'idNumber', owner: text, text })))
    .searchText(desk.spoken, 'trace')
    .map(({ owner, encoding }) => `${owner} as ${encoding}`);

async function identityReader() {
  const line = await openLine({ kind: 'pty', query: 'baudRate=115200' });
  const emulator = createSamEmulator({ line, timeScale: 0 });
  desk.cleanUps.push(() => emulator.close());
  return { emulator, devices: { identityReader: { port: line.address } } };
}

/** Follows a device until the line has desk.said so, then as Ctrl-C does. */
async function followUntil(name: string, devices: object, act: () => unknown, so: () => boolean): Promise<void> {
  const interrupt = new AbortController();
  const following = follow(config(devices), name, interrupt.signal);
  const acting = setInterval(act, 500);
  try {
    await vi.waitUntil(so, { timeout: 40_000 });
  } finally {
    clearInterval(acting);
    interrupt.abort();
  }
  expect(await following).toBe(0);
}

test('a cabinet: what is felt is told, and each light shines', async () => {
  const board = new CabinetEmulator(join(desk.folder, 'class'));
  desk.cleanUps.push(() => board.close());
  const cabinet = { driver: 'sysfs', folder: board.folder, ...cabinetPaths };
  const lit = new Set<string>();
  await followUntil(
    'cabinet',
    { cabinet },
    () => {
      board.openDoor();
      for (const light of board.state().lit) lit.add(light);
    },
    () => desk.spoken.includes('"door":"open"') && lit.size >= 2,
  );
  expect(desk.spoken).toMatch(/^-- ready$/m);
});

test('identify without --trace shows no line, with it every piece', async () => {
  const { devices } = await identityReader();
  const file = configFile(devices);
  expect(await runCli(['device', 'identityReader', 'identify', '--config', file])).toBe(0);
  expect(desk.spoken).not.toContain('→');
  desk.said = [];
  expect(await runCli(['device', 'identityReader', 'identify', '--trace', '--config', file])).toBe(0);
  expect(desk.spoken).toMatch(/^ +0\.\d{3} {2}-- opened$/m);
  expect(desk.spoken).toMatch(/^ +\d+\.\d{3} {2}→ AA AA AA 96 69 00 03 12 FF EE {3}\(readSamId\)$/m);
  expect(desk.spoken).toMatch(/^ +\d+\.\d{3} {2}← .*\(readSamId: success\)$/m);
  expect(desk.spoken).toMatch(/^identityReader +sam-v +ready/m);
  expect(desk.spoken).toMatch(/-- closed: .*\/tty: closed$/m);
});

test('trace: a resident ID card is read; whose it is does not stand there', async () => {
  const { emulator, devices } = await identityReader();
  const { content, secrets } = documentOf('resident-moved');
  if (content.place !== 'identityReader') throw new Error('no chip');
  await followUntil(
    'identityReader',
    devices,
    () => emulator.state().document || emulator.place(content),
    () => desk.spoken.includes('-- a document was read: residentId'),
  );
  expect(desk.spoken).toMatch(/\(read: success\)/);
  expect(leaks(secrets)).toEqual([]);
});

test('trace: a swipe', async () => {
  const line = await openLine({ kind: 'pty' });
  const emulator = createMrzEmulator({ line, shape: 'desko', timeScale: 0 });
  desk.cleanUps.push(() => emulator.close());
  const { content, secrets } = documentOf('passport');
  if (content.place !== 'passportReader') throw new Error('no lines');
  let read = false;
  await followUntil(
    'passportReader',
    { passportReader: { port: line.address } },
    () => {
      if (!read) void emulator.swipe(content.lines);
      read = true;
      setTimeout(() => {
        read = false;
      }, 4_000);
    },
    () => desk.spoken.includes('-- a document was read: passport'),
  );
  expect(desk.spoken).toMatch(/← 02 ·· 44 bytes 0D ·· 44 bytes 0D 03 {3}\(2 framed lines\)/);
  expect(leaks([...secrets, ...content.lines])).toEqual([]);
});

test('trace: a code', async () => {
  const line = await openLine({ kind: 'pty' });
  const emulator = createScannerEmulator({ line, suffix: 'cr', trigger: 'honeywell' });
  desk.cleanUps.push(() => emulator.close());
  await followUntil(
    'codeScanner',
    { codeScanner: { port: line.address, trigger: 'honeywell' } },
    () => emulator.scan('APPT:1234567890测试甲'),
    () => desk.spoken.includes('-- a code was scanned'),
  );
  expect(desk.spoken).toMatch(/→ 16 54 0D {3}\(honeywell on\)/);
  expect(leaks(['APPT:1234567890', '测试甲'])).toEqual([]);
});

test('trace: a chip', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const slot = new VirtualReader({ slot: { host: '127.0.0.1', port } });
  desk.cleanUps.push(() => slot.close());
  await slot.insert(new EchoCard());
  let removed = false;
  await followUntil(
    'cardReader',
    { cardReader: { driver: 'vpcd', vpcdPort: port } },
    () => {
      if (!removed && desk.spoken.includes('(select)')) void slot.remove();
      removed ||= desk.spoken.includes('(select)');
    },
    () => desk.spoken.includes('-- a chip answered'),
  );
  expect(desk.spoken).toMatch(/→ 00 A4 04 00 0E ·· 15 bytes {3}\(select\)$/m);
  expect(desk.spoken).toMatch(/← (·· \d+ bytes )?[69]\w \w\w$/m);
});

test.each([
  [['device', 'printer', 'identify'], 2, /^no device printer is configured; there are: cardReader$/],
  [['device', 'printer', 'trace'], 2, /^no device printer is configured/],
  [['device', 'printer', 'status', '--trace'], 2, /^Usage: npx kiosk device /],
])('%j: refused in one line', async (args, exit, words) => {
  expect(await runCli([...args, '--config', configFile({})])).toBe(exit);
  expect(desk.said).toHaveLength(1);
  expect(desk.spoken).toMatch(words);
});
