import { setTimeout as delay } from 'node:timers/promises';
import { KalConnection, type Received, RequestIds } from './kal-client.ts';
import { PayloadGenerator } from './payloads.ts';
import { type CatalogueMessage, standard } from './schemas.ts';

/** What was done to one service, and what was wrong. */
export interface SuiteReport {
  readonly service: string;
  /** Commands that it offers. */
  readonly commands: number;
  /** Right payloads that ended with a completion. */
  right: number;
  /** Wrong ones that were refused where they were wrong. */
  wrong: number;
  /** Right ones that waited for a person: timed out, sent again, cancelled. */
  waited: number;
  /** Commands and versions that it does not offer. */
  notOffered: number;
  /** Messages received, every one as the catalogue wants it. */
  messages: number;
  readonly faults: string[];
}

export interface SuiteOptions {
  /** Header time-out of right commands: those that wait for a person end with it. */
  readonly timeoutMs?: number;
  /** What a publisher offers, which cannot be asked; a service tells its capabilities and its status. */
  readonly offered?: readonly string[];
}

/** Right payloads beside the generated ones, as no schema tells what makes a device wait for a person. */
const asked: Readonly<Record<string, object>> = {
  'CardReader.ReadRawData': { chip: true },
  'Keyboard.DataEntry': { activeKeys: { one: {}, enter: { terminate: true } } },
  'Printer.ReadImage': { passportDataGroup1: true },
  'BarcodeReader.Read': {},
};

const generator = new PayloadGenerator((pointer) => standard.resolve(pointer));
const unknownMember = 'noSuchMember';

/**
 * Every command of a service, right and wrong, and every command that it does not have (protocol.md 5, 8, 9). The service
 * must be idle and without a card or document: a command that waits is meant to wait. Never rejects: what is wrong is in
 * the report.
 */
export async function runGeneratedSuite(uri: string, options: SuiteOptions = {}): Promise<SuiteReport> {
  const connection = await KalConnection.open(uri, { ids: new RequestIds() });
  const service = options.offered === undefined ? uri.slice(uri.lastIndexOf('/') + 1) : 'ServicePublisher';
  const started = { service, right: 0, wrong: 0, waited: 0, notOffered: 0, messages: 0, faults: [] as string[] };
  if (connection === undefined) return { ...started, commands: 0, faults: [`${uri} cannot be reached`] };
  try {
    const offered = new Set(options.offered ?? (await offeredBy(connection)));
    const report: SuiteReport = { ...started, commands: offered.size };
    const suite = new GeneratedSuite(connection, report, options.timeoutMs ?? 500);
    try {
      if (options.offered === undefined) await online(connection);
      await suite.all(offered);
    } catch (error) {
      report.faults.push(String(error));
    }
    report.messages = connection.received.length;
    return report;
  } catch (error) {
    return { ...started, commands: 0, faults: [String(error)] };
  } finally {
    connection.close();
  }
}

async function offeredBy(connection: KalConnection): Promise<readonly string[]> {
  const { payload } = await connection.run('Common.Capabilities', '2.0', 1_000);
  const interfaces = (payload?.['interfaces'] ?? []) as readonly { readonly commands?: object }[];
  return interfaces.flatMap(({ commands }) => Object.keys(commands ?? {}));
}

/** A device that has just been started is still being looked for. */
async function online(connection: KalConnection): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const { payload } = await connection.run('Common.Status', '2.0', 1_000);
    const { device } = (payload?.['common'] ?? {}) as { readonly device?: string };
    if (device === 'online') return;
    await delay(betweenLooksMs);
  }
  throw new Error('its device did not come online');
}
const looks = 200;
const betweenLooksMs = 100;

class GeneratedSuite {
  readonly #connection: KalConnection;
  readonly #report: SuiteReport;
  readonly #timeoutMs: number;
  /** Above those that the connection gives itself. */
  #lastId = 1_000;

