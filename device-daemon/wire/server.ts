import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { err, ok, type Result } from '#protocol/result.ts';
import { Budget } from '../journal/budget.ts';
import type { ServiceDefinition } from '../services/service.ts';
import { type Admission, admit, type Gate, Routes } from './admission.ts';
import { definitionFaults } from './capabilities.ts';
import { Connection } from './connection.ts';
import type { WireHooks } from './hooks.ts';
import { createHttpHandler, type HttpOptions, type PageRole, pathOf } from './http.ts';
import { defaultLimits, type WireLimits } from './limits.ts';
import { type ListenerConfig, listenerFaults, type Profile } from './listener.ts';
import { PageTokens } from './page-tokens.ts';
import { Publisher } from './publisher.ts';
import { ServiceHost } from './service-host.ts';

export interface WireServerOptions {
  readonly profile: Profile;
  readonly vendorName: string;
  readonly listeners: readonly ListenerConfig[];
  readonly services: readonly ServiceDefinition[];
  readonly http?: HttpOptions;
  readonly hooks?: WireHooks;
  readonly limits?: Partial<WireLimits>;
}

export type StartFault =
  /** Unsafe listeners or wrong definitions: one line each. */
  | { readonly code: 'configuration'; readonly details: readonly string[] }
  | { readonly code: 'cannotListen'; readonly address: string; readonly port: number; readonly cause: Error };

export interface WireServer {
  /** Listens everywhere or nowhere. The addresses are in the order of the listeners. */
  start(): Promise<Result<readonly AddressInfo[], StartFault>>;
  /** Cancels every command, says good-bye to every client, frees the ports. Idempotent; never rejects. */
  close(): Promise<void>;
}

const pageReloaded = 4001;
const arrivalCheckMs = 1_000;
/**
 * Nothing, or half a request, for too long. Nobody is told: a browser keeps a connection in reserve, would take what
 * waits on it for the answer to its next request, and the kiosk's page would be an error.
 */
const tooLate = 'ERR_HTTP_REQUEST_TIMEOUT';
const minuteMs = 60_000;

/**
 *   listener -> Host -> path -> role -> Origin -> token | certificate -> room? -> WebSocket -> service's host
 */
