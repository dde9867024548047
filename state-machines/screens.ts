/**
 * The contract between the machines and the screens. A machine's state becomes exactly one `Screen`; a screen draws it
 * and answers with `UiEvent`s. Screens are dumb: whatever they need is in here, and what is hidden is not in here at all.
 * Content (branches, questions, what to bring) and words are the UI's own.
 */

import type {
  Account,
  Act,
  Amount,
  CardFacts,
  CardId,
  CardOutcome,
  CaseCode,
  ClaimNumber,
  CustodyState,
  DocumentFacts,
  FinancialLeg,
  ForWhom,
  IdentityHintEvent,
  KioskIdentity,
  Language,
  LiveCheckKind,
  MedicalLeg,
  ServiceName,
  SocialLeg,
  TrailItem,
  UnavailableReason,
  VisitEndedEvent,
  VisitId,
} from '#protocol/generated/kiosk.ts';
import type { ErrorsOf } from './port.ts';
import type { ActScreen, ShownPrint } from './screens-acts.ts';

export type * from './screens-acts.ts';

/** One visitor's wishes for the face. Kept while the visit lasts, then the defaults return. */
export interface Preferences {
  readonly language: Language;
  readonly textSize: 'normal' | 'large' | 'largest';
  readonly contrast: 'normal' | 'high';
  /** Fewer and bigger things at a time, no offers, waits longer by `elderFactor`. */
  readonly elder: boolean;
  readonly sound: 'off' | 'normal' | 'loud';
}

/** closing: why a card is not closed here, and better not at once (BRIEF-37). */
export type InformationTopic = 'contents' | 'branches' | 'questions' | 'bring' | 'closing';

/** What a person calls a document; each is one picture on the screen. */
export type DocumentChoice =
  | 'residentId'
  | 'residencePermit'
  | 'permanentResident'
  | 'passport'
  | 'hkMacaoPermit'
  | 'taiwanPermit'
  | 'exitEntryPermit'
  /** None of these: no reader is for it. */
  | 'other';

/** Where a document is put. */
export type DocumentPlace = IdentityHintEvent['reader'];

/** elsewhere: no reader of this kiosk reads it. unavailable: its reader is out of order now. */
export interface ShownDocument {
  readonly choice: DocumentChoice;
  readonly state: 'ready' | 'unavailable' | 'elsewhere';
  readonly reader?: DocumentPlace;
}

/** Everything a person can do to a screen. */
export type UiEvent =
  | { readonly type: 'TOUCH' }
  | { readonly type: 'CHOOSE_SERVICE'; readonly service: ServiceName }
  | { readonly type: 'CHOOSE_DOCUMENT'; readonly document: DocumentChoice }
  | { readonly type: 'CHOOSE_WHOM'; readonly forWhom: ForWhom }
  | { readonly type: 'CHOOSE_CARD'; readonly cardId: CardId }
  | { readonly type: 'CHOOSE_ACT'; readonly act: Act }
  /** One of several that may be chosen at once. */
  | { readonly type: 'TOGGLE_ACT'; readonly act: Act }
  /** Show who I am in another way. */
  | { readonly type: 'OTHER_WAY' }
  | { readonly type: 'CHOOSE_CHECK'; readonly check: LiveCheckKind }
  /** Send another one-time code. */
  | { readonly type: 'RESEND' }
  /** I do not agree. */
  | { readonly type: 'DECLINE' }
  /** Is somebody telling me what to do? */
  | { readonly type: 'ANSWER'; readonly answer: 'yes' | 'no' }
  /** Do it. No other button of any screen says this. */
  | { readonly type: 'CONFIRM' }
  | { readonly type: 'BACK' }
  /** End the visit; a card that is in comes back first. */
  | { readonly type: 'END' }
  | { readonly type: 'RETRY' }
  /** Go on: without what was missing (the PIN), or with what is shown. */
  | { readonly type: 'CONTINUE' }
  | { readonly type: 'PRINT' }
  /** Finished: the same way out as END, and the visit counts as completed. */
  | { readonly type: 'DONE' }
  | { readonly type: 'TOGGLE_AMOUNTS' }
  | { readonly type: 'CALL_STAFF' }
  | { readonly type: 'CLOSE' }
  /** Somebody is there: the answer to "still there?", and what a page turned says anywhere. */
  | { readonly type: 'STAY' }
  | { readonly type: 'OPEN_INFORMATION'; readonly topic?: InformationTopic }
  | { readonly type: 'SET_PREFERENCE'; readonly change: Partial<Preferences> };