  constructor(connection: KalConnection, report: SuiteReport, timeoutMs: number) {
    this.#connection = connection;
    this.#report = report;
    this.#timeoutMs = timeoutMs;
  }

  async all(offered: ReadonlySet<string>): Promise<void> {
    for (const command of standard.commands()) {
      if (offered.has(command.name)) await this.#offered(command);
      else await this.#notOffered(command.name, command.version);
    }
    await this.#headers();
    // Whatever was still on its way is here now.
    await this.#connection.run('Common.Status', '2.0', 1_000);
    for (let id = 1_001; id <= this.#lastId; id++) {
      const fault = orderFault(this.#connection.received.filter(({ header }) => header.requestId === id));
      if (fault !== undefined) this.#report.faults.push(`request ${id}: ${fault}`);
    }
  }

  async #offered(command: CatalogueMessage): Promise<void> {
    const schema = typeof command.payload === 'string' ? standard.resolve(command.payload) : undefined;
    const rights: [string, object | undefined][] = [['without payload', undefined]];
    if (schema !== undefined) {
      const [minimal, full] = [generator.minimal(schema), generator.full(schema)];
      // Null reads as "not given" (protocol.md 3).
      const nulls = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
      rights.push(['minimal', minimal], ['minimal and nulls', { ...nulls, ...minimal }], ['full', full]);
      // Something is required of it, and nothing given.
      if (generator.wrong(schema).some(({ what }) => /^missing \/[^/]*$/.test(what))) {
        rights.shift();
        await this.#wrong(command, 'without payload', undefined, '/payload');
      }
    }
    const more = asked[command.name];
    if (more !== undefined) rights.push(['as a person is waited for', more]);
    if (schema === undefined || generator.takesUnknown(schema))
      rights.push(['with an unknown member', { ...(schema && generator.full(schema)), [unknownMember]: true }]);

    let waited = false;
    for (const [what, payload] of rights) waited = (await this.#right(command, what, payload)) || waited;
    if (more !== undefined && !waited) this.#report.faults.push(`${command.name} never waited for a person`);

    for (const payload of ['text', []]) await this.#wrong(command, `payload ${JSON.stringify(payload)}`, payload, '');
    for (const { what, place, payload } of schema === undefined ? [] : generator.wrong(schema))
      await this.#wrong(command, what, payload, place);
    await this.#notOffered(command.name, '9.0');
  }

  /** True when it waited until its time was over. */
  async #right(command: CatalogueMessage, what: string, payload: object | undefined): Promise<boolean> {
    const { name, version } = command;
    const completion = await this.#run(name, version, payload, this.#timeoutMs);
    const code = completion?.header.completionCode ?? 'none';
    const description = completion?.header.errorDescription ?? '';
    const blamed = description.includes(unknownMember);
    if (neverRight.has(code) || blamed) this.#fault(name, what, completion);
    else this.#report.right += 1;
    if (code !== 'timeOut') return false;

    await this.#cancelled(command, what, payload);
    return true;
  }

