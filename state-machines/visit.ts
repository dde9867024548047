/**
 * One person's time at the kiosk, from the first touch until card and goodbye. Made for the visit, dropped at its end.
 * It owns the person's time-outs, which ask first and may be extended without limit, and the card's way out.
 */

import { assign, raise, sendTo, setup } from 'xstate';
import type {
  CardOutcome,
  CustodyState,
  EndReason,
  Language,
  ServiceName,
  Snapshot,
  VisitEndedEvent,
} from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { balanceMachine, balanceMachineWith, type Offer } from './balance.ts';
import { type Patience, patienceMs, takeCardMs, warningSeconds, watchdogs } from './delays.ts';
import { identityMachine, identityMachineWith } from './identity.ts';
import type { KioskPort, OpenVisit, ReturnCardEvent, WorldEvent } from './port.ts';
import type { DocumentCustody, DocumentPlace, InformationTopic, UiEvent } from './screens.ts';
import { tileOf, works } from './services.ts';
import { takeDocumentMachine, takeDocumentMachineWith } from './take-document.ts';

export interface VisitInput {
  readonly snapshot: Snapshot;
  readonly language: Language;
  readonly elder: boolean;
  /** Touched on the attract screen: go straight there. */
  readonly service: ServiceName | undefined;
}

/** `information`: the visitor of an interrupted visit wants to read on. */
export interface VisitOutput {
  readonly information: boolean;
}

export interface VisitContext extends VisitInput {
  readonly visit: OpenVisit | undefined;
  readonly topic: InformationTopic;
  readonly cameFrom: 'home' | 'serviceInfo';
  readonly patience: Patience;
  /** Where the running service is; a change of it counts as a sign of life. */
  readonly place: string;
  readonly secondsLeft: number;
  readonly ofSeconds: number;
  readonly card: CustodyState;
  readonly offer: Offer;
  /** What of the person lies at a document reader, and at which. */
  readonly document: DocumentCustody;
  readonly documentAt: DocumentPlace;
  readonly why: EndReason;
  readonly outcome: CardOutcome;
  readonly endedBy: VisitEndedEvent['reason'];
  readonly information: boolean;
}

