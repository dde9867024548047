import type { CompletionPayloads, EventPayloads } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { PinPad, PinPadFault } from '../../devices/pin-pad.ts';
import type { Journal } from '../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Visit } from './visits.ts';
import type { WorkingKeys } from './working-keys.ts';

export interface PinServiceOptions {
  readonly pad: PinPad | undefined;
  readonly keys: WorkingKeys;
  readonly journal: Journal;
  /** The person's time for the whole entry. */
  readonly entryMs: number;
}

/** Bank PINs have six digits in China; ISO 9564 allows 4 to 12. */
const minDigits = 6;
const maxDigits = 6;
const blockTimeoutMs = 10_000;
/** A sign-on that is under way is worth a moment: the keys are loaded before the person has found the keyboard. */
const keysTimeoutMs = 5_000;

type ErrorCode = NonNullable<CompletionPayloads['CardService.EnterPin']['errorCode']>;

/** What a fault of the pad means to the person. */
export function codeOf(fault: PinPadFault): PadFault {
  switch (fault.code) {
    case 'keyMissing':
      return 'pinPadNeedsKeys';
    case 'cancelledOnPad':
      return 'pinCancelled';
    case 'entryTimeOut':
    case 'timeOut':
      return 'pinTimedOut';
    case 'noPin':
      return 'pinTooShort';
    default:
      return 'pinPadUnavailable';
  }
}

/** What came out of the pad: an encrypted block, which the caller zeroes. */
export interface PadEntry {
  readonly block: Uint8Array;
  readonly format: 'iso0' | 'sm4';
  readonly keySetId: string;
  readonly digits: number;
}

export type PadFault = Exclude<
  ErrorCode,
  'noSuchVisit' | 'noSuchEvidence' | 'noFinancialApplication' | 'hostUnavailable'
>;

/** Whose entry it is: it ends with them, and their card. */
export interface EntryOwner {
  readonly signal: AbortSignal;
  onCardRemoved(listener: () => void): () => void;
}

/** Where the entry is shown. */
export interface EntryScreen {
  readonly signal: AbortSignal;
  /** The pad listens. */
  onReady(ready: EventPayloads['CardService.PinReadyEvent']): void;
  onKey(digits: number): void;
}

/** The customer's screen. */
export const shownTo = ({ signal, emit }: Pick<CommandContext, 'signal' | 'emit'>): EntryScreen => ({
  signal,
  onReady: (ready) => emit('CardService.PinReadyEvent', ready),
  onKey: (digits) => emit('CardService.PinKeyEvent', { digits }),
});

/** Sixteen zeros: the account number of a block that belongs to no card (a one-time code, the PIN of a staff card). */
export const noAccount = (): Buffer => Buffer.from('0000000000000000', 'latin1');

/** PIN entry: the digits stay in the pad, the encrypted block becomes evidence, the screen learns how many digits. */
export class PinService {
  readonly #options: PinServiceOptions;

  constructor(options: PinServiceOptions) {
    this.#options = options;
  }

  /** Forgets whatever was entered. */
  clear(): void {
    const { pad } = this.#options;
    if (pad !== undefined) void pad.clear({ timeoutMs: blockTimeoutMs });
  }

  /** The PIN of the card that is in. */
  async enter(visit: Visit, cardEvidence: string, context: CommandContext): Promise<Outcome> {
    const { journal } = this.#options;
    const refuse = (code: ErrorCode): Outcome => {
      journal.record('pin.notEntered', { why: code }, visit.id);
      return commandError(code, { caseCode: visit.caseCode });
    };
    const card = visit.evidence.card(cardEvidence);
    if (card === undefined) return refuse('noSuchEvidence');
    if (card.contents.financial === undefined) return refuse('noFinancialApplication');
    const entered = await this.entry(visit, card.contents.financial.pan, shownTo(context), { endsWithCard: true });
    if (!entered.ok) {
      if (entered.error !== 'cancelled') return refuse(entered.error);
      journal.record('pin.notEntered', { why: 'cancelled' }, visit.id);
      return interrupted(context);
    }
    const { block, format, keySetId, digits } = entered.value;
    if (visit.evidence.card(cardEvidence) === undefined) {
      block.fill(0);
      return refuse('cardRemoved');
    }
    const evidence = visit.evidence.addPin(cardEvidence, block, format, keySetId);
    journal.record('pin.entered', { digits }, visit.id);
    const completion: CompletionPayloads['CardService.EnterPin'] = { pinEvidence: evidence.id };
    return success(completion);
  }

  /**
   * One entry on the pad, whatever it is for: a PIN or a one-time code.
   * @param pan of the account that the block is bound to, ASCII digits; the caller's to zero
   */
  async entry(
    owner: EntryOwner,
    pan: Uint8Array,
    screen: EntryScreen,
    { endsWithCard }: { readonly endsWithCard: boolean },
  ): Promise<Result<PadEntry, PadFault | 'cancelled'>> {
    const { pad, keys, entryMs } = this.#options;
    if (pad === undefined) return err('pinPadUnavailable');
    const keySetId = await keys.ready(keysTimeoutMs, screen.signal);
    if (keySetId === undefined) {
      const { state } = pad.report();
      // One that does not work gets no keys, whatever the bank does.
      return err(state === 'ready' || state === 'degraded' ? 'pinPadNeedsKeys' : 'pinPadUnavailable');
    }

    // The card leaving ends the entry of its PIN: its evidence is void and a PIN without its card is worth nothing.
    const removed = new AbortController();
    const stopWatching = owner.onCardRemoved(() => {
      if (endsWithCard) removed.abort();
    });
    const signal = AbortSignal.any([screen.signal, owner.signal, removed.signal]);
    const faultOf = (fault: PinPadFault): PadFault | 'cancelled' => {
      if (removed.signal.aborted) return 'cardRemoved';
      return fault.code === 'cancelled' ? 'cancelled' : codeOf(fault);
    };
    try {
      const entered = await pad.enterPin({
        pan,
        minDigits,
        maxDigits,
        timeoutMs: entryMs,
        signal,
        // Only now: keys that are pressed before the pad listens are lost.
        onReady: () => screen.onReady({ minDigits, maxDigits, seconds: Math.round(entryMs / 1000) }),
        onKey: (_key, digits) => screen.onKey(digits),
      });
      if (!entered.ok) return err(faultOf(entered.error));
      if (removed.signal.aborted) return err('cardRemoved');
      const block = await pad.pinBlock({ timeoutMs: blockTimeoutMs, signal });
      if (!block.ok) return err(faultOf(block.error));
      const format = block.value.length === 16 ? 'sm4' : 'iso0';
      return ok({ block: block.value, format, keySetId, digits: entered.value });
    } finally {
      stopWatching();
    }
  }
}
