import { describe, expect, test, vi } from 'vitest';
import type { PrintOutcome } from '#device-daemon/devices/receipt-printer.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { EscposEmulator } from '#simulators/emulators/escpos/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { encode, join } from './codec.ts';
import { EscposPrinter } from './driver.ts';
import { bench, cleanUps, FAST, LONG, linesOf, PATIENT, stateOf, text, until } from './rig.fixture.ts';

describe('a printer that works', () => {
  test('cuts off first what hung out of it before the start', async () => {
    const { printer, emulator, line } = await bench();
    await until(printer, 'ready');
    await printer.raw(text('of somebody else'), PATIENT);
    await printer.stop();
    const again = new EscposPrinter({ name: 'receipt', open: openChannel(line.address), delays: FAST });
    cleanUps.push(() => again.stop());
    again.start();
    await until(again, 'ready');
    expect(await again.print(text('mine'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator).map(({ lines }) => lines)).toEqual([['of somebody else'], ['mine']]);
  });

  test('is found, prints, cuts, and says done only then', async () => {
    const { printer, emulator, states } = await bench();
    await until(printer, 'ready');
    expect(states).toEqual(['ready']);
    expect(printer.paper()).toBe('full');
    expect(await printer.print(text('hello', 'world'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['hello', 'world'], cut: 'partial' }]);
    expect(printer.report().lastExchange).toBeDefined();
  });

  test('prints jobs in the order in which they were asked for', async () => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    const names = ['a', 'b', 'c', 'd'];
    const outcomes = await Promise.all(names.map((name) => printer.print(text(name), PATIENT)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    expect(linesOf(emulator).map(({ lines }) => lines[0])).toEqual(names);
  });

  test('with a small buffer and real speed answers in its own time', async () => {
    const { printer, emulator } = await bench({ emulator: { bufferBytes: 64, timeScale: 0.05 } });
    await until(printer, 'ready');
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)[0]?.lines).toHaveLength(20);
  });

  test('hears every answer when bytes come one by one and slowly', async () => {
    const { printer, line } = await bench({ faults: { byteDelayMs: 2 } });
    await until(printer, 'ready');
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'done' });
    expect(line.plugged).toBe(true);
  });

  test('raw bytes get no cut, and cut alone cuts', async () => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    expect(await printer.raw(text('raw'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['raw'], cut: 'none' }]);
    expect(await printer.cut(PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['raw'], cut: 'partial' }]);
  });
});

describe('before the first byte nothing is on paper', () => {
  test.each([
    ['coverOpen', 'coverOpen'],
    ['paperOut', 'paperOut'],
    ['mechanicalError', 'mechanicalError'],
    ['headHot', 'overheated'],
    ['unrecoverable', 'unrecoverableError'],
    ['offline', 'offline'],
  ])('%s', async (fault, reason) => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    emulator.setFault(fault, true);
    await until(printer, `failed ${reason}`);
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'notDone', reason });
    expect(await printer.check(PATIENT)).toEqual({ ok: false, error: { code: reason } });
    expect(emulator.receipts()).toEqual([]);
    emulator.setFault(fault, false);
    await until(printer, 'ready');
    expect(await printer.print(text('after'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['after'], cut: 'partial' }]);
  });

  test('a fault is seen by asking where the model tells nothing by itself', async () => {
    const { printer, emulator } = await bench({ faults: { noAutomaticStatus: true } });
    await until(printer, 'ready');
    emulator.setFault('coverOpen', true);
    await until(printer, 'failed coverOpen');
  });

  test('little paper prints, and is told', async () => {
    const { printer, emulator } = await bench({ faults: { paperLow: true } });
    await until(printer, 'degraded paperLow');
    expect(printer.paper()).toBe('low');
    expect(await printer.print(text('low'), PATIENT)).toEqual({ outcome: 'done' });
    emulator.loadPaper();
    await until(printer, 'ready');
  });

  test('a cancelled job leaves no trace', async () => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    const outcome = await printer.print(LONG, { ...PATIENT, signal: AbortSignal.abort() });
    expect(outcome.outcome).toBe('notDone');
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['next'], cut: 'partial' }]);
  });
});

