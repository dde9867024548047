/**
 * The machines' only door to the world. The UI implements it over the typed client, tests over a script.
 *
 * Every call takes a signal: when it aborts, the command is cancelled and the promise may settle with anything (the
 * machine no longer listens). A call never rejects for an expected failure. Events come only between call and settlement.
 */

import type {
  ActRefusal,
  Application,
  CardFacts,
  CardOutcome,
  CaseCode,
  ClaimNumber,
  CommandPayloads,
  CompletionPayloads,
  DocumentFacts,
  EndReason,
  EventPayloads,
  EvidenceId,
  HolderCard,
  HostWord,
  Language,
  ResultId,
  Snapshot,
  TrailItem,
  VisitEndedEvent,
  VisitId,
} from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';

/** Below the command: the connection broke; no completion in time; completed with another code than its own errors. */
export type LinkFault = 'connectionLost' | 'timedOut' | 'rejected';

type CodeOf<M extends keyof CommandPayloads> = 'errorCode' extends keyof CompletionPayloads[M]
  ? NonNullable<CompletionPayloads[M]['errorCode']>
  : never;

/** What a screen may have to say of a failure; that the visit is over is said by the visit. */
export type ErrorsOf<M extends keyof CommandPayloads> = Exclude<CodeOf<M>, 'noSuchVisit'>;

export interface Failure<M extends keyof CommandPayloads> {
  readonly code: CodeOf<M> | LinkFault;
  readonly caseCode?: CaseCode;
  /** wrongPin, wrongCode. */
  readonly triesLeft?: number;
  readonly retryAfterSeconds?: number;
  /** notAllowed: what the decision table says now. */
  readonly reason?: ActRefusal;
}

export type Outcome<M extends keyof CommandPayloads, T> = Promise<Result<T, Failure<M>>>;

export interface OpenVisit {
  readonly visitId: VisitId;
  readonly caseCode: CaseCode;
}

/** What became of the card, and the number under which one that was kept is given out. */
export interface Given {
  readonly card: CardOutcome;
  readonly claim?: ClaimNumber;
}

export interface ReadCard {
  readonly cardEvidence: EvidenceId;
  readonly card: CardFacts;
}

export interface ReadDocument {
  readonly documentEvidence: EvidenceId;
  readonly document: DocumentFacts;
}

/** All three legs are always there when the inquiry completed. */
export type BalanceResult = Required<
  Pick<CompletionPayloads['CardService.BalanceInquiry'], 'financial' | 'medical' | 'social'>
> & { readonly resultId?: ResultId; readonly caseCode?: CaseCode };

export interface PrintResult {
  readonly outcome: 'done' | 'notDone' | 'unknown';
  readonly reason?: string;
  readonly caseCode?: CaseCode;
}

/** Who it is, as far as the hosts know, and each card with what may be done to it. */
export interface FoundCards {
  readonly holder: EvidenceId;
  readonly cards: readonly HolderCard[];
  /** The number on the bank's file. */
  readonly phoneMasked?: string;
  readonly cardManagement: HostWord;
  readonly bankCore: HostWord;
  readonly caseCode?: CaseCode;
}

/** Both sides are always there when the act completed. */
export type ActResult = Required<Pick<CompletionPayloads['CardService.Act'], 'social' | 'financial'>> & {
  readonly resultId?: ResultId;
  readonly caseCode?: CaseCode;
};

/** Which card of whom, and what for. */
export type ActSubject = Pick<CommandPayloads['CardService.Check'], 'visitId' | 'holder' | 'cardId' | 'act'>;

export type ReadCardEvent =
  | { readonly type: 'INSERT_CARD' }
  | { readonly type: 'CARD_INSERTED' }
  | ({ readonly type: 'READING' } & EventPayloads['SocialCard.ReadingEvent']);

export type ReturnCardEvent = { readonly type: 'TAKE_CARD' } & EventPayloads['SocialCard.TakeCardEvent'];

export type ReadDocumentEvent = { readonly type: 'DOCUMENT_HINT' } & EventPayloads['Identity.HintEvent'];

export type TakeDocumentEvent = { readonly type: 'TAKE_DOCUMENT' } & EventPayloads['Identity.LeftBehindEvent'];

export type EnterPinEvent =
  | ({ readonly type: 'PIN_READY' } & EventPayloads['CardService.PinReadyEvent'])
  | ({ readonly type: 'PIN_KEY' } & EventPayloads['CardService.PinKeyEvent']);

