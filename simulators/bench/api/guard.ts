import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

const maxBodyBytes = 64 * 1024;

/** The names under which the bench is itself. Any other `Host` is a page elsewhere that bent its name to us (DNS rebinding). */
export const ownNames = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

export function checkHost(request: IncomingMessage, port: number): void {
  if (!ownNames(port).includes(request.headers.host ?? ''))
    throw new Refusal(403, 'this is the bench of 127.0.0.1 and answers to no other name');
}

/** A browser says on whose behalf it asks; a command line says nothing. */
export function checkOrigin(request: IncomingMessage): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== `http://${request.headers.host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) throw new Refusal(403, 'only the bench’s own page may ask');
}

export async function readJson(request: IncomingMessage): Promise<string> {
  if (!/^application\/json(; *charset=utf-8)?$/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal(415, 'this takes Content-Type: application/json');
  // Said before anything is read; Node sees to it that the body is no longer than it says.
  const length = request.headers['content-length'];
  if (length === undefined) throw new Refusal(411, 'this wants a Content-Length');
  if (Number(length) > maxBodyBytes) throw new Refusal(413, `this takes at most ${maxBodyBytes} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
