import type { Card as CardRecord } from '#protocol/generated/card-management.ts';
import type {
  CardFacts,
  CommandPayloads,
  CompletionPayloads,
  FinancialPart,
  SocialPart,
} from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import {
  bankOf,
  classifyCard,
  compareHolders,
  type FinancialCard,
  type HolderComparison,
  last4,
  maskName,
  maskPan,
  readFinancialCard,
  readSocialCard,
  type SocialAuthenticator,
  type SocialCard,
  type TerminalParameters,
} from '../../cards/index.ts';
import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import type { CardManagementHost, HostFailure } from '../../hosts/index.ts';
import type { Journal, MachineKeys } from '../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../service.ts';
import { apduTimeoutMs, CardSession, faultCode, type ReadError } from './card-session.ts';
import { type Clock, chinaDay } from './clock.ts';
import type { CardMarks, Custody } from './custody.ts';
import type { Visit } from './visits.ts';

export interface CardReadingOptions {
  readonly reader: CardReader | undefined;
  readonly custody: Custody;
  readonly cardManagement: CardManagementHost | undefined;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
  readonly ourBankCodes: readonly string[];
  readonly terminal: TerminalParameters;
  /** An act on the province's card of that reference is not settled. */
  readonly isUnsettled: (cardRef: string) => boolean;
}

/** What the province said of the card that was put in. */
export interface ProvinceRecord {
  readonly holderRef: string;
  readonly card: CardRecord;
}

/** Everything that one insertion gave. Raw values are Buffers; `wipe` zeroes them. */
export interface CardContents {
  readonly social: SocialCard<HostFailure> | undefined;
  readonly financial: FinancialCard['data'] | undefined;
  /** Absent while card management has not told; an inquiry may learn it later. */
  province: ProvinceRecord | undefined;
  readonly ours: boolean;
  wipe(): void;
}

/** `cancelled` is the person's or the machine's wish, not an error. */
type Step<T> = Promise<Result<T, ReadError | 'cancelled'>>;

/** Waiting for a card has no end of its own: the visit's time-outs and the way out are the screen's. */
const insertTimeoutMs = 60 * 60 * 1000;
const powerTimeoutMs = 10_000;

/** With these the card is somebody's who wants it stopped, or nobody's any more: not even the balance is shown. */
const stopped: ReadonlySet<CardRecord['socialStatus']> = new Set(['tempLost', 'lost', 'locked', 'cancelled']);

/** Reads both applications of a card in one insertion, asks the province about it, and makes evidence of it. */
export class CardReading {
  readonly #options: CardReadingOptions;

  constructor(options: CardReadingOptions) {
    this.#options = options;
  }

  async read(
    visit: Visit,
    purpose: NonNullable<CommandPayloads['SocialCard.Read']['purpose']>,
    context: CommandContext,
  ): Promise<Outcome> {
    const { reader, custody } = this.#options;
    const signal = AbortSignal.any([context.signal, visit.signal]);
    if (reader === undefined || custody.strangerInside()) return this.#refuse(visit, 'readerUnavailable', 'reader');
    if (reader.insertion() === undefined) context.emit('SocialCard.InsertCardEvent');
    const inserted = await reader.waitForCard({ signal, timeoutMs: insertTimeoutMs });
    if (!inserted.ok) {
      if (signal.aborted) return interrupted(context);
      return this.#refuse(visit, 'readerUnavailable', 'reader');
    }
    // It came while nobody was looking: whose it is, is not known.
    if (custody.strangerInside()) return this.#refuse(visit, 'readerUnavailable', 'reader');
    context.emit('SocialCard.CardInsertedEvent');
    // What an earlier reading of this very card gave is worth nothing beside a new one.
    visit.evidence.voidInsertion(inserted.value.number);
    const session = new CardSession(reader, inserted.value);
    const contents = await this.#readBoth(reader, session, visit, context, signal);
    if (!contents.ok) return this.#ended(visit, context, contents.error, 'chip');
    const judged = await this.#judge(contents.value, session, visit, purpose, context, signal);
    if (!judged.ok) {
      contents.value.wipe();
      return this.#ended(visit, context, judged.error, 'check');
    }
    const evidence = visit.evidence.addCard({
      insertion: inserted.value,
      contents: contents.value,
      facts: judged.value,
      purpose,
    });
    const completion: CompletionPayloads['SocialCard.Read'] = { cardEvidence: evidence.id, card: judged.value };
    return success(completion);
  }

