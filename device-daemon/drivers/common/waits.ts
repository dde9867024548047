/** Waits that end: by time, by cancel, by stop. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';

/** Resolves after `ms`, at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
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

/** Resolves when the signal aborts. Only for signals that surely do. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Resolves to the promise's value, or to undefined when the signal aborts first. Leaves no listener behind. */
export function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined);
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Does the work under a signal that aborts with the first of these. For what is done again and again while a device lives:
 * `AbortSignal.any` keeps something of every call for as long as the longest of its signals lives (Node 20: 70 bytes).
 */
export async function underAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const any = new AbortController();
  const abort = (): void => any.abort();
  for (const signal of signals) signal.addEventListener('abort', abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  try {
    return await work(any.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

export type WaitFault = { readonly code: 'timeOut' } | { readonly code: 'cancelled' };

/** One operation's deadline and cancel, and what else may end it, as one signal; the first to come names the fault. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#end({ code: 'cancelled' });
  readonly #endsAt: number;
  #fault: WaitFault | undefined;

  /** `also`: signals that cancel it too. */
  constructor(options: OperationOptions, ...also: readonly AbortSignal[]) {
    // A Node timer above 2^31-1 would fire at once.
    const ms = Math.min(Math.max(options.timeoutMs, 0), 0x7fffffff);
    this.#endsAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#end({ code: 'timeOut' }), ms);
    this.#outer = options.signal === undefined ? also : [options.signal, ...also];
    for (const signal of this.#outer) signal.addEventListener('abort', this.#onAbort);
    if (this.#outer.some(({ aborted }) => aborted)) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal aborted; undefined as long as it has not. */
  get fault(): WaitFault | undefined {
    return this.#fault;
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#outer) signal.removeEventListener('abort', this.#onAbort);
  }

  #end(fault: WaitFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#controller.abort();
  }
}

/** First come, first served; a waiter that gives up leaves the queue. */
export class Lock {
  readonly #waiting: (() => void)[] = [];
  #held = false;

  get held(): boolean {
    return this.#held;
  }

  /** Resolves to the release function, or to undefined when the signal aborted first. */
  async acquire(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#held) {
      const granted = await new Promise<boolean>((resolve) => {
        const grant = (): void => {
          signal.removeEventListener('abort', give);
          resolve(true);
        };
        const give = (): void => {
          signal.removeEventListener('abort', give);
          const at = this.#waiting.indexOf(grant);
          if (at >= 0) this.#waiting.splice(at, 1);
          resolve(false);
        };
        signal.addEventListener('abort', give);
        this.#waiting.push(grant);
      });
      if (!granted) return undefined;
    }
    this.#held = true;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      // Handed over without being free in between: nobody can slip in before the next waiter runs.
      if (next === undefined) this.#held = false;
      else next();
    };
  }
}

export type TurnFault = WaitFault | { readonly code: 'notReady'; readonly detail: string };

const whyEnded = (deadline: Deadline, stopped: AbortSignal): TurnFault =>
  stopped.aborted ? { code: 'notReady', detail: 'stopped' } : (deadline.fault ?? { code: 'cancelled' });

/** Does the work when its turn has come. Resolves to its result, or to why not, at the latest when options or stop end it. */
export async function inTurn<T, F>(
  lock: Lock,
  stopped: AbortSignal,
  options: OperationOptions,
  work: (signal: AbortSignal) => Promise<Result<T, F>>,
): Promise<Result<T, F | TurnFault>> {
  const deadline = new Deadline(options, stopped);
  let release: (() => void) | undefined;
  try {
    release = await lock.acquire(deadline.signal);
    if (release === undefined) return err(whyEnded(deadline, stopped));
    const result = await work(deadline.signal);
    return !result.ok && deadline.signal.aborted ? err(whyEnded(deadline, stopped)) : result;
  } finally {
    release?.();
    deadline.dispose();
  }
}

/** Looks now and after every change, until something is seen or options or stop end it. */
export function untilSeen<T>(
  of: { readonly stopped: AbortSignal; onChange(listener: () => void): () => void },
  options: OperationOptions,
  look: () => T | undefined,
): Promise<Result<T, TurnFault>> {
  return new Promise((resolve) => {
    const deadline = new Deadline(options, of.stopped);
    const settle = (result: Result<T, TurnFault>): void => {
      stopListening();
      deadline.signal.removeEventListener('abort', end);
      deadline.dispose();
      resolve(result);
    };
    const end = (): void => settle(err(whyEnded(deadline, of.stopped)));
    const check = (): void => {
      const seen = look();
      if (seen !== undefined) settle(ok(seen));
    };
    const stopListening = of.onChange(check);
    deadline.signal.addEventListener('abort', end);
    if (deadline.signal.aborted) end();
    else check();
  });
}

/**
 * Waits until nothing has come for `quietMs`. False: there was no end of it within `withinMs`, or the signal aborted.
 * Judged only after the system's own buffer was looked into: timers run before reads, so a process that was held up
 * would take what waits there for silence.
 */
export async function untilQuiet(
  lastByteAtMs: () => number,
  { quietMs, withinMs, signal }: { readonly quietMs: number; readonly withinMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const endsAtMs = performance.now() + withinMs;
  for (let looked = false; ; ) {
    if (signal.aborted) return false;
    const waitMs = lastByteAtMs() + quietMs - performance.now();
    if (waitMs <= 0) {
      if (looked) return true;
      looked = true;
      await new Promise<void>((resolve) => setImmediate(resolve));
      continue;
    }
    looked = false;
    if (performance.now() >= endsAtMs) return false;
    await pause(waitMs, signal);
  }
}