describe('a fault after half the job', () => {
  test.each([
    ['coverOpen', 'coverOpen'],
    ['paperOut', 'paperOut'],
    ['mechanicalError', 'mechanicalError'],
    ['headHot', 'overheated'],
    ['unrecoverable', 'unrecoverableError'],
  ])('%s: forgotten by the printer, so not done; the next receipt is its own sheet', async (fault, reason) => {
    const { printer, emulator, afterLine } = await bench();
    await until(printer, 'ready');
    afterLine(10, () => emulator.setFault(fault, true));
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'notDone', reason });
    emulator.setFault(fault, false);
    await until(printer, 'ready');
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    const sheets = linesOf(emulator);
    expect(sheets).toHaveLength(2);
    expect(sheets[0]?.lines).toHaveLength(10);
    expect(sheets[1]).toEqual({ lines: ['next'], cut: 'partial' });
  });

  test('where the model cannot forget, the same is unknown', async () => {
    const { printer, emulator, afterLine } = await bench({ faults: { noClear: true } });
    await until(printer, 'ready');
    afterLine(10, () => emulator.setFault('paperOut', true));
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'unknown', reason: 'paperOut' });
    emulator.loadPaper();
    // The printer goes on where it stopped; its answers are not the next job's.
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    const sheets = linesOf(emulator);
    expect(sheets[0]?.lines).toHaveLength(20);
    expect(sheets.at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
  });

  test('the roll ends in the middle of the receipt', async () => {
    const { printer, emulator } = await bench({ faults: { paperLeftMm: 40 } });
    await until(printer, 'degraded paperLow');
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'notDone', reason: 'paperOut' });
    expect(printer.paper()).toBe('out');
    const [sheet] = linesOf(emulator);
    expect(sheet?.lines.length).toBeLessThan(20);
  });

  test('a cover opened and closed again is not called done', async () => {
    const { printer, emulator, afterLine } = await bench();
    await until(printer, 'ready');
    afterLine(10, () => {
      emulator.setFault('coverOpen', true);
      queueMicrotask(() => emulator.setFault('coverOpen', false));
    });
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'unknown', reason: 'coverOpen' });
  });

  test('the knife jams: all may be printed, so unknown; it is freed before the next job', async () => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    await printer.cut(PATIENT);
    emulator.setFault('cutterJam', true);
    const halfWay = join(LONG, encode('cutPartial', { dots: 0 }), text('second half'));
    expect(await printer.print(halfWay, PATIENT)).toEqual({ outcome: 'unknown', reason: 'cutterError' });
    expect(linesOf(emulator)).toEqual([{ lines: expect.any(Array), cut: 'none' }]);
    expect(await printer.print(text('x'), PATIENT)).toEqual({ outcome: 'notDone', reason: 'cutterError' });
    emulator.setFault('cutterJam', false);
    await until(printer, 'ready');
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator).at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
  });
});

