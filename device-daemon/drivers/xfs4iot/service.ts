/** One service of a provider, found, examined and kept up to date for as long as its connection lasts. */

import type { Completion, RequestFault, RequestOptions, WireEvent } from '#protocol/client/messages.ts';
import type { StandardCatalogue } from '#protocol/client/standard-client.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { type Connection, connect, faultIn } from './connection.ts';
import type { Delays } from './delays.ts';
import type { ServiceFault } from './reasons.ts';
import { type ProviderSettings, publishersOf, serviceName, serviceUrl } from './settings.ts';

type Commands = StandardCatalogue['commands'];
type Completions = StandardCatalogue['completions'];
type Name = keyof Commands & keyof Completions & string;
type Options = RequestOptions<StandardCatalogue>;
type Unsolicited = WireEvent<StandardCatalogue>;

/** What a device needs of a service. */
export interface Needs {
  /** Each of which the service must list. */
  readonly commands: readonly Name[];
  /** Used where the service lists them. */
  readonly mayUse: readonly Name[];
  /** A compound service may have the interfaces and another device behind them. */
  readonly fits?: (capabilities: xfs.CommonCapabilitiesCompletion) => boolean;
  /** What only a further question tells. `named`: a person has chosen this very service. */
  readonly suits?: (service: Service, named: boolean) => Promise<boolean>;
}

/** Versions that the catalogue has, by the name of command, event or unsolicited event. */
const ourVersions: ReadonlyMap<string, string> = new Map(
  xfs4iotMessages.filter(({ kind }) => kind !== 'completion').map(({ name, version }) => [name, version]),
);
const majorOf = (version: string): number => Number.parseInt(version, 10);

/** Of a timer of ours, and of an integer on the wire. */
const longestMs = 0x7fffffff;

export interface LookOptions {
  readonly settings: ProviderSettings;
  readonly needs: Needs;
  readonly delays: Delays;
}

/** Looks for the service once: publishers, their lists, the service itself (protocol.md 10). */
export async function openService(
  { settings, needs, delays }: LookOptions,
  signal: AbortSignal,
): Promise<Result<Service, ServiceFault>> {
  const publishers = publishersOf(settings);
  const listed = await Promise.all(publishers.map((url) => servicesOf(url, settings, delays, signal)));
  const wanted = settings.service.toLowerCase();
  const urls = listed.flatMap((found) => (found.ok ? found.value : []));
  const candidates = wanted === '' ? urls : urls.filter((url) => serviceName(url).toLowerCase() === wanted);
  // What somebody who was there did wrong says more than that nobody was at twelve other ports.
  let fault: ServiceFault = urls.length > 0 ? 'serviceMissing' : worst(listed);
  for (const url of candidates) {
    if (signal.aborted) break;
    const service = await examine(url, { settings, needs, delays }, signal);
    if (service.ok) return service;
    fault = service.error;
  }
  return err(fault);
}

function worst(listed: readonly Result<readonly string[], ServiceFault>[]): ServiceFault {
  const faults = listed.map((found) => (found.ok ? 'serviceMissing' : found.error));
  return (
    faults.find((fault) => fault !== 'unreachable' && fault !== 'serviceMissing') ??
    faults.find((fault) => fault !== 'unreachable') ??
    'unreachable'
  );
}

async function servicesOf(
  publisher: string,
  { credentials }: ProviderSettings,
  delays: Delays,
  signal: AbortSignal,
): Promise<Result<readonly string[], ServiceFault>> {
  const connected = await connect(publisher, { credentials, delays }, signal);
  if (!connected.ok) return connected;
  const connection = connected.value;
  try {
    const uris: string[] = [];
    const take = (services: readonly xfs.ServicePublisherService[] = []): void => {
      for (const { serviceURI } of services) if (serviceURI !== undefined) uris.push(serviceURI);
    };
    const listed = await ask(connection, 'ServicePublisher.GetServices', delays, signal, (event) => {
      if (event.name === 'ServicePublisher.ServiceDetailEvent') take(event.payload.services);
    });
    if (!listed.ok) return listed;
    take(listed.value.services);
    const urls = uris.map((uri) => serviceUrl(uri, publisher)).filter((url) => url !== undefined);
    return ok([...new Set(urls)]);
  } finally {
    connection.end('lost');
  }
}

