import { randomBytes } from 'node:crypto';
import type { BalanceInquiry } from '#protocol/generated/bank-core.ts';
import type {
  Account,
  CommandPayloads,
  CompletionPayloads,
  FinancialLeg,
  MedicalLeg,
  SocialLeg,
} from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import {
  bankOf,
  type HostAnswer as ChipAnswer,
  type FinancialCard,
  maskName,
  maskPan,
  type OnlineRequest,
  readFinancialCard,
  type TerminalParameters,
} from '../../cards/index.ts';
import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import { type BankCoreHost, type CardManagementHost, type HostFailure, newIdempotencyKey } from '../../hosts/index.ts';
import type { Journal, MachineKeys } from '../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../service.ts';
import { apduTimeoutMs, CardSession, faultCode } from './card-session.ts';
import { certain } from './certain.ts';
import { type Clock, chinaDay, chinaTime } from './clock.ts';
import type { CardEvidence, PinEvidence } from './evidence.ts';
import { newId } from './identifiers.ts';
import type { CardReading } from './read-card.ts';
import type { StanCounter } from './stan.ts';
import type { Visit } from './visits.ts';
import type { WorkingKeys } from './working-keys.ts';

/** What may be printed until the visit ends. Nothing in it is unmasked. */
export interface BalanceResult {
  readonly kind: 'balance';
  readonly at: Date;
  readonly stan: string | undefined;
  readonly cardNumberMasked: string | undefined;
  readonly holderNameMasked: string | undefined;
  readonly financial: FinancialLeg;
  readonly medical: MedicalLeg;
  readonly social: SocialLeg;
}

export interface BalanceServiceOptions {
  readonly reader: CardReader | undefined;
  readonly cards: CardReading;
  readonly cardManagement: CardManagementHost | undefined;
  readonly bankCore: BankCoreHost | undefined;
  readonly workingKeys: WorkingKeys;
  readonly stans: StanCounter;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
  readonly terminal: TerminalParameters;
}

type ErrorCode = NonNullable<CompletionPayloads['CardService.BalanceInquiry']['errorCode']>;
/** What ends the whole inquiry: the card, or a wish. Everything else is the state of a leg. */
type Stop = ErrorCode | 'cancelled';
type Unconfirmed = { readonly state: 'notConfirmed' } & Extract<SocialLeg, { state: 'notConfirmed' }>;

const powerOffTimeoutMs = 5_000;
const powerTimeoutMs = 10_000;

