import type { ByteChannel, ChannelFault } from '#device-daemon/transports/channel.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { encode, join } from './codec.ts';
import type { Delays } from './delays.ts';
import { type Answer, Framer } from './framer.ts';
import {
  AUTOMATIC,
  decodeStatus,
  GOOD,
  type PrinterStatus,
  QUEUED,
  REAL_TIME,
  REAL_TIME_KINDS,
  type RealTimeKind,
} from './status.ts';

export type SessionFault = 'silent' | 'closed' | 'cancelled' | 'babbling';

interface Waiter {
  /** True when the answer was for this waiter; it is then not offered to others. */
  take(answer: Answer): boolean;
  settle(fault: SessionFault): void;
}

/** End marks of which the answers are awaited. */
export interface Marks {
  /** False when the channel is gone. */
  send(): Promise<boolean>;
  /** `silent` when not all were answered in time; may be called again. */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<Result<void, SessionFault>>;
  /** What still comes belongs to nobody. */
  cancel(): void;
}

/** More answers than anybody can have asked for, one after the other: that line will not fall quiet. */
const SETTLE_ROUNDS = 64;

/**
 * One open connection to the printer: questions with their answers, end marks with theirs.
 *
 *   bytes in -> Framer -> real-time reply -> the one question that is open, else dropped
 *                      -> automatic status -> onStatus
 *                      -> queued reply -> the marks that are awaited, else counted as owed or stray
 */
export class Session {
  readonly #channel: ByteChannel;
  readonly #delays: Delays;
  readonly #framer = new Framer();
  readonly #waiters = new Set<Waiter>();
  readonly #statusListeners = new Set<(status: PrinterStatus) => void>();
  #status: PrinterStatus = GOOD;
  #lastDataAt = 0;
  #unanswered = false;
  #owed = 0;
  #fault: ChannelFault | undefined;
  /** Resolves when the channel ends, however it ends. */
  readonly closed: Promise<ChannelFault>;

