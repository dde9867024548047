/** Every edge of the graph of a machine, walked by the whole kiosk. */

import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot, AnyStateMachine, SnapshotFrom } from 'xstate';
import { type balanceMachine as Balance, balanceMachine, printOf, unconfirmed } from './balance.ts';
import { type presentCardMachine as PresentCard, presentCardMachine, retryFor } from './present-card.ts';
import { leafOf } from './screen-of.ts';
import { answering, type GraphOf, graphOf, type Move, timers, ui, walkGraph } from './testing/graph.ts';
import { aSnapshot } from './testing/scripted-port.ts';
import { answers } from './testing/stimuli.ts';
import type { Walker } from './testing/walker.ts';

type BalanceSnapshot = SnapshotFrom<typeof Balance>;
type CardSnapshot = SnapshotFrom<typeof PresentCard>;

const serviceOf = (walker: Walker) => walker.root.getSnapshot().children.visit?.getSnapshot().children;
const toBalance = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance'] as const;

const card = graphOf<typeof presentCardMachine, CardSnapshot>({
  machine: presentCardMachine,
  input: { visitId: 'visit-1', snapshot: aSnapshot(), start: { at: 'read' }, card: 'none', reads: 0 },
  moves: [
    ...ui<CardSnapshot>('BACK', 'RETRY'),
    ...answering<CardSnapshot>('presentCard', { readCard: 'card', returnCard: 'givingBack' }),
    ...timers<CardSnapshot>('presentCard', 'READ_CARD card reading', 'TAKE_CARD givingBack'),
    {
      event: { type: 'CARD_INSERTED' },
      stimuli: ['readCard>CARD_INSERTED'],
      when: ({ value }) => typeof value === 'object' && 'card' in value,
    },
    { event: { type: 'CARD_REMOVED' }, stimuli: ['CARD_REMOVED'], when: ({ context }) => context.card !== 'none' },
  ],
  essence: ({ context: { card: custody, after, problem } }, place) => ({
    card: custody,
    ...(place.startsWith('givingBack') && { after }),
    ...(place === 'problem' && { retry: problem?.retry }),
  }),
});

/** What the card's own machine says when it has finished, and how a person and the daemon bring it to that. */
function cardMoves(): Move<BalanceSnapshot>[] {
  const atCard = ({ value }: BalanceSnapshot) => value === 'card';
  /** Until the card lies in the reader anew; undefined where no way leads there. */
  const untilReading = ({ context: { start, card: custody, reads } }: BalanceSnapshot) => {
    if (start.at === 'giveBack') {
      return undefined;
    }
    const retry = start.at === 'trouble' ? retryFor(start.trouble.problem, reads) : undefined;
    switch (retry) {
      case undefined:
        return [];
      case 'none':
        return undefined;
      case 'sameCard':
        return ['RETRY'];
      case 'insertAgain':
        return custody === 'none' ? ['RETRY'] : ['RETRY', 'returnCard:taken'];
    }
  };
  const givingBack = ({ context: { start } }: BalanceSnapshot) => (start.at === 'giveBack' ? [] : ['BACK']);
  const done = (output: object) => ({ type: 'xstate.done.actor.presentCard', output });
  return [
    ...answers.flatMap(({ name, call, outcome }): Move<BalanceSnapshot>[] =>
      call === 'readCard' && outcome.ok
        ? [
            {
              event: done({ next: 'read', card: 'inserted', reads: 1, read: outcome.value }),
              stimuli: (snapshot) => {
                const way = untilReading(snapshot);
                return way === undefined ? undefined : [...way, name];
              },
              when: atCard,
            },
          ]
        : [],
    ),
    {
      event: done({ next: 'home', card: 'none', reads: 1, read: undefined }),
      stimuli: (snapshot) =>
        snapshot.context.card === 'none' ? givingBack(snapshot) : [...givingBack(snapshot), 'returnCard:taken'],
      when: atCard,
    },
    {
      event: done({ next: 'error', card: 'inserted', reads: 1, read: undefined }),
      stimuli: (snapshot) => [...givingBack(snapshot), 'returnCard:retained'],
      when: (snapshot) => atCard(snapshot) && snapshot.context.card !== 'none',
    },
    {
      event: done({ next: 'gone', card: 'none', reads: 1, read: undefined }),
      stimuli: ['readCard:noSuchVisit'],
      when: (snapshot) => atCard(snapshot) && snapshot.context.start.at === 'read',
    },
  ];
}