  /** What tells that card from others; undefined when it does not say. Neither host is asked. */
  async marksOf(insertion: Insertion, signal: AbortSignal): Promise<CardMarks | undefined> {
    const { reader, keys, clock, terminal } = this.#options;
    if (reader === undefined) return undefined;
    const session = new CardSession(reader, insertion);
    const options = { signal, timeoutMs: apduTimeoutMs, today: chinaDay(clock.date()) };
    const powered = await reader.powerOn('cold', { signal, timeoutMs: powerTimeoutMs });
    if (!powered.ok) return undefined;
    const financial = await readFinancialCard(session, { ...options, terminal });
    if (financial.ok) {
      const { pan } = financial.value.data;
      const marks = { panToken: keys.token('pan', pan), last4: last4(pan) };
      financial.value.wipe();
      return marks;
    }
    const social = await readSocialCard<HostFailure>(session, { ...options, atr: session.atr });
    if (!social.ok) return undefined;
    const { cardNumber } = social.value;
    const marks = cardNumber && { cardToken: keys.token('card', cardNumber), last4: last4(cardNumber) };
    social.value.wipe();
    return marks;
  }

  /** Asks the province again about a card that was read while it could not be reached. */
  async learnProvince(contents: CardContents, session: CardSession, signal: AbortSignal): Promise<void> {
    const { cardManagement } = this.#options;
    if (contents.province !== undefined || cardManagement === undefined || contents.social === undefined) return;
    if (contents.social.holder !== undefined) {
      const asked = await this.#identify(contents.social, signal);
      if (asked.ok) contents.province = asked.value;
      return;
    }
    // A third-generation card opens its holder's file only to the province's module.
    const again = await this.#readSocial(session, signal);
    if (!again.ok) return;
    const same = again.value.idCode.equals(contents.social.idCode);
    const asked = same ? await this.#identify(again.value, signal) : undefined;
    again.value.wipe();
    if (asked?.ok === true) contents.province = asked.value;
  }

  /**
   * Whether the card of that insertion is still in and still genuine. What it gave a while ago is void after its time; the
   * card itself is asked again then.
   * @returns the province's reference of the authentication that found it genuine
   */
  async stillGenuine(visit: Visit, insertion: Insertion, signal: AbortSignal): Promise<string | undefined> {
    const { reader } = this.#options;
    if (reader === undefined || reader.insertion()?.number !== insertion.number) return undefined;
    const known = visit.evidence.cardOf(insertion)?.contents.social?.authentication;
    if (known?.state === 'genuine') return known.authRef;
    const session = new CardSession(reader, insertion);
    const powered = await reader.powerOn('warm', { signal, timeoutMs: powerTimeoutMs });
    const again = powered.ok ? await this.#readSocial(session, signal) : powered;
    if (!again.ok) return undefined;
    const { authentication } = again.value;
    again.value.wipe();
    return session.present && authentication.state === 'genuine' ? authentication.authRef : undefined;
  }

