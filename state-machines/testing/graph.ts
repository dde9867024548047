/**
 * The graph of one machine alone, without actors and time: every state with a shortest way to it. Each way is then walked
 * by the whole kiosk, which must arrive where the graph says.
 */

import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from '@xstate/graph';
import type { AnyMachineSnapshot, AnyStateMachine, InputFrom } from 'xstate';
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