export type UiEventType = UiEvent['type'];

/** What a service is told of, all of which shows that somebody is there. RETRY and CLOSE are shared with the call for staff. */
export const serviceEvents = [
  'CHOOSE_DOCUMENT',
  'CHOOSE_WHOM',
  'CHOOSE_CARD',
  'CHOOSE_ACT',
  'TOGGLE_ACT',
  'OTHER_WAY',
  'CHOOSE_CHECK',
  'RESEND',
  'DECLINE',
  'ANSWER',
  'CONFIRM',
  'BACK',
  'CONTINUE',
  'PRINT',
  'DONE',
  'TOGGLE_AMOUNTS',
] as const satisfies readonly UiEventType[];

type ServiceEvent = (typeof serviceEvents)[number];

/** The same for each of them. */
export function forServiceEvents<T>(value: T): Readonly<Record<ServiceEvent, T>> {
  return Object.fromEntries(serviceEvents.map((type) => [type, value])) as Record<ServiceEvent, T>;
}

/** A service on the home screen; it keeps its place whatever its state. */
export interface Tile {
  readonly service: ServiceName;
  /** limited: works, but something is missing (no paper). notOffered: this kiosk does not do it. */
  readonly state: 'ready' | 'limited' | 'unavailable' | 'notOffered';
  readonly reasons: readonly UnavailableReason[];
}

/** Where else the person can go with it. `later`: it comes back by itself; hotline: `kiosk.hotline`; 12333 is the social security line. */
export type Elsewhere = 'later' | 'branch' | 'bankHotline' | 'socialSecurity12333';

/** Why the card could not be used. `noAnswer`: the kiosk itself did not answer in time. */
export type CardProblemCode = ErrorsOf<'SocialCard.Read'> | 'noAnswer';

/** Why the document could not be used. */
export type DocumentProblemCode = ErrorsOf<'Identity.Read'> | 'noAnswer';

/** mayLie: it was read or tried, and nobody knows that it was taken back. leftBehind: it was called for in vain. */
export type DocumentCustody = 'none' | 'mayLie' | 'leftBehind';

/** Why there is no PIN. `lastTry`: the bank said wrong PIN and one more wrong one locks the card. */
export type PinProblemCode =
  | Extract<ErrorsOf<'CardService.EnterPin'>, 'pinCancelled' | 'pinTimedOut' | 'pinTooShort' | 'hostUnavailable'>
  | 'lastTry'
  | 'noAnswer';

/** An account as shown: `available` is null while amounts are hidden. */
export type ShownAccount = Omit<Account, 'available'> & { readonly available: Amount | null };

/** The bank's leg. Accounts of the two kinds stand apart and are never summed (domain BRIEF-03, BRIEF-05). */
export type ShownFinancial =
  | {
      readonly state: 'done';
      readonly socialSecurity: readonly ShownAccount[];
      readonly debit: readonly ShownAccount[];
    }
  | Extract<FinancialLeg, { state: 'refused' }>
  /** Medical use is not affected (BRIEF-42); activation is an offer and may be unavailable here. */
  | { readonly state: 'notActivated'; readonly medicalUse: 'notAffected'; readonly activation: Tile }
  /** Another bank's card: its name, and its hotline if known. */
  | Extract<FinancialLeg, { state: 'notHere' }>
  | Extract<FinancialLeg, { state: 'noApplication' }>
  | Extract<FinancialLeg, { state: 'notConfirmed' }>
  /** The bank was not asked, because the person chose to go on without the PIN. */
  | { readonly state: 'notAsked' };

