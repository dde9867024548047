/** A driver and a simulated swipe reader at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import type { Result } from '#protocol/result.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { createMrzEmulator, type MrzEmulator } from '#simulators/emulators/mrz/index.ts';
import { documentOf, type WalletDocumentId } from '#simulators/wallet/documents.ts';
import type { IdentityFault, LinesReader } from '../../devices/identity-reader.ts';
import { type IdentityDocument, parseMrz } from '../../documents/index.ts';
import { openChannel } from '../../transports/index.ts';
import { createMrz, type MrzOptions, type Shape } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  settleMs: 20,
  quietMs: 400,
  lateMs: 50,
  babbleBytes: 512,
  babbleQuietMs: 500,
  reopenMs: 10,
  absentMs: 10,
} as const;

export const today = '2026-06-01';

export function linesOf(id: WalletDocumentId): readonly string[] {
  const { content } = documentOf(id);
  if (content.place !== 'passportReader') throw new Error(`${id} has no machine-readable lines`);
  return content.lines;
}

/** What a test compares: which document it was, or why there is none. */
export const told = (result: Result<IdentityDocument, IdentityFault>): string =>
  result.ok ? `${result.value.kind} ${result.value.number.toString('latin1')}` : result.error.code;

export interface Rig {
  readonly emulator: MrzEmulator;
  readonly driver: LinesReader;
  /** Starts the driver and waits until the port serves. */
  up(): Promise<void>;
  /** Begins a read and resolves when it listens. */
  listen(options?: {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly read: Promise<Result<IdentityDocument, IdentityFault>> }>;
  /** A whole read: asks, waits until it listens, swipes. */
  readSwipe(id: WalletDocumentId, timeoutMs?: number): Promise<string>;
  close(): Promise<void>;
}

export async function rig(
  options: {
    readonly shape?: Shape;
    readonly newLine?: 'cr' | 'crlf';
    readonly driver?: Partial<MrzOptions>;
    readonly wrap?: (open: MrzOptions['open']) => MrzOptions['open'];
  } = {},
): Promise<Rig> {
  const line = await openLine({ kind: 'pty' });
  const { shape = 'desko', newLine } = options;
  const emulator = createMrzEmulator({ line, shape, timeScale: 0, ...(newLine === undefined ? {} : { newLine }) });
  const open = openChannel(line.address);
  const driver = createMrz({
    name: 'passport-reader',
    open: options.wrap === undefined ? open : options.wrap(open),
    parse: (lines) => parseMrz(lines, { today }),
    ...options.driver,
    delays: { ...testDelays, ...options.driver?.delays },
  });
  const made: Rig = {
    emulator,
    driver,
    async up() {
      driver.start();
      await vi.waitUntil(() => driver.report().state === 'ready', { timeout: 20_000 });
    },
    async listen(readOptions = {}) {
      let heard = false;
      const read = driver.read({ timeoutMs: 20_000, ...readOptions, onHint: (hint) => (heard ||= hint === 'present') });
      void read.then(() => {
        heard = true;
      });
      await vi.waitUntil(() => heard, { timeout: 25_000, interval: 5 });
      return { read };
    },
    async readSwipe(id, timeoutMs = 20_000) {
      const { read } = await made.listen({ timeoutMs });
      await emulator.swipe(linesOf(id));
      return told(await read);
    },
    async close() {
      await driver.stop();
      await emulator.close();
    },
  };
  return made;
}
