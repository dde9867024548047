/** Every edge of the graphs of the balance and of the card that is put in, walked by the whole kiosk. */

import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot, AnyStateMachine, SnapshotFrom } from 'xstate';
import { type balanceMachine as Balance, balanceMachine, printOf, unconfirmed } from './balance.ts';
import { type presentCardMachine as PresentCard, presentCardMachine, retryFor } from './present-card.ts';
import {
  answering,
  cardMoves,
  type GraphOf,
  graphOf,
  placesOf,
  timers,
  ui,
  waitsOf,
  walkGraph,
} from './testing/graph.ts';
import { aSnapshot } from './testing/scripted-port.ts';
import type { Walker } from './testing/walker.ts';

type BalanceSnapshot = SnapshotFrom<typeof Balance>;
type CardSnapshot = SnapshotFrom<typeof PresentCard>;

const balanceIn = (walker: Walker) =>
  walker.root.getSnapshot().children.visit?.getSnapshot().children.balance?.getSnapshot();

const card = graphOf<typeof presentCardMachine, CardSnapshot>({
  machine: presentCardMachine,
  input: {
    visitId: 'visit-1',
    snapshot: aSnapshot(),
    start: { at: 'read' },
    purpose: 'inquiry',
    card: 'none',
    reads: 0,
  },
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

const balance = graphOf<typeof balanceMachine, BalanceSnapshot>({
  machine: balanceMachine,
  input: { visitId: 'visit-1', snapshot: aSnapshot() },
  moves: [
    ...cardMoves<BalanceSnapshot>(),
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
  readonly running: (walker: Walker) => AnyMachineSnapshot | undefined;
  /** A walk of that many edges is one of the whole machine. */
  readonly atLeast: number;
}

const walks: Readonly<Record<string, Walked>> = {
  'the card': {
    machine: presentCardMachine,
    graph: card as GraphOf<AnyMachineSnapshot>,
    passing: ['choosing', 'comingHome', 'givenBack'],
    running: (walker) => balanceIn(walker)?.children.presentCard?.getSnapshot(),
    atLeast: 30,
  },
  'the balance': {
    machine: balanceMachine,
    graph: balance as GraphOf<AnyMachineSnapshot>,
    passing: ['read', 'readAgain', 'answered', 'comingHome'],
    running: balanceIn,
    atLeast: 150,
  },
};

describe.each(Object.entries(walks))('the graph of %s', (_name, { machine, graph, passing, running, atLeast }) => {
  test('has every state of the machine in it', () => {
    expect([...placesOf([graph]), ...passing].sort()).toEqual(Object.keys(machine.states).sort());
  });

  test('lets time alone lead on wherever a device is waited for', () => {
    const { all, left } = waitsOf(graph);
    expect(left).toEqual(all);
    expect(left.length).toBeGreaterThan(0);
  });

  test('is what the whole kiosk does, led along every edge, and it comes to rest', async () => {
    expect(await walkGraph(graph, ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance'], running)).toEqual([]);
    expect(graph.edges.length).toBeGreaterThan(atLeast);
  });
});
