import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, type Result } from '#protocol/result.ts';
import type { DeviceFault, OperationOptions } from '../../devices/device.ts';
import type { ByteChannel, OpenChannel } from '../../transports/channel.ts';
import { keepServing, Life, type PortReason } from './life.ts';
import { aborted, pause } from './waits.ts';

/** Reasons in the report of a device that only talks; what to do about them stands in the driver's README. */
export type InputReason =
  /** Ready, but nothing that makes sense came since the port was opened: what hangs on it cannot be asked. */
  | 'nothingHeard'
  /** Bytes without a pause, more of them or for longer than the device ever has something to say. */
  | 'babbling'
  /** Codes without the configured end (scanners). */
  | 'noSuffix'
  /** The same, and what came is no text: not the end is wrong, but all of it (scanners). */
  | 'garbled'
  | 'reopening'
  | PortReason;

/** Every wait of a port, in milliseconds unless it is a count. Each driver gives its own, with reasons. */
export interface InputDelays {
  readonly settleMs: number;
  readonly quietMs: number;
  readonly lateMs: number;
  readonly babbleBytes: number;
  readonly babbleMs: number;
  readonly babbleQuietMs: number;
  readonly endMs: number;
  readonly reopenMs: number;
  readonly absentMs: number;
}

export interface InputPortOptions {
  readonly name: string;
  readonly class: DeviceReport['class'];
  readonly driver: string;
  readonly open: OpenChannel;
  readonly delays: InputDelays;
  /** Said to every device as soon as its port is open. */
  readonly greeting?: Uint8Array;
}

/** What an operation does while it has the line to itself. */
export interface Listening {
  /** Bytes as they arrive. They are zeroed after the call. */
  take(bytes: Uint8Array, atMs: number): void;
  /** However the operation ended: wipes what it holds; may still send. The outcome waits for it, `endMs` at most. */
  end(): Promise<unknown> | undefined;
}

/** Ends an operation. False when it had ended before: then what the result carries is the caller's to wipe. */
export type Settle<T, F> = (result: Result<T, F | DeviceFault>) => boolean;
export type Send = (bytes: Uint8Array) => Promise<unknown>;

/** Who babbles does so through every shorter pause: that one may be the hiccup of a busy machine. */
const breathMs = 1_000;
/** Longest delay of a Node timer; a longer one would fire at once. */
const longestMs = 0x7fffffff;

/**
 * The life of a device that talks without being asked, and cannot tell who it is: looks for its port and keeps looking,
 * gives the bytes to the one operation that runs, and zeroes them. What arrives outside of an operation, or belongs to
 * something that began before it, is never kept.
 */
export class InputPort {
  readonly #options: InputPortOptions;
  readonly #delays: InputDelays;
  readonly #stopping = new AbortController();
  /** Ends every operation that runs or waits. */
  readonly #operations = new Set<(detail: string) => void>();
  /** Resolved when all operations asked for so far have ended: they take turns. */
  #turns: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;
  #channel: ByteChannel | undefined;
  #listening: Listening | undefined;
  #lastByteAtMs = Number.NEGATIVE_INFINITY;
  /** Until then the device may still answer an operation that is over. */
  #lateUntilMs = Number.NEGATIVE_INFINITY;
  /** Bytes since the last pause, and when that was over. */
  #run = 0;
  #runBeganAtMs = 0;
  #calm: NodeJS.Timeout | undefined;
  #heard = false;
  #suspicion: InputReason | undefined;
  readonly #life: Life<InputReason>;

  constructor(options: InputPortOptions) {
    this.#options = options;
    this.#delays = options.delays;
    this.#life = new Life<InputReason>(options);
  }

