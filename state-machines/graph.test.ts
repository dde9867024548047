/**
 * The graph of the balance machine alone, without actors and time: every state with a shortest way to it. Each way is then
 * walked by the whole kiosk, which must arrive where the graph says.
 */

import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from '@xstate/graph';
import { beforeAll, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { type BalanceEvent, balanceMachine, printOf, unconfirmed } from './balance.ts';
import { leafOf } from './screen-of.ts';
import { unrest } from './testing/rest.ts';
import { aSnapshot, type CallName } from './testing/scripted-port.ts';
import { answers } from './testing/stimuli.ts';
import { Walker } from './testing/walker.ts';

type BalanceSnapshot = SnapshotFrom<typeof balanceMachine>;

/** Where each call is made. */
const stateOf: Partial<Record<CallName, string>> = {
  readCard: 'card',
  enterPin: 'pin',
  balanceInquiry: 'asking',
  print: 'printing',
  returnCard: 'givingBack',
};

/** An event of the graph, and the stimulus that brings it about in the whole kiosk. */
interface Move {
  readonly event: { readonly type: string; readonly [field: string]: unknown };
  readonly stimulus: string;
  readonly when?: (snapshot: BalanceSnapshot) => boolean;
}

const moves: readonly Move[] = [
  ...(['BACK', 'RETRY', 'CONTINUE', 'PRINT', 'DONE'] as const).map((type) => ({ event: { type }, stimulus: type })),
  ...answers.flatMap(({ name, call, outcome }) =>
    stateOf[call] === undefined
      ? []
      : [{ event: { type: `xstate.done.actor.0.balance.${stateOf[call]}`, output: outcome }, stimulus: name }],
  ),
  ...Object.values(stateOf).map((state) => ({
    event: { type: `xstate.error.actor.0.balance.${state}`, error: new Error('bug') },
    stimulus: 'bug',
  })),
  ...[
    'READ_CARD.balance.card.reading',
    'ENTER_PIN.balance.pin',
    'INQUIRY.balance.asking',
    'PRINT.balance.printing',
  ].map((timer) => ({ event: { type: `xstate.after.${timer}` }, stimulus: 'wait' })),
  { event: { type: 'xstate.after.TAKE_CARD.balance.givingBack' }, stimulus: 'wait' },
  {
    event: { type: 'CARD_INSERTED' },
    stimulus: 'readCard>CARD_INSERTED',
    when: ({ value }) => typeof value === 'object' && 'card' in value,
  },
  { event: { type: 'CARD_REMOVED' }, stimulus: 'CARD_REMOVED', when: ({ context }) => context.card !== 'none' },
];

/** The part of a snapshot on which the way ahead depends. */
function essence({ context, value }: BalanceSnapshot): string {
  const { card, pin, problem, after } = context;
  const place = leafOf(value);
  return JSON.stringify({
    place,
    card,
    ...(place.startsWith('givingBack') && { after }),
    ...(place === 'cardProblem' && { retry: problem?.retry }),
    ...(['pin', 'pinProblem', 'asking'].includes(place) && { pin }),
    ...(['balance', 'printResult'].includes(place) && { print: printOf(context).state, again: unconfirmed(context) }),
  });
}

const options = {
  input: { visitId: 'visit-1', snapshot: aSnapshot() },
  // The graph's event type knows only the machine's own events, not those of actors and timers.
  events: (snapshot: BalanceSnapshot) =>
    moves.filter(({ when }) => when?.(snapshot) ?? true).map(({ event }) => event as unknown as BalanceEvent),
  serializeState: (snapshot: BalanceSnapshot) => essence(snapshot),
};

const stimulusOf = new Map<object, string>(moves.map(({ event, stimulus }) => [event, stimulus]));

type Edge = ReturnType<typeof adjacencyMapToArray<BalanceSnapshot, BalanceEvent>>[number];

let ways: ReadonlyMap<string, readonly string[]>;
let edges: readonly Edge[];

beforeAll(() => {
  ways = new Map(
    getShortestPaths(balanceMachine, options).map(({ state, steps }) => [
      essence(state),
      steps.flatMap(({ event }) => stimulusOf.get(event) ?? []),
    ]),
  );
  edges = adjacencyMapToArray(getAdjacencyMap(balanceMachine, options)).filter(
    ({ state, nextState }) => essence(state) !== essence(nextState),
  );
});

test('the graph has every state of the machine in it', () => {
  const places = new Set(edges.flatMap(({ state, nextState }) => [state, nextState].map(({ value }) => leafOf(value))));
  const passing = ['read', 'readAgain', 'answered', 'comingHome', 'givenBack'];
  expect([...new Set([...places].map((place) => place.split('.')[0])), ...passing].sort()).toEqual(
    Object.keys(balanceMachine.states).sort(),
  );
});

test('where a device is waited for, time alone leads on', () => {
  const waits = edges.filter(({ state }) => state.hasTag('device'));
  const left = waits.filter(({ event }) => String(event.type).startsWith('xstate.after.'));
  const names = (some: readonly Edge[]) => [...new Set(some.map(({ state }) => essence(state)))].sort();
  expect(names(left)).toEqual(names(waits));
  expect(left.length).toBeGreaterThan(0);
});

test('the whole kiosk, led along every edge of the graph, arrives where the graph says, and comes to rest', async () => {
  const wrong: string[] = [];
  for (const { state, event, nextState } of edges) {
    const path = [...(ways.get(essence(state)) ?? []), stimulusOf.get(event) ?? ''];
    const walker = await new Walker().do('SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance', ...path);
    const balance = walker.root.getSnapshot().children.visit?.getSnapshot().children.balance?.getSnapshot();
    const there = balance === undefined ? 'finished' : essence(balance);
    const wanted = nextState.value === 'finished' ? 'finished' : essence(nextState);
    await walker.untilRest();
    wrong.push(
      ...[...(there === wanted ? [] : [`is at ${there} instead of ${wanted}`]), ...unrest(walker)].map(
        (what) => `${what} (way: ${path.join(', ')})`,
      ),
    );
    walker.stop();
  }
  expect(wrong).toEqual([]);
  expect(edges.length).toBeGreaterThan(200);
});