  async #readBoth(
    reader: CardReader,
    session: CardSession,
    visit: Visit,
    context: CommandContext,
    signal: AbortSignal,
  ): Step<CardContents> {
    const { journal, clock, terminal, ourBankCodes } = this.#options;
    const powered = await reader.powerOn('cold', { signal, timeoutMs: powerTimeoutMs });
    if (!powered.ok) return err(faultCode(powered.error, session));
    const today = chinaDay(clock.date());
    context.emit('SocialCard.ReadingEvent', { part: 'social' });
    const social = await this.#readSocial(session, signal);
    if (!social.ok && social.error.code !== 'notSocialCard') return err(faultCode(social.error, session));
    context.emit('SocialCard.ReadingEvent', { part: 'financial' });
    const financial = await readFinancialCard(session, { signal, timeoutMs: apduTimeoutMs, terminal, today });
    if (!financial.ok && financial.error.code !== 'noApplication') {
      if (social.ok) social.value.wipe();
      return err(faultCode(financial.error, session));
    }
    if (!social.ok && !financial.ok) return err('cardNotSupported');
    const warnings = [
      ...(social.ok ? social.value.warnings : []),
      ...(financial.ok ? financial.value.data.warnings : []),
    ];
    for (const what of new Set(warnings)) journal.record('card.warning', { what }, visit.id);
    const bank = financial.ok ? bankOf(financial.value.data.pan)?.bank : undefined;
    return ok({
      social: social.ok ? social.value : undefined,
      financial: financial.ok ? financial.value.data : undefined,
      province: undefined,
      ours: bank !== undefined && ourBankCodes.includes(bank.code),
      wipe() {
        if (social.ok) social.value.wipe();
        if (financial.ok) financial.value.wipe();
      },
    });
  }

  #readSocial(session: CardSession, signal: AbortSignal) {
    const { cardManagement, clock } = this.#options;
    return readSocialCard<HostFailure>(session, {
      signal,
      timeoutMs: apduTimeoutMs,
      atr: session.atr,
      today: chinaDay(clock.date()),
      ...(cardManagement === undefined ? {} : { authenticate: securityModule(cardManagement, signal) }),
    });
  }

  /** The rules that a read card must pass, in the order in which a person would be told. */
  async #judge(
    contents: CardContents,
    session: CardSession,
    visit: Visit,
    purpose: 'inquiry' | 'act',
    context: CommandContext,
    signal: AbortSignal,
  ): Step<CardFacts> {
    const { journal } = this.#options;
    const { social, financial } = contents;
    if (social?.warnings.includes('expired') === true || financial?.warnings.includes('expired') === true)
      return err('cardExpired');
    if (social !== undefined) {
      const { authentication } = social;
      if (authentication.state === 'genuine') journal.record('card.genuine', { by: 'cardManagement' }, visit.id);
      // The module could be asked and the card has nothing to answer with: right data, no keys.
      if (authentication.state === 'refusedByCard') return err('cardNotGenuine');
    }
    const holders = compareHolders(
      social?.holder?.number,
      financial && { idNumber: financial.holderIdNumber, idType: financial.holderIdType },
    );
    if (social !== undefined && financial !== undefined)
      journal.record('card.holderCompared', { result: holders }, visit.id);
    if (holders === 'different') return err('holderMismatch');

    context.emit('SocialCard.ReadingEvent', { part: 'host' });
    if (social?.holder !== undefined) {
      const asked = await this.#identify(social, signal);
      if (asked.ok) contents.province = asked.value;
      else if (asked.error !== 'unknown') return err(asked.error);
    }
    if (signal.aborted) return err('cancelled');
    if (!session.present) return err(session.lossCode());
    const { province } = contents;
    // While a loss report is not settled the card counts as frozen, whatever the province says (design.md 8).
    const frozen = (ref: string): boolean => this.#options.isUnsettled(ref);
    if (purpose === 'inquiry' && province !== undefined)
      if (stopped.has(province.card.socialStatus) || frozen(province.card.cardRef)) return err('cardNotActive');
    return this.#classify(contents, holders, visit);
  }

  #classify(contents: CardContents, holders: HolderComparison, visit: Visit): Result<CardFacts, ReadError> {
    const { journal, keys } = this.#options;
    const { social, financial, province } = contents;
    const chip = social?.generation ?? 'absent';
    const found = classifyCard({
      chip,
      ...(province && { host: { generation: province.card.generation, bankCode: province.card.bankCode } }),
      ...(financial && { pan: financial.pan }),
    });
    if (found.kind === 'disagreement') {
      const bin = financial === undefined ? 'none' : (bankOf(financial.pan)?.entry.kind ?? 'unknown');
      journal.record('card.classDisagreement', { chip, host: province?.card.generation ?? 'unknown', bin }, visit.id);
      return err('classDisagreement');
    }
    const cardClass = found.kind === 'known' ? found.class : 'unknown';
    journal.record(
      'card.read',
      {
        class: cardClass,
        social: social !== undefined,
        financial: financial !== undefined,
        ...(social?.cardNumber && { cardToken: keys.token('card', social.cardNumber) }),
        ...(financial && { panToken: keys.token('pan', financial.pan), last4: last4(financial.pan) }),
      },
      visit.id,
    );
    return ok({
      class: cardClass,
      social: socialPart(contents),
      financial: financialPart(contents, found.bank, visit),
      holderCheck: holders === 'equal' ? 'equal' : 'notCompared',
    });
  }

  /** `unknown`: the province did not tell; the card is then what it says of itself. */
  async #identify(
    social: SocialCard<HostFailure>,
    signal: AbortSignal,
  ): Promise<Result<ProvinceRecord, ReadError | 'unknown'>> {
    const { cardManagement } = this.#options;
    const { holder, cardNumber, authentication } = social;
    if (cardManagement === undefined || holder === undefined || cardNumber === undefined) return err('unknown');
    const answer = await cardManagement.identifyCard(
      {
        cardNumber,
        socialSecurityNumber: holder.number,
        name: holder.name,
        generation: social.generation,
        ...(authentication.state === 'genuine' && { authRef: authentication.authRef }),
      },
      { signal },
    );
    if (answer.ok) {
      const { holderRef, cards, presentedCardRef } = answer.value;
      const card = cards.find(({ cardRef }) => cardRef === presentedCardRef);
      return card === undefined ? err('cardNotSupported') : ok({ holderRef, card });
    }
    if (answer.error.code !== 'refused') return err('unknown');
    switch (answer.error.reason) {
      case 'noCard':
        return err('cardNotSupported');
      case 'holderMismatch':
        return err('holderMismatch');
      case 'notGenuine':
        return err('cardNotGenuine');
      default:
        return err('unknown');
    }
  }

  #ended(visit: Visit, context: CommandContext, code: ReadError | 'cancelled', part: string): Outcome {
    if (code === 'cancelled') return interrupted(context);
    return this.#refuse(visit, code, part);
  }

  #refuse(visit: Visit, code: ReadError, part: string): Outcome {
    this.#options.journal.record('card.readFailed', { why: code, part }, visit.id);
    return commandError(code, { caseCode: visit.caseCode });
  }
}

