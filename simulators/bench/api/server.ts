import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bench } from '../bench.ts';
import { checkHost, checkOrigin, readJson } from './guard.ts';
import { parseMembers } from './members.ts';
import { openPage, type PageFile } from './page.ts';
import { Refusal } from './refusal.ts';
import { routes } from './routes.ts';

/** The bench's page and API on loopback, for its own name and its own page only. */
export class BenchServer {
  readonly #server: Server;
  readonly #page: (path: string) => PageFile | undefined;
  #bench: Bench | undefined;

  constructor(pageFolder: string | undefined) {
    this.#page = openPage(pageFolder);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#refuse(request, response, error));
    });
    // Longer than any client keeps an idle connection: who closes first must be the one who might use it again.
    this.#server.keepAliveTimeout = 65_000;
  }

  /** Resolves with the address of the page; throws when the port is taken. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Until then the API says that it is starting. */
  serve(bench: Bench): void {
    this.#bench = bench;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkHost(request, this.#port);
    const path = pathOf(request);
    if (path.startsWith('/api/')) send(response, 200, await this.#api(request, path));
    else this.#file(request, response, path);
  }

  async #api(request: IncomingMessage, path: string): Promise<object> {
    const route = routes.find((candidate) => candidate.path === path);
    if (route === undefined) throw new Refusal(404, `there is no ${path}`);
    const { method } = request;
    const handler = method === 'GET' || method === 'POST' ? route[method] : undefined;
    if (handler === undefined) throw new Refusal(405, `${path} takes ${allowed(path)}`);
    checkOrigin(request);
    if (request.url !== path) throw new Refusal(400, `${path} takes no query`);
    const body = method === 'POST' ? parseMembers(await readJson(request)) : {};
    if (this.#bench === undefined) throw new Refusal(503, 'the bench is starting');
    return handler(this.#bench, body);
  }

  #file(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, `${path} takes GET, HEAD`);
    const { host } = request.headers;
    if (host !== `127.0.0.1:${this.#port}` && path === '/') {
      // The kiosk in its frame is 127.0.0.1; under another name its cookie would be a stranger's.
      response.writeHead(307, { Location: `http://127.0.0.1:${this.#port}/`, 'Content-Length': 0 });
      response.end();
      return;
    }
    const file = this.#page(path);
    if (file === undefined) throw new Refusal(404, `there is no ${path}`);
    response.writeHead(200, {
      ...securityHeaders(this.#bench?.kioskUrl),
      'Content-Type': file.type,
      'Content-Length': file.bytes.length,
      'Cache-Control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const refusal = error instanceof Refusal ? error : undefined;
    const headers: Record<string, string> = { Connection: 'close' };
    if (refusal?.status === 405) headers['Allow'] = allowed(pathOf(request));
    send(response, refusal?.status ?? 500, { error: refusal?.message ?? 'the bench itself is broken' }, headers);
    // A bug, not a request that was wrong: whoever runs the bench must see it.
    if (refusal === undefined && !isAborted(error)) console.error('bench:', error);
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

function allowed(path: string): string {
  const route = routes.find((candidate) => candidate.path === path);
  if (route === undefined) return 'GET, HEAD';
  return [route.GET && 'GET', route.POST && 'POST'].filter(Boolean).join(', ');
}

/** The client went away in the middle of its request. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'ECONNRESET';

function securityHeaders(kioskUrl: string | undefined): Record<string, string> {
  const frame = kioskUrl === undefined ? "'none'" : new URL(kioskUrl).origin;
  return {
    'Content-Security-Policy': [
      "default-src 'self'",
      "img-src 'self' data:",
      `frame-src ${frame}`,
      "base-uri 'none'",
      "object-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...securityHeaders(undefined),
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}
