import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type {
  DocumentPresence,
  IdentityCapabilities,
  IdentityFault,
  IdentityHint,
  IdentityReader,
} from '../../devices/identity-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import type { ByteChannel, OpenChannel } from '../../transports/channel.ts';
import { keepServing, Life, type PortReason } from '../common/life.ts';
import { Deadline, Lock, pause } from '../common/waits.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Link } from './link.ts';
import { type DecodeDocument, Finder, probeDocument, readDocument } from './reading.ts';
import { type AskFault, type OutOfService, type Rung, Sam } from './sam.ts';

/** Reasons in the device report, with what to do about them in README.md. */
export type SamVReason =
  | OutOfService
  | 'resetting'
  | 'reopening'
  | 'silent'
  | 'garbled'
  | 'outOfStep'
  | 'refused'
  | 'otherDevice'
  | PortReason;

export interface SamVOptions {
  readonly name: string;
  readonly open: OpenChannel;
  readonly delays?: Partial<Delays>;
  /** SAM id of the reader this kiosk was given, as printed (id-card-reader.md 7). Another one is refused. */
  readonly expectedSerialNumber?: string;
  /** Makes a document of what the chip gave away. */
  readonly decode: DecodeDocument;
  /** Every rung of the recovery ladder, also those that are over before a report would tell them. */
  readonly onRung?: (rung: Rung | 'giveUp') => void;
}

/** Looking more often at a reader with one of these would change nothing: a person is needed. */
const needPerson: ReadonlySet<SamVReason> = new Set<SamVReason>(['otherDevice', 'selfTest', 'notAuthorised']);

/** A reader of Chinese resident ID cards and their relatives with a SAM_V module (id-card-reader.md). */
export function createSamV(options: SamVOptions): IdentityReader {
  return new SamV(options);
}

class SamV implements IdentityReader {
  readonly class = 'identityReader';
  readonly driver = 'sam-v';
  readonly name: string;
  readonly #options: SamVOptions;
  readonly #delays: Delays;
  readonly #finder: Finder;
  readonly #life: Life<SamVReason>;
  readonly #lock = new Lock();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #sam: Sam | undefined;
  #serialNumber: string | undefined;

  constructor(options: SamVOptions) {
    this.name = options.name;
    this.#options = options;
    this.#delays = { ...standardDelays, ...options.delays };
    this.#finder = new Finder(this.#delays);
    this.#life = new Life<SamVReason>(this);
  }

