import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type {
  DataKey,
  DigitEntryOptions,
  PinEntryOptions,
  PinKeyOwner,
  PinPad,
  PinPadCapabilities,
  PinPadFault,
  WorkingKey,
} from '../../devices/pin-pad.ts';
import type { ByteChannel, OpenChannel } from '../../transports/channel.ts';
import { accountDigits } from '../common/account.ts';
import { keepServing, Life, type PortReason } from '../common/life.ts';
import { Deadline, Lock, pause } from '../common/waits.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Link } from './link.ts';
import { Pad, type Rung, tolerable } from './pad.ts';
import * as sequences from './session.ts';
import { completeSettings, type KmySettings } from './settings.ts';

/** Reasons in the device report, with what to do about them in README.md. */
export type KmyReason =
  | 'needsKeys'
  | 'needsSignOn'
  | 'batteryLow'
  | 'resetting'
  | 'reopening'
  | 'silent'
  | 'garbled'
  | 'outOfStep'
  | 'refused'
  | 'otherDevice'
  | 'selfTest'
  | PortReason;

export interface Kmy350xOptions {
  readonly name: string;
  readonly open: OpenChannel;
  readonly settings?: Partial<KmySettings>;
  readonly delays?: Partial<Delays>;
  /** The pad this kiosk was given (upper-case hex of command 30). Another one is refused. */
  readonly expectedSerialNumber?: string;
  /** True while a visit is open that may ask for a PIN: no plain key is reported then, whoever waits for one. */
  readonly pinOnly?: () => boolean;
  /** Every rung of the recovery ladder, also those that are over before a report would tell them. */
  readonly onRung?: (rung: Rung | 'giveUp') => void;
}

/** An encrypting PIN pad of the KMY350x family (printer and PIN pad reference b.1). */
export function createKmy350x(options: Kmy350xOptions): PinPad {
  return new Kmy350x(options);
}

class Kmy350x implements PinPad {
  readonly class = 'pinPad';
  readonly driver = 'kmy350x';
  readonly name: string;
  readonly #options: Kmy350xOptions;
  readonly #settings: KmySettings;
  readonly #delays: Delays;
  readonly #life: Life<KmyReason>;
  readonly #lock = new Lock();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #pad: Pad | undefined;
  /** Cancels the entry that is open, so that `clear` need not wait for the person. */
  #entry: AbortController | undefined;
  readonly #pinKeys = new Set<PinKeyOwner>();
  /** From the first command of a PIN entry until its block is fetched or cleared: no plain keys meanwhile. */
  #pinOpen = false;
  #pinHeld = false;
  #known: { readonly serialNumber: string | undefined; readonly firmware: string | undefined } | undefined;

  constructor(options: Kmy350xOptions) {
    this.name = options.name;
    this.#options = options;
    this.#settings = completeSettings(options.settings ?? {});
    this.#delays = { ...standardDelays, ...options.delays };
    this.#life = new Life<KmyReason>(this);
  }

