import { describe, expect, test } from 'vitest';
import { type Command, commands, decodeReply, encodeReply } from './codec.ts';
import { Framer } from './framer.ts';
import { crcOf, type Dialect, encodeFrame, framings, maximumFrame, xorOf } from './framing.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function heard(pieces: readonly Uint8Array[], dialect: Dialect): string[] {
  const found: string[] = [];
  const framer = new Framer(
    {
      frame: (address, text) => found.push(`${address}:${Buffer.from(text).toString('hex')}`),
      control: (name) => found.push(name),
      damaged: () => found.push('damaged'),
    },
    1_000,
    dialect,
  );
  for (const piece of pieces) framer.push(piece, 0);
  return found;
}

const status = hex('F2 00 00 06 50 31 30 30 32 30 03 94');

test.each([
  ['a frame between control bytes', ['06 F2 00 00 06 50 31 30 30 32 30 03 94 04'], ['ack', '0:503130303230', 'eot']],
  ['in pieces', ['F2 00', '00 06 50 31 30 30', '32 30 03', '94'], ['0:503130303230']],
  ['noise before', ['00 7E 15 F2 00 00 06 50 31 30 30 32 30 03 94'], ['nak', '0:503130303230']],
  ['an F2 too many', ['F2 F2 00 00 06 50 31 30 30 32 30 03 94'], ['damaged', '0:503130303230']],
  ['a wrong BCC', ['F2 00 00 06 50 31 30 30 32 30 03 95'], ['damaged']],
  ['a wrong BCC with ACK in it: no ACK', ['F2 00 00 06 50 31 30 06 32 30 03 95'], ['damaged']],
  ['no ETX', ['F2 00 00 06 50 31 30 30 32 30 04 93'], ['damaged']],
  ['a length that no frame has', ['F2 00 FF 06 06'], ['damaged']],
  ['an address that no unit has', ['F2 10 00 03'], ['damaged']],
  ['a frame of B: the beginning of a long one', ['F2 00 03 43 31 30 C5 2A'], []],
])('A: %s', (_what, pieces, wanted) => {
  expect(heard(pieces.map(hex), 'a')).toEqual(wanted);
});

// STATUS answered with 02: the CRC of F2 00 05 50 31 30 30 32, computed by the polynomial's long division in the test below.
const inside = 'F2 00 05 50 31 30 30 32';
const crc = crcByDivision(hex(inside));

