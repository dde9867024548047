/** What a person has said, shown and chosen on the way to an act on a card, and what follows from it. */

import type {
  Act,
  ActOffer,
  Application,
  CaseCode,
  Consent,
  CustodyState,
  EvidenceId,
  ForWhom,
  HolderCard,
  LiveCheckKind,
  Snapshot,
  VisitId,
} from '#protocol/generated/kiosk.ts';
import {
  allowed,
  type CardActService,
  consentsOf,
  isExplainedFirst,
  onlyCard,
  otherChecks,
  type Possible,
  planOf,
  possibleActs,
  possibleOf,
} from './card-act-plan.ts';
import type {
  ActResult,
  CheckEvent,
  EnterNewPinEvent,
  FoundCards,
  PrintResult,
  ReadCard,
  ReadDocument,
  WorldEvent,
} from './port.ts';
import type { CardStart } from './present-card.ts';
import { printChoiceOf } from './printing.ts';
import type { DocumentCustody, DocumentPlace, Screen, ShownPad, ShownPrint, UiEvent } from './screens.ts';
import type { PinAgain } from './screens-acts.ts';
import type { Within } from './visit-serving.ts';

export interface CardActInput {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
  readonly service: CardActService;
  readonly elder: boolean;
}

/** How the service hands the visitor back. `timeOut`: a document lies there and nobody takes it. */
export interface CardActOutput {
  readonly next: 'home' | 'completed' | 'timeOut' | 'error' | 'gone';
  readonly card: CustodyState;
  readonly document: DocumentCustody;
  readonly documentAt: DocumentPlace;
  readonly acted: boolean;
}

type ProblemScreen = Extract<Screen, { name: 'act-problem' }>;
/** Where it came up, and so where trying again leads to. */
export type ProblemStep = 'finding' | 'checking' | 'newPin' | 'acting' | 'looking';
export type ActProblem = Pick<ProblemScreen, 'problem' | 'retry' | 'triesLeft' | 'retryAfterSeconds' | 'caseCode'> & {
  readonly step: ProblemStep;
};

/** A one-time code on its way. */
interface Code {
  readonly phoneMasked: string;
  readonly secondsLeft: number;
  readonly resendInSeconds: number;
}

interface Countdown {
  readonly secondsLeft: number;
  readonly ofSeconds: number;
}

export interface CardActContext extends CardActInput {
  readonly card: CustodyState;
  readonly document: DocumentCustody;
  readonly documentAt: DocumentPlace;
  readonly within: Within | undefined;
  readonly acted: boolean;
  readonly underWay: boolean;
  /** With what the card's own machine is begun, and how often it has read one since it last succeeded. */
  readonly start: CardStart;
  readonly reads: number;
  readonly read: ReadCard | undefined;
  readonly forWhom: ForWhom;
  readonly holderDocument: ReadDocument | undefined;
  /** Of who stands here, where the card is a child's. */
  readonly agentDocument: ReadDocument | undefined;
  readonly found: FoundCards | undefined;
  readonly chosen: HolderCard | undefined;
  /** What is being done, and what it takes. */
  readonly act: Act | undefined;
  readonly offer: ActOffer | undefined;
  /** Switched on, where several may be chosen at once. */
  readonly selected: readonly Act[];
  /** Chosen besides, to be done one after the other. */
  readonly queue: readonly Act[];
  /** Where the hosts are asked anew for the sake of this act. */
  readonly wanted: { readonly act: Act; readonly card: HolderCard } | undefined;
  readonly refused: Possible | undefined;
  readonly checkKind: LiveCheckKind | undefined;
  /** approval: of the staff, besides the live check. */
  readonly checkPurpose: 'check' | 'approval';
  readonly resend: boolean;
  readonly again: 'wrongPin' | 'wrongCode' | undefined;
  readonly triesLeft: number | undefined;
  readonly pad: ShownPad;
  readonly code: Code | undefined;
  /** Until staff are here; with their card in, until the pad opens again or the card is taken. */
  readonly staff: Countdown | undefined;
  /** What staff at the kiosk were last told of their own card. */
  readonly staffCard: 'wrongPin' | 'unreadable' | undefined;
  /** Undefined until they are called to take it. */
  readonly attention: 'normal' | 'louder' | undefined;
  readonly round: 0 | 1 | 2;
  /** Why another new PIN is asked for. */
  readonly pinAgain: PinAgain | undefined;
  readonly checkEvidence: EvidenceId | undefined;
  readonly staffEvidence: EvidenceId | undefined;
  readonly newPinEvidence: EvidenceId | undefined;
  readonly consents: readonly Consent[];
  readonly faceAgreed: boolean;
  readonly callerAsked: boolean;
  readonly staffCaseCode: CaseCode | undefined;
  readonly confirmations: number;
  readonly result: ActResult | undefined;
  readonly problem: ActProblem | undefined;
  readonly print: PrintResult | undefined;
  /** What is being made for the person; undefined until that was answered. */
  readonly applications: readonly Application[] | undefined;
  readonly next: CardActOutput['next'];
}

/** Counts down anew, or goes on where it is told how much is left. */
export function countdown(secondsLeft: number, before?: Countdown): Countdown {
  return { secondsLeft, ofSeconds: Math.max(secondsLeft, before?.ofSeconds ?? 0) };
}

export type CardActEvent = UiEvent | WorldEvent | CheckEvent | EnterNewPinEvent;

