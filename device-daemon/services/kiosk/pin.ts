import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
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

function codeOf(fault: PinPadFault): ErrorCode {
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

  async enter(visit: Visit, cardEvidence: string, context: CommandContext): Promise<Outcome> {
    const { pad, keys, journal, entryMs } = this.#options;
    const refuse = (code: ErrorCode): Outcome => {
      journal.record('pin.notEntered', { why: code }, visit.id);
      return commandError(code, { caseCode: visit.caseCode });
    };
    const card = visit.evidence.card(cardEvidence);
    if (card === undefined) return refuse('noSuchEvidence');
    if (card.contents.financial === undefined) return refuse('noFinancialApplication');
    if (pad === undefined) return refuse('pinPadUnavailable');
    const keySetId = await keys.ready(keysTimeoutMs, context.signal);
    if (keySetId === undefined)
      return refuse(pad.report().state === 'absent' ? 'pinPadUnavailable' : 'pinPadNeedsKeys');

    // The card leaving ends the entry: its evidence is void and a PIN without its card is worth nothing.
    const removed = new AbortController();
    const stopWatching = visit.onCardRemoved(() => removed.abort());
    const signal = AbortSignal.any([context.signal, visit.signal, removed.signal]);
    try {
      const entered = await pad.enterPin({
        pan: card.contents.financial.pan,
        minDigits,
        maxDigits,
        timeoutMs: entryMs,
        signal,
        // Only now: keys that are pressed before the pad listens are lost.
        onReady: () =>
          context.emit('CardService.PinReadyEvent', { minDigits, maxDigits, seconds: Math.round(entryMs / 1000) }),
        onKey: (_key, digits) => context.emit('CardService.PinKeyEvent', { digits }),
      });
      if (removed.signal.aborted) return refuse('cardRemoved');
      if (!entered.ok) {
        if (entered.error.code !== 'cancelled') return refuse(codeOf(entered.error));
        journal.record('pin.notEntered', { why: 'cancelled' }, visit.id);
        return interrupted(context);
      }
      const block = await pad.pinBlock({ timeoutMs: blockTimeoutMs, signal });
      if (!block.ok) return refuse(removed.signal.aborted ? 'cardRemoved' : codeOf(block.error));
      if (visit.evidence.card(cardEvidence) === undefined) {
        block.value.fill(0);
        return refuse('cardRemoved');
      }
      const format = block.value.length === 16 ? 'sm4' : 'iso0';
      const evidence = visit.evidence.addPin(cardEvidence, block.value, format, keySetId);
      journal.record('pin.entered', { digits: entered.value }, visit.id);
      const completion: CompletionPayloads['CardService.EnterPin'] = { pinEvidence: evidence.id };
      return success(completion);
    } finally {
      stopWatching();
    }
  }
}
