/**
 * Cards dispensed, put back, captured and taken again and again, with a fault at a seeded point. After every act the cards are
 * counted at the far side and must be what the driver's words say, or differ by what they explain. For tests.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Line } from '#simulators/emulators/line/index.ts';
import type { Mechanics } from '#simulators/emulators/mechanics/index.ts';
import type { CardDispenser, MotionResult } from '../../devices/card-dispenser.ts';
import type { OperationOptions } from '../../devices/device.ts';

export type Act = 'feed' | 'present' | 'capture' | 'return';

/** What the runs need of an emulator. */
export interface FarSide {
  readonly line: Line;
  readonly mechanics: Mechanics;
  /** Every motion of a card that was begun. */
  readonly motions: number;
  load(count: number): void;
  take(): boolean;
  pull(): boolean;
  replug(): Promise<void>;
}

export interface FaultPoint<Unit extends FarSide> {
  readonly name: string;
  /** Where it makes sense; everywhere. */
  readonly acts?: readonly Act[];
  /** Afterwards no sensor tells where the card went, so that the driver may say that it does not know. */
  readonly blind?: true;
  set(unit: Unit): void;
}

export interface CardRuns<Unit extends FarSide> {
  readonly emulator: Unit;
  readonly dispenser: CardDispenser;
  readonly points: readonly FaultPoint<Unit>[];
  /** Ends every fault. */
  heal(unit: Unit): void;
  readonly seed: number;
  readonly runs: number;
}

/** How often the far side was as the driver said, and how often each difference was explained by what it said. */
export type Tally = Map<string, number>;

