import { expect, test } from 'vitest';
import { type Command, commands, decodeReply, encodeReply } from './codec.ts';
import { encodeFrame, Framer, maximumFrame, xorOf } from './framer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function heard(pieces: readonly Uint8Array[], gapMs = 1_000): string[] {
  const found: string[] = [];
  const framer = new Framer(
    {
      frame: (address, text) => found.push(`${address}:${Buffer.from(text).toString('hex')}`),
      control: (name) => found.push(name),
      damaged: () => found.push('damaged'),
    },
    gapMs,
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
])('%s', (_what, pieces, wanted) => {
  expect(heard(pieces.map(hex))).toEqual(wanted);
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

test('bytes without end: no crash, no frame that does not verify, in step again within one maximum frame', () => {
  const below = random(591);
  const good = encodeFrame(
    3,
    encodeReply(commands.binCounter, { card: 1, stacker: 2, bin: 3 }, { count: hex('303432') }),
  );
  const total = Number(process.env['KIOSK_FUZZ_BYTES'] ?? 300_000);
  let frames = 0;
  for (let pushed = 0; pushed < total; ) {
    const texts: Buffer[] = [];
    const framer = new Framer(
      { frame: (_address, text) => texts.push(Buffer.from(text)), control: () => undefined, damaged: () => undefined },
      1e9,
    );
    let stream = Buffer.concat([status, good, status]);
    for (let wounds = 1 + below(3); wounds > 0; wounds -= 1) {
      const at = below(stream.length);
      const noise = Buffer.from(Uint8Array.from({ length: 1 + below(20) }, () => below(256)));
      stream =
        below(2) === 0
          ? Buffer.concat([stream.subarray(0, at), noise, stream.subarray(at)])
          : Buffer.concat([stream.subarray(0, at), stream.subarray(Math.min(stream.length, at + noise.length))]);
      if (stream.length === 0) stream = noise;
    }
    for (let at = 0; at < stream.length; ) {
      const piece = stream.subarray(at, at + 1 + below(30));
      framer.push(piece, 0);
      at += piece.length;
    }
    framer.push(Buffer.alloc(maximumFrame), 0);
    framer.push(good, 0);
    expect(texts.at(-1)?.equals(good.subarray(4, -2))).toBe(true);
    const whole = Buffer.concat([stream, good]).toString('latin1');
    for (const text of texts) {
      frames += 1;
      expect(whole).toContain(text.toString('latin1'));
      for (const command of Object.values<Command>(commands)) decodeReply(command, text);
    }
    pushed += stream.length;
  }
  expect(frames).toBeGreaterThan(total / 200);
  expect(xorOf(good)).toBe(0);
});
