import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { keyIdOf, type SignedRequest, signAnswer, verifyRequest } from '#protocol/hosts/message-signatures.ts';
import type { BenchCredentials } from './certificates.ts';
import { FaultBox } from './faults.ts';
import type { LedgerEntry, Records, StoredAnswer } from './records.ts';

/** What the host decided: an answer of the contract, or a problem. */
export type Decision =
  | { readonly answer: object }
  | { readonly refusal: string; readonly status: number; readonly retryAfter?: number; readonly safeToRetry?: boolean };

/** Nothing was done, and the same request will be refused again. */
export const refuse = (status: number, code: string): Decision => ({ refusal: code, status });

export interface HostOperation {
  /** operationId of the contract. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** With `{…}` for one path segment. */
  readonly path: string;
  readonly request?: string;
  readonly answer: string;
  /** Synchronous: for a POST it runs inside one transaction together with the record of its answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation declares its own body, validated by `request` before.
  decide(input: { readonly body: any; readonly ref: string; readonly terminalId: string }): Decision;
}

export interface HostServerOptions {
  readonly credentials: ReturnType<BenchCredentials['host']>;
  readonly port: number;
  readonly records: Records;
  readonly validators: Readonly<Record<string, ((data: unknown) => boolean) | undefined>>;
  readonly operations: readonly HostOperation[];
  /** Domain time; signatures are judged by the real clock. */
  readonly now: () => Date;
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signed: SignedRequest;
  readonly body: Buffer | undefined;
  readonly terminalId: string;
}

interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const maxRequestBytes = 1024 * 1024;

/** One host's HTTPS side: mutual TLS, signatures, nonces, idempotency, validation both ways, faults, ledger. */
export class HostServer {
  readonly faults: FaultBox;
  readonly #options: HostServerOptions;
  readonly #operations: readonly HostOperation[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #signingKey: KeyObject;
  readonly #kioskKeys: ReadonlyMap<string, KeyObject>;
  readonly #stopping = new AbortController();
  #port: number;
  #resetting = false;
  #lastAnswer: Prepared | undefined;