  report(): DeviceReport {
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  start(): void {
    this.#running ??= keepServing<never>({
      open: this.#options.open,
      life: this.#life,
      signal: this.#stopping.signal,
      // It cannot be asked who it is, so no start fails.
      delays: { ...this.#delays, giveUpMs: this.#delays.reopenMs, giveUpAfter: Number.POSITIVE_INFINITY },
      serve: (channel) => this.#serve(channel),
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endAll('stopped');
    await this.#running;
    await this.#turns;
  }

  /** Something about the line is wrong that is no failure yet; undefined takes it back. */
  suspect(reason: InputReason | undefined): void {
    this.#suspicion = reason;
    this.#judge();
  }

  /**
   * Gives the line to `listen` until it settles, the deadline, cancel, the end of the port or of the driver, whichever is
   * first. Not before the line has been quiet: the rest of what was under way when it was called is no answer to it.
   */
  async receive<T, F>(
    options: OperationOptions,
    listen: (settle: Settle<T, F>, send: Send) => Listening,
  ): Promise<Result<T, F | DeviceFault>> {
    const over = new AbortController();
    let outcome: Result<T, F | DeviceFault> = err({ code: 'cancelled' });
    const settle: Settle<T, F> = (result) => {
      if (over.signal.aborted) return false;
      outcome = result;
      over.abort();
      if (result.ok) this.#onGoodResult();
      return true;
    };
    const end = (detail: string): boolean => settle(err({ code: 'notReady', detail }));
    const cancel = (): boolean => settle(err({ code: 'cancelled' }));
    const timer = setTimeout(
      () => settle(err({ code: 'timeOut' })),
      Math.min(Math.max(options.timeoutMs, 0), longestMs),
    );
    options.signal?.addEventListener('abort', cancel);
    this.#operations.add(end);
    let leave: () => void = () => undefined;
    const before = this.#turns;
    const turn = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#turns = Promise.all([before, turn]);
    try {
      if (options.signal?.aborted === true) cancel();
      if (this.#channel === undefined)
        end(this.#stopping.signal.aborted ? 'stopped' : (this.#life.reason ?? this.#life.state));
      await Promise.race([before, aborted(over.signal)]);
      await this.#untilQuiet(over.signal);
      const channel = this.#channel;
      if (!over.signal.aborted && channel !== undefined) {
        await this.#give(
          over.signal,
          listen(settle, (bytes) => channel.write(bytes)),
        );
        if (!outcome.ok) this.#lateUntilMs = performance.now() + this.#delays.lateMs;
      }
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
      this.#operations.delete(end);
      leave();
    }
    return outcome;
  }

  async #give(over: AbortSignal, listening: Listening): Promise<void> {
    try {
      this.#listening = listening;
      await aborted(over);
    } finally {
      this.#listening = undefined;
      const ending = listening.end();
      // A device that takes no bytes must not hold up the outcome.
      if (ending !== undefined) {
        await Promise.race([ending, pause(this.#delays.endMs, new AbortController().signal)]);
      }
    }
  }

  async #untilQuiet(signal: AbortSignal): Promise<void> {
    // The system may still hold bytes that came before the call: those have arrived when the settling time is over.
    const settledAtMs = performance.now() + this.#delays.settleMs;
    while (!signal.aborted) {
      const leftMs =
        Math.max(settledAtMs, this.#lateUntilMs, this.#lastByteAtMs + this.#delays.quietMs) - performance.now();
      if (leftMs <= 0) return;
      await pause(leftMs, signal);
    }
  }

  #endAll(detail: string): void {
    for (const end of [...this.#operations]) end(detail);
  }

  async #serve(channel: ByteChannel): Promise<undefined> {
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    // What it was saying when it was plugged in began before anybody asked.
    this.#lastByteAtMs = performance.now();
    this.#run = 0;
    this.#heard = false;
    this.#suspicion = undefined;
    const stopData = channel.onData((bytes) => this.#onData(bytes));
    const stopClose = channel.onClose(stop);
    this.#stopping.signal.addEventListener('abort', stop);
    if (this.#stopping.signal.aborted) stop();
    try {
      this.#channel = channel;
      this.#judge();
      const { greeting } = this.#options;
      if (greeting !== undefined) void channel.write(greeting);
      await aborted(ended.signal);
    } finally {
      this.#channel = undefined;
      this.#endAll(this.#stopping.signal.aborted ? 'stopped' : 'disconnected');
      // They may have a last thing to say before the port is closed.
      await this.#turns;
      clearTimeout(this.#calm);
      this.#calm = undefined;
      this.#stopping.signal.removeEventListener('abort', stop);
      stopData();
      stopClose();
      await channel.close();
    }
  }

  #onData(bytes: Uint8Array): void {
    const now = performance.now();
    if (this.#run === 0 || now - this.#lastByteAtMs > Math.max(this.#delays.quietMs, breathMs)) {
      this.#run = 0;
      this.#runBeganAtMs = now;
    }
    this.#lastByteAtMs = now;
    this.#run += bytes.length;
    try {
      this.#listening?.take(bytes, now);
    } finally {
      bytes.fill(0);
    }
    const { babbleBytes, babbleMs } = this.#delays;
    if ((this.#run > babbleBytes || now - this.#runBeganAtMs > babbleMs) && this.#calm === undefined) {
      this.#calm = setTimeout(() => this.#onCalm(), this.#delays.babbleQuietMs);
      this.#judge();
    }
  }

  /** Ready again when the line has been quiet that long, not before. */
  #onCalm(): void {
    const leftMs = this.#lastByteAtMs + this.#delays.babbleQuietMs - performance.now();
    this.#calm = leftMs > 0 ? setTimeout(() => this.#onCalm(), leftMs) : undefined;
    this.#judge();
  }

  #onGoodResult(): void {
    this.#life.lastExchange = new Date().toISOString();
    this.#heard = true;
    this.#suspicion = undefined;
    this.#run = 0;
    clearTimeout(this.#calm);
    this.#calm = undefined;
    this.#judge();
  }

  #judge(): void {
    if (this.#channel === undefined) return;
    if (this.#calm !== undefined) this.#life.tell('degraded', 'babbling');
    else if (this.#suspicion !== undefined) this.#life.tell('degraded', this.#suspicion);
    else this.#life.tell('ready', this.#heard ? undefined : 'nothingHeard');
  }
}
