import { stripNulls } from '#protocol/nulls.ts';
import { failure, type Outcome, type ServiceDefinition, success } from '../services/service.ts';
import { implementedCommands, listInterfaces } from './capabilities.ts';
import { acceptKalSpellings } from './compatibility.ts';
import type { Connection, Endpoint } from './connection.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { type CommandFrame, readFrame, refusal } from './header.ts';
import type { ServiceFault, WireHooks } from './hooks.ts';
import type { WireLimits } from './limits.ts';
import { type CommandRow, describeInvalid, eventRow, headOf, majorOf } from './messages.ts';
import { toWire } from './nulls.ts';
import { CommandQueue } from './queue.ts';
import { missingMember } from './required.ts';
import { checkVersions } from './versions.ts';

/**
 * One service on the wire:
 *
 *   text -> header -> acknowledge -> payload -> server's own command | immediate handler | queue -> completion
 *                  \-> acknowledge with a status, and nothing more
 */
export class ServiceHost implements Endpoint, ExchangeOwner {
  readonly name: string;
  readonly family: 'standard' | 'kiosk';
  readonly letGoMs: number;
  readonly #definition: ServiceDefinition;
  readonly #limits: WireLimits;
  readonly #hooks: WireHooks;
  readonly #commands: ReadonlyMap<string, CommandRow>;
  readonly #events: ReadonlySet<string>;
  readonly #interfaces: ReturnType<typeof listInterfaces>;
  readonly #queue: CommandQueue;
  readonly #connections = new Set<Connection>();
  readonly #immediate = new Set<Exchange>();

  constructor(definition: ServiceDefinition, limits: WireLimits, hooks: WireHooks) {
    this.name = definition.name;
    this.family = definition.family;
    this.letGoMs = limits.letGoMs;
    this.#definition = definition;
    this.#limits = limits;
    this.#hooks = hooks;
    this.#commands = implementedCommands(definition);
    this.#events = new Set(definition.events);
    this.#interfaces = listInterfaces(definition);
    this.#queue = new CommandQueue(definition.maximumRequests);
    definition.attach((name, payload, audience) => this.#broadcast(name, payload, audience));
  }

  connected(connection: Connection): void {
    this.#connections.add(connection);
    this.#definition.onConnection?.(connection.client);
  }

  disconnected(connection: Connection): void {
    this.#connections.delete(connection);
    const own = (exchange: Exchange) => exchange.owner === connection;
    for (const exchange of [...this.#queue.select(own), ...[...this.#immediate].filter(own)]) exchange.stop('canceled');
  }

  /** Stops everything; resolves when every handler has let go. */
  async stop(): Promise<void> {
    for (const exchange of [...this.#queue.select(() => true), ...this.#immediate]) exchange.stop('canceled');
    await this.#queue.whenIdle();
  }

  receive(connection: Connection, text: string): void {
    const frame = readFrame(text);
    if (!frame.ok) {
      connection.send('acknowledge', frame.name ?? '', refusal(frame.status, frame));
      connection.countBadFrame(frame.status);
      return;
    }
    if (connection.liveIds.has(frame.requestId)) {
      connection.send('acknowledge', frame.name, refusal('invalidRequestID', frame));
      connection.countBadFrame('invalidRequestID');
      return;
    }
    const row = this.#commands.get(frame.name);
    const supported = row !== undefined && row.major === majorOf(frame.version) && this.#allows(row, connection);
    if (!supported) {
      this.#acknowledge(connection, frame);
      this.#answer(connection, frame, frame.version, failure('unsupportedCommand', this.#whyNot(row, frame)));
      return;
    }
    const own = this.#serverCommand(frame.name);
    const immediate = own !== undefined || this.#definition.immediate.has(frame.name);
    // The server's own end at once, so there is always room for them: a client can cancel whatever it is waiting for.
    const full = immediate ? connection.immediateCount >= this.#limits.immediatePerConnection : this.#queue.isFull;
    if (full && own === undefined) {
      connection.send('acknowledge', frame.name, refusal('tooManyRequests', frame));
      return;
    }
    this.#acknowledge(connection, frame, row);

    const payload = this.#checkPayload(row, frame.payload);
    if (typeof payload === 'string') {
      this.#answer(connection, frame, row.completionVersion, failure('invalidData', payload));
    } else if (own !== undefined) {
      own(connection, frame, row, payload);
    } else {
      const exchange = new Exchange(this, connection, row, frame.requestId, payload ?? {}, frame.timeoutMs);
      connection.liveIds.add(frame.requestId);
      if (!immediate) {
        this.#queue.add(exchange);
        return;
      }
      connection.immediateCount += 1;
      this.#immediate.add(exchange);
      exchange.run(() => {
        connection.immediateCount -= 1;
        this.#immediate.delete(exchange);
      });
    }
  }

  #allows(row: CommandRow, connection: Connection): boolean {
    return row.role === undefined || row.role === connection.settings.role;
  }

  #whyNot(row: CommandRow | undefined, frame: CommandFrame): string {
    return row === undefined || row.major === majorOf(frame.version)
      ? 'not offered by this service'
      : `offered as version ${row.version}`;
  }

  /** The payload without nulls, undefined when none was given, or what is wrong with it. */
  #checkPayload(row: CommandRow, payload: unknown): object | undefined | string {
    if (payload !== undefined) {
      if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return '/payload must be object';
      if (!stripNulls(payload)) return '/payload is nested too deeply';
      acceptKalSpellings(row.name, payload);
    }
    if (row.validate !== undefined && !row.validate(payload ?? {})) return describeInvalid(row.validate);
    return missingMember(row.name, payload) ?? payload;
  }

  #acknowledge(connection: Connection, frame: CommandFrame, row?: CommandRow): void {
    const head = row?.acknowledgeHead ?? headOf(frame.name, 'acknowledge');
    connection.send('acknowledge', frame.name, `${head}${frame.requestId},"version":"${frame.version}"}}`);
  }

  #answer(connection: Connection, frame: CommandFrame, version: string, outcome: Outcome): void {
    this.#complete(connection, headOf(frame.name, 'completion'), frame.name, frame.requestId, version, outcome);
  }

