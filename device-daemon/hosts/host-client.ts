import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Agent } from 'node:https';
import type { ActTotal, DayTotals, Echo } from '#protocol/generated/card-management.ts';
import type { HostName, HostReport } from '#protocol/generated/kiosk.ts';
import {
  maxSignatureLifetimeMs,
  type SignedRequest,
  signRequest,
  verifyAnswer,
} from '#protocol/hosts/message-signatures.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { CircuitBreaker, type CircuitOptions, type Permit } from './circuit-breaker.ts';
import type { HostCredentials } from './credentials.ts';
import { type ExchangeOutcome, exchange } from './exchange.ts';
import type { ActOptions, CallOptions, HostAnswer, HostFailure, HostLink } from './ports.ts';
import { failureOf, isProblem } from './problem.ts';
import { encodeJson, takeDigits } from './secret-json.ts';

/** Every duration of a host link, with its reason. */
export const delays = {
  /** A retry waits a random part of this, doubled each time: a hiccup passes, a crowd of kiosks spreads. */
  retryBaseMs: 250,
  /** An answer this soon may still be waited for in front of a person. */
  longestRetryAfterMs: 2_000,
  /** After a first failure the link is tried again soon, so that the home screen learns the truth in seconds. */
  doubtMs: 2_000,
  /** An echo does nothing: a host that needs longer is as good as down. */
  echoMs: 5_000,
  /** A request may reach the host so much later than its deadline; beyond it `neverSeen` is final. */
  graceMs: 10_000,
} as const;

const attempts = 3;
const maxAnswerBytes = 256 * 1024;

export type Validator = (data: unknown) => boolean;

export interface HostClientOptions {
  /** `https://host:port`, without a path. */
  readonly url: string;
  readonly terminalId: string;
  readonly credentials: HostCredentials;
  /** For one call, retries included. */
  readonly deadlineMs: number;
  /** An idle link is tried so often. */
  readonly probeMs: number;
  readonly circuit?: CircuitOptions;
  readonly random?: () => number;
}

interface Operation {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Name of the answer's schema. */
  readonly answer: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Whether a lost answer may simply be asked for again: look-ups yes, acts no (`ask` first). */
  readonly repeatable: boolean;
  /** Asks about an act that may have been done: goes out whatever the circuit says, since money may hang on it. */
  readonly inDoubt?: boolean;
  /** The answer is only these digits: they are cut out of its bytes before anything reads them as text. */
  readonly secretMember?: string;
  /** A failure that is told in a valid answer. */
  readonly judge?: (answer: never) => HostFailure | undefined;
}

/** 128 random bits; made once per business intent and stored before the act. */
export const newIdempotencyKey = (): string => randomBytes(16).toString('base64url');

/**
 * One leg to one host:
 *
 *   adapter -> circuit -> [ sign -> HTTPS -> verify -> validate ] x attempts -> Result
 *
 * What counts as done, not done and unknown is decided here once for all operations.
 */
