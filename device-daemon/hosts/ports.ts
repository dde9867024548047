import type {
  BalanceInquiry,
  Identification as BankIdentification,
  IdentificationRequest as BankIdentificationRequest,
  RequestReport as BankRequestReport,
  KeyAlgorithm,
  SignOn,
} from '#protocol/generated/bank-core.ts';
import type {
  CardAuthenticationStep1,
  CardAuthenticationStep1Request,
  CardAuthenticationStep2,
  CardAuthenticationStep2Request,
  CardGeneration,
  HolderCards,
  Identification,
  IdentificationRequest,
  JournalHead,
  JournalHeadReceipt,
  MedicalAccount,
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
  /** One echo now. */
  probe(options?: CallOptions): HostAnswer<void>;
  /** What became of a request. `neverSeen` is final once the request's signature has expired (`signatureLifetimeMs`). */
  ask(idempotencyKey: string, options?: CallOptions): HostAnswer<Report>;
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
  holderCards(holderRef: string, options?: CallOptions): HostAnswer<HolderCards>;
  /** Refused with `noAccount` when the holder has none. */
  medicalAccount(holderRef: string, options?: CallOptions): HostAnswer<MedicalAccount>;
  reportJournalHead(head: Omit<JournalHead, 'terminalId'>, options: ActOptions): HostAnswer<JournalHeadReceipt>;
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
  /** `keySetId`: of the sign-on whose PIN key the pad used. */
  readonly pinBlock: { readonly format: 'iso0' | 'sm4'; readonly block: Uint8Array; readonly keySetId: string };
  readonly cardRef?: string;
}

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
}
