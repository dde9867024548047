import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

export interface StaticFiles {
  /** False when there is no such file. `extra` headers go out with it. */
  serve(path: string, request: IncomingMessage, response: ServerResponse, extra?: Record<string, string[]>): boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
  '.txt': 'text/plain; charset=utf-8',
};

/** Headers of everything that is served over HTTP. `frameAncestors`: who may show the page in a frame (the bench). */
export function securityHeaders(frameAncestors: readonly string[] = []): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'self'",
      "base-uri 'none'",
      "object-src 'none'",
      "form-action 'none'",
      `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

/**
 * The files below `root`, listed once at the first request: a request names a file of that list or none, so no path
 * leads out of the folder. Names with a hash (assets/…) may be kept by the browser, everything else may not.
 */
export function createStaticFiles(
  root: string,
  options: { readonly frameAncestors?: readonly string[] } = {},
): StaticFiles {
  const headers = securityHeaders(options.frameAncestors);
  let files: Map<string, { readonly file: string; readonly size: number }> | undefined;
  const list = () => {
    files = new Map();
    let names: string[] = [];
    try {
      names = readdirSync(root, { recursive: true, encoding: 'utf8' });
    } catch {
      // Not built: every path is unknown, and the daemon goes on.
    }
    for (const name of names) {
      const file = join(root, name);
      const stat = statSync(file);
      if (stat.isFile()) files.set(`/${relative(root, file).split(sep).join('/')}`, { file, size: stat.size });
    }
    return files;
  };
  return {
    serve(path, request, response, extra = {}) {
      const known = files ?? list();
      // A page goes by its name, without the ending.
      const name = path === '/' ? '/index.html' : known.has(path) ? path : `${path}.html`;
      const entry = known.get(name);
      if (entry === undefined) return false;
      response.writeHead(200, {
        ...headers,
        ...extra,
        'Content-Type': types[extname(name)] ?? 'application/octet-stream',
        'Content-Length': entry.size,
        'Cache-Control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
      });
      if (request.method === 'HEAD') {
        response.end();
        return true;
      }
      const stream = createReadStream(entry.file);
      stream.on('error', () => response.destroy());
      response.on('close', () => stream.destroy());
      stream.pipe(response);
      return true;
    },
  };
}
