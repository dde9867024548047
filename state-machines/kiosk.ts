/**
 * The root: is the kiosk in service, is somebody here, and was a person called. Knows what the daemon says, and which
 * face the present visitor wants; everything else of a visit lives and dies with the visit's own machine.
 */

import { assign, raise, sendTo, setup, stateIn } from 'xstate';
import type { CaseCode, ServiceName, Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { patienceMs, watchdogs } from './delays.ts';
import type { KioskPort, OpenVisit, WorldEvent } from './port.ts';
import { defaultPreferences, type InformationTopic, type Preferences, serviceEvents, type UiEvent } from './screens.ts';
import { type Known, type Situation, situationOf } from './services.ts';
import { visitMachine, visitMachineWith } from './visit.ts';

export interface KioskContext extends Known {
  readonly preferences: Preferences;
  readonly visit: OpenVisit | undefined;
  /** What was touched on the attract screen. */
  readonly service: ServiceName | undefined;
  readonly topic: InformationTopic;
  readonly screenName: string;
  /** The latest visit of this page. */
  readonly lastVisitId: VisitId | undefined;
  /** The card that is in has begun a visit already, or tried to. */
  readonly cardGreeted: boolean;
  readonly staffCaseCode: CaseCode | undefined;
}

/** `screen`: where the person was when calling. */
export type KioskEvent = Exclude<UiEvent, { type: 'CALL_STAFF' }> | { type: 'CALL_STAFF'; screen: string } | WorldEvent;

function defaultsOf(snapshot: Snapshot | undefined): Preferences {
  return { ...defaultPreferences, ...(snapshot !== undefined && { language: snapshot.display.defaultLanguage }) };
}

/** A visit begins from `attract`, which is shown only once a snapshot says so. */
function known(snapshot: Snapshot | undefined): Snapshot {
  if (snapshot === undefined) {
    throw new Error('a visit cannot begin before the first snapshot');
  }
  return snapshot;
}

function infoMs({ snapshot, preferences }: KioskContext): number {
  return snapshot === undefined ? 90_000 : patienceMs(snapshot.display, 'info', preferences.elder);
}

/** A snapshot older than the one we have; another boot of the daemon starts counting anew. */
function isStale({ snapshot, connected }: KioskContext, fresh: Snapshot): boolean {
  return snapshot !== undefined && connected && fresh.bootId === snapshot.bootId && fresh.seq < snapshot.seq;
}

const forwardedTypes = [
  'TOUCH',
  'CHOOSE_SERVICE',
  ...serviceEvents,
  'END',
  'CALL_STAFF',
  'STAY',
  'OPEN_INFORMATION',
  'DISCONNECTED',
  'CARD_REMOVED',
  'ENDED',
] as const;

const forwarded = Object.fromEntries(forwardedTypes.map((type) => [type, { actions: 'toVisit' }])) as Record<
  (typeof forwardedTypes)[number],
  { actions: 'toVisit' }
>;

export const kioskMachine = setup({
  types: { context: {} as KioskContext, events: {} as KioskEvent, children: {} as { visit: 'visit' } },
  actors: { ...unprovidedActors, visit: visitMachine },
  delays: { ...watchdogs, INFORMATION: ({ context }) => infoMs(context) },
  guards: {
    is: ({ context }, situation: Situation) => situationOf(context) === situation,
    isFresh: ({ context, event }) => event.type === 'SNAPSHOT' && !isStale(context, event.snapshot),
    /** While the call for staff covers the screen, its buttons are not meant for what is beneath. */
    isHelpClosed: stateIn({ help: 'closed' }),
    isNot: ({ context }, situation: Situation) => situationOf(context) !== situation,
    cardIsNew: ({ context: { snapshot, cardGreeted } }) => snapshot?.cardWaiting === true && !cardGreeted,
  },
  actions: {
    startAnew: assign(({ context }) => ({
      preferences: defaultsOf(context.snapshot),
      visit: undefined,
      service: undefined,
      topic: 'contents' as const,
      screenName: '',
      staffCaseCode: undefined,
    })),
    notePreference: assign(({ context, event }) =>
      event.type === 'SET_PREFERENCE' ? { preferences: { ...context.preferences, ...event.change } } : {},
    ),
    forgetVisit: assign({ visit: undefined, service: undefined, topic: 'contents', staffCaseCode: undefined }),
    toVisit: sendTo('visit', ({ event }) => event),
    signOfLife: sendTo('visit', { type: 'STAY' }),
  },
}).createMachine({
  id: 'kiosk',
  context: {
    snapshot: undefined,
    connected: false,
    gaveUp: false,
    preferences: defaultPreferences,
    visit: undefined,
    service: undefined,
    topic: 'contents',
    screenName: '',
    lastVisitId: undefined,
    cardGreeted: false,
    staffCaseCode: undefined,
  },
  type: 'parallel',
  invoke: { src: 'world', onError: { actions: assign({ connected: false, gaveUp: true }) } },
  // A state that has a use of its own for a preference notes it itself: only the innermost taker of an event acts.
  on: { SET_PREFERENCE: { actions: 'notePreference' } },
  states: {
    daemon: {
      on: {
        SNAPSHOT: {
          guard: 'isFresh',
          actions: assign({
            snapshot: ({ event }) => event.snapshot,
            connected: true,
            gaveUp: true,
            cardGreeted: ({ context, event }) => context.cardGreeted && event.snapshot.cardWaiting === true,
          }),
        },
        DISCONNECTED: { actions: assign({ connected: false }) },
      },
    },
    place: {
      initial: 'choosing',
      states: {
        choosing: {
          always: [
            { guard: { type: 'is', params: 'starting' }, target: 'starting' },
            { guard: { type: 'is', params: 'finishing' }, target: 'finishing' },
            { guard: { type: 'is', params: 'inService' }, target: 'attract' },
            { target: 'outOfService' },
          ],
        },
        starting: {
          entry: 'startAnew',
          always: { guard: { type: 'isNot', params: 'starting' }, target: 'choosing' },
          after: { FIRST_WORD: { guard: ({ context }) => !context.gaveUp, actions: assign({ gaveUp: true }) } },
        },
        attract: {
          entry: 'startAnew',
          always: [
            { guard: { type: 'isNot', params: 'inService' }, target: 'choosing' },
            // Whoever puts the card in first has begun, as much as whoever touches first.
            { guard: 'cardIsNew', target: 'visiting', actions: assign({ cardGreeted: true }) },
          ],
          on: {
            TOUCH: { target: 'visiting' },
            CHOOSE_SERVICE: { target: 'visiting', actions: assign({ service: ({ event }) => event.service }) },
            OPEN_INFORMATION: { target: 'visiting', actions: assign({ service: 'information' }) },
            SET_PREFERENCE: { target: 'visiting', actions: 'notePreference' },
          },
        },
        visiting: {
          invoke: {
            id: 'visit',
            src: 'visit',
            input: ({ context }) => ({
              snapshot: known(context.snapshot),
              language: context.preferences.language,
              elder: context.preferences.elder,
              service: context.service,
            }),
            onSnapshot: {
              actions: assign(({ context, event }) => {
                const { visit } = event.snapshot.context;
                return { visit, lastVisitId: visit?.visitId ?? context.lastVisitId };
              }),
            },
            onDone: [
              {
                description: 'wants to read on',
                guard: ({ event }) => event.output.information,
                target: 'information',
                actions: 'forgetVisit',
              },
              { target: 'choosing', actions: 'startAnew' },
            ],
            onError: { target: 'broken' },
          },
          exit: raise({ type: 'CLOSE' }),
          on: {
            ...forwarded,
            SET_PREFERENCE: { actions: ['notePreference', 'toVisit'] },
            SNAPSHOT: { guard: 'isFresh', actions: 'toVisit' },
            CLOSE: [{ guard: 'isHelpClosed', actions: 'toVisit' }, { actions: 'signOfLife' }],
            RETRY: [{ guard: 'isHelpClosed', actions: 'toVisit' }, { actions: 'signOfLife' }],
          },
        },
        /** The visit's machine failed, which is a bug: the daemon still gives the card back. */
        broken: {
          invoke: {
            src: 'endVisit',
            input: ({ context }) => ({ visitId: context.visit?.visitId ?? '', reason: 'error' }),
            onDone: 'choosing',
            onError: 'choosing',
          },
          after: { FINISHING: { target: 'choosing' } },
        },
        /** The daemon is still ending a visit of before: its card must be away before the next one. */
        finishing: {
          initial: 'waiting',
          always: { guard: { type: 'isNot', params: 'finishing' }, target: 'choosing' },
          on: { OPEN_INFORMATION: { target: 'information' } },
          states: {
            waiting: { after: { FINISHING: 'sweeping' } },
            sweeping: {
              invoke: {
                src: 'endVisit',
                input: ({ context }) => ({ visitId: context.snapshot?.visit?.visitId ?? '', reason: 'abandoned' }),
                onDone: 'waiting',
                onError: 'waiting',
              },
              after: { FINISHING: 'waiting' },
            },
          },
        },
        outOfService: {
          always: [
            { guard: { type: 'is', params: 'inService' }, target: 'choosing' },
            { guard: { type: 'is', params: 'finishing' }, target: 'choosing' },
          ],
          on: {
            OPEN_INFORMATION: {
              target: 'information',
              actions: assign({ topic: ({ event }) => event.topic ?? 'contents' }),
            },
            SET_PREFERENCE: { target: 'outOfService', reenter: true, actions: 'notePreference' },
          },
          after: { INFORMATION: { target: 'outOfService', reenter: true, actions: 'startAnew' } },
        },
        /** Read without a visit, from the UI's own store. */
        information: {
          on: {
            OPEN_INFORMATION: {
              target: 'information',
              reenter: true,
              actions: assign({ topic: ({ event }) => event.topic ?? 'contents' }),
            },
            STAY: { target: 'information', reenter: true },
            BACK: [
              {
                description: 'a topic is open',
                guard: ({ context }) => context.topic !== 'contents',
                target: 'information',
                reenter: true,
                actions: assign({ topic: 'contents' }),
              },
              { target: 'choosing' },
            ],
            END: { target: 'choosing', actions: 'startAnew' },
          },
          after: { INFORMATION: { target: 'choosing', actions: 'startAnew' } },
        },
      },
    },
    help: {
      initial: 'closed',
      on: { CLOSE: '.closed', END: '.closed' },
      states: {
        closed: {
          on: { CALL_STAFF: { target: 'calling', actions: assign({ screenName: ({ event }) => event.screen }) } },
        },
        calling: {
          invoke: {
            src: 'callStaff',
            input: ({ context }) => ({
              screen: context.screenName,
              ...(context.visit !== undefined && { visitId: context.visit.visitId }),
            }),
            onDone: [
              {
                description: 'taken',
                guard: ({ event }) => event.output.ok,
                target: 'called',
                actions: assign({
                  staffCaseCode: ({ event }) => (event.output.ok ? event.output.value.caseCode : undefined),
                }),
              },
              { target: 'failed' },
            ],
            onError: 'failed',
          },
          after: { QUICK_CALL: 'failed' },
        },
        called: { after: { INFORMATION: 'closed' } },
        failed: { on: { RETRY: 'calling' }, after: { INFORMATION: 'closed' } },
      },
    },
  },
});

export function kioskMachineWith(port: KioskPort) {
  return kioskMachine.provide({ actors: { ...portActors(port), visit: visitMachineWith(port) } });
}