  constructor(options: HostServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#operations = [...options.operations, ...this.#ownOperations()];
    this.#signingKey = createPrivateKey(options.credentials.signingKey);
    const kioskKey = createPublicKey(options.credentials.kioskKey);
    this.#kioskKeys = new Map([[keyIdOf(kioskKey), kioskKey]]);
    this.faults = new FaultBox((how) => this.#fall(how));
    this.#server = createServer(
      {
        ca: options.credentials.ca,
        cert: options.credentials.certificate,
        key: options.credentials.key,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      },
      (request, response) => {
        this.#serve(request, response).catch((error: unknown) => {
          response.destroy();
          // A simulator that breaks its own contract is a bug of ours, not a fault to survive.
          queueMicrotask(() => {
            throw error;
          });
        });
      },
    );
    this.#server.on('connection', (socket: Socket) => {
      socket.on('error', () => undefined);
      if (this.#resetting) socket.resetAndDestroy();
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // Clients that are not let in.
    this.#server.on('tlsClientError', () => undefined);
  }

  #ownOperations(): readonly HostOperation[] {
    return [
      { id: 'echo', method: 'GET', path: '/v1/echo', answer: 'Echo', decide: () => ({ answer: this.#echo() }) },
      {
        id: 'askRequest',
        method: 'GET',
        path: '/v1/requests/{key}',
        answer: 'RequestReport',
        decide: ({ ref, terminalId }) => ({ answer: this.#options.records.report(terminalId, ref) }),
      },
    ];
  }

  #echo(): object {
    const now = this.#options.now();
    const closed = this.faults.list().find((fault) => fault.kind === 'closed');
    if (closed === undefined) return { time: now.toISOString(), service: 'open' };
    const opensAt = new Date(now.getTime() + closed.seconds * 1000);
    return { time: now.toISOString(), service: 'closed', opensAt: opensAt.toISOString() };
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#close();
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #fall(how: 'refuse' | 'reset' | undefined): Promise<void> {
    this.#resetting = how === 'reset';
    if (how === 'refuse') {
      if (this.#server.listening) await this.#close();
    } else if (!this.#server.listening && !this.#stopping.signal.aborted) await this.start();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
        length += (chunk as Buffer).length;
        if (length > maxRequestBytes) return void response.destroy();
      }
    } catch {
      // The client went away in the middle of its request: nothing was understood, nothing is done.
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    const incoming: Incoming = {
      request,
      response,
      signed: { method: request.method ?? '', url: `${this.url}${request.url ?? ''}`, headers },
      body: request.method === 'POST' ? Buffer.concat(chunks) : undefined,
      terminalId: String((request.socket as TLSSocket).getPeerCertificate().subject.CN),
    };
    const route = this.#route(request.method ?? '', new URL(incoming.signed.url).pathname);
    const operation = route?.operation.id ?? 'unknown';
    const wire = await this.#admit(incoming);
    if (wire !== undefined) return this.#reject(incoming, operation, wire);
    if (route === undefined) return this.#reject(incoming, operation, refuse(404, 'notFound'));
    const { operation: found, ref } = route;
    const trouble = this.#trouble(found.id);
    if (trouble !== undefined) return this.#reject(incoming, operation, trouble);
    return found.method === 'GET' ? this.#look(incoming, found, ref) : this.#act(incoming, found, ref);
  }

  #route(method: string, path: string): { operation: HostOperation; ref: string } | undefined {
    for (const operation of this.#operations) {
      const pattern = new RegExp(`^${operation.path.replace(/\{[^}]+\}/, '([0-9A-Za-z_-]+)')}$`);
      const match = operation.method === method ? pattern.exec(path) : null;
      if (match !== null) return { operation, ref: match[1] ?? '' };
    }
    return undefined;
  }

  /** The rules of the wire, before anybody looks at what is asked. */
  async #admit({ signed, body }: Incoming): Promise<Decision | undefined> {
    const verified = await verifyRequest(signed, body, this.#kioskKeys);
    if (verified === 'expired') return refuse(401, 'signatureExpired');
    if (typeof verified === 'string') return refuse(401, 'badSignature');
    const fresh = this.#options.records.useNonce(verified.keyId, verified.nonce, verified.expires);
    return fresh ? undefined : refuse(401, 'replayed');
  }

  /** Faults that keep the host from doing anything. */
  #trouble(operation: string): Decision | undefined {
    const status = this.faults.take('status', operation);
    if (status) return refuse(status.status, 'internalError');
    const busy = this.faults.take('retryAfter', operation);
    if (busy) return { refusal: 'busy', status: 503, retryAfter: busy.seconds, safeToRetry: true };
    // A closed host still answers an echo: with when it opens.
    const closed = operation === 'echo' ? undefined : this.faults.take('closed', operation);
    if (closed) return { refusal: 'serviceClosed', status: 503, retryAfter: closed.seconds, safeToRetry: true };
    return undefined;
  }

  async #look(incoming: Incoming, operation: HostOperation, ref: string): Promise<void> {
    await this.#think(operation.id);
    const answer = this.#stored(operation, operation.decide({ body: undefined, ref, terminalId: incoming.terminalId }));
    const fault = this.#spoil(operation.id);
    const act = answer.status === 200 ? 'done' : 'refused';
    this.#note(incoming, operation.id, act, answer.status === 200 ? null : answer.body, fault);
    return this.#send(incoming, answer, fault);
  }

  async #act(incoming: Incoming, operation: HostOperation, ref: string): Promise<void> {
    const { records } = this.#options;
    const { terminalId } = incoming;
    const key = incoming.signed.headers['idempotency-key'] ?? '';
    const body = parse(incoming.body);
    const valid = this.#options.validators;
    if (!valid['IdempotencyKey']?.(key) || !valid[operation.request ?? '']?.(body))
      return this.#reject(incoming, operation.id, refuse(400, 'badRequest'));
    if (
      (body as { terminalId?: string }).terminalId !== undefined &&
      (body as { terminalId: string }).terminalId !== terminalId
    )
      return this.#reject(incoming, operation.id, refuse(403, 'unknownTerminal'));
    const seen = records.begin(terminalId, key, incoming.signed.url, incoming.body ?? Buffer.alloc(0));
    if (seen.kind === 'otherBody') return this.#reject(incoming, operation.id, refuse(409, 'idempotencyMismatch'));
    if (seen.kind === 'inProgress') return this.#reject(incoming, operation.id, refuse(409, 'requestInProgress'));
    if (seen.kind === 'answered') {
      const fault = this.#spoil(operation.id);
      this.#note(incoming, operation.id, 'repeated', seen.answer.body, fault);
      return this.#send(incoming, seen.answer, fault);
    }
    await this.#think(operation.id);
    if (this.#stopping.signal.aborted) return records.forget(terminalId, key);
    const fault = this.#spoil(operation.id);
    const answer = records.act(
      terminalId,
      key,
      () => this.#stored(operation, operation.decide({ body, ref, terminalId })),
      { at: this.#options.now().toISOString(), operation: operation.id, idempotencyKey: key, fault },
    );
    return this.#send(incoming, answer, fault);
  }

  async #think(operation: string): Promise<void> {
    const slow = this.faults.take('slow', operation);
    if (slow === undefined || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, slow.ms);
      this.#stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** The contract holds for us as well. */
  #stored(operation: HostOperation, decision: Decision): StoredAnswer {
    if ('refusal' in decision) return { status: decision.status, body: problem(decision) };
    if (this.#options.validators[operation.answer]?.(decision.answer) !== true)
      throw new Error(`${operation.id}: the answer breaks the contract ${operation.answer}`);
    return { status: 200, body: decision.answer };
  }

  #spoil(operation: string): Spoiled | undefined {
    return spoilers.find((kind) => this.faults.take(kind, operation) !== undefined);
  }

  async #reject(incoming: Incoming, operation: string, decision: Decision): Promise<void> {
    if (!('refusal' in decision)) return;
    this.#note(incoming, operation, 'rejected', decision.refusal, undefined);
    // Without a signature there is nothing to bind an answer to.
    const unsigned = incoming.signed.headers['signature'] === undefined;
    const answer = { status: decision.status, body: problem(decision) };
    if (unsigned) return deliver(incoming.response, { ...encode(answer), headers: contentHeaders(answer) });
    return this.#send(incoming, answer, undefined);
  }

  #note(
    incoming: Incoming,
    operation: string,
    act: LedgerEntry['act'],
    result: unknown,
    fault: string | undefined,
  ): void {
    this.#options.records.note({
      at: this.#options.now().toISOString(),
      operation,
      idempotencyKey: incoming.signed.headers['idempotency-key'],
      act,
      result,
      fault,
    });
  }

  async #send(incoming: Incoming, answer: StoredAnswer, fault: Spoiled | undefined): Promise<void> {
    const { response } = incoming;
    if (fault === 'actThenDrop') return void response.destroy();
    if (fault === 'garbage')
      return deliver(response, { status: 200, headers: {}, body: Buffer.from('\u0000<html>%PDF') });
    const shown = fault === 'wrongShape' ? { status: 200, body: { surprise: true } } : answer;
    const key = fault === 'badSignature' ? generateKeyPairSync('ed25519').privateKey : this.#signingKey;
    const prepared = await this.#sign(shown, incoming.signed, key);
    const earlier = this.#lastAnswer;
    this.#lastAnswer = prepared;
    if (fault === 'staleAnswer' && earlier !== undefined) return deliver(response, earlier);
    if (fault === 'answerTwice') return deliverTwice(response, prepared);
    return deliver(response, prepared);
  }

  async #sign(answer: StoredAnswer, request: SignedRequest, key: KeyObject): Promise<Prepared> {
    const { status, body } = encode(answer);
    const headers = await signAnswer({ status, headers: contentHeaders(answer), body }, request, key);
    return { status, headers, body };
  }
}