  constructor(channel: ByteChannel, delays: Delays) {
    this.#channel = channel;
    this.#delays = delays;
    this.closed = new Promise((resolve) => {
      channel.onClose((fault) => {
        this.#fault = fault;
        for (const waiter of [...this.#waiters]) waiter.settle('closed');
        resolve(fault);
      });
    });
    channel.onData((bytes) => this.#receive(bytes));
  }

  /** What the printer last said of itself. */
  get status(): PrinterStatus {
    return this.#status;
  }

  /** Marks sent whose answers may still come. */
  get owed(): number {
    return this.#owed;
  }

  get open(): boolean {
    return this.#fault === undefined;
  }

  /** Called whenever the printer has said how it is. Returns the unsubscribe function. */
  onStatus(listener: (status: PrinterStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    const written = await this.#channel.write(bytes);
    return written.ok;
  }

  /**
   * DLE EOT 1 to 4, one after the other. Each answer counts from when it comes, so that automatic status in between is
   * not overruled by an older answer; listeners are told when all four are there.
   */
  async askStatus(signal?: AbortSignal): Promise<Result<PrinterStatus, SessionFault>> {
    for (const kind of REAL_TIME_KINDS) {
      const answer = await this.#ask(kind, signal);
      if (!answer.ok) return answer;
    }
    this.#setStatus(this.#status);
    return ok(this.#status);
  }

  async #ask(kind: RealTimeKind, signal?: AbortSignal): Promise<Result<void, SessionFault>> {
    if (this.#unanswered) {
      const quiet = await this.settle(signal);
      if (!quiet.ok) return quiet;
      this.#unanswered = false;
    }
    const answer = this.#wait<void>(this.#delays.realTimeMs, signal, (given, done) => {
      if (given.kind !== 'realTime') return false;
      this.#status = { ...this.#status, ...decodeStatus(REAL_TIME[kind], given.byte) };
      done();
      return true;
    });
    if (!(await this.write(encode('realTimeStatus', { kind })))) return err('closed');
    const result = await answer;
    if (!result.ok && result.error !== 'closed') this.#unanswered = true;
    return result;
  }

  /** `count` GS r 1, queued behind everything sent before. Answers that came before `send` are never taken for theirs. */
  expectMarks(count: number): Marks {
    let left = count;
    let bits = 0;
    let finish: (result: Result<void, SessionFault>) => void = () => undefined;
    const finished = new Promise<Result<void, SessionFault>>((resolve) => {
      finish = resolve;
    });
    const waiter: Waiter = {
      take: (answer) => {
        if (answer.kind !== 'queued' || left === 0) return false;
        this.#settleMark();
        bits |= answer.byte;
        left--;
        if (left > 0) return true;
        this.#setStatus({ ...this.#status, ...decodeStatus(QUEUED, bits) });
        finish(ok());
        return true;
      },
      settle: (fault) => finish(err(fault)),
    };
    return {
      send: () => {
        if (this.#fault !== undefined) finish(err('closed'));
        this.#waiters.add(waiter);
        this.#owed += count;
        const mark = encode('queuedStatus', { kind: 1 });
        return this.write(join(...Array.from({ length: count }, () => mark)));
      },
      wait: (timeoutMs, signal) => before(finished, timeoutMs, signal),
      cancel: () => void this.#waiters.delete(waiter),
    };
  }

  /**
   * Waits until the printer has worked off everything sent before. Answers still owed for older marks come first; since
   * they may also be lost, the line must fall quiet after them.
   */
  async fence(timeoutMs: number, signal?: AbortSignal): Promise<Result<void, SessionFault>> {
    const owedBefore = this.#owed > 0;
    const marks = this.expectMarks(1);
    try {
      if (!(await marks.send())) return err('closed');
      const answered = await marks.wait(timeoutMs, signal);
      if (!answered.ok || !owedBefore) return answered;
    } finally {
      marks.cancel();
    }
    const quiet = await this.settle(signal);
    if (quiet.ok) this.#owed = 0;
    return quiet;
  }

  /**
   * Makes the printer forget what it has not printed. Ok only when it says so: then no mark is owed any more.
   */
  async clear(signal?: AbortSignal): Promise<Result<void, SessionFault>> {
    const answer = this.#wait<void>(this.#delays.clearMs, signal, (given, done) => {
      if (given.kind !== 'cleared') return false;
      done();
      return true;
    });
    if (!(await this.write(encode('clearBuffers')))) return err('closed');
    const cleared = await answer;
    if (!cleared.ok) return cleared;
    // An answer may be on its way that was given just before.
    const quiet = await this.settle(signal);
    if (quiet.ok) this.#owed = 0;
    return quiet;
  }

  /** Waits until the line has been quiet; what arrives meanwhile belongs to nobody. */
  async settle(signal?: AbortSignal): Promise<Result<void, SessionFault>> {
    for (let round = 0; round < SETTLE_ROUNDS; round++) {
      const result = await this.#wait<void>(this.#delays.settleMs, signal, (given, done) => {
        if (given.kind === 'queued') this.#settleMark();
        if (given.kind === 'automatic') return false;
        done();
        return true;
      });
      if (!result.ok) return result.error === 'silent' ? ok() : result;
    }
    return err('babbling');
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  #receive(bytes: Uint8Array): void {
    const now = performance.now();
    if (this.#framer.partial && now - this.#lastDataAt > this.#delays.groupGapMs) this.#framer.dropPartial();
    this.#lastDataAt = now;
    for (const answer of this.#framer.push(bytes)) {
      const taken = [...this.#waiters].some((waiter) => waiter.take(answer));
      if (taken) continue;
      if (answer.kind === 'automatic') {
        const said = AUTOMATIC.map((kind, index) => decodeStatus(kind, answer.bytes[index] ?? 0));
        this.#setStatus(Object.assign({}, this.#status, ...said) as PrinterStatus);
      } else if (answer.kind === 'queued') {
        this.#settleMark();
      }
    }
  }

  #settleMark(): void {
    this.#owed = Math.max(0, this.#owed - 1);
  }

  #setStatus(status: PrinterStatus): void {
    this.#status = status;
    for (const listener of [...this.#statusListeners]) listener(status);
  }

  #wait<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    take: (answer: Answer, done: (value: T) => void) => boolean,
  ): Promise<Result<T, SessionFault>> {
    if (this.#fault !== undefined) return Promise.resolve(err('closed'));
    if (signal?.aborted) return Promise.resolve(err('cancelled'));
    let finish: (result: Result<T, SessionFault>) => void = () => undefined;
    const finished = new Promise<Result<T, SessionFault>>((resolve) => {
      finish = resolve;
    });
    const waiter: Waiter = {
      take: (answer) => take(answer, (value) => finish(ok(value))),
      settle: (fault) => finish(err(fault)),
    };
    this.#waiters.add(waiter);
    return before(finished, timeoutMs, signal).finally(() => this.#waiters.delete(waiter));
  }
}

/** `finished`, or `silent` at the deadline, or `cancelled`. */
function before<T>(
  finished: Promise<Result<T, SessionFault>>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Result<T, SessionFault>> {
  if (signal?.aborted) return Promise.resolve(err('cancelled'));
  return new Promise((resolve) => {
    const finish = (result: Result<T, SessionFault>) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => finish(err('cancelled'));
    const timer = setTimeout(() => finish(err('silent')), timeoutMs);
    signal?.addEventListener('abort', onAbort);
    void finished.then(finish);
  });
}
