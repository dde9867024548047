import { afterEach, describe, expect, test, vi } from 'vitest';
import { encode, join } from '#device-daemon/drivers/escpos/index.ts';
import { type ByteChannel, openChannel } from '#device-daemon/transports/index.ts';
import { type Line, openLine } from '../line/index.ts';
import { EscposEmulator, type EscposEmulatorOptions } from './index.ts';

// Bytes by hand, not by the driver: what the printer does with each.
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Bench {
  readonly line: Line;
  readonly emulator: EscposEmulator;
  say(...parts: Uint8Array[]): Promise<void>;
  /** What the printer has said, as hex. */
  heard(): string;
}

async function bench(options: Partial<EscposEmulatorOptions> = {}): Promise<Bench> {
  const line = await openLine({ kind: 'tcp' });
  cleanUps.push(() => line.close());
  const emulator = new EscposEmulator({ line, timeScale: 0, ...options });
  cleanUps.push(() => emulator.stop());
  const opened = await openChannel(line.address)(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.detail);
  const channel: ByteChannel = opened.value;
  cleanUps.push(() => channel.close());
  let heard = '';
  channel.onData((bytes) => {
    heard += Buffer.from(bytes).toString('hex');
  });
  return {
    line,
    emulator,
    async say(...parts) {
      await channel.write(join(...parts));
    },
    heard: () => heard,
  };
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const MARK = encode('queuedStatus', { kind: 1 });

describe('the printer', () => {
  test('prints what a GBK printer prints', async () => {
    const { emulator, say, heard } = await bench();
    // 镕 is E9 46: its second byte is a letter to a printer without GBK.
    await say(hex('C9E7 B1A3 BFA8 20 41 0A E946 0A'), encode('chineseOff'), hex('C9E7 41 0A'), MARK);
    await vi.waitFor(() => expect(heard()).toBe('00'));
    expect(emulator.receipts()[0]?.lines).toEqual(['社保卡 A', '镕', 'A']);
  });

  test('with GB 2312 alone reads the same bytes differently', async () => {
    const { emulator, say, heard } = await bench({ repertoire: 'gb2312' });
    await say(hex('E946 0A'), MARK);
    await vi.waitFor(() => expect(heard()).toBe('00'));
    expect(emulator.receipts()[0]?.lines).toEqual(['F']);
  });

  test('answers questions about its health ahead of everything that waits', async () => {
    const { emulator, say, heard } = await bench();
    emulator.setFault('paperOut', true);
    await say(hex('41 0A'), MARK, encode('realTimeStatus', { kind: 1 }), encode('realTimeStatus', { kind: 4 }));
    await vi.waitFor(() => expect(heard()).toBe('1a7e'));
    emulator.loadPaper();
    await vi.waitFor(() => expect(heard()).toBe('1a7e00'));
    expect(emulator.receipts()[0]?.lines).toEqual(['A']);
  });

  test('takes the bytes of a question out of the middle of a picture, as real ones do', async () => {
    const { emulator, say, heard } = await bench();
    await say(hex('1D 76 30 00 03 00 01 00 10 04 01'));
    await vi.waitFor(() => expect(heard()).toBe('12'));
    expect(emulator.receipts()).toEqual([]);
  });

  test('tells by itself what changes, once asked to', async () => {
    const { emulator, say, heard } = await bench();
    await say(encode('automaticStatus', { bits: 0x0e }));
    await vi.waitFor(() => expect(heard()).toBe('10000000'));
    emulator.setFault('coverOpen', true);
    await vi.waitFor(() => expect(heard()).toBe('1000000038000000'));
  });

  test('forgets its buffer when told to, and says so', async () => {
    const { emulator, say, heard } = await bench();
    emulator.setFault('coverOpen', true);
    await say(hex('41 0A'), MARK, encode('clearBuffers'));
    await vi.waitFor(() => expect(heard()).toBe('372500'));
    emulator.setFault('coverOpen', false);
    await say(hex('42 0A'), MARK);
    await vi.waitFor(() => expect(heard()).toBe('37250000'));
    expect(emulator.receipts()[0]?.lines).toEqual(['B']);
  });

  test('stops the host when its buffer is full, and loses nothing', async () => {
    const { emulator, say, heard } = await bench({ bufferBytes: 16 });
    await say(...Array.from({ length: 50 }, (_, index) => Buffer.from(`line ${index}\n`)), MARK);
    await vi.waitFor(() => expect(heard()).toBe('00'));
    expect(emulator.receipts()[0]?.lines).toHaveLength(50);
  });

  test('takes a picture larger than its buffer', async () => {
    const { emulator, say, heard } = await bench({ bufferBytes: 64 });
    await say(encode('raster', { mode: 0, widthBytes: 72, rows: 48, data: new Uint8Array(72 * 48).fill(0xaa) }), MARK);
    await vi.waitFor(() => expect(heard()).toBe('00'));
    expect(emulator.receipts()[0]?.lines).toEqual(['[image 576x48]']);
  });
});

describe('the paper', () => {
  test('is drawn from what was printed: place, size, weight, underline, dots', async () => {
    const { emulator, say, heard } = await bench({ dotsPerLine: 384 });
    await say(
      encode('align', { side: 2 }),
      encode('size', { size: 0x11 }),
      encode('bold', { on: 1 }),
      Buffer.from('<A>\n'),
      encode('initialise'),
      encode('underline', { dots: 1 }),
      Buffer.from('u\n'),
      encode('raster', { mode: 0, widthBytes: 1, rows: 1, data: Uint8Array.of(0b01100000) }),
      MARK,
    );
    await vi.waitFor(() => expect(heard()).toBe('00'));
    const svg = emulator.receipts()[0]?.svg ?? '';
    // Three cells of 24 dots end at the right edge of 384.
    expect(svg).toContain('<text transform="translate(324 38) scale(2 2)" font-weight="700">&#60;</text>');
    expect(svg).toContain('<rect x="0" y="70" width="12" height="2"/>');
    expect(svg).toContain('<path d="M1 78h2v1h-2z"');
  });

  test('is cut into receipts, torn off, and comes to an end', async () => {
    const { emulator, say, heard } = await bench();
    await say(
      hex('41 0A'),
      encode('cutPartial', { dots: 0 }),
      hex('42 0A'),
      encode('cutFull', { dots: 0 }),
      hex('43 0A'),
      MARK,
    );
    await vi.waitFor(() => expect(heard()).toBe('00'));
    expect(emulator.receipts().map(({ cut, lines }) => [cut, ...lines])).toEqual([
      ['partial', 'A'],
      ['full', 'B'],
      ['none', 'C'],
    ]);
    expect(emulator.tear().map(({ cut }) => cut)).toEqual(['partial', 'full', 'torn']);
    expect(emulator.receipts()).toEqual([]);
    emulator.setFault('paperLeftMm', 5);
    await say(hex('44 0A 45 0A 46 0A'), MARK);
    await vi.waitFor(() => expect(emulator.receipts()[0]?.lines).toEqual(['D']));
    expect(emulator.receipts()[0]?.lengthMm).toBeCloseTo(3.75);
    await say(encode('realTimeStatus', { kind: 4 }));
    await vi.waitFor(() => expect(heard()).toBe('007e'));
    emulator.setFault('paperOut', true);
    emulator.setFault('paperOut', false);
    await vi.waitFor(() => expect(heard()).toBe('007e00'));
    expect(emulator.receipts()[0]?.lines).toEqual(['D', 'E', 'F']);
  });
});

describe('the list of faults', () => {
  test('describes each, its own and the cable’s, with its value', async () => {
    const { emulator } = await bench();
    emulator.setFault('headHot', true);
    emulator.setFault('byteDelayMs', 3);
    const faults = emulator.faults();
    expect(faults.find(({ name }) => name === 'headHot')?.value).toBe(true);
    expect(faults.find(({ name }) => name === 'byteDelayMs')?.value).toBe(3);
    for (const { description } of faults) expect(description.length).toBeGreaterThan(10);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  test('refuses what is not on it', async () => {
    const { emulator } = await bench();
    expect(() => emulator.setFault('coverOpened', true)).toThrow('unknown fault');
    expect(() => emulator.setFault('coverOpen', 1)).toThrow('is a switch');
  });
});
