import { expect, test } from 'vitest';
import type { K720Emulator, K720FaultName } from '#simulators/emulators/k720/index.ts';
import { cardRuns, type FaultPoint, told } from '../common/card-runs.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { rig } from './rig.fixture.ts';

// KIOSK_DISPENSER_RUNS=5000 for the long run, KIOSK_DISPENSER_SEED for another one; `--reporter verbose` shows the tally.

const total = Number(process.env['KIOSK_DISPENSER_RUNS'] ?? 100);
const seed = Number(process.env['KIOSK_DISPENSER_SEED'] ?? 20_261_127);
const lanes = 4;

const unit = closing(rig);

type Point = FaultPoint<K720Emulator>;
const atMotion = (name: NonNullable<K720Emulator['atMotion']>, more: Partial<Point> = {}): Point => ({
  name: `${name} at the motion`,
  set: (emulator) => {
    emulator.atMotion = name;
  },
  ...more,
});
const next = (name: K720FaultName, more: Partial<Point> = {}): Point => ({
  name,
  set: (emulator) => emulator.setFault(name, 1),
  ...more,
});
const on = (name: K720FaultName): Point => ({ name, set: (emulator) => emulator.setFault(name, true) });

const points: readonly Point[] = [
  ...(['nak', 'ackLost', 'enqLost'] as const).map((name) => atMotion(name)),
  atMotion('unplug', { blind: true }),
  ...(
    ['answerLost', 'answerTwice', 'garbageBefore', 'wrongBcc', 'nak', 'ackLost', 'enqLost', 'powerLost'] as const
  ).map((name) => next(name)),
  next('jamFeed', { acts: ['feed'] }),
  next('jamEject', { acts: ['present'] }),
  next('jamRetain', { acts: ['capture'] }),
  next('jamReturn', { acts: ['return'] }),
  next('doubleFeed', { acts: ['feed'] }),
  // A hand: before anybody looks, behind the last look, and in the middle of the way.
  { name: 'pulled before', acts: ['present', 'capture', 'return'], set: (emulator) => void emulator.pull() },
  atMotion('pull', { acts: ['present', 'capture', 'return'], blind: true }),
  next('pulled', { acts: ['present', 'capture', 'return'], blind: true }),
  ...(['gateBlocked', 'prepareFails', 'binFull', 'hopperFull', 'unknownStatus', 'resetNeeded'] as const).map(on),
];

test(`${total} runs with a fault at a seeded point: every card is where the driver says, none moved twice`, {
  timeout: 60_000 + total * 1_000,
}, async ({ annotate }) => {
  const tallies = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const runs = Math.ceil(total / lanes);
      const made = await unit({
        cards: 10,
        binCapacity: 100_000,
        driver: { delays: { ackMs: 100, queryMs: 100, motionMs: 2_000 } },
      });
      await made.up();
      const { emulator, dispenser } = made;
      const heal = (): void => {
        emulator.atMotion = undefined;
        for (const fault of emulator.panel.list())
          if (fault.value !== false && fault.value !== 0)
            emulator.setFault(fault.name, fault.kind === 'switch' ? false : 0);
      };
      const tally = await cardRuns({ emulator, dispenser, points, heal, seed: seed + lane, runs });
      for (const card of emulator.mechanics.cards) expect(card.handedOut).toBeLessThanOrEqual(1);
      return tally;
    }),
  );
  await annotate(told(tallies));
});
