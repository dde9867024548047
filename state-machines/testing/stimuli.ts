/** Everything that can happen to the kiosk, by name. A walk is a list of these names. */

import type {
  CardFacts,
  CardServiceEnterPinCompletion,
  DocumentFacts,
  FinancialLeg,
  IdentityReadCompletion,
  SocialCardReadCompletion,
} from '#protocol/generated/kiosk.ts';
import { err, ok } from '#protocol/result.ts';
import type { BalanceResult } from '../port.ts';
import type { UiEvent, UiEventType } from '../screens.ts';
import { cardActAnswers, found, withCard } from './card-act-answers.ts';
import type { Call, CallName, OutcomeOf } from './scripted-port.ts';
import type { Walker } from './walker.ts';

export interface Stimulus {
  /** Can it happen now? A person can always tap. */
  readonly applies: (walker: Walker) => boolean;
  readonly act: (walker: Walker) => void | Promise<void>;
  /** A tap that the screen may or may not offer. */
  readonly tap?: UiEventType;
}

export const stimuli = new Map<string, Stimulus>();

const always = () => true;

export const gen3: CardFacts = {
  class: 'gen3',
  social: { present: true, nameMasked: '**SECRETNAME', cardNumberLast4: '0001', status: 'normal', grade: 'genuine' },
  financial: { present: true, ours: true, panMasked: '621721******0001', bankName: 'ICBC' },
  holderCheck: 'equal',
};

export const gen1: CardFacts = {
  class: 'gen1',
  social: { present: true, nameMasked: '**SECRETNAME', cardNumberLast4: '0002' },
  financial: { present: false },
  holderCheck: 'notCompared',
};

export const allDone: BalanceResult = {
  resultId: 'result-secret',
  caseCode: 'CASE-0001',
  social: { state: 'done', status: 'normal', outOfArea: true },
  medical: { state: 'done', balance: '2345.67', outOfArea: true },
  financial: {
    state: 'done',
    accounts: [
      { kind: 'socialSecurity', accountClass: 'I', panMasked: '621721******0001', available: '12345.60' },
      { kind: 'debit', accountClass: 'II', panMasked: '622202******0002', available: '99.00' },
    ],
  },
};

export const residentFacts: DocumentFacts = {
  kind: 'residentId',
  grade: 'chip',
  nameMasked: '**SECRETNAME',
  numberMasked: '0****************SECRETNUMBER',
  validUntil: '2040-01-01',
  warnings: [],
};

/** Words that may be on nobody else's screen. */
export const personal = [
  'SECRETNAME',
  'SECRETNUMBER',
  '621721',
  '2345',
  'result-secret',
  'evidence-secret',
  'holder-secret',
  '138****',
  'CASE-000',
];

export function answered(financial: FinancialLeg): BalanceResult {
  return { ...allDone, financial };
}

function ui(name: string, event: UiEvent): void {
  stimuli.set(name, { applies: always, act: (walker) => walker.send(event), tap: event.type });
}

export interface Answer {
  readonly name: string;
  readonly call: CallName;
  readonly outcome: OutcomeOf<CallName>;
}

/** Those of the stimuli that are the same answer every time. */
export const answers: Answer[] = [];

function answer<N extends CallName>(
  call: N,
  how: string,
  outcome: OutcomeOf<N>,
  fits: (input: Call['input']) => boolean = always,
): void {
  const name = `${call}:${how}`;
  answers.push({ name, call, outcome });
  stimuli.set(name, {
    applies: ({ port }) => fits(port.pending(call)?.input ?? {}) && port.pending(call) !== undefined,
    act: ({ port }) => port.settle(call, outcome),
  });
}

/** Cards that were put in are found where one was, the others where none was. */
function fitsCard(name: string): (input: Call['input']) => boolean {
  const kind = Object.keys(found).find((one) => name === `findCards:${one}`);
  return kind === undefined
    ? always
    : ({ cardEvidence }) => withCard.includes(kind as keyof typeof found) === (cardEvidence !== undefined);
}

function during(call: CallName, event: { readonly type: string; readonly [field: string]: unknown }): void {
  stimuli.set(`${call}>${event.type}`, {
    applies: ({ port }) => port.pending(call) !== undefined,
    act: ({ port }) => {
      if (event.type === 'CARD_INSERTED' || event.type === 'READING') {
        port.putCardIn();
      }
      port.pending(call)?.on(event as never);
    },
  });
}

