import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostAllowed, type ListenerConfig, type Role } from './listener.ts';
import type { PageTokens } from './page-tokens.ts';
import { type StaticFiles, securityHeaders } from './static-files.ts';

export interface HttpOptions {
  readonly files?: StaticFiles;
  /** Body of `GET /healthz`, which is 200 as soon as the port listens. */
  readonly health?: () => object;
  /** `GET /readyz`: 200 when `ready`, else 503; the body either way. */
  readonly readiness?: () => { readonly ready: boolean };
  /** `GET /selftest` of this machine's own listener: looks at everything now. */
  readonly selfTest?: () => Promise<object>;
  /** Anything else over HTTP. False when it knows nothing of the path. */
  readonly handler?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export type PageRole = Exclude<Role, 'device-client'>;

/** The two pages that speak with the daemon, and as whom. */
const pages: ReadonlyMap<string, PageRole> = new Map([
  ['/', 'cardholder'],
  ['/index.html', 'cardholder'],
  ['/maintenance', 'operator'],
  ['/maintenance.html', 'operator'],
]);

export const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';

export const isWebSocketPath = (path: string): boolean => /^\/(?:xfs4iot|kiosk)(?:\/|$)/i.test(path);

const plain = securityHeaders();

function empty(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...plain, 'Content-Length': 0, 'Cache-Control': 'no-store', Connection: 'close' });
  response.end();
}

function json(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...plain,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}

/** Only a person's browser showing the page counts as a page load: not a fetch, not a frame on somebody else's site. */
function isPageLoad(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  const destination = request.headers['sec-fetch-dest'];
  return (
    request.method === 'GET' &&
    site !== 'cross-site' &&
    (destination === undefined || destination === 'document' || destination === 'iframe')
  );
}

/** Plain HTTP of one listener: the page with its tokens, its files, health. */
export function createHttpHandler(
  listener: ListenerConfig,
  options: HttpOptions,
  tokens: PageTokens,
  pageLoaded: (role: PageRole) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const path = pathOf(request);
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (!hostAllowed(listener, request)) return empty(response, 403);
    if (isWebSocketPath(path)) return empty(response, 400);
    if (path === '/healthz' && reading) return json(response, 200, options.health?.() ?? {});
    if (path === '/readyz' && reading) {
      const state = options.readiness?.() ?? { ready: true };
      return json(response, state.ready ? 200 : 503, state);
    }
    if (path === '/selftest' && reading && listener.roles.cardholder !== undefined && options.selfTest !== undefined) {
      void options.selfTest().then(
        (found) => json(response, 200, found),
        () => empty(response, 500),
      );
      return;
    }
    // Only a listener that serves cardholders or operators has a page.
    if (reading && (listener.roles.cardholder !== undefined || listener.roles.operator !== undefined)) {
      const page = pages.get(path);
      const settings = page === undefined ? undefined : listener.roles[page];
      if (page !== undefined && settings !== undefined && isPageLoad(request)) {
        pageLoaded(page);
        const cookies = settings.auth === 'token' ? [tokens.issue(page, listener.tls !== undefined)] : [];
        if (options.files?.serve(path, request, response, { 'Set-Cookie': cookies })) return;
      } else if (!(page !== undefined && request.headers['sec-fetch-site'] === 'cross-site')) {
        if (options.files?.serve(path, request, response)) return;
      }
    }
    if (options.handler?.(request, response)) return;
    empty(response, 404);
  };
}
