import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { KalConnection, type Received, RequestIds } from './kal-client.ts';
import { recordSent } from './recorder.ts';

// What KAL's console client sends to a card reader, in its order and with its payloads (testclient.md A.3), to the whole
// daemon on the real pcscd with a wallet card. The reader is a dip reader and says so.

let folder: string;
let bench: Bench;
let daemon: Daemon;
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
  const started = await startDaemon({ config: loaded.value.config, version: '0.0.0', onSent: recordSent });
  if (!started.ok) throw new Error(started.error.lines.join('\n'));
  daemon = started.value;
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
  await daemon?.stop('test');
  await bench?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(url: string, ids: RequestIds): Promise<KalConnection | undefined> {
  const connection = await KalConnection.open(url, ids);
  if (connection !== undefined) connections.push(connection);
  return connection;
}

/** Every port is asked for a publisher, every service for its Capabilities; the connections are kept. */
async function discover(
  ids: RequestIds,
): Promise<{ uri: string; connection: KalConnection; capabilities: Received }[]> {
  const own = Number(new URL(daemon.publisher).port);
  // A port where nobody listens refuses; so do the client's other twelve on a machine with one publisher.
  const publishers = await Promise.all([1, own].map((port) => connect(`ws://localhost:${port}/xfs4iot/v1.0`, ids)));
  expect(publishers.map((found) => found !== undefined)).toEqual([false, true]);
  const found = await publishers[1]?.run('ServicePublisher.GetServices', '2.0', 60_000);
  const services = (found?.payload?.['services'] ?? []) as readonly { readonly serviceURI: string }[];
  return Promise.all(
    services.map(async ({ serviceURI }) => {
      const connection = await connect(serviceURI, ids);
      if (connection === undefined) throw new Error(`${serviceURI} cannot be reached`);
      return { uri: serviceURI, connection, capabilities: await connection.run('Common.Capabilities', '2.0', 1_000) };
    }),
  );
}

const eightBytes = 'AAECAwQFBgc=';
const readRawData = {
  track1: true,
  track2: true,
  track3: true,
  chip: true,
  security: false,
  fluxInactive: false,
  watermark: false,
  memoryChip: false,
  track1Front: false,
  frontImage: false,
  backImage: false,
  track1JIS: false,
  track3JIS: false,
  ddi: false,
};
/** Wrong by the standard's pattern; it is what the client sends. */
const move = { from: 'transport$', to: 'exit' };

/** Steps 1 to 13, each waiting for its completion. */
async function cardReaderRun(connection: KalConnection): Promise<Received[]> {
  const steps: [string, string, number, object?][] = [
    ['Common.Status', '2.0', 1_000],
    ['CardReader.ReadRawData', '2.0', 60_000, readRawData],
    ['CardReader.ChipIO', '3.0', 10_000, { chipProtocol: 'chipT0', chipData: eightBytes }],
    ['CardReader.ChipPower', '2.0', 10_000, { chipPower: 'warm' }],
    ['CardReader.Reset', '2.0', 10_000, { to: 'currentPosition' }],
    ['CardReader.ReadRawData', '2.0', 60_000, readRawData],
    ['CardReader.Move', '2.0', 10_000, move],
    ['CardReader.SetKey', '3.0', 10_000, { keyValue: eightBytes }],
    ['CardReader.ReadRawData', '2.0', 60_000, readRawData],
    ['CardReader.WriteRawData', '3.0', 10_000, { track1: { data: eightBytes }, track2: { data: eightBytes } }],
    ['CardReader.Move', '2.0', 10_000, move],
    ['CardReader.QueryIFMIdentifier', '2.0', 10_000],
    ['CardReader.Move', '2.0', 10_000, move],
  ];
  const completions: Received[] = [];
  for (const step of steps) completions.push(await connection.run(...step));
  return completions;
}

describe('discovery', () => {
  test('one publisher, five services, each with capabilities in one frame of 20 KiB', async () => {
    const services = await discover(new RequestIds());
    expect(services.map(({ uri }) => new URL(uri).pathname)).toEqual([
      '/xfs4iot/v1.0/CardReader',
      '/xfs4iot/v1.0/PinPad',
      '/xfs4iot/v1.0/Printer',
      '/xfs4iot/v1.0/BarcodeReader',
      '/xfs4iot/v1.0/IDScanner',
    ]);
    expect(services.map(({ uri }) => new URL(uri).hostname)).toEqual(Array(5).fill('localhost'));
    const interfaces = services.map(({ capabilities }) =>
      ((capabilities.payload?.['interfaces'] ?? []) as readonly { readonly name: string }[]).map(({ name }) => name),
    );
    expect(interfaces).toEqual([
      ['Common', 'CardReader'],
      ['Common', 'Keyboard', 'PinPad', 'KeyManagement', 'Crypto'],
      ['Common', 'Printer'],
      ['Common', 'BarcodeReader'],
      ['Common', 'Printer'],
    ]);
    expect(services[0]?.capabilities.payload?.['cardReader']).toEqual({
      type: 'dip',
      chipProtocols: { chipT0: true, chipT1: true },
      chipPower: { cold: true, warm: true, off: true },
      cardTakenSensor: true,
    });
  });
});

const codes = (completions: readonly Received[]) =>
  completions.map(({ header, payload }) => [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' '));

describe('the card reader part', () => {
  test('steps 1 to 13, with a card that is put in when it is asked for', async () => {
    const ids = new RequestIds();
    const [reader] = await discover(ids);
    if (reader === undefined) throw new Error('no card reader');
    const { connection } = reader;
    const inserted = connection
      .waitFor('the request for a card', ({ name }) => name === 'CardReader.InsertCardEvent')
      .then(() => bench.cardReader.insert('gen3-active'));
    const completions = await cardReaderRun(connection);
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
    const [reader] = await discover(ids);
    if (reader === undefined) throw new Error('no card reader');
    await bench.cardReader.insert('gen3-active');
    const runs = await Promise.all(
      [1, 2, 3].map(async () => {
        const connection = await connect(reader.uri, ids);
        if (connection === undefined) throw new Error('no connection');
        return codes(await cardReaderRun(connection));
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
