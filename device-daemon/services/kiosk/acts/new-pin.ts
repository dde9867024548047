import type { CommandPayloads, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { BankCoreHost, PinBlockOrder } from '../../../hosts/index.ts';
import type { Journal } from '../../../journal/index.ts';
import type { CardPinOrder } from '../../../sagas/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../../service.ts';
import { type PinService, shownTo } from '../pin.ts';
import type { Visit } from '../visits.ts';
import type { CardPins } from './card-pin.ts';
import type { HolderEvidence, KnownCard } from './holder.ts';

export interface NewPinsOptions {
  readonly bankCore: BankCoreHost | undefined;
  readonly pins: PinService;
  readonly cardPins: CardPins;
  readonly journal: Journal;
}

type Completion = CompletionPayloads['CardService.EnterNewPin'];
type ErrorCode = NonNullable<Completion['errorCode']>;

/** A new PIN, entered twice, becomes evidence for the act that sets it. */
export class NewPins {
  readonly #options: NewPinsOptions;

  constructor(options: NewPinsOptions) {
    this.#options = options;
  }

  async enter(
    visit: Visit,
    { holder: holderId, cardId, act }: CommandPayloads['CardService.EnterNewPin'],
    context: CommandContext,
  ): Promise<Outcome> {
    const refuse = (code: ErrorCode, more: Pick<Completion, 'triesLeft'> = {}): Outcome => {
      this.#options.journal.record('pin.notEntered', { why: code }, visit.id);
      return commandError(code, { ...more, caseCode: visit.caseCode });
    };
    const holder = visit.evidence.holder(holderId);
    const card = holder?.cards.find(({ id }) => id === cardId);
    if (holder === undefined || card === undefined) return refuse('noSuchEvidence');
    const entered =
      act === 'changeCardPin'
        ? await this.#cardPin(visit, holder, card, context)
        : await this.#bankPin(visit, holder, card, context);
    if ('code' in entered) {
      const { code, ...more } = entered;
      return code === 'cancelled' || code === 'cardRemoved' ? interrupted(context) : refuse(code, more);
    }
    const evidence = visit.evidence.addNewPin({ holderId, cardId, act, secret: entered });
    return success({ newPinEvidence: evidence.id } satisfies Completion);
  }

  /** The digits stay in the pad; only the bank can compare the two and judge them. */
  async #bankPin(visit: Visit, holder: HolderEvidence, card: KnownCard, context: CommandContext): Entered {
    const { bankCore, pins, journal } = this.#options;
    if (holder.bankRef === undefined || card.bank === undefined || bankCore === undefined)
      return { code: 'noSuchEvidence' };
    const signal = AbortSignal.any([context.signal, visit.signal]);
    const pan = await bankCore.pinEntry(card.bank.cardRef, holder.bankRef, { signal });
    if (!pan.ok)
      return { code: signal.aborted ? 'cancelled' : pan.error.code === 'unavailable' ? 'hostUnavailable' : 'noAnswer' };
    const blocks: PinBlockOrder[] = [];
    let kept = false;
    try {
      for (const round of [1, 2] as const) {
        context.emit('CardService.PinRoundEvent', { round });
        const entered = await pins.entry(visit, pan.value, shownTo(context), { endsWithCard: false });
        if (!entered.ok) return { code: entered.error };
        const { block, format, keySetId, digits } = entered.value;
        blocks.push({ block, format, keySetId });
        journal.record('pin.entered', { digits }, visit.id);
      }
      const [first, second] = blocks;
      if (first === undefined || second === undefined || visit.signal.aborted) return { code: 'cancelled' };
      kept = true;
      return { newPinBlocks: [first, second] };
    } finally {
      pan.value.fill(0);
      if (!kept) for (const { block } of blocks) block.fill(0);
    }
  }

  /** The chip's own; it checks the one in force at once. */
  async #cardPin(
    visit: Visit,
    { presented, document }: HolderEvidence,
    card: KnownCard,
    context: CommandContext,
  ): Entered {
    const { cardPins } = this.#options;
    if (presented?.cardId !== card.id || !presented.genuine) return { code: 'noSuchEvidence' };
    const order = await cardPins.enter(visit, presented.insertion, document.document.number, context);
    if (!order.ok) return order.error;
    if (!visit.signal.aborted) return { cardPin: order.value };
    order.value.wipe();
    return { code: 'cancelled' };
  }
}

type Entered = Promise<
  | { readonly newPinBlocks: readonly [PinBlockOrder, PinBlockOrder] }
  | { readonly cardPin: CardPinOrder }
  | { readonly code: ErrorCode | 'cancelled' | 'cardRemoved'; readonly triesLeft?: number }
>;