/** The personal medical account: not the bank's money, a leg of its own. `outOfArea` false for first-generation cards (BRIEF-16). */
export type ShownMedical =
  | { readonly state: 'done'; readonly balance: Amount | null; readonly outOfArea: boolean }
  | Exclude<MedicalLeg, { state: 'done' }>;

/** No screen name is used by two kinds of moment; `name` is what goes into the heartbeat and the staff call. */
export type Screen =
  | { readonly name: 'starting' }
  | {
      readonly name: 'out-of-service';
      /** No word from the daemon: `reasons` is empty and what is shown is the UI's own store. */
      readonly disconnected: boolean;
      readonly reasons: readonly UnavailableReason[];
    }
  | {
      readonly name: 'attract';
      readonly tiles: readonly Tile[] /** Touched; the visit is being opened. */;
      readonly opening: boolean;
    }
  | { readonly name: 'home'; readonly tiles: readonly Tile[] }
  | { readonly name: 'service-info'; readonly tile: Tile; readonly elsewhere: readonly Elsewhere[] }
  | {
      readonly name: 'information';
      readonly topic: InformationTopic;
      readonly disconnected: boolean;
      /** Trying a document here; absent where nobody is in a visit. */
      readonly documentCheck?: Tile;
    }
  | { readonly name: 'insert-card'; readonly reader: KioskIdentity['cardReaderType'] }
  | { readonly name: 'reading-card'; readonly part: 'social' | 'financial' | 'host' }
  | {
      readonly name: 'card-problem';
      readonly problem: CardProblemCode;
      readonly card: CustodyState;
      readonly reader: KioskIdentity['cardReaderType'];
      /** sameCard: RETRY asks again with the card where it is. insertAgain: RETRY gives it back first. none: no RETRY. */
      readonly retry: 'sameCard' | 'insertAgain' | 'none';
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'enter-pin';
      /** The pad is listening. Keys pressed before are lost. */
      readonly ready: boolean;
      /** How many digits were pressed; which ones only the pad knows. */
      readonly digits: number;
      readonly minDigits?: number;
      readonly maxDigits?: number;
      /** Why it is asked for once more. `keysChanged`: the bank took new keys meanwhile; nothing was tried. */
      readonly again?: 'wrongPin' | 'keysChanged';
      readonly triesLeft?: number;
    }
  | {
      readonly name: 'pin-problem';
      readonly problem: PinProblemCode;
      readonly triesLeft?: number;
      readonly caseCode?: CaseCode;
    }
  /** Every reader listens meanwhile: whoever simply puts the document down has chosen. */
  | {
      readonly name: 'choose-document';
      readonly documents: readonly ShownDocument[];
      /** Absent where there is no doubt. */
      readonly whose?: 'child' | 'parent';
    }
  /** This machine does not read that document: here is where. */
  | { readonly name: 'document-elsewhere'; readonly document: ShownDocument; readonly elsewhere: readonly Elsewhere[] }
  | {
      readonly name: 'present-document';
      /** Absent when a document was put down before one was chosen. */
      readonly choice?: DocumentChoice;
      readonly whose?: 'child' | 'parent';
      readonly reader: DocumentPlace;
      /** lift: it was there and could not be read; lift it, put it down again. */
      readonly hint: IdentityHintEvent['hint'];
    }
  | {
      readonly name: 'document-problem';
      readonly problem: DocumentProblemCode;
      /** Where it lies, if it was there at all. */
      readonly reader?: DocumentPlace;
      /** sameDocument: it may simply be put down again. none: no RETRY. */
      readonly retry: 'sameDocument' | 'otherDocument' | 'none';
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'document-read';
      readonly choice: DocumentChoice;
      readonly facts: DocumentFacts;
      readonly reader: DocumentPlace;
    }
  | {
      readonly name: 'take-document';
      readonly reader: DocumentPlace;
      readonly attention: 'normal' | 'louder';
      /** The reader knows that it lies there; else the person says that it was taken. */
      readonly sensed: boolean;
      /** Absent until the reader has been asked; counts down by itself. */
      readonly secondsLeft?: number;
      readonly ofSeconds: number;
      readonly next: 'end' | 'home' | 'goOn';
    }
  | ActScreen
  /** Which sides are being asked; neither has answered yet. */
  | { readonly name: 'asking'; readonly cardManagement: boolean; readonly bankCore: boolean }
  | {
      readonly name: 'balance';
      readonly card: CardFacts;
      readonly cardIn: CustodyState;
      readonly amounts: 'visible' | 'hidden';
      readonly social: SocialLeg;
      readonly medical: ShownMedical;
      readonly financial: ShownFinancial;
      /** Something was not confirmed and the card is still in: RETRY asks again. */
      readonly canRetry: boolean;
      readonly print: ShownPrint;
      readonly caseCode?: CaseCode;
    }
  | { readonly name: 'printing' }
  | {
      readonly name: 'print-result';
      readonly outcome: 'done' | 'notDone' | 'unknown';
      /** The printer's or the command's code (paperOut, printerUnavailable, noAnswer…); a sentence per known code, one for the rest. */
      readonly reason?: string;
      /** Only a slip that certainly was not printed may be tried again. */
      readonly canRetry: boolean;
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'take-card';
      readonly reader: KioskIdentity['cardReaderType'];
      readonly attention: 'normal' | 'louder';
      /** Absent until the reader has offered the card; counts down by itself. */
      readonly secondsLeft?: number;
      readonly ofSeconds: number;
      /** What comes after: the visit ends, the card goes in again, or the home screen. */
      readonly next: 'end' | 'insertAgain' | 'home';
    }
  | { readonly name: 'ending' }
  | {
      readonly name: 'goodbye';
      readonly card: CardOutcome;
      /** retained: with which it is got back. */
      readonly claim?: ClaimNumber;
      /** A document may lie there. */
      readonly documentAt?: DocumentPlace;
      readonly why: 'completed' | 'cancelled' | 'timeOut';
      /** What was done with the person's data, each thing once, in the order in which it was done first. */
      readonly did: readonly TrailItem['what'][];
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'visit-ended';
      /** Ended by something else than the person. */
      readonly why: VisitEndedEvent['reason'];
      readonly card: CardOutcome | CustodyState;
      readonly claim?: ClaimNumber;
      /** A document may lie there. */
      readonly documentAt?: DocumentPlace;
      /** Something was under way: it may have been done, and may yet be. */
      readonly underWay?: true;
      readonly caseCode?: CaseCode;
      /** Still being settled (a card on its way out): no CLOSE yet. */
      readonly settled: boolean;
    }
  | { readonly name: 'still-there'; readonly secondsLeft: number; readonly ofSeconds: number }
  | { readonly name: 'call-staff'; readonly state: 'calling' | 'called' | 'failed'; readonly caseCode?: CaseCode };

export type ScreenName = Screen['name'];

/** What the shell draws: the screen and what surrounds every screen. */
export interface View {
  readonly screen: Screen;
  readonly preferences: Preferences;
  /** Absent until the daemon has spoken once. */
  readonly kiosk?: KioskIdentity;
  /** "Step 2 of 4". */
  readonly step?: { readonly now: number; readonly of: number };
  /** The events that mean something now: buttons for the others are not drawn. */
  readonly actions: readonly UiEventType[];
  /** For the heartbeat; absent outside a visit. */
  readonly visitId?: VisitId;
  /** A person was called and this is the code to tell; also shown small after `call-staff` was closed. */
  readonly staffCaseCode?: CaseCode;
}

export const defaultPreferences: Preferences = {
  language: 'zh-Hans',
  textSize: 'normal',
  contrast: 'normal',
  elder: false,
  sound: 'normal',
};
