import type { EvidenceRef } from '#protocol/generated/bank-core.ts';
import type {
  Act,
  ActOffer,
  CommandPayloads,
  CompletionPayloads,
  FinancialActLeg,
  FinancialStatus,
  Language,
  Leg,
  SocialActLeg,
  SocialStatus,
} from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { bankByCode } from '../../../cards/index.ts';
import { type BankCoreHost, newIdempotencyKey, type PinBlockOrder } from '../../../hosts/index.ts';
import type { Journal } from '../../../journal/index.ts';
import {
  actions,
  type CardActPlan,
  type CardActSecrets,
  type Sagas,
  type SagaTable,
  type Word,
} from '../../../sagas/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../../service.ts';
import type { BalanceService } from '../balance.ts';
import type { Clock } from '../clock.ts';
import { newId } from '../identifiers.ts';
import type { CardReading } from '../read-card.ts';
import type { Visit } from '../visits.ts';
import type { Circumstances } from './circumstances.ts';
import { isComplete, offer } from './decide.ts';
import { orderOf } from './find-cards.ts';
import type { CheckEvidence, HolderEvidence, KnownCard, NewPinEvidence } from './holder.ts';
import { rules } from './rules.ts';

export interface CardActsOptions {
  readonly sagas: Sagas;
  readonly table: SagaTable<CardActPlan, CardActSecrets>;
  readonly bankCore: BankCoreHost | undefined;
  readonly cards: CardReading;
  readonly balances: BalanceService;
  readonly circumstances: Circumstances;
  readonly ourBankCodes: readonly string[];
  readonly journal: Journal;
  readonly clock: Clock;
}

/** What may be printed of an act until the visit ends. Nothing in it is unmasked. */
export interface ActResult {
  readonly kind: 'act';
  readonly at: Date;
  readonly act: Act;
  readonly cardNumberMasked: string | undefined;
  readonly holderNameMasked: string | undefined;
  readonly social: SocialActLeg;
  readonly financial: FinancialActLeg;
}

type ErrorCode = NonNullable<CompletionPayloads['CardService.Act']['errorCode']>;
type LegRefusal = Extract<SocialActLeg, { state: 'refused' }>['reason'];

/** Reasons that the screens have words for; a host may have others. */
const legRefusals: ReadonlySet<string> = new Set<LegRefusal>([
  'statusForbids',
  'replacementRequested',
  'changedMeanwhile',
  'wrongPin',
  'pinLocked',
  'weakPin',
  'pinsDiffer',
  'identityDiffers',
  'limitReached',
]);

/** Everything that was shown for an act, found and looked through once. */
interface Shown {
  readonly holder: HolderEvidence;
  readonly card: KnownCard;
  readonly wanted: ActOffer;
  readonly check: CheckEvidence | undefined;
  readonly staff: CheckEvidence | undefined;
  readonly newPin: NewPinEvidence | undefined;
  /** Of the authentication that found the card genuine. */
  readonly genuineRef: string | undefined;
}

/**
 * Acts on a card: the decision table once more, now with everything that was shown; then the act is taken on and seen
 * through on both sides.
 */
export class CardActs {
  readonly #options: CardActsOptions;

  constructor(options: CardActsOptions) {
    this.#options = options;
  }

