import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '#device-daemon/config/index.ts';
import { EscposPrinter } from '#device-daemon/drivers/escpos/index.ts';
import { createKmy350x } from '#device-daemon/drivers/kmy350x/index.ts';
import { createPcscCardReader } from '#device-daemon/drivers/pcsc/index.ts';
import { HttpBankCore, HttpCardManagement, loadHostCredentials } from '#device-daemon/hosts/index.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { walletCard } from '../wallet/wallet.ts';
import { type Bench, type BenchOptions, startBench } from './index.ts';

let folder: string;
const running: Bench[] = [];
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await Promise.all(running.splice(0).map((bench) => bench.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await startBench({ folder, delayScale: 0, ...options });
  running.push(bench);
  return bench;
}

function configOf(bench: Bench) {
  const loaded = loadConfig(bench.configFile);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value.config;
}

/** The daemon's own drivers and host links on nothing but the configuration that the bench wrote. */
function daemonSide(bench: Bench) {
  const { devices, hosts, terminal } = configOf(bench);
  const { driver, reader, socket, vpcdPort } = devices.cardReader;
  const credentials = loadHostCredentials(hosts.credentialsFolder);
  if (!credentials.ok) throw new Error(credentials.error.detail);
  const links = { terminalId: terminal.id, credentials: credentials.value, deadlineMs: 10_000, probeMs: 60_000 };
  const cardReader = createPcscCardReader({
    name: 'cardReader',
    transport:
      driver === 'vpcd' ? { kind: 'vpcd', port: vpcdPort } : { kind: 'pcsc', reader, socket, allowVirtual: true },
  });
  const pinPad = createKmy350x({ name: 'pinPad', open: openChannel(devices.pinPad.port) });
  const printer = new EscposPrinter({ name: 'printer', open: openChannel(devices.printer.port) });
  const bankCore = new HttpBankCore({ ...links, url: hosts.bankCore });
  const cardManagement = new HttpCardManagement({ ...links, url: hosts.cardManagement });
  const all = [cardReader, pinPad, printer];
  for (const device of all) device.start();
  closing.push(() => Promise.all([...all, bankCore, cardManagement].map((part) => part.stop())));
  return { cardReader, pinPad, printer, bankCore, cardManagement };
}

const soon = { timeoutMs: 10_000 };

/** The working key of a real sign-on goes into the pad only if both know the same terminal master key. */
async function signOn({ bankCore, pinPad }: ReturnType<typeof daemonSide>): Promise<void> {
  const answer = await bankCore.signOn('tdes');
  if (!answer.ok) throw new Error(answer.error.code);
  const key = answer.value.keys.find(({ usage }) => usage === 'pin');
  const [encrypted, checkValue] = [key?.encrypted ?? '', key?.checkValue ?? ''].map((hex) => Buffer.from(hex, 'hex'));
  await vi.waitFor(() => expect(pinPad.report()).toMatchObject({ reason: 'needsSignOn' }), { timeout: 8_000 });
  const loaded = await pinPad.loadWorkingKey(
    { usage: 'pin', encrypted: encrypted ?? Buffer.alloc(0), checkValue: checkValue ?? Buffer.alloc(0) },
    soon,
  );
  expect(loaded).toEqual({ ok: true });
}

const places: [string, Pick<BenchOptions, 'cardReader' | 'cables'>][] = [
  ['on pcscd and pseudo-terminals', {}],
  ['where neither can be had', { cardReader: 'vpcd', cables: 'tcp' }],
];
describe.each(places)('%s', (_where, options) => {
  test('the daemon finds every device and both hosts by the configuration file', async () => {
    const bench = await start(options);
    const { devices } = configOf(bench);
    expect(devices.cardReader.driver).toBe(bench.cardReader.pcscd === undefined ? 'vpcd' : 'pcsc');
    expect(devices.cardReader.driver).toBe(options.cardReader ?? 'pcsc');
    expect(devices.printer.port).toMatch(options.cables === 'tcp' ? /^tcp:/ : /^serial:/);
    const daemon = daemonSide(bench);

    await bench.cardReader.insert(bench.firstCard);
    const insertion = await daemon.cardReader.waitForCard(soon);
    expect(insertion.ok && Buffer.from(insertion.value.atr).toString('hex')).toMatch(/^3b6d00000081544c/);
    const selected = await daemon.cardReader.transmit(
      Buffer.from('00A404000F7378312E73682EC9E7BBE1B1A3D5CF00', 'hex'),
      soon,
    );
    expect(selected.ok && Buffer.from(selected.value.subarray(-2)).toString('hex')).toBe('9000');
    await bench.cardReader.remove();
    expect((await daemon.cardReader.waitForRemoval(soon)).ok).toBe(true);
    expect(bench.cardReader.inserted()).toBeUndefined();

    await signOn(daemon);
    const entry = daemon.pinPad.enterPin({
      ...soon,
      minDigits: 6,
      maxDigits: 6,
      pan: Buffer.from('6217214301000000016'),
      onKey: () => undefined,
      onReady: () => bench.pinPad.press(`${bench.firstPin}E`),
    });
    expect(await entry).toEqual({ ok: true, value: 6 });

    await vi.waitFor(() => expect(daemon.printer.report().state).toBe('ready'), { timeout: 8_000 });
    expect(await daemon.printer.print(Buffer.from('hello\n'), soon)).toEqual({ outcome: 'done' });
    expect(bench.printer.receipts()[0]?.lines).toContain('hello');

    expect((await daemon.cardManagement.probe()).ok).toBe(true);
  });
});

const processes = (): string[] =>
  execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => /socat|pcscd/.test(line));
