/**
 * The graph of one machine alone, without actors and time: every state with a shortest way to it. Each way is then walked
 * by the whole kiosk, which must arrive where the graph says.
 */

import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from '@xstate/graph';
import type { AnyMachineSnapshot, AnyStateMachine, InputFrom } from 'xstate';
import type { CustodyState } from '#protocol/generated/kiosk.ts';
import { type CardStart, retryFor } from '../present-card.ts';
import { leafOf } from '../screen-of.ts';
import { unrest } from './rest.ts';
import type { CallName } from './scripted-port.ts';
import { answers } from './stimuli.ts';
import { Walker } from './walker.ts';

/** An event of the graph, and the stimuli that bring it about in the whole kiosk. */
export interface Move<S> {
  readonly event: { readonly type: string; readonly [field: string]: unknown };
  readonly stimuli: readonly string[] | ((snapshot: S) => readonly string[] | undefined);
  readonly when?: (snapshot: S) => boolean;
}

interface Edge<S> {
  readonly state: S;
  readonly event: Move<S>['event'];
  readonly nextState: S;
  /** Stimuli from the beginning of the service to the end of this edge. */
  readonly way: readonly string[];
}

export interface GraphOf<S> {
  readonly edges: readonly Edge<S>[];
  essence(snapshot: S): string;
}

interface Plan<M extends AnyStateMachine, S> {
  readonly machine: M;
  readonly input: InputFrom<M>;
  readonly moves: readonly Move<S>[];
  /** The part of a snapshot on which the way ahead depends, beside the place. */
  readonly essence: (snapshot: S, place: string) => object;
}

export function ui<S>(...types: readonly string[]): Move<S>[] {
  return types.map((type) => ({ event: { type }, stimuli: [type] }));
}

/** Every answer that the stimuli know of these calls, and the call that breaks. */
export function answering<S>(machine: string, stateOf: Partial<Record<CallName, string>>): Move<S>[] {
  return [
    ...answers.flatMap(({ name, call, outcome }) =>
      stateOf[call] === undefined
        ? []
        : [{ event: { type: `xstate.done.actor.0.${machine}.${stateOf[call]}`, output: outcome }, stimuli: [name] }],
    ),
    ...Object.values(stateOf).map((state) => ({
      event: { type: `xstate.error.actor.0.${machine}.${state}`, error: new Error('bug') },
      stimuli: ['bug'],
    })),
  ];
}

export function timers<S>(machine: string, ...names: readonly string[]): Move<S>[] {
  return names.map((name) => {
    const [delay, ...place] = name.split(' ');
    return { event: { type: `xstate.after.${delay}.${machine}.${place.join('.')}` }, stimuli: ['wait'] };
  });
}

export function graphOf<M extends AnyStateMachine, S extends AnyMachineSnapshot>(plan: Plan<M, S>): GraphOf<S> {
  const { machine, input, moves } = plan;
  const essence = (snapshot: S): string => {
    const place = leafOf(snapshot.value);
    return JSON.stringify({ place, ...plan.essence(snapshot, place) });
  };
  const stimuliOf = ({ stimuli }: Move<S>, snapshot: S) =>
    typeof stimuli === 'function' ? stimuli(snapshot) : stimuli;
  // A finished machine hears nothing more.
  const open = (snapshot: S) =>
    (snapshot.status === 'active' ? moves : []).filter(
      (move) => (move.when?.(snapshot) ?? true) && stimuliOf(move, snapshot) !== undefined,
    );
  const moveOf = new Map<object, Move<S>>(moves.map((move) => [move.event, move]));
  // The graph's types know only the machine's own events, not those of actors and timers.
  const options = {
    input,
    events: (snapshot: S) => open(snapshot).map(({ event }) => event),
    serializeState: (snapshot: S) => essence(snapshot),
  } as never;
  const ways = new Map(
    getShortestPaths(machine, options).map(({ state, steps }) => {
      // Each step holds the state that its event was sent in; the first event is the machine's own beginning.
      const way = steps.flatMap((step, index) => {
        const move = moveOf.get(step.event);
        const from = index === 0 ? undefined : (steps[index - 1]?.state as S | undefined);
        return move === undefined ? [] : (stimuliOf(move, from ?? (step.state as S)) ?? []);
      });
      return [essence(state as unknown as S), way] as const;
    }),
  );
  const edges = adjacencyMapToArray(getAdjacencyMap(machine, options)).flatMap((edge) => {
    const [state, nextState] = [edge.state as unknown as S, edge.nextState as unknown as S];
    const move = moveOf.get(edge.event);
    if (move === undefined || essence(state) === essence(nextState)) {
      return [];
    }
    return [
      {
        state,
        event: move.event,
        nextState,
        way: [...(ways.get(essence(state)) ?? []), ...(stimuliOf(move, state) ?? [])],
      },
    ];
  });
  return { edges, essence };
}

/** Leads the whole kiosk along every edge; tells where it stood elsewhere than the graph says, or did not come to rest. */
export async function walkGraph<S extends AnyMachineSnapshot>(
  { edges, essence }: GraphOf<S>,
  begin: readonly string[],
  running: (walker: Walker) => S | undefined,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { way, nextState } of edges) {
    const walker = await new Walker().do(...begin, ...way);
    const now = running(walker);
    const there = now === undefined ? 'finished' : essence(now);
    const wanted = nextState.value === 'finished' ? 'finished' : essence(nextState);
    await walker.untilRest();
    wrong.push(
      ...[...(there === wanted ? [] : [`is at ${there} instead of ${wanted}`]), ...unrest(walker)].map(
        (what) => `${what} (way: ${way.join(', ')})`,
      ),
    );
    walker.stop();
  }
  return wrong;
}

/** A snapshot of a machine that has a card presented. */
type WithCard = AnyMachineSnapshot & {
  readonly context: { readonly start: CardStart; readonly card: CustodyState; readonly reads: number };
};

/** A machine that has a card presented: what its own machine says when it has finished, and what brings it to that. */
export function cardMoves<S extends WithCard>(): Move<S>[] {
  const atCard = ({ value }: S) => value === 'card';
  /** Until the card lies in the reader anew; undefined where no way leads there. */
  const untilReading = ({ context: { start, card: custody, reads } }: S) => {
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
  const givingBack = ({ context: { start } }: S) => (start.at === 'giveBack' ? [] : ['BACK']);
  const done = (output: object) => ({ type: 'xstate.done.actor.presentCard', output });
  return [
    ...answers.flatMap(({ name, call, outcome }): Move<S>[] =>
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

/** The outermost states in which edges begin or end. */
export function placesOf<S extends AnyMachineSnapshot>(graphs: readonly GraphOf<S>[]): Set<string> {
  const ends = graphs.flatMap(({ edges }) => edges.flatMap(({ state, nextState }) => [state, nextState]));
  return new Set(ends.map(({ value }) => leafOf(value).split('.')[0] ?? ''));
}

/** Where a device is waited for: by their essence, all of them, and those which time alone leads out of. */
export function waitsOf<S extends AnyMachineSnapshot>({ edges, essence }: GraphOf<S>) {
  const waits = edges.filter(({ state }) => state.hasTag('device'));
  const left = waits.filter(({ event }) => event.type.startsWith('xstate.after.'));
  const names = (some: typeof edges) => [...new Set(some.map(({ state }) => essence(state)))].sort();
  return { all: names(waits), left: names(left) };
}
