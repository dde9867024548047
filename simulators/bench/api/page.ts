import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built page, read once and listed: a request names a file of the list or none, so no path leads out of the folder. */
export function openPage(folder: string | undefined): (path: string) => PageFile | undefined {
  const files = new Map<string, PageFile>();
  if (folder !== undefined) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = types[extname(name)];
      const file = join(folder, name);
      if (type === undefined || !statSync(file).isFile()) continue;
      files.set(`/${name.split(sep).join('/')}`, { type, bytes: readFileSync(file) });
    }
  }
  return (path) => files.get(path === '/' ? '/index.html' : path);
}
