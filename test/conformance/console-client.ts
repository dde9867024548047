import { publisherPorts } from '#protocol/client/publisher-ports.ts';
import { KalConnection, type KalOptions, type Received, RequestIds } from './kal-client.ts';

export interface ConsoleClientOptions {
  readonly address?: string;
  /** Where it looks for publishers; the standard's list when absent. */
  readonly ports?: readonly number[];
  /** How many runs at once; 1 when absent. With more, each has connections of its own. */
  readonly parallel?: number;
  /** The client takes nothing but `motor`. */
  readonly readerType?: 'motor' | 'dip';
  /** What the client prints, a line each. */
  readonly log?: (line: string) => void;
  readonly onReceived?: (message: Received) => void;
  readonly handshakeMs?: number;
}

/** A service that was found, with the connection on which it told its capabilities. */
export interface FoundService {
  readonly uri: string;
  readonly connection: KalConnection;
  readonly capabilities: Received;
}

export interface Found {
  readonly services: readonly FoundService[];
  readonly cardReader: FoundService;
  readonly cashDispenser: FoundService;
}

/**
 * KAL's console client once more: discovery, the card reader's part, the cash dispenser's part (testclient.md A.3), in its
 * order, with its payloads, as strict as its classes. Resolves where it prints "Done"; rejects where it would end with a
 * connection error or an unhandled exception, or would wait for ever.
 */
export async function runConsoleClient(options: ConsoleClientOptions): Promise<void> {
  const { log = () => {}, parallel = 1 } = options;
  const open: KalConnection[] = [];
  try {
    const ids = new RequestIds();
    const connect = connector({ ...options, ids, family: 'cash' }, open);
    log('Running test XFS4IoT application.');
    log('Doing service discovery.');
    const found = await discover(options, connect);
    const own = async (service: FoundService) => (parallel === 1 ? service.connection : reach(connect, service.uri));
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        log('Doing card reader sequence');
        await cardReaderSequence(await own(found.cardReader), log);
        log('Doing cash dispenser sequence');
        await cashDispenserSequence(await own(found.cashDispenser), log);
      }),
    );
    log('Done');
  } finally {
    for (const connection of open) connection.close();
  }
}

type Connect = (uri: string) => Promise<KalConnection | undefined>;

/** Opens connections that are kept in a list. */
export function connector(options: KalOptions, open: KalConnection[]): Connect {
  return async (uri) => {
    const connection = await KalConnection.open(uri, options);
    if (connection !== undefined) open.push(connection);
    return connection;
  };
}

async function reach(connect: Connect, uri: string): Promise<KalConnection> {
  const connection = await connect(uri);
  if (connection === undefined) throw new Error(`${uri} cannot be reached`);
  return connection;
}

/** All ports in parallel; every publisher that answers must have both devices among its services. */
export async function discover(options: ConsoleClientOptions, connect: Connect): Promise<Found> {
  const { address = 'localhost', ports = publisherPorts, log = () => {}, readerType = 'motor' } = options;
  const answers = await Promise.all(
    ports.map(async (port): Promise<Found | undefined> => {
      const publisher = await connect(`ws://${address}:${port}/xfs4iot/v1.0`);
      if (publisher === undefined) {
        log(`No response on port ${port}`);
        return undefined;
      }
      log(`Publisher response on port ${port}`);
      const { payload } = await publisher.run('ServicePublisher.GetServices', '2.0', 60_000);
      const listed = payload?.['services'] as readonly { readonly serviceURI: string }[] | undefined;
      if (listed === undefined) throw new Error(`The publisher on port ${port} told no services`);
      const uris = listed.map(({ serviceURI }) => serviceURI);
      log(`Services:\n${uris.join('\n')}`);
      const services = await Promise.all(
        uris.map(async (uri) => {
          const connection = await reach(connect, uri);
          const capabilities = await connection.run('Common.Capabilities', '2.0', 1_000);
          if (capabilities.payload === undefined) throw new Error(`${uri} told no capabilities`);
          return { uri, connection, capabilities };
        }),
      );
      const cardReader = services.find((service) => typeOf(service, 'cardReader') === readerType);
      if (cardReader === undefined) throw new Error(`Failed to find a card reader on port ${port}`);
      log(`Found a card reader: ${cardReader.uri}`);
      const cashDispenser = services.find((service) => typeOf(service, 'cashDispenser') === 'selfServiceBill');
      if (cashDispenser === undefined) throw new Error(`Failed to find a cash dispenser on port ${port}`);
      log(`Found a cash dispenser: ${cashDispenser.uri}`);
      return { services, cardReader, cashDispenser };
    }),
  );
  const found = answers.findLast((answer) => answer !== undefined);
  if (found === undefined) throw new Error('No card reader found');
  return found;
}

const typeOf = ({ capabilities }: FoundService, member: string): unknown =>
  (capabilities.payload?.[member] as { readonly type?: unknown } | undefined)?.type;

type Step = readonly [name: string, version: string, timeout: number, payload?: object];

const eightBytes = 'AAECAwQFBgc=';
const readRawData: Step = [
  'CardReader.ReadRawData',
  '2.0',
  60_000,
  {
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
  },
];
/** Wrong by the standard's pattern; it is what the client sends. */
const move: Step = ['CardReader.Move', '2.0', 10_000, { from: 'transport$', to: 'exit' }];

