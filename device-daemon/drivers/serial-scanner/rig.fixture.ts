/** A driver and a simulated scanner at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import type { Result } from '#protocol/result.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import {
  createScannerEmulator,
  type ScanEncoding,
  type ScannerEmulator,
} from '#simulators/emulators/serial-scanner/index.ts';
import type { CodeScanner, ScanFault } from '../../devices/code-scanner.ts';
import { openChannel } from '../../transports/index.ts';
import { createSerialScanner, type SerialScannerOptions, type Suffix, triggers } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  settleMs: 20,
  quietMs: 250,
  lateMs: 50,
  babbleBytes: 512,
  babbleQuietMs: 400,
  reopenMs: 10,
  absentMs: 10,
} as const;

type Scanned = Result<{ readonly text: Buffer }, ScanFault>;

/** What a test compares: the text, or why there is none. */
export const told = (result: Scanned): string =>
  result.ok ? `text ${result.value.text.toString('utf8')}` : result.error.code;

export interface Rig {
  readonly emulator: ScannerEmulator;
  readonly driver: CodeScanner;
  /** Starts the driver and waits until the port serves. */
  up(): Promise<void>;
  /** Begins a scan and resolves when it listens. */
  listen(options?: {
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly scan: Promise<Scanned> }>;
  /** A whole scan: asks, waits until it listens, holds a code before the scanner. */
  scanCode(text: string, encoding?: ScanEncoding): Promise<string>;
  close(): Promise<void>;
}

export async function rig(
  options: {
    readonly suffix?: Suffix;
    readonly trigger?: 'none' | 'honeywell';
    readonly driver?: Partial<SerialScannerOptions>;
    readonly wrap?: (open: SerialScannerOptions['open']) => SerialScannerOptions['open'];
  } = {},
): Promise<Rig> {
  const line = await openLine({ kind: 'pty' });
  const { suffix = 'cr', trigger = 'honeywell' } = options;
  const emulator = createScannerEmulator({ line, suffix, trigger });
  const open = openChannel(line.address);
  const driver = createSerialScanner({
    name: 'code-scanner',
    open: options.wrap === undefined ? open : options.wrap(open),
    ...options.driver,
    settings: { suffix, trigger, ...options.driver?.settings },
    delays: { ...testDelays, ...options.driver?.delays },
  });
  const on = Buffer.from(triggers.honeywell.on).toString('latin1');
  const switchedOn = (): number => Buffer.from(emulator.heard).toString('latin1').split(on).length - 1;
  const made: Rig = {
    emulator,
    driver,
    async up() {
      driver.start();
      await vi.waitUntil(() => driver.report().state === 'ready', { timeout: 20_000 });
    },
    async listen(scanOptions = {}) {
      let over = false;
      const before = switchedOn();
      const scan = driver.scan({ timeoutMs: 20_000, ...scanOptions });
      void scan.then(() => {
        over = true;
      });
      // The light is what a person sees; without a trigger nothing shows when it listens.
      if (trigger === 'honeywell') {
        await vi.waitUntil(() => over || switchedOn() > before, { timeout: 25_000, interval: 5 });
      } else {
        await new Promise((resolve) => setTimeout(resolve, testDelays.quietMs * 2));
      }
      return { scan };
    },
    async scanCode(text, encoding) {
      const { scan } = await made.listen();
      emulator.scan(text, encoding);
      return told(await scan);
    },
    async close() {
      await driver.stop();
      await emulator.close();
    },
  };
  return made;
}