describe('silence', () => {
  test('at the end of a job is unknown, and nothing is printed again', async () => {
    const { printer, emulator, afterLine } = await bench({ faults: { noClear: true } });
    await until(printer, 'ready');
    // The fence before the job is answered, the marks behind it are not.
    afterLine(1, () => emulator.setFault('noMarks', true));
    expect(await printer.print(text('once'), { timeoutMs: 1_500 })).toEqual({ outcome: 'unknown', reason: 'silent' });
    expect(linesOf(emulator)).toEqual([{ lines: ['once'], cut: 'partial' }]);
  });

  test('of a printer switched off in the middle is unknown; it comes back by itself', async () => {
    const { printer, emulator, afterLine, states } = await bench();
    await until(printer, 'ready');
    const rungs: (string | undefined)[] = [];
    printer.onReport(({ recovery }) => rungs.push(recovery));
    afterLine(10, () => emulator.setFault('powerOff', true));
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'unknown', reason: 'silent' });
    await until(printer, 'failed silent');
    expect(states).toContain('degraded silent');
    expect([...new Set(rungs)]).toEqual(['resend', 'reset', 'reopen', 'giveUp']);
    expect(await printer.print(text('x'), PATIENT)).toMatchObject({ outcome: 'notDone' });
    emulator.setFault('powerOff', false);
    await until(printer, 'ready');
    expect(printer.report().restarts).toBe(1);
    expect(printer.report().recovery).toBeUndefined();
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator).at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
  });

  test('garbage is as good as silence, and ends nothing else', async () => {
    const { printer, emulator } = await bench();
    await until(printer, 'ready');
    emulator.setFault('garbage', true);
    const outcome = await printer.print(text('x'), { timeoutMs: 1_000 });
    expect(outcome.outcome).not.toBe('done');
    emulator.setFault('garbage', false);
    await until(printer, 'ready');
    await vi.waitFor(async () => expect(await printer.print(text('y'), PATIENT)).toEqual({ outcome: 'done' }));
  });

  test('of a printer that never spoke is failed, not absent', async () => {
    const { printer } = await bench({ faults: { powerOff: true } });
    await until(printer, 'failed silent');
    expect(await printer.check(PATIENT)).toMatchObject({ ok: false, error: { code: 'notReady', detail: 'silent' } });
  });
});

describe("answers are never taken for another job's", () => {
  /** A job whose marks were printed past but whose answers the printer still holds back. */
  async function withLateAnswers() {
    const made = await bench({ faults: { noClear: true } });
    await until(made.printer, 'ready');
    made.afterLine(1, () => made.emulator.setFault('lateMarks', true));
    const first = await made.printer.print(text('first'), { timeoutMs: 1_500 });
    expect(first).toEqual({ outcome: 'unknown', reason: 'silent' });
    made.emulator.tear();
    return made;
  }

  test('while old ones are owed and none comes, nothing is printed', async () => {
    const { printer, emulator } = await withLateAnswers();
    expect(await printer.print(text('second'), PATIENT)).toEqual({ outcome: 'notDone', reason: 'silent' });
    expect(emulator.receipts()).toEqual([]);
    emulator.setFault('lateMarks', false);
    expect(await printer.print(text('third'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['third'], cut: 'partial' }]);
  });

  test('old ones that come while the next job waits do not end it', async () => {
    const { printer, emulator, line } = await withLateAnswers();
    emulator.setFault('cutterJam', true);
    let received = Buffer.alloc(0);
    line.onReceive((bytes) => {
      received = Buffer.concat([received, bytes]);
      // The fence of the second job stands behind the marks of the first: all three are answered now.
      if (received.includes('\x1dr\x01', 'latin1')) emulator.setFault('lateMarks', false);
    });
    expect(await printer.print(text('second'), PATIENT)).toEqual({ outcome: 'unknown', reason: 'cutterError' });
    // It jammed at the cut before the receipt, which keeps the first one's rest off it.
    expect(emulator.receipts()).toEqual([]);
  });

  test('one too many in the middle of the job does not end it', async () => {
    const { printer, emulator, line, afterLine } = await bench({ faults: { lineDelayMs: 10 } });
    await until(printer, 'ready');
    afterLine(15, () => {
      // By now everything is sent, the end marks too, and the job is still being printed.
      line.send(Uint8Array.of(0));
      emulator.setFault('cutterJam', true);
    });
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'unknown', reason: 'cutterError' });
  });

  test('doubled ones end a job in time', async () => {
    const { printer, emulator } = await bench({ faults: { doubleMarks: true } });
    await until(printer, 'ready');
    for (const name of ['a', 'b', 'c']) expect(await printer.print(text(name), PATIENT)).toEqual({ outcome: 'done' });
    emulator.setFault('cutterJam', true);
    expect(await printer.print(text('jams'), PATIENT)).toEqual({ outcome: 'unknown', reason: 'cutterError' });
  });
});