const cardReaderSteps: readonly (Step | string)[] = [
  ['Common.Status', '2.0', 1_000],
  readRawData,
  ['CardReader.ChipIO', '3.0', 10_000, { chipProtocol: 'chipT0', chipData: eightBytes }],
  ['CardReader.ChipPower', '2.0', 10_000, { chipPower: 'warm' }],
  ['CardReader.Reset', '2.0', 10_000, { to: 'currentPosition' }],
  'Doing AcceptCard before RetainCard.',
  readRawData,
  move,
  ['CardReader.SetKey', '3.0', 10_000, { keyValue: eightBytes }],
  'Doing AcceptCard before WriteData.',
  readRawData,
  ['CardReader.WriteRawData', '3.0', 10_000, { track1: { data: eightBytes }, track2: { data: eightBytes } }],
  'Ejecting card after WriteData.',
  move,
  ['CardReader.QueryIFMIdentifier', '2.0', 10_000],
  move,
];

/** Steps 1 to 13, each waiting for its completion, whose code is not looked at. */
export async function cardReaderSequence(
  connection: KalConnection,
  log: (line: string) => void = () => {},
): Promise<Received[]> {
  const completions: Received[] = [];
  for (const step of cardReaderSteps) {
    if (typeof step === 'string') log(step);
    else completions.push(await connection.run(...step));
  }
  return completions;
}

/** Codes are warnings, but for those of the nonce; what the client reads of a payload must be there. */
async function cashDispenserSequence(connection: KalConnection, log: (line: string) => void): Promise<void> {
  const run = async (name: string, version: string, payload?: object): Promise<Received> =>
    connection.run(name, version, 10_000, payload);
  const must = async (name: string): Promise<Received> => {
    const completion = await run(`Common.${name}`, '2.0');
    if (!completion.succeeded) throw new Error(`${name} failed: ${completion.header.completionCode}`);
    return completion;
  };
  const should = async (name: string, version: string, payload?: object): Promise<void> => {
    const { succeeded, header } = await run(name, version, payload);
    if (!succeeded) log(`${name.slice(name.indexOf('.') + 1)} failed: ${header.completionCode}`);
  };
  const clearNonce = () => must('ClearCommandNonce');
  const getNonce = async (): Promise<string> => {
    const nonce = (await must('GetCommandNonce')).payload?.['commandNonce'];
    if (typeof nonce !== 'string') throw new Error('GetCommandNonce told no nonce');
    return nonce;
  };
  const presentStatus = async (nonce: string): Promise<void> => {
    const { payload } = await run('CashDispenser.GetPresentStatus', '2.0', { nonce });
    if (payload === undefined) throw new Error('GetPresentStatus told nothing');
  };
  const dispense = (amount: number, currency: string, token: string) =>
    should('CashDispenser.Dispense', '3.0', {
      denomination: { denomination: { currencies: { [currency]: amount } }, mix: 'mix1' },
      token,
    });
  const present = () => should('CashDispenser.Present', '2.0');

  await clearNonce();
  await should('Storage.SetStorage', '2.1', { storage: notes });
  await presentStatus('123');
  await getNonce();
  const nonce = await getNonce();
  log('Dispense 100EUR');
  await dispense(100, 'EUR', tokenOf(nonce, '100.00EUR'));
  await present();
  log('Dispense : Stale token');
  await dispense(100, 'EUR', tokenOf(nonce, '100.00EUR'));
  log('Dispense : Invalid HMAC');
  await dispense(100, 'EUR', tokenOf(nonce, '100.00EUR', 'B'));
  log('Dispense : Invalid nonce');
  await dispense(100, 'EUR', tokenOf('FFFF', '100.00EUR'));
  log("Dispense : Value doesn't match token");
  await dispense(200, 'EUR', tokenOf(await getNonce(), '100.00EUR'));
  await clearNonce();
  log("Dispense : Currency doesn't match token");
  await dispense(200, 'GBP', tokenOf(await getNonce(), '200.00EUR'));
  log('Dispense : Dispense/Present in multiple parts');
  const parts = tokenOf(await getNonce(), '300.00EUR');
  for (const _part of [1, 2, 3]) {
    await dispense(100, 'EUR', parts);
    await present();
  }
  // One more than the token is good for.
  await dispense(100, 'EUR', parts);
  await clearNonce();
  await dispense(100, 'EUR', tokenOf(await getNonce(), '100.00EUR'));
  await present();
  await presentStatus('124');
}

const notes = Object.fromEntries(
  [5, 10, 20].map((value, index) => [
    `unit${index + 3}`,
    { cash: { status: { initial: { unrecognized: 0, [`typeEUR${value}`]: { fit: 1000 } } } } },
  ]),
);

/** Like the client's: the length in hexadecimal digits, and a constant that is no HMAC of anything (protocol.md 11). */
function tokenOf(nonce: string, value: string, digit = 'A'): string {
  const parts = (length: string) =>
    `NONCE=${nonce},TOKENFORMAT=1,TOKENLENGTH=${length},DISPENSE1=${value},ANOTHERKEY=12345,HMACSHA256=${digit.repeat(64)}`;
  return parts(parts('0000').length.toString(16).toUpperCase().padStart(4, '0'));
}
