import type {
  ApprovalOrder,
  ApprovalRequest,
  ApprovalState,
  BalanceInquiry,
  CardActionRequest as BankCardActionRequest,
  CardActionResult as BankCardActionResult,
  HolderCards as BankHolderCards,
  Identification as BankIdentification,
  IdentificationRequest as BankIdentificationRequest,
  RequestReport as BankRequestReport,
  IdentityCheck,
  KeyAlgorithm,
  OneTimeCode,
  OneTimeCodeRequest,
  OneTimeCodeVerification,
  SignOn,
  StaffApproval,
  StaffApprovalRequest,
  StaffSignOn,
  StaffSignOnRequest,
} from '#protocol/generated/bank-core.ts';
import type {
  Agent,
  CardActionRequest,
  CardActionResult,
  CardAuthenticationStep1,
  CardAuthenticationStep1Request,
  CardAuthenticationStep2,
  CardAuthenticationStep2Request,
  CardGeneration,
  DocumentEvidence,
  HolderCards,
  Identification,
  IdentificationRequest,
  JournalHead,
  JournalHeadReceipt,
  JournalPart,
  JournalPartReceipt,
  MedicalAccount,
  Progress,
  RequestReport,
} from '#protocol/generated/card-management.ts';
import type { HostReport } from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';

/**
 * The two hosts as the rest of the daemon sees them. What the contract (`protocol/hosts/*.openapi.json`) says in JSON is
 * said here in the generated types; what must be wiped is bytes.
 */

/** Why a call brought no answer to act on. Nothing in it is personal. */
export type HostFailure =
  /** The host understood and did nothing. `reason` is the problem's code, e.g. `noAccount`, `stateChanged`. */
  | {
      readonly code: 'refused';
      readonly reason: string;
      readonly retryAfterSeconds?: number;
      readonly safeToRetry: boolean;
      /** With `wrongPin` and `pinLocked`. */
      readonly triesLeft?: number;
    }
  /** Nothing was done: the request was not sent, or the host said that it is busy or closed. */
  | {
      readonly code: 'unavailable';
      readonly reason: 'circuitOpen' | 'unreachable' | 'hostClosed' | 'hostBusy' | 'cancelled';
      readonly retryAfterSeconds?: number;
    }
  /** Sent, and nobody knows what became of it: `ask` by the idempotency key, never repeat blindly. */
  | { readonly code: 'noAnswer' }
  /** An answer came that cannot be believed (`why` for the technician). The outcome is as unknown as without one. */
  | { readonly code: 'badAnswer'; readonly why: 'signature' | 'digest' | 'size' | 'form' };

/** True when the act may have happened: only the host can tell. */
export const outcomeUnknown = (failure: HostFailure): boolean =>
  failure.code === 'noAnswer' || failure.code === 'badAnswer';

export type HostAnswer<T> = Promise<Result<T, HostFailure>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** For everything the call does, retries included; the configured deadline when absent. */
  readonly deadlineMs?: number;
}

/** For acts: one key per business intent, made with `newIdempotencyKey` and stored before the call. */
export interface ActOptions extends CallOptions {
  readonly idempotencyKey: string;
}

export interface HostLink<Report> {
  /** Up after an answer that verified; down when calls fail or the host says that it is closed. */
  report(): HostReport;
  onReport(listener: (report: HostReport) => void): () => void;
  /** When a closed host opens again, as it last said. */
  opensAt(): Date | undefined;
  /** Begins to look after the link: an echo when it has been idle, sooner again when it is down. Never throws. */
  start(): void;
  /** Ends every call in flight (as cancelled or without answer). Idempotent. */
  stop(): Promise<void>;
  /** One echo now; the host's time in it. */
  probe(options?: CallOptions): HostAnswer<{ readonly time: string }>;
  /** What became of a request. `neverSeen` is final once the request's signature has expired (`signatureLifetimeMs`). */
  ask(idempotencyKey: string, options?: CallOptions): HostAnswer<Report>;
  /** How often the host has done each act for this terminal, ever; acts that are not there it never did. */
  actTotals(options?: CallOptions): HostAnswer<ReadonlyMap<string, number>>;
}