/** mulberry32. */
function random(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const soon: OperationOptions = { timeoutMs: 20_000 };

type Count = Readonly<Record<'hopper' | 'path' | 'bin' | 'hand', number>>;
const counted = ({ mechanics }: FarSide): Count => ({
  hopper: mechanics.at('hopper').length,
  path: mechanics.at('feeding', 'read', 'leaving', 'gate', 'binning').length,
  bin: mechanics.at('bin').length,
  hand: mechanics.at('hand').length,
});
const text = ({ hopper, path, bin, hand }: Count): string => [hopper, path, bin, hand].join();
const difference = (before: Count, after: Count): Count => ({
  hopper: after.hopper - before.hopper,
  path: after.path - before.path,
  bin: after.bin - before.bin,
  hand: after.hand - before.hand,
});

/** Where the cards of the path (`cards`: one, or two that stick together) may be by these words: each with its explanation. */
function allowed(act: Act, { outcome, reason, state }: MotionResult, cards: number): [moved: Count, why: string][] {
  const still: Count = { hopper: 0, path: 0, bin: 0, hand: 0 };
  const to = (place: 'hopper' | 'bin' | 'hand'): Count => ({ ...still, path: -cards, [place]: cards });
  const fed = (count: number): Count => ({ ...still, hopper: -count, path: count });
  const asSaid = cards > 1 ? 'two that stick together' : 'as said';
  if (outcome === 'done') {
    if (act === 'feed') return [[fed(1), asSaid]];
    if (act === 'capture') return [[to('bin'), asSaid]];
    // Two that stick together are neither handed out nor put back.
    if (cards > 1) return [];
    if (act === 'return') return [[to('hopper'), asSaid]];
    return [[state.path === 'empty' ? to('hand') : still, asSaid]];
  }
  if (outcome === 'notDone') {
    if (cards === 0 || state.path !== 'empty') return [[still, asSaid]];
    return [reason === 'captured' ? [to('bin'), asSaid] : [to('hand'), 'pulled by hand']];
  }
  const why = `unknown: ${reason}`;
  if (act === 'feed') {
    if (reason === 'cardSize') return [[fed(2), why]];
    return [
      [still, why],
      [fed(1), why],
    ];
  }
  // The unit took a fresh card for the one that was gone.
  const instead: Count = { ...to('hand'), hopper: -1, ...(act === 'capture' ? { bin: 1 } : { path: 0 }) };
  return [
    [still, why],
    [to('hand'), why],
    [to(act === 'return' ? 'hopper' : 'bin'), why],
    ...(reason === 'positionUnknown' ? [[instead, `${why}, and a fresh card instead`] as [Count, string]] : []),
  ];
}

const flows: readonly (readonly (Act | 'take')[])[] = [
  ['feed', 'present', 'take'],
  ['feed', 'present', 'capture'],
  ['feed', 'capture'],
  ['feed', 'return'],
];

/** @param afterRun what else is compared, when the path is clear and every fault is over */
export async function cardRuns<Unit extends FarSide>(
  { emulator, dispenser, points, heal, seed, runs }: CardRuns<Unit>,
  afterRun: (story: string) => Promise<void> = async () => undefined,
): Promise<Tally> {
  const below = random(seed);
  const tally: Tally = new Map();
  const any = <T>(from: readonly T[]): T => from[below(from.length)] ?? expect.fail('nothing to choose from');
  const perform = (act: Act): Promise<MotionResult> =>
    act === 'feed'
      ? dispenser.feedToRead(soon)
      : act === 'return'
        ? (dispenser.returnToHopper?.(soon) ?? expect.fail('it has no way back'))
        : dispenser[act](soon);

  async function once(): Promise<void> {
    const story: string[] = [];
    const possible = flows.filter((flow) => !flow.includes('return') || dispenser.capabilities().canReturnToHopper);
    const flow = any(possible);
    const faultAt = any(flow.filter((step) => step !== 'take'));
    const fitting = points.filter(({ acts }) => acts?.includes(faultAt) !== false);
    // One run in ten has no fault.
    const point = below(10) === 0 ? undefined : any(fitting);

    async function act(what: Act, fault: FaultPoint<Unit> | undefined): Promise<MotionResult> {
      const { motions } = emulator;
      const before = counted(emulator);
      fault?.set(emulator);
      const performed = perform(what);
      let isOver = false;
      // A plug that was pulled is put back while it is asked what became of the motion.
      const plugging = (async () => {
        while (!isOver) {
          if (!emulator.line.plugged) await emulator.replug();
          await delay(1);
        }
      })();
      const result = await performed.finally(() => {
        isOver = true;
      });
      await plugging;
      heal(emulator);
      const after = counted(emulator);
      const moved = difference(before, after);
      const { outcome, reason, state } = result;
      story.push(
        `${what}${fault === undefined ? '' : ` (${fault.name})`}: ${outcome} ${reason ?? ''} ${state.path}, ${text(moved)}`,
      );
      const why = () => story.join('; ');
      expect(emulator.motions - motions, why()).toBeLessThanOrEqual(1);
      const found = allowed(what, result, before.path).find(([count]) => text(count) === text(moved));
      expect(found, why()).toBeDefined();
      if (state.path !== 'unknown') expect(state.path === 'empty', why()).toBe(after.path === 0);
      if (outcome === 'unknown' && (state.path === 'empty' || state.path === 'unknown'))
        expect(fault?.blind, why()).toBe(true);
      if (point === undefined) expect(outcome, why()).toBe('done');
      const name = found?.[1] ?? '';
      tally.set(name, (tally.get(name) ?? 0) + 1);
      return result;
    }

    for (const step of flow) {
      if (step === 'take') {
        if (emulator.take()) expect(await dispenser.waitForTaken(soon), story.join('; ')).toEqual({ ok: true });
      } else {
        const { outcome, state } = await act(step, step === faultAt ? point : undefined);
        // What was not fed, or is gone, goes nowhere.
        if (state.path === 'empty' && outcome !== 'done') break;
      }
    }
    for (let tries = 0; tries < 4; tries += 1) {
      const seen = await dispenser.look(soon);
      if (seen.ok && seen.value.path === 'empty') break;
      if (seen.ok) await act('capture', undefined);
      else await delay(5);
    }
    expect(emulator.mechanics.inPath, story.join('; ')).toBeUndefined();
    if (emulator.mechanics.at('hopper').length < 5) emulator.load(10);
    await afterRun(story.join('; '));
  }

  for (let run = 0; run < runs; run += 1) await once();
  return tally;
}

/** The tallies of all lanes in one line, most frequent first. */
export function told(tallies: readonly Tally[]): string {
  const sum: Tally = new Map();
  for (const [name, count] of tallies.flatMap((tally) => [...tally])) sum.set(name, (sum.get(name) ?? 0) + count);
  const sorted = [...sum].sort(([, one], [, other]) => other - one);
  return sorted.map(([name, count]) => `${name} ${count}`).join('; ');
}
