import { describe, expect, test } from 'vitest';
import type { PrintOutcome } from '#device-daemon/devices/receipt-printer.ts';
import { type Bench, bench, LONG, linesOf, PATIENT, text, until } from './rig.fixture.ts';

// The plug pulled in every state of driver and printer: what was asked for settles truthfully, the state says absent, and
// after the plug is back a receipt is printed again without anybody's help.

/** What was asked for and must settle when the plug is pulled. */
interface Asked {
  readonly asked?: Promise<PrintOutcome>;
}
type State = (made: Bench) => Promise<Asked>;

const ready = ({ printer }: Bench): Promise<unknown> => until(printer, 'ready');
/** In the middle of a job, at the n-th line. */
const printing =
  (line: number, act: (made: Bench) => void = () => undefined): State =>
  async (made) => {
    await ready(made);
    const reached = new Promise<void>((resolve) =>
      made.afterLine(line, () => {
        act(made);
        resolve();
      }),
    );
    const asked = made.printer.print(LONG, PATIENT);
    await reached;
    return { asked };
  };
const failing =
  (fault: string, state: string): State =>
  async (made) => {
    await ready(made);
    made.emulator.setFault(fault, true);
    await until(made.printer, state);
    return {};
  };

const states: Readonly<Record<string, State>> = {
  'while it is greeted': async (made) => {
    await new Promise<void>((resolve) => made.line.onReceive(() => resolve()));
    return {};
  },
  'while it stands idle': async (made) => {
    await ready(made);
    return {};
  },
  'while it prints': printing(10),
  'while the end marks are awaited': printing(20, ({ emulator }) => emulator.setFault('noMarks', true)),
  'while a fault in a job is waited out': printing(10, ({ emulator }) => emulator.setFault('headHot', true)),
  'with its cover open': failing('coverOpen', 'failed coverOpen'),
  'out of paper': failing('paperOut', 'failed paperOut'),
  'while the driver waits for a silent printer': failing('powerOff', 'degraded silent'),
  'after the driver gave up': failing('powerOff', 'failed silent'),
};

describe('pulled', () => {
  test.each(Object.entries(states))('%s', async (_name, reach) => {
    const made = await bench({ faults: { lineDelayMs: 5 }, delays: { overheatedMs: 5_000 } });
    const { printer, emulator, line } = made;
    const { asked } = await reach(made);
    await line.unplug();
    if (asked !== undefined) expect((await asked).outcome).toBe('unknown');
    await until(printer, 'absent');
    expect(printer.paper()).toBe('unknown');
    expect(await printer.print(text('x'), PATIENT)).toMatchObject({ outcome: 'notDone' });
    for (const fault of ['noMarks', 'headHot', 'coverOpen', 'paperOut', 'powerOff']) emulator.setFault(fault, false);
    await line.replug();
    await until(printer, 'ready');
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator).at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
  });
});
