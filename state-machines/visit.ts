/**
 * One person's time at the kiosk, from the first touch until card and goodbye. Made for the visit, dropped at its end.
 * It owns the person's time-outs, which ask first and may be extended without limit, and the way out of card and document.
 */

import { assign, sendTo } from 'xstate';
import { portActors } from './actors.ts';
import { balanceMachineWith } from './balance.ts';
import { cardActMachineWith } from './card-act.ts';
import { warningSeconds } from './delays.ts';
import { identityMachineWith } from './identity.ts';
import type { KioskPort } from './port.ts';
import { serviceEvents } from './screens.ts';
import { takeDocumentMachineWith } from './take-document.ts';
import { leaving } from './visit-leaving.ts';
import { forwarded, served } from './visit-serving.ts';
import { cardActInput, identityInput, serviceInput, takingFrom, visitSetup, waits } from './visit-setup.ts';

export type { VisitContext, VisitInput, VisitOutput } from './visit-setup.ts';

/** What shows that somebody is there. */
const signsOfLife = [
  'TOUCH',
  'CHOOSE_SERVICE',
  ...serviceEvents,
  'RETRY',
  'CALL_STAFF',
  'CLOSE',
  'STAY',
  'OPEN_INFORMATION',
  'SET_PREFERENCE',
  'CARD_REMOVED',
  'ATTEND',
] as const;

// On the states, not on their region: re-entering from the region would leave and enter the sister regions too.
const onSignOfLife = Object.fromEntries(
  signsOfLife.map((type) => [type, { description: 'a sign of life', target: 'patient', reenter: true }]),
) as Record<(typeof signsOfLife)[number], { description: string; target: 'patient'; reenter: true }>;

const onPreference = [
  { guard: 'isLanguage', target: 'telling', reenter: true, actions: 'notePreference' },
  { actions: 'notePreference' },
] as const;