  report(): DeviceReport {
    this.#life.lastExchange = this.#sam?.lastExchangeAt ?? this.#life.lastExchange;
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  start(): void {
    this.#running ??= keepServing<SamVReason>({
      open: this.#options.open,
      life: this.#life,
      signal: this.#stopping.signal,
      delays: this.#delays,
      serve: (channel) => this.#connected(channel),
      needsPerson: (reason) => needPerson.has(reason),
      onGiveUp: () => this.#options.onRung?.('giveUp'),
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#sam?.link.close();
    await this.#running;
  }

  capabilities(): IdentityCapabilities {
    return { reads: 'chip', presence: 'inferred', serialNumber: this.#serialNumber };
  }

  read(
    options: OperationOptions & { readonly onHint?: (hint: IdentityHint) => void },
  ): Promise<Result<IdentityDocument, IdentityFault>> {
    const { onHint } = options;
    return this.#operate(options, (sam, signal) =>
      readDocument({
        sam,
        finder: this.#finder,
        delays: this.#delays,
        decode: this.#options.decode,
        signal,
        ...(onHint === undefined ? {} : { onHint }),
      }),
    );
  }

  probe(options: OperationOptions): Promise<Result<DocumentPresence, IdentityFault>> {
    return this.#operate(options, (sam, signal) => probeDocument(this.#finder, sam, signal));
  }

  /** One operation at a time, between deadline, cancel and stop; it begins by making sure whose answers will come. */
  async #operate<T>(
    options: OperationOptions,
    work: (sam: Sam, signal: AbortSignal) => Promise<Result<T, IdentityFault>>,
  ): Promise<Result<T, IdentityFault>> {
    const stopSignal = this.#stopping.signal;
    const deadline = new Deadline(options, stopSignal);
    const { signal } = deadline;
    const ended = (): Result<never, IdentityFault> =>
      err(stopSignal.aborted ? { code: 'notReady', detail: 'stopped' } : (deadline.fault ?? { code: 'cancelled' }));
    let release: (() => void) | undefined;
    try {
      release = await this.#lock.acquire(signal);
      if (release === undefined) return ended();
      const sam = this.#sam;
      if (sam === undefined) return err({ code: 'notReady', detail: this.#life.reason ?? this.#life.state });
      const step = await sam.getInStep(signal);
      if (!step.ok) return step.error.code === 'cancelled' ? ended() : step;
      const result = await work(sam, signal);
      return !result.ok && result.error.code === 'cancelled' ? ended() : result;
    } finally {
      release?.();
      deadline.dispose();
      this.#judge();
    }
  }

  /** One connection, from its opening to its end. */
  async #connected(channel: ByteChannel): Promise<SamVReason | undefined> {
    const sam = new Sam(new Link(channel, this.#delays), this.#delays, (rung) => this.#onRung(rung));
    try {
      return (await this.#setUp(sam)) ?? (await this.#serve(sam));
    } finally {
      await sam.link.close();
    }
  }

  /** Undefined when the reader is ready to serve, else why not. */
  async #setUp(sam: Sam): Promise<SamVReason | undefined> {
    const { signal } = this.#stopping;
    await pause(this.#delays.powerOnMs, AbortSignal.any([signal, sam.link.ended]));
    const up = await sam.setUp(signal);
    this.#life.lastExchange = sam.lastExchangeAt ?? this.#life.lastExchange;
    const expected = this.#options.expectedSerialNumber;
    if (sam.serialNumber !== undefined) {
      this.#serialNumber = sam.serialNumber;
      if (expected !== undefined && expected !== sam.serialNumber) return 'otherDevice';
    }
    return up.ok ? undefined : whyNot(sam, up.error);
  }

  /** Until the link ends. Undefined when it may simply be opened again, else why not. */
  async #serve(sam: Sam): Promise<SamVReason | undefined> {
    this.#sam = sam;
    this.#judge();
    const idle = AbortSignal.any([sam.link.ended, this.#stopping.signal]);
    try {
      while (!sam.link.ended.aborted) {
        await pause(this.#delays.idleProbeMs, idle);
        if (idle.aborted) break;
        if (!this.#lock.held) await this.#operate({ timeoutMs: this.#delays.resetMs * 3 }, async () => ok());
      }
      return sam.outOfService;
    } finally {
      this.#life.lastExchange = sam.lastExchangeAt ?? this.#life.lastExchange;
      this.#sam = undefined;
    }
  }

  #onRung(rung: Rung): void {
    this.#options.onRung?.(rung);
    if (rung === 'reset' && this.#sam !== undefined) this.#life.tell('starting', 'resetting', rung);
    // Whoever keeps it served tells that the port is opened again, when it is closed.
    else if (rung !== 'reopen') this.#life.climb(rung);
  }

  /** State of a reader that serves. */
  #judge(): void {
    const sam = this.#sam;
    if (sam !== undefined && !sam.link.ended.aborted && sam.inStep) this.#life.tell('ready');
  }
}

function whyNot(sam: Sam, fault: AskFault): SamVReason {
  if (sam.outOfService !== undefined) return sam.outOfService;
  if (fault.code === 'refused') return 'refused';
  const { frames, damaged, junk } = sam.link;
  if (frames > 0) return 'outOfStep';
  return damaged + junk > 0 ? 'garbled' : 'silent';
}