const readErrors: readonly Exclude<SocialCardReadCompletion['errorCode'], undefined>[] = [
  'noSuchVisit',
  'readerUnavailable',
  'cardMute',
  'cardUnreadable',
  'cardRemoved',
  'cardSwapped',
  'cardBlocked',
  'cardExpired',
  'cardNotSupported',
  'cardNotGenuine',
  'holderMismatch',
  'classDisagreement',
  'cardNotActive',
  'hostUnavailable',
];

const pinErrors: readonly Exclude<CardServiceEnterPinCompletion['errorCode'], undefined>[] = [
  'noSuchVisit',
  'noSuchEvidence',
  'pinPadUnavailable',
  'pinPadNeedsKeys',
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'cardRemoved',
  'noFinancialApplication',
  'hostUnavailable',
];

const documentErrors: readonly Exclude<IdentityReadCompletion['errorCode'], undefined>[] = [
  'noSuchVisit',
  'readerUnavailable',
  'documentUnreadable',
  'documentUnknown',
  'documentNotAccepted',
  'documentNotGenuine',
  'documentInvalid',
  'documentExpired',
  'documentNotYetValid',
  'documentRemoved',
];

ui('TOUCH', { type: 'TOUCH' });
ui('CHOOSE balance', { type: 'CHOOSE_SERVICE', service: 'balance' });
ui('CHOOSE newCard', { type: 'CHOOSE_SERVICE', service: 'newCard' });
for (const service of ['lossReport', 'unfreeze', 'activation', 'pin', 'progress'] as const) {
  ui(`CHOOSE ${service}`, { type: 'CHOOSE_SERVICE', service });
}
ui('CHOOSE documentCheck', { type: 'CHOOSE_SERVICE', service: 'documentCheck' });
ui('CHOOSE residentId', { type: 'CHOOSE_DOCUMENT', document: 'residentId' });
ui('CHOOSE passport', { type: 'CHOOSE_DOCUMENT', document: 'passport' });
ui('CHOOSE exitEntryPermit', { type: 'CHOOSE_DOCUMENT', document: 'exitEntryPermit' });
for (const forWhom of ['self', 'child', 'other'] as const) {
  ui(`FOR ${forWhom}`, { type: 'CHOOSE_WHOM', forWhom });
}
for (const cardId of ['card-1', 'card-2', 'card-9'] as const) {
  ui(`CHOOSE ${cardId}`, { type: 'CHOOSE_CARD', cardId });
}
for (const act of [
  'temporaryLoss',
  'formalLoss',
  'changePin',
  'changeCardPin',
  'resetPin',
  'unlockSocialPin',
] as const) {
  ui(`CHOOSE ${act}`, { type: 'CHOOSE_ACT', act });
}
for (const act of ['enableSocial', 'activate'] as const) {
  ui(`TOGGLE ${act}`, { type: 'TOGGLE_ACT', act });
}
for (const check of ['bankPin', 'oneTimeCode', 'staff', 'face'] as const) {
  ui(`BY ${check}`, { type: 'CHOOSE_CHECK', check });
}
for (const answer of ['yes', 'no'] as const) {
  ui(`ANSWER ${answer}`, { type: 'ANSWER', answer });
}
for (const type of [
  'BACK',
  'END',
  'RETRY',
  'CONTINUE',
  'PRINT',
  'DONE',
  'TOGGLE_AMOUNTS',
  'CALL_STAFF',
  'OTHER_WAY',
  'RESEND',
  'DECLINE',
  'CONFIRM',
] as const) {
  ui(type, { type });
}
ui('CLOSE', { type: 'CLOSE' });
ui('STAY', { type: 'STAY' });
ui('OPEN_INFORMATION', { type: 'OPEN_INFORMATION', topic: 'branches' });
ui('SET english', { type: 'SET_PREFERENCE', change: { language: 'en', contrast: 'high' } });
ui('SET elder', { type: 'SET_PREFERENCE', change: { elder: true } });