const balance = graphOf<typeof balanceMachine, BalanceSnapshot>({
  machine: balanceMachine,
  input: { visitId: 'visit-1', snapshot: aSnapshot() },
  moves: [
    ...cardMoves(),
    ...ui<BalanceSnapshot>('BACK', 'RETRY', 'CONTINUE', 'PRINT', 'DONE'),
    ...answering<BalanceSnapshot>('balance', { enterPin: 'pin', balanceInquiry: 'asking', print: 'printing' }),
    ...timers<BalanceSnapshot>('balance', 'ENTER_PIN pin', 'INQUIRY asking', 'PRINT printing'),
    {
      event: { type: 'CARD_REMOVED' },
      stimuli: ['CARD_REMOVED'],
      when: ({ context, value }) => context.card !== 'none' && value !== 'card',
    },
  ],
  essence: (snapshot, place) => {
    const { card: custody, pin, start, reads } = snapshot.context;
    return {
      card: custody,
      ...(place === 'card' && {
        at: start.at,
        ...(start.at === 'trouble' && { retry: retryFor(start.trouble.problem, reads) }),
      }),
      ...(['pin', 'pinProblem', 'asking'].includes(place) && { pin }),
      ...(['balance', 'printResult'].includes(place) && {
        print: printOf(snapshot.context).state,
        again: unconfirmed(snapshot.context),
      }),
    };
  },
});

interface Walked {
  readonly machine: AnyStateMachine;
  readonly graph: GraphOf<AnyMachineSnapshot>;
  /** Left at once, so that no edge begins or ends there. */
  readonly passing: readonly string[];
  readonly begin: readonly string[];
  readonly running: (walker: Walker) => AnyMachineSnapshot | undefined;
  /** A walk of that many edges is one of the whole machine. */
  readonly atLeast: number;
}

const walks: Readonly<Record<string, Walked>> = {
  'the card': {
    machine: presentCardMachine,
    graph: card as GraphOf<AnyMachineSnapshot>,
    passing: ['choosing', 'comingHome', 'givenBack'],
    begin: toBalance,
    running: (walker) => serviceOf(walker)?.balance?.getSnapshot().children.presentCard?.getSnapshot(),
    atLeast: 30,
  },
  'the balance': {
    machine: balanceMachine,
    graph: balance as GraphOf<AnyMachineSnapshot>,
    passing: ['read', 'readAgain', 'answered', 'comingHome'],
    begin: toBalance,
    running: (walker) => serviceOf(walker)?.balance?.getSnapshot(),
    atLeast: 150,
  },
};

describe.each(Object.entries(walks))(
  'the graph of %s',
  (_name, { machine, graph, passing, begin, running, atLeast }) => {
    const { edges, essence } = graph;

    test('has every state of the machine in it', () => {
      const places = edges.flatMap(({ state, nextState }) => [state, nextState].map(({ value }) => leafOf(value)));
      expect([...new Set([...places.map((place) => place.split('.')[0]), ...passing])].sort()).toEqual(
        Object.keys(machine.states).sort(),
      );
    });

    test('lets time alone lead on wherever a device is waited for', () => {
      const waits = edges.filter(({ state }) => state.hasTag('device'));
      const left = waits.filter(({ event }) => event.type.startsWith('xstate.after.'));
      const names = (some: typeof edges) => [...new Set(some.map(({ state }) => essence(state)))].sort();
      expect(names(left)).toEqual(names(waits));
      expect(left.length).toBeGreaterThan(0);
    });

    test('is what the whole kiosk does, led along every edge, and it comes to rest', async () => {
      expect(await walkGraph(graph, begin, running)).toEqual([]);
      expect(edges.length).toBeGreaterThan(atLeast);
    });
  },
);
