import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { publisherPorts } from '#protocol/client/publisher-ports.ts';
import { createStandardClient } from '#protocol/client/standard-client.ts';
import { CashDispenserService } from './service.ts';

export interface CashPublisherOptions {
  /** The first that is free is taken; `publisherPorts` without that of wss when absent. 0 is any free port. */
  readonly ports?: readonly number[];
  /** URIs of publishers whose services are listed before the dispenser: the daemon's. */
  readonly others?: readonly string[];
}

export interface CashPublisher {
  readonly port: number;
  close(): Promise<void>;
}

const prefix = '/xfs4iot/v1.0';
const serviceName = 'CashDispenser';
const vendorName = 'Simulators';
/** Of another publisher, for its handshake and for its list. */
const answerMs = 5_000;

/**
 * A publisher that lists the services of others beside a cash dispenser of its own: KAL's console client wants a card
 * reader and a cash dispenser behind the same publisher (testclient.md A.2, 5). Listens on loopback only. Throws when none
 * of the ports is free.
 */
export async function startCashPublisher(options: CashPublisherOptions = {}): Promise<CashPublisher> {
  const { ports = publisherPorts.filter((port) => port !== 443), others = [] } = options;
  const service = new CashDispenserService();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 2 ** 21 });
  const server = createServer((_request, response) => response.writeHead(400).end());
  server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').toLowerCase().replace(/\/$/, '');
    const atPublisher = path === prefix;
    // A page of the web must not reach it; clients of the standard send no Origin.
    if (request.headers.origin !== undefined || !(atPublisher || path === `${prefix}/${serviceName.toLowerCase()}`)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      client.on('message', (data, isBinary) => {
        if (isBinary) client.close(1003);
        else void serve(client, String(data), atPublisher ? () => listed(request, others) : undefined, service);
      });
    });
  });
  const port = await listenOnFirst(server, ports);
  return {
    port,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Header {
  readonly name: string;
  readonly requestId: number;
  readonly version: string;
}

async function serve(
  client: WebSocket,
  text: string,
  list: (() => Promise<object>) | undefined,
  service: CashDispenserService,
): Promise<void> {
  const send = (message: object) => client.readyState === WebSocket.OPEN && client.send(JSON.stringify(message));
  const command = read(text);
  if (command === undefined) {
    send({ header: { type: 'acknowledge', status: 'invalidMessage' } });
    return;
  }
  const { name, requestId, version } = command.header;
  send({ header: { name, type: 'acknowledge', requestId, version } });
  const completion = (more: object, payload?: object) =>
    send({ header: { name, type: 'completion', requestId, ...more }, ...(payload && { payload }) });
  if (list === undefined) {
    const { payload, ...more } = service.answer(name, version, command.payload);
    completion(more, payload);
  } else if (name === 'ServicePublisher.GetServices' && version.startsWith('2.')) {
    completion({ version: '2.0', completionCode: 'success' }, await list());
  } else {
    completion({ version, completionCode: 'unsupportedCommand' });
  }
}

function read(text: string): { readonly header: Header; readonly payload: unknown } | undefined {
  try {
    const { header, payload } = JSON.parse(text) as {
      readonly header: Partial<Header> & { readonly type?: unknown };
      readonly payload?: unknown;
    };
    const { name, requestId, version, type } = header;
    const isCommand = type === 'command' && typeof name === 'string' && typeof version === 'string';
    if (!isCommand || typeof requestId !== 'number' || requestId < 1) return undefined;
    return { header: { name, requestId, version }, payload };
  } catch {
    return undefined;
  }
}

/** The services of the others, by the name by which the client called us, and the dispenser. */
async function listed(request: IncomingMessage, others: readonly string[]): Promise<object> {
  const host = request.headers.host ?? 'localhost';
  const theirs = await Promise.all(others.map((uri) => servicesOf(uri, new URL(`ws://${host}`).hostname)));
  return {
    vendorName,
    services: [...theirs.flat(), { serviceURI: `ws://${host}${prefix}/${serviceName}` }],
  };
}

/** Nothing where that publisher does not answer. */
async function servicesOf(publisher: string, hostname: string): Promise<readonly object[]> {
  const url = new URL(publisher);
  // A daemon tells its services by the name by which it was called.
  if (isIP(hostname) === 0) url.hostname = hostname;
  const openSocket = (href: string) => new WebSocket(href);
  const client = createStandardClient({ url: url.href, openSocket, connectMs: answerMs });
  try {
    // `waiting`: refused, or too late; it is not tried again.
    const state = await new Promise((resolve) => client.onState((now) => now !== 'connecting' && resolve(now)));
    if (state !== 'open') return [];
    const reply = await client.request('ServicePublisher.GetServices', undefined, { deadlineMs: answerMs });
    return reply.ok ? (reply.value.payload?.services ?? []) : [];
  } finally {
    client.close();
  }
}

async function listenOnFirst(server: Server, ports: readonly number[]): Promise<number> {
  const taken: string[] = [];
  for (const port of ports) {
    const failed = await new Promise<Error | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen({ host: '127.0.0.1', port }, () => {
        server.off('error', resolve);
        resolve(undefined);
      });
    });
    if (failed === undefined) return (server.address() as AddressInfo).port;
    taken.push(failed.message);
  }
  throw new Error(`no port for a publisher: ${taken.join('; ')}`);
}