stimuli.set('beginVisit:ok', {
  applies: ({ port }) => port.pending('beginVisit') !== undefined,
  act: ({ port }) => {
    const number = port.ends.size + 1;
    port.settle('beginVisit', ok({ visitId: `visit-${number}`, caseCode: `CASE-VIS${number}` }));
  },
});
answer('beginVisit', 'visitActive', err({ code: 'visitActive' }));
answer('readCard', 'gen3', ok({ cardEvidence: 'evidence-secret', card: gen3 }));
answer('readCard', 'gen1', ok({ cardEvidence: 'evidence-secret', card: gen1 }));
for (const code of [...readErrors, 'rejected'] as const) {
  answer('readCard', code, err({ code, caseCode: 'CASE-0002' }));
}
answer('readDocument', 'resident', ok({ documentEvidence: 'evidence-secret', document: residentFacts }));
for (const code of [...documentErrors, 'rejected'] as const) {
  answer('readDocument', code, err({ code, caseCode: 'CASE-0003' }));
}
for (const document of ['none', 'taken', 'leftBehind', 'notSensed'] as const) {
  answer('takeBackDocument', document, ok({ document }));
}
for (const code of ['noSuchVisit', 'rejected'] as const) {
  answer('takeBackDocument', code, err({ code }));
}
answer('enterPin', 'ok', ok({ pinEvidence: 'pin-evidence-secret' }));
for (const code of [...pinErrors, 'rejected'] as const) {
  answer('enterPin', code, err({ code }));
}
answer('balanceInquiry', 'done', ok(allDone));
for (const [name, leg] of Object.entries({
  wrongPin2: { state: 'refused', reason: 'wrongPin', triesLeft: 2 },
  wrongPin1: { state: 'refused', reason: 'wrongPin', triesLeft: 1 },
  wrongPin: { state: 'refused', reason: 'wrongPin' },
  pinLocked: { state: 'refused', reason: 'pinLocked', triesLeft: 0 },
  notActivated: { state: 'notActivated' },
  notHere: { state: 'notHere', bankName: 'Other Bank', bankHotline: '95500' },
  noApplication: { state: 'noApplication' },
  notConfirmed: { state: 'notConfirmed', reason: 'noAnswer', retryAfterSeconds: 60 },
  keysChanged: { state: 'notConfirmed', reason: 'pinPadNeedsKeys' },
} satisfies Record<string, FinancialLeg>)) {
  answer('balanceInquiry', name, ok(answered(leg)));
}
for (const code of [
  'noSuchVisit',
  'noSuchEvidence',
  'cardRemoved',
  'cardSwapped',
  'cardUnreadable',
  'pinMissing',
  'rejected',
] as const) {
  answer('balanceInquiry', code, err({ code }));
}
for (const outcome of ['done', 'notDone', 'unknown'] as const) {
  answer('print', outcome, ok({ outcome, ...(outcome !== 'done' && { reason: 'paperOut' }) }));
}
for (const code of ['printerUnavailable', 'noSuchVisit', 'noSuchResult', 'timedOut'] as const) {
  answer('print', code, err({ code }));
}
for (const [name, outcome] of Object.entries(cardActAnswers)) {
  const [call] = name.split(':') as [CallName];
  answer(call, name.slice(call.length + 1), outcome as never, fitsCard(name));
}
for (const card of ['taken', 'retained', 'stillInside', 'none'] as const) {
  answer('returnCard', card, ok({ card }));
}
answer('returnCard', 'noSuchVisit', err({ code: 'noSuchVisit' }));
answer('endVisit', 'rejected', err({ code: 'rejected' }));
stimuli.set('endVisit:ok', {
  applies: ({ port }) => port.pending('endVisit') !== undefined,
  act: (walker) => walker.finishEnd(walker.port.card === 'none' ? 'none' : 'taken'),
});
answer('callStaff', 'ok', ok({ caseCode: 'CASE-HELP' }));
answer('callStaff', 'rejected', err({ code: 'rejected' }));
answer('setLanguage', 'ok', ok(undefined));

