import type { DeviceFault, OperationOptions } from '#device-daemon/devices/device.ts';
import type {
  PaperLevel,
  PrinterCapabilities,
  PrinterFault,
  PrinterReason,
  PrintOutcome,
  ReceiptPrinter,
} from '#device-daemon/devices/receipt-printer.ts';
import type { OpenChannel } from '#device-daemon/transports/channel.ts';
import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { Life, openPort } from '../common/life.ts';
import { Deadline, Lock, pause } from '../common/waits.ts';
import { encode, join } from './codec.ts';
import { DELAYS, type Delays, REOPENINGS, RESENDS } from './delays.ts';
import { runJob } from './job.ts';
import { Session } from './session.ts';
import { blockedBy, type PrinterStatus } from './status.ts';

export interface EscposSettings {
  readonly dotsPerLine: number;
  readonly repertoire: 'gb2312' | 'gbk';
  readonly cut: 'partial' | 'full' | 'none';
  /** Whether the model knows DLE DC4 8 (forget everything buffered). Without it an interrupted job stays `unknown`. */
  readonly clearsBuffers: boolean;
  readonly model?: string;
}

export interface EscposOptions {
  readonly name: string;
  readonly open: OpenChannel;
  readonly settings?: Partial<EscposSettings>;
  readonly delays?: Partial<Delays>;
}

const SETTINGS: EscposSettings = { dotsPerLine: 576, repertoire: 'gbk', cut: 'partial', clearsBuffers: true };

/** Font A: every receipt is laid out in cells this wide; a Chinese character takes two. */
const DOTS_PER_CHARACTER = 12;
/** Online/offline, errors, paper; not the drawer (printer reference a.5). */
const AUTOMATIC_STATUS = 0x02 | 0x04 | 0x08;
/** Blank paper before the cut, so that the last line is not at the edge; without a cutter, up to the tear bar. */
const FEED_LINES = { partial: 1, full: 1, none: 6 } as const;

/**
 * A receipt printer that speaks ESC/POS. Looks for its port, keeps looking, tells how it is, and says of every job
 * whether it is on paper: `done` only when the end mark behind it was answered without an error since the start.
 */
export class EscposPrinter implements ReceiptPrinter {
  readonly class = 'receiptPrinter';
  readonly driver = 'escpos';
  readonly name: string;
  readonly #open: OpenChannel;
  readonly #settings: EscposSettings;
  readonly #delays: Delays;
  readonly #life: Life<string>;
  readonly #lock = new Lock();
  readonly #stopping = new AbortController();
  #session: Session | undefined;
  /** It has answered once. */
  #met = false;
  #running: Promise<void> | undefined;
  #paper: PaperLevel = 'unknown';
  /** Something may stand on the paper that was never cut off. After a power cut, nobody knows. */
  #torn = true;
  #wake: () => void = () => undefined;

  constructor(options: EscposOptions) {
    this.name = options.name;
    this.#open = options.open;
    this.#settings = { ...SETTINGS, ...options.settings };
    this.#delays = { ...DELAYS, ...options.delays };
    this.#life = new Life<string>(this, 'starting');
  }

  report(): DeviceReport {
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  capabilities(): PrinterCapabilities {
    return {
      dotsPerLine: this.#settings.dotsPerLine,
      charactersPerLine: Math.floor(this.#settings.dotsPerLine / DOTS_PER_CHARACTER),
      canCut: this.#settings.cut !== 'none',
      repertoire: this.#settings.repertoire,
      model: this.#settings.model,
    };
  }

  paper(): PaperLevel {
    return this.#paper;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#session?.close();
    await this.#running;
  }

  async check(options: OperationOptions): Promise<Result<void, PrinterFault>> {
    return this.#exclusively(options, async (session, signal) => {
      const asked = await session.askStatus(signal);
      if (!asked.ok) {
        this.#wake();
        return err(sessionFault(asked.error));
      }
      const reason = blockedBy(asked.value);
      return reason === undefined ? ok() : err({ code: reason });
    });
  }

