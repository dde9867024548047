import { type Agent, request as httpsRequest } from 'node:https';

/** One HTTPS request and what came back; knows nothing of signatures, JSON or retries. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

export type ExchangeOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: Buffer;
    }
  /** No TLS connection came about, so not a byte of the request left. */
  | { readonly kind: 'notSent'; readonly cancelled: boolean }
  /** The request, or part of it, may have arrived. */
  | { readonly kind: 'lost'; readonly cancelled: boolean }
  | { readonly kind: 'tooLarge' };

/**
 * Resolves, never rejects, at the latest after `timeoutMs`. Connections are not kept: a connection that died while idle
 * would leave an act without an answer for nothing, and TLS sessions resume anyway.
 */
export function exchange(agent: Agent, order: Exchange, signal: AbortSignal): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    let connected = false;
    const settle = (outcome: ExchangeOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      request.destroy();
      resolve(outcome);
    };
    const lose = (cancelled: boolean): void => settle({ kind: connected ? 'lost' : 'notSent', cancelled });
    const cancel = (): void => lose(true);

    const request = httpsRequest(order.url, { agent, method: order.method, headers: order.headers });
    const timer = setTimeout(lose, order.timeoutMs, false);
    signal.addEventListener('abort', cancel);
    request.on('socket', (socket) => socket.once('secureConnect', () => (connected = true)));
    request.on('error', () => lose(false));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > order.maxAnswerBytes) settle({ kind: 'tooLarge' });
        else chunks.push(chunk);
      });
      response.on('error', () => lose(false));
      response.on('close', () => lose(false));
      response.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
          ),
        );
        const body = Buffer.concat(chunks, length);
        // An answer may hold what must be wiped; its one copy is the caller's.
        for (const chunk of chunks) chunk.fill(0);
        settle({ kind: 'answer', status: response.statusCode ?? 0, headers, body });
      });
    });
    if (signal.aborted) cancel();
    else request.end(order.body);
  });
}
