/** What the daemon may answer about the holder's cards, by name of the call and how. */

import type {
  Act,
  ActLegRefusal,
  ActOffer,
  ActRefusal,
  CardServiceActCompletion,
  CardServiceCheckCompletion,
  CardServiceEnterNewPinCompletion,
  CardServiceFindCardsCompletion,
  HolderCard,
  LiveCheckKind,
} from '#protocol/generated/kiosk.ts';
import { err, ok } from '#protocol/result.ts';
import type { ActResult, FoundCards } from '../port.ts';
import type { CallName, OutcomeOf } from './scripted-port.ts';

/** An offer as the decision table makes it for an act that asks for little. */
export function offerOf(act: Act, change: Partial<ActOffer> = {}): ActOffer {
  return {
    act,
    allowed: true,
    legs: ['social', 'financial'],
    card: false,
    checks: ['bankPin', 'oneTimeCode', 'staff'],
    staff: false,
    newPin: false,
    consents: [],
    confirmTwice: false,
    ...change,
  };
}

const temporary = (checks: LiveCheckKind[]): ActOffer =>
  offerOf('temporaryLoss', { checks, days: { social: 7, financial: 15 }, consents: ['temporaryLoss-1'] });

const formal = offerOf('formalLoss', {
  checks: ['oneTimeCode', 'staff'],
  staff: true,
  consents: ['formalLoss-1'],
  confirmTwice: true,
});

const refused = (act: Act, reason: ActRefusal): ActOffer => offerOf(act, { allowed: false, reason, checks: [] });

export function cardOf(change: Partial<HolderCard> = {}): HolderCard {
  return {
    cardId: 'card-1',
    class: 'gen3',
    last4: '0001',
    presented: false,
    outOfArea: true,
    social: { state: 'known', status: 'normal' },
    financial: { state: 'known', status: 'active' },
    acts: [temporary(['bankPin', 'oneTimeCode', 'staff']), formal],
    ...change,
  };
}

export function foundOf(cards: readonly HolderCard[]): FoundCards {
  return {
    holder: 'holder-secret',
    cards,
    phoneMasked: '138******17',
    cardManagement: 'answered',
    bankCore: 'answered',
    caseCode: 'CASE-0004',
  };
}

/** The card that was put in, with every act that needs it. */
export const presented = cardOf({
  presented: true,
  social: { state: 'known', status: 'sealed' },
  financial: { state: 'known', status: 'openedInactive' },
  acts: [
    offerOf('unfreeze', { card: true, checks: ['bankPin', 'staff'], consents: ['unfreeze-1'] }),
    offerOf('enableSocial', { card: true, checks: [], legs: ['social'] }),
    offerOf('activate', {
      card: true,
      checks: ['oneTimeCode', 'staff'],
      newPin: true,
      consents: ['accountAgreement-1'],
      legs: ['financial'],
    }),
    offerOf('changePin', { card: true, checks: ['bankPin'], newPin: true, legs: ['financial'] }),
    offerOf('changeCardPin', { card: true, checks: [], newPin: true, legs: ['social'] }),
    offerOf('resetPin', {
      card: true,
      checks: ['oneTimeCode'],
      staff: true,
      newPin: true,
      confirmTwice: true,
      legs: ['financial'],
    }),
    refused('unlockSocialPin', 'notOffered'),
  ],
});

const second = cardOf({
  cardId: 'card-2',
  class: 'gen2',
  last4: '0002',
  acts: [temporary(['oneTimeCode', 'face']), formal],
});