/** A question of the connection itself, which every service answers at once. */
async function ask<N extends 'ServicePublisher.GetServices' | 'Common.Capabilities'>(
  connection: Connection,
  name: N,
  delays: Delays,
  signal: AbortSignal,
  onEvent: (event: Unsolicited) => void = () => {},
): Promise<Result<Completions[N], ServiceFault>> {
  const stop = (): void => connection.end('lost');
  signal.addEventListener('abort', stop);
  try {
    const { client, ended, end } = connection;
    const reply = await client.request<'Common.Capabilities'>(name as 'Common.Capabilities', undefined, {
      deadlineMs: delays.answerMs,
      onEvent,
    });
    if (!reply.ok) {
      if (reply.error.code === 'deadline') end('silent');
      return err(ended.aborted ? faultIn(ended) : 'unsuitable');
    }
    const { value } = reply;
    return value.completionCode === 'success' ? ok(value.payload as Completions[N]) : err('unsuitable');
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Connects to a service and asks what it is; ends the connection where that is not what the device needs. */
async function examine(
  url: string,
  { settings, needs, delays }: LookOptions,
  signal: AbortSignal,
): Promise<Result<Service, ServiceFault>> {
  const versions = new Map<string, string>();
  const options = { credentials: settings.credentials, delays, versionOf: (name: string) => versions.get(name) };
  const connected = await connect(url, options, signal);
  if (!connected.ok) return connected;
  const connection = connected.value;
  const refuse = (fault: ServiceFault): Result<never, ServiceFault> => {
    connection.end('lost');
    return err(fault);
  };
  const capabilities = await ask(connection, 'Common.Capabilities', delays, signal);
  if (!capabilities.ok) return refuse(capabilities.error);
  for (const [name, version] of offered(capabilities.value)) versions.set(name, version);
  if (!needs.commands.every((name) => versions.has(name))) return refuse('unsuitable');
  if (needs.fits?.(capabilities.value) === false) return refuse('unsuitable');
  const { serialNumber } = settings;
  const devices = capabilities.value.common?.deviceInformation ?? [];
  if (serialNumber !== undefined && !devices.some((device) => device.serialNumber === serialNumber)) {
    return refuse('otherDevice');
  }
  const chosen = await choose(connection, needs, versions, delays);
  if (chosen !== undefined) return refuse(chosen);
  // It listens before it asks: nothing that changes meanwhile is missed.
  const service = new Service(connection, capabilities.value, new Set(versions.keys()), delays);
  if (!(await service.refresh())) return err(faultIn(service.ended));
  if (service.status.common === undefined) return refuse('unsuitable');
  if ((await needs.suits?.(service, settings.service !== '')) === false) return refuse('unsuitable');
  return service.ended.aborted ? err(faultIn(service.ended)) : ok(service);
}

/** Commands and events that both of us have, each in the provider's own writing: KAL compares the whole (protocol.md 8). */
function offered({ interfaces = [] }: xfs.CommonCapabilitiesCompletion): readonly (readonly [string, string])[] {
  return interfaces
    .flatMap(({ commands = {}, events = {} }) => [...Object.entries(commands), ...Object.entries(events)])
    .flatMap(([name, listed]) => {
      const ours = ourVersions.get(name);
      const theirs = ours && listed?.versions?.find((version) => majorOf(version) === majorOf(ours));
      return theirs === undefined || theirs === '' ? [] : [[name, theirs] as const];
    });
}

/** Common.SetVersions: completions and events in the shapes that the catalogue has. Undefined when that is settled. */
async function choose(
  { client, ended, end }: Connection,
  { commands, mayUse }: Needs,
  versions: ReadonlyMap<string, string>,
  delays: Delays,
): Promise<ServiceFault | undefined> {
  // A service whose version has a minor can be set to none (KAL, protocol.md 8): it has but one anyway.
  const settable = (name: string): boolean => versions.get(name)?.endsWith('.0') === true;
  const wanted = [...commands, ...mayUse].filter(settable);
  if (wanted.length === 0) return undefined;
  const reply = await client.request(
    'Common.SetVersions',
    { commands: Object.fromEntries(wanted.map((name) => [name, majorOf(versions.get(name) ?? '')])) },
    { deadlineMs: delays.answerMs },
  );
  if (!reply.ok) {
    if (reply.error.code === 'deadline') end('silent');
    return ended.aborted ? faultIn(ended) : 'unsuitable';
  }
  const { completionCode } = reply.value;
  // Not offered: then there is one version of everything.
  return completionCode === 'success' || completionCode === 'unsupportedCommand' ? undefined : 'unsuitable';
}

/** A service in use. Ends with its connection and is then done with: the next one is looked for anew. */
export class Service {
  readonly capabilities: xfs.CommonCapabilitiesCompletion;
  readonly #connection: Connection;
  readonly #offered: ReadonlySet<string>;
  readonly #delays: Delays;
  readonly #listeners = new Set<(event: Unsolicited | undefined) => void>();
  #status: xfs.CommonStatusCompletion = {};
  #heardAt = new Date().toISOString();

  constructor(
    connection: Connection,
    capabilities: xfs.CommonCapabilitiesCompletion,
    offers: ReadonlySet<string>,
    delays: Delays,
  ) {
    this.#connection = connection;
    this.capabilities = capabilities;
    this.#offered = offers;
    this.#delays = delays;
    connection.client.subscribe((event) => {
      if (event.name === 'Common.StatusChangedEvent') this.#status = merged(this.#status, event.payload);
      this.#tell(event);
    });
  }

  get ended(): AbortSignal {
    return this.#connection.ended;
  }

  /** ISO 8601; when it last said something that made sense. */
  get heardAt(): string {
    return this.#heardAt;
  }

  /** As it is known now: what was asked, and what has changed since. */
  get status(): xfs.CommonStatusCompletion {
    return this.#status;
  }

  offers(name: string): boolean {
    return this.#offered.has(name);
  }

  /** Called after every change of the status (without an event where it was asked for) and every unsolicited event. */
  onChange(listener: (event: Unsolicited | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the connection for that reason. */
  end(reason: Parameters<Connection['end']>[0]): void {
    this.#connection.end(reason);
  }

  /** Asks for the status now. False: the connection has ended. */
  async refresh(): Promise<boolean> {
    const reply = await this.request('Common.Status', undefined, { deadlineMs: this.#delays.answerMs });
    if (reply.ok && reply.value.completionCode === 'success') {
      this.#status = reply.value.payload;
      this.#tell(undefined);
    }
    return !this.ended.aborted;
  }

  /**
   * Sends a command and waits for its end. A provider that gives none in time cannot be told from one that has not begun,
   * so the connection ends with it: no late answer is ever taken for the next one's.
   */
  async request<N extends Name>(
    name: N,
    payload: Commands[N] | undefined,
    options: Options = {},
  ): Promise<Result<Completion<Completions[N]>, RequestFault>> {
    // An integer, and none is forever (protocol.md 3): a wait that is over has no time at all.
    const timeoutMs =
      options.timeoutMs === undefined ? undefined : Math.min(Math.max(1, Math.round(options.timeoutMs)), longestMs);
    const deadlineMs = Math.min(
      timeoutMs === undefined ? this.#delays.actMs : timeoutMs + this.#delays.slackMs,
      longestMs,
    );
    // The client's own type wants a payload where one is required: each caller is held to that by `Commands[N]`.
    const request = this.#connection.client.request as (
      name: N,
      payload: Commands[N] | undefined,
      options: Options,
    ) => Promise<Result<Completion<Completions[N]>, RequestFault>>;
    const timing = { deadlineMs, ...options, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    const reply = await request(name, payload, timing);
    if (reply.ok) this.#heardAt = new Date().toISOString();
    else if (reply.error.code === 'deadline') this.end('silent');
    return reply;
  }

  #tell(event: Unsolicited | undefined): void {
    this.#heardAt = new Date().toISOString();
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** StatusChangedEvent carries only what changed (protocol.md 7). */
export function merged<T extends object>(before: T, change: object): T {
  const result: Record<string, unknown> = { ...(before as Record<string, unknown>) };
  for (const [key, value] of Object.entries(change)) {
    const old = result[key];
    result[key] = isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result as T;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
