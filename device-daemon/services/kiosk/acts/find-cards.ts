import type { BankCard, Identification as BankIdentification } from '#protocol/generated/bank-core.ts';
import type { Card, DocumentType, Identification } from '#protocol/generated/card-management.ts';
import type {
  CommandPayloads,
  CompletionPayloads,
  FinancialSide,
  ForWhom,
  HolderCard,
  Language,
  SocialSide,
} from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import { bankByCode, last4 } from '../../../cards/index.ts';
import type { IdentityDocument } from '../../../documents/index.ts';
import type { BankCoreHost, CardManagementHost, DocumentOrder, HostFailure } from '../../../hosts/index.ts';
import type { Journal, MachineKeys } from '../../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../../service.ts';
import type { CardEvidence, DocumentEvidence } from '../evidence.ts';
import { newId } from '../identifiers.ts';
import type { Visit } from '../visits.ts';
import type { Circumstances } from './circumstances.ts';
import { offers } from './decide.ts';
import type { HolderEvidence, HostWord, KnownCard } from './holder.ts';

export interface FindCardsOptions {
  readonly cardManagement: CardManagementHost | undefined;
  readonly bankCore: BankCoreHost | undefined;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly ourBankCodes: readonly string[];
  readonly circumstances: Circumstances;
}

type ErrorCode = NonNullable<CompletionPayloads['CardService.FindCards']['errorCode']>;
type Payload = CommandPayloads['CardService.FindCards'];

/** Both hosts are asked who this is; their two lists of cards become one, each side of each card with its own word. */
export class FindCards {
  readonly #options: FindCardsOptions;

  constructor(options: FindCardsOptions) {
    this.#options = options;
  }

  async find(visit: Visit, payload: Payload, context: CommandContext): Promise<Outcome> {
    const { journal, keys } = this.#options;
    const refuse = (code: ErrorCode): Outcome => {
      journal.record('cards.notFound', { why: code }, visit.id);
      return commandError(code, { caseCode: visit.caseCode });
    };
    const { forWhom = 'self' } = payload;
    const document = visit.evidence.document(payload.documentEvidence);
    const agent = payload.agentEvidence === undefined ? undefined : visit.evidence.document(payload.agentEvidence);
    const card = payload.cardEvidence === undefined ? undefined : visit.evidence.card(payload.cardEvidence);
    if (
      document === undefined ||
      (payload.agentEvidence !== undefined && agent === undefined) ||
      (payload.cardEvidence !== undefined && card === undefined)
    )
      return refuse('noSuchEvidence');
    // Both people's documents (J1).
    if (forWhom !== 'self' && agent === undefined) return refuse('agentNotAllowed');
    const signal = AbortSignal.any([context.signal, visit.signal]);
    const asked = await this.#ask(document, forWhom, agent, signal);
    if (signal.aborted) return interrupted(context);
    const { province, bank } = asked;
    const refused = refusalOf(province) ?? refusalOf(bank);
    if (refused !== undefined) return refuse(refused);
    const words = { cardManagement: wordOf(province), bankCore: wordOf(bank) };
    if (words.cardManagement !== 'answered' && words.bankCore !== 'answered') {
      const nobody = words.cardManagement === 'noSuchPerson' && words.bankCore === 'noSuchPerson';
      return refuse(nobody ? 'noSuchPerson' : 'hostUnavailable');
    }
    const social = province?.ok === true ? province.value : undefined;
    const financial = bank?.ok === true ? bank.value : undefined;
    const cards = join(social?.cards ?? [], financial?.cards ?? []);
    const presented = card === undefined ? undefined : presentedOf(card, document.document, social, cards);
    if (card !== undefined && presented === undefined) {
      // A finder with document and card of two people, or a mistake at home: nothing more is told (domain.md 2d).
      journal.record('cards.notTheHolder', { token: keys.token('person', document.document.number) }, visit.id);
      return refuse('notTheHolder');
    }
    const holder = visit.evidence.addHolder({
      forWhom,
      document,
      token: keys.token('person', document.document.number),
      provinceRef: social?.holderRef,
      bankRef: financial?.holderRef,
      agentRef: social?.agentRef,
      phoneMasked: financial?.phoneMask,
      cards,
      words,
      presented,
    });
    journal.record(
      'cards.found',
      { cards: cards.length, province: words.cardManagement, bank: words.bankCore, forWhom, token: holder.token },
      visit.id,
    );
    const completion: CompletionPayloads['CardService.FindCards'] = {
      holder: holder.id,
      cards: cards.map((known) => this.#shown(known, holder, visit.language)),
      ...(holder.phoneMasked !== undefined && { phoneMasked: holder.phoneMasked }),
      ...words,
    };
    return success(completion);
  }

  async #ask(
    { document }: DocumentEvidence,
    forWhom: ForWhom,
    agent: DocumentEvidence | undefined,
    signal: AbortSignal,
  ): Promise<{
    readonly province: Result<Identification, HostFailure> | undefined;
    readonly bank: Result<BankIdentification, HostFailure> | undefined;
  }> {
    const { cardManagement, bankCore } = this.#options;
    const order = orderOf(document);
    if (order === undefined) return { province: undefined, bank: undefined };
    const agentOrder = agent && orderOf(agent.document);
    const [province, bank] = await Promise.all([
      cardManagement?.identifyDocument(
        {
          ...order,
          ...(forWhom !== 'self' && agentOrder && { agent: { relation: forWhom, document: agentOrder } }),
        },
        { signal },
      ),
      bankCore?.identifyDocument(order, { signal }),
    ]);
    return { province, bank };
  }

