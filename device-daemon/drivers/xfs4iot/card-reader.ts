import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { err, ok, type PhysicalOutcome, type Result } from '#protocol/result.ts';
import type { CardPath, MotionReason, MotionResult } from '../../devices/card-dispenser.ts';
import type {
  CardFault,
  CardMedia,
  CardReaderCapabilities,
  CardTarget,
  Insertion,
  MotorCardReader,
} from '../../devices/card-reader.ts';
import type { DeviceFault, OperationOptions } from '../../devices/device.ts';
import { Turnstile, waitUntil } from '../common/card-waits.ts';
import { dialogue } from '../common/t0-dialogue.ts';
import { pause } from '../common/waits.ts';
import { firstProtocol } from './atr.ts';
import type { Delays } from './delays.ts';
import { base64, type End, errorCodeOf, faultOf } from './ends.ts';
import { type Motion, move, pathOf } from './motion.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { ProviderSettings } from './settings.ts';

export interface XfsCardReaderOptions {
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly delays?: Partial<Delays>;
}

const types: ReadonlySet<unknown> = new Set(['dip', 'latchedDip', 'motor']);
/** A wait for a card is begun anew so often, should the provider have lost it. */
const acceptMs = 60_000;

/**
 * Another provider's card reader (interfaces.md 1.3). The card is accepted by ReadRawData without a source, its chip reset
 * by ChipPower: so a mute chip is a card that is in, and not one that the service waits to see again.
 */
export class XfsCardReader implements MotorCardReader {
  readonly class = 'cardReader';
  readonly driver = 'xfs4iot';
  readonly name: string;
  readonly #session: Session;
  readonly #turnstile = new Turnstile();
  readonly #mediaListeners = new Set<(media: CardMedia, insertion: Insertion | undefined) => void>();
  readonly #changes = new Set<() => void>();
  #media: CardMedia = 'unknown';
  #insertion: Insertion | undefined;
  #insertions = 0;
  /** The stay whose chip has been asked for its answer to reset, whether it gave one or not. */
  #greeted: number | undefined;
  #powered = false;
  #chipProtocol: 'chipT0' | 'chipT1' = 'chipT0';
  /** A powered card left: whoever spoke to it must learn that before anybody speaks to the next one. */
  #sessionLost = false;
  /** The provider said that the card is gone, and its status has not said so yet. */
  #removedFirst = false;
  #waiters = 0;
  #accepts = true;
  #accepting: { readonly stop: AbortController; readonly over: Promise<void> } | undefined;
  #retainUnit: string | undefined;
  #kept: number | undefined;
  /** Also while the connection that it was begun on is lost: the service has one queue. */
  #moving = false;

