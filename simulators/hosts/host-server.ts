import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { keyIdOf, type SignedRequest, signAnswer, verifyRequest } from '#protocol/hosts/message-signatures.ts';
import type { BenchCredentials } from './certificates.ts';
import {
  type Decision,
  deliver,
  deliverHalf,
  deliverTwice,
  encode,
  garbage,
  oversize,
  type Prepared,
  problem,
  refuse,
  type Spoiler,
  spoilers,
} from './delivery.ts';
import { FaultBox } from './faults.ts';
import type { LedgerEntry, Records, StoredAnswer } from './records.ts';

export interface HostOperation {
  /** operationId of the contract. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** With `{…}` for one path segment. */
  readonly path: string;
  readonly request?: string;
  readonly answer: string;
  /** For the ledger, whatever becomes of it; nothing personal. */
  // biome-ignore lint/suspicious/noExplicitAny: as below.
  about?(input: { readonly body: any } & PathRefs): object;
  /** Synchronous: for a POST it runs inside one transaction together with the record of its answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation declares its own body, validated by `request` before.
  decide(input: { readonly body: any; readonly terminalId: string } & PathRefs): Decision;
}

/** What stands in the path, in its order. */
interface PathRefs {
  readonly ref: string;
  readonly more: readonly string[];
}

export interface HostServerOptions {
  readonly credentials: ReturnType<BenchCredentials['host']>;
  readonly port: number;
  readonly records: Records;
  readonly validators: Readonly<Record<string, ((data: unknown) => boolean) | undefined>>;
  readonly operations: readonly HostOperation[];
  /** Domain time; signatures are judged by the real clock. */
  readonly now: () => Date;
  readonly onExchange?: (exchange: HostExchange) => void;
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signed: SignedRequest;
  readonly body: Buffer | undefined;
  readonly terminalId: string;
}

/** One request and its answer as they crossed the wire; whoever watches can hold both against the contract. */
export interface HostExchange {
  readonly operation: string;
  readonly request: SignedRequest & { readonly body: Buffer | undefined };
  /** What the host meant to say. */
  readonly answer: Prepared;
  /** What it did wrong when it said it. */
  readonly fault: Spoiler | undefined;
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
  #expired = false;
  #lastAnswer: Prepared | undefined;

