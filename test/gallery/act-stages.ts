/** The faces of everything that is done with a card of the person. */
import type {
  Act,
  ActLegRefusal,
  ActRefusal,
  Application,
  CardClass,
  FinancialActLeg,
  FinancialSide,
  SocialActLeg,
  SocialSide,
} from '#protocol/generated/kiosk.ts';
import { consentTexts, type KnownConsent } from '#state-machines/card-act-plan.ts';
import type { ActProblemCode, Screen, ShownCard, ShownMeaning } from '#state-machines/screens.ts';
import { each, of, type Stage, type Variant } from './stage.ts';

const caseCode = '7K3M-9QXA';

const card = (change: Partial<ShownCard> = {}): ShownCard => ({
  cardId: 'card-1',
  class: 'gen3',
  last4: '0017',
  presented: false,
  outOfArea: true,
  social: { state: 'known', status: 'normal' },
  financial: { state: 'known', status: 'active' },
  ...change,
});

const lostCard = card({
  social: { state: 'known', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' },
  financial: { state: 'known', status: 'tempLost', until: '2026-12-08T09:00:00.000Z' },
});
const elsewhere = card({
  cardId: 'card-4',
  last4: '0042',
  financial: { state: 'notHere', bankName: '江苏银行', bankHotline: '95319' },
});

/** Every class, and every state of a side. */
const classes: Readonly<Record<CardClass, readonly [SocialSide, FinancialSide]>> = {
  gen3: [
    { state: 'known', status: 'normal' },
    { state: 'known', status: 'active' },
  ],
  gen2: [
    { state: 'known', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' },
    { state: 'known', status: 'tempLost', until: '2026-12-08T09:00:00.000Z' },
  ],
  gen1: [{ state: 'known', status: 'locked' }, { state: 'none' }],
  debit: [{ state: 'none' }, { state: 'known', status: 'pinLocked' }],
  unknown: [{ state: 'notConfirmed' }, { state: 'notConfirmed' }],
};
const fiveCards: readonly ShownCard[] = each(classes).map(([kind, [social, financial]], index) =>
  card({
    cardId: `card-${index}`,
    class: kind,
    last4: `00${17 + index}`,
    outOfArea: kind !== 'gen1',
    social,
    financial,
  }),
);
const answered = { cardManagement: 'answered', bankCore: 'answered' } as const;

const meaning = (act: Act, change: Partial<ShownMeaning> = {}): ShownMeaning => ({
  act,
  card: card(),
  legs: ['social', 'financial'],
  ...(act === 'temporaryLoss' && { days: { social: 7, financial: 15 } }),
  ...change,
});
const meanings: Readonly<Record<Act, ShownMeaning>> = {
  temporaryLoss: meaning('temporaryLoss'),
  formalLoss: meaning('formalLoss'),
  unfreeze: meaning('unfreeze', { card: lostCard }),
  enableSocial: meaning('enableSocial', { legs: ['social'] }),
  activate: meaning('activate', { legs: ['financial'] }),
  changePin: meaning('changePin', { legs: ['financial'] }),
  changeCardPin: meaning('changeCardPin', { legs: ['social'] }),
  resetPin: meaning('resetPin', { legs: ['financial'] }),
  unlockSocialPin: meaning('unlockSocialPin', { legs: ['social'] }),
};
const onTheSheet: ReadonlySet<string> = new Set([
  'temporaryLoss',
  'formalLoss',
  'activate',
  'noCheckPossible',
  'lastTry',
]);

const pad = { ready: true, digits: 0, minDigits: 6, maxDigits: 6 } as const;

type Result = Extract<Screen, { name: 'act-result' }>;
const socialFrozen: SocialActLeg = { state: 'done', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' };
const financialFrozen: FinancialActLeg = { state: 'done', status: 'tempLost', until: '2026-12-08T09:00:00.000Z' };
const result = (change: Partial<Result> = {}): Result => ({
  name: 'act-result',
  act: 'temporaryLoss',
  card: card(),
  social: socialFrozen,
  financial: financialFrozen,
  cardIn: false,
  canRetry: false,
  print: { state: 'offered' },
  caseCode,
  ...change,
});
const plain = { without: ['CONTINUE', 'CHOOSE_ACT', 'RETRY'] as const };
const results: Readonly<Record<Act, readonly [SocialActLeg, FinancialActLeg]>> = {
  temporaryLoss: [socialFrozen, financialFrozen],
  formalLoss: [
    { state: 'done', status: 'lost' },
    { state: 'done', status: 'lost' },
  ],
  unfreeze: [
    { state: 'done', status: 'normal' },
    { state: 'done', status: 'active' },
  ],
  enableSocial: [{ state: 'done', status: 'normal' }, { state: 'notAsked' }],
  activate: [{ state: 'notAsked' }, { state: 'done', status: 'active' }],
  changePin: [{ state: 'notAsked' }, { state: 'done', status: 'active' }],
  changeCardPin: [{ state: 'done', status: 'normal' }, { state: 'notAsked' }],
  resetPin: [{ state: 'notAsked' }, { state: 'done', status: 'active' }],
  unlockSocialPin: [{ state: 'done', status: 'normal' }, { state: 'notAsked' }],
};
const legRefusals: Readonly<Record<ActLegRefusal, true>> = {
  statusForbids: true,
  replacementRequested: true,
  changedMeanwhile: true,
  evidenceRefused: true,
  wrongPin: true,
  pinLocked: true,
  weakPin: true,
  pinsDiffer: true,
  identityDiffers: true,
  limitReached: true,
  other: true,
};

type Problem = Extract<Screen, { name: 'act-problem' }>;
const problems: Readonly<Record<ActProblemCode, Problem['retry']>> = {
  noSuchEvidence: 'restart',
  noSuchPerson: 'none',
  holderMismatch: 'none',
  notTheHolder: 'none',
  agentNotAllowed: 'none',
  hostUnavailable: 'again',
  limitReached: 'none',
  checkUnavailable: 'none',
  pinPadUnavailable: 'none',
  pinPadNeedsKeys: 'none',
  pinCancelled: 'again',
  pinTimedOut: 'again',
  pinTooShort: 'again',
  newPinRefused: 'again',
  cardPinLocked: 'none',
  lastCardTry: 'again',
  cardUnreadable: 'none',
  wrongPin: 'none',
  pinLocked: 'none',
  wrongCode: 'resend',
  codeExpired: 'resend',
  tooManyCodes: 'none',
  staffRefused: 'none',
  staffTimedOut: 'again',
  faceDiffers: 'again',
  noAnswer: 'again',
  evidenceMissing: 'restart',
  journalUnavailable: 'none',
  lastTry: 'again',
  consentDeclined: 'none',
};
/** Where another way to show who stands here is open. */
const ofChecks: ReadonlySet<ActProblemCode> = new Set<ActProblemCode>([
  'checkUnavailable',
  'pinPadUnavailable',
  'pinPadNeedsKeys',
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'pinLocked',
  'wrongCode',
  'codeExpired',
  'tooManyCodes',
  'staffRefused',
  'staffTimedOut',
  'faceDiffers',
  'lastTry',
]);
const refusals: Readonly<Record<ActRefusal, true>> = {
  statusForbids: true,
  stateUnknown: true,
  alreadyDone: true,
  replacementRequested: true,
  unconfirmedBefore: true,
  documentTooWeak: true,
  cardNeeded: true,
  cardNotGenuine: true,
  cardOfAnother: true,
  holderOnly: true,
  outsideWindow: true,
  noCheckPossible: true,
  notOffered: true,
  limitReached: true,
};

/** How far each is, from not asked for to in the hand. */
const businesses: Readonly<Record<Application['business'], number>> = {
  new: 0,
  replacement: 3,
  exchange: 6,
  warrantyExchange: 7,
  preMade: 12,
};

/** Of each function whether its switch is on; one that is left out cannot be chosen. */
function functionsOf(on: { readonly enableSocial?: boolean; readonly activate?: boolean }): Screen {
  return {
    name: 'choose-functions',
    card: card({
      social: { state: 'known', status: on.enableSocial === undefined ? 'normal' : 'sealed' },
      financial: { state: 'known', status: 'openedInactive' },
    }),
    functions: [
      on.enableSocial === undefined
        ? { act: 'enableSocial', refusal: 'alreadyDone', chosen: false }
        : { act: 'enableSocial', chosen: on.enableSocial },
      on.activate === undefined
        ? { act: 'activate', refusal: 'outsideWindow', chosen: false }
        : { act: 'activate', chosen: on.activate },
    ],
  };
}

const variants = <K extends string>(all: Readonly<Record<K, unknown>>, screen: (key: K) => Variant) =>
  Object.fromEntries(each(all).map(([key]): [string, Variant] => [key, screen(key)]));

export const actStages: readonly Stage[] = [
  ...of('cardAct', 'forWhom', { '': { screen: { name: 'for-whom' }, sheet: true } }),
  ...of('cardAct', 'forSomebodyElse', { '': { screen: { name: 'for-somebody-else' }, sheet: true } }),
  ...of('cardAct', 'finding', {
    'finding-cards': { screen: { name: 'asking', cardManagement: true, bankCore: true } },
  }),
  ...of('cardAct', 'noCards', {
    '': { screen: { name: 'no-cards', ...answered, caseCode }, sheet: true },
    silent: { screen: { name: 'no-cards', cardManagement: 'unavailable', bankCore: 'noAnswer', caseCode } },
  }),
  ...of('cardAct', 'choosingCard', {
    two: {
      screen: { name: 'choose-card', service: 'lossReport', cards: [card(), elsewhere], ...answered },
      sheet: true,
    },
    five: { screen: { name: 'choose-card', service: 'unfreeze', cards: fiveCards, ...answered } },
    silent: {
      screen: {
        name: 'choose-card',
        service: 'lossReport',
        cards: [card({ financial: { state: 'notConfirmed' } }), lostCard],
        cardManagement: 'answered',
        bankCore: 'unavailable',
      },
    },
  }),
  ...of('cardAct', 'choosingAct', {
    loss: {
      screen: {
        name: 'choose-act',
        card: lostCard,
        acts: [{ act: 'temporaryLoss', refusal: 'alreadyDone' }, { act: 'formalLoss' }],
      },
    },
    pin: {
      screen: {
        name: 'choose-act',
        card: card(),
        acts: [
          { act: 'changePin' },
          { act: 'resetPin', refusal: 'outsideWindow', opensAt: '09:00' },
          { act: 'changeCardPin' },
          { act: 'unlockSocialPin', refusal: 'notOffered' },
        ],
      },
      sheet: true,
    },
  }),
  ...of('cardAct', 'choosingFunctions', {
    both: {
      screen: functionsOf({ enableSocial: true, activate: false }),
      without: ['CHOOSE_ACT'],
      sheet: true,
    },
    none: { screen: functionsOf({ activate: false }), without: ['CONTINUE'] },
    counter: { screen: functionsOf({ enableSocial: true }) },
  }),
  ...of('cardAct', 'looking', {
    looking: { screen: { name: 'asking', cardManagement: true, bankCore: false } },
  }),
  ...of('cardAct', 'myCards', {
    making: {
      screen: {
        name: 'my-cards',
        cards: [lostCard],
        applications: [
          { business: 'replacement', progress: 9, updatedAt: '2026-11-20T09:00:00.000Z' },
          { business: 'new', progress: 11, updatedAt: '2026-11-20T09:00:00.000Z', place: '南京大学支行' },
        ],
        ...answered,
        caseCode,
      },
      without: ['RETRY'],
      sheet: true,
    },
    five: {
      screen: {
        name: 'my-cards',
        cards: [card({ making: 11 }), ...fiveCards],
        applications: [],
        ...answered,
        caseCode,
      },
      without: ['RETRY'],
    },
    silent: {
      screen: { name: 'my-cards', cards: [card()], cardManagement: 'noAnswer', bankCore: 'answered', caseCode },
    },
    ...Object.fromEntries(
      each(businesses).map(([business, progress]): [string, Variant] => [
        `business-${business}`,
        {
          screen: {
            name: 'my-cards',
            cards: [],
            applications: [{ business, progress, updatedAt: '2026-11-20T09:00:00.000Z' }],
            ...answered,
            caseCode,
          },
          without: ['RETRY'],
        },
      ]),
    ),
  }),
  ...of(
    'cardAct',
    'refused',
    variants(refusals, (reason) => ({
      screen: {
        name: 'act-refused',
        service: reason === 'noCheckPossible' || reason === 'unconfirmedBefore' ? 'lossReport' : 'unfreeze',
        act: reason === 'noCheckPossible' ? 'temporaryLoss' : 'unfreeze',
        card: card(),
        reason,
        ...(reason === 'outsideWindow' && { opensAt: '09:00' }),
        caseCode,
      },
      sheet: onTheSheet.has(reason),
    })),
  ),
  ...of(
    'cardAct',
    'meaning',
    variants(meanings, (act) => ({
      screen: { name: 'act-meaning', ...meanings[act] },
      sheet: onTheSheet.has(act) && act !== 'temporaryLoss',
    })),
  ),
  ...of('cardAct', 'checking.pin', {
    waiting: { screen: { name: 'check-pin', ready: false, digits: 0, cardIn: false } },
    typing: { screen: { name: 'check-pin', ...pad, digits: 4, cardIn: false }, sheet: true },
    wrong: { screen: { name: 'check-pin', ...pad, again: 'wrongPin', triesLeft: 2, cardIn: true } },
    only: { screen: { name: 'check-pin', ...pad, cardIn: false }, without: ['OTHER_WAY'] },
  }),
  ...of('cardAct', 'checking.code.counting', {
    sending: { screen: { name: 'check-code', ready: false, digits: 0, cardIn: false }, without: ['RESEND'] },
    waiting: {
      screen: {
        name: 'check-code',
        ...pad,
        digits: 2,
        phoneMasked: '138******17',
        secondsLeft: 287,
        resendInSeconds: 47,
        cardIn: false,
      },
      without: ['RESEND'],
      sheet: true,
    },
    resend: {
      screen: {
        name: 'check-code',
        ...pad,
        phoneMasked: '138******17',
        secondsLeft: 210,
        resendInSeconds: 0,
        cardIn: true,
      },
    },
    wrong: {
      screen: {
        name: 'check-code',
        ...pad,
        phoneMasked: '138******17',
        again: 'wrongCode',
        triesLeft: 2,
        secondsLeft: 210,
        resendInSeconds: 12,
        cardIn: false,
      },
      without: ['RESEND'],
    },
    expired: {
      screen: {
        name: 'check-code',
        ...pad,
        phoneMasked: '138******17',
        secondsLeft: 0,
        resendInSeconds: 0,
        cardIn: false,
      },
    },
  }),
  ...of('cardAct', 'checking.staff.counting', {
    calling: { screen: { name: 'check-staff', purpose: 'check', cardIn: false } },
    coming: {
      screen: { name: 'check-staff', purpose: 'check', secondsLeft: 104, ofSeconds: 120, cardIn: false },
      sheet: true,
    },
    approval: {
      screen: { name: 'check-staff', purpose: 'approval', secondsLeft: 104, ofSeconds: 120, cardIn: true },
      without: ['OTHER_WAY'],
    },
  }),
  ...of('cardAct', 'checking.staff.pin', {
    '': { screen: { name: 'staff-pin', ...pad }, sheet: true },
    wrong: { screen: { name: 'staff-pin', ...pad, again: 'wrongPin' } },
  }),
  ...of('cardAct', 'checking.staff.locked', {
    '': { screen: { name: 'staff-locked', secondsLeft: 11, ofSeconds: 15 } },
  }),
  ...of('cardAct', 'checking.staff.taking', {
    '': { screen: { name: 'staff-take-card', attention: 'normal', unreadable: false, secondsLeft: 24, ofSeconds: 30 } },
    louder: {
      screen: { name: 'staff-take-card', attention: 'louder', unreadable: false, secondsLeft: 12, ofSeconds: 30 },
    },
    unreadable: {
      screen: { name: 'staff-take-card', attention: 'normal', unreadable: true, secondsLeft: 29, ofSeconds: 30 },
    },
  }),
  ...of('cardAct', 'checking.face', { '': { screen: { name: 'check-face', cardIn: false } } }),
  ...of('cardAct', 'choosingCheck', {
    two: {
      screen: { name: 'choose-check', checks: ['oneTimeCode', 'staff'], phoneMasked: '138******17' },
      sheet: true,
    },
    all: { screen: { name: 'choose-check', checks: ['bankPin', 'oneTimeCode', 'staff', 'face'] } },
  }),
  ...of('cardAct', 'agreeingToFace', { face: { screen: { name: 'consent', text: 'face-1', now: 1, of: 1 } } }),
  ...of(
    'cardAct',
    'consenting',
    Object.fromEntries(
      consentTexts.map((text: KnownConsent, index): [string, Variant] => [
        text,
        {
          screen: { name: 'consent', text, now: index === 0 ? 1 : 2, of: index === 0 ? 1 : 3 },
          sheet: text === 'accountAgreement-1',
        },
      ]),
    ),
  ),
  ...of('cardAct', 'newPin', {
    first: { screen: { name: 'new-pin', of: 'bank', round: 1, ...pad, digits: 3, cardIn: true }, sheet: true },
    second: { screen: { name: 'new-pin', of: 'bank', round: 2, ...pad, cardIn: true } },
    waiting: { screen: { name: 'new-pin', of: 'bank', round: 1, ready: false, digits: 0, cardIn: true } },
    cardNow: { screen: { name: 'new-pin', of: 'card', round: 0, ...pad, digits: 2, cardIn: true }, sheet: true },
    cardFirst: { screen: { name: 'new-pin', of: 'card', round: 1, ...pad, cardIn: true } },
    cardSecond: { screen: { name: 'new-pin', of: 'card', round: 2, ...pad, cardIn: true } },
    cardWrong: {
      screen: { name: 'new-pin', of: 'card', round: 0, again: 'wrongPin', triesLeft: 4, ...pad, cardIn: true },
    },
    ...variants({ pinsDiffer: 1, sameAsOld: 1, initialPin: 1, weakPin: 1 } as const, (again) => ({
      screen: { name: 'new-pin', of: 'card', round: 1, again, ...pad, cardIn: true },
    })),
  }),
  ...of('cardAct', 'callerQuestion', { '': { screen: { name: 'caller-question' }, sheet: true } }),
  ...of('cardAct', 'stopped.calling', { calling: { screen: { name: 'stopped', state: 'calling' } } }),
  ...of('cardAct', 'stopped.called', {
    called: { screen: { name: 'stopped', state: 'called', caseCode }, sheet: true },
  }),
  ...of('cardAct', 'stopped.failed', { failed: { screen: { name: 'stopped', state: 'failed' } } }),
  ...of('cardAct', 'confirming', {
    ...variants(meanings, (act) => ({
      screen: { name: 'confirm-act', ...meanings[act], nameMasked: '**明' },
      sheet: act === 'temporaryLoss',
    })),
    elsewhere: {
      screen: {
        name: 'confirm-act',
        ...meaning('temporaryLoss', { card: elsewhere, legs: ['social'] }),
        nameMasked: '***********************A',
      },
    },
  }),
  ...of(
    'cardAct',
    'confirmingAgain',
    variants(meanings, (act) => ({
      screen: { name: 'confirm-again', ...meanings[act], nameMasked: '**明' },
      sheet: act === 'formalLoss',
    })),
  ),
  ...of('cardAct', 'acting', {
    both: {
      screen: { name: 'acting', act: 'temporaryLoss', legs: ['social', 'financial'], cardIn: false },
      sheet: true,
    },
    one: { screen: { name: 'acting', act: 'activate', legs: ['financial'], cardIn: true } },
  }),
  ...of('cardAct', 'result', {
    ...variants(results, (act) => ({
      screen: result({
        act,
        social: results[act][0],
        financial: results[act][1],
        cardIn: act !== 'temporaryLoss' && act !== 'formalLoss',
        ...(act === 'temporaryLoss' && { offer: 'formalLoss' }),
        ...(act === 'enableSocial' && { next: 'activate' }),
      }),
      without: [
        'RETRY',
        ...(act === 'temporaryLoss' ? [] : (['CHOOSE_ACT'] as const)),
        ...(act === 'enableSocial' ? [] : (['CONTINUE'] as const)),
      ],
      sheet: onTheSheet.has(act),
    })),
    'not-confirmed': {
      screen: result({ financial: { state: 'notConfirmed' } }),
      ...plain,
      sheet: true,
    },
    'nothing-confirmed': {
      screen: result({
        social: { state: 'notConfirmed' },
        financial: { state: 'notConfirmed' },
        print: { state: 'impossible', reason: 'noResult' },
      }),
      without: ['CONTINUE', 'CHOOSE_ACT', 'RETRY', 'PRINT'],
    },
    'pin-not-confirmed': {
      screen: result({ act: 'changePin', social: { state: 'notAsked' }, financial: { state: 'notConfirmed' } }),
      ...plain,
    },
    'activate-not-confirmed': {
      screen: result({ act: 'activate', social: { state: 'notAsked' }, financial: { state: 'notConfirmed' } }),
      ...plain,
    },
    part: {
      screen: result({
        financial: { state: 'notDone', reason: 'unavailable', retryAfterSeconds: 60 },
        canRetry: true,
      }),
      without: ['CONTINUE', 'CHOOSE_ACT'],
      sheet: true,
    },
    'not-reached': {
      screen: result({
        social: { state: 'notDone', reason: 'unavailable' },
        financial: { state: 'notDone', reason: 'notReached' },
        canRetry: true,
        print: { state: 'impossible', reason: 'printerUnavailable' },
      }),
      without: ['CONTINUE', 'CHOOSE_ACT', 'PRINT'],
    },
    already: {
      screen: result({
        social: { state: 'already', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' },
        financial: { state: 'already', status: 'lost' },
        print: { state: 'printed' },
      }),
      ...plain,
    },
    elsewhere: {
      screen: result({
        card: elsewhere,
        financial: { state: 'notHere', bankName: '江苏银行', bankHotline: '95319' },
        offer: 'formalLoss',
      }),
      without: ['CONTINUE', 'RETRY'],
    },
    'elsewhere-no-phone': {
      screen: result({ financial: { state: 'notHere', bankName: '南京银行' } }),
      ...plain,
    },
    ...variants(legRefusals, (reason) => ({
      screen: result({
        act: reason === 'weakPin' || reason === 'pinsDiffer' || reason === 'wrongPin' ? 'changePin' : 'formalLoss',
        social: { state: 'notAsked' },
        financial: { state: 'refused', reason, ...(reason === 'wrongPin' && { triesLeft: 1 }) },
      }),
      ...plain,
    })),
  }),
  ...of('cardAct', 'printing', { 'act-slip': { screen: { name: 'printing' } } }),
  ...of('cardAct', 'printResult', {
    'act-slip': { screen: { name: 'print-result', outcome: 'done', canRetry: false }, without: ['RETRY'] },
  }),
  ...of(
    'cardAct',
    'problem',
    variants(problems, (problem) => ({
      screen: {
        name: 'act-problem',
        service: problem === 'evidenceMissing' || problem === 'consentDeclined' ? 'unfreeze' : 'lossReport',
        problem,
        retry: problems[problem],
        cardIn: false,
        ...(problem === 'lastTry' && { triesLeft: 1 }),
        ...(problem === 'tooManyCodes' && { retryAfterSeconds: 600 }),
        caseCode,
      },
      without: [
        ...(problems[problem] === 'none' ? (['RETRY'] as const) : []),
        ...(ofChecks.has(problem) ? [] : (['OTHER_WAY'] as const)),
      ],
      sheet: onTheSheet.has(problem),
    })),
  ),
  ...of('cardAct', 'finished', { 'act-over': { screen: { name: 'ending' } } }),
];