/** What a card says of itself and its holder. All bytes are the caller's: it wipes them; our copies we wipe. */
export interface CardIdentificationOrder {
  /** ASCII. */
  readonly cardNumber: Uint8Array;
  /** ASCII. */
  readonly socialSecurityNumber: Uint8Array;
  /** UTF-8. */
  readonly name: Uint8Array;
  readonly generation: CardGeneration;
  /** Of the authentication that found the card genuine. */
  readonly authRef?: string;
}

/** What a document says of itself and its holder. All bytes are the caller's: it wipes them; our copies we wipe. */
export interface DocumentOrder extends Omit<DocumentEvidence, 'kind' | 'documentNumber' | 'name'> {
  /** ASCII. */
  readonly documentNumber: Uint8Array;
  /** UTF-8, as on the document. */
  readonly name: Uint8Array;
}

/** The holder's document, and who stands at the kiosk when it is somebody else. */
export interface DocumentIdentificationOrder extends DocumentOrder {
  readonly agent?: Omit<Agent, 'evidence'> & { readonly document: DocumentOrder };
}

/** The social side. References are the host's; look-ups repeat themselves on a lost answer, acts do not. */
export interface CardManagementHost extends HostLink<RequestReport> {
  authenticateCardStep1(
    order: Omit<CardAuthenticationStep1Request, 'terminalId'>,
    options?: CallOptions,
  ): HostAnswer<CardAuthenticationStep1>;
  authenticateCardStep2(
    order: CardAuthenticationStep2Request,
    options?: CallOptions,
  ): HostAnswer<CardAuthenticationStep2>;
  identify(evidence: IdentificationRequest['evidence'], options?: CallOptions): HostAnswer<Identification>;
  /** By the card itself. Refused with `noCard`, `holderMismatch` or `notGenuine`. */
  identifyCard(order: CardIdentificationOrder, options?: CallOptions): HostAnswer<Identification>;
  /** Refused with `noSuchPerson`, `holderMismatch` or `agentNotAllowed`. */
  identifyDocument(order: DocumentIdentificationOrder, options?: CallOptions): HostAnswer<Identification>;
  holderCards(holderRef: string, options?: CallOptions): HostAnswer<HolderCards>;
  /** Changes the social side of a card; refused with one of the operation's problem codes, e.g. `stateChanged`. */
  act(cardRef: string, order: Omit<CardActionRequest, 'terminalId'>, options: ActOptions): HostAnswer<CardActionResult>;
  progress(holderRef: string, options?: CallOptions): HostAnswer<Progress>;
  /** Refused with `noAccount` when the holder has none. */
  medicalAccount(holderRef: string, options?: CallOptions): HostAnswer<MedicalAccount>;
  reportJournalHead(head: Omit<JournalHead, 'terminalId'>, options: ActOptions): HostAnswer<JournalHeadReceipt>;
  /** The same part may be told again. Refused with `bundleDamaged`. */
  depositJournalPart(part: Omit<JournalPart, 'terminalId'>, options?: CallOptions): HostAnswer<JournalPartReceipt>;
}

/** `keySetId`: of the sign-on whose PIN key the pad used. */
export interface PinBlockOrder {
  readonly format: 'iso0' | 'sm4';
  readonly block: Uint8Array;
  readonly keySetId: string;
}

/** What a balance inquiry takes from card and pad. All bytes are the caller's: it wipes them; our copies we wipe. */
export interface BalanceOrder {
  /** DE11, six digits. */
  readonly stan: string;
  /** ASCII digits. */
  readonly pan: Uint8Array;
  /** DE23, two digits. */
  readonly panSequence: string;
  /** DE35, ASCII: PAN `D` expiry … */
  readonly track2?: Uint8Array;
  readonly de55: Uint8Array;
  readonly pinBlock: PinBlockOrder;
  readonly cardRef?: string;
}

