/**
 * What each service does with the holder's cards: which acts it offers, in which order, and what is asked before. The
 * daemon decides whether an act may be done and what it takes (`ActOffer`); nothing of that is decided here.
 */

import type { Act, ActOffer, ActRefusal, HolderCard, LiveCheckKind, ServiceName } from '#protocol/generated/kiosk.ts';

export type CardActService = Extract<ServiceName, 'lossReport' | 'unfreeze' | 'activation' | 'pin' | 'progress'>;

/** The parts of the way that are counted: "Step 2 of 4". */
export type Phase = 'document' | 'card' | 'choice' | 'check' | 'agreement' | 'result';

interface ServicePlan {
  readonly acts: readonly Act[];
  /** Whose card it is, before anything else. */
  readonly asksForWhom: boolean;
  /** The card itself is put in before the hosts are asked. */
  readonly presentsCard: boolean;
  /**
   * first: the first act that is allowed begins by itself, the others are offered after it. list: the person chooses.
   * switches: several may be chosen at once. look: nothing is done.
   */
  readonly choice: 'first' | 'list' | 'switches' | 'look';
  readonly phases: readonly Phase[];
}

const withCard: readonly Phase[] = ['document', 'card', 'choice', 'check', 'agreement', 'result'];

const plans: Readonly<Record<CardActService, ServicePlan>> = {
  // The quick way (domain.md 5d, rule 10): temporary by itself; formal is a second, deliberate step.
  lossReport: {
    acts: ['temporaryLoss', 'formalLoss'],
    asksForWhom: true,
    presentsCard: false,
    choice: 'first',
    phases: ['document', 'choice', 'check', 'agreement', 'result'],
  },
  unfreeze: { acts: ['unfreeze'], asksForWhom: false, presentsCard: true, choice: 'first', phases: withCard },
  activation: {
    acts: ['enableSocial', 'activate'],
    asksForWhom: false,
    presentsCard: true,
    choice: 'switches',
    phases: withCard,
  },
  pin: {
    acts: ['changePin', 'resetPin', 'changeCardPin', 'unlockSocialPin'],
    asksForWhom: false,
    presentsCard: true,
    choice: 'list',
    phases: withCard,
  },
  progress: {
    acts: [],
    asksForWhom: false,
    presentsCard: false,
    choice: 'look',
    phases: ['document', 'result'],
  },
};

export function isCardAct(service: ServiceName | undefined): service is CardActService {
  return service !== undefined && service in plans;
}

export function planOf(service: CardActService): ServicePlan {
  return plans[service];
}

/** The texts that this face has words for. An act that asks for another one is not offered here: it could not be read. */
export const consentTexts = [
  'temporaryLoss-1',
  'formalLoss-1',
  'unfreeze-1',
  'accountAgreement-1',
  'privacyNotice-1',
  'identityCheck-1',
  'phoneContact-1',
  'resetPin-1',
  'face-1',
] as const;

/** Asked before a face is looked at, whatever it is for. */
export const faceConsent = 'face-1' satisfies (typeof consentTexts)[number];

export type KnownConsent = (typeof consentTexts)[number];

const isKnown = (text: string): text is KnownConsent => consentTexts.some((known) => known === text);

export function consentsOf({ consents }: ActOffer): readonly KnownConsent[] {
  return consents.filter(isKnown);
}

/** An act as it may be chosen: allowed, or why not. */
export interface Possible {
  readonly act: Act;
  readonly offer?: ActOffer;
  readonly refusal?: ActRefusal;
}

export function possibleOf(card: HolderCard, act: Act): Possible {
  const offer = card.acts.find((one) => one.act === act);
  if (offer === undefined) {
    return { act, refusal: 'notOffered' };
  }
  if (!offer.allowed) {
    return { act, offer, refusal: offer.reason ?? 'notOffered' };
  }
  return offer.consents.every(isKnown) ? { act, offer } : { act, offer, refusal: 'notOffered' };
}

export function possibleActs(card: HolderCard, service: CardActService): readonly Possible[] {
  return planOf(service).acts.map((act) => possibleOf(card, act));
}

export const allowed = ({ refusal }: Possible): boolean => refusal === undefined;

/** The card that the service is about without anybody choosing: the one that was put in, or the only one. */
export function onlyCard(cards: readonly HolderCard[], service: CardActService): HolderCard | undefined {
  const presented = planOf(service).presentsCard ? cards.filter((card) => card.presented) : [];
  return presented.length === 1 ? presented[0] : cards.length === 1 ? cards[0] : undefined;
}

/** What opens a card to whoever holds it; a loss report only closes it. */
const opens: ReadonlySet<Act> = new Set<Act>([
  'unfreeze',
  'activate',
  'changePin',
  'changeCardPin',
  'resetPin',
  'unlockSocialPin',
]);
const alwaysAsked: ReadonlySet<Act> = new Set<Act>(['resetPin', 'unlockSocialPin']);

/**
 * The card's own PIN leaves the pad in the clear, so that nothing stands between its last key and the chip: it is entered
 * after the yes. Of a bank PIN the pad gives a block out, and the yes is the last word.
 */
export const entersAfterYes = (act: Act | undefined): boolean => act === 'changeCardPin';

/** "Is somebody telling you on the telephone to do this?" (S-23; domain.md 2d, reset and unlock.) */
export function asksAboutCaller(act: Act, elder: boolean): boolean {
  return alwaysAsked.has(act) || (elder && opens.has(act));
}

/**
 * What it means and the agreement to it are one screen with one button, so that a lost card is frozen in a few touches;
 * every other act is explained before anything is asked.
 */
export function isExplainedFirst(act: Act): boolean {
  return act !== 'temporaryLoss';
}

/** Ways to show who stands here, beside the one that is tried now. */
export function otherChecks({ checks }: ActOffer, kind: LiveCheckKind | undefined): readonly LiveCheckKind[] {
  return checks.filter((one) => one !== kind);
}
