import type { DeviceReport, RecoveryRung } from '#protocol/generated/kiosk.ts';
import { err, ok, type PhysicalOutcome, type Result } from '#protocol/result.ts';
import type { CardFault, CardMedia, CardReader, CardReaderCapabilities, Insertion } from '../../devices/card-reader.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type { ApduChannel, ApduFault, ChipProtocol, Disposition, SlotState } from '../../transports/apdu-channel.ts';
import { Turnstile, waitUntil } from '../common/card-waits.ts';
import { type DialogueOptions, dialogue } from '../common/t0-dialogue.ts';
import { hangsBeforeDegraded, timing } from './timing.ts';

type ReportState = Pick<DeviceReport, 'state'> & { readonly reason?: string; readonly recovery?: RecoveryRung };

export interface DipReaderOptions {
  readonly name: string;
  readonly channel: ApduChannel;
  readonly caseFourLe?: DialogueOptions['caseFourLe'];
}

/**
 * A reader into which people push their card and from which they pull it: it can neither hold nor move one. Works on any
 * APDU channel. One operation at a time has the chip; the others wait for their turn within their own time.
 */
export class DipCardReader implements CardReader {
  readonly class = 'cardReader';
  readonly driver = 'pcsc';
  readonly name: string;
  readonly #channel: ApduChannel;
  readonly #caseFourLe: DialogueOptions['caseFourLe'];
  readonly #turnstile = new Turnstile();
  readonly #stopped = new AbortController();
  readonly #reportListeners = new Set<(report: DeviceReport) => void>();
  readonly #mediaListeners = new Set<(media: CardMedia, insertion: Insertion | undefined) => void>();
  readonly #changes = new Set<() => void>();
  #report: DeviceReport;
  #slot: SlotState;
  #firstLook: ReturnType<typeof setTimeout> | undefined;
  #insertion: Insertion | undefined;
  #stay: number | undefined;
  #insertions = 0;
  #protocol: ChipProtocol | undefined;
  /** A powered card left: whoever spoke to it must learn that before anybody speaks to the next one. */
  #sessionLost = false;
  #hangs = 0;
  /** The reader was there, and then was not: its return counts as a restart. */
  #outage: 'none' | 'possible' | 'running' = 'none';