export const visitMachine = visitSetup.createMachine({
  id: 'visit',
  context: ({ input }) => ({
    ...input,
    visit: undefined,
    topic: 'contents',
    cameFrom: 'home',
    patience: 'input',
    place: '',
    secondsLeft: 0,
    ofSeconds: 0,
    card: 'none',
    offer: { attention: 'normal' },
    document: 'none',
    documentAt: 'identityReader',
    acted: false,
    underWay: false,
    why: 'cancelled',
    outcome: 'none',
    claim: undefined,
    endedBy: 'error',
    information: false,
    trail: [],
  }),
  on: {
    SNAPSHOT: { actions: 'noteSnapshot' },
    CARD_REMOVED: { guard: 'ofThisVisit', actions: assign({ card: 'none' }) },
    SET_PREFERENCE: { actions: 'notePreference' },
  },
  initial: 'opening',
  states: {
    opening: {
      invoke: {
        src: 'beginVisit',
        input: ({ context }) => ({ language: context.language }),
        onDone: [
          {
            description: 'begun',
            guard: ({ event }) => event.output.ok,
            target: 'open',
            actions: assign({ visit: ({ event }) => (event.output.ok ? event.output.value : undefined) }),
          },
          { target: 'finished' },
        ],
        onError: { target: 'finished' },
      },
      on: {
        DISCONNECTED: { target: 'finished' },
        // The card began the visit and the hand is on its way to a tile.
        CHOOSE_SERVICE: { guard: 'nothingChosen', actions: assign({ service: ({ event }) => event.service }) },
      },
      after: { QUICK_CALL: { target: 'finished' } },
    },
    open: {
      type: 'parallel',
      always: { description: 'the daemon ends it', guard: 'daemonEnds', target: 'windingUp' },
      on: {
        END: {
          target: 'leaving',
          actions: assign({
            why: ({ context }) => (context.patience === 'result' || context.acted ? 'completed' : 'cancelled'),
          }),
        },
        DISCONNECTED: { target: 'ended', actions: 'lostConnection' },
        ENDED: { guard: 'ofThisVisit', target: 'ended', actions: 'noteEnded' },
      },
      states: {
        flow: {
          initial: 'choosing',
          states: {
            choosing: {
              always: [
                { guard: 'nothingChosen', target: 'home' },
                {
                  description: 'information chosen',
                  guard: ({ context }) => context.service === 'information',
                  target: 'information',
                },
                { guard: 'documentCheckWorks', target: 'identity' },
                { guard: 'cardActWorks', target: 'cardAct' },
                { guard: 'serviceWorks', target: 'balance' },
                { target: 'serviceInfo' },
              ],
            },
            home: {
              entry: [...waits('input'), assign({ service: undefined, topic: 'contents', cameFrom: 'home' })],
              on: {
                CHOOSE_SERVICE: { target: 'choosing', actions: assign({ service: ({ event }) => event.service }) },
                OPEN_INFORMATION: {
                  target: 'information',
                  actions: assign({ topic: ({ event }) => event.topic ?? 'contents' }),
                },
              },
            },
            serviceInfo: {
              entry: waits('info'),
              on: {
                BACK: { target: 'home' },
                // The service came back while its reason was being read.
                CONTINUE: { guard: 'serviceWorks', target: 'choosing' },
                OPEN_INFORMATION: {
                  target: 'information',
                  actions: assign({ topic: ({ event }) => event.topic ?? 'contents', cameFrom: 'serviceInfo' }),
                },
              },
            },
            information: {
              entry: waits('info'),
              on: {
                OPEN_INFORMATION: { actions: assign({ topic: ({ event }) => event.topic ?? 'contents' }) },
                CHOOSE_SERVICE: { target: 'choosing', actions: assign({ service: ({ event }) => event.service }) },
                BACK: [
                  {
                    description: 'came from there',
                    guard: ({ context }) => context.cameFrom === 'serviceInfo',
                    target: 'serviceInfo',
                    actions: assign({ cameFrom: 'home', topic: 'contents' }),
                  },
                  {
                    guard: ({ context }) => context.topic !== 'contents',
                    actions: assign({ topic: 'contents' }),
                  },
                  { target: 'home' },
                ],
              },
            },
            balance: {
              invoke: { id: 'balance', src: 'balance', input: ({ context }) => serviceInput(context), ...served },
              exit: 'forgetPlace',
              on: forwarded,
            },
            identity: {
              invoke: { id: 'identity', src: 'identity', input: ({ context }) => identityInput(context), ...served },
              exit: 'forgetPlace',
              on: forwarded,
            },
            cardAct: {
              invoke: { id: 'cardAct', src: 'cardAct', input: ({ context }) => cardActInput(context), ...served },
              exit: 'forgetPlace',
              on: forwarded,
            },
            /** The document goes back before anything else begins. */
            takingDocument: {
              entry: waits('device'),
              invoke: {
                id: 'takeDocument',
                src: 'takeDocument',
                input: ({ context }) => takingFrom(context),
                onDone: [
                  {
                    description: 'no such visit',
                    guard: ({ event }) => event.output.gone,
                    target: '#visit.ended',
                    actions: assign({ endedBy: 'error' }),
                  },
                  {
                    description: 'taken back',
                    guard: ({ event }) => event.output.document === 'none',
                    target: 'home',
                    actions: assign({ document: 'none' }),
                  },
                  {
                    target: '#visit.leaving',
                    actions: assign({ document: ({ event }) => event.output.document, why: 'timeOut' }),
                  },
                ],
                onError: { target: '#visit.leaving', actions: assign({ why: 'error' }) },
              },
              on: { CONTINUE: { actions: sendTo('takeDocument', ({ event }) => event) } },
            },
          },
        },
        language: {
          initial: 'told',
          states: {
            told: { on: { SET_PREFERENCE: onPreference } },
            telling: {
              invoke: {
                src: 'setLanguage',
                input: ({ context }) => ({ visitId: context.visit?.visitId ?? '', language: context.language }),
                // The screen has it already; the receipt keeps the former language if the daemon did not hear.
                onDone: 'told',
                onError: 'told',
              },
              on: { SET_PREFERENCE: onPreference },
              after: { QUICK_CALL: 'told' },
            },
          },
        },
        attention: {
          initial: 'patient',
          states: {
            patient: {
              // Any of these restarts the person's time.
              on: onSignOfLife,
              after: { PATIENCE: { guard: 'personIsTimed', target: 'asking' } },
            },
            asking: {
              on: onSignOfLife,
              entry: assign(({ context: { snapshot, elder } }) => {
                const seconds = warningSeconds(snapshot.display, elder);
                return { secondsLeft: seconds, ofSeconds: seconds };
              }),
              initial: 'counting',
              states: {
                counting: {
                  after: {
                    SECOND: [
                      { guard: 'timeIsUp', target: '#visit.leaving', actions: assign({ why: 'timeOut' }) },
                      {
                        target: 'counting',
                        reenter: true,
                        actions: assign({ secondsLeft: ({ context }) => context.secondsLeft - 1 }),
                      },
                    ],
                  },
                },
              },
            },
          },
        },
      },
    },
    leaving,
    /** For a reason of the machine's own, a door that was opened: the card is asked for before anything is told. */
    windingUp: {
      on: {
        DISCONNECTED: { target: 'ended', actions: 'lostConnection' },
        ENDED: { guard: 'ofThisVisit', target: 'ended', actions: 'noteEnded' },
      },
      entry: assign({ offer: { attention: 'normal' } }),
      after: { END_VISIT: { target: 'ended', actions: 'outcomeUnknown' } },
      initial: 'waiting',
      states: {
        waiting: { always: { guard: 'daemonHandsOver', target: 'handingOver' } },
        handingOver: {},
      },
    },
    goodbye: {
      on: {
        TOUCH: { target: 'finished' },
        CLOSE: { target: 'finished' },
        DISCONNECTED: {
          description: 'where the card is, is not known',
          guard: ({ context }) => context.outcome === 'unknown',
          target: 'ended',
          actions: 'lostConnection',
        },
      },
      after: { READ_GOODBYE: { target: 'finished' } },
    },
    ended: {
      on: {
        TOUCH: { target: 'finished' },
        CLOSE: { target: 'finished' },
        OPEN_INFORMATION: { target: 'finished', actions: assign({ information: true }) },
      },
      after: { READ_ENDED: { target: 'finished' } },
    },
    finished: { type: 'final' },
  },
  output: ({ context }) => ({ information: context.information }),
});

export function visitMachineWith(port: KioskPort) {
  return visitMachine.provide({
    actors: {
      ...portActors(port),
      balance: balanceMachineWith(port),
      identity: identityMachineWith(port),
      cardAct: cardActMachineWith(port),
      takeDocument: takeDocumentMachineWith(port),
    },
  });
}