  // The server's own commands.

  #serverCommand(
    name: string,
  ): ((connection: Connection, frame: CommandFrame, row: CommandRow, payload: object | undefined) => void) | undefined {
    switch (name) {
      case 'Common.Status':
        return this.#status;
      case 'Common.Capabilities':
        return this.#capabilities;
      case 'Common.Cancel':
        return this.#cancel;
      case 'Common.SetVersions':
        return this.#setVersions;
      default:
        return undefined;
    }
  }

  readonly #status = (connection: Connection, frame: CommandFrame, row: CommandRow): void => {
    this.#answerFromService(connection, frame, row, () => {
      const { device, common, members } = this.#definition.status();
      return { common: { device, ...common }, ...members };
    });
  };

  readonly #capabilities = (connection: Connection, frame: CommandFrame, row: CommandRow): void => {
    this.#answerFromService(connection, frame, row, () => {
      const { common, members } = this.#definition.capabilities();
      return { interfaces: this.#interfaces, common: { serviceVersion: '2.0', ...common }, ...members };
    });
  };

  #answerFromService(connection: Connection, frame: CommandFrame, row: CommandRow, payload: () => object): void {
    let outcome: Outcome;
    try {
      outcome = success(payload());
    } catch (cause) {
      this.#fault(row.name, 'handlerThrew', cause);
      outcome = failure('internalError');
    }
    this.#complete(connection, row.completionHead, row.name, frame.requestId, row.completionVersion, outcome, row);
  }

  /** Its own completion first, then those of the cancelled (protocol.md 5 and 14). */
  readonly #cancel = (
    connection: Connection,
    frame: CommandFrame,
    row: CommandRow,
    payload: { readonly requestIds?: readonly number[] } | undefined,
  ): void => {
    const wanted = payload?.requestIds;
    const matching = this.#queue.select(
      (exchange) =>
        exchange.owner === connection &&
        connection.liveIds.has(exchange.requestId) &&
        (wanted === undefined || wanted.includes(exchange.requestId)),
    );
    if (wanted?.length === 0) {
      this.#answer(connection, frame, row.completionVersion, failure('invalidData', '/payload/requestIds is empty'));
    } else if (wanted !== undefined && matching.length === 0) {
      this.#answer(connection, frame, row.completionVersion, {
        completionCode: 'commandErrorCode',
        payload: { errorCode: 'noMatchingRequestIDs' },
      });
    } else {
      this.#answer(connection, frame, row.completionVersion, success());
      for (const exchange of matching) exchange.stop('canceled');
    }
  };

  readonly #setVersions = (
    connection: Connection,
    frame: CommandFrame,
    row: CommandRow,
    payload: object | undefined,
  ): void => {
    this.#answer(connection, frame, row.completionVersion, checkVersions(payload, this.#interfaces));
  };

  // What an exchange asks of its service.

  handlerOf(name: string): ServiceDefinition['handlers'][string] | undefined {
    return this.#definition.handlers[name];
  }

  removeWaiting(exchange: Exchange): void {
    this.#queue.remove(exchange);
  }

  emit(exchange: Exchange, name: string, payload: object | undefined): void {
    const row = this.#event(name, 'event');
    const body = row && this.#body(name, payload);
    if (row === undefined || body === undefined) return;
    const text = `${headOf(name, 'event')}${exchange.requestId},"version":"${row.version}"}${body}}`;
    exchange.owner.send('event', name, text);
  }

  complete(exchange: Exchange, outcome: Outcome): void {
    const { owner, requestId, row } = exchange;
    owner.liveIds.delete(requestId);
    this.#complete(owner, row.completionHead, row.name, requestId, row.completionVersion, outcome, row);
  }

  report(exchange: Exchange, code: 'handlerThrew' | 'handlerStuck', cause?: unknown): void {
    this.#fault(exchange.row.name, code, cause);
  }

  // Outgoing.

  #complete(
    connection: Connection,
    head: string,
    name: string,
    requestId: number,
    version: string,
    outcome: Outcome,
    row?: CommandRow,
  ): void {
    if (!connection.isOpen) return;
    const body = outcome.payload === undefined ? '' : this.#body(name, outcome.payload);
    if (body === undefined) {
      connection.send(
        'completion',
        name,
        `${head}${requestId},"version":"${version}","completionCode":"internalError"}}`,
      );
      return;
    }
    if (row !== undefined && outcome.completionCode === 'success') {
      connection.send('completion', name, `${head}${requestId}${row.successTail}${body}}`);
      return;
    }
    const told = outcome.errorDescription !== undefined && outcome.completionCode !== 'success';
    const description = told ? `,"errorDescription":${JSON.stringify(outcome.errorDescription)}` : '';
    connection.send(
      'completion',
      name,
      `${head}${requestId},"version":"${version}","completionCode":"${outcome.completionCode}"${description}}${body}}`,
    );
  }

  /** `,"payload":{…}`, nothing when there is no payload, undefined when JSON cannot say it. */
  #body(name: string, payload: object | undefined): string | undefined {
    if (payload === undefined) return '';
    try {
      const text = toWire(payload);
      return text === '{}' ? '' : `,"payload":${text}`;
    } catch (cause) {
      this.#fault(name, 'unsendable', cause);
      return undefined;
    }
  }

  #event(name: string, kind: 'event' | 'unsolicited') {
    const row = eventRow(name);
    if (row?.kind === kind && this.#events.has(name)) return row;
    this.#fault(name, 'unknownEvent');
    return undefined;
  }

  /** To every connection of the service, in the header type that its listener wants (protocol.md 7). */
  #broadcast(
    name: string,
    payload: object | undefined,
    audience: ((client: Connection['client']) => boolean) | undefined,
  ): void {
    const row = this.#event(name, 'unsolicited');
    const body = row && this.#body(name, payload);
    if (row === undefined || body === undefined) return;
    const text = (type: string) => `{"header":{"name":"${name}","type":"${type}","version":"${row.version}"}${body}}`;
    const unsolicited = text('unsolicited');
    for (const connection of [...this.#connections]) {
      if (audience !== undefined && !audience(connection.client)) continue;
      if (connection.settings.unsolicitedAsEvent) connection.send('event', name, text('event'));
      else connection.send('unsolicited', name, unsolicited);
    }
  }

  #fault(name: string, code: ServiceFault['code'], cause?: unknown): void {
    this.#hooks.onFault?.({ service: this.name, name, code, ...(cause === undefined ? {} : { cause }) });
  }
}