  print(job: Uint8Array, options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(
      (torn) => join(torn ? this.#ending() : new Uint8Array(), this.#beginning(), job, this.#ending()),
      options,
    );
  }

  raw(bytes: Uint8Array, options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(() => bytes, options);
  }

  cut(options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(() => this.#ending(), options);
  }

  async reset(options: OperationOptions): Promise<Result<void, PrinterFault>> {
    return this.#exclusively(options, async (session, signal) => {
      if (this.#settings.clearsBuffers) {
        const cleared = await session.clear(signal);
        if (!cleared.ok && cleared.error !== 'silent') return err(sessionFault(cleared.error));
      }
      if (!(await session.write(this.#beginning()))) return err(sessionFault('closed'));
      const asked = await session.askStatus(signal);
      if (!asked.ok) return err(sessionFault(asked.error));
      const reason = blockedBy(asked.value);
      return reason === undefined ? ok() : err({ code: reason });
    });
  }

  /** Known state, whatever was printed before; ESC @ may switch automatic status off. */
  #beginning(): Uint8Array {
    return join(encode('initialise'), encode('automaticStatus', { bits: AUTOMATIC_STATUS }));
  }

  #ending(): Uint8Array {
    const { cut } = this.#settings;
    const feed = encode('feedLines', { lines: FEED_LINES[cut] });
    if (cut === 'none') return feed;
    return join(feed, encode(cut === 'full' ? 'cutFull' : 'cutPartial', { dots: 0 }));
  }

  async #job(bytes: (torn: boolean) => Uint8Array, options: OperationOptions): Promise<PrintOutcome> {
    const deadline = new Deadline(options, this.#stopping.signal);
    const release = await this.#lock.acquire(deadline.signal);
    try {
      if (release === undefined) return { outcome: 'notDone', ...reasonOf(this.#blocked()) };
      const session = this.#session;
      if (session === undefined)
        return { outcome: 'notDone', reason: this.#life.reason === 'silent' ? 'silent' : 'offline' };
      const { clearsBuffers } = this.#settings;
      const result = await runJob(session, bytes(this.#torn), {
        timeoutMs: deadline.leftMs,
        signal: this.#signal(options),
        delays: this.#delays,
        clearsBuffers,
      });
      this.#torn = result.outcome === 'notDone' ? this.#torn || result.begun : result.outcome !== 'done';
      if (result.reason === 'silent' || result.reason === 'offline') this.#wake();
      return { outcome: result.outcome, ...reasonOf(result.reason) };
    } finally {
      release?.();
      deadline.dispose();
    }
  }

  async #exclusively(
    options: OperationOptions,
    work: (session: Session, signal: AbortSignal) => Promise<Result<void, PrinterFault>>,
  ): Promise<Result<void, PrinterFault>> {
    const deadline = new Deadline(options, this.#stopping.signal);
    const { signal } = deadline;
    const late = (): PrinterFault => deadline.fault ?? { code: 'cancelled' };
    const release = await this.#lock.acquire(signal);
    try {
      if (release === undefined) return err(late());
      const session = this.#session;
      if (session === undefined) {
        return err({ code: 'notReady', detail: this.#life.reason ?? this.#life.state });
      }
      const result = await work(session, signal);
      return !result.ok && result.error.code === 'cancelled' ? err(late()) : result;
    } finally {
      release?.();
      deadline.dispose();
    }
  }

  #signal(options: OperationOptions): AbortSignal {
    return options.signal === undefined
      ? this.#stopping.signal
      : AbortSignal.any([this.#stopping.signal, options.signal]);
  }

  #blocked(): PrinterReason | undefined {
    return this.#session === undefined ? undefined : blockedBy(this.#session.status);
  }

  /** Open, greet, watch; on loss the ladder: ask again, clear, open again, say so and keep looking. */
  async #run(): Promise<void> {
    const signal = this.#stopping.signal;
    // Connections in a row on which nothing was answered.
    let silent = 0;
    for (;;) {
      const channel = await openPort(this.#open, this.#life, this.#delays.reopenMs, signal);
      if (channel === undefined) break;
      const session = new Session(channel, this.#delays);
      session.onStatus((status) => this.#heard(status));
      if (silent < REOPENINGS) this.#life.tell('starting');
      if (await this.#greet(session)) {
        silent = 0;
        if (this.#met) this.#life.restarted();
        this.#met = true;
        this.#session = session;
        this.#show(session.status);
        await this.#watch(session);
        this.#session = undefined;
      }
      const lost = !session.open;
      await session.close();
      this.#paper = 'unknown';
      if (signal.aborted) break;
      if (lost) this.#life.tell('absent', undefined, 'reopen');
      else if (++silent >= REOPENINGS) this.#life.tell('failed', 'silent', 'giveUp');
      else this.#life.climb('reopen');
      await pause(silent >= REOPENINGS ? this.#delays.givenUpMs : this.#delays.reopenMs, signal);
    }
    this.#session = undefined;
    this.#paper = 'unknown';
    this.#life.tell('absent');
  }

  /** First words. A buffer left over from before would print for the next person: it is cleared where the model can. */
  async #greet(session: Session): Promise<boolean> {
    for (let attempt = 0; attempt < RESENDS; attempt++) {
      if (attempt > 0) {
        this.#life.climb('resend');
        await pause(this.#delays.resendMs, this.#stopping.signal);
      }
      const asked = await session.askStatus(this.#stopping.signal);
      if (asked.ok) {
        if (this.#settings.clearsBuffers) await session.clear(this.#stopping.signal);
        return session.write(encode('automaticStatus', { bits: AUTOMATIC_STATUS }));
      }
      if (!session.open || this.#stopping.signal.aborted) return false;
    }
    return false;
  }

  /** Returns when the session is lost: closed, or silent in spite of asking again and clearing. */
  async #watch(session: Session): Promise<void> {
    const signal = this.#stopping.signal;
    while (session.open && !signal.aborted) {
      await Promise.race([
        session.closed,
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, this.#delays.idlePollMs);
          this.#wake = () => {
            clearTimeout(timer);
            resolve();
          };
        }),
      ]);
      this.#wake();
      this.#wake = () => undefined;
      if (!session.open || signal.aborted) return;
      const release = await this.#lock.acquire(signal);
      if (release === undefined) return;
      try {
        if (!(await this.#alive(session))) return;
      } finally {
        release();
      }
    }
  }

  async #alive(session: Session): Promise<boolean> {
    const signal = this.#stopping.signal;
    for (let attempt = 0; attempt < RESENDS; attempt++) {
      if (attempt > 0) {
        this.#life.tell('degraded', 'silent', 'resend');
        await pause(this.#delays.resendMs, signal);
      }
      const asked = await session.askStatus(signal);
      if (asked.ok) return true;
      if (!session.open || signal.aborted) return false;
    }
    if (!this.#settings.clearsBuffers) return false;
    this.#life.climb('reset');
    const cleared = await session.clear(signal);
    return cleared.ok && (await session.askStatus(signal)).ok;
  }

  #heard(status: PrinterStatus): void {
    this.#life.lastExchange = new Date().toISOString();
    if (this.#session !== undefined) this.#show(status);
  }

  #show(status: PrinterStatus): void {
    const before = this.#paper;
    this.#paper = status.paperEnd ? 'out' : status.paperNearEnd ? 'low' : 'full';
    const reason = blockedBy(status);
    const changed =
      reason !== undefined
        ? this.#life.tell('failed', reason)
        : status.paperNearEnd
          ? this.#life.tell('degraded', 'paperLow')
          : this.#life.tell('ready');
    if (!changed && before !== this.#paper) this.#life.announce();
  }
}

const reasonOf = (reason: PrinterReason | undefined): { reason?: PrinterReason } =>
  reason === undefined ? {} : { reason };

function sessionFault(fault: 'silent' | 'closed' | 'cancelled' | 'babbling'): DeviceFault | { code: 'silent' } {
  switch (fault) {
    case 'silent':
      return { code: 'silent' };
    case 'cancelled':
      return { code: 'cancelled' };
    case 'closed':
      return { code: 'notReady', detail: 'disconnected' };
    case 'babbling':
      return { code: 'hardwareError', detail: 'answers that nobody asked for do not end' };
  }
}
