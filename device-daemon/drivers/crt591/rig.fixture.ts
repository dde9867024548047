/** A driver and a simulated unit at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import { CrtEmulator, type CrtModel } from '#simulators/emulators/crt591/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { Mechanics } from '#simulators/emulators/mechanics/index.ts';
import { type OpenChannel, openChannel } from '../../transports/index.ts';
import { type Crt591, type CrtOptions, createCrt591, type Dialect, profiles } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  ackMs: 200,
  lateAckMs: 200,
  queryMs: 500,
  chipMs: 1_000,
  motionMs: 800,
  drawBackMs: 800,
  initMs: 800,
  probeInitMs: 800,
  graceMs: 5,
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

export interface Rig extends Crt591 {
  readonly emulator: CrtEmulator;
  /** Starts both faces and waits until the unit serves and its sensors are known. */
  up(): Promise<void>;
  close(): Promise<void>;
}

async function newUnit(options: {
  readonly model?: Partial<CrtModel>;
  readonly cards?: number;
  readonly binCapacity?: number;
}): Promise<CrtEmulator> {
  const emulator = new CrtEmulator({
    line: await openLine({ kind: 'pty' }),
    timeScale: 0,
    mechanics: new Mechanics({ binCapacity: options.binCapacity ?? 50 }),
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  emulator.load(options.cards ?? 10);
  return emulator;
}

export interface RigOptions {
  readonly model?: Partial<CrtModel>;
  readonly driver?: Partial<CrtOptions>;
  readonly cards?: number;
  readonly binCapacity?: number;
  /** A unit that has been there before, with what is in it. */
  readonly emulator?: CrtEmulator;
  readonly wrap?: (open: OpenChannel) => OpenChannel;
}

/**
 * Unit and driver in that dialect. In B they speak A's commands, in B's frames and with B's state bytes: a unit whose commands
 * are known would differ in them, and in nothing else.
 */
export const inDialect = (dialect: Dialect, options: RigOptions = {}): RigOptions =>
  dialect === 'a'
    ? options
    : {
        ...options,
        model: { ...options.model, dialect },
        driver: {
          ...options.driver,
          settings: { ...options.driver?.settings, profile: { ...profiles.standard, dialect, baudRates: [115_200] } },
        },
      };

export async function rig(options: RigOptions = {}): Promise<Rig> {
  const emulator = options.emulator ?? (await newUnit(options));
  const open = openChannel(emulator.line.address);
  const faces = createCrt591({
    names: { reader: 'cardReader', dispenser: 'cardDispenser' },
    open: () => (options.wrap === undefined ? open : options.wrap(open)),
    ...options.driver,
    settings: { accepts: false, ...options.driver?.settings },
    delays: { ...testDelays, ...options.driver?.delays },
  });
  return {
    emulator,
    ...faces,
    async up() {
      faces.reader.start();
      faces.dispenser.start();
      await until(
        () =>
          ['ready', 'degraded'].includes(faces.dispenser.report().state) && faces.dispenser.state().path !== 'unknown',
      );
    },
    async close() {
      await Promise.all([faces.reader.stop(), faces.dispenser.stop()]);
      await emulator.close();
    },
  };
}