/** What shows that somebody is there. */
const signsOfLife = [
  'TOUCH',
  'CHOOSE_SERVICE',
  'CHOOSE_DOCUMENT',
  'BACK',
  'RETRY',
  'CONTINUE',
  'PRINT',
  'TOGGLE_AMOUNTS',
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

const patiences: readonly Patience[] = ['input', 'info', 'result', 'device'];

type Attend = { readonly type: 'ATTEND' };
export type VisitEvent = UiEvent | WorldEvent | ReturnCardEvent | Attend;

const attend = raise<VisitContext, VisitEvent, VisitEvent, undefined, never>({ type: 'ATTEND' });

/** An event that names no visit is about this one: the daemon has one at a time. */
function ofVisit({ visit }: VisitContext, event: VisitEvent): boolean {
  switch (event.type) {
    case 'ENDED':
      return event.visitId === visit?.visitId;
    case 'CARD_REMOVED':
      return event.visitId === undefined || event.visitId === visit?.visitId;
    default:
      return true;
  }
}

/** A card that may be in the reader, as far as the service or the daemon knows. */
function cardMayBeIn({ card, snapshot }: VisitContext): boolean {
  return card !== 'none' || (snapshot.visit !== undefined && snapshot.visit.card !== 'none');
}

/** What became of the card, as far as was told before the telling stopped. */
function lastKnown(context: VisitContext): CardOutcome {
  return context.outcome === 'none' && cardMayBeIn(context) ? 'unknown' : context.outcome;
}

function takingFrom({ visit, snapshot, documentAt }: VisitContext) {
  return { visitId: visit?.visitId ?? '', snapshot, reader: documentAt };
}

function waits(patience: Patience) {
  return [assign<VisitContext, VisitEvent, undefined, VisitEvent, never>({ patience }), attend];
}

export const visitMachine = setup({
  types: {
    context: {} as VisitContext,
    events: {} as VisitEvent,
    input: {} as VisitInput,
    output: {} as VisitOutput,
    children: {} as { balance: 'balance'; identity: 'identity'; takeDocument: 'takeDocument' },
  },
  actors: {
    ...unprovidedActors,
    balance: balanceMachine,
    identity: identityMachine,
    takeDocument: takeDocumentMachine,
  },
  delays: {
    ...watchdogs,
    PATIENCE: ({ context: { snapshot, patience, elder } }) => patienceMs(snapshot.display, patience, elder),
    TAKE_CARD: ({ context }) => takeCardMs(context.snapshot.display),
    END_VISIT: ({ context }) => takeCardMs(context.snapshot.display),
    READ_GOODBYE: ({ context: { snapshot, elder, outcome, document } }) =>
      document === 'none' && (outcome === 'none' || outcome === 'taken')
        ? watchdogs.GOODBYE
        : patienceMs(snapshot.display, 'info', elder),
    READ_ENDED: ({ context: { snapshot, elder } }) => patienceMs(snapshot.display, 'info', elder),
  },
  guards: {
    ofThisVisit: ({ context, event }) => ofVisit(context, event),
    nothingChosen: ({ context: { service } }) => service === undefined,
    serviceWorks: ({ context: { service, snapshot } }) => service !== undefined && works(tileOf(snapshot, service)),
    documentCheckWorks: ({ context: { service, snapshot } }) =>
      service === 'documentCheck' && works(tileOf(snapshot, service)),
    documentMayLie: ({ context }) => context.document === 'mayLie',
    isLanguage: ({ event }) => event.type === 'SET_PREFERENCE' && event.change.language !== undefined,
    personIsTimed: ({ context }) => context.patience !== 'device',
    timeIsUp: ({ context }) => context.secondsLeft <= 1,
    cardMayBeIn: ({ context }) => cardMayBeIn(context),
  },
  actions: {
    attend,
    tick: assign(({ context: { offer } }) =>
      offer.secondsLeft === undefined ? {} : { offer: { ...offer, secondsLeft: Math.max(0, offer.secondsLeft - 1) } },
    ),
    lostConnection: assign(({ context }) => ({ endedBy: 'connectionLost' as const, outcome: lastKnown(context) })),
    // The end finds no card where it was given back before; what became of it then is what the person wants to know.
    noteEnded: assign(({ event, context: { endedBy, outcome } }) =>
      event.type === 'ENDED'
        ? { endedBy: event.reason, outcome: event.card === 'none' ? outcome : event.card }
        : { endedBy },
    ),
    notePreference: assign(({ event, context: { language, elder } }) =>
      event.type === 'SET_PREFERENCE'
        ? { language: event.change.language ?? language, elder: event.change.elder ?? elder }
        : {},
    ),
    noteSnapshot: assign(({ event, context }) => ({
      snapshot: event.type === 'SNAPSHOT' ? event.snapshot : context.snapshot,
    })),
    outcomeUnknown: assign(({ context }) => ({ outcome: lastKnown(context) })),
    /** No answer to the giving back; that the card has left the slot was told even so. */
    outcomeBySlot: assign(({ context }) => ({
      outcome: cardMayBeIn(context) ? ('unknown' as const) : ('taken' as const),
    })),
  },
}).createMachine({
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
    why: 'cancelled',
    outcome: 'none',
    endedBy: 'error',
    information: false,
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
      on: {
        END: {
          target: 'leaving',
          actions: assign({ why: ({ context }) => (context.patience === 'result' ? 'completed' : 'cancelled') }),
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
              invoke: {
                id: 'balance',
                src: 'balance',
                input: ({ context }) => ({ visitId: context.visit?.visitId ?? '', snapshot: context.snapshot }),
                onSnapshot: [
                  // Another step is a sign of life; a device's chatter within a step is not.
                  {
                    guard: ({ context, event }) => context.place !== placeOf(event.snapshot.value),
                    actions: [
                      assign(({ context, event }) => ({
                        place: placeOf(event.snapshot.value),
                        card: event.snapshot.context.card,
                        patience: patienceOf(event.snapshot.tags) ?? context.patience,
                      })),
                      'attend',
                    ],
                  },
                  { actions: assign({ card: ({ event }) => event.snapshot.context.card }) },
                ],
                onDone: [
                  {
                    description: 'back',
                    guard: ({ event }) => event.output.next === 'home',
                    target: 'home',
                    actions: assign({ card: ({ event }) => event.output.card }),
                  },
                  {
                    description: 'no such visit',
                    guard: ({ event }) => event.output.next === 'gone',
                    target: '#visit.ended',
                    actions: assign({
                      endedBy: 'error',
                      outcome: ({ event }) => (event.output.card === 'none' ? 'none' : 'unknown'),
                    }),
                  },
                  {
                    target: '#visit.leaving',
                    actions: assign({
                      card: ({ event }) => event.output.card,
                      why: ({ event }) => (event.output.next === 'completed' ? 'completed' : 'error'),
                    }),
                  },
                ],
                onError: { target: '#visit.leaving', actions: assign({ why: 'error', card: 'unknown' }) },
              },
              exit: assign({ place: '' }),
              on: {
                RETRY: { actions: sendTo('balance', ({ event }) => event) },
                CONTINUE: { actions: sendTo('balance', ({ event }) => event) },
                BACK: { actions: sendTo('balance', ({ event }) => event) },
                PRINT: { actions: sendTo('balance', ({ event }) => event) },
                DONE: { actions: sendTo('balance', ({ event }) => event) },
                TOGGLE_AMOUNTS: { actions: sendTo('balance', ({ event }) => event) },
                CARD_REMOVED: { guard: 'ofThisVisit', actions: sendTo('balance', ({ event }) => event) },
                SNAPSHOT: { actions: ['noteSnapshot', sendTo('balance', ({ event }) => event)] },
              },
            },
            identity: {
              invoke: {
                id: 'identity',
                src: 'identity',
                input: ({ context }) => ({ visitId: context.visit?.visitId ?? '', snapshot: context.snapshot }),
                onSnapshot: [
                  {
                    guard: ({ context, event }) => context.place !== placeOf(event.snapshot.value),
                    actions: [
                      assign(({ context, event }) => ({
                        place: placeOf(event.snapshot.value),
                        document: event.snapshot.context.document,
                        documentAt: event.snapshot.context.reader,
                        patience: patienceOf(event.snapshot.tags) ?? context.patience,
                      })),
                      'attend',
                    ],
                  },
                  {
                    actions: assign({
                      document: ({ event }) => event.snapshot.context.document,
                      documentAt: ({ event }) => event.snapshot.context.reader,
                    }),
                  },
                ],
                onDone: [
                  {
                    description: 'no such visit',
                    guard: ({ event }) => event.output.next === 'gone',
                    target: '#visit.ended',
                    actions: assign({ endedBy: 'error', document: ({ event }) => event.output.document }),
                  },
                  {
                    description: 'nothing to take back',
                    guard: ({ event }) => event.output.document === 'none',
                    target: 'home',
                    actions: assign({ document: 'none' }),
                  },
                  {
                    target: 'takingDocument',
                    actions: assign({
                      document: ({ event }) => event.output.document,
                      documentAt: ({ event }) => event.output.reader,
                    }),
                  },
                ],
                onError: { target: '#visit.leaving', actions: assign({ why: 'error', document: 'mayLie' }) },
              },
              exit: assign({ place: '' }),
              on: {
                CHOOSE_DOCUMENT: { actions: sendTo('identity', ({ event }) => event) },
                RETRY: { actions: sendTo('identity', ({ event }) => event) },
                CONTINUE: { actions: sendTo('identity', ({ event }) => event) },
                BACK: { actions: sendTo('identity', ({ event }) => event) },
                SNAPSHOT: { actions: ['noteSnapshot', sendTo('identity', ({ event }) => event)] },
              },
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
    leaving: {
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
                  return {
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
      takeDocument: takeDocumentMachineWith(port),
    },
  });
}

function placeOf(value: unknown): string {
  return JSON.stringify(value);
}

function patienceOf(tags: ReadonlySet<string>): Patience | undefined {
  return patiences.find((one) => tags.has(one));
}