  /** Sent again without a time-out, and taken back: one that waits for a person for sure, others if there is still time. */
  async #cancelled({ name, version }: CatalogueMessage, what: string, payload: object | undefined): Promise<void> {
    const from = this.#connection.received.length;
    const id = this.#send(name, version, payload);
    await this.#connection.waitFor(`the acknowledge of ${name}`, ({ header }) => header.requestId === id, from);
    const cancel = await this.#run('Common.Cancel', '2.0', { requestIds: [id] });
    const completion = await this.#completion(name, id, from);
    const code = completion?.header.completionCode ?? 'none';
    if (cancel?.succeeded && code === 'canceled') this.#report.waited += 1;
    else if (asked[name] !== undefined || neverRight.has(code)) this.#fault(name, `${what}, cancelled`, completion);
  }

  async #wrong(command: CatalogueMessage, what: string, payload: unknown, place: string): Promise<void> {
    const { name, version } = command;
    const completion = await this.#run(name, version, payload, this.#timeoutMs);
    const { completionCode, errorDescription = '' } = completion?.header ?? {};
    if (completionCode === 'invalidData' && errorDescription.startsWith(place)) this.#report.wrong += 1;
    else this.#fault(name, what, completion);
  }

  /** The payload is not looked at (protocol.md 14). */
  async #notOffered(name: string, version: string): Promise<void> {
    const completion = await this.#run(name, version, 7);
    if (completion?.header.completionCode === 'unsupportedCommand') this.#report.notOffered += 1;
    else this.#fault(name, `version ${version}, not offered`, completion);
  }

  /** An acknowledge that refuses, and nothing after it. */
  async #headers(): Promise<void> {
    const right = { name: 'Common.Status', type: 'command', version: '2.0' };
    const faults: readonly [object, string][] = [
      [{ ...right, requestId: 0 }, 'invalidRequestID'],
      [{ ...right, requestId: 'text' }, 'invalidRequestID'],
      [{ ...right, requestId: this.#nextId(), type: 'event' }, 'invalidMessage'],
      [{ ...right, requestId: this.#nextId(), version: 2 }, 'invalidMessage'],
      [{ ...right, requestId: this.#nextId(), timeout: -1 }, 'invalidMessage'],
      [{ ...right, requestId: this.#nextId(), name: 'Status' }, 'invalidMessage'],
    ];
    for (const [header, status] of faults) {
      const from = this.#connection.received.length;
      this.#connection.text(JSON.stringify({ header }));
      const isAcknowledge = ({ kind }: Received) => kind === 'acknowledge';
      const refused = await this.#connection.waitFor('a refusal', isAcknowledge, from);
      if (refused.header.status === status) this.#report.wrong += 1;
      else this.#fault('a header', JSON.stringify(header), refused);
    }
  }

  async #run(name: string, version: string, payload: unknown, timeout?: number): Promise<Received | undefined> {
    const from = this.#connection.received.length;
    return this.#completion(name, this.#send(name, version, payload, timeout), from);
  }

  #send(name: string, version: string, payload: unknown, timeout?: number): number {
    const requestId = this.#nextId();
    this.#connection.send({
      header: { name, requestId, type: 'command', version, ...(timeout !== undefined && { timeout }) },
      payload,
    });
    return requestId;
  }

  /** Undefined where the acknowledge refused. */
  async #completion(name: string, id: number, from: number): Promise<Received | undefined> {
    const last = await this.#connection.waitFor(
      `the completion of ${name}`,
      ({ header }) => header.requestId === id && (header.type === 'completion' || header.status !== undefined),
      from,
    );
    return last.header.type === 'completion' ? last : undefined;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #fault(name: string, what: string, got: Received | undefined): void {
    const { completionCode, status, errorDescription } = got?.header ?? {};
    const answer = [completionCode ?? status ?? 'a refusal', errorDescription].filter(Boolean).join(', ');
    this.#report.faults.push(`${name} ${what}: ${answer}`);
  }
}

/** No right command that is offered ends with one of these; what a device makes of it is another matter. */
const neverRight = new Set(['none', 'internalError', 'unsupportedCommand', 'invalidCommand']);

/** What is wrong with the messages of one request: acknowledge, events, completion; or one acknowledge that refuses. */
export function orderFault(messages: readonly Pick<Received, 'header'>[]): string | undefined {
  const types = messages.map(({ header }) => header.type);
  const [first, ...rest] = types;
  if (first !== 'acknowledge') return `begins with ${first ?? 'nothing'}`;
  if (messages[0]?.header.status !== undefined) return rest.length === 0 ? undefined : `refused, then ${rest[0]}`;
  if (rest.at(-1) !== 'completion') return `ends with ${rest.at(-1) ?? 'its acknowledge'}`;
  const between = rest.slice(0, -1).find((type) => type !== 'event');
  return between === undefined ? undefined : `${between} before its completion`;
}
