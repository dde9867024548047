import type { EventPayloads } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import {
  type CardPinFault,
  changeCardPin,
  type NewPinRefusal,
  newPinRefusal,
  PinDigits,
  sameDigits,
  verifyCardPin,
} from '../../../cards/index.ts';
import type { Config } from '../../../config/index.ts';
import type { CardReader, Insertion } from '../../../devices/card-reader.ts';
import type { PinPad } from '../../../devices/pin-pad.ts';
import type { Journal } from '../../../journal/index.ts';
import type { CardPinOrder } from '../../../sagas/index.ts';
import type { CommandContext } from '../../service.ts';
import { apduTimeoutMs, CardSession } from '../card-session.ts';
import { lifetimes } from '../evidence.ts';
import { codeOf, type PadFault } from '../pin.ts';
import type { Visit } from '../visits.ts';

export interface CardPinOptions {
  readonly rules: Config['cardPin'];
  readonly pad: PinPad | undefined;
  readonly reader: CardReader | undefined;
  readonly journal: Journal;
  /** The person's time for one entry. */
  readonly entryMs: number;
}

type EntryFault =
  | { readonly code: PadFault | 'cancelled' | 'cardPinLocked' | 'newPinRefused' | 'cardUnreadable' }
  | { readonly code: 'wrongPin'; readonly triesLeft: number };

type Again = NonNullable<EventPayloads['CardService.PinRoundEvent']['again']>;

/** So many new PINs that may not be taken; then the person is let go. */
const newPinsAtMost = 5;
const powerTimeoutMs = 10_000;

/**
 * The card's own PIN (社保卡密码): the chip checks it, so that its digits have to come out of the pad. They are in one
 * Buffer from key press to command (invariant 4), which is zeroed when the change is over, when the card leaves, when the
 * visit ends, and after `lifetimes.cardPinMs` in any case.
 */
export class CardPins {
  readonly #options: CardPinOptions;

  constructor(options: CardPinOptions) {
    this.#options = options;
  }

  /** Configured, the pad can do it now, and nothing on the way to the chip makes a message of it. */
  get mayChange(): boolean {
    const { rules, pad, reader } = this.#options;
    if (reader === undefined || reader.capabilities().apdusAreMessages) return false;
    return rules.change && pad?.enterDigits !== undefined && ['ready', 'degraded'].includes(pad.report().state);
  }

  /**
   * The PIN as it is, which the chip checks at once; then the new one twice. A wrong PIN costs one of the chip's tries.
   * @param idNumber of the holder, ASCII; a PIN that is a part of it is not taken
   */
  async enter(
    visit: Visit,
    insertion: Insertion,
    idNumber: Buffer,
    context: CommandContext,
  ): Promise<Result<CardPinOrder, EntryFault>> {
    const { reader, journal } = this.#options;
    if (reader === undefined || !this.mayChange) return err({ code: 'pinPadUnavailable' });
    const session = new CardSession(reader, insertion);
    const stop = new AbortController();
    const leave = visit.onCardRemoved(() => stop.abort());
    const signal = AbortSignal.any([context.signal, visit.signal, stop.signal]);
    const digits = new PinDigits();
    let order: CardPinOrder | undefined;
    try {
      const old = await this.#entry(digits, 0, undefined, signal, context);
      if (!old.ok) return old;
      const powered = await reader.powerOn('warm', { signal, timeoutMs: powerTimeoutMs });
      const checked = powered.ok
        ? await verifyCardPin(session, digits.of(0), { signal, timeoutMs: apduTimeoutMs })
        : powered;
      journal.record('cardPin.checked', { result: checked.ok ? 'right' : checked.error.code }, visit.id);
      if (!checked.ok) return err(entryFault(checked.error, signal));
      const chosen = await this.#newPin(digits, idNumber, visit, signal, context);
      if (!chosen.ok) return chosen;
      if (signal.aborted || !session.present) return err({ code: 'cancelled' });
      order = this.#order(digits, session, visit);
      return ok(order);
    } finally {
      leave();
      if (order === undefined) digits.wipe();
    }
  }

