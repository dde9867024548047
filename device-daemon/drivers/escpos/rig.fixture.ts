/** A driver and a simulated printer at the two ends of a real pseudo-terminal. For tests. */
import { afterEach, expect, vi } from 'vitest';
import { openChannel } from '#device-daemon/transports/index.ts';
import { EscposEmulator, type EscposEmulatorOptions } from '#simulators/emulators/escpos/index.ts';
import { type Line, openLine } from '#simulators/emulators/line/index.ts';
import { encode, join } from './codec.ts';
import type { Delays } from './delays.ts';
import { EscposPrinter, type EscposSettings } from './driver.ts';

/** Real order and reasons, shorter; an answer has as long as a busy machine may let a process wait for its turn. */
export const FAST: Delays = {
  realTimeMs: 300,
  settleMs: 60,
  groupGapMs: 60,
  fenceMs: 700,
  clearMs: 500,
  jobPollMs: 40,
  blockedMs: 80,
  overheatedMs: 80,
  idlePollMs: 60,
  resendMs: 20,
  reopenMs: 20,
  givenUpMs: 40,
};
export const PATIENT = { timeoutMs: 10_000 };
const FEED = encode('lineFeed');
export const text = (...lines: string[]) => join(...lines.flatMap((line) => [Buffer.from(line, 'latin1'), FEED]));
export const LONG = text(...Array.from({ length: 20 }, (_, index) => `line ${index + 1}`));

export const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export interface Bench {
  readonly line: Line;
  readonly emulator: EscposEmulator;
  readonly printer: EscposPrinter;
  readonly states: string[];
  /** Acts once, when the n-th line of a sheet has been printed. */
  afterLine(count: number, act: () => void): void;
}

export const stateOf = (printer: EscposPrinter) =>
  [printer.report().state, printer.report().reason].filter(Boolean).join(' ');

export async function bench(
  options: {
    emulator?: Partial<EscposEmulatorOptions>;
    settings?: Partial<EscposSettings>;
    delays?: Partial<Delays>;
    faults?: Record<string, boolean | number>;
    /** False: neither started nor plugged in. */
    present?: boolean;
  } = {},
): Promise<Bench> {
  const line = await openLine({ kind: 'pty' });
  cleanUps.push(() => line.close());
  const emulator = new EscposEmulator({ line, timeScale: 0, ...options.emulator });
  cleanUps.push(() => emulator.stop());
  for (const [name, value] of Object.entries(options.faults ?? {})) emulator.setFault(name, value);
  const printer = new EscposPrinter({
    name: 'receipt',
    open: openChannel(line.address),
    delays: { ...FAST, ...options.delays },
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  cleanUps.push(() => printer.stop());
  const states: string[] = [];
  printer.onReport(() => states.push(stateOf(printer)));
  if (options.present === false) await line.unplug();
  else printer.start();
  return {
    line,
    emulator,
    printer,
    states,
    afterLine(count, act) {
      let done = false;
      emulator.onChange(() => {
        if (done || (emulator.receipts().at(-1)?.lines.length ?? 0) < count) return;
        done = true;
        act();
      });
    },
  };
}

export const until = (printer: EscposPrinter, state: string) =>
  vi.waitFor(() => expect(stateOf(printer)).toBe(state), { timeout: 10_000, interval: 10 });

export const linesOf = (emulator: EscposEmulator) =>
  emulator.receipts().map(({ lines, cut }) => ({ lines: lines.filter(Boolean), cut }));