  constructor(options: HostServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#operations = [...options.operations, ...this.#ownOperations()];
    this.#signingKey = createPrivateKey(options.credentials.signingKey);
    const kioskKey = createPublicKey(options.credentials.kioskKey);
    this.#kioskKeys = new Map([[keyIdOf(kioskKey), kioskKey]]);
    this.faults = new FaultBox(() => this.#obeyFaults());
    setMaxListeners(0, this.#stopping.signal);
    this.#server = createServer(
      { ...this.#secureContext(false), requestCert: true, rejectUnauthorized: true },
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
        id: 'dayTotals',
        method: 'GET',
        path: '/v1/day-totals',
        answer: 'DayTotals',
        decide: ({ terminalId }) => ({
          answer: { at: this.#options.now().toISOString(), totals: this.#options.records.totals(terminalId) },
        }),
      },
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
    const closed = this.faults.get('closed');
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

  #secureContext(expired: boolean): SecureContextOptions {
    const { ca, certificate, expiredCertificate, key } = this.#options.credentials;
    return { ca, cert: expired ? expiredCertificate : certificate, key, minVersion: 'TLSv1.2' };
  }

  async #obeyFaults(): Promise<void> {
    const how = this.faults.get('down')?.how;
    this.#resetting = how === 'reset';
    const expired = this.faults.get('expiredCertificate') !== undefined;
    if (expired !== this.#expired) this.#server.setSecureContext(this.#secureContext(expired));
    this.#expired = expired;
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
    const { operation: found, refs } = route;
    const trouble = this.#trouble(found.id);
    if (trouble !== undefined) return this.#reject(incoming, operation, trouble);
    return found.method === 'GET' ? this.#look(incoming, found, refs) : this.#act(incoming, found, refs);
  }

  #route(method: string, path: string): { operation: HostOperation; refs: PathRefs } | undefined {
    for (const operation of this.#operations) {
      const pattern = new RegExp(`^${operation.path.replace(/\{[^}]+\}/g, '([0-9A-Za-z_-]+)')}$`);
      const match = operation.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const [ref = '', ...more] = match.slice(1);
      return { operation, refs: { ref, more } };
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

  async #look(incoming: Incoming, operation: HostOperation, refs: PathRefs): Promise<void> {
    await this.#think(operation.id);
    const answer = this.#stored(
      operation,
      operation.decide({ body: undefined, ...refs, terminalId: incoming.terminalId }),
    );
    const fault = this.#spoil(operation.id);
    const act = answer.status === 200 ? 'done' : 'refused';
    this.#note(incoming, operation.id, act, answer.status === 200 ? null : answer.body, fault);
    return this.#send(incoming, operation.id, answer, fault);
  }

  async #act(incoming: Incoming, operation: HostOperation, refs: PathRefs): Promise<void> {
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
    const about = operation.about?.({ body, ...refs });
    const seen = records.begin(terminalId, key, incoming.signed.url, incoming.body ?? Buffer.alloc(0));
    if (seen.kind === 'otherBody') return this.#reject(incoming, operation.id, refuse(409, 'idempotencyMismatch'));
    if (seen.kind === 'inProgress') return this.#reject(incoming, operation.id, refuse(409, 'requestInProgress'));
    if (seen.kind === 'answered') {
      const fault = this.#spoil(operation.id);
      this.#note(incoming, operation.id, 'repeated', seen.answer.body, fault, about);
      return this.#send(incoming, operation.id, seen.answer, fault);
    }
    await this.#think(operation.id);
    if (this.#stopping.signal.aborted) return records.forget(terminalId, key);
    const fault = this.#spoil(operation.id);
    const answer = records.act(
      terminalId,
      key,
      () => this.#stored(operation, operation.decide({ body, ...refs, terminalId })),
      { at: this.#options.now().toISOString(), operation: operation.id, idempotencyKey: key, about, fault },
    );
    return this.#send(incoming, operation.id, answer, fault);
  }

  async #think(operation: string): Promise<void> {
    const slow = this.faults.take('slow', operation);
    if (slow !== undefined) await this.faults.wait('slow', slow.ms, this.#stopping.signal);
  }

  /** The contract holds for us as well. */
  #stored(operation: HostOperation, decision: Decision): StoredAnswer {
    if ('refusal' in decision) return { status: decision.status, body: problem(decision) };
    if (this.#options.validators[operation.answer]?.(decision.answer) !== true)
      throw new Error(`${operation.id}: the answer breaks the contract ${operation.answer}`);
    return { status: 200, body: decision.answer };
  }

  #spoil(operation: string): Spoiler | undefined {
    return spoilers.find((kind) => this.faults.take(kind, operation) !== undefined);
  }

  async #reject(incoming: Incoming, operation: string, decision: Decision): Promise<void> {
    if (!('refusal' in decision)) return;
    this.#note(incoming, operation, 'rejected', decision.refusal, undefined);
    const answer = { status: decision.status, body: problem(decision) };
    if (incoming.signed.headers['signature'] !== undefined) return this.#send(incoming, operation, answer, undefined);
    // Without a signature there is nothing to bind an answer to.
    const unsigned = encode(answer);
    this.#show(incoming, operation, unsigned, undefined);
    return deliver(incoming.response, unsigned);
  }

  #note(
    incoming: Incoming,
    operation: string,
    act: LedgerEntry['act'],
    result: unknown,
    fault: string | undefined,
    about?: object,
  ): void {
    this.#options.records.note({
      at: this.#options.now().toISOString(),
      operation,
      idempotencyKey: incoming.signed.headers['idempotency-key'],
      about,
      act,
      result,
      fault,
    });
  }

  async #send(incoming: Incoming, operation: string, answer: StoredAnswer, fault: Spoiler | undefined): Promise<void> {
    const { response } = incoming;
    const told = fault === 'wrongShape' ? { status: 200, body: { surprise: true } } : answer;
    const key = fault === 'badSignature' ? generateKeyPairSync('ed25519').privateKey : this.#signingKey;
    const prepared = await this.#sign(told, incoming.signed, key);
    const earlier = this.#lastAnswer;
    this.#lastAnswer = prepared;
    this.#show(incoming, operation, prepared, fault);
    switch (fault) {
      case 'actThenDrop':
        return void response.destroy();
      case 'halfAnswer':
        return deliverHalf(response, prepared);
      case 'garbage':
        return deliver(response, garbage);
      case 'oversize':
        return deliver(response, oversize);
      case 'staleAnswer':
        return deliver(response, earlier ?? prepared);
      case 'answerTwice':
        return deliverTwice(response, prepared);
      default:
        return deliver(response, prepared);
    }
  }

  #show({ signed, body }: Incoming, operation: string, answer: Prepared, fault: Spoiler | undefined): void {
    this.#options.onExchange?.({ operation, request: { ...signed, body }, answer, fault });
  }

  async #sign(answer: StoredAnswer, request: SignedRequest, key: KeyObject): Promise<Prepared> {
    const { status, headers, body } = encode(answer);
    return { status, headers: await signAnswer({ status, headers, body }, request, key), body };
  }
}

function parse(body: Buffer | undefined): unknown {
  try {
    return JSON.parse((body ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    return undefined;
  }
}
