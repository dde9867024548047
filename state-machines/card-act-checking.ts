/** Who stands here, what is agreed to, the new PIN, and the last yes: everything between the choice and the deed. */

import { assign } from 'xstate';
import { checkKindOf, subjectOf } from './card-act-context.ts';
import { againOf, asksAgain, problemAt, problemOf } from './card-act-outcome.ts';
import { entersAfterYes } from './card-act-plan.ts';
import { actSetup } from './card-act-setup.ts';
import type { Patience } from './delays.ts';
import { failedWith, succeeded } from './outcomes.ts';

function tags(patience: Patience): Patience {
  return patience;
}

/** A state with a countdown on its screen. */
const ticks = <T extends string>(name: T) =>
  ({ after: { SECOND: { target: name, reenter: true, actions: 'tick' } } }) as const;
const ticking = { initial: 'counting', states: { counting: ticks('counting') } } as const;

/** The card that all of this is about is pulled: it is asked for again. Where no card is needed, that means nothing. */
export const pulled = {
  CARD_REMOVED: [{ guard: 'holdsCard', target: '#cardAct.card', actions: 'pulled' }, { actions: 'cardIsOut' }],
} as const;

/** One live check, or the staff's approval. Leaving it cancels the pad, the code or the call. */
export const checking = actSetup.createStateConfig({
  tags: tags('device'),
  entry: 'beginCheck',
  exit: 'checkOver',
  invoke: {
    src: 'check',
    input: ({ context, self }) => ({
      ...subjectOf(context),
      kind: checkKindOf(context),
      ...(context.resend && { resend: true }),
      tell: (event) => self.send(event),
    }),
    onDone: [
      {
        description: 'it is the holder',
        guard: succeeded,
        target: 'preparing',
        actions: {
          type: 'noteCheck',
          params: ({ event }) => (event.output.ok ? event.output.value.checkEvidence : ''),
        },
      },
      { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
      {
        description: 'wrong, and it may be tried again',
        guard: ({ event }) => asksAgain(event.output),
        target: 'checking',
        reenter: true,
        actions: { type: 'checkAgain', params: ({ event }) => againOf(event.output) },
      },
      {
        target: 'problem',
        actions: { type: 'problem', params: ({ event }) => problemOf('checking', event.output) },
      },
    ],
    onError: { target: 'problem', actions: { type: 'problem', params: () => problemAt('checking', 'noAnswer') } },
  },
  on: {
    ...pulled,
    PIN_READY: { actions: 'notePad' },
    PIN_KEY: { actions: 'notePad' },
    CODE_SENT: { actions: 'noteCode' },
    RESEND: { guard: 'mayResend', target: 'checking', reenter: true, actions: 'resend' },
    OTHER_WAY: { guard: 'hasOtherWay', target: 'choosingCheck' },
    BACK: { target: 'goingBack' },
  },
  after: {
    CHECK: { target: 'problem', actions: { type: 'problem', params: () => problemAt('checking', 'noAnswer') } },
  },
  initial: 'choosing',
  states: {
    choosing: {
      always: [
        { guard: { type: 'isKind', params: 'bankPin' }, target: 'pin' },
        { guard: { type: 'isKind', params: 'oneTimeCode' }, target: 'code' },
        { guard: { type: 'isKind', params: 'face' }, target: 'face' },
        { target: 'staff' },
      ],
    },
    pin: {},
    code: ticking,
    /** Whoever is called, and with a card in the reader: its PIN, a wait after a wrong one, and the card back. */
    staff: {
      initial: 'counting',
      on: {
        STAFF_CALLED: { target: '.counting', actions: 'noteStaff' },
        PIN_READY: { target: '.pin', actions: 'notePad' },
        STAFF_CARD: [
          { guard: 'staffWaits', target: '.locked', actions: 'noteStaffCard' },
          { actions: 'noteStaffCard' },
        ],
        TAKE_CARD: { target: '.taking', actions: 'noteTakeCard' },
      },
      states: { counting: ticks('counting'), pin: {}, locked: ticks('locked'), taking: ticks('taking') },
    },
    face: {},
  },
});

export const choosingCheck = actSetup.createStateConfig({
  tags: tags('input'),
  on: {
    ...pulled,
    CHOOSE_CHECK: { target: 'preparing', actions: 'chooseCheck' },
    BACK: { target: 'goingBack' },
  },
});

/** Whatever is still to be asked, one after the other; then the last yes. */
export const preparing = actSetup.createStateConfig({
  always: [
    { guard: 'faceUnagreed', target: 'agreeingToFace' },
    { guard: 'checkNeeded', target: 'checking' },
    { guard: 'consentLeft', target: 'consenting' },
    { guard: 'newPinNeeded', target: 'newPin' },
    { guard: 'staffNeeded', target: 'checking', actions: 'askStaff' },
    { guard: 'callerQuestionLeft', target: 'callerQuestion' },
    { target: 'confirming' },
  ],
});

/** A face is looked at only with an agreement of its own, and never without another way (domain.md 4a, 4e). */
export const agreeingToFace = actSetup.createStateConfig({
  tags: tags('info'),
  on: {
    ...pulled,
    CONTINUE: { target: 'checking', actions: 'agreeToFace' },
    DECLINE: [
      { guard: 'hasOtherWay', target: 'choosingCheck' },
      { target: 'problem', actions: { type: 'problem', params: () => problemAt('checking', 'consentDeclined') } },
    ],
    BACK: { target: 'goingBack' },
  },
});

export const consenting = actSetup.createStateConfig({
  tags: tags('info'),
  on: {
    ...pulled,
    CONTINUE: { target: 'preparing', actions: 'agree' },
    DECLINE: {
      target: 'problem',
      actions: { type: 'problem', params: () => problemAt('checking', 'consentDeclined') },
    },
    BACK: { target: 'goingBack' },
  },
});

export const newPin = actSetup.createStateConfig({
  tags: tags('device'),
  entry: ['beginCheck', 'beginNewPin'],
  exit: 'checkOver',
  invoke: {
    src: 'enterNewPin',
    input: ({ context, self }) => ({ ...subjectOf(context), tell: (event) => self.send(event) }),
    onDone: [
      {
        description: 'entered, after the yes',
        guard: ({ context: { act }, event }) => entersAfterYes(act) && succeeded({ event }),
        target: 'acting',
        actions: {
          type: 'noteNewPin',
          params: ({ event }) => (event.output.ok ? event.output.value.newPinEvidence : ''),
        },
      },
      {
        description: 'entered twice',
        guard: succeeded,
        target: 'preparing',
        actions: {
          type: 'noteNewPin',
          params: ({ event }) => (event.output.ok ? event.output.value.newPinEvidence : ''),
        },
      },
      { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
      {
        description: 'wrong, and it may be tried again',
        guard: ({ event }) => asksAgain(event.output),
        target: 'newPin',
        reenter: true,
        actions: { type: 'checkAgain', params: ({ event }) => againOf(event.output) },
      },
      {
        target: 'problem',
        actions: { type: 'problem', params: ({ event }) => problemOf('newPin', event.output) },
      },
    ],
    onError: { target: 'problem', actions: { type: 'problem', params: () => problemAt('newPin', 'noAnswer') } },
  },
  on: {
    ...pulled,
    PIN_READY: { actions: 'notePad' },
    PIN_KEY: { actions: 'notePad' },
    PIN_ROUND: { actions: 'noteRound' },
    BACK: { target: 'goingBack' },
  },
  after: {
    NEW_PIN: { target: 'problem', actions: { type: 'problem', params: () => problemAt('newPin', 'noAnswer') } },
  },
});

export const callerQuestion = actSetup.createStateConfig({
  tags: tags('info'),
  on: {
    ...pulled,
    ANSWER: [
      { guard: { type: 'says', params: 'no' }, target: 'preparing', actions: 'callerIsNobody' },
      { target: 'stopped' },
    ],
    BACK: { target: 'goingBack' },
  },
});

/** Nothing was filed. A person is called without being asked for: whoever is told what to do cannot ask. */
export const stopped = actSetup.createStateConfig({
  initial: 'calling',
  on: { BACK: { target: 'comingHome' } },
  states: {
    calling: {
      tags: tags('device'),
      invoke: {
        src: 'callStaff',
        input: ({ context }) => ({ visitId: context.visitId, screen: 'stopped' }),
        onDone: [
          {
            description: 'taken',
            guard: succeeded,
            target: 'called',
            actions: assign({
              staffCaseCode: ({ event }) => (event.output.ok ? event.output.value.caseCode : undefined),
            }),
          },
          { target: 'failed' },
        ],
        onError: { target: 'failed' },
      },
      after: { QUICK_CALL: { target: 'failed' } },
    },
    called: { tags: tags('info') },
    failed: { tags: tags('info'), on: { RETRY: { target: 'calling' } } },
  },
});

/** What it means, and yes. */
export const confirming = actSetup.createStateConfig({
  tags: tags('info'),
  entry: 'takeBackConfirmation',
  on: {
    ...pulled,
    CONFIRM: [
      { guard: 'confirmsTwice', target: 'confirmingAgain', actions: 'confirm' },
      { guard: 'entersAfterYes', target: 'newPin', actions: 'confirm' },
      { target: 'acting', actions: 'confirm' },
    ],
    BACK: { target: 'goingBack' },
  },
});

export const confirmingAgain = actSetup.createStateConfig({
  tags: tags('info'),
  on: {
    ...pulled,
    CONFIRM: { target: 'acting', actions: 'confirm' },
    BACK: { target: 'goingBack' },
  },
});