/** Of other tests, which share the process: a line that one of them is still closing. */
let others: readonly string[] = [];
const children = (): string[] => processes().filter((line) => !others.includes(line));

const nothing = {
  cardReader: 'none',
  pinPad: false,
  printer: false,
  idReader: false,
  passportReader: false,
  scanner: false,
  cabinet: false,
  hosts: false,
} as const;

describe('starting and stopping', () => {
  beforeEach(() => {
    others = processes();
  });

  test('nothing is left behind, whatever state it was in', async () => {
    const bench = await start();
    // pcscd, and a pseudo-terminal for each of the five cables.
    expect(children()).toHaveLength(6);
    await bench.cardReader.insert('gen3-active');
    await bench.cardReader.setFault('serviceFrozen', true);
    await bench.pinPad.unplug();
    await bench.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
    const nodes = Object.values(configOf(bench).devices).flatMap((device) =>
      'port' in device && device.port !== 'none' ? [new URL(device.port).pathname] : [],
    );
    expect(nodes.filter(existsSync)).toHaveLength(4);
    await bench.stop();
    expect(children()).toEqual([]);
    expect(nodes.filter((node) => existsSync(dirname(node)))).toEqual([]);
    expect(existsSync(dirname(configOf(bench).devices.cardReader.socket))).toBe(false);
    await expect(fetch(bench.url)).rejects.toThrow();
  });

  test('a second start on the same folder finds the same credentials and books', async () => {
    const first = await start();
    const credentials = readFileSync(join(folder, 'hosts/daemon/client.pem'), 'utf8');
    await first.stop();
    // Seven inquiries with the card later …
    const books = new Database(join(folder, 'hosts/bank-core.sqlite'));
    books.prepare('UPDATE accounts SET last_atc = 7 WHERE pan = ?').run(walletCard('gen3-active').financial?.pan);
    books.close();

    const second = await start();
    expect(readFileSync(join(folder, 'hosts/daemon/client.pem'), 'utf8')).toBe(credentials);
    const daemon = daemonSide(second);
    expect((await daemon.bankCore.probe()).ok).toBe(true);
    // … the card has begun seven transactions: younger, it would look like a copy.
    await second.cardReader.insert('gen3-active');
    await daemon.cardReader.waitForCard(soon);
    await daemon.cardReader.transmit(Buffer.from('00A4040008A00000033301010100', 'hex'), soon);
    const counter = await daemon.cardReader.transmit(Buffer.from('80CA9F3600', 'hex'), soon);
    expect(counter.ok && Buffer.from(counter.value).toString('hex')).toBe('9f360200079000');
  });

  test('a port that is taken is said, and what was started is stopped', async () => {
    const bench = await start(nothing);
    const port = Number(new URL(bench.url).port);
    await expect(startBench({ folder, port })).rejects.toThrow(/EADDRINUSE/);
    expect(children()).toEqual([]);
  });

  test('parts that were left out are none of the configuration, and using them is a bug', async () => {
    const bench = await start(nothing);
    const { devices, hosts } = configOf(bench);
    expect(new Set(Object.values(devices).map(({ driver }) => driver))).toEqual(new Set(['none']));
    expect(hosts.bankCore).toBe('');
    expect(() => bench.printer).toThrow('started without printer');
    expect(bench.has('hosts')).toBe(false);
  });

  test('settings are laid over what the bench writes', async () => {
    const bench = await start({
      cardReader: 'none',
      pinPad: false,
      printer: false,
      hosts: false,
      settings: { visit: { inputSeconds: 12 }, devices: { printer: { dotsPerLine: 384 } } },
    });
    expect(configOf(bench).visit.inputSeconds).toBe(12);
    expect(configOf(bench).devices.printer).toMatchObject({ driver: 'none', dotsPerLine: 384 });
    expect(configOf(bench).server.frameAncestors).toEqual([new URL(bench.url).origin]);
  });
});
