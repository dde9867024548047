/** A driver and a simulated unit at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import { K720Emulator, type K720Model } from '#simulators/emulators/k720/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { Mechanics } from '#simulators/emulators/mechanics/index.ts';
import type { CardDispenser } from '../../devices/card-dispenser.ts';
import { type OpenChannel, openChannel } from '../../transports/index.ts';
import { createK720, type K720Options } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  ackMs: 200,
  queryMs: 500,
  motionPollMs: 1,
  motionMs: 3_000,
  prepareMs: 5_000,
  resetMs: 200,
  quietMs: 3,
  gapMs: 100,
  pollMs: 15,
  settleMs: 5_000,
  reopenMs: 10,
  absentMs: 10,
  giveUpMs: 50,
} as const;

export const soon = { timeoutMs: 20_000 } as const;
export const until = (look: () => boolean): Promise<true> => vi.waitUntil(look, { timeout: 20_000, interval: 5 });

export interface Rig {
  readonly emulator: K720Emulator;
  readonly dispenser: CardDispenser;
  /** Starts it and waits until the unit serves, its sensors are known and a fresh card waits. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function rig(
  options: {
    readonly model?: Partial<K720Model>;
    readonly driver?: Partial<K720Options>;
    readonly cards?: number;
    readonly binCapacity?: number;
    readonly wrap?: (open: OpenChannel) => OpenChannel;
  } = {},
): Promise<Rig> {
  const line = await openLine({ kind: 'pty' });
  const mechanics = new Mechanics({ binCapacity: options.binCapacity ?? 50 });
  const emulator = new K720Emulator({
    line,
    timeScale: 0,
    mechanics,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  emulator.load(options.cards ?? 10);
  const open = openChannel(line.address);
  const dispenser = createK720({
    name: 'cardDispenser',
    open: options.wrap === undefined ? open : options.wrap(open),
    ...options.driver,
    delays: { ...testDelays, ...options.driver?.delays },
  });
  return {
    emulator,
    dispenser,
    async up() {
      dispenser.start();
      await until(
        () =>
          ['ready', 'degraded'].includes(dispenser.report().state) &&
          dispenser.state().path !== 'unknown' &&
          emulator.state().moving === null,
      );
    },
    async close() {
      await dispenser.stop();
      await emulator.close();
    },
  };
}
