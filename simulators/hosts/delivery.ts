import type { ServerResponse } from 'node:http';
import type { StoredAnswer } from './records.ts';

/** How an answer becomes bytes, and the ways in which a faulty host gets that wrong. */

/** What the host decided: an answer of the contract, or a problem. */
export type Decision =
  | { readonly answer: object }
  | ({ readonly refusal: string; readonly status: number; readonly safeToRetry?: boolean } & RefusalFacts);

interface RefusalFacts {
  /** Seconds. */
  readonly retryAfter?: number;
  readonly triesLeft?: number;
}

/** Nothing was done, and the same request will be refused again. */
export const refuse = (
  status: number,
  code: string,
  facts: RefusalFacts = {},
): Extract<Decision, { readonly refusal: string }> => ({
  refusal: code,
  status,
  ...facts,
});

/** Ready to be sent. */
export interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Faults that leave the act done and spoil its answer; the first that is set counts. */
export const spoilers = [
  'actThenDrop',
  'halfAnswer',
  'garbage',
  'oversize',
  'wrongShape',
  'staleAnswer',
  'badSignature',
  'answerTwice',
] as const;
export type Spoiler = (typeof spoilers)[number];

/** RFC 9457. */
export function problem(decision: Extract<Decision, { refusal: string }>): object {
  const { refusal: code, status, retryAfter, triesLeft, safeToRetry = false } = decision;
  return {
    type: `urn:kiosk:problem:${code}`,
    status,
    code,
    safeToRetry,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(triesLeft !== undefined && { triesLeft }),
  };
}

/** Without a signature. */
export function encode({ status, body }: StoredAnswer): Prepared {
  const retryAfter = (body as { retryAfter?: number }).retryAfter;
  const headers = {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

export const garbage: Prepared = { status: 200, headers: {}, body: Buffer.from('\u0000<html>%PDF') };
export const oversize: Prepared = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.alloc(4 * 1024 * 1024, 0x20),
};

export function deliver(response: ServerResponse, { status, headers, body }: Prepared): void {
  response.writeHead(status, { ...headers, 'content-length': body.length, connection: 'close' });
  response.end(body);
}

export function deliverTwice(response: ServerResponse, { status, headers, body }: Prepared): void {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) });
  const head = `HTTP/1.1 ${status} OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  const once = Buffer.concat([Buffer.from(head), body]);
  response.socket?.end(Buffer.concat([once, once]));
}

export function deliverHalf(response: ServerResponse, { status, headers, body }: Prepared): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
