/** The way out of a visit: the card back, the document back, the daemon ends it. */

import { assign, sendTo } from 'xstate';
import { ofVisit, takingFrom, visitSetup } from './visit-setup.ts';

export const leaving = visitSetup.createStateConfig({
  initial: 'choosing',
  on: {
    DISCONNECTED: { target: 'ended', actions: 'lostConnection' },
    ENDED: [
      {
        description: 'as asked',
        guard: ({ context, event }) =>
          ofVisit(context, event) && event.reason === context.why && context.why !== 'error',
        target: 'goodbye',
        actions: 'noteEnded',
      },
      { guard: 'ofThisVisit', target: 'ended', actions: 'noteEnded' },
    ],
  },
  states: {
    choosing: {
      always: [
        { guard: 'cardMayBeIn', target: 'takingCard' },
        { guard: 'documentMayLie', target: 'takingDocument' },
        { target: 'closing' },
      ],
    },
    takingCard: {
      entry: assign({ offer: { attention: 'normal' } }),
      invoke: {
        src: 'returnCard',
        input: ({ context, self }) => ({
          visitId: context.visit?.visitId ?? '',
          tell: (event) => self.send(event),
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.ok,
            target: 'cardSettled',
            actions: assign(({ event, context: { card, outcome } }) => {
              const now = event.output.ok ? event.output.value.card : outcome;
              const claim = event.output.ok ? event.output.value.claim : undefined;
              return {
                ...(claim !== undefined && { claim }),
                outcome: now,
                card: now === 'taken' || now === 'retained' || now === 'none' ? 'none' : card,
              };
            }),
          },
          { target: 'cardSettled', actions: 'outcomeBySlot' },
        ],
        onError: { target: 'cardSettled', actions: 'outcomeBySlot' },
      },
      on: {
        TAKE_CARD: {
          actions: assign({
            offer: ({ event }) => ({ attention: event.attention, secondsLeft: event.secondsLeft }),
          }),
        },
      },
      after: { TAKE_CARD: { target: 'cardSettled', actions: 'outcomeBySlot' } },
      initial: 'counting',
      states: { counting: { after: { SECOND: { target: 'counting', reenter: true, actions: 'tick' } } } },
    },
    cardSettled: { always: [{ guard: 'documentMayLie', target: 'takingDocument' }, { target: 'closing' }] },
    takingDocument: {
      invoke: {
        id: 'takeDocument',
        src: 'takeDocument',
        input: ({ context }) => takingFrom(context),
        // A visit that the daemon no longer knows shows at its end.
        onDone: { target: 'closing', actions: assign({ document: ({ event }) => event.output.document }) },
        onError: { target: 'closing' },
      },
      on: { CONTINUE: { actions: sendTo('takeDocument', ({ event }) => event) } },
    },
    closing: {
      initial: 'plain',
      invoke: {
        src: 'endVisit',
        input: ({ context }) => ({ visitId: context.visit?.visitId ?? '', reason: context.why }),
        onDone: [
          {
            guard: ({ event }) => event.output.ok,
            target: 'closed',
            actions: assign({
              outcome: ({ context, event }) =>
                event.output.ok && event.output.value.card !== 'none' ? event.output.value.card : context.outcome,
              claim: ({ context, event }) => (event.output.ok ? event.output.value.claim : undefined) ?? context.claim,
              trail: ({ context, event }) => (event.output.ok && event.output.value.trail) || context.trail,
            }),
          },
          { target: 'closed', actions: 'outcomeUnknown' },
        ],
        onError: { target: 'closed', actions: 'outcomeUnknown' },
      },
      after: { END_VISIT: { target: 'closed', actions: 'outcomeUnknown' } },
      states: {
        plain: {
          on: {
            SNAPSHOT: [
              {
                guard: ({ event }) => event.snapshot.visit?.phase === 'returningCard',
                target: 'handingOver',
                actions: 'noteSnapshot',
              },
              { actions: 'noteSnapshot' },
            ],
          },
        },
        /** A card the machine did not know of: the daemon gives it back as part of the end. */
        handingOver: {},
      },
    },
    closed: {
      always: [
        {
          description: 'after a fault',
          guard: ({ context }) => context.why === 'error',
          target: '#visit.ended',
          actions: assign({ endedBy: 'error' }),
        },
        { target: '#visit.goodbye' },
      ],
    },
  },
});