  report(): DeviceReport {
    this.#life.lastExchange = this.#pad?.lastExchangeAt ?? this.#life.lastExchange;
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  start(): void {
    this.#running ??= keepServing<KmyReason>({
      open: this.#options.open,
      life: this.#life,
      signal: this.#stopping.signal,
      delays: this.#delays,
      serve: (channel) => this.#connected(channel),
      needsPerson: (reason) => reason === 'otherDevice',
      onGiveUp: () => this.#options.onRung?.('giveUp'),
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#pad?.link.close();
    await this.#running;
  }

  capabilities(): PinPadCapabilities {
    return {
      pinBlockFormats: [this.#settings.algorithm === 'sm4' ? 'sm4' : 'iso0'],
      serialNumber: this.#known?.serialNumber,
      firmware: this.#known?.firmware,
      ...(this.#settings.accountAt === 'fetch' ? { accountAtFetch: true } : {}),
    };
  }

  hasKeys(owner: PinKeyOwner = 'kiosk'): boolean {
    return this.#pinKeys.has(owner);
  }

  loadWorkingKey(key: WorkingKey, options: OperationOptions): Promise<Result<void, PinPadFault>> {
    const lengths = this.#settings.algorithm === 'sm4' ? [16] : [16, 24];
    if (!lengths.includes(key.encrypted.length)) {
      return Promise.resolve(err({ code: 'keyRefused', detail: `a key of ${key.encrypted.length} bytes` }));
    }
    return this.#operate(options, true, async (context) => {
      // Whatever happens next, what the slot holds is not the key that was there before.
      const owner = key.owner ?? 'kiosk';
      if (key.usage === 'pin') this.#pinKeys.delete(owner);
      const loaded = await sequences.loadWorkingKey(context, key);
      if (key.usage === 'pin' && loaded.ok) this.#pinKeys.add(owner);
      return loaded;
    });
  }

  async enterPin(options: PinEntryOptions): Promise<Result<number, PinPadFault>> {
    const later = this.#settings.accountAt === 'fetch' && options.pan.length === 0;
    const account = later ? undefined : accountDigits(options.pan);
    if (!later && account === undefined) return err({ code: 'panNotUsable' });
    const entry = new AbortController();
    // Whoever opened the entry that still waits did so before the visit: the visitor does not wait for them.
    if (this.#pinOnly()) this.#entry?.abort();
    try {
      return await this.#operate(
        options,
        true,
        async (context, deadline) => {
          if (!this.#pinKeys.has(options.owner ?? 'kiosk')) return err({ code: 'keyMissing' });
          this.#pinHeld = false;
          this.#pinOpen = true;
          this.#entry = entry;
          const entered = await sequences.enterPin(context, account, options, () => deadline.leftMs);
          this.#pinHeld = entered.ok;
          this.#pinOpen = entered.ok;
          if (!entered.ok && entered.error.code === 'keyMissing') this.#pinKeys.delete(options.owner ?? 'kiosk');
          return entered;
        },
        entry.signal,
      );
    } finally {
      if (this.#entry === entry) this.#entry = undefined;
      account?.fill(0);
    }
  }

  async pinBlock(options: OperationOptions & { readonly pan?: Uint8Array }): Promise<Result<Uint8Array, PinPadFault>> {
    const account = options.pan === undefined ? undefined : accountDigits(options.pan);
    if (options.pan !== undefined && (account === undefined || this.#settings.accountAt === 'start')) {
      account?.fill(0);
      return err({ code: 'panNotUsable' });
    }
    try {
      return await this.#operate(options, false, async (context) => {
        if (!this.#pinHeld) return err({ code: 'noPin' });
        // Once: a block that got lost on the way is never asked for again, the person enters the PIN anew.
        this.#pinHeld = false;
        try {
          return await sequences.fetchPinBlock(context, account);
        } finally {
          this.#pinOpen = false;
        }
      });
    } finally {
      account?.fill(0);
    }
  }

  async enterData(
    options: OperationOptions & {
      readonly maxKeys: number;
      readonly onKey: (key: DataKey) => void;
      readonly onReady?: () => void;
      readonly activeKeys?: ReadonlyMap<DataKey, { readonly terminate: boolean }>;
    },
  ): Promise<Result<readonly DataKey[], PinPadFault>> {
    const entry = new AbortController();
    try {
      return await this.#operate(
        options,
        true,
        async (context) => {
          if (this.#pinOpen || this.#pinOnly()) return err(sequences.pinsOnly);
          this.#entry = entry;
          return sequences.enterData(context, options, () => this.#pinOnly());
        },
        entry.signal,
      );
    } finally {
      if (this.#entry === entry) this.#entry = undefined;
    }
  }

  async enterDigits(options: DigitEntryOptions): Promise<Result<number, PinPadFault>> {
    const entry = new AbortController();
    if (this.#pinOnly()) this.#entry?.abort();
    let entered: Result<number, PinPadFault> | undefined;
    try {
      entered = await this.#operate(
        options,
        true,
        async (context) => {
          if (this.#pinOpen) return err(sequences.pinsOnly);
          this.#entry = entry;
          return sequences.enterDigits(context, options);
        },
        entry.signal,
      );
      return entered;
    } finally {
      if (entered?.ok !== true) options.into.fill(0);
      if (this.#entry === entry) this.#entry = undefined;
    }
  }

  clear(options: OperationOptions): Promise<Result<void, PinPadFault>> {
    this.#entry?.abort();
    this.#pinHeld = false;
    return this.#operate(options, true, async (context) => {
      this.#pinHeld = false;
      this.#pinOpen = false;
      return sequences.closeKeypad(context);
    });
  }

  #pinOnly(): boolean {
    return this.#options.pinOnly?.() === true;
  }

  /** One operation at a time, between deadline, cancel and stop; `inStep` first makes sure whose answers will come. */
  async #operate<T>(
    options: OperationOptions,
    inStep: boolean,
    work: (context: sequences.SequenceContext, deadline: Deadline) => Promise<Result<T, PinPadFault>>,
    also?: AbortSignal,
  ): Promise<Result<T, PinPadFault>> {
    const stopSignal = this.#stopping.signal;
    const deadline = new Deadline(options, stopSignal, ...(also === undefined ? [] : [also]));
    const { signal } = deadline;
    const ended = (): Result<never, PinPadFault> =>
      err(stopSignal.aborted ? { code: 'notReady', detail: 'stopped' } : (deadline.fault ?? { code: 'cancelled' }));
    let release: (() => void) | undefined;
    try {
      release = await this.#lock.acquire(signal);
      if (release === undefined) return ended();
      const pad = this.#pad;
      if (pad === undefined) return err({ code: 'notReady', detail: this.#life.reason ?? this.#life.state });
      if (inStep || !pad.inStep) {
        const step = await pad.getInStep(signal);
        if (!step.ok) return step.error.code === 'cancelled' ? ended() : step;
      }
      const result = await work({ pad, settings: this.#settings, signal, stopSignal }, deadline);
      return !result.ok && result.error.code === 'cancelled' ? ended() : result;
    } finally {
      release?.();
      deadline.dispose();
      this.#judge();
    }
  }

  /** One connection, from its opening to its end. */
  async #connected(channel: ByteChannel): Promise<KmyReason | undefined> {
    const link = new Link(channel, this.#delays);
    const pad = new Pad(link, this.#settings, this.#delays, (rung) => this.#onRung(rung));
    try {
      return (await this.#setUp(pad)) ?? (await this.#serve(pad));
    } finally {
      await pad.link.close();
    }
  }

  /** Undefined when the pad is ready to serve, else why not. */
  async #setUp(pad: Pad): Promise<KmyReason | undefined> {
    const up = await pad.setUp(this.#stopping.signal);
    this.#life.lastExchange = pad.lastExchangeAt ?? this.#life.lastExchange;
    const expected = this.#options.expectedSerialNumber;
    if (pad.serialNumber !== undefined) {
      this.#known = { serialNumber: pad.serialNumber, firmware: pad.firmware };
      if (expected !== undefined && expected !== pad.serialNumber) return 'otherDevice';
    }
    if (up.ok) return undefined;
    if (pad.health.selfTest !== undefined && !tolerable.has(pad.health.selfTest)) return 'selfTest';
    if (pad.serialNumber !== undefined) return pad.link.ended.aborted || !pad.inStep ? 'outOfStep' : 'refused';
    if (pad.link.frames > 0) return 'outOfStep';
    return pad.link.damaged > 0 ? 'garbled' : 'silent';
  }

  /** Until the link ends. Working keys are forgotten with it: another pad may hang on the cable when it comes back. */
  async #serve(pad: Pad): Promise<undefined> {
    this.#pad = pad;
    this.#judge();
    const idle = AbortSignal.any([pad.link.ended, this.#stopping.signal]);
    try {
      while (!pad.link.ended.aborted) {
        await pause(this.#delays.idleProbeMs, idle);
        if (idle.aborted) break;
        if (!this.#lock.held) await this.#operate({ timeoutMs: this.#delays.resetMs * 3 }, true, async () => ok());
      }
      return undefined;
    } finally {
      this.#life.lastExchange = pad.lastExchangeAt ?? this.#life.lastExchange;
      this.#pad = undefined;
      this.#pinKeys.clear();
      this.#pinHeld = false;
      this.#pinOpen = false;
    }
  }

  #onRung(rung: Rung): void {
    this.#options.onRung?.(rung);
    if (rung === 'reset' && this.#pad !== undefined) {
      this.#pinHeld = false;
      this.#life.tell('starting', 'resetting', rung);
      // Whoever keeps it served tells that the port is opened again, when it is closed.
    } else if (rung !== 'reopen') this.#life.climb(rung);
  }

  /** State of a pad that serves. */
  #judge(): void {
    const pad = this.#pad;
    if (pad === undefined || pad.link.ended.aborted || !pad.inStep) return;
    if (!pad.health.masterKeyValid) this.#life.tell('degraded', 'needsKeys');
    else if (!this.#pinKeys.has('kiosk')) this.#life.tell('degraded', 'needsSignOn');
    else if (pad.health.batteryLow) this.#life.tell('degraded', 'batteryLow');
    else this.#life.tell('ready');
  }
}
