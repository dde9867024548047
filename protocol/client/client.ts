/**
 * The one client of the wire, for the browser and for Node. It knows the envelope, not the messages: names and payloads
 * are typed from the catalogues, and no schema comes with it (it is part of the page).
 */
import { err, ok, type Result } from '../result.ts';
import type {
  Catalogue,
  CommandName,
  Completion,
  ConnectionState,
  Reply,
  RequestArguments,
  RequestFault,
  RequestOptions,
  WireEvent,
} from './messages.ts';

/** The part of a WebSocket that is used: the browser's and `ws`'s both fit. */
export interface WebSocketLike {
  /** 1 while messages can be sent (`WebSocket.OPEN`). */
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const openState = 1;

export interface ClientOptions {
  /** URI of one service, e.g. `ws://127.0.0.1:5846/kiosk/v1/Kiosk`. */
  readonly url: string;
  /** Version for the header of a command. */
  readonly versionOf: (name: string) => string;
  /** Makes the socket; the global WebSocket when absent. */
  readonly openSocket?: (url: string) => WebSocketLike;
  /**
   * Judges every message before it is believed, for peers that are not ours: `message` is undefined where it was no JSON,
   * `asked` tells the command of a request that has not ended. False ends the connection. When absent, what makes no
   * sense is passed over.
   */
  readonly accepts?: (message: unknown, asked: (requestId: number) => string | undefined) => boolean;
  /** After this much silence the service is asked for its status; as much again without an answer ends the connection. */
  readonly livenessMs?: number;
  /** A handshake that takes longer is given up. */
  readonly connectMs?: number;
  /** First and longest pause before a new attempt; doubled each time, with jitter. */
  readonly reconnectMs?: { readonly first: number; readonly longest: number };
}

export interface WireClient<C extends Catalogue> {
  readonly state: ConnectionState;
  /** Sends a command and waits for its completion. Never rejects; settles when the connection or the client closes. */
  request<N extends CommandName<C>>(name: N, ...args: RequestArguments<C, N>): Promise<Reply<C, N>>;
  /** Unsolicited events. Returns the unsubscribe function. */
  subscribe(listener: (event: WireEvent<C>) => void): () => void;
  /** The connection came back: what was missed must be asked for (a snapshot). Returns the unsubscribe function. */
  onReconnected(listener: () => void): () => void;
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Resolves at once when connected, else with the connection, the time-out or `close`. */
  whenOpen(timeoutMs: number): Promise<Result<void, 'timeOut' | 'closed'>>;
  /** Settles every request and ends the connection for good. Idempotent. */
  close(): void;
}

interface Pending {
  settle(result: Result<Completion<object>, RequestFault>): void;
  event(name: string, payload: object): void;
}

interface Incoming {
  readonly header?: {
    readonly name?: unknown;
    readonly type?: unknown;
    readonly requestId?: unknown;
    readonly status?: unknown;
    readonly completionCode?: unknown;
    readonly errorDescription?: unknown;
  };
  readonly payload?: unknown;
}

const defaultDeadlineMs = 30_000;
/** A service may take a while to let go of a device after its time-out. */
const deadlineSlackMs = 10_000;
const maximumRequestId = 2_147_483_647;

export function createWireClient<C extends Catalogue>(options: ClientOptions): WireClient<C> {
  const {
    livenessMs = 10_000,
    connectMs = 10_000,
    reconnectMs = { first: 250, longest: 5_000 },
    openSocket = (url) => new WebSocket(url),
  } = options;
  const pending = new Map<number, Pending>();
  /** Commands on this connection that have not ended, the client's own and those given up among them. */
  const asked = new Map<number, string>();
  const eventListeners = new Set<(event: WireEvent<C>) => void>();
  const reconnectedListeners = new Set<() => void>();
  const stateListeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let socket: WebSocketLike | undefined;
  let lastId = 0;
  let attempts = 0;
  let wasOpen = false;
  /** Of the handshake, of the pause, or of liveness: only one of them is ever wanted. */
  let timer: ReturnType<typeof setTimeout> | undefined;

  const enter = (next: ConnectionState): void => {
    state = next;
    for (const listener of [...stateListeners]) listener(next);
  };

  const schedule = (ms: number, act: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };

  const lose = (): void => {
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    // A half-open socket may take long to notice; it is not waited for.
    old?.close();
    const lost = [...pending.values()];
    pending.clear();
    asked.clear();
    for (const request of lost) request.settle(err({ code: 'connectionLost' }));
  };

  const connect = (): void => {
    enter('connecting');
    let mine: WebSocketLike;
    try {
      mine = openSocket(options.url);
    } catch {
      retry();
      return;
    }
    socket = mine;
    const current = (act: () => void) => () => {
      if (socket === mine) act();
    };
    mine.addEventListener('open', current(opened));
    mine.addEventListener('close', current(retry));
    // 'close' follows; without a listener `ws` would throw.
    mine.addEventListener('error', () => {});
    mine.addEventListener('message', ({ data }) => {
      if (socket === mine) receive(data);
    });
    schedule(connectMs, retry);
  };

  const opened = (): void => {
    attempts = 0;
    watch();
    enter('open');
    if (wasOpen) for (const listener of [...reconnectedListeners]) listener();
    wasOpen = true;
  };

  const retry = (): void => {
    lose();
    if (state === 'closed') return;
    const pause = Math.min(reconnectMs.longest, reconnectMs.first * 2 ** Math.min(attempts, 16));
    attempts += 1;
    // Half to whole of the pause, so that many clients do not come back at the same instant.
    schedule(pause * (0.5 + Math.random() / 2), connect);
    enter('waiting');
  };

  /** Silence -> a question -> silence -> the connection is dead. Anything heard starts it over. */
  const watch = (): void => {
    schedule(livenessMs, () => {
      schedule(livenessMs, retry);
      write('Common.Status', nextId(), undefined, undefined);
    });
  };

  const nextId = (): number => {
    do {
      lastId = lastId >= maximumRequestId ? 1 : lastId + 1;
    } while (asked.has(lastId));
    return lastId;
  };

  const write = (name: string, requestId: number, timeout: number | undefined, payload: object | undefined): void => {
    asked.set(requestId, name);
    const header = { name, type: 'command', requestId, version: options.versionOf(name), timeout };
    // On one that closes nothing would go out, and a browser complains; its `close` settles the request.
    if (socket?.readyState === openState) socket.send(JSON.stringify({ header, payload }));
  };

  const receive = (data: unknown): void => {
    watch();
    const message = parsed(data);
    if (options.accepts?.(message, (id) => asked.get(id)) === false) {
      retry();
      return;
    }
    const header = message?.header;
    if (typeof header !== 'object' || header === null) return;
    const { name, type, requestId, status } = header;
    const payload = typeof message?.payload === 'object' && message.payload !== null ? message.payload : {};
    if (requestId === undefined || requestId === null) {
      // KAL's framework sends unsolicited messages as `event` without an id.
      if ((type === 'unsolicited' || type === 'event') && typeof name === 'string') {
        const event = { name, payload } as WireEvent<C>;
        for (const listener of [...eventListeners]) listener(event);
      }
      return;
    }
    if (typeof requestId !== 'number') return;
    const refused = type === 'acknowledge' && typeof status === 'string' && status !== 'ok';
    if (refused || type === 'completion') asked.delete(requestId);
    const request = pending.get(requestId);
    if (request === undefined) return;
    if (type === 'event' && typeof name === 'string') {
      request.event(name, payload);
    } else if (refused) {
      pending.delete(requestId);
      request.settle(err({ code: 'refused', status }));
    } else if (type === 'completion') {
      pending.delete(requestId);
      request.settle(ok(completionOf(header, payload)));
    }
  };

  const send = (
    name: string,
    payload: object | undefined,
    { timeoutMs, deadlineMs, signal, onEvent }: RequestOptions<C>,
  ): Promise<Result<Completion<object>, RequestFault>> => {
    if (signal?.aborted) return Promise.resolve(err({ code: 'canceled' }));
    if (state !== 'open') return Promise.resolve(err({ code: 'notConnected' }));
    const id = nextId();
    const slack = timeoutMs === undefined || timeoutMs === 0 ? defaultDeadlineMs : timeoutMs + deadlineSlackMs;
    return new Promise((resolve) => {
      const cancel = () => {
        if (state === 'open') write('Common.Cancel', nextId(), undefined, { requestIds: [id] });
      };
      const deadline = setTimeout(() => {
        if (!pending.delete(id)) return;
        cancel();
        request.settle(err({ code: 'deadline' }));
      }, deadlineMs ?? slack);
      const request: Pending = {
        settle(result) {
          clearTimeout(deadline);
          signal?.removeEventListener('abort', cancel);
          resolve(result);
        },
        event: (eventName, body) => onEvent?.({ name: eventName, payload: body } as WireEvent<C>),
      };
      pending.set(id, request);
      signal?.addEventListener('abort', cancel, { once: true });
      write(name, id, timeoutMs, payload);
    });
  };

  connect();
  return {
    get state() {
      return state;
    },
    request<N extends CommandName<C>>(name: N, ...[payload, requestOptions]: RequestArguments<C, N>) {
      // The catalogue promises the payload's type; the daemon is the one that checks what leaves.
      return send(name, payload as object | undefined, requestOptions ?? {}) as Promise<Reply<C, N>>;
    },
    subscribe: (listener) => added(eventListeners, listener),
    onReconnected: (listener) => added(reconnectedListeners, listener),
    onState: (listener) => added(stateListeners, listener),
    whenOpen(timeoutMs) {
      if (state === 'open') return Promise.resolve(ok());
      if (state === 'closed') return Promise.resolve(err('closed'));
      return new Promise((resolve) => {
        const settle = (result: Result<void, 'timeOut' | 'closed'>) => {
          clearTimeout(patience);
          unsubscribe();
          resolve(result);
        };
        const patience = setTimeout(() => settle(err('timeOut')), timeoutMs);
        const unsubscribe = added(stateListeners, (next) => {
          if (next === 'open') settle(ok());
          else if (next === 'closed') settle(err('closed'));
        });
      });
    },
    close() {
      if (state === 'closed') return;
      state = 'closed';
      lose();
      enter('closed');
      eventListeners.clear();
    },
  };
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Undefined when it is no JSON. */
function parsed(data: unknown): Incoming | null | undefined {
  try {
    return JSON.parse(String(data)) as Incoming | null;
  } catch {
    return undefined;
  }
}

function completionOf(header: NonNullable<Incoming['header']>, payload: object): Completion<object> {
  const { completionCode, errorDescription } = header;
  if (completionCode === 'success') return { completionCode, payload };
  return {
    // A code that the standard does not have says no more than this one.
    completionCode: (typeof completionCode === 'string' ? completionCode : 'internalError') as 'internalError',
    ...(typeof errorDescription === 'string' ? { errorDescription } : {}),
    payload,
  };
}