export function createWireServer(options: WireServerOptions): WireServer {
  const limits: WireLimits = { ...defaultLimits, ...options.limits };
  const given = options.hooks ?? {};
  const told = new Budget(limits.toldPerMinute, minuteMs);
  const hooks: WireHooks = {
    ...given,
    onBadFrame(frame) {
      if (told.take(frame.connection.role)) given.onBadFrame?.(frame);
    },
    onRefused(refusal) {
      if (told.take(refusal.reason)) given.onRefused?.(refusal);
    },
  };
  const tokens = new PageTokens();
  const connections = new Set<Connection>();
  const servers: Server[] = [];
  const sockets = new Set<Duplex>();
  const rotated = new WeakMap<IncomingMessage, string>();
  const timers: NodeJS.Timeout[] = [];
  let hosts: ServiceHost[] = [];
  let nextConnectionId = 1;

  const webSocketOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handleProtocols: (): false => false,
    // One message of each connection in a turn of the loop: a flood on one of them holds up no other.
    allowSynchronousEvents: false,
    closeTimeout: limits.stopMs,
  };
  const webSockets = new WebSocketServer(webSocketOptions);
  // ws would answer with a text.
  webSockets.on('wsClientError', (_error, socket) => refuse(socket, 400));
  webSockets.on('headers', (headers, request) => {
    const cookie = rotated.get(request);
    if (cookie !== undefined) headers.push(`Set-Cookie: ${cookie}`);
  });

  const closeOthers = (role: PageRole, why: string) => {
    for (const connection of [...connections]) {
      if (connection.settings.role === role) connection.close(pageReloaded, why);
    }
  };
  const pageLoaded = (role: PageRole) => {
    closeOthers(role, 'the page was loaded again');
    hooks.onPageLoad?.(role);
  };

  const accept = (webSocket: WebSocket, request: IncomingMessage, socket: Duplex, admission: Admission) => {
    const { listener, endpoint, role, settings } = admission;
    // There is one page: whoever held the place before has lost it (a socket that broke, seen by one side).
    if (role !== 'device-client') closeOthers(role, 'another connection took over');
    const scheme = listener.tls === undefined ? 'ws' : 'wss';
    const connection = new Connection(
      webSocket,
      socket,
      endpoint,
      {
        id: nextConnectionId++,
        role,
        unsolicitedAsEvent: settings.unsolicitedAsEvent ?? false,
        publicBase: `${scheme}://${listener.publicHost ?? request.headers.host ?? ''}`,
      },
      limits,
      hooks,
      () => connections.delete(connection),
    );
    connections.add(connection);
    endpoint.connected(connection);
  };

  const upgrade = (gate: Gate, request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request);
    const admitted = admit(gate, request, path);
    if (!admitted.ok) {
      hooks.onRefused?.({ reason: admitted.error.reason, path: path.slice(0, 100) });
      refuse(socket, admitted.error.status);
      return;
    }
    const { cookie } = admitted.value;
    if (cookie !== undefined) rotated.set(request, cookie);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, request, socket, admitted.value));
  };

  const open = (listener: ListenerConfig, routes: Routes): Server => {
    const gate: Gate = {
      listener,
      routes,
      tokens,
      hasRoom: (role, endpoint) => {
        if (role !== 'device-client') return true;
        const publisher = endpoint.family === 'publisher';
        let count = 0;
        for (const { settings, endpoint: other } of connections) {
          if (settings.role === role && (other.family === 'publisher') === publisher) count += 1;
        }
        return count < limits.connectionsPerRole;
      },
    };
    const proofs = Object.values(listener.roles).map((settings) => settings?.auth === 'clientCertificate');
    const common = {
      headersTimeout: limits.arrivalMs,
      requestTimeout: limits.arrivalMs,
      connectionsCheckingInterval: Math.min(arrivalCheckMs, limits.arrivalMs),
    };
    const server =
      listener.tls === undefined
        ? createServer(common)
        : createTlsServer({
            handshakeTimeout: limits.arrivalMs,
            ...listener.tls,
            ...common,
            // Where every role needs a certificate, strangers end at the handshake; else at the upgrade of who needs one.
            ...(proofs.includes(true) ? { requestCert: true, rejectUnauthorized: !proofs.includes(false) } : {}),
          });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('request', createHttpHandler(listener, options.http ?? {}, tokens, pageLoaded));
    server.on('upgrade', (request, socket, head) => upgrade(gate, request, socket, head));
    server.on('clientError', (error, socket) => {
      if ('code' in error && error.code === tooLate) socket.destroy();
      else refuse(socket, 400);
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  };

  const close = async (): Promise<void> => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    const closed = servers.splice(0).map((server) => new Promise<void>((done) => server.close(() => done())));
    for (const connection of [...connections]) connection.close();
    const stopped = hosts.splice(0).map((host) => host.stop());
    await within(limits.stopMs, Promise.all([...stopped, ...closed]));
    // Those that did not go, upgraded or not: a server that listens no more still owns them.
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };

  return {
    async start() {
      const details = [
        ...listenerFaults(options.listeners, options.profile),
        ...options.services.flatMap(definitionFaults),
      ];
      if (details.length > 0) return err({ code: 'configuration', details });
      hosts = options.services.map((definition) => new ServiceHost(definition, limits, hooks));
      const standard = hosts.filter((host) => host.family === 'standard').map((host) => host.name);
      const routes = new Routes(new Publisher(options.vendorName, standard), hosts, options.services);
      const addresses: AddressInfo[] = [];
      for (const listener of options.listeners) {
        const server = open(listener, routes);
        const failed = await listen(server, listener);
        if (failed !== undefined) {
          await close();
          return err({ code: 'cannotListen', address: listener.address, port: listener.port, cause: failed });
        }
        servers.push(server);
        const address = server.address();
        if (address !== null && typeof address !== 'string') addresses.push(address);
      }
      const every = (ms: number, act: (connection: Connection) => void) => {
        timers.push(setInterval(() => [...connections].forEach(act), ms).unref());
      };
      every(limits.pingMs, (connection) => connection.ping());
      every(Math.min(arrivalCheckMs, limits.arrivalMs), (connection) => connection.checkArrival());
      return ok(addresses);
    },
    close,
  };
}

/** A 4xx with an empty body (protocol.md 14), then the end of the socket, whether the client goes or not. */
function refuse(socket: Duplex, status: 400 | 403 | 404 | 503): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const reasons = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' };
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function listen(server: Server, { address, port }: ListenerConfig): Promise<Error | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host: address, port }, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
