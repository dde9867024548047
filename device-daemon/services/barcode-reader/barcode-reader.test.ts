import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openLine } from '#simulators/emulators/line/index.ts';
import { createScannerEmulator, type ScannerEmulator } from '#simulators/emulators/serial-scanner/index.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { RawClient } from '#test/wire/raw-client.ts';
import type { CodeScanner } from '../../devices/code-scanner.ts';
import { createSerialScanner } from '../../drivers/serial-scanner/index.ts';
import { openChannel } from '../../transports/index.ts';
import { barcodeReaderService } from './index.ts';

// A standard client on a WebSocket, the service, the driver and a scanner on a pseudo-terminal. Every message that the
// server sends is checked against the standard's catalogue by the harness.

let emulator: ScannerEmulator;
let scanner: CodeScanner;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let nextId = 1;

beforeAll(async () => {
  emulator = createScannerEmulator({ line: await openLine({ kind: 'pty' }), trigger: 'honeywell' });
  scanner = createSerialScanner({
    name: 'codeScanner',
    open: openChannel(emulator.line.address),
    settings: { trigger: 'honeywell' },
  });
  wire = await startWire({ services: [barcodeReaderService(scanner, { busy: () => visit })] });
  scanner.start();
  await vi.waitUntil(() => scanner.report().state === 'ready', { timeout: 20_000 });
});
afterAll(async () => {
  await wire.stop();
  await scanner.stop();
  await emulator.close();
  expect(wire.faults).toEqual([]);
});
beforeEach(async () => {
  visit = false;
  client = await wire.connect('/BarcodeReader');
});
afterEach(() => client.socket.close());

function send(name: string, payload?: object, timeout?: number): number {
  const id = nextId++;
  client.command(name, id, {
    version: '2.0',
    ...(payload === undefined ? {} : { payload }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  return id;
}
const lit = (): Promise<boolean> => vi.waitUntil(() => emulator.state().lit, { timeout: 20_000 });
const status = async () => (await client.completion(send('Common.Status'))).payload;

test('a code is read while a read waits; its symbology is not known, a filter is accepted', async () => {
  emulator.scan('before anybody asked');
  const id = send('BarcodeReader.Read', { symbologies: { qrCode: true } });
  await lit();
  expect(emulator.scan('7K2M-04QX 测试')).toBe(true);
  const { header, payload } = await client.completion(id);
  expect(header.completionCode).toBe('success');
  expect(payload).toEqual({
    readOutput: [{ symbology: 'symbologyUnknown', barcodeData: Buffer.from('7K2M-04QX 测试').toString('base64') }],
  });
  expect(await status()).toMatchObject({ barcodeReader: { scanner: 'off' } });
});

test('while it waits the scanner is on; a time-out and a cancel end it and put it out', async () => {
  const waiting = send('BarcodeReader.Read');
  await lit();
  send('Common.Cancel', { requestIds: [waiting] });
  expect((await client.completion(waiting)).header.completionCode).toBe('canceled');
  const late = send('BarcodeReader.Read', {}, 300);
  expect((await client.completion(late)).header.completionCode).toBe('timeOut');
  await vi.waitUntil(() => !emulator.state().lit, { timeout: 20_000 });
  const changes = client.messages.filter(({ header }) => header.name === 'Common.StatusChangedEvent');
  expect(changes.map(({ payload }) => payload)).toEqual(
    expect.arrayContaining([{ barcodeReader: { scanner: 'on' } }, { barcodeReader: { scanner: 'off' } }]),
  );
});

test('bytes that are text in no encoding are an invalid barcode', async () => {
  const id = send('BarcodeReader.Read');
  await lit();
  emulator.scanBytes(Buffer.from([0xff, 0xff, 0xff, 0xfe]));
  const { header, payload } = await client.completion(id);
  expect([header.completionCode, payload?.['errorCode']]).toEqual(['commandErrorCode', 'barcodeInvalid']);
});

test('in a visit it is the visitor’s', async () => {
  visit = true;
  expect((await client.completion(send('BarcodeReader.Read'))).header.completionCode).toBe('sequenceError');
  expect((await client.completion(send('BarcodeReader.Reset'))).header.completionCode).toBe('sequenceError');
  visit = false;
  expect((await client.completion(send('BarcodeReader.Reset'))).header.completionCode).toBe('success');
});

test('a visit begins while a client waits: what is scanned then reaches no client', async () => {
  const id = send('BarcodeReader.Read');
  await lit();
  visit = true;
  emulator.scan('of the visitor');
  expect((await client.completion(id)).header.completionCode).toBe('sequenceError');
  expect(JSON.stringify(client.messages)).not.toContain('readOutput');
});

test('pulled out: no device, and a read says so; back again it reads', async () => {
  await emulator.unplug();
  await vi.waitUntil(() => scanner.report().state === 'absent', { timeout: 20_000 });
  expect(await status()).toMatchObject({ common: { device: 'noDevice' }, barcodeReader: { scanner: 'inoperative' } });
  expect((await client.completion(send('BarcodeReader.Read', {}, 500))).header.completionCode).toMatch(
    /^(deviceNotReady|timeOut)$/,
  );
  await emulator.replug();
  await vi.waitUntil(() => scanner.report().state === 'ready', { timeout: 20_000 });
  const id = send('BarcodeReader.Read');
  await lit();
  emulator.scan('back');
  expect((await client.completion(id)).header.completionCode).toBe('success');
});
