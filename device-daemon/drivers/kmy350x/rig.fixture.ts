/** A driver and a simulated pad at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import type { Result } from '#protocol/result.ts';
import { benchKeys } from '#simulators/crypto/index.ts';
import {
  createKmyEmulator,
  encipher,
  type KmyEmulator,
  type PadModel,
  padCheckValue,
} from '#simulators/emulators/kmy350x/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import type { PinKey, PinPad, PinPadFault } from '../../devices/pin-pad.ts';
import { openChannel } from '../../transports/index.ts';
import { createKmy350x, type Kmy350xOptions } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  replyMs: 250,
  resetMs: 400,
  quietMs: 10,
  duplicateMs: 100,
  gapMs: 100,
  reopenMs: 10,
  absentMs: 10,
  giveUpMs: 50,
} as const;

export const pan = '43219876543210987';
export const pinKey = Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex');
export const soon = { timeoutMs: 10_000 } as const;

export interface Rig {
  readonly emulator: KmyEmulator;
  readonly driver: PinPad;
  readonly rungs: string[];
  /** Starts the driver and waits until the pad serves. */
  up(): Promise<void>;
  loadKey(): Promise<Result<void, PinPadFault>>;
  /** Begins an entry and resolves when the pad listens. */
  begin(options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number; readonly pan?: string }): Promise<{
    readonly entry: Promise<Result<number, PinPadFault>>;
    readonly keys: string[];
  }>;
  block(): Promise<string | PinPadFault['code']>;
  close(): Promise<void>;
}

export async function rig(
  options: {
    readonly model?: Partial<PadModel>;
    readonly driver?: Partial<Kmy350xOptions>;
    readonly wrap?: (open: Kmy350xOptions['open']) => Kmy350xOptions['open'];
    readonly masterKeys?: ReadonlyMap<number, Uint8Array>;
  } = {},
): Promise<Rig> {
  const line = await openLine({ kind: 'pty' });
  const algorithm = options.model?.algorithm ?? 'tdes';
  const master = algorithm === 'sm4' ? benchKeys.terminalMaster.sm4 : benchKeys.terminalMaster['3des'];
  const emulator = createKmyEmulator({
    line,
    masterKeys: options.masterKeys ?? new Map([[0, master]]),
    timeScale: 0,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  const rungs: string[] = [];
  const open = openChannel(line.address);
  const driver = createKmy350x({
    name: 'pin-pad',
    open: options.wrap === undefined ? open : options.wrap(open),
    onRung: (rung) => rungs.push(rung),
    ...options.driver,
    delays: { ...testDelays, ...options.driver?.delays },
  });
  const made: Rig = {
    emulator,
    driver,
    rungs,
    async up() {
      driver.start();
      await vi.waitUntil(() => ['ready', 'degraded'].includes(driver.report().state), { timeout: 20_000 });
    },
    loadKey: () =>
      driver.loadWorkingKey(
        { usage: 'pin', encrypted: encipher(algorithm, master, pinKey), checkValue: padCheckValue(algorithm, pinKey) },
        soon,
      ),
    async begin(entryOptions = {}) {
      const keys: string[] = [];
      let over = false;
      const entry = driver.enterPin({
        minDigits: 4,
        maxDigits: 12,
        timeoutMs: entryOptions.timeoutMs ?? 20_000,
        pan: Buffer.from(entryOptions.pan ?? pan),
        onKey: (key: PinKey, digits: number) => keys.push(`${key}:${digits}`),
        onReady: () => {
          over = true;
        },
        ...(entryOptions.signal === undefined ? {} : { signal: entryOptions.signal }),
      });
      void entry.then(() => {
        over = true;
      });
      await vi.waitUntil(() => over, { timeout: 20_000 });
      return { entry, keys };
    },
    async block() {
      const block = await driver.pinBlock(soon);
      return block.ok ? Buffer.from(block.value).toString('hex').toUpperCase() : block.error.code;
    },
    async close() {
      await driver.stop();
      await emulator.close();
    },
  };
  return made;
}