  async act(visit: Visit, payload: CommandPayloads['CardService.Act'], context: CommandContext): Promise<Outcome> {
    const { journal, clock, sagas, table } = this.#options;
    const { act } = payload;
    const refuse = (code: ErrorCode, reason?: NonNullable<ActOffer['reason']>): Outcome => {
      journal.record('act.refused', { act, why: reason ?? code }, visit.id);
      return commandError(code, { ...(reason !== undefined && { reason }), caseCode: visit.caseCode });
    };
    const shown = await this.#shown(visit, payload, context);
    if (!shown.ok) return refuse(shown.error.code, shown.error.reason);
    const { holder, card, wanted, check, staff, newPin } = shown.value;
    const evidence = evidenceOf(shown.value);
    if (rules[act].identityCheck) {
      const checked = await this.#identityCheck(holder, AbortSignal.any([context.signal, visit.signal]));
      if (context.signal.aborted || visit.signal.aborted) return interrupted(context);
      if (!checked.ok) return this.#tell(visit, shown.value, { financial: checked.error });
      evidence.push({ kind: 'identityCheck', ref: checked.value });
    }
    const plan = planOf(act, wanted.legs, holder, card, evidence, payload, clock.date());
    const secrets: CardActSecrets = {
      ...(check?.pinBlock && { pinBlock: check.pinBlock }),
      ...newPin?.secret,
    };
    // The act uses its blocks up; one more is kept for the moment after it.
    const [first] = act === 'activate' ? (secrets.newPinBlocks ?? []) : [];
    const proof = first && { ...first, block: Uint8Array.from(first.block) };
    visit.evidence.consume(check?.id, staff?.id, newPin?.id);
    // From here on nobody's wish and no lost connection stops it: it is in the journal.
    const begun = sagas.begin(table, plan, { visit: visit.id, caseCode: visit.caseCode, secrets });
    if (!begun.ok) {
      proof?.block.fill(0);
      if (begun.error === 'subjectBusy') return refuse('notAllowed', 'unconfirmedBefore');
      return refuse('journalUnavailable');
    }
    const legs = legsOf(await begun.value.firstWord);
    if (proof !== undefined) {
      if (legs.financial?.state === 'done') await this.#prove(visit, holder, proof);
      proof.block.fill(0);
    }
    return this.#tell(visit, shown.value, legs);
  }