/** An act on the bank's side of a card. All bytes are the caller's: it wipes them; our copies we wipe. */
export interface BankActionOrder
  extends Omit<BankCardActionRequest, 'terminalId' | 'pinBlock' | 'newPinBlocks' | 'de55'> {
  /** The PIN as it is; verified in every act. */
  readonly pinBlock?: PinBlockOrder;
  /** The new PIN, entered twice. */
  readonly newPinBlocks?: readonly [PinBlockOrder, PinBlockOrder];
  readonly de55?: Uint8Array;
}

export type IdentityCheckOrder = Pick<DocumentOrder, 'documentType' | 'documentNumber' | 'name'>;

/** What a staff card answered and its PIN, made with the account number 0000000000000000. */
export interface StaffSignOnOrder extends Omit<StaffSignOnRequest, 'terminalId' | 'pinBlock'> {
  readonly pinBlock: PinBlockOrder;
}
export interface StaffCardOrder
  extends StaffSignOnOrder,
    Pick<StaffApprovalRequest, 'service' | 'visitRef' | 'holderRef'> {}

/** The financial side. */
export interface BankCoreHost extends HostLink<BankRequestReport> {
  /** New working keys for the PIN pad; the older ones are dead from then on. */
  signOn(keyAlgorithm: KeyAlgorithm, options?: CallOptions): HostAnswer<SignOn>;
  identify(evidence: BankIdentificationRequest['evidence'], options?: CallOptions): HostAnswer<BankIdentification>;
  /**
   * A decline is an answer (`result: 'declined'`), because it may carry an ARPC for the card. Refused with
   * `signOnRequired` when the PIN key is not the current one.
   */
  inquireBalance(order: BalanceOrder, options: ActOptions): HostAnswer<BalanceInquiry>;
  /** Refused with `noSuchPerson`. The bank knows no agents. */
  identifyDocument(order: DocumentOrder, options?: CallOptions): HostAnswer<BankIdentification>;
  holderCards(holderRef: string, options?: CallOptions): HostAnswer<BankHolderCards>;
  /** Changes the financial side of a card; a wrong PIN is a refusal with `triesLeft`. */
  act(cardRef: string, order: BankActionOrder, options: ActOptions): HostAnswer<BankCardActionResult>;
  /** The card's PAN, ASCII digits, for the PIN pad alone. It never was a string; the caller zeroes it. */
  pinEntry(cardRef: string, holderRef: string, options?: CallOptions): HostAnswer<Buffer>;
  /** A message leaves the bank: an act. Refused with `limitReached` and when to ask again. */
  sendCode(order: Omit<OneTimeCodeRequest, 'terminalId'>, options: ActOptions): HostAnswer<OneTimeCode>;
  /** `codeBlock`: made with the account number 0000000000000000. A wrong code is an answer and costs a try. */
  verifyCode(codeRef: string, codeBlock: PinBlockOrder, options: ActOptions): HostAnswer<OneTimeCodeVerification>;
  /** Network identity check (联网核查). That nobody matches is an answer. */
  checkIdentity(order: IdentityCheckOrder, options: ActOptions): HostAnswer<IdentityCheck>;
  /** Asks the branch; `approvalState` tells what it decided. */
  requestApproval(order: Omit<ApprovalOrder, 'terminalId'>, options: ActOptions): HostAnswer<ApprovalRequest>;
  approvalState(requestRef: string, options?: CallOptions): HostAnswer<ApprovalState>;
  approveByStaffCard(order: StaffCardOrder, options: ActOptions): HostAnswer<StaffApproval>;
  /** Who stands at the machine, for the maintenance pages; a wrong PIN is a refusal with `triesLeft`. */
  signStaffOn(order: StaffSignOnOrder, options: ActOptions): HostAnswer<StaffSignOn>;
}