function socialPart({ social, province }: CardContents): SocialPart {
  if (social === undefined) return { present: false };
  const { holder, cardNumber, areaCode, validUntil, authentication } = social;
  return {
    present: true,
    areaCode,
    grade: authentication.state === 'genuine' ? 'genuine' : 'read',
    status: province?.card.socialStatus ?? 'unknown',
    ...(holder && { nameMasked: maskName(holder.name) }),
    ...(cardNumber && { cardNumberLast4: last4(cardNumber) }),
    ...(validUntil !== undefined && { validUntil }),
  };
}

function financialPart(
  { financial, ours }: CardContents,
  bank: { readonly code: string; readonly names: Record<string, string>; readonly hotline: string } | undefined,
  visit: Visit,
): FinancialPart {
  if (financial === undefined) return { present: false };
  const name = bank?.names[visit.language];
  return {
    present: true,
    panMasked: maskPan(financial.pan),
    ours,
    validUntil: financial.expiry,
    ...(bank && { bankCode: bank.code, bankHotline: bank.hotline }),
    ...(name !== undefined && { bankName: name }),
  };
}

/** The province's security module as the kernel wants it: bytes in, bytes out. */
function securityModule(host: CardManagementHost, signal: AbortSignal): SocialAuthenticator<HostFailure> {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
  return {
    async step1({ cardIdentificationCode, historicalBytes, algorithm, version }) {
      const answer = await host.authenticateCardStep1(
        {
          cardIdentificationCode: hex(cardIdentificationCode),
          historicalBytes: hex(historicalBytes),
          algorithm,
          version,
        },
        { signal },
      );
      if (!answer.ok) return answer;
      const { authRef, internalAuthData } = answer.value;
      return ok({ authRef, internalAuthData: Buffer.from(internalAuthData, 'hex') });
    },
    async step2({ authRef, internalAuthResult, cardChallenge }) {
      const answer = await host.authenticateCardStep2(
        {
          authRef,
          internalAuthResult: hex(internalAuthResult),
          ...(cardChallenge && { cardChallenge: hex(cardChallenge) }),
        },
        { signal },
      );
      if (!answer.ok) return answer;
      const { genuine, externalAuthData, keyId } = answer.value;
      return ok({
        genuine,
        ...(externalAuthData !== undefined && { externalAuthData: Buffer.from(externalAuthData, 'hex') }),
        ...(keyId !== undefined && { keyId: Number.parseInt(keyId, 16) }),
      });
    },
  };
}