  /** One that may be taken, entered twice. */
  async #newPin(
    digits: PinDigits,
    idNumber: Buffer,
    visit: Visit,
    signal: AbortSignal,
    context: CommandContext,
  ): Promise<Result<void, EntryFault>> {
    const { journal, rules } = this.#options;
    let again: Again | undefined;
    for (let tries = 0; tries < newPinsAtMost; tries += 1) {
      const first = await this.#entry(digits, 1, again, signal, context);
      if (!first.ok) return first;
      const refusal: NewPinRefusal | undefined = newPinRefusal(digits.of(1), {
        old: digits.of(0),
        initial: rules.initialPins,
        idNumber,
      });
      again = refusal;
      if (again === undefined) {
        const second = await this.#entry(digits, 2, undefined, signal, context);
        if (!second.ok) return second;
        if (sameDigits(digits.of(1), digits.of(2))) return ok();
        again = 'pinsDiffer';
      }
      journal.record('cardPin.notTaken', { why: again }, visit.id);
    }
    return err({ code: 'newPinRefused' });
  }

  async #entry(
    digits: PinDigits,
    round: 0 | 1 | 2,
    again: Again | undefined,
    signal: AbortSignal,
    context: CommandContext,
  ): Promise<Result<void, EntryFault>> {
    const { pad, entryMs, rules } = this.#options;
    if (pad?.enterDigits === undefined) return err({ code: 'pinPadUnavailable' });
    context.emit('CardService.PinRoundEvent', { round, ...(again !== undefined && { again }) });
    const length = rules.digits;
    const entered = await pad.enterDigits({
      minDigits: length,
      maxDigits: length,
      into: digits.room(round),
      timeoutMs: entryMs,
      signal,
      onReady: () =>
        context.emit('CardService.PinReadyEvent', {
          minDigits: length,
          maxDigits: length,
          seconds: Math.round(entryMs / 1000),
        }),
      onKey: (_key, count) => context.emit('CardService.PinKeyEvent', { digits: count }),
    });
    if (entered.ok) {
      digits.written(round, entered.value);
      return ok();
    }
    return err({ code: signal.aborted || entered.error.code === 'cancelled' ? 'cancelled' : codeOf(entered.error) });
  }

  /** Ready but for the command. Whoever leaves it lying finds it empty. */
  #order(digits: PinDigits, session: CardSession, visit: Visit): CardPinOrder {
    const header = Buffer.from(this.#options.rules.changeHeader, 'hex');
    let usable = true;
    const wipe = (): void => {
      usable = false;
      clearTimeout(timer);
      stopWatching();
      digits.wipe();
    };
    const timer = setTimeout(wipe, lifetimes.cardPinMs);
    const stopWatching = visit.onCardRemoved(wipe);
    return {
      wipe,
      async send(signal) {
        if (!usable || signal.aborted) return { outcome: 'notDone', why: 'interrupted' };
        // From here on only the command's own end counts: the digits must not go from under it.
        usable = false;
        clearTimeout(timer);
        stopWatching();
        const change = await changeCardPin(
          session,
          { from: digits.of(0), to: digits.of(1), header, aboutToSend: () => session.present },
          { timeoutMs: apduTimeoutMs },
        );
        switch (change.outcome) {
          case 'done':
            return { outcome: 'done', facts: { status: 'normal' } };
          case 'unknown':
            return { outcome: 'unknown', why: change.why };
          case 'notDone': {
            const { fault } = change;
            if (fault.code === 'wrongPin')
              return { outcome: 'refused', why: 'wrongPin', facts: { triesLeft: fault.triesLeft } };
            if (fault.code === 'pinLocked') return { outcome: 'refused', why: 'pinLocked' };
            // The card understood and does not do it: some take no change at all, some no weak one.
            if (fault.code === 'unexpectedStatus') return { outcome: 'refused', why: `sw${fault.sw}` };
            return { outcome: 'notDone', why: fault.code };
          }
        }
      },
    };
  }
}

function entryFault(fault: CardPinFault, signal: AbortSignal): EntryFault {
  if (signal.aborted) return { code: 'cancelled' };
  switch (fault.code) {
    case 'wrongPin':
      return { code: 'wrongPin', triesLeft: fault.triesLeft };
    case 'pinLocked':
      return { code: 'cardPinLocked' };
    case 'noCard':
    case 'cardRemoved':
      return { code: 'cardRemoved' };
    default:
      return { code: 'cardUnreadable' };
  }
}
