import { expect, test, vi } from 'vitest';
import { openChannel } from '#device-daemon/transports/index.ts';
import { EscposEmulator } from '#simulators/emulators/escpos/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { EscposPrinter, encode, join } from './index.ts';

// What was recorded at a printer is printed again without it.

/** Polls depend on the clock and not on the printer: none falls into a session this short. */
const delays = { jobPollMs: 60_000, idlePollMs: 60_000 };
const job = join(
  ...Array.from({ length: 40 }, (_, index) => join(Buffer.from(`line ${index}`), encode('lineFeed'))),
  encode('raster', { mode: 0, widthBytes: 24, rows: 100, data: Buffer.alloc(2_400, 0x55) }),
);
const patient = { timeoutMs: 20_000 };

async function session(printer: EscposPrinter): Promise<unknown> {
  await vi.waitUntil(() => !['starting', 'absent'].includes(printer.report().state), { timeout: 20_000 });
  const { state, reason } = printer.report();
  return { state, reason, printed: await printer.print(job, patient), cut: await printer.cut(patient) };
}

test.each([
  ['a printer that works', {}, { state: 'ready', printed: { outcome: 'done' } }],
  ['paper nearly out', { paperLow: true }, { state: 'degraded', reason: 'paperLow', printed: { outcome: 'done' } }],
  ['paper out', { paperOut: true }, { state: 'failed', printed: { outcome: 'notDone', reason: 'paperOut' } }],
])('%s', async (_what, faults, wanted) => {
  const line = await openLine({ kind: 'pty' });
  const emulator = new EscposEmulator({ line, timeScale: 0 });
  for (const [name, value] of Object.entries(faults)) emulator.setFault(name, value);
  const tape = recorded('printer', 'escpos');
  const printer = new EscposPrinter({ name: 'receipt', open: tape.wrap(openChannel(line.address)), delays });
  let told: unknown;
  try {
    printer.start();
    told = await session(printer);
  } finally {
    await printer.stop();
    emulator.stop();
    await line.close();
  }
  expect(told).toMatchObject(wanted);

  const played = replay(recordingOf(tape.file()));
  const again = new EscposPrinter({ name: 'receipt', open: played.open, delays });
  try {
    again.start();
    expect(await session(again)).toEqual(told);
    await again.stop();
    expect(played.problem()).toBeUndefined();
  } finally {
    await again.stop();
  }
});
