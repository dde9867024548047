/**
 * The person's card: put in, read, given back where it has to be put in anew or the person goes home. Run by every service
 * that needs a card; what is done with it is the service's business.
 */

import { assign, setup } from 'xstate';
import type { CustodyState, Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { type Patience, takeCardMs, watchdogs } from './delays.ts';
import { type Answered, failedWith, linkFaults, succeeded } from './outcomes.ts';
import type { KioskPort, ReadCard, ReadCardEvent, ReturnCardEvent, WorldEvent } from './port.ts';
import type { CardProblemCode, Screen, UiEvent } from './screens.ts';

type ScreenOf<N extends Screen['name']> = Extract<Screen, { name: N }>;
export type CardProblem = Pick<ScreenOf<'card-problem'>, 'problem' | 'retry' | 'caseCode'>;
/** What happened, before it is known how it may be tried again. */
export type CardTrouble = Omit<CardProblem, 'retry'>;
export type Offer = Pick<ScreenOf<'take-card'>, 'attention' | 'secondsLeft'>;

/** Three cards that cannot be read are enough; then a person helps. */
const maxReads = 3;

/** read: put in and read. trouble: something happened to a card that was read before. giveBack: the person goes home. */
export type CardStart =
  | { readonly at: 'read' }
  | { readonly at: 'trouble'; readonly trouble: CardTrouble }
  | { readonly at: 'giveBack' };

export interface PresentCardInput {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
  readonly start: CardStart;
  /** act: a card that was reported lost or is locked is read all the same; it is to be freed. */
  readonly purpose: 'inquiry' | 'act';
  readonly card: CustodyState;
  /** How often a card was read for this service. */
  readonly reads: number;
}

/** How the visitor is handed back. `gone`: the daemon no longer knows this visit. */
export interface PresentCardOutput {
  readonly next: 'read' | 'home' | 'error' | 'gone';
  readonly card: CustodyState;
  readonly reads: number;
  readonly read: ReadCard | undefined;
}

export interface PresentCardContext extends PresentCardInput {
  readonly part: ScreenOf<'reading-card'>['part'];
  readonly read: ReadCard | undefined;
  readonly problem: CardProblem | undefined;
  readonly offer: Offer;
  readonly after: 'insertAgain' | 'home';
  readonly next: PresentCardOutput['next'];
}

export type PresentCardEvent = UiEvent | WorldEvent | ReadCardEvent | ReturnCardEvent;

/** The same card may simply be asked again; another try needs the card in anew; or trying again cannot help. */
export function retryFor(problem: CardProblemCode, reads: number): CardProblem['retry'] {
  if (reads >= maxReads) {
    return 'none';
  }
  switch (problem) {
    case 'hostUnavailable':
    case 'noAnswer':
      return 'sameCard';
    case 'readerUnavailable':
    case 'cardMute':
    case 'cardUnreadable':
    case 'cardRemoved':
    case 'cardSwapped':
    case 'cardNotSupported':
      return 'insertAgain';
    default:
      return 'none';
  }
}

/** Codes that are no card's fault: the visit's, the evidence's, the PIN's. */
const notTheCards: ReadonlySet<string> = new Set(['noSuchVisit', 'noSuchEvidence', 'pinMissing']);

export function troubleOf(
  output: Answered<unknown, { readonly code: string; readonly caseCode?: string }>,
): CardTrouble {
  if (output.ok) {
    return { problem: 'noAnswer' };
  }
  const { code, caseCode } = output.error;
  const own = linkFaults.has(code) || notTheCards.has(code);
  return { problem: own ? 'noAnswer' : (code as CardProblemCode), ...(caseCode !== undefined && { caseCode }) };
}

function tags(patience: Patience): Patience {
  return patience;
}

export const presentCardMachine = setup({
  types: {
    context: {} as PresentCardContext,
    events: {} as PresentCardEvent,
    input: {} as PresentCardInput,
    output: {} as PresentCardOutput,
    tags: {} as Patience,
  },
  actors: unprovidedActors,
  delays: { ...watchdogs, TAKE_CARD: ({ context }) => takeCardMs(context.snapshot.display) },
  guards: {
    inTrouble: ({ context: { start } }) => start.at === 'trouble',
    givesBack: ({ context: { start } }) => start.at === 'giveBack',
    readTooOften: ({ context: { reads } }) => reads >= maxReads,
    cardOut: ({ context }) => context.card === 'none',
    mayRetry: ({ context }) => context.problem?.retry !== 'none',
    retriesInPlace: ({ context: { problem, card } }) =>
      problem?.retry === 'sameCard' || (problem?.retry === 'insertAgain' && card === 'none'),
    comesBackHome: ({ context }) => context.after === 'home',
  },
  actions: {
    noteSnapshot: assign(({ context, event }) => ({
      snapshot: event.type === 'SNAPSHOT' ? event.snapshot : context.snapshot,
    })),
    cardIsIn: assign({ card: 'inserted' }),
    cardIsOut: assign({ card: 'none' }),
    goHome: assign({ after: 'home' }),
    gone: assign({ next: 'gone' }),
    failed: assign({ next: 'error' }),
    tick: assign(({ context: { offer } }) =>
      offer.secondsLeft === undefined ? {} : { offer: { ...offer, secondsLeft: Math.max(0, offer.secondsLeft - 1) } },
    ),
    trouble: assign(({ context }, { problem, caseCode }: CardTrouble) => ({
      problem: { problem, retry: retryFor(problem, context.reads), ...(caseCode !== undefined && { caseCode }) },
      read: undefined,
      card: problem === 'cardRemoved' ? ('none' as const) : context.card,
    })),
  },
}).createMachine({
  id: 'presentCard',
  context: ({ input }) => ({
    ...input,
    part: 'social',
    read: undefined,
    problem: undefined,
    offer: { attention: 'normal' },
    after: 'home',
    next: 'home',
  }),
  on: {
    SNAPSHOT: { actions: 'noteSnapshot' },
    CARD_REMOVED: { actions: 'cardIsOut' },
  },
  initial: 'choosing',
  states: {
    choosing: {
      always: [
        {
          guard: 'inTrouble',
          target: 'problem',
          actions: {
            type: 'trouble',
            params: ({ context: { start } }) =>
              start.at === 'trouble' ? start.trouble : { problem: 'noAnswer' as const },
          },
        },
        { guard: 'givesBack', target: 'comingHome' },
        {
          guard: 'readTooOften',
          target: 'problem',
          actions: { type: 'trouble', params: { problem: 'noAnswer' } },
        },
        { target: 'card' },
      ],
    },
    card: {
      entry: assign({
        reads: ({ context }) => context.reads + 1,
        part: 'social',
        problem: undefined,
      }),
      invoke: {
        src: 'readCard',
        input: ({ context: { visitId, purpose }, self }) => ({ visitId, purpose, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'read',
            guard: succeeded,
            target: 'finished',
            actions: [
              'cardIsIn',
              assign({ next: 'read', read: ({ event }) => (event.output.ok ? event.output.value : undefined) }),
            ],
          },
          { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
          { target: 'problem', actions: { type: 'trouble', params: ({ event }) => troubleOf(event.output) } },
        ],
        onError: { target: 'problem', actions: { type: 'trouble', params: { problem: 'noAnswer' } } },
      },
      on: {
        CARD_INSERTED: { target: '.reading', actions: 'cardIsIn' },
        READING: { target: '.reading', actions: ['cardIsIn', assign({ part: ({ event }) => event.part })] },
        BACK: { target: 'comingHome' },
      },
      initial: 'choosing',
      states: {
        choosing: { always: [{ guard: 'cardOut', target: 'waiting' }, { target: 'reading' }] },
        waiting: { tags: tags('input') },
        reading: {
          tags: tags('device'),
          on: {
            CARD_REMOVED: {
              target: '#presentCard.problem',
              actions: { type: 'trouble', params: { problem: 'cardRemoved' } },
            },
          },
          after: {
            READ_CARD: {
              target: '#presentCard.problem',
              actions: { type: 'trouble', params: { problem: 'noAnswer' } },
            },
          },
        },
      },
    },
    problem: {
      tags: tags('info'),
      on: {
        RETRY: [
          { guard: 'retriesInPlace', target: 'card' },
          { guard: 'mayRetry', target: 'givingBack', actions: assign({ after: 'insertAgain' }) },
        ],
        BACK: { target: 'comingHome' },
      },
    },
    comingHome: {
      entry: 'goHome',
      always: [{ guard: 'cardOut', target: 'finished' }, { target: 'givingBack' }],
    },
    givingBack: {
      tags: tags('device'),
      entry: assign({ offer: { attention: 'normal' } }),
      exit: assign({ offer: { attention: 'normal' } }),
      invoke: {
        src: 'returnCard',
        input: ({ context, self }) => ({ visitId: context.visitId, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'card taken',
            guard: ({ event }) =>
              event.output.ok && (event.output.value.card === 'taken' || event.output.value.card === 'none'),
            target: 'givenBack',
            actions: 'cardIsOut',
          },
          { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
          // Retained or stuck: nothing more to do here without the card. The visit's end says where it is.
          { target: 'finished', actions: 'failed' },
        ],
        onError: { target: 'finished', actions: 'failed' },
      },
      on: {
        TAKE_CARD: {
          actions: assign({ offer: ({ event }) => ({ attention: event.attention, secondsLeft: event.secondsLeft }) }),
        },
      },
      after: { TAKE_CARD: { target: 'finished', actions: 'failed' } },
      initial: 'counting',
      states: { counting: { after: { SECOND: { target: 'counting', reenter: true, actions: 'tick' } } } },
    },
    givenBack: { always: [{ guard: 'comesBackHome', target: 'finished' }, { target: 'card' }] },
    finished: { type: 'final' },
  },
  output: ({ context: { next, card, reads, read } }) => ({ next, card, reads, read }),
});

export function presentCardMachineWith(port: KioskPort) {
  return presentCardMachine.provide({ actors: portActors(port) });
}
