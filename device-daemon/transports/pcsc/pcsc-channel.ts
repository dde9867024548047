import { err, ok, type Result } from '#protocol/result.ts';
import type { ApduChannel, ApduFault, ChipProtocol, Disposition, SlotProblem, SlotState } from '../apdu-channel.ts';
import { type CallOutcome, PcscChild, pcscChildPath } from './child-process.ts';
import { type ChildEvent, chipProtocols, dispositions, scard, slotBits } from './protocol.ts';

/** Milliseconds; each is explained where the driver names it. */
export interface PcscTiming {
  readonly respawnMs: readonly number[];
  readonly contextMs: number;
  readonly readersSettleMs: number;
  readonly rescanMs: number;
  readonly presenceSettleMs: number;
  readonly connectMs: number;
}

export interface PcscChannelOptions {
  /** Part of our reader's PC/SC name, in any case of letters; empty: any. The first in the order of names wins. */
  readonly reader: string;
  /** Part of the name too (PC/SC puts a USB serial number there): another reader is refused. */
  readonly serialNumber?: string;
  /** False in production: a reader whose name begins with "Virtual PCD" is refused. */
  readonly allowVirtual: boolean;
  /** Socket of a private pcscd (PCSCLITE_CSOCK_NAME). */
  readonly socket?: string;
  readonly timing: PcscTiming;
  readonly childPath?: string;
}

interface ReaderView {
  readonly state: number;
  readonly count: number;
  readonly atr: Uint8Array;
}