  /** An account that was opened for use is tried once, with chip and new PIN (domain.md 2f); what comes of it is journalled. */
  async #prove(visit: Visit, { presented }: HolderEvidence, pin: PinBlockOrder): Promise<void> {
    const { balances, journal } = this.#options;
    const proven = presented !== undefined && (await balances.proves(visit, presented.insertion, pin, visit.signal));
    journal.record('act.proven', { act: 'activate', proven }, visit.id);
  }

  /** What was shown for it, if it is enough: the same table as the offer's, since a screen may leave a step out. */
  async #shown(
    visit: Visit,
    payload: CommandPayloads['CardService.Act'],
    context: CommandContext,
  ): Promise<Result<Shown, { readonly code: ErrorCode; readonly reason?: NonNullable<ActOffer['reason']> }>> {
    const { circumstances, cards } = this.#options;
    const { evidence } = visit;
    const { act } = payload;
    const holder = evidence.holder(payload.holder);
    const card = holder?.cards.find(({ id }) => id === payload.cardId);
    if (holder === undefined || card === undefined) return err({ code: 'noSuchEvidence' });
    const wanted = offer(act, circumstances.situationOf(card, holder));
    if (!wanted.allowed) return err({ code: 'notAllowed', ...(wanted.reason && { reason: wanted.reason }) });
    const isFor = <E extends { readonly holderId: string; readonly cardId: string }>(found: E | undefined) =>
      found?.holderId === holder.id && found.cardId === card.id ? found : undefined;
    const checkOf = (id: string | undefined) => {
      const found = id === undefined ? undefined : isFor(evidence.check(id));
      return found?.act === act ? found : undefined;
    };
    const check = checkOf(payload.checkEvidence);
    // Staff who checked the person have approved, too.
    const staff = [checkOf(payload.staffEvidence), check].find((found) => found?.by === 'staff');
    const entered = payload.newPinEvidence === undefined ? undefined : isFor(evidence.newPin(payload.newPinEvidence));
    const newPin = entered?.act === act ? entered : undefined;
    const given = {
      check: check?.by,
      staff: staff !== undefined,
      newPin: newPin !== undefined,
      consents: payload.consents,
      confirmations: payload.confirmations,
    };
    const fresh = evidence.document(holder.document.id) !== undefined;
    if (!fresh || !isComplete(wanted, given)) return err({ code: 'evidenceMissing' });
    let genuineRef: string | undefined;
    if (rules[act].card) {
      // The card itself, still the one that was read, and still proven: it may have lain there for a while.
      const signal = AbortSignal.any([context.signal, visit.signal]);
      genuineRef = holder.presented && (await cards.stillGenuine(visit, holder.presented.insertion, signal));
      if (genuineRef === undefined) return err({ code: 'evidenceMissing' });
    }
    return ok({ holder, card, wanted, check, staff, newPin, genuineRef });
  }

  /** The bank asks the citizen register (联网核查); what it says is told as the financial side's word. */
  async #identityCheck(holder: HolderEvidence, signal: AbortSignal): Promise<Result<string, FinancialActLeg>> {
    const { bankCore } = this.#options;
    const order = orderOf(holder.document.document);
    if (bankCore === undefined || order === undefined) return err({ state: 'notDone', reason: 'unavailable' });
    const { documentType, documentNumber, name } = order;
    const answer = await bankCore.checkIdentity(
      { documentType, documentNumber, name },
      { idempotencyKey: newIdempotencyKey(), signal },
    );
    if (answer.ok)
      return answer.value.result === 'match'
        ? ok(answer.value.checkRef)
        : err({ state: 'refused', reason: 'identityDiffers' });
    const { error } = answer;
    if (error.code === 'refused') return err({ state: 'refused', reason: 'other' });
    // A look-up for the act that follows: without it nothing was done.
    return err({ state: 'notDone', reason: error.code === 'unavailable' ? 'unavailable' : 'notReached' });
  }

  #tell(
    visit: Visit,
    { holder, card, wanted }: Shown,
    answered: { readonly social?: SocialActLeg; readonly financial?: FinancialActLeg },
  ): Outcome {
    const { journal, clock } = this.#options;
    const { act } = wanted;
    const unknown = this.#sidesUnknown(wanted.act, card, holder);
    const social: SocialActLeg = answered.social ?? unknown.social ?? { state: 'notAsked' };
    const financial: FinancialActLeg = answered.financial ??
      unknown.financial ??
      this.#otherBank(card, visit.language) ?? { state: 'notAsked' };
    for (const [leg, told] of Object.entries({ social, financial })) {
      if (told.state === 'notAsked') continue;
      const why = 'reason' in told ? told.reason : undefined;
      journal.record('act.answered', { act, leg, state: told.state, ...(why !== undefined && { why }) }, visit.id);
    }
    const resultId = newId();
    visit.results.set(resultId, {
      kind: 'act',
      at: clock.date(),
      act,
      cardNumberMasked: card.bank?.panMasked ?? card.province?.panMasked,
      holderNameMasked: holder.document.facts.nameMasked ?? holder.document.facts.latinNameMasked,
      social,
      financial,
    });
    const completion: CompletionPayloads['CardService.Act'] = {
      resultId,
      social,
      financial,
      caseCode: visit.caseCode,
    };
    return success(completion);
  }

  /** A side whose host did not say who this is was not changed, and the person has to hear it (domain.md 2c). */
  #sidesUnknown(act: Act, card: KnownCard, holder: HolderEvidence) {
    const { social, financial } = this.#options.circumstances.sidesOf(card, holder);
    const notDone = { state: 'notDone', reason: 'unavailable' } as const;
    return {
      social: social === 'notConfirmed' && rules[act].social !== undefined ? notDone : undefined,
      financial: financial === 'notConfirmed' && rules[act].financial !== undefined ? notDone : undefined,
    };
  }

  /** A card of another bank: its money side is not here, and that has to be said (domain.md 2d). */
  #otherBank({ province }: KnownCard, language: Language): FinancialActLeg | undefined {
    if (province === undefined || this.#options.ourBankCodes.includes(province.bankCode)) return undefined;
    const other = bankByCode(province.bankCode);
    return {
      state: 'notHere',
      bankName: other?.names[language] ?? province.bankCode,
      ...(other && { bankHotline: other.hotline }),
    };
  }
}

