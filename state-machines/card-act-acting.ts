/** The deed, what each side said, and a slip of it. */

import { assign } from 'xstate';
import type { CardServiceActCommand } from '#protocol/generated/kiosk.ts';
import { subjectOf } from './card-act-context.ts';
import { problemOf, unansweredAct } from './card-act-outcome.ts';
import { faceConsent } from './card-act-plan.ts';
import { actSetup } from './card-act-setup.ts';
import type { Patience } from './delays.ts';
import { failedWith, linkFaults, succeeded } from './outcomes.ts';
import { printResultOf } from './printing.ts';

function tags(patience: Patience): Patience {
  return patience;
}

/** Under way: neither BACK nor a pulled card calls it back. */
export const acting = actSetup.createStateConfig({
  tags: tags('device'),
  entry: assign({ underWay: true }),
  exit: assign({ underWay: false }),
  invoke: {
    src: 'act',
    input: ({ context }) => {
      const { checkEvidence, staffEvidence, newPinEvidence, consents, confirmations, read } = context;
      return {
        ...subjectOf(context),
        // The schema's "at most ten" is a union of tuples; an offer has fewer.
        consents: [
          ...consents,
          ...(context.faceAgreed ? [{ text: faceConsent, choice: 'agreed' as const }] : []),
        ] as CardServiceActCommand['consents'],
        confirmations,
        ...(read !== undefined && { cardEvidence: read.cardEvidence }),
        ...(checkEvidence !== undefined && { checkEvidence }),
        ...(staffEvidence !== undefined && { staffEvidence }),
        ...(newPinEvidence !== undefined && { newPinEvidence }),
      };
    },
    onDone: [
      {
        description: 'both sides answered',
        guard: succeeded,
        target: 'result',
        actions: {
          type: 'noteResult',
          params: ({ event, context }) =>
            event.output.ok ? event.output.value : unansweredAct(context.offer, context.chosen),
        },
      },
      { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
      {
        description: 'not allowed any more',
        guard: failedWith('notAllowed'),
        target: 'refused',
        actions: {
          type: 'noteLateRefusal',
          params: ({ event }) => (event.output.ok ? undefined : event.output.error.reason),
        },
      },
      {
        description: 'nobody knows what became of it',
        guard: failedWith(...linkFaults),
        target: 'result',
        actions: { type: 'noteResult', params: ({ context }) => unansweredAct(context.offer, context.chosen) },
      },
      {
        target: 'problem',
        actions: { type: 'problem', params: ({ event }) => problemOf('acting', event.output) },
      },
    ],
    onError: {
      target: 'result',
      actions: { type: 'noteResult', params: ({ context }) => unansweredAct(context.offer, context.chosen) },
    },
  },
  after: {
    ACT: {
      target: 'result',
      actions: { type: 'noteResult', params: ({ context }) => unansweredAct(context.offer, context.chosen) },
    },
  },
});

export const result = actSetup.createStateConfig({
  tags: tags('result'),
  on: {
    PRINT: { guard: 'mayPrint', target: 'printing' },
    CHOOSE_ACT: { guard: 'mayMakeFormal', target: 'anew', actions: 'wantChosen' },
    CONTINUE: { guard: 'hasNext', target: 'anew', actions: 'nextInQueue' },
    RETRY: { guard: 'mayTryAgain', target: 'anew', actions: 'wantSame' },
    BACK: { target: 'comingHome' },
    DONE: { target: 'finished', actions: 'completed' },
  },
});

export const printing = actSetup.createStateConfig({
  tags: tags('device'),
  invoke: {
    src: 'print',
    input: ({ context }) => ({ visitId: context.visitId, resultId: context.result?.resultId ?? '' }),
    onDone: [
      { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
      {
        target: 'printResult',
        actions: { type: 'notePrint', params: ({ event }) => printResultOf(event.output) },
      },
    ],
    onError: {
      target: 'printResult',
      actions: { type: 'notePrint', params: () => ({ outcome: 'unknown' as const, reason: 'noAnswer' }) },
    },
  },
  after: {
    PRINT: {
      target: 'printResult',
      actions: { type: 'notePrint', params: () => ({ outcome: 'unknown' as const, reason: 'noAnswer' }) },
    },
  },
});

export const printResult = actSetup.createStateConfig({
  tags: tags('result'),
  on: {
    RETRY: { guard: 'mayPrint', target: 'printing' },
    BACK: { target: 'result' },
    DONE: { target: 'finished', actions: 'completed' },
  },
});