export abstract class HostClient<Report> implements HostLink<Report> {
  readonly #host: HostName;
  readonly #options: HostClientOptions;
  readonly #validators: Readonly<Record<string, Validator | undefined>>;
  readonly #agent: Agent;
  readonly #circuit: CircuitBreaker;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #listeners = new Set<(report: HostReport) => void>();
  #state: HostReport['state'] = 'unknown';
  #since = new Date();
  #opensAt: Date | undefined;
  #failing = false;
  #started = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: HostName, validators: Readonly<Record<string, Validator | undefined>>, options: HostClientOptions) {
    this.#host = host;
    this.#validators = validators;
    this.#options = options;
    this.#circuit = new CircuitBreaker(options.circuit);
    // One listener per call in flight.
    setMaxListeners(0, this.#stopping.signal);
    this.#agent = new Agent({
      keepAlive: false,
      ca: options.credentials.ca,
      cert: options.credentials.certificate,
      key: options.credentials.key,
      minVersion: 'TLSv1.2',
    });
  }

  protected get terminalId(): string {
    return this.#options.terminalId;
  }

  report(): HostReport {
    return { host: this.#host, state: this.#state, since: this.#since.toISOString() };
  }

  onReport(listener: (report: HostReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  opensAt(): Date | undefined {
    return this.#opensAt;
  }

  start(): void {
    if (this.#started || this.#stopping.signal.aborted) return;
    this.#started = true;
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#running);
    this.#agent.destroy();
  }

  async probe(options: CallOptions = {}): HostAnswer<{ readonly time: string }> {
    const echo = await this.#call<Echo>(
      { method: 'GET', path: '/v1/echo', answer: 'Echo', repeatable: true, judge: closedFailure },
      { deadlineMs: Math.min(delays.echoMs, this.#options.deadlineMs), ...options },
    );
    return echo.ok ? ok({ time: echo.value.time }) : echo;
  }

  ask(idempotencyKey: string, options: CallOptions = {}): HostAnswer<Report> {
    const path = `/v1/requests/${encodeURIComponent(idempotencyKey)}`;
    return this.#call<Report>(
      { method: 'GET', path, answer: 'RequestReport', repeatable: true, inDoubt: true },
      options,
    );
  }

  async actTotals(options: CallOptions = {}): HostAnswer<ReadonlyMap<string, number>> {
    const answer = await this.get<DayTotals>('/v1/day-totals', 'DayTotals', options);
    if (!answer.ok) return answer;
    return ok(new Map(answer.value.totals.map(({ action, count }: ActTotal): [string, number] => [action, count])));
  }

  protected get<T>(path: string, answer: string, options: CallOptions): HostAnswer<T> {
    return this.#call<T>({ method: 'GET', path, answer, repeatable: true }, options);
  }

  /** A POST that changes nothing that matters: its lost answer is asked for again under the same key. */
  protected lookUp<T>(path: string, answer: string, body: object, options: CallOptions): HostAnswer<T> {
    return this.#call<T>(
      { method: 'POST', path, answer, body, idempotencyKey: newIdempotencyKey(), repeatable: true },
      options,
    );
  }

  /** A look-up whose answer holds digits that must never become a string: they come as bytes, which the caller wipes. */
  protected getDigits(path: string, answer: string, member: string, options: CallOptions): HostAnswer<Buffer> {
    return this.#call<Buffer>({ method: 'GET', path, answer, repeatable: true, secretMember: member }, options);
  }

  /** A POST that changes something: under the caller's key, and never repeated. */
  protected order<T>(path: string, answer: string, body: object, options: ActOptions): HostAnswer<T> {
    const { idempotencyKey } = options;
    return this.#call<T>({ method: 'POST', path, answer, body, idempotencyKey, repeatable: false }, options);
  }

  #call<T>(operation: Operation, options: CallOptions): HostAnswer<T> {
    const call = this.#guarded<T>(operation, options);
    this.#running.add(call);
    return call.finally(() => this.#running.delete(call));
  }

  async #guarded<T>(operation: Operation, options: CallOptions): HostAnswer<T> {
    if (this.#stopping.signal.aborted || options.signal?.aborted)
      return err({ code: 'unavailable', reason: 'cancelled' });
    const permit = this.#circuit.enter(performance.now()) ?? (operation.inDoubt === true ? 'closed' : undefined);
    if (permit === undefined) {
      const retryAfterSeconds = Math.ceil(this.#circuit.waitMs(performance.now()) / 1000);
      return err({ code: 'unavailable', reason: 'circuitOpen', retryAfterSeconds });
    }
    const cancelling = new AbortController();
    const cancel = (): void => cancelling.abort();
    const body = operation.body === undefined ? undefined : encodeJson(operation.body);
    options.signal?.addEventListener('abort', cancel);
    this.#stopping.signal.addEventListener('abort', cancel);
    let outcome: Result<T, HostFailure> | undefined;
    try {
      outcome = await this.#attempts<T>(operation, body, options.deadlineMs, cancelling.signal);
      return outcome;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      this.#stopping.signal.removeEventListener('abort', cancel);
      body?.fill(0);
      this.#learn(permit, outcome, cancelling.signal.aborted);
    }
  }

  async #attempts<T>(
    operation: Operation,
    body: Buffer | undefined,
    deadlineMs: number | undefined,
    signal: AbortSignal,
  ): HostAnswer<T> {
    const endMs = performance.now() + (deadlineMs ?? this.#options.deadlineMs);
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = Math.max(1, endMs - performance.now());
      // What may be repeated does not spend all its time on one silent connection.
      const timeoutMs = operation.repeatable && attempt < attempts ? leftMs / 2 : leftMs;
      const result = await this.#attempt<T>(operation, body, timeoutMs, signal);
      if (result.ok || attempt === attempts || signal.aborted) return result;
      const waitMs = this.#retryDelayMs(result.error, operation.repeatable, attempt);
      if (waitMs === undefined || performance.now() + waitMs >= endMs) return result;
      await pause(waitMs, signal);
      if (signal.aborted) return result;
    }
  }

  /** Undefined: not to be tried again. */
  #retryDelayMs(failure: HostFailure, repeatable: boolean, attempt: number): number | undefined {
    const jitterMs = (this.#options.random ?? Math.random)() * delays.retryBaseMs * 2 ** attempt;
    if (failure.code === 'noAnswer') return repeatable ? jitterMs : undefined;
    if (failure.code !== 'unavailable') return undefined;
    if (failure.reason === 'unreachable') return jitterMs;
    if (failure.reason !== 'hostBusy') return undefined;
    const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
    return askedMs <= delays.longestRetryAfterMs ? askedMs + jitterMs : undefined;
  }

  async #attempt<T>(
    operation: Operation,
    body: Buffer | undefined,
    timeoutMs: number,
    signal: AbortSignal,
  ): HostAnswer<T> {
    const { method, path, idempotencyKey } = operation;
    const url = new URL(path, this.#options.url).href;
    const headers = await signRequest(
      {
        method,
        url,
        headers: {
          accept: 'application/json, application/problem+json',
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }),
        },
        ...(body && { body }),
      },
      this.#options.credentials.signingKey,
      Math.min(maxSignatureLifetimeMs, timeoutMs + delays.graceMs),
    );
    const order = { method, url, headers, timeoutMs, maxAnswerBytes, ...(body && { body }) };
    return this.#judge<T>(await exchange(this.#agent, order, signal), { method, url, headers }, operation);
  }

  async #judge<T>(outcome: ExchangeOutcome, request: SignedRequest, operation: Operation): HostAnswer<T> {
    if (outcome.kind === 'notSent')
      return err({ code: 'unavailable', reason: outcome.cancelled ? 'cancelled' : 'unreachable' });
    if (outcome.kind === 'lost') return err({ code: 'noAnswer' });
    if (outcome.kind === 'tooLarge') return err({ code: 'badAnswer', why: 'size' });
    const fault = await verifyAnswer(outcome, outcome.body, request, this.#options.credentials.answerKeys[this.#host]);
    if (fault !== undefined) return err({ code: 'badAnswer', why: fault === 'badDigest' ? 'digest' : 'signature' });
    const { secretMember } = operation;
    const secret =
      secretMember === undefined || outcome.status !== 200 ? undefined : takeDigits(outcome.body, secretMember);
    const content = parse(outcome.body);
    if (outcome.status === 200 && this.#validators[operation.answer]?.(content) === true) {
      if (secret !== undefined) return ok(secret as T);
      const failure = operation.judge?.(content as never);
      return failure === undefined ? ok(content as T) : err(failure);
    }
    secret?.fill(0);
    if (outcome.status >= 400 && isProblem(content, this.#validators['Problem'], outcome.status))
      return err(failureOf(content));
    return err({ code: 'badAnswer', why: 'form' });
  }

  /** What a call tells about the host: feeds the circuit, the report and the next echo. */
  #learn(permit: Permit, outcome: Result<unknown, HostFailure> | undefined, cancelled: boolean): void {
    const failure = outcome === undefined || outcome.ok ? undefined : outcome.error;
    if (cancelled || outcome === undefined) {
      this.#circuit.dropped(permit);
      return;
    }
    const usable = failure === undefined || isWord(failure);
    this.#failing = !usable;
    if (usable) {
      this.#circuit.succeeded(permit);
      const closed = failure?.code === 'unavailable' && failure.reason === 'hostClosed' ? failure : undefined;
      const seconds = closed?.retryAfterSeconds;
      const opensAt = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
      this.#see(closed ? 'down' : 'up', opensAt);
    } else {
      this.#circuit.failed(permit, performance.now());
      if (this.#state === 'unknown' || this.#circuit.isOpen()) this.#see('down', this.#opensAt);
    }
    if (this.#started) this.#plan();
  }

  #see(state: HostReport['state'], opensAt: Date | undefined): void {
    this.#opensAt = opensAt;
    if (this.#state === state) return;
    this.#state = state;
    this.#since = new Date();
    for (const listener of this.#listeners) listener(this.report());
  }

  #plan(delayMs?: number): void {
    if (this.#stopping.signal.aborted) return;
    const waitMs = this.#circuit.isOpen() ? this.#circuit.waitMs(performance.now()) : undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#echo(),
      delayMs ?? waitMs ?? (this.#failing ? delays.doubtMs : this.#options.probeMs),
    );
    this.#timer.unref();
  }

  async #echo(): Promise<void> {
    const echo = await this.probe();
    // A trial of somebody else's was running: this echo taught nothing, so plan the next.
    if (!echo.ok && echo.error.code === 'unavailable' && echo.error.reason === 'circuitOpen')
      this.#plan(delays.doubtMs);
  }
}

/** Refusals that every other request would meet too: the host does not believe this kiosk, or the kiosk's clock. */
const disbelief = new Set(['badSignature', 'signatureExpired', 'unknownTerminal']);

/** The host itself said no, or that it is busy or closed: the link works. */
const isWord = (failure: HostFailure): boolean =>
  failure.code === 'refused'
    ? !disbelief.has(failure.reason)
    : failure.code === 'unavailable' && (failure.reason === 'hostBusy' || failure.reason === 'hostClosed');

function closedFailure(echo: Echo): HostFailure | undefined {
  if (echo.service === 'open') return undefined;
  if (echo.opensAt === undefined) return { code: 'unavailable', reason: 'hostClosed' };
  // By the host's own clock on both sides.
  const seconds = Math.ceil((Date.parse(echo.opensAt) - Date.parse(echo.time)) / 1000);
  return { code: 'unavailable', reason: 'hostClosed', retryAfterSeconds: Math.max(0, seconds) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