describe('unplugged', () => {
  test('before start is absent, plugged in is ready, and again', async () => {
    const { printer, line, states } = await bench();
    await until(printer, 'ready');
    await line.unplug();
    await until(printer, 'absent');
    expect(printer.paper()).toBe('unknown');
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'notDone', reason: 'offline' });
    await line.replug();
    await until(printer, 'ready');
    expect(printer.report().restarts).toBe(1);
    expect(states).toContain('absent');
    expect(await printer.print(text('back'), PATIENT)).toEqual({ outcome: 'done' });
  });

  // In mid-frame and between frames of everything that is said from the first question on: 14 bytes of answers at the
  // greeting, then the job's.
  test.each(Array.from({ length: 24 }, (_, index) => index + 1))(
    'after %i bytes from the printer: the job settles truthfully and the next one prints',
    async (count) => {
      const { printer, emulator, line } = await bench({
        faults: { unplugAfterSent: count },
        delays: { idlePollMs: 5_000 },
      });
      const outcomes: PrintOutcome['outcome'][] = [];
      await vi.waitFor(async () => {
        if (line.plugged) outcomes.push((await printer.print(text('first'), PATIENT)).outcome);
        expect(line.plugged).toBe(false);
      });
      const printed = linesOf(emulator).length;
      const among = (...wanted: PrintOutcome['outcome'][]) => outcomes.filter((one) => wanted.includes(one)).length;
      expect(printed).toBeGreaterThanOrEqual(among('done'));
      expect(printed).toBeLessThanOrEqual(among('done', 'unknown'));
      await until(printer, 'absent');
      await line.replug();
      await until(printer, 'ready');
      expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
      expect(linesOf(emulator).at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
    },
  );

  test.each([1, 5, 25, 60, 120, 160])('after %i bytes of the job', async (count) => {
    const { printer, emulator, line } = await bench({ delays: { idlePollMs: 5_000 } });
    await until(printer, 'ready');
    // Twelve bytes of questions and three of the fence come first.
    emulator.setFault('unplugAfterReceived', 15 + count);
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'unknown', reason: 'offline' });
    await until(printer, 'absent');
    await line.replug();
    await until(printer, 'ready');
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator).at(-1)).toEqual({ lines: ['next'], cut: 'partial' });
  });
});

describe('the port', () => {
  test('in use by another program is told, and taken when it is free', async () => {
    const line = await openLine({ kind: 'pty' });
    cleanUps.push(() => line.close());
    const emulator = new EscposEmulator({ line, timeScale: 0 });
    cleanUps.push(() => emulator.stop());
    const other = await openChannel(line.address)(new AbortController().signal);
    if (!other.ok) throw new Error(other.error.detail);
    const printer = new EscposPrinter({ name: 'receipt', open: openChannel(line.address), delays: FAST });
    cleanUps.push(() => printer.stop());
    printer.start();
    await until(printer, 'failed portBusy');
    await other.value.close();
    await until(printer, 'ready');
  });

  test('is released by stop, which settles what is running', async () => {
    const { printer, emulator, line, afterLine } = await bench({ emulator: { timeScale: 1 } });
    await until(printer, 'ready');
    const stopped = new Promise<void>((resolve) => afterLine(2, () => resolve(printer.stop())));
    const outcome = await printer.print(LONG, PATIENT);
    expect(outcome.outcome).toBe('unknown');
    await stopped;
    await printer.stop();
    expect(stateOf(printer)).toBe('absent');
    expect(await printer.print(LONG, PATIENT)).toMatchObject({ outcome: 'notDone' });
    const again = await openChannel(line.address)(new AbortController().signal);
    expect(again.ok).toBe(true);
    if (again.ok) await again.value.close();
    emulator.stop();
  });
});