  #shown(card: KnownCard, holder: HolderEvidence, language: Language): HolderCard {
    const { circumstances, ourBankCodes } = this.#options;
    const { province, bank } = card;
    const state = circumstances.sidesOf(card, holder);
    return {
      cardId: card.id,
      class: province?.generation ?? 'unknown',
      last4: bank === undefined ? (province?.cardNumberLast4 ?? '') : last4(bank.panMasked),
      presented: holder.presented?.cardId === card.id,
      // BRIEF-16: the first generation serves at home only.
      outOfArea: province?.outOfArea ?? false,
      social: socialSide(card, state.social),
      financial: financialSide(card, state.financial, language, ourBankCodes),
      ...(province?.making !== undefined && { making: province.making }),
      acts: offers(circumstances.situationOf(card, holder)),
    };
  }
}

/** Which document it is, as the hosts name it; undefined: one that identifies nobody for a card (J1). */
export function documentTypeOf({ kind, number }: IdentityDocument): DocumentType | undefined {
  switch (kind) {
    case 'residencePermit':
      // GB 11643 for residents of Hong Kong (81), Macao (82) and Taiwan (83).
      return Buffer.from(number).toString('latin1').startsWith('83')
        ? 'taiwanResidencePermit'
        : 'hkMacaoResidencePermit';
    case 'permanentResident2017':
    case 'permanentResident2023':
      return 'foreignPermanentResident';
    case 'exitEntryPermit':
      return undefined;
    default:
      return kind;
  }
}

/** The name as the hosts have it: in Chinese where the document has one. */
export function orderOf(document: IdentityDocument): DocumentOrder | undefined {
  const documentType = documentTypeOf(document);
  const name = document.name ?? document.latinName;
  if (documentType === undefined || name === undefined) return undefined;
  const country = documentType === 'passport' ? document.nationality : undefined;
  return {
    documentType,
    documentNumber: document.number,
    name,
    grade: document.grade,
    ...(country?.length === 3 && { issuingCountry: country }),
  };
}

/** A refusal that ends the search, for whichever host said it. */
function refusalOf(answer: Result<unknown, HostFailure> | undefined): ErrorCode | undefined {
  if (answer === undefined || answer.ok || answer.error.code !== 'refused') return undefined;
  switch (answer.error.reason) {
    case 'holderMismatch':
    case 'agentNotAllowed':
    case 'limitReached':
      return answer.error.reason;
    default:
      return undefined;
  }
}

function wordOf(answer: Result<unknown, HostFailure> | undefined): HostWord {
  if (answer === undefined) return 'unavailable';
  if (answer.ok) return 'answered';
  const { error } = answer;
  if (error.code === 'refused') return error.reason === 'noSuchPerson' ? 'noSuchPerson' : 'unavailable';
  return error.code === 'unavailable' ? 'unavailable' : 'noAnswer';
}

/**
 * One list of two: a card of the province and an account of the bank belong together when exactly one of each shows the
 * same first six and last four digits. What cannot be told apart stays apart.
 */
export function join(province: readonly Card[], bank: readonly BankCard[]): KnownCard[] {
  const accounts = bank.filter(({ kind }) => kind === 'socialSecurity');
  const taken = new Set<BankCard>();
  const cards = province.map((card): KnownCard => {
    const same = accounts.filter(({ panMasked }) => panMasked === card.panMasked);
    const twins = province.filter(({ panMasked }) => panMasked !== undefined && panMasked === card.panMasked);
    const account = same.length === 1 && twins.length === 1 ? same[0] : undefined;
    if (account !== undefined) taken.add(account);
    return { id: newId(), province: card, bank: account };
  });
  const rest = accounts.filter((account) => !taken.has(account));
  return [...cards, ...rest.map((account): KnownCard => ({ id: newId(), province: undefined, bank: account }))];
}

/** The presented card among the holder's: its holder is the document's, as chip and province say. */
function presentedOf(
  card: CardEvidence,
  document: IdentityDocument,
  social: Identification | undefined,
  cards: readonly KnownCard[],
): HolderEvidence['presented'] {
  const { contents, insertion } = card;
  const { province, social: chip } = contents;
  if (province === undefined || social === undefined || province.holderRef !== social.holderRef) return undefined;
  // A resident's social security number is the ID number: chip and document must agree without any host.
  if (document.kind === 'residentId' && chip?.holder !== undefined && !chip.holder.number.equals(document.number))
    return undefined;
  const known = cards.find((one) => one.province?.cardRef === province.card.cardRef);
  if (known === undefined) return undefined;
  return { cardId: known.id, insertion, genuine: chip?.authentication.state === 'genuine' };
}

function socialSide({ province }: KnownCard, state: string): SocialSide {
  if (state === 'none') return { state: 'none' };
  if (province === undefined || state === 'unsettled' || state === 'notConfirmed') return { state: 'notConfirmed' };
  const { socialStatus: status, temporaryUntil: until } = province;
  return { state: 'known', status, ...(until !== undefined && { until }) };
}

function financialSide(
  { province, bank }: KnownCard,
  state: string,
  language: Language,
  ours: readonly string[],
): FinancialSide {
  if (state === 'none') return { state: 'none' };
  if (state === 'notHere' && province !== undefined && !ours.includes(province.bankCode)) {
    const other = bankByCode(province.bankCode);
    return {
      state: 'notHere',
      bankName: other?.names[language] ?? province.bankCode,
      ...(other && { bankHotline: other.hotline }),
    };
  }
  if (bank === undefined || state === 'unsettled') return { state: 'notConfirmed' };
  const { financialStatus: status, temporaryUntil: until } = bank;
  return { state: 'known', status, ...(until !== undefined && { until }) };
}