/** What the hosts are told was shown; references are theirs. */
function evidenceOf({ holder, check, staff, genuineRef }: Shown): EvidenceRef[] {
  const refOf = (found: CheckEvidence): EvidenceRef => {
    const kind = ({ bankPin: 'pinBlock', oneTimeCode: 'oneTimeCode', staff: 'staffApproval', face: 'face' } as const)[
      found.by
    ];
    return { kind, ...(found.ref !== undefined && { ref: found.ref }), at: found.at };
  };
  return [
    { kind: 'document', grade: holder.document.document.grade },
    ...(genuineRef === undefined ? [] : [{ kind: 'cardGenuine' as const, grade: 'genuine' as const, ref: genuineRef }]),
    ...(check ? [refOf(check)] : []),
    ...(staff && staff !== check ? [refOf(staff)] : []),
  ];
}

function planOf(
  act: Act,
  legs: readonly Leg[],
  { provinceRef, bankRef, agentRef }: HolderEvidence,
  { province, bank }: KnownCard,
  evidence: readonly EvidenceRef[],
  { consents }: CommandPayloads['CardService.Act'],
  now: Date,
): CardActPlan {
  return {
    act,
    ...(actions[act].chip && province !== undefined && { chip: { cardRef: province.cardRef } }),
    ...(actions[act].social !== undefined &&
      legs.includes('social') &&
      province !== undefined &&
      provinceRef !== undefined && {
        social: {
          cardRef: province.cardRef,
          holderRef: provinceRef,
          expectedState: province.socialStatus,
          expectedRevision: province.revision,
          ...(agentRef !== undefined && { agentRef }),
        },
      }),
    ...(legs.includes('financial') &&
      bank !== undefined &&
      bankRef !== undefined && {
        financial: {
          cardRef: bank.cardRef,
          holderRef: bankRef,
          expectedState: bank.financialStatus,
          expectedRevision: bank.revision,
        },
      }),
    evidence,
    consents: consents.map(({ text, choice }) => ({ text, choice, at: now.toISOString() })),
  };
}

/** The saga's words as the legs of an answer. */
function legsOf(words: ReadonlyMap<string, Word>): { social?: SocialActLeg; financial?: FinancialActLeg } {
  // The chip belongs to the social side.
  const social = words.get('social') ?? words.get('chip');
  const financial = words.get('financial');
  return {
    ...(social && { social: legOf<SocialStatus>(social) }),
    ...(financial && { financial: legOf<FinancialStatus>(financial) }),
  };
}

function legOf<Status extends SocialStatus | FinancialStatus>(word: Word): LegOf<Status> {
  switch (word.outcome) {
    case 'done':
    case 'already': {
      const { status, until, businessNumber } = word.facts;
      return {
        state: word.outcome,
        // The host's own answer, which the contract's validator let through.
        status: status as Status,
        ...(typeof until === 'string' && { until }),
        ...(word.outcome === 'done' && typeof businessNumber === 'string' && { businessNumber }),
      };
    }
    case 'refused': {
      const { triesLeft } = word.facts;
      const why = word.why ?? 'other';
      const reason =
        why === 'evidenceMissing' ? 'evidenceRefused' : legRefusals.has(why) ? (why as LegRefusal) : 'other';
      return { state: 'refused', reason, ...(typeof triesLeft === 'number' && { triesLeft }) };
    }
    case 'notDone': {
      const { retryAfterSeconds } = word.facts;
      return {
        state: 'notDone',
        reason: word.why === 'neverSeen' ? 'notReached' : 'unavailable',
        ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
      };
    }
    default:
      return { state: 'notConfirmed' };
  }
}

type LegOf<Status> =
  | { state: 'done'; status: Status; until?: string; businessNumber?: string }
  | { state: 'already'; status: Status; until?: string }
  | { state: 'refused'; reason: LegRefusal; triesLeft?: number }
  | { state: 'notDone'; reason: 'unavailable' | 'notReached'; retryAfterSeconds?: number }
  | { state: 'notConfirmed' };
