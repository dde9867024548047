import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLine } from '#simulators/emulators/line/index.ts';
import { createMrzEmulator, type MrzEmulator } from '#simulators/emulators/mrz/index.ts';
import { documentOf, type WalletDocumentId } from '#simulators/wallet/documents.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import type { LinesReader } from '../../devices/identity-reader.ts';
import { parseMrz } from '../../documents/index.ts';
import { createMrz } from '../../drivers/mrz/index.ts';
import { openChannel } from '../../transports/index.ts';
import { idScannerService } from './index.ts';

// A standard client on a WebSocket, the service, the driver and a swipe reader on a pseudo-terminal. Every message that
// the server sends is checked against the standard's catalogue by the harness.

let emulator: MrzEmulator;
let reader: LinesReader;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let nextId = 1;

beforeAll(async () => {
  emulator = createMrzEmulator({ line: await openLine({ kind: 'pty' }), shape: 'desko', timeScale: 0 });
  reader = createMrz({
    name: 'passportReader',
    open: openChannel(emulator.line.address),
    parse: (lines) => parseMrz(lines, { today: '2026-06-01' }),
    // Short, but many times what a pseudo-terminal on a busy machine needs.
    delays: { settleMs: 20, quietMs: 400, lateMs: 50, reopenMs: 10, absentMs: 10 },
  });
  wire = await startWire({ services: [idScannerService(reader, { busy: () => visit })] });
  reader.start();
  await isReady();
});
afterAll(async () => {
  await wire.stop();
  await reader.stop();
  await emulator.close();
  expect(wire.faults).toEqual([]);
});
beforeEach(async () => {
  visit = false;
  client = await wire.connect('/IDScanner');
});
afterEach(() => client.socket.close());

const isReady = () => vi.waitUntil(() => reader.report().state === 'ready', { timeout: 20_000 });

const wanted = { passportDataGroup1: true } as const;
function send(payload: object = wanted, timeout?: number): number {
  const id = nextId++;
  client.command('Printer.ReadImage', id, { version: '3.0', payload, ...(timeout !== undefined && { timeout }) });
  return id;
}
function ask(name: 'Common.Status' | 'Common.Capabilities'): Promise<Message> {
  const id = nextId++;
  client.command(name, id);
  return client.completion(id);
}
/** The reader listens for the command of that id. */
const listens = (id: number) =>
  client.find(
    'the request for a document',
    ({ header }) => header.name === 'Printer.NoMediaEvent' && header.requestId === id,
  );
const eventsOf = (id: number) =>
  client.messages
    .filter(({ header }) => header.type === 'event' && header.requestId === id)
    .map(({ header, payload }) => [header.name, ...(payload === undefined ? [] : [payload])]);
const code = ({ header, payload }: Message) =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');

function linesOf(id: WalletDocumentId): readonly string[] {
  const { content } = documentOf(id);
  if (content.place !== 'passportReader') throw new Error(`${id} has no machine-readable lines`);
  return content.lines;
}

describe('data group 1', () => {
  test.each([
    ['passport', '615b5f1f58'],
    ['travel-hong-kong', '615d5f1f5a'],
  ] as const)('of %s: the lines as they are printed, in the form of the chip', async (id, head) => {
    const asked = send();
    await listens(asked);
    await emulator.swipe(linesOf(id));
    const { header, payload } = await client.completion(asked);
    expect(header.completionCode).toBe('success');
    const { images } = payload as { images: { passportDataGroup1: { status: string; data: string } } };
    expect(Object.keys(images)).toEqual(['passportDataGroup1']);
    expect(images.passportDataGroup1.status).toBe('ok');
    const group = Buffer.from(images.passportDataGroup1.data, 'base64');
    expect(group.toString('hex').slice(0, head.length)).toBe(head);
    expect(group.toString('latin1').slice(head.length / 2)).toBe(linesOf(id).join(''));
    expect(eventsOf(asked)).toEqual([['Printer.NoMediaEvent'], ['Printer.MediaInsertedEvent']]);
  });

  test('what was swiped before anybody asked is nobody’s', async () => {
    await emulator.swipe(linesOf('passport'));
    const asked = send();
    await listens(asked);
    await emulator.swipe(linesOf('travel-hong-kong'));
    const { payload } = await client.completion(asked);
    const { images } = payload as { images: { passportDataGroup1: { data: string } } };
    const group = Buffer.from(images.passportDataGroup1.data, 'base64').toString('latin1');
    expect(group).toContain(linesOf('travel-hong-kong')[0]);
  });

  test('an expired passport is read: what it is good for is the client’s to judge', async () => {
    const asked = send();
    await listens(asked);
    await emulator.swipe(linesOf('passport-expired'));
    expect(code(await client.completion(asked))).toBe('success');
  });

  test.each([
    ['misread', () => linesOf('passport-misread')],
    [
      'of no kind that is known here',
      () => ['V<UTOERIKSSON<<ANNA<MARIA'.padEnd(44, '<'), linesOf('passport')[1] ?? ''],
    ],
  ])('%s: rejected, and the next one is read', async (_what, lines) => {
    const asked = send();
    await listens(asked);
    await emulator.swipe(lines());
    const completion = await client.completion(asked);
    expect(code(completion)).toBe('commandErrorCode mediaRejected');
    expect(completion.payload).toEqual({ errorCode: 'mediaRejected' });
    expect(eventsOf(asked)).toEqual([['Printer.NoMediaEvent'], ['Printer.MediaRejectedEvent', { reason: 'other' }]]);
    const next = send();
    await listens(next);
    await emulator.swipe(linesOf('passport'));
    expect(code(await client.completion(next))).toBe('success');
  });
});