export const blankPad: ShownPad = { ready: false, digits: 0 };

/** Nothing of an act yet, or any more. */
export const blankAct = {
  checkKind: undefined,
  checkPurpose: 'check',
  resend: false,
  again: undefined,
  triesLeft: undefined,
  pad: blankPad,
  code: undefined,
  staff: undefined,
  staffCard: undefined,
  attention: undefined,
  round: 1,
  pinAgain: undefined,
  checkEvidence: undefined,
  staffEvidence: undefined,
  newPinEvidence: undefined,
  consents: [],
  faceAgreed: false,
  callerAsked: false,
  confirmations: 0,
  problem: undefined,
  print: undefined,
} as const satisfies Partial<CardActContext>;

export function initialContext(input: CardActInput): CardActContext {
  return {
    ...input,
    ...blankAct,
    card: 'none',
    document: 'none',
    documentAt: 'identityReader',
    within: undefined,
    acted: false,
    underWay: false,
    start: { at: 'read' },
    reads: 0,
    read: undefined,
    forWhom: 'self',
    holderDocument: undefined,
    agentDocument: undefined,
    found: undefined,
    chosen: undefined,
    act: undefined,
    offer: undefined,
    selected: [],
    queue: [],
    wanted: undefined,
    refused: undefined,
    applications: undefined,
    staffCaseCode: undefined,
    result: undefined,
    next: 'home',
  };
}

/** The texts still to be agreed to one by one; those of a quick act are agreed to with its confirmation. */
export function consentsLeft({ act, offer, consents }: CardActContext) {
  return act === undefined || offer === undefined || !isExplainedFirst(act)
    ? []
    : consentsOf(offer).slice(consents.length);
}

export function subjectOf({ visitId, found, chosen, act }: CardActContext) {
  return {
    visitId,
    holder: found?.holder ?? '',
    cardId: chosen?.cardId ?? '',
    act: act ?? ('temporaryLoss' as const),
  };
}

export function checkKindOf({ checkPurpose, checkKind, offer }: CardActContext): LiveCheckKind {
  return checkPurpose === 'approval' ? 'staff' : (checkKind ?? offer?.checks[0] ?? 'staff');
}

export function checkNeeded({ offer, checkEvidence }: CardActContext): boolean {
  return offer !== undefined && offer.checks.length > 0 && checkEvidence === undefined;
}

export function checksBeside(context: CardActContext): readonly LiveCheckKind[] {
  return context.offer === undefined || context.checkPurpose === 'approval'
    ? []
    : otherChecks(context.offer, checkKindOf(context));
}

export function printOf({ result, print, snapshot, service }: CardActContext): ShownPrint {
  return printChoiceOf(snapshot, service, result?.resultId, print);
}

/** The card as the hosts know it now, by its handle or, where that is new, by what is printed on it. */
function sameCard(cards: readonly HolderCard[], card: HolderCard): HolderCard | undefined {
  return (
    cards.find(({ cardId }) => cardId === card.cardId) ??
    cards.find((one) => one.last4 === card.last4 && one.class === card.class)
  );
}

export function decided({ found, wanted, service }: CardActContext): Partial<CardActContext> {
  const cards = found?.cards ?? [];
  const chosen = wanted === undefined ? onlyCard(cards, service) : sameCard(cards, wanted.card);
  return { chosen };
}

/** The act that begins by itself once the card is known. */
export function firstAct({ chosen, wanted, service }: CardActContext): Possible | undefined {
  if (chosen === undefined) {
    return undefined;
  }
  if (wanted !== undefined) {
    return possibleOf(chosen, wanted.act);
  }
  return planOf(service).choice === 'first' ? possibleActs(chosen, service)[0] : undefined;
}

/** Of several refusals, the one that tells most: it is so already; else that of the first act. */
export function refusalOf({ chosen, service, wanted }: CardActContext): Possible | undefined {
  if (chosen === undefined) {
    return undefined;
  }
  const all = wanted === undefined ? possibleActs(chosen, service) : [possibleOf(chosen, wanted.act)];
  return all.find(({ refusal }) => refusal === 'alreadyDone') ?? all[0];
}

/** What is switched on and may be done, in the order in which it is done. */
export function selectedActs({ chosen, service, selected }: CardActContext): readonly Possible[] {
  return chosen === undefined
    ? []
    : possibleActs(chosen, service).filter((possible) => selected.includes(possible.act) && allowed(possible));
}

/** The formal report is offered after a temporary one that stands, wherever it was asked for. */
export function offeredAfter({ act, chosen, result, queue }: CardActContext): Act | undefined {
  if (act !== 'temporaryLoss' || chosen === undefined || result === undefined || queue.length > 0) {
    return undefined;
  }
  const asked = [result.social, result.financial].filter(({ state }) => state !== 'notAsked' && state !== 'notHere');
  const stands = asked.every(({ state }) => state === 'done' || state === 'already');
  return stands && asked.length > 0 && allowed(possibleOf(chosen, 'formalLoss')) ? 'formalLoss' : undefined;
}

/** It was done somewhere, or may have been. */
export function stays({ social, financial }: ActResult): boolean {
  return [social, financial].some(({ state }) => state === 'done' || state === 'notConfirmed');
}

/** A side that was certainly not reached may be tried again; what is not confirmed, the kiosk itself goes on with. */
export function mayTryAgain({ result }: CardActContext): boolean {
  return [result?.social, result?.financial].some((leg) => leg?.state === 'notDone');
}
