import iconv from 'iconv-lite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openChannel } from '#device-daemon/transports/index.ts';
import { EscposEmulator } from '#simulators/emulators/escpos/index.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import { traced } from '../common/traced.fixture.ts';
import { EscposPrinter, encode, join, mask } from './index.ts';

// A trace of the line shows commands and status, and nothing of what a receipt says.

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const secrets = ['测试甲', '6222020000000000123', '12345.67'];
const receipt = join(
  ...secrets.flatMap((text) => [encode('bold', { on: 1 }), iconv.encode(text, 'gbk'), encode('lineFeed')]),
  encode('symbol', {
    length: 22,
    data: Buffer.concat([Buffer.from([0x31, 0x50, 0x30]), Buffer.from('6222020000000000123')]),
  }),
  encode('raster', { mode: 0, widthBytes: 16, rows: 200, data: Buffer.alloc(3_200, 0xc5) }),
  encode('feedDots', { dots: 24 }),
);

test('a receipt is printed: no text, no picture, no code', async () => {
  const line = await openLine({ kind: 'pty' });
  cleanUps.push(() => line.close());
  const emulator = new EscposEmulator({ line, timeScale: 0 });
  cleanUps.push(() => emulator.stop());
  const trace = traced(mask);
  const printer = new EscposPrinter({ name: 'receipt', open: trace.wrap(openChannel(line.address)) });
  cleanUps.push(() => printer.stop());
  printer.start();
  await vi.waitUntil(() => printer.report().state === 'ready', { timeout: 20_000 });
  expect(await printer.print(receipt, { timeoutMs: 20_000 })).toEqual({ outcome: 'done' });
  expect(trace.leaks(secrets)).toEqual([]);
  expect(trace.lines.filter((text) => / C5( |$)/.test(text))).toEqual([]);
  const text = trace.text();
  expect(text).toContain('→ 10 04 01   (realTimeStatus)');
  expect(text).toMatch(/← 12 {3}\(realTime\)/);
  expect(text).toMatch(/\(.*bold, lineFeed, bold, lineFeed, bold, lineFeed, symbol/);
  expect(text).toMatch(/\(.*raster, feedDots, feedLines, cutPartial/);
  // After a picture that went out in pieces the commands are in step again.
  expect(text).toContain('1B 4A 18');
});

const shownOf = (bytes: Uint8Array, { shown }: { readonly shown: readonly (boolean | undefined)[] }): string =>
  [...bytes].map((byte, index) => (shown[index] === true ? byte.toString(16).padStart(2, '0') : '··')).join(' ');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('what is seen of answers', () => {
  test('as many as were asked for, and what can be one', () => {
    const trace = mask();
    expect(shownOf(hex('12'), trace.received(hex('12')))).toBe('··');
    trace.sent(encode('realTimeStatus', { kind: 1 }));
    expect(shownOf(hex('1212'), trace.received(hex('1212')))).toBe('12 ··');
    trace.sent(join(encode('queuedStatus', { kind: 1 }), encode('automaticStatus', { bits: 14 })));
    expect(shownOf(hex('00 14000000'), trace.received(hex('00 14000000')))).toBe('00 ·· ·· ·· ··');
    expect(shownOf(hex('10 000000'), trace.received(hex('10 000000')))).toBe('10 00 00 00');
    trace.sent(encode('clearBuffers'));
    expect(shownOf(hex('372500'), trace.received(hex('372500')))).toBe('37 25 00');
  });

  test('text of another device on the port is hidden', () => {
    const trace = mask();
    trace.sent(join(encode('queuedStatus', { kind: 1 }), encode('automaticStatus', { bits: 14 })));
    const text = Buffer.from('LIN KE,A1234567@');
    expect(shownOf(text, trace.received(text))).toBe([...text].map(() => '··').join(' '));
  });
});

test('real-time commands in the middle of a picture do not put the trace out of step', () => {
  const trace = mask();
  const picture = encode('raster', { mode: 0, widthBytes: 2, rows: 4, data: Buffer.alloc(8, 0x1b) });
  const question = encode('realTimeStatus', { kind: 4 });
  expect(shownOf(picture.subarray(0, 10), trace.sent(picture.subarray(0, 10)))).not.toContain('1b');
  expect(shownOf(question, trace.sent(question))).toBe('10 04 04');
  const rest = join(picture.subarray(10), encode('bold', { on: 1 }), Buffer.from('A'));
  expect(shownOf(rest, trace.sent(rest))).toBe('·· ·· ·· ·· ·· ·· 1b 45 01 ··');
});