/** CRC-16 as its definition has it: the remainder of the message, 16 zeros behind it, divided by x^16 + x^12 + x^5 + 1. */
function crcByDivision(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}0000`);
  const divisor = 0x1_1021n;
  for (let bit = BigInt(bytes.length * 8 - 1); bit >= 0n; bit -= 1n)
    if (((rest >> (bit + 16n)) & 1n) === 1n) rest ^= divisor << bit;
  return rest.toString(16).padStart(4, '0');
}

test.each([
  ['a frame between control bytes', [`06 ${inside} ${crc} 15`], ['ack', '0:5031303032', 'nak']],
  ['EOT is none', ['04', `${inside} ${crc}`, '10 04'], ['0:5031303032']],
  ['in pieces', ['F2', '00', '05 50 31 30', '30 32', crc.slice(0, 2), crc.slice(2)], ['0:5031303032']],
  ['noise before', [`00 7E ${inside} ${crc}`], ['0:5031303032']],
  ['an F2 too many', [`F2 ${inside} ${crc}`], ['damaged', '0:5031303032']],
  ['a CRC with its bytes swapped', [`${inside} ${crc.slice(2)}${crc.slice(0, 2)}`], ['damaged']],
  ['a CRC that leaves F2 out', [`${inside} ${crcByDivision(hex(inside).subarray(1))}`], ['damaged']],
  ['a wrong CRC with ACK in it: no ACK', ['F2 00 05 50 31 30 06 32 00 00'], ['damaged']],
  ['a length that no frame has', ['F2 04 00 06 06'], ['damaged']],
  ['a text too short to be one', ['F2 00 02 06'], ['damaged']],
  ['a frame of A', ['F2 00 00 06 50 31 30 30 32 30 03 94'], ['damaged']],
])('B: %s', (_what, pieces, wanted) => {
  expect(heard(pieces.map(hex), 'b')).toEqual(wanted);
});

test('what stopped in the middle is given up after the gap', () => {
  const found: string[] = [];
  const framer = new Framer(
    { frame: () => found.push('frame'), control: (name) => found.push(name), damaged: () => found.push('damaged') },
    100,
  );
  framer.push(status.subarray(0, 5), 0);
  framer.push(status, 101);
  expect(found).toEqual(['damaged', 'frame']);
});

/** mulberry32. */
function random(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const bytesBelow = (below: (limit: number) => number, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => below(256)));

describe.each<Dialect>(['a', 'b'])('dialect %s', (dialect) => {
  const { headLength, overhead } = framings[dialect];
  const frameOf = (text: Uint8Array): Buffer => encodeFrame(0, text, dialect);
  const textOf = (frame: Buffer): Buffer => frame.subarray(headLength, headLength + frame.length - overhead);
  const good = frameOf(
    encodeReply(commands.binCounter, dialect === 'a' ? hex('010203') : hex('0102'), { count: hex('303432') }),
  );
  const other = frameOf(encodeReply(commands.status, dialect === 'a' ? hex('303230') : hex('3032'), { data: hex('') }));

  /** The frames in what was pushed, in pieces of random length. */
  function framesIn(stream: Buffer, below: (limit: number) => number): Buffer[] {
    const found: Buffer[] = [];
    const framer = new Framer(
      {
        frame: (address, text) => found.push(encodeFrame(address, text, dialect)),
        control: () => undefined,
        damaged: () => undefined,
      },
      1e9,
      dialect,
    );
    for (let at = 0; at < stream.length; ) {
      const piece = stream.subarray(at, at + 1 + below(30));
      framer.push(piece, 0);
      at += piece.length;
    }
    return found;
  }

  test('texts of every length, F2 and control bytes in them: there and back', () => {
    const below = random(2);
    for (let length = 3; length <= maximumFrame - overhead; length += 1) {
      const text = bytesBelow(below, length);
      if (below(2) === 0) text.fill(0xf2, 1, 1 + below(length));
      const frame = frameOf(text);
      expect(framesIn(Buffer.concat([hex('06'), frame, hex('15')]), below)).toEqual([frame]);
      expect(textOf(frame)).toEqual(text);
    }
    for (const length of [2, maximumFrame - overhead + 1])
      expect(() => frameOf(Buffer.alloc(length))).toThrow(RangeError);
  });

  test('bytes without end: no crash, no frame that does not verify, in step again within one maximum frame', () => {
    const below = random(591);
    const total = Number(process.env['KIOSK_FUZZ_BYTES'] ?? 300_000);
    let frames = 0;
    for (let pushed = 0; pushed < total; ) {
      let stream: Buffer = Buffer.concat([other, good, other]);
      for (let wounds = 1 + below(3); wounds > 0; wounds -= 1) {
        const at = below(stream.length);
        const noise = bytesBelow(below, 1 + below(20));
        stream =
          below(2) === 0
            ? Buffer.concat([stream.subarray(0, at), noise, stream.subarray(at)])
            : Buffer.concat([stream.subarray(0, at), stream.subarray(Math.min(stream.length, at + noise.length))]);
        if (stream.length === 0) stream = noise;
      }
      const found = framesIn(Buffer.concat([stream, Buffer.alloc(maximumFrame), good]), below);
      expect(found.at(-1)).toEqual(good);
      for (const frame of found) {
        frames += 1;
        // Whole, check and all, as it was pushed.
        expect(frame.equals(good) || stream.includes(frame)).toBe(true);
        for (const command of Object.values<Command>(commands)) decodeReply(command, textOf(frame), dialect);
      }
      pushed += stream.length;
    }
    expect(frames).toBeGreaterThan(total / 200);
  });
});

test('B: one or two wrong bits anywhere, or a burst of 16: never a frame, and the next one is whole', () => {
  const frame = encodeFrame(0, hex('50 31 30 30 32'), 'b');
  const next = encodeFrame(0, hex('50 A5 30 30 30 30 34 32'), 'b');
  const wounded = (flips: readonly number[]): Buffer => {
    const bytes = Buffer.from(frame);
    for (const bit of flips) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (0x80 >> (bit & 7)), bit >> 3);
    return bytes;
  };
  const bits = frame.length * 8;
  const wounds: number[][] = [];
  for (let one = 0; one < bits; one += 1) {
    wounds.push([one]);
    for (let two = one + 1; two < bits; two += 1) wounds.push([one, two]);
  }
  const below = random(16);
  for (let each = 0; each < 5_000; each += 1) {
    const first = below(bits - 16);
    wounds.push(Array.from({ length: 16 }, (_, bit) => first + bit).filter((_bit, at) => at === 0 || below(2) === 0));
  }
  const wanted = '0:50a5303030303432';
  for (const flips of wounds) {
    // As much as a length gone wrong may still swallow.
    const found = heard([wounded(flips), Buffer.alloc(maximumFrame), next], 'b').filter((each) =>
      each.startsWith('0:'),
    );
    expect(found, String(flips)).toEqual([wanted]);
  }
});

test('a frame and its check make nothing', () => {
  expect(xorOf(encodeFrame(3, hex('433130')))).toBe(0);
  expect(crcOf(encodeFrame(0, hex('433130'), 'b'))).toBe(0);
});