function unconfirmed(failure: HostFailure): Unconfirmed {
  if (failure.code === 'noAnswer' || failure.code === 'badAnswer')
    return { state: 'notConfirmed', reason: failure.code };
  const { retryAfterSeconds } = failure;
  return {
    state: 'notConfirmed',
    reason: 'unavailable',
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** Looks up three things that belong to one card, each at its own place, and never adds them up (BRIEF-05, BRIEF-12). */
export class BalanceService {
  readonly #options: BalanceServiceOptions;

  constructor(options: BalanceServiceOptions) {
    this.#options = options;
  }

  async inquire(
    visit: Visit,
    payload: CommandPayloads['CardService.BalanceInquiry'],
    context: CommandContext,
  ): Promise<Outcome> {
    const { reader, journal } = this.#options;
    const card = visit.evidence.card(payload.cardEvidence);
    const pin =
      payload.pinEvidence === undefined ? undefined : visit.evidence.takePin(payload.pinEvidence, payload.cardEvidence);
    if (card?.purpose !== 'inquiry' || (payload.pinEvidence !== undefined && pin === undefined)) {
      pin?.block.fill(0);
      journal.record('visit.stepRefused', { command: 'CardService.BalanceInquiry', why: 'noSuchEvidence' }, visit.id);
      return commandError('noSuchEvidence', { caseCode: visit.caseCode });
    }
    const signal = AbortSignal.any([context.signal, visit.signal]);
    try {
      // The chip is one conversation at a time; the province is asked beside the bank once it is known whom to ask for.
      const session = reader === undefined ? undefined : new CardSession(reader, card.insertion);
      if (session !== undefined && card.contents.province === undefined)
        await this.#options.cards.learnProvince(card.contents, session, signal);
      const [bank, { social, medical }] = await Promise.all([
        this.#bankLeg(visit, card, pin, session, signal),
        this.#provinceLegs(card, signal),
      ]);
      if (!bank.ok) return this.#stopped(visit, context, bank.error);
      // A leg that came back after the card had gone is not shown: nobody may be standing there any more.
      if (visit.evidence.card(card.id) === undefined)
        return this.#stopped(visit, context, session?.present === false ? session.lossCode() : 'noSuchEvidence');
      return this.#answer(visit, card, { ...bank.value, social, medical });
    } finally {
      pin?.block.fill(0);
    }
  }

  /**
   * Proves that an account that was just opened for use is: the chip and the new PIN are taken to the bank once. Nothing of
   * the balance is told to anybody.
   * @param pin made for the card of that insertion; the caller zeroes it
   */
  async proves(
    visit: Visit,
    insertion: Insertion,
    pin: Omit<PinEvidence, 'kind' | 'id' | 'cardId' | 'atMs'>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { reader, bankCore } = this.#options;
    if (reader === undefined || bankCore === undefined || reader.insertion()?.number !== insertion.number) return false;
    const session = new CardSession(reader, insertion);
    const powered = await reader.powerOn('warm', { signal, timeoutMs: powerTimeoutMs });
    if (!powered.ok) return false;
    const inquiry = await this.#transaction(bankCore, visit, undefined, pin, session, signal);
    return inquiry.ok && inquiry.value.leg.state === 'done';
  }

  #stopped(visit: Visit, context: CommandContext, code: Stop): Outcome {
    const { journal } = this.#options;
    if (code === 'cancelled') return interrupted(context);
    journal.record('balance.answered', { leg: 'card', state: 'stopped', why: code }, visit.id);
    return commandError(code, { caseCode: visit.caseCode });
  }

  #answer(
    visit: Visit,
    card: CardEvidence,
    found: { leg: FinancialLeg; stan: string | undefined; social: SocialLeg; medical: MedicalLeg },
  ): Outcome {
    const { journal, clock } = this.#options;
    const { leg: financial, social, medical, stan } = found;
    for (const [leg, answer] of Object.entries({ financial, medical, social })) {
      const why = 'reason' in answer ? answer.reason : undefined;
      journal.record('balance.answered', { leg, state: answer.state, ...(why !== undefined && { why }) }, visit.id);
    }
    const resultId = newId();
    const { contents } = card;
    visit.results.set(resultId, {
      kind: 'balance',
      at: clock.date(),
      stan,
      cardNumberMasked: contents.financial ? maskPan(contents.financial.pan) : undefined,
      holderNameMasked: contents.social?.holder ? maskName(contents.social.holder.name) : undefined,
      financial,
      medical,
      social,
    });
    const completion: CompletionPayloads['CardService.BalanceInquiry'] = {
      resultId,
      caseCode: visit.caseCode,
      financial,
      medical,
      social,
    };
    return success(completion);
  }

  /** Social function and medical account, from the province. */
  async #provinceLegs(
    { contents }: CardEvidence,
    signal: AbortSignal,
  ): Promise<{ readonly social: SocialLeg; readonly medical: MedicalLeg }> {
    const { cardManagement } = this.#options;
    if (contents.social === undefined)
      return { social: { state: 'noApplication' }, medical: { state: 'refused', reason: 'noAccount' } };
    const { province } = contents;
    if (cardManagement === undefined || province === undefined) {
      const leg: Unconfirmed = { state: 'notConfirmed', reason: 'unavailable' };
      return { social: leg, medical: leg };
    }
    const [cards, account] = await Promise.all([
      cardManagement.holderCards(province.holderRef, { signal }),
      cardManagement.medicalAccount(province.holderRef, { signal }),
    ]);
    const record = cards.ok ? cards.value.cards.find(({ cardRef }) => cardRef === province.card.cardRef) : undefined;
    const social: SocialLeg =
      record !== undefined
        ? { state: 'done', status: record.socialStatus, outOfArea: record.outOfArea }
        : cards.ok
          ? { state: 'done', status: 'unknown', outOfArea: false }
          : unconfirmed(cards.error);
    if (account.ok) {
      // BRIEF-16: what the card can do counts, not what the account could.
      const outOfArea = account.value.outOfArea && (record ?? province.card).outOfArea;
      return { social, medical: { state: 'done', balance: account.value.balance, outOfArea } };
    }
    const { error } = account;
    if (error.code !== 'refused') return { social, medical: unconfirmed(error) };
    return { social, medical: { state: 'refused', reason: error.reason === 'noAccount' ? 'noAccount' : 'other' } };
  }

  async #bankLeg(
    visit: Visit,
    card: CardEvidence,
    pin: PinEvidence | undefined,
    session: CardSession | undefined,
    signal: AbortSignal,
  ): Promise<Result<{ readonly leg: FinancialLeg; readonly stan: string | undefined }, Stop>> {
    const { bankCore, workingKeys } = this.#options;
    const say = (leg: FinancialLeg) => ok({ leg, stan: undefined });
    const { financial, ours } = card.contents;
    if (financial === undefined) return say({ state: 'noApplication' });
    if (!ours) {
      const bank = bankOf(financial.pan)?.bank;
      return say({
        state: 'notHere',
        bankName: bank?.names[visit.language] ?? '',
        ...(bank && { bankHotline: bank.hotline }),
      });
    }
    if (bankCore === undefined || bankCore.report().state === 'down')
      return say({ state: 'notConfirmed', reason: 'unavailable' });
    if (pin === undefined)
      return say({
        state: 'notConfirmed',
        reason: workingKeys.keySetId() === undefined ? 'pinPadNeedsKeys' : 'pinPadUnavailable',
      });
    if (session === undefined) return err('cardRemoved');
    return this.#transaction(bankCore, visit, financial, pin, session, signal);
  }

  /** One transaction with the chip from its selection to its second cryptogram; a retry is a new one (design.md 8). */
  async #transaction(
    bankCore: BankCoreHost,
    visit: Visit,
    read: FinancialCard['data'] | undefined,
    pin: Pick<PinEvidence, 'block' | 'format' | 'keySetId'>,
    session: CardSession,
    signal: AbortSignal,
  ): Promise<Result<{ readonly leg: FinancialLeg; readonly stan: string }, Stop>> {
    const { journal, clock, stans, terminal, reader } = this.#options;
    const step = { signal, timeoutMs: apduTimeoutMs };
    const now = clock.date();
    const selected = await readFinancialCard(session, { ...step, terminal, today: chinaDay(now) });
    if (!selected.ok) return err(stopOf(faultCode(selected.error, session)));
    const chip = selected.value;
    try {
      if (read !== undefined && !chip.data.pan.equals(read.pan)) return err('cardSwapped');
      const counter = stans.next();
      const stan = String(counter).padStart(6, '0');
      const request = await chip.firstGenerateAc(
        { ...chinaTime(now), type: '31', unpredictableNumber: randomBytes(4), counter, onlinePin: true },
        step,
      );
      if (!request.ok) {
        if (request.error.code === 'declinedByCard') return ok({ leg: { state: 'refused', reason: 'other' }, stan });
        return err(stopOf(faultCode(request.error, session)));
      }
      // Intent first: whatever happens to the answer, the journal knows that it was asked for.
      journal.record('balance.asked', { stan }, visit.id);
      const answer = await this.#askBank(bankCore, chip, request.value, pin, stan, signal);
      return await this.#completeChip(request.value, answer, { visit, session, stan, data: chip.data });
    } finally {
      chip.wipe();
      if (session.present) await reader?.powerOff({ timeoutMs: powerOffTimeoutMs });
    }
  }

  async #askBank(
    bankCore: BankCoreHost,
    chip: FinancialCard,
    request: OnlineRequest,
    pin: Pick<PinEvidence, 'block' | 'format' | 'keySetId'>,
    stan: string,
    signal: AbortSignal,
  ): Promise<Result<BalanceInquiry, HostFailure>> {
    const { clock } = this.#options;
    const { pan, panSequence, track2 } = chip.data;
    const idempotencyKey = newIdempotencyKey();
    const { format, block, keySetId } = pin;
    // The bank may have decided, and counted a PIN try: it is asked what became of that rather than for the balance again.
    const answer = await certain({ bankCore, clock, signal }, idempotencyKey, () =>
      bankCore.inquireBalance(
        {
          stan,
          pan,
          panSequence,
          de55: request.de55,
          pinBlock: { format, block, keySetId },
          ...(track2 && { track2 }),
        },
        { idempotencyKey, signal },
      ),
    );
    // What a report tells is one of several answers.
    return !answer.ok || ('result' in answer.value && 'arc' in answer.value) ? answer : err({ code: 'noAnswer' });
  }

  async #completeChip(
    request: OnlineRequest,
    answer: Result<BalanceInquiry, HostFailure>,
    facts: { visit: Visit; session: CardSession; stan: string; data: FinancialCard['data'] },
  ): Promise<Result<{ readonly leg: FinancialLeg; readonly stan: string }, Stop>> {
    const { journal, workingKeys } = this.#options;
    const { visit, session, stan, data } = facts;
    // No signal: the chip is told how its transaction ended even when nobody waits for the answer any longer.
    const completed = await request.complete(answer.ok ? chipAnswer(answer.value) : 'noAnswer', {
      timeoutMs: apduTimeoutMs,
    });
    if (!answer.ok) {
      if (answer.error.code === 'unavailable' && answer.error.reason === 'cancelled') return err('cancelled');
      if (answer.error.code !== 'refused') return ok({ leg: unconfirmed(answer.error), stan });
      if (answer.error.reason !== 'signOnRequired') return ok({ leg: { state: 'refused', reason: 'other' }, stan });
      workingKeys.invalidate();
      return ok({ leg: { state: 'notConfirmed', reason: 'pinPadNeedsKeys' }, stan });
    }
    const { value } = answer;
    // The bank answered in time and the card is gone: the answer is for nobody.
    if (!session.present) return err(session.lossCode());
    const believed = completed.ok && completed.value.issuerAuthentication !== 'wrong';
    if (value.result === 'approved' && !believed)
      return ok({ leg: { state: 'notConfirmed', reason: 'badAnswer' }, stan });
    if (value.result === 'approved' || value.arpc !== undefined)
      journal.record('card.genuine', { by: 'bankCore' }, visit.id);
    return ok({ leg: this.#legOf(value, visit, data), stan });
  }

  #legOf(answer: BalanceInquiry, visit: Visit, data: FinancialCard['data']): FinancialLeg {
    const { journal, keys } = this.#options;
    if (answer.result === 'declined') {
      const { reason, triesLeft } = answer;
      if (reason === 'notActivated') return { state: 'notActivated' };
      if (reason === 'notHere')
        return { state: 'notHere', bankName: bankOf(data.pan)?.bank.names[visit.language] ?? '' };
      return {
        state: 'refused',
        reason: reason === 'cryptogramRepeated' ? 'cardNotGenuine' : reason,
        ...(triesLeft !== undefined && { triesLeft }),
      };
    }
    // BRIEF-04: an alert for operations, never a refusal.
    if (answer.accounts.some(({ kind, dormant }) => kind === 'socialSecurity' && dormant))
      journal.record('balance.dormant', { panToken: keys.token('pan', data.pan) }, visit.id);
    return {
      state: 'done',
      accounts: answer.accounts.map(
        ({ kind, accountClass, panMasked, available }): Account => ({ kind, accountClass, panMasked, available }),
      ),
    };
  }
}

const chipAnswer = ({ arc, arpc }: BalanceInquiry): ChipAnswer => ({
  arc: Buffer.from(arc, 'hex'),
  ...(arpc !== undefined && { arpc: Buffer.from(arpc, 'hex') }),
});

/** Reading again what was read a minute ago: what could fail then and only now did is the chip's doing. */
function stopOf(code: ReturnType<typeof faultCode>): Stop {
  return code === 'cancelled' || code === 'cardRemoved' || code === 'cardSwapped' ? code : 'cardUnreadable';
}