export const found = {
  one: foundOf([cardOf()]),
  two: foundOf([cardOf(), second]),
  byStaff: foundOf([cardOf({ acts: [temporary(['staff']), formal] })]),
  byCode: foundOf([cardOf({ acts: [temporary(['oneTimeCode']), formal] })]),
  byFace: foundOf([cardOf({ acts: [temporary(['face', 'staff']), formal] })]),
  frozen: foundOf([
    cardOf({
      social: { state: 'known', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' },
      acts: [refused('temporaryLoss', 'alreadyDone'), formal],
    }),
  ]),
  noCheck: foundOf([
    cardOf({ acts: [refused('temporaryLoss', 'noCheckPossible'), refused('formalLoss', 'noCheckPossible')] }),
  ]),
  presented: foundOf([presented]),
  started: foundOf([
    {
      ...presented,
      acts: presented.acts.map((offer) =>
        offer.act === 'enableSocial' || offer.act === 'unfreeze' ? refused(offer.act, 'alreadyDone') : offer,
      ),
    },
  ]),
  none: foundOf([]),
} as const satisfies Record<string, FoundCards>;

/** Those where a card was put in. */
export const withCard: readonly (keyof typeof found)[] = ['presented', 'started'];

export const frozenNow: ActResult = {
  resultId: 'result-secret',
  caseCode: 'CASE-0005',
  social: { state: 'done', status: 'tempLost', until: '2026-11-30T09:00:00.000Z', businessNumber: 'B-0001' },
  financial: { state: 'done', status: 'tempLost', until: '2026-12-08T09:00:00.000Z' },
};

const actResults = {
  done: frozenNow,
  notConfirmed: { ...frozenNow, financial: { state: 'notConfirmed' } },
  notDone: { ...frozenNow, financial: { state: 'notDone', reason: 'unavailable', retryAfterSeconds: 60 } },
  refused: {
    caseCode: 'CASE-0005',
    social: { state: 'refused', reason: 'changedMeanwhile' satisfies ActLegRefusal },
    financial: { state: 'notHere', bankName: 'Other Bank', bankHotline: '95500' },
  },
} as const satisfies Record<string, ActResult>;

const findErrors: readonly NonNullable<CardServiceFindCardsCompletion['errorCode']>[] = [
  'noSuchVisit',
  'noSuchEvidence',
  'noSuchPerson',
  'hostUnavailable',
];
const checkErrors: readonly NonNullable<CardServiceCheckCompletion['errorCode']>[] = [
  'noSuchVisit',
  'noSuchEvidence',
  'checkUnavailable',
  'pinCancelled',
  'pinLocked',
  'codeExpired',
  'tooManyCodes',
  'staffRefused',
  'staffTimedOut',
];
const newPinErrors: readonly NonNullable<CardServiceEnterNewPinCompletion['errorCode']>[] = [
  'noSuchVisit',
  'pinCancelled',
  'pinTooShort',
  'cardPinLocked',
  'newPinRefused',
];
const actErrors: readonly NonNullable<CardServiceActCompletion['errorCode']>[] = [
  'noSuchVisit',
  'evidenceMissing',
  'journalUnavailable',
];

const failing = (call: CallName, codes: readonly string[]) =>
  [...codes, 'rejected'].map((code) => [`${call}:${code}`, err({ code, caseCode: 'CASE-0006' })] as const);

/** Not every code is a way of its own: those of one kind lead the same way, and have words in a test of the words. */
export const cardActAnswers: Readonly<Record<string, OutcomeOf<CallName>>> = Object.fromEntries([
  ...Object.entries(found).map(([name, value]) => [`findCards:${name}`, ok(value)] as const),
  ...failing('findCards', findErrors),
  ['check:ok', ok({ checkEvidence: 'check-evidence-secret' })],
  ...([2, 1, 0] as const).map(
    (triesLeft) => [`check:wrongPin${triesLeft}`, err({ code: 'wrongPin', triesLeft })] as const,
  ),
  ...([2, 0] as const).map(
    (triesLeft) => [`check:wrongCode${triesLeft}`, err({ code: 'wrongCode', triesLeft })] as const,
  ),
  ...failing('check', checkErrors),
  ['enterNewPin:ok', ok({ newPinEvidence: 'new-pin-evidence-secret' })],
  ...([2, 1] as const).map(
    (triesLeft) => [`enterNewPin:wrongPin${triesLeft}`, err({ code: 'wrongPin', triesLeft })] as const,
  ),
  ...failing('enterNewPin', newPinErrors),
  ...Object.entries(actResults).map(([name, value]) => [`act:${name}`, ok(value)] as const),
  ...failing('act', actErrors),
  ['act:notAllowed', err({ code: 'notAllowed', reason: 'unconfirmedBefore' })],
  ['progress:making', ok({ applications: [{ business: 'new', progress: 9, updatedAt: '2026-11-20T09:00:00.000Z' }] })],
  ['progress:none', ok({ applications: [] })],
  ...failing('progress', ['noSuchVisit', 'hostUnavailable']),
] as [string, OutcomeOf<CallName>][]);
