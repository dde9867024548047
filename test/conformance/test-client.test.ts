import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { type CashPublisher, startCashPublisher } from '#simulators/cash-dispenser/index.ts';
import {
  type ConsoleClientOptions,
  cardReaderSequence,
  connector,
  discover,
  type Found,
  runConsoleClient,
} from './console-client.ts';
import type { KalConnection, Received } from './kal-client.ts';
import { RequestIds } from './kal-client.ts';
import { recordSent } from './recorder.ts';

// What KAL's console client sends, in its order and with its payloads (testclient.md A.3), to the whole daemon on the real
// pcscd with a wallet card, and to a cash dispenser beside it. The reader is a dip reader and says so.

let folder: string;
let bench: Bench;
let daemon: Daemon;
let publisher: CashPublisher;
const connections: KalConnection[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-kal-'));
  bench = await startBench({
    folder,
    delayScale: 0,
    cardReader: 'pcscd',
    hosts: false,
    settings: { server: { unsolicitedAsEvent: true } },
  });
  const loaded = loadConfig(bench.configFile);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const started = await startDaemon({ ...loaded.value, version: '0.0.0', onSent: recordSent });
  if (!started.ok) throw new Error(started.error.lines.join('\n'));
  daemon = started.value;
  publisher = await startCashPublisher({ ports: [0], others: [daemon.publisher] });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await bench.cardReader.remove();
  // pcscd looks at its slots a few times a second: no hand is faster, a test is.
  const watcher = await connect(`${daemon.publisher}/CardReader`, new RequestIds());
  await expect
    .poll(async () => (await watcher?.run('Common.Status', '2.0', 1_000))?.payload?.['cardReader'], { timeout: 15_000 })
    .toMatchObject({ media: 'notPresent' });
  watcher?.close();
});
afterAll(async () => {
  await publisher?.close();
  await daemon?.stop('test');
  await bench?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const connect = async (url: string, ids: RequestIds): Promise<KalConnection | undefined> =>
  connector({ ids }, connections)(url);

/** On the connections that the client would keep, without what it does next. */
const find = (options: ConsoleClientOptions = {}): Promise<Found> =>
  discover(
    { readerType: 'dip', ports: [1, publisher.port], ...options },
    connector(
      { ids: new RequestIds(), family: 'cash', ...(options.handshakeMs && { handshakeMs: options.handshakeMs }) },
      connections,
    ),
  );

describe('discovery', () => {
  test('one publisher, nine services, each with capabilities in one frame of 20 KiB', async () => {
    const { services, cardReader, cashDispenser } = await find();
    expect(services.map(({ uri }) => new URL(uri).pathname)).toEqual([
      '/xfs4iot/v1.0/CardReader',
      '/xfs4iot/v1.0/PinPad',
      '/xfs4iot/v1.0/Printer',
      '/xfs4iot/v1.0/BarcodeReader',
      '/xfs4iot/v1.0/IDScanner',
      '/xfs4iot/v1.0/Auxiliaries',
      '/xfs4iot/v1.0/VendorMode',
      '/xfs4iot/v1.0/VendorApplication',
      '/xfs4iot/v1.0/CashDispenser',
    ]);
    expect(services.map(({ uri }) => new URL(uri).hostname)).toEqual(Array(9).fill('localhost'));
    expect([services.indexOf(cardReader), services.indexOf(cashDispenser)]).toEqual([0, 8]);
    const interfaces = services.map(({ capabilities }) =>
      ((capabilities.payload?.['interfaces'] ?? []) as readonly { readonly name: string }[]).map(({ name }) => name),
    );
    expect(interfaces).toEqual([
      ['Common', 'CardReader'],
      ['Common', 'Keyboard', 'PinPad', 'KeyManagement', 'Crypto'],
      ['Common', 'Printer'],
      ['Common', 'BarcodeReader'],
      ['Common', 'Printer'],
      ['Common', 'Auxiliaries', 'Lights'],
      ['Common', 'VendorMode'],
      ['Common', 'VendorApplication'],
      ['Common', 'CashDispenser'],
    ]);
    expect(services[0]?.capabilities.payload?.['cardReader']).toEqual({
      type: 'dip',
      chipProtocols: { chipT0: true, chipT1: true },
      chipPower: { cold: true, warm: true, off: true },
      cardTakenSensor: true,
    });
  });

  test('a dip reader is no card reader to it', async () => {
    await expect(find({ readerType: 'motor' })).rejects.toThrow('Failed to find a card reader');
  });

  test('each publisher that answers must have both devices', async () => {
    const own = Number(new URL(daemon.publisher).port);
    await expect(find({ ports: [publisher.port, own] })).rejects.toThrow(
      `Failed to find a cash dispenser on port ${own}`,
    );
  });

  test('a port that accepts and says nothing is told, not waited for', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    try {
      await expect(find({ ports: [port], handshakeMs: 300 })).rejects.toThrow(
        /:\d+\/xfs4iot\/v1\.0 accepts .* says nothing/,
      );
    } finally {
      mute.close();
    }
  });

  test('nobody anywhere', async () => {
    await expect(find({ ports: [1] })).rejects.toThrow('No card reader found');
  });
});

const codes = (completions: readonly Received[]) =>
  completions.map(({ header, payload }) => [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' '));

describe('the card reader part', () => {
  test('steps 1 to 13, with a card that is put in when it is asked for', async () => {
    const { connection } = (await find()).cardReader;
    const inserted = connection
      .waitFor('the request for a card', ({ name }) => name === 'CardReader.InsertCardEvent')
      .then(() => bench.cardReader.insert('gen3-active'));
    const completions = await cardReaderSequence(connection);
    await inserted;

    expect(codes(completions)).toEqual([
      'success',
      'success',
      'success',
      'success',
      'success',
      'success',
      'invalidData',
      'unsupportedCommand',
      'success',
      'unsupportedCommand',
      'invalidData',
      'success',
      'invalidData',
    ]);
    const [status, first, chipIo, power, , second, refused, , third, , , identifier] = completions;
    expect(status?.payload).toEqual({
      common: { device: 'online' },
      cardReader: { media: 'notPresent', chipPower: 'noCard' },
    });
    // The chip's answer to reset, and the truth about stripes that the reader cannot read.
    const answerToReset = (power?.payload?.['chipData'] ?? '') as string;
    expect(Buffer.from(answerToReset, 'base64').subarray(0, 2).toString('hex')).toBe('3b6d');
    for (const read of [first, second, third]) {
      expect(read?.payload).toEqual({
        chip: [{ data: answerToReset }],
        track1: { status: 'dataSourceNotSupported' },
        track2: { status: 'dataSourceNotSupported' },
        track3: { status: 'dataSourceNotSupported' },
      });
    }
    // Eight bytes that are no command of this card: its own status word comes back.
    expect(Buffer.from((chipIo?.payload?.['chipData'] ?? '') as string, 'base64')).toHaveLength(2);
    expect(refused?.header.errorDescription).toContain('/payload/from');
    expect(identifier?.payload).toEqual({ ifmIdentifiers: { emv: 'Virtual PCD 00 00' } });

    const events = connection.received.filter(({ header }) => header.type === 'event');
    expect(events.filter(({ header }) => header.requestId !== undefined).map(({ name }) => name)).toEqual([
      'CardReader.InsertCardEvent',
      'CardReader.MediaInsertedEvent',
    ]);
    // Unsolicited ones come as `event` without an id, which is what the client can read.
    const unsolicited = events.filter(({ header }) => header.requestId === undefined).map(({ name }) => name);
    expect(unsolicited).toContain('Common.StatusChangedEvent');
    expect(unsolicited).toContain('CardReader.MediaDetectedEvent');
  });

  test('three runs in parallel, each on a connection of its own: every step of each is completed', async () => {
    const ids = new RequestIds();
    const { uri } = (await find()).cardReader;
    await bench.cardReader.insert('gen3-active');
    const runs = await Promise.all(
      [1, 2, 3].map(async () => {
        const connection = await connect(uri, ids);
        if (connection === undefined) throw new Error('no connection');
        return codes(await cardReaderSequence(connection));
      }),
    );
    for (const run of runs) {
      expect(run).toHaveLength(13);
      // ChipIO may fall behind another run's Reset, which took the chip's power.
      expect(['success', 'commandErrorCode atrNotObtained']).toContain(run[2]);
      expect(run.filter((_code, index) => ![2].includes(index))).toEqual([
        ...['success', 'success', 'success', 'success', 'success', 'invalidData', 'unsupportedCommand', 'success'],
        ...['unsupportedCommand', 'invalidData', 'success', 'invalidData'],
      ]);
    }
  });
});

describe('the whole client', () => {
  test('discovery, card reader, cash dispenser: "Done"', async () => {
    const lines: string[] = [];
    await runConsoleClient({
      ports: [1, publisher.port],
      readerType: 'dip',
      log: (line) => lines.push(line),
      onReceived: ({ name }) => {
        if (name === 'CardReader.InsertCardEvent') void bench.cardReader.insert('gen3-active');
      },
    });
    expect(lines.slice(0, 2)).toEqual(['Running test XFS4IoT application.', 'Doing service discovery.']);
    expect(lines).toContain('No response on port 1');
    expect(lines).toContain(`Publisher response on port ${publisher.port}`);
    expect(lines).toContain('  2:GetServicesCommand');
    expect(lines.filter((line) => /:(Dispense|Present|SetStorage)Command$/.test(line))).toHaveLength(17);
    expect(lines.at(-1)).toBe('Done');
  });
});
