import { describe, expect, test, vi } from 'vitest';
import { encode, join } from './codec.ts';
import { bench, LONG, linesOf, PATIENT, text, until } from './rig.fixture.ts';

// What else may be on the line than the answers of this printer: junk, halves of answers, another device.

const hex = (bytes: string): Buffer => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

test('absent at start, plugged in later', async () => {
  const { printer, line, emulator } = await bench({ present: false });
  printer.start();
  await until(printer, 'absent');
  expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'notDone', reason: 'offline' });
  await line.replug();
  await until(printer, 'ready');
  expect(await printer.print(text('first'), PATIENT)).toEqual({ outcome: 'done' });
  expect(linesOf(emulator)).toEqual([{ lines: ['first'], cut: 'partial' }]);
});

describe('junk', () => {
  test.each([
    ['before every answer', (bytes: Uint8Array) => [hex('ff 80 c5'), bytes]],
    ['behind every answer', (bytes: Uint8Array) => [bytes, hex('ff 80 c5')]],
    // Of answers only automatic status has an inside.
    ['inside every answer', (bytes: Uint8Array) => [bytes.subarray(0, 1), hex('ff'), bytes.subarray(1)]],
  ])('%s: prints, and is never called done before it is', async (_where, spoil) => {
    const { printer, emulator, line } = await bench();
    const { send } = line;
    line.send = (bytes) => send(Buffer.concat(spoil(bytes)));
    await until(printer, 'ready');
    expect(await printer.print(LONG, PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)[0]?.lines).toHaveLength(20);
    emulator.setFault('coverOpen', true);
    await until(printer, 'failed coverOpen');
    expect(await printer.print(text('x'), PATIENT)).toMatchObject({ outcome: 'notDone' });
    emulator.setFault('coverOpen', false);
    await until(printer, 'ready');
  });
});

describe('half an answer', () => {
  test.each([1, 2, 3])('%i bytes of an automatic status: the printer is asked how it is', async (count) => {
    const { printer, emulator, line } = await bench();
    await until(printer, 'ready');
    const { send } = line;
    line.send = (bytes) => send(bytes.length === 4 ? bytes.subarray(0, count) : bytes);
    emulator.setFault('coverOpen', true);
    await until(printer, 'failed coverOpen');
    emulator.setFault('coverOpen', false);
    await until(printer, 'ready');
    line.send = send;
    expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
    expect(linesOf(emulator)).toEqual([{ lines: ['next'], cut: 'partial' }]);
  });

  test.each([1, 2, 3])(
    '%i bytes of one in a job, which then swallow an end mark: all may be printed, so unknown',
    async (count) => {
      const { printer, emulator, line } = await bench();
      await until(printer, 'ready');
      const { send } = line;
      line.send = (bytes) => send(bytes.length === 4 ? bytes.subarray(0, count) : bytes);
      expect(await printer.print(text('once'), { timeoutMs: 2_000 })).toEqual({ outcome: 'unknown', reason: 'silent' });
      line.send = send;
      expect(await printer.print(text('next'), PATIENT)).toEqual({ outcome: 'done' });
      expect(linesOf(emulator).map(({ lines }) => lines)).toEqual([['once'], ['next']]);
    },
  );
});

test('one lost answer before a job is asked for again, and the job is printed', async () => {
  const { printer, emulator, line } = await bench({ delays: { idlePollMs: 60_000 } });
  await until(printer, 'ready');
  const { send } = line;
  let lost = 0;
  line.send = (bytes) => {
    if (bytes.length === 1 && lost === 0) lost += 1;
    else send(bytes);
  };
  expect(await printer.print(text('once'), PATIENT)).toEqual({ outcome: 'done' });
  expect(lost).toBe(1);
  expect(linesOf(emulator)).toEqual([{ lines: ['once'], cut: 'partial' }]);
});

describe('another device on the port', () => {
  const others: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
    'a scanner that sends codes': () => Buffer.from('APPT:20270101A\r'),
    'a PIN pad': () => hex('02 30 31 30 34 30 35 03'),
    'an identity reader': () => hex('aa aa aa 96 69 00 04 00 00 80 84'),
    'a swipe reader': () => Buffer.from('\x02I<UTOD231458907<<<<<<<<<<<<<<<\r\x03'),
    'a plug that sends back what it is told': (bytes) => bytes,
  };
  test.each(Object.entries(others))('%s: never ready, nothing is called printed', async (_what, answer) => {
    const { printer, line, emulator } = await bench({ present: false, faults: { powerOff: true } });
    line.onReceive((bytes) => {
      const said = answer(bytes);
      if (said !== undefined) line.send(said);
    });
    await line.replug();
    printer.start();
    await vi.waitUntil(() => printer.report().state === 'failed', { timeout: 20_000 });
    expect((await printer.print(join(encode('initialise'), text('x')), { timeoutMs: 2_000 })).outcome).toBe('notDone');
    expect(emulator.receipts()).toEqual([]);
  });
});