export type CheckEvent =
  | EnterPinEvent
  | ({ readonly type: 'CODE_SENT' } & EventPayloads['CardService.CodeSentEvent'])
  | ({ readonly type: 'STAFF_CALLED' } & EventPayloads['CardService.StaffCalledEvent'])
  | ({ readonly type: 'STAFF_CARD' } & EventPayloads['CardService.StaffCardEvent'])
  /** Staff are to take their own card back. */
  | ReturnCardEvent;

export type EnterNewPinEvent =
  | EnterPinEvent
  | ({ readonly type: 'PIN_ROUND' } & EventPayloads['CardService.PinRoundEvent']);

/** What the daemon says unasked, in the order it was said. */
export type WorldEvent =
  /** Every fresh snapshot; also the first after a (re)connection. */
  | { readonly type: 'SNAPSHOT'; readonly snapshot: Snapshot }
  | { readonly type: 'DISCONNECTED' }
  | { readonly type: 'CARD_REMOVED'; readonly visitId?: VisitId }
  | ({ readonly type: 'ENDED' } & VisitEndedEvent);

export interface KioskPort {
  beginVisit(input: { readonly language: Language }, signal: AbortSignal): Outcome<'Visit.Begin', OpenVisit>;
  endVisit(
    input: { readonly visitId: VisitId; readonly reason: EndReason },
    signal: AbortSignal,
  ): Outcome<'Visit.End', Given & { readonly trail?: readonly TrailItem[] }>;
  setLanguage(
    input: { readonly visitId: VisitId; readonly language: Language },
    signal: AbortSignal,
  ): Outcome<'Visit.SetLanguage', undefined>;
  callStaff(
    input: { readonly visitId?: VisitId; readonly screen: string },
    signal: AbortSignal,
  ): Outcome<'Visit.CallStaff', { readonly caseCode: CaseCode }>;
  readCard(
    input: CommandPayloads['SocialCard.Read'],
    signal: AbortSignal,
    on: (event: ReadCardEvent) => void,
  ): Outcome<'SocialCard.Read', ReadCard>;
  returnCard(
    input: { readonly visitId: VisitId },
    signal: AbortSignal,
    on: (event: ReturnCardEvent) => void,
  ): Outcome<'SocialCard.Return', Given>;
  readDocument(
    input: { readonly visitId: VisitId },
    signal: AbortSignal,
    on: (event: ReadDocumentEvent) => void,
  ): Outcome<'Identity.Read', ReadDocument>;
  takeBackDocument(
    input: { readonly visitId: VisitId },
    signal: AbortSignal,
    on: (event: TakeDocumentEvent) => void,
  ): Outcome<
    'Identity.TakeBack',
    { readonly document: NonNullable<CompletionPayloads['Identity.TakeBack']['document']> }
  >;
  enterPin(
    input: { readonly visitId: VisitId; readonly cardEvidence: EvidenceId },
    signal: AbortSignal,
    on: (event: EnterPinEvent) => void,
  ): Outcome<'CardService.EnterPin', { readonly pinEvidence: EvidenceId }>;
  balanceInquiry(
    input: { readonly visitId: VisitId; readonly cardEvidence: EvidenceId; readonly pinEvidence?: EvidenceId },
    signal: AbortSignal,
  ): Outcome<'CardService.BalanceInquiry', BalanceResult>;
  findCards(
    input: CommandPayloads['CardService.FindCards'],
    signal: AbortSignal,
  ): Outcome<'CardService.FindCards', FoundCards>;
  check(
    input: CommandPayloads['CardService.Check'],
    signal: AbortSignal,
    on: (event: CheckEvent) => void,
  ): Outcome<'CardService.Check', { readonly checkEvidence: EvidenceId }>;
  enterNewPin(
    input: ActSubject,
    signal: AbortSignal,
    on: (event: EnterNewPinEvent) => void,
  ): Outcome<'CardService.EnterNewPin', { readonly newPinEvidence: EvidenceId }>;
  /** Once sent it is not called back: an aborted signal only means that nobody waits for it any more. */
  act(input: CommandPayloads['CardService.Act'], signal: AbortSignal): Outcome<'CardService.Act', ActResult>;
  progress(
    input: CommandPayloads['CardService.Progress'],
    signal: AbortSignal,
  ): Outcome<'CardService.Progress', { readonly applications: readonly Application[] }>;
  print(
    input: { readonly visitId: VisitId; readonly resultId: ResultId },
    signal: AbortSignal,
  ): Outcome<'Receipt.Print', PrintResult>;
  /** Starts telling at once and repeats the state it is in (a snapshot or DISCONNECTED); returns how to stop. */
  subscribe(listener: (event: WorldEvent) => void): () => void;
}