during('readCard', { type: 'CARD_INSERTED' });
during('readCard', { type: 'READING', part: 'financial' });
for (const hint of ['present', 'holdStill', 'lift']) {
  stimuli.set(`readDocument>${hint}`, {
    applies: ({ port }) => port.pending('readDocument') !== undefined,
    act: ({ port }) =>
      port.pending('readDocument')?.on({ type: 'DOCUMENT_HINT', hint, reader: 'identityReader' } as never),
  });
}
for (const attention of ['normal', 'louder']) {
  stimuli.set(`takeBackDocument>${attention}`, {
    applies: ({ port }) => port.pending('takeBackDocument') !== undefined,
    act: ({ port }) =>
      port.pending('takeBackDocument')?.on({ type: 'TAKE_DOCUMENT', attention, secondsLeft: 30 } as never),
  });
}
during('enterPin', { type: 'PIN_READY', minDigits: 6, maxDigits: 6, seconds: 60 });
during('enterPin', { type: 'PIN_KEY', digits: 3 });
for (const call of ['check', 'enterNewPin'] as const) {
  during(call, { type: 'PIN_READY', minDigits: 6, maxDigits: 6, seconds: 60 });
  during(call, { type: 'PIN_KEY', digits: 3 });
}
during('check', { type: 'CODE_SENT', phoneMasked: '138******17', secondsValid: 300, resendAfterSeconds: 60 });
during('check', { type: 'STAFF_CALLED', secondsLeft: 120 });
for (const [name, event] of Object.entries({
  wrongPin: { type: 'STAFF_CARD', state: 'wrongPin' },
  locked: { type: 'STAFF_CARD', state: 'locked', secondsLeft: 15 },
  unreadable: { type: 'STAFF_CARD', state: 'unreadable' },
  take: { type: 'TAKE_CARD', attention: 'normal', secondsLeft: 30 },
})) {
  stimuli.set(`staffCard>${name}`, {
    applies: ({ port }) => port.pending('check') !== undefined,
    act: ({ port }) => port.pending('check')?.on(event as never),
  });
}
during('enterNewPin', { type: 'PIN_ROUND', round: 2 });
for (const [name, event] of Object.entries({
  first: { type: 'PIN_ROUND', round: 0 },
  weak: { type: 'PIN_ROUND', round: 1, again: 'weakPin' },
})) {
  stimuli.set(`pinRound>${name}`, {
    applies: ({ port }) => port.pending('enterNewPin') !== undefined,
    act: ({ port }) => port.pending('enterNewPin')?.on(event as never),
  });
}
during('returnCard', { type: 'TAKE_CARD', attention: 'normal', secondsLeft: 30 });

/** The promise of a port call rejects, which a correct port never does. */
stimuli.set('bug', {
  applies: ({ port }) => port.waiting.length > 0,
  act: ({ port }) => {
    for (const call of port.waiting) {
      port.reject(call);
    }
  },
});
stimuli.set('wait', { applies: always, act: (walker) => walker.wait() });
stimuli.set('SNAPSHOT', { applies: always, act: ({ port }) => port.say({}) });
stimuli.set('SNAPSHOT reader gone', {
  applies: always,
  act: ({ port }) => port.say({ services: [{ service: 'balance', available: false, reasons: ['readerUnavailable'] }] }),
});
stimuli.set('SNAPSHOT card waiting', {
  applies: ({ port }) => port.visit === undefined,
  act: ({ port }) => {
    port.card = 'inserted';
    port.say({ cardWaiting: true });
  },
});
stimuli.set('SNAPSHOT returning card', {
  applies: ({ port }) => port.visit !== undefined && port.card !== 'none',
  act: ({ port }) => port.windUp('returningCard'),
});
stimuli.set('SNAPSHOT ending', {
  applies: ({ port }) => port.visit !== undefined && port.card === 'none',
  act: ({ port }) => port.windUp('ending'),
});
/** This page is new; the visit of the page before is still being ended. */
stimuli.set('SNAPSHOT visit of before', {
  applies: ({ port }) => port.visit === undefined && port.ends.size === 0,
  act: ({ port }) => {
    port.visit = { visitId: 'visit-before', phase: 'returningCard' };
    port.ends.set('visit-before', 0);
    port.card = 'inserted';
    port.say();
  },
});
stimuli.set('DISCONNECTED, then the calls', {
  applies: ({ port }) => port.connected,
  act: ({ port }) => port.lose('event'),
});
stimuli.set('the calls, then DISCONNECTED', {
  applies: ({ port }) => port.connected,
  act: ({ port }) => port.lose('calls'),
});
stimuli.set('daemon restarted', {
  applies: ({ port }) => !port.connected,
  act: ({ port }) => {
    port.boot += 1;
    port.say({});
  },
});
stimuli.set('CARD_REMOVED', { applies: ({ port }) => port.card !== 'none', act: ({ port }) => port.removeCard() });
stimuli.set('card put in', {
  applies: ({ port }) => port.card === 'none' && port.visit !== undefined,
  act: ({ port }) => port.putCardIn(),
});
for (const reason of ['maintenance', 'pageReloaded', 'shutdown'] as const) {
  stimuli.set(`ENDED ${reason}`, {
    applies: ({ port }) => port.visit !== undefined,
    act: ({ port }) => port.end(reason, port.card === 'none' ? 'none' : 'taken'),
  });
}