type Spoiled = (typeof spoilers)[number];
const spoilers = ['actThenDrop', 'garbage', 'wrongShape', 'staleAnswer', 'badSignature', 'answerTwice'] as const;

function problem(decision: Extract<Decision, { refusal: string }>): object {
  const { refusal: code, status, retryAfter, safeToRetry = false } = decision;
  return {
    type: `urn:kiosk:problem:${code}`,
    status,
    code,
    safeToRetry,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

const encode = ({ status, body }: StoredAnswer): { status: number; body: Buffer } => ({
  status,
  body: Buffer.from(JSON.stringify(body)),
});

function contentHeaders({ status, body }: StoredAnswer): Record<string, string> {
  const retryAfter = (body as { retryAfter?: number }).retryAfter;
  return {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
}

function parse(body: Buffer | undefined): unknown {
  try {
    return JSON.parse((body ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    return undefined;
  }
}

function deliver(response: ServerResponse, { status, headers, body }: Prepared): void {
  response.writeHead(status, { ...headers, 'content-length': body.length, connection: 'close' });
  response.end(body);
}

function deliverTwice(response: ServerResponse, { status, headers, body }: Prepared): void {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) });
  const head = `HTTP/1.1 ${status} OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  const once = Buffer.concat([Buffer.from(head), body]);
  response.socket?.end(Buffer.concat([once, once]));
}