  constructor({ name, settings, delays }: XfsCardReaderOptions) {
    this.name = name;
    this.#session = new Session({
      who: this,
      settings,
      needs: {
        commands: ['CardReader.ReadRawData', 'CardReader.ChipIO'],
        mayUse: ['CardReader.ChipPower', 'CardReader.Move', 'CardReader.Reset', 'Storage.GetStorage'],
        fits: ({ cardReader }) => types.has(cardReader?.type),
        suits: (service, named) => this.#learnUnits(service, named),
      },
      ...(delays === undefined ? {} : { delays }),
      onOpened: (service) => this.#opened(service),
      onEnded: () => this.#see('unknown'),
      health: ({ status }) => (status.cardReader?.media === 'jammed' ? 'jammed' : undefined),
    });
  }

  report(): DeviceReport {
    return this.#session.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#session.onReport(listener);
  }

  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    this.#accepting?.stop.abort();
    await this.#session.stop();
  }

  capabilities(): CardReaderCapabilities {
    const { type, chipProtocols } = this.#session.service?.capabilities.cardReader ?? {};
    const [device] = this.#session.service?.capabilities.common?.deviceInformation ?? [];
    const moves = this.#session.service?.offers('CardReader.Move') === true;
    return {
      type: type === 'motor' ? 'motor' : 'dip',
      canEject: moves && type !== 'dip',
      canRetain: moves && type === 'motor' && this.#retainUnit !== undefined,
      chipProtocols: { t0: chipProtocols?.chipT0 === true, t1: chipProtocols?.chipT1 === true },
      identifier: device?.modelName,
      apdusAreMessages: true,
    };
  }

  media(): CardMedia {
    return this.#media;
  }

  insertion(): Insertion | undefined {
    return this.#insertion;
  }

  onMedia(listener: (media: CardMedia, insertion: Insertion | undefined) => void): () => void {
    this.#mediaListeners.add(listener);
    return () => this.#mediaListeners.delete(listener);
  }

  async waitForCard(options: OperationOptions): Promise<Result<Insertion, CardFault>> {
    this.#waiters += 1;
    try {
      this.#considerAccepting();
      const found = await this.#wait(options, () =>
        this.#insertion?.number === this.#greeted ? this.#insertion : undefined,
      );
      if (found.ok) this.#sessionLost = false;
      return found;
    } finally {
      this.#waiters -= 1;
      this.#considerAccepting();
    }
  }

  async waitForRemoval(options: OperationOptions): Promise<Result<void, CardFault>> {
    const first = this.#insertion?.number;
    const gone = await this.#wait(options, () => {
      const swapped = first !== undefined && this.#insertion !== undefined && this.#insertion.number !== first;
      return this.#media === 'notPresent' || swapped ? true : undefined;
    });
    return gone.ok ? ok() : gone;
  }

  powerOn(kind: 'cold' | 'warm', options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
    return this.#exclusively(options, (service, remainingMs) => {
      this.#sessionLost = false;
      return this.#power(service, kind, remainingMs, options.signal);
    });
  }

  powerOff(options: OperationOptions): Promise<Result<void, CardFault>> {
    return this.#exclusively(options, async (service, remainingMs) => {
      if (this.#insertion === undefined) return err(this.#absence());
      this.#powered = false;
      if (!service.offers('CardReader.ChipPower')) return ok();
      const off = await service.request('CardReader.ChipPower', { chipPower: 'off' }, { timeoutMs: remainingMs() });
      return succeeded(off) ? ok() : err(this.#chipFault(off));
    });
  }

  transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
    return this.#exclusively(options, async (service, remainingMs) => {
      if (this.#sessionLost) return err({ code: 'cardRemoved' });
      if (!this.#powered) {
        const powered = await this.#power(service, 'cold', remainingMs, options.signal);
        if (!powered.ok) return powered;
      }
      const before = this.#insertion?.number;
      const protocol = this.#chipProtocol === 'chipT1' ? 't1' : 't0';
      return dialogue<CardFault>(apdu, { protocol, caseFourLe: 'send' }, async (piece) => {
        if (options.signal?.aborted) return err({ code: 'cancelled' });
        if (remainingMs() <= 0) return err({ code: 'timeOut' });
        if (this.#insertion?.number !== before) return err({ code: 'cardRemoved' });
        return this.#exchange(service, piece, remainingMs);
      });
    });
  }

  async eject(options: OperationOptions): Promise<PhysicalOutcome> {
    return (await this.move('gate', options)).outcome;
  }

  async retain(options: OperationOptions): Promise<PhysicalOutcome> {
    return (await this.move('bin', options)).outcome;
  }

  place(): CardPath {
    return pathOf(this.#media);
  }

  async move(to: CardTarget, options: OperationOptions): Promise<MotionResult> {
    const { canEject, canRetain, type } = this.capabilities();
    const result = (outcome: PhysicalOutcome, reason?: MotionReason): MotionResult => ({
      outcome,
      ...(reason === undefined ? {} : { reason }),
      state: { path: this.place(), hopper: 'unknown', bin: 'unknown' },
    });
    if (this.#session.service === undefined) return result('notDone', 'notReady');
    const can = to === 'gate' ? canEject : to === 'bin' ? canRetain : canEject && type === 'motor';
    if (!can) return result('notDone', 'unsupported');
    let motion: Motion = { outcome: 'notDone', reason: 'cancelled' };
    const keptBefore = this.#kept;
    if (to === 'bin') this.#kept = this.#insertion?.number;
    // Whoever asked learns how it ended: a cancel counts before the motion begins, and takes nothing back after.
    const turn = await this.#exclusively({ timeoutMs: options.timeoutMs }, async (service, remainingMs) => {
      if (options.signal?.aborted) return err({ code: 'cancelled' });
      const unit = to === 'bin' ? this.#retainUnit : undefined;
      motion = { outcome: 'unknown', reason: 'noAnswer' };
      this.#moving = true;
      try {
        motion = await move({ session: this.#session, service, to, unit, media: () => this.#media, remainingMs });
      } finally {
        this.#moving = false;
        this.#considerAccepting();
      }
      return ok();
    });
    if (motion.outcome !== 'done') this.#kept = keptBefore;
    if (!turn.ok && motion.outcome === 'notDone' && turn.error.code !== 'cancelled')
      return result('notDone', turn.error.code === 'timeOut' ? 'timeOut' : 'notReady');
    return result(motion.outcome, motion.reason);
  }

  kept(): number | undefined {
    return this.#kept;
  }

  async acceptInsert(on: boolean): Promise<Result<void, DeviceFault>> {
    this.#accepts = on;
    this.#considerAccepting();
    if (!on) await this.#stopAccepting();
    return ok();
  }

  accepts(): boolean {
    return this.#accepts;
  }

  #opened(service: Service): void {
    service.onChange((event) => {
      if (event?.name === 'CardReader.MediaRemovedEvent') this.#removed(service);
      else if (!this.#removedFirst || event === undefined) {
        this.#removedFirst = false;
        this.#see(mediaOf(service.status));
      }
    });
    this.#see(mediaOf(service.status), 'found');
  }

  /** A card dispenser is a CardReader, too (interfaces.md 1.2): nobody's card goes into one that was not chosen by name. */
  async #learnUnits(service: Service, named: boolean): Promise<boolean> {
    this.#retainUnit = undefined;
    if (!service.offers('Storage.GetStorage')) return true;
    const end = await service.request('Storage.GetStorage', undefined);
    if (!end.ok || end.value.completionCode !== 'success') return false;
    const units = Object.entries(end.value.payload.storage ?? {});
    const unitOf = (type: string) => units.find(([, unit]) => unit?.card?.capabilities?.type === type)?.[0];
    this.#retainUnit = unitOf('retain');
    return named || unitOf('dispense') === undefined;
  }

  /** The event may come before the status that says so: then the status is asked, and what it said before is not believed. */
  #removed(service: Service): void {
    if (this.#insertion === undefined) return;
    this.#removedFirst = mediaOf(service.status) === 'present';
    this.#see('notPresent');
    if (this.#removedFirst) void service.refresh();
  }

  #see(media: CardMedia, origin?: 'found'): void {
    const before = this.#insertion;
    if (media === this.#media && (media !== 'present' || before !== undefined)) return;
    this.#media = media;
    if (media === 'notPresent' || media === 'unknown') this.#insertion = undefined;
    else if (media === 'present' && before === undefined) {
      this.#insertions += 1;
      const motor = this.capabilities().type === 'motor';
      this.#insertion = {
        number: this.#insertions,
        atr: new Uint8Array(),
        ...(origin === 'found' && motor ? { origin } : {}),
      };
      void this.#greet(this.#insertions);
    }
    if (before !== undefined && this.#insertion === undefined) this.#sessionLost ||= this.#powered;
    // At the gate the contacts have let go of it; its stay ends when it is taken.
    if (media !== 'present') this.#powered = false;
    this.#changed();
    this.#considerAccepting();
  }

  #changed(): void {
    for (const listener of [...this.#mediaListeners]) listener(this.#media, this.#insertion);
    for (const changed of [...this.#changes]) changed();
  }

  /** A card has come: what it is is known by its answer to reset. */
  async #greet(number: number): Promise<void> {
    const timing = { timeoutMs: this.#session.delays.actMs };
    await this.#exclusively(timing, (service, remainingMs) => this.#power(service, 'cold', remainingMs));
    if (this.#insertion?.number !== number) return;
    this.#greeted = number;
    this.#changed();
  }

  /** @returns the answer to reset */
  async #power(
    service: Service,
    kind: 'cold' | 'warm',
    remainingMs: () => number,
    signal?: AbortSignal,
  ): Promise<Result<Uint8Array, CardFault>> {
    const insertion = this.#insertion;
    if (insertion === undefined) return err(this.#absence());
    const timing = { timeoutMs: remainingMs(), ...(signal === undefined ? {} : { signal }) };
    this.#powered = false;
    let answer: string | undefined;
    let end: End<object>;
    if (service.offers('CardReader.ChipPower')) {
      const reset = await service.request('CardReader.ChipPower', { chipPower: kind }, timing);
      end = reset;
      answer = reset.ok ? reset.value.payload.chipData : undefined;
    } else {
      const read = await service.request('CardReader.ReadRawData', { chip: true }, timing);
      end = read;
      answer = read.ok ? read.value.payload.chip?.[0]?.data : undefined;
    }
    if (!succeeded(end)) return err(this.#chipFault(end));
    if (this.#insertion?.number !== insertion.number) return err({ code: 'cardRemoved' });
    const atr = base64(answer);
    if (atr === undefined || atr.length === 0) return err({ code: 'cardMute' });
    this.#powered = true;
    this.#chipProtocol = this.#offered(firstProtocol(atr));
    this.#insertion = { ...insertion, atr };
    return ok(atr);
  }

  #offered(first: 't0' | 't1'): 'chipT0' | 'chipT1' {
    const { t0, t1 } = this.capabilities().chipProtocols;
    return first === 't1' ? (t1 || !t0 ? 'chipT1' : 'chipT0') : t0 || !t1 ? 'chipT0' : 'chipT1';
  }

  async #exchange(
    service: Service,
    command: Uint8Array,
    remainingMs: () => number,
  ): Promise<Result<Uint8Array, CardFault>> {
    const send = () =>
      service.request(
        'CardReader.ChipIO',
        { chipProtocol: this.#chipProtocol, chipData: Buffer.from(command).toString('base64') },
        { timeoutMs: remainingMs() },
      );
    let end = await send();
    if (errorCodeOf(end) === 'protocolNotSupported') {
      // Reader and chip have agreed on the other one; this command has not reached the chip.
      this.#chipProtocol = this.#chipProtocol === 'chipT0' ? 'chipT1' : 'chipT0';
      end = await send();
    }
    if (!end.ok || end.value.completionCode !== 'success') return err(this.#chipFault(end));
    const response = base64(end.value.payload.chipData);
    return response === undefined ? err({ code: 'cardUnresponsive', detail: 'no response' }) : ok(response);
  }

  #chipFault<P>(end: End<P>): CardFault {
    switch (errorCodeOf(end)) {
      case undefined:
        if (end.ok && end.value.completionCode === 'sequenceError') return { code: 'readerBusy' };
        return faultOf(end);
      case 'noMedia':
        return { code: this.#insertion === undefined && !this.#sessionLost ? 'noCard' : 'cardRemoved' };
      case 'atrNotObtained':
        // In an exchange: the chip lost its power, and with it whatever it had agreed to.
        if (!this.#powered) return { code: 'cardMute' };
        this.#powered = false;
        return { code: 'cardUnresponsive', detail: 'the chip lost its power' };
      case 'invalidMedia':
        return { code: 'cardMute' };
      case 'invalidData':
        return { code: 'cardUnresponsive', detail: 'a response that is none' };
      default:
        return faultOf(end);
    }
  }

  #absence(): CardFault {
    if (this.#media === 'unknown') return this.#session.outage;
    return { code: this.#sessionLost ? 'cardRemoved' : 'noCard' };
  }

  #considerAccepting(): void {
    const service = this.#session.service;
    const wanted = this.#waiters > 0 && this.#accepts && !this.#moving;
    if (!wanted || service === undefined || this.#media !== 'notPresent') this.#accepting?.stop.abort();
    else if (this.#accepting === undefined) {
      const stop = new AbortController();
      const over = this.#accept(service, stop.signal).then(() => {
        this.#accepting = undefined;
        if (!service.ended.aborted) this.#considerAccepting();
      });
      this.#accepting = { stop, over };
    }
  }

  /** Has the provider take the next card. A time-out is no fault: whoever waits, waits on. */
  async #accept(service: Service, signal: AbortSignal): Promise<void> {
    const end = await service.request('CardReader.ReadRawData', {}, { timeoutMs: acceptMs, signal });
    if (end.ok && end.value.completionCode === 'success') await service.refresh();
    else if (!signal.aborted && !service.ended.aborted) await pause(this.#session.delays.reopenMs, signal);
  }

  async #stopAccepting(): Promise<void> {
    this.#accepting?.stop.abort();
    await this.#accepting?.over;
  }

  /** Waits for a look at the media that satisfies; outlasts a short outage of the provider, not a long one. */
  #wait<T>(options: OperationOptions, look: () => T | undefined): Promise<Result<T, CardFault>> {
    return waitUntil({
      look,
      subscribe: (changed) => {
        this.#changes.add(changed);
        return () => this.#changes.delete(changed);
      },
      usable: () => this.#media !== 'unknown',
      outage: () => this.#session.outage,
      outageGraceMs: this.#session.delays.outageGraceMs,
      stopped: this.#session.stopped,
      ...options,
    });
  }

  #exclusively<T>(
    options: OperationOptions,
    work: (service: Service, remainingMs: () => number) => Promise<Result<T, CardFault>>,
  ): Promise<Result<T, CardFault>> {
    return this.#turnstile.pass({ ...options, stopped: this.#session.stopped }, async (remainingMs) => {
      // The service has one queue: a wait for a card would keep everything else waiting.
      if (this.#media !== 'notPresent') await this.#stopAccepting();
      const { service } = this.#session;
      return service === undefined ? err(this.#session.outage) : work(service, remainingMs);
    });
  }
}

const succeeded = <P>(end: End<P>): boolean => end.ok && end.value.completionCode === 'success';

/** `latched`: in, and held; to us it is in. */
const mediaOf = ({ cardReader }: xfs.CommonStatusCompletion): CardMedia =>
  cardReader?.media === 'latched' ? 'present' : (cardReader?.media ?? 'unknown');