/** PC/SC through a child process that is thrown away whenever it, pcscd or the reader stops to answer. */
export class PcscChannel implements ApduChannel {
  readonly #options: PcscChannelOptions;
  readonly #listeners = new Set<(state: SlotState) => void>();
  readonly #readers = new Map<string, ReaderView>();
  #child: PcscChild | undefined;
  #state: SlotState = { kind: 'starting' };
  #chosen: string | undefined;
  #protocol: ChipProtocol | undefined;
  /** Lives of the child and insertions in one number that never comes back. */
  #stay = 0;
  /** The stay whose chip has answered to a reset. */
  #answered: number | undefined;
  /** The stay whose chip fell silent in the middle: the one that answers to the next reset may be another. */
  #faltered: number | undefined;
  #failures = 0;
  #problem: { readonly problem: SlotProblem; readonly detail: string } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #doubtTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PcscChannelOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#child === undefined && this.#timer === undefined && !this.#closed) this.#spawn();
  }

  state(): SlotState {
    return this.#state;
  }

  onState(listener: (state: SlotState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(timeoutMs: number): Promise<Result<ChipProtocol, ApduFault>> {
    const before = this.#state;
    if (before.kind !== 'card') return err(this.#noCardFault());
    const child = this.#child;
    if (child === undefined) return err(this.#noCardFault());
    this.#protocol = undefined;
    const outcome = await child.call({ call: 'connect', reader: before.reader }, timeoutMs);
    const reply = await this.#judge(outcome, before.stay);
    if (!reply.ok) {
      if (saysNoCard(outcome)) this.#doubt(before.reader);
      // A chip that answered before may have been exchanged for the one that does not.
      if (reply.error.code === 'cardMute' && this.#answered === before.stay) this.#anotherCard();
      return reply;
    }
    if (this.#currentStay() !== before.stay) {
      // Whatever was powered is not the card that the caller saw.
      void child.call({ call: 'disconnect', reader: before.reader, disposition: dispositions.unpower }, timeoutMs);
      return err({ code: 'cardRemoved' });
    }
    if (this.#faltered === before.stay) this.#anotherCard();
    this.#answered = this.#currentStay();
    this.#protocol = reply.value.protocol === chipProtocols.t1 ? 't1' : 't0';
    return ok(this.#protocol);
  }

  async disconnect(disposition: Disposition, timeoutMs: number): Promise<Result<void, ApduFault>> {
    const child = this.#child;
    this.#protocol = undefined;
    if (child === undefined || this.#chosen === undefined) return ok();
    const stay = this.#currentStay();
    const outcome = await child.call(
      { call: 'disconnect', reader: this.#chosen, disposition: dispositions[disposition] },
      timeoutMs,
    );
    const reply = await this.#judge(outcome, stay);
    return reply.ok ? ok() : reply;
  }

  async transmit(apdu: Uint8Array, timeoutMs: number): Promise<Result<Uint8Array, ApduFault>> {
    const before = this.#state;
    const child = this.#child;
    if (before.kind !== 'card' || child === undefined) return err(this.#noCardFault());
    if (this.#protocol === undefined) return err({ code: 'cardRemoved' });
    const protocol = chipProtocols[this.#protocol];
    const outcome = await child.call({ call: 'transmit', reader: before.reader, protocol, apdu }, timeoutMs);
    const reply = await this.#judge(outcome, before.stay);
    if (!reply.ok) {
      if (reply.error.code === 'cardUnresponsive') this.#faltered = before.stay;
      return reply;
    }
    const data = reply.value.data ?? new Uint8Array();
    if (data.length >= 2) return ok(data);
    // A driver may call it a success, of no bytes, when the card left in the middle.
    if (await this.#left(before.stay)) return err({ code: 'cardRemoved' });
    this.#faltered = before.stay;
    return err({ code: 'cardUnresponsive', detail: 'response without a status word' });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#doubtTimer);
    this.#set({ kind: 'unavailable', problem: 'transportFailed', detail: 'closed' });
    await this.#child?.kill();
  }

  #spawn(): void {
    this.#timer = undefined;
    this.#readers.clear();
    this.#chosen = undefined;
    this.#protocol = undefined;
    this.#problem = undefined;
    try {
      this.#child = new PcscChild({
        path: this.#options.childPath ?? pcscChildPath(),
        socket: this.#options.socket,
        onEvent: (event) => this.#onEvent(event),
        onEnd: (detail) => this.#onEnd(detail),
      });
      this.#timer = setTimeout(
        () => this.#abandon('notAnswering', 'pcscd does not answer'),
        this.#options.timing.contextMs,
      );
    } catch (error) {
      this.#onEnd(error instanceof Error ? error.message : String(error));
    }
  }

  #onEnd(detail: string): void {
    this.#child = undefined;
    this.#protocol = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#doubtTimer);
    if (this.#closed) return;
    const problem = this.#problem ?? { problem: 'transportFailed', detail };
    this.#set({ kind: 'unavailable', ...problem });
    const { respawnMs } = this.#options.timing;
    const delay = respawnMs[Math.min(this.#failures, respawnMs.length - 1)] ?? 0;
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#spawn(), delay);
  }

  #onEvent(event: ChildEvent): void {
    // Killed, it may have said something more.
    if (this.#closed) return;
    switch (event.event) {
      case 'context':
        // Readers are announced at once. None of ours after a while: say so, and later begin anew, because a reader that
        // comes back may not be announced (pcsclite issue 68).
        this.#afterContext();
        return;
      case 'problem':
        // The child tries again by itself, and says when a context stands.
        clearTimeout(this.#timer);
        this.#problem = { problem: event.problem, detail: event.detail };
        this.#set({ kind: 'unavailable', ...this.#problem });
        return;
      case 'status':
        this.#onStatus(event.reader, event);
        return;
      case 'end':
        this.#readers.delete(event.reader);
        if (event.reader === this.#chosen) this.#abandon('readerMissing', `${event.reader} was disconnected`);
        return;
    }
  }

  #afterContext(): void {
    const { readersSettleMs, rescanMs } = this.#options.timing;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const names = [...this.#readers.keys()].sort();
      const refused = names.find((name) => this.#isNamed(name));
      this.#problem =
        refused === undefined
          ? {
              problem: 'readerMissing',
              detail: `wanted "${this.#options.reader}", found ${names.join(', ') || 'none'}`,
            }
          : { problem: 'readerRefused', detail: `${refused} is virtual or not the one with the pinned serial number` };
      this.#set({ kind: 'unavailable', ...this.#problem });
      this.#timer = setTimeout(() => void this.#child?.kill(), rescanMs);
    }, readersSettleMs);
  }

  #onStatus(reader: string, view: ReaderView): void {
    const last = this.#readers.get(reader);
    this.#readers.set(reader, view);
    if (this.#chosen === undefined && this.#suits(reader)) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#chosen = reader;
      this.#failures = 0;
    }
    if (reader !== this.#chosen) return;
    clearTimeout(this.#doubtTimer);
    this.#doubtTimer = undefined;
    if ((view.state & slotBits.present) === 0) {
      this.#protocol = undefined;
      const card = this.#state.kind === 'card';
      this.#set({ kind: 'empty', reader });
      // pcscd counts every removal that it sees.
      if (card && last?.count === view.count) this.#doubt(reader);
      return;
    }
    const atr = (view.state & slotBits.mute) === 0 ? view.atr : new Uint8Array();
    const sameCard = this.#state.kind === 'card' && last?.count === view.count;
    if (!sameCard) {
      this.#protocol = undefined;
      this.#stay += 1;
    } else if (this.#state.kind === 'card' && sameBytes(this.#state.atr, atr)) return;
    this.#set({ kind: 'card', reader, stay: this.#stay, atr });
  }

  /**
   * A card that goes and comes between two of pcscd's looks, while the chip is switched off, leaves it of two minds for
   * good: present in what it announces, absent to whoever connects, or the other way round. When it does not make up its
   * mind by itself it is made to look; the card that it then finds counts as another one.
   */
  #doubt(reader: string): void {
    this.#doubtTimer ??= setTimeout(() => void this.#refresh(reader), this.#options.timing.presenceSettleMs);
  }

  async #refresh(reader: string): Promise<void> {
    this.#doubtTimer = undefined;
    const child = this.#child;
    if (child === undefined || reader !== this.#chosen || this.#protocol !== undefined) return;
    const before = this.#state;
    const outcome = await child.call({ call: 'refresh', reader }, this.#options.timing.connectMs);
    // Announced what it found.
    if (this.#state !== before || child !== this.#child) return;
    const refreshed = await this.#judge(outcome, this.#currentStay());
    if (!refreshed.ok || this.#state !== before) return;
    if (before.kind === 'card') this.#anotherCard();
    // It knows better now and tells nobody who has asked before: only a new context hears it.
    else this.#abandon('notAnswering', 'pcscd lost track of the slot');
  }

  /** The same slot, and as far as anybody can tell another card in it. */
  #anotherCard(): void {
    if (this.#state.kind !== 'card') return;
    this.#protocol = undefined;
    this.#stay += 1;
    this.#set({ ...this.#state, stay: this.#stay });
  }

  #suits(reader: string): boolean {
    if (!this.#options.allowVirtual && /^Virtual PCD/i.test(reader)) return false;
    return this.#isNamed(reader) && reader.includes(this.#options.serialNumber ?? '');
  }

  #isNamed(reader: string): boolean {
    return reader.toLowerCase().includes(this.#options.reader.toLowerCase());
  }

  /** Turns what the child said, or did not say, into our own words; begins anew where the context is of no more use. */
  async #judge(
    outcome: CallOutcome,
    stay: number | undefined,
  ): Promise<Result<{ readonly protocol?: number; readonly data?: Uint8Array }, ApduFault>> {
    if (outcome.kind === 'late') {
      this.#problem = { problem: 'notAnswering', detail: 'no answer from the reader within the deadline' };
      return err({ code: 'timeOut' });
    }
    if (outcome.kind === 'gone')
      return err({ code: 'unavailable', detail: this.#problem?.detail ?? 'PC/SC process ended' });
    const { reply } = outcome;
    if (reply.ok) return ok(reply);
    switch (reply.code) {
      case scard.sharingViolation:
        return err({ code: 'busy' });
      case scard.noSmartcard:
        return err({ code: stay === undefined ? 'noCard' : 'cardRemoved' });
      case scard.removedCard:
        this.#protocol = undefined;
        return err({ code: 'cardRemoved' });
      case scard.unpoweredCard:
      case scard.unresponsiveCard:
      case scard.protocolMismatch:
        return (await this.#left(stay)) ? err({ code: 'cardRemoved' }) : err({ code: 'cardMute' });
      case scard.commError:
      case scard.noService:
      case scard.serviceStopped:
      case scard.unknownReader:
      case scard.readerUnavailable:
      case scard.invalidHandle:
        this.#abandon('serviceDown', reply.detail);
        return err({ code: 'unavailable', detail: reply.detail });
      default:
        // The card left, or the chip fell silent: pcscd tells which at its next look into the slot.
        return (await this.#left(stay))
          ? err({ code: 'cardRemoved' })
          : err({ code: 'cardUnresponsive', detail: reply.detail });
    }
  }

  /** Whether the card of this stay is gone, once pcscd has had the time to notice. */
  #left(stay: number | undefined): Promise<boolean> {
    if (this.#currentStay() !== stay) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), this.#options.timing.presenceSettleMs);
      const stopListening = this.onState(() => {
        if (this.#currentStay() !== stay) settle(true);
      });
      const settle = (gone: boolean): void => {
        clearTimeout(timer);
        stopListening();
        resolve(gone);
      };
    });
  }

  #currentStay(): number | undefined {
    return this.#state.kind === 'card' ? this.#state.stay : undefined;
  }

  #noCardFault(): ApduFault {
    const state = this.#state;
    if (state.kind === 'empty') return { code: 'noCard' };
    return {
      code: 'unavailable',
      detail: state.kind === 'unavailable' ? state.detail : 'the reader is being looked for',
    };
  }

  /** The context is of no more use: another child, another context. */
  #abandon(problem: SlotProblem, detail: string): void {
    this.#problem ??= { problem, detail };
    void this.#child?.kill();
  }

  #set(state: SlotState): void {
    const last = this.#state;
    if (last.kind === state.kind && state.kind !== 'card' && last.kind !== 'card') {
      if (JSON.stringify(last) === JSON.stringify(state)) return;
    }
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function saysNoCard(outcome: CallOutcome): boolean {
  return outcome.kind === 'reply' && !outcome.reply.ok && outcome.reply.code === scard.noSmartcard;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
