import { expect, test } from 'vitest';
import type { CrtEmulator, CrtFaultName } from '#simulators/emulators/crt591/index.ts';
import { cardRuns, type FaultPoint, told } from '../common/card-runs.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { commands } from './index.ts';
import { rig, soon } from './rig.fixture.ts';

// KIOSK_DISPENSER_RUNS=5000 for the long run, KIOSK_DISPENSER_SEED for another one; `--reporter verbose` shows the tally.

const total = Number(process.env['KIOSK_DISPENSER_RUNS'] ?? 240);
const seed = Number(process.env['KIOSK_DISPENSER_SEED'] ?? 20_261_127);
const lanes = 4;

const unit = closing(rig);

type Point = FaultPoint<CrtEmulator>;
const atMotion = (name: NonNullable<CrtEmulator['atMotion']>): Point => ({
  name: `${name} at the motion`,
  set: (emulator) => {
    emulator.atMotion = name;
  },
});
const next = (name: CrtFaultName, more: Partial<Point> = {}): Point => ({
  name,
  set: (emulator) => emulator.setFault(name, 1),
  ...more,
});
const on = (name: CrtFaultName): Point => ({ name, set: (emulator) => emulator.setFault(name, true) });

const points: readonly Point[] = [
  ...(['nak', 'ackLost', 'wrongBcc'] as const).map(atMotion),
  { ...atMotion('unplug'), blind: true },
  ...(['answerLost', 'garbageBefore', 'wrongBcc', 'powerLost'] as const).map((name) => next(name)),
  next('jamFeed', { acts: ['feed'] }),
  next('jamEject', { acts: ['present'] }),
  next('jamRetain', { acts: ['capture'] }),
  next('doubleFeed', { acts: ['feed'] }),
  // A hand: before anybody looks, behind the last look, and in the middle of the way.
  { name: 'pulled before', acts: ['present', 'capture'], set: (emulator) => void emulator.pull() },
  {
    name: 'pulled behind the look',
    acts: ['present', 'capture'],
    set: (emulator) => {
      emulator.before = { cm: [commands.moveToGate.cm], act: () => void emulator.pull() };
    },
  },
  next('pulled', { acts: ['present', 'capture'], blind: true }),
  next('counterSkips', { acts: ['capture'] }),
  {
    name: 'counterSkips and answerLost',
    acts: ['capture'],
    blind: true,
    set: (emulator) => {
      emulator.setFault('counterSkips', 1);
      emulator.setFault('answerLost', 1);
    },
  },
  ...(['gateBlocked', 'binFull', 'unknownStatus'] as const).map(on),
];

test(`${total} runs with a fault at a seeded point: every card is where the driver says, none moved twice`, {
  timeout: 60_000 + total * 1_000,
}, async ({ annotate }) => {
  const tallies = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const runs = Math.ceil(total / lanes);
      const made = await unit({ cards: 10, binCapacity: 100_000, driver: { delays: { motionMs: 250 } } });
      await made.up();
      const { emulator, dispenser } = made;
      let uncountedBefore = 0;
      const heal = (): void => {
        emulator.atMotion = undefined;
        emulator.before = undefined;
        for (const fault of emulator.panel.list())
          if (fault.value !== false && fault.value !== 0)
            emulator.setFault(fault.name, fault.kind === 'switch' ? false : 0);
      };
      const tally = await cardRuns({ emulator, dispenser, points, heal, seed: seed + lane, runs }, async (story) => {
        // What the unit's counter does not count: the second of two, and what it skips.
        const bin = emulator.mechanics.at('bin').length;
        const count = await dispenser.binCount?.(soon);
        const uncounted = bin - (count?.ok === true ? count.value : expect.fail(story));
        const skipped = /counterSkips/.test(story) && /capture[^;]*,-1,1,0/.test(story) ? 1 : 0;
        const second = /-2,2,0/.test(story) ? 1 : 0;
        expect(uncounted - uncountedBefore, story).toBe(skipped + second);
        uncountedBefore = uncounted;
      });
      for (const card of emulator.mechanics.cards) {
        expect(card.fed).toBeLessThanOrEqual(1);
        expect(card.handedOut).toBeLessThanOrEqual(1);
      }
      return tally;
    }),
  );
  await annotate(told(tallies));
});