describe('what it cannot give', () => {
  test.each([
    [{ ...wanted, frontImage: { imageType: 'png', colorFormat: 'fullcolor' } }, 'unsupportedData', 'frontImage'],
    [{ backImage: {} }, 'unsupportedData', 'backImage'],
    [{ ...wanted, passportDataGroup2: true }, 'unsupportedData', 'passportDataGroup2'],
    [{ passportDataGroup1: false }, 'invalidData', 'nothing'],
    [{}, 'invalidData', 'nothing'],
  ])('%j: %s', async (payload, completionCode, why) => {
    const { header } = await client.completion(send(payload));
    expect([header.completionCode, header.errorDescription]).toEqual([completionCode, expect.stringContaining(why)]);
  });

  test('its capabilities say so', async () => {
    const { payload } = await ask('Common.Capabilities');
    expect(payload?.['printer']).toEqual({
      type: { scanner: true },
      imageSource: { passportDataGroup1: true },
      acceptMedia: false,
      mediaTaken: false,
      mediaPresented: false,
      dispensePaper: false,
    });
    const interfaces = payload?.['interfaces'] as readonly { name: string; commands: object }[];
    expect(Object.keys(interfaces.find(({ name }) => name === 'Printer')?.commands ?? {})).toEqual([
      'Printer.ReadImage',
    ]);
    expect((await ask('Common.Status')).payload).toEqual({ common: { device: 'online' }, printer: {} });
  });
});

test('nobody swipes: time-out and cancel end it, and the next client reads', async () => {
  expect(code(await client.completion(send(wanted, 300)))).toBe('timeOut');
  const waiting = send();
  await listens(waiting);
  client.command('Common.Cancel', nextId++, { payload: { requestIds: [waiting] } });
  expect(code(await client.completion(waiting))).toBe('canceled');
  const next = send();
  await listens(next);
  await emulator.swipe(linesOf('passport'));
  expect(code(await client.completion(next))).toBe('success');
});

describe('in a visit it is the visitor’s', () => {
  test('asked meanwhile', async () => {
    visit = true;
    expect(code(await client.completion(send()))).toBe('sequenceError');
  });

  test('a visit begins while a client waits: it lets go, and the visitor reads', async () => {
    const waiting = send();
    await listens(waiting);
    visit = true;
    expect(code(await client.completion(waiting))).toBe('sequenceError');
    let heard = false;
    const read = reader.read({
      timeoutMs: 20_000,
      onHint: () => {
        heard = true;
      },
    });
    await vi.waitUntil(() => heard, { timeout: 20_000 });
    await emulator.swipe(linesOf('passport'));
    expect(await read).toMatchObject({ ok: true, value: { kind: 'passport' } });
  });

  test('a document that comes with the visit reaches no client', async () => {
    const waiting = send();
    await listens(waiting);
    visit = true;
    await emulator.swipe(linesOf('passport'));
    expect(await client.completion(waiting)).toMatchObject({ header: { completionCode: 'sequenceError' } });
    expect(JSON.stringify(client.messages)).not.toContain('images');
  });
});

test('pulled out: no device, told once, and a read says so; back again it reads', async () => {
  const waiting = send();
  await listens(waiting);
  await emulator.unplug();
  expect(code(await client.completion(waiting))).toBe('deviceNotReady');
  await vi.waitUntil(() => reader.report().state === 'absent', { timeout: 20_000 });
  expect((await ask('Common.Status')).payload).toMatchObject({ common: { device: 'noDevice' } });
  expect(code(await client.completion(send()))).toBe('deviceNotReady');
  await emulator.replug();
  await isReady();
  const changes = client.messages.filter(({ header }) => header.name === 'Common.StatusChangedEvent');
  expect(changes.map(({ payload }) => payload)).toEqual(
    expect.arrayContaining([{ common: { device: 'noDevice' } }, { common: { device: 'online' } }]),
  );
  const asked = send();
  await listens(asked);
  await emulator.swipe(linesOf('passport'));
  expect(code(await client.completion(asked))).toBe('success');
});
