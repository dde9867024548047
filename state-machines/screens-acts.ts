/** The part of the contract with the screens that is about acts on a card of the person. See screens.ts. */

import type {
  Act,
  ActOffer,
  ActRefusal,
  Application,
  CaseCode,
  EventPayloads,
  FinancialActLeg,
  HolderCard,
  HostWord,
  Leg,
  LiveCheckKind,
  SocialActLeg,
} from '#protocol/generated/kiosk.ts';
import type { CardActService, KnownConsent } from './card-act-plan.ts';
import type { ErrorsOf } from './port.ts';

/**
 * Why an act did not come about; nothing was filed. `lastTry`: one more wrong PIN locks it; `lastCardTry`: the card's own. `consentDeclined`: the person
 * did not agree. What the decision table refuses is an `act-refused`.
 */
export type ActProblemCode =
  | ErrorsOf<'CardService.FindCards'>
  | ErrorsOf<'CardService.Check'>
  | ErrorsOf<'CardService.EnterNewPin'>
  | Exclude<ErrorsOf<'CardService.Act'>, 'notAllowed'>
  | ErrorsOf<'CardService.Progress'>
  | 'lastTry'
  | 'lastCardTry'
  | 'consentDeclined';

/** One of the holder's cards, both sides apart. */
export type ShownCard = Omit<HolderCard, 'acts'>;

/** What may be chosen for a card; with a refusal it can be touched all the same, and says more. */
export interface ShownAct {
  readonly act: Act;
  readonly refusal?: ActRefusal;
  readonly opensAt?: string;
}

/** What an act means: sides, and for how long. */
export interface ShownMeaning {
  readonly act: Act;
  readonly card: ShownCard;
  readonly legs: readonly Leg[];
  readonly days?: NonNullable<ActOffer['days']>;
}

/** Why another new PIN is asked for. */
export type PinAgain = NonNullable<EventPayloads['CardService.PinRoundEvent']['again']>;

/** The PIN pad as it stands. Keys pressed before it is ready are lost; which ones were pressed only the pad knows. */
export interface ShownPad {
  readonly ready: boolean;
  readonly digits: number;
  readonly minDigits?: number;
  readonly maxDigits?: number;
}

export type ShownPrint =
  | { readonly state: 'offered' }
  | { readonly state: 'printed' }
  | { readonly state: 'impossible'; readonly reason: 'printerUnavailable' | 'noResult' | 'notKnown' };

export type ActScreen =
  | { readonly name: 'for-whom' }
  /** Which papers to bring to the counter. */
  | { readonly name: 'for-somebody-else' }
  | {
      readonly name: 'no-cards';
      readonly cardManagement: HostWord;
      readonly bankCore: HostWord;
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'choose-card';
      readonly service: CardActService;
      readonly cards: readonly ShownCard[];
      /** A side that did not answer may know of more cards. */
      readonly cardManagement: HostWord;
      readonly bankCore: HostWord;
    }
  | { readonly name: 'choose-act'; readonly card: ShownCard; readonly acts: readonly ShownAct[] }
  | {
      readonly name: 'choose-functions';
      readonly card: ShownCard;
      readonly functions: readonly (ShownAct & { readonly chosen: boolean })[];
    }
  | {
      readonly name: 'act-refused';
      readonly service: CardActService;
      readonly act: Act;
      readonly card: ShownCard;
      readonly reason: ActRefusal;
      readonly opensAt?: string;
      readonly caseCode?: CaseCode;
    }
  | ({ readonly name: 'act-meaning' } & ShownMeaning)
  | ({
      readonly name: 'check-pin';
      readonly again?: 'wrongPin';
      readonly triesLeft?: number;
      readonly cardIn: boolean;
    } & ShownPad)
  | ({
      readonly name: 'check-code';
      /** Absent until it was sent. */
      readonly phoneMasked?: string;
      readonly again?: 'wrongCode';
      readonly triesLeft?: number;
      /** It is good for so long. */
      readonly secondsLeft?: number;
      /** Another one may be sent then. */
      readonly resendInSeconds?: number;
      readonly cardIn: boolean;
    } & ShownPad)
  | {
      readonly name: 'check-staff';
      /** approval: the act needs it besides. */
      readonly purpose: 'check' | 'approval';
      readonly secondsLeft?: number;
      readonly ofSeconds?: number;
      readonly cardIn: boolean;
    }
  /** A staff card is in: its PIN. */
  | ({ readonly name: 'staff-pin'; readonly again?: 'wrongPin' } & ShownPad)
  /** Too many wrong ones: the pad opens again then. */
  | { readonly name: 'staff-locked'; readonly secondsLeft: number; readonly ofSeconds: number }
  | {
      readonly name: 'staff-take-card';
      readonly attention: 'normal' | 'louder';
      /** It is no staff card, or does not answer. */
      readonly unreadable: boolean;
      readonly secondsLeft: number;
      readonly ofSeconds: number;
    }
  | { readonly name: 'check-face'; readonly cardIn: boolean }
  | { readonly name: 'choose-check'; readonly checks: readonly LiveCheckKind[]; readonly phoneMasked?: string }
  | {
      readonly name: 'consent';
      readonly text: KnownConsent;
      readonly now: number;
      readonly of: number;
    }
  | ({
      readonly name: 'new-pin';
      readonly of: 'bank' | 'card';
      /** 0: the card's own PIN as it is. */
      readonly round: 0 | 1 | 2;
      readonly again?: PinAgain | 'wrongPin';
      /** With wrongPin, as the chip said. */
      readonly triesLeft?: number;
      readonly cardIn: boolean;
    } & ShownPad)
  /** Is somebody on the telephone telling you to do this? */
  | { readonly name: 'caller-question' }
  /** Stopped for the person's own safety; nothing was filed, a member of staff is called. */
  | {
      readonly name: 'stopped';
      readonly state: 'calling' | 'called' | 'failed';
      readonly caseCode?: CaseCode;
    }
  | ({ readonly name: 'confirm-act'; readonly nameMasked?: string } & ShownMeaning)
  /** Once more, with the way back as the button that stands out. */
  | ({ readonly name: 'confirm-again'; readonly nameMasked?: string } & ShownMeaning)
  /** Under way: nothing on this screen calls it back. */
  | { readonly name: 'acting'; readonly act: Act; readonly legs: readonly Leg[]; readonly cardIn: boolean }
  | {
      readonly name: 'act-result';
      readonly act: Act;
      readonly card: ShownCard;
      readonly social: SocialActLeg;
      readonly financial: FinancialActLeg;
      readonly cardIn: boolean;
      /** What may be done besides, as the second step: CHOOSE_ACT. */
      readonly offer?: Act;
      /** What was chosen besides and comes now: CONTINUE. */
      readonly next?: Act;
      /** A side was certainly not reached: RETRY. */
      readonly canRetry: boolean;
      readonly print: ShownPrint;
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'act-problem';
      readonly service: CardActService;
      readonly problem: ActProblemCode;
      /** again: the same step. resend: with a new code. restart: the whole way. none: no RETRY. */
      readonly retry: 'again' | 'resend' | 'restart' | 'none';
      readonly cardIn: boolean;
      readonly triesLeft?: number;
      readonly retryAfterSeconds?: number;
      readonly caseCode?: CaseCode;
    }
  | {
      readonly name: 'my-cards';
      readonly cards: readonly ShownCard[];
      /** Absent: it was not answered; RETRY asks again. */
      readonly applications?: readonly Application[];
      readonly cardManagement: HostWord;
      readonly bankCore: HostWord;
      readonly caseCode?: CaseCode;
    };
