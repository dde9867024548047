/**
 * What a service is to the wire server: a name, the messages it implements, a handler for each command. The server does
 * the rest (envelope, validation, queue, time-outs, cancel; protocol.md 3 to 9). Services know nothing of sockets.
 */

/** Completion codes of protocol.md 4 that a handler may choose itself. */
export type CompletionCode =
  | 'success'
  | 'commandErrorCode'
  | 'canceled'
  | 'deviceNotReady'
  | 'hardwareError'
  | 'internalError'
  | 'invalidData'
  | 'timeOut'
  | 'unsupportedCommand'
  | 'unsupportedData'
  | 'userError'
  | 'fraudAttempt'
  | 'sequenceError'
  | 'notEnoughSpace';

export interface Outcome {
  readonly completionCode: CompletionCode;
  readonly payload?: object;
  readonly errorDescription?: string;
}

export const success = (payload?: object): Outcome =>
  payload === undefined ? { completionCode: 'success' } : { completionCode: 'success', payload };

/** `commandErrorCode` with its `errorCode`; some of our own completions carry more beside it (a case code). */
export const commandError = (errorCode: string, more: object = {}): Outcome => ({
  completionCode: 'commandErrorCode',
  payload: { errorCode, ...more },
});

export const failure = (completionCode: Exclude<CompletionCode, 'success'>, errorDescription?: string): Outcome =>
  errorDescription === undefined ? { completionCode } : { completionCode, errorDescription };

/** One client's connection to one service, as far as a handler may know it. */
export interface ClientConnection {
  readonly id: number;
  readonly role: 'cardholder' | 'operator' | 'device-client';
  /** Aborted when the socket is gone. */
  readonly closed: AbortSignal;
}

export interface CommandContext {
  readonly connection: ClientConnection;
  readonly requestId: number;
  /**
   * Aborted by Common.Cancel, by the header's time-out or by disconnection. The reason tells which: `canceled` or
   * `timeOut`. A handler lets go of the device first and then returns what really happened: a cancel is a request.
   */
  readonly signal: AbortSignal;
  /** Time left of the header's time-out in ms; undefined when the client set none. */
  readonly timeoutMs: number | undefined;
  /** Sends a solicited event of this command; the name is `Interface.Event`. */
  emit(name: string, payload?: object): void;
}

/** The client took its command back, or its time was over: which, the signal tells. */
export const interrupted = ({ signal }: Pick<CommandContext, 'signal'>): Outcome =>
  failure(signal.reason === 'timeOut' ? 'timeOut' : 'canceled');

/** The longest delay of a Node timer: a client that set no time-out waits until it cancels. */
const foreverMs = 2 ** 31 - 1;

/** Deadline and cancel of a wait that a person ends. */
export const waitTiming = ({ timeoutMs, signal }: CommandContext): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: timeoutMs ?? foreverMs,
  signal,
});

// Payloads reach a handler validated against the command's schema and stripped of nulls.
// biome-ignore lint/suspicious/noExplicitAny: each handler declares its own command's generated payload type.
export type CommandHandler = (payload: any, context: CommandContext) => Outcome | Promise<Outcome>;

export interface ServiceDefinition {
  /** Last path segment of the service's URI. */
  readonly name: string;
  /** `standard` services live below /xfs4iot/v1.0 and are listed by the publisher; `kiosk` ones below /kiosk/v1 and are not. */
  readonly family: 'standard' | 'kiosk';
  /** Who may connect to a kiosk service: `cardholder` unless it says `operator`. Standard ones are for device clients. */
  readonly role?: 'cardholder' | 'operator';
  /** Interfaces in the order in which Capabilities lists them; `Common` is added by the server. */
  readonly interfaces: readonly string[];
  readonly handlers: Readonly<Record<string, CommandHandler>>;
  /** Names of the events and unsolicited events this service may send: Capabilities lists them. */
  readonly events: readonly string[];
  /** Commands that run beside the queue (protocol.md 5). Common's own are the server's. */
  readonly immediate: ReadonlySet<string>;
  /** Queued commands that may wait at once. */
  readonly maximumRequests: number;
  /** Members of Common.Status beside `common`; and `common.device`. `common` may add to it (devicePosition, exchange). */
  status(): { readonly device: string; readonly common?: object; readonly members: Readonly<Record<string, object>> };
  /** Members of Common.Capabilities beside `interfaces`; `common` may add to the server's own. */
  capabilities(): { readonly common?: object; readonly members: Readonly<Record<string, object>> };
  /**
   * The server calls it once; the service then sends unsolicited events through it (StatusChangedEvent included). They
   * go to every connection of the service, or to those of which `audience` holds (VendorMode's requests).
   */
  attach(send: (name: string, payload?: object, audience?: (connection: ClientConnection) => boolean) => void): void;
  /** A client connected; `closed` tells when it leaves. The kiosk's own services care. */
  onConnection?(connection: ClientConnection): void;
}