  constructor(options: DipReaderOptions) {
    this.name = options.name;
    this.#channel = options.channel;
    this.#caseFourLe = options.caseFourLe ?? 'send';
    this.#report = {
      name: this.name,
      class: this.class,
      driver: this.driver,
      state: 'starting',
      since: new Date().toISOString(),
      restarts: 0,
    };
    this.#slot = options.channel.state();
    this.#channel.onState((state) => this.#look(state));
  }

  report(): DeviceReport {
    return this.#report;
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    this.#reportListeners.add(listener);
    return () => this.#reportListeners.delete(listener);
  }

  start(): void {
    this.#channel.start();
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    clearTimeout(this.#firstLook);
    if (this.#protocol !== undefined && !this.#turnstile.busy) {
      await this.#channel.disconnect('unpower', timing.farewellMs);
    }
    await this.#channel.close();
  }

  capabilities(): CardReaderCapabilities {
    const slot = this.#slot;
    return {
      type: 'dip',
      canEject: false,
      canRetain: false,
      chipProtocols: { t0: true, t1: true },
      identifier: slot.kind === 'empty' || slot.kind === 'card' ? slot.reader : undefined,
    };
  }

  media(): CardMedia {
    const { kind } = this.#slot;
    if (kind === 'card') return 'present';
    return kind === 'empty' ? 'notPresent' : 'unknown';
  }

  insertion(): Insertion | undefined {
    return this.#insertion;
  }

  protocol(): ChipProtocol | undefined {
    return this.#protocol;
  }

  onMedia(listener: (media: CardMedia, insertion: Insertion | undefined) => void): () => void {
    this.#mediaListeners.add(listener);
    return () => this.#mediaListeners.delete(listener);
  }

  async waitForCard(options: OperationOptions): Promise<Result<Insertion, CardFault>> {
    const found = await this.#wait(options, () => this.#insertion);
    if (found.ok) this.#sessionLost = false;
    return found;
  }

  async waitForRemoval(options: OperationOptions): Promise<Result<void, CardFault>> {
    const first = this.#insertion?.number;
    const gone = await this.#wait(options, () => {
      const media = this.media();
      const swapped = first !== undefined && this.#insertion !== undefined && this.#insertion.number !== first;
      return media === 'notPresent' || swapped ? true : undefined;
    });
    return gone.ok ? ok() : gone;
  }

  powerOn(kind: 'cold' | 'warm', options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
    return this.#exclusively(options, async (remainingMs) => {
      this.#sessionLost = false;
      if (this.#protocol !== undefined) {
        const released = await this.#release(kind === 'cold' ? 'unpower' : 'reset', remainingMs());
        if (!released.ok) return released;
      }
      const powered = await this.#power(remainingMs);
      if (!powered.ok) return powered;
      return ok(this.#insertion?.atr ?? new Uint8Array());
    });
  }

  powerOff(options: OperationOptions): Promise<Result<void, CardFault>> {
    return this.#exclusively(options, async (remainingMs) => {
      if (this.#insertion === undefined) return err(this.#absence());
      return this.#release('unpower', remainingMs());
    });
  }

  transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
    return this.#exclusively(options, async (remainingMs) => {
      if (this.#sessionLost) return err({ code: 'cardRemoved' });
      if (this.#protocol === undefined) {
        const powered = await this.#power(remainingMs);
        if (!powered.ok) return powered;
      }
      const protocol = this.#protocol ?? 't0';
      const before = this.#insertion?.number;
      return dialogue<CardFault>(apdu, { protocol, caseFourLe: this.#caseFourLe }, async (piece) => {
        if (options.signal?.aborted) return err({ code: 'cancelled' });
        if (remainingMs() <= 0) return err({ code: 'timeOut' });
        if (this.#insertion?.number !== before) return err({ code: 'cardRemoved' });
        const answer = await this.#channel.transmit(piece, remainingMs());
        if (answer.ok) this.#hangs = 0;
        return this.#judge(answer);
      });
    });
  }

  /** The card is the customer's to pull. */
  eject(): Promise<PhysicalOutcome> {
    return Promise.resolve('notDone');
  }

  retain(): Promise<PhysicalOutcome> {
    return Promise.resolve('notDone');
  }

  /** Connect; a chip that gave no answer to reset gets one more cold reset before it is called mute. */
  async #power(remainingMs: () => number): Promise<Result<void, CardFault>> {
    for (let attempt = 0; ; attempt++) {
      if (this.#insertion === undefined) return err(this.#absence());
      const timeoutMs = Math.min(remainingMs(), timing.connectMs);
      if (timeoutMs <= 0) return err({ code: 'timeOut' });
      const connected = this.#judge(await this.#channel.connect(timeoutMs));
      if (connected.ok) {
        this.#protocol = connected.value;
        return ok();
      }
      if (connected.error.code !== 'cardMute' || attempt > 0) return connected;
      const released = await this.#release('unpower', remainingMs());
      if (!released.ok) return released;
    }
  }

  async #release(disposition: Disposition, timeoutMs: number): Promise<Result<void, CardFault>> {
    if (timeoutMs <= 0) return err({ code: 'timeOut' });
    this.#protocol = undefined;
    return this.#judge(await this.#channel.disconnect(disposition, timeoutMs));
  }

  /** Channel faults in the device class's words; keeps the books on good exchanges and hangs. */
  #judge<T>(result: Result<T, ApduFault>): Result<T, CardFault> {
    if (result.ok) {
      // A chip that can be powered is not yet one that answers.
      if (this.#hangs < hangsBeforeDegraded) this.#setReport({ state: 'ready' }, new Date().toISOString());
      return result;
    }
    const fault = result.error;
    switch (fault.code) {
      case 'unavailable':
        return err(
          this.#stopped.signal.aborted
            ? { code: 'notReady', detail: 'stopped' }
            : { code: 'notReady', detail: fault.detail },
        );
      case 'busy':
        this.#setReport({ state: 'degraded', reason: 'readerBusy' });
        return err({ code: 'readerBusy' });
      case 'timeOut':
        this.#hangs += 1;
        return err(fault);
      default:
        return err(fault);
    }
  }

  /** A slot that is empty at the first look may hold a card that pcscd has not noticed yet: then it is not empty, but not known. */
  #look(slot: SlotState): void {
    clearTimeout(this.#firstLook);
    const known = this.#slot.kind === 'empty' || this.#slot.kind === 'card';
    if (slot.kind === 'empty' && !known) this.#firstLook = setTimeout(() => this.#onSlot(slot), timing.firstLookMs);
    else this.#onSlot(slot);
  }

  #onSlot(slot: SlotState): void {
    this.#slot = slot;
    const before = this.#insertion;
    if (slot.kind !== 'card') {
      this.#insertion = undefined;
      this.#stay = undefined;
    } else if (slot.stay !== this.#stay) {
      this.#stay = slot.stay;
      this.#insertions += 1;
      this.#insertion = { number: this.#insertions, atr: slot.atr };
    } else {
      this.#insertion = { number: this.#insertions, atr: slot.atr };
    }
    if (before !== undefined && this.#insertion?.number !== before.number && this.#protocol !== undefined) {
      this.#protocol = undefined;
      this.#sessionLost = true;
    }
    this.#reportSlot(slot);
    const media = this.media();
    for (const listener of [...this.#mediaListeners]) listener(media, this.#insertion);
    for (const changed of [...this.#changes]) changed();
  }

  #reportSlot(slot: SlotState): void {
    switch (slot.kind) {
      case 'starting':
        return;
      case 'unavailable':
        if (this.#outage === 'possible') this.#outage = 'running';
        this.#setReport(this.#stopped.signal.aborted ? { state: 'absent', reason: 'stopped' } : reportOf(slot));
        return;
      default:
        if (this.#outage === 'running') this.#report = { ...this.#report, restarts: this.#report.restarts + 1 };
        this.#outage = 'possible';
        this.#setReport(this.#hangs >= hangsBeforeDegraded ? notAnswering : { state: 'ready' });
    }
  }

  #setReport({ state, reason, recovery }: ReportState, lastExchange?: string): void {
    const last = this.#report;
    const changed = last.state !== state || last.reason !== reason;
    const { reason: _reason, recovery: _recovery, ...rest } = last;
    this.#report = {
      ...rest,
      state,
      since: changed ? new Date().toISOString() : last.since,
      ...(reason === undefined ? {} : { reason }),
      ...(recovery === undefined ? {} : { recovery }),
      ...(lastExchange === undefined ? {} : { lastExchange }),
    };
    if (changed) for (const listener of [...this.#reportListeners]) listener(this.#report);
  }

  #absence(): CardFault {
    const slot = this.#slot;
    if (slot.kind === 'empty' || slot.kind === 'card') return { code: this.#sessionLost ? 'cardRemoved' : 'noCard' };
    return { code: 'notReady', detail: slot.kind === 'unavailable' ? slot.detail : 'the reader is being looked for' };
  }

  /** Waits for a look at the slot that satisfies; outlasts a short outage of the reader, not a long one. */
  async #wait<T>(options: OperationOptions, look: () => T | undefined): Promise<Result<T, CardFault>> {
    return waitUntil({
      look,
      subscribe: (changed) => {
        this.#changes.add(changed);
        return () => this.#changes.delete(changed);
      },
      usable: () => this.media() !== 'unknown',
      outage: () => this.#absence(),
      outageGraceMs: timing.outageGraceMs,
      stopped: this.#stopped.signal,
      ...options,
    });
  }

  async #exclusively<T>(
    options: OperationOptions,
    work: (remainingMs: () => number) => Promise<Result<T, CardFault>>,
  ): Promise<Result<T, CardFault>> {
    return this.#turnstile.pass({ ...options, stopped: this.#stopped.signal }, work);
  }
}

/** What hangs is ended with the process that holds the library, and begun anew: that opens the reader again. */
const notAnswering: ReportState = { state: 'degraded', reason: 'readerNotAnswering', recovery: 'reopen' };

function reportOf(slot: Extract<SlotState, { kind: 'unavailable' }>): ReportState {
  switch (slot.problem) {
    case 'readerRefused':
    case 'transportFailed':
      return { state: 'failed', reason: slot.problem, recovery: 'reopen' };
    case 'notAnswering':
      return notAnswering;
    case 'libraryMissing':
    case 'serviceDown':
    case 'readerMissing':
      return { state: 'absent', reason: slot.problem, recovery: 'reopen' };
  }
}
