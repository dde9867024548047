import { expect, test } from 'vitest';
import { type Command, commands, decodeReply, encodeCommand, encodeRefusal, encodeReply, statuses } from './codec.ts';
import { encodeFrame, Framer, maximumFrame } from './framer.ts';
import { chip } from './rig.fixture.ts';

// Bytes without end: half of them random, half real sessions with something done to them. No crash, nothing from bytes
// whose frame does not verify, and in step again within one maximum frame. KIOSK_FUZZ_BYTES=10000000 for the long run.

const total = Number(process.env['KIOSK_FUZZ_BYTES'] ?? 1_000_000);
const seed = 20_310_117;

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

const { text, photo } = chip(1);
const session = (): Buffer[] => [
  encodeFrame(encodeCommand(commands.find)),
  encodeFrame(encodeRefusal(statuses.noCard)),
  encodeFrame(encodeReply(commands.find, { reserved: Buffer.alloc(4) })),
  encodeFrame(encodeReply(commands.select, { reserved: Buffer.alloc(8) })),
  encodeFrame(
    encodeReply(commands.read, {
      textLength: 256,
      photoLength: 1024,
      text: Buffer.from(text),
      photo: Buffer.from(photo),
    }),
  ),
  encodeFrame(encodeReply(commands.newestAddress, { address: Buffer.alloc(70, 0x20) })),
  encodeFrame(encodeReply(commands.readSamId, { serialNumber: '05.03-20991231-0001234567-0987654321' })),
];

/** One real session with one to three wounds. */
function wounded(below: (limit: number) => number): Buffer {
  let stream = Buffer.concat(session());
  for (let wounds = 1 + below(3); wounds > 0; wounds -= 1) {
    const at = below(stream.length);
    const length = 1 + below(20);
    const noise = Buffer.from(Uint8Array.from({ length }, () => below(256)));
    switch (below(6)) {
      case 0:
        stream.writeUInt8(stream.readUInt8(at) ^ (1 << below(8)), at);
        break;
      case 1:
        stream = Buffer.concat([stream.subarray(0, at), noise, stream.subarray(at)]);
        break;
      case 2:
        stream = Buffer.concat([stream.subarray(0, at), stream.subarray(at + length)]);
        break;
      case 3:
        noise.copy(stream, at);
        break;
      case 4:
        stream = stream.subarray(0, Math.max(1, at));
        break;
      default:
        // A preamble where none belongs, with a Len that may be taken for one.
        stream = Buffer.concat([
          stream.subarray(0, at),
          Buffer.from([0xaa, 0xaa, 0xaa, 0x96, 0x69, below(6), below(256)]),
          stream.subarray(at),
        ]);
    }
  }
  return stream;
}

/** What section 2 says of a frame, written down a second time: its bodies in a stream, wherever they begin. */
function verified(stream: Uint8Array): Set<string> {
  const bodies = new Set<string>();
  const source = Buffer.from(stream);
  const preamble = Buffer.from('AAAAAA9669', 'hex');
  for (let at = source.indexOf(preamble); at >= 0; at = source.indexOf(preamble, at + 1)) {
    if (at + 7 > source.length) break;
    const length = source.readUInt16BE(at + 5);
    if (length < 3 || at + 7 + length > source.length) continue;
    if (source.subarray(at + 5, at + 7 + length).reduce((xor, byte) => xor ^ byte, 0) !== 0) continue;
    bodies.add(source.toString('latin1', at + 7, at + 6 + length));
  }
  return bodies;
}

test(`${total} bytes at framer and codec`, () => {
  const below = random(seed);
  const frames: Buffer[] = [];
  const made = new Framer({ frame: (body) => frames.push(Buffer.from(body)), damaged: () => undefined });
  const good = encodeFrame(encodeReply(commands.find, { reserved: Buffer.from([1, 2, 3, 4]) }));
  const goodBody = good.subarray(7, -1);
  const padding = Buffer.alloc(maximumFrame);
  const all: readonly Command[] = Object.values(commands);
  let pushed = 0;
  let noisy = 0;
  let accepted = 0;
  let documents = 0;
  while (pushed < total) {
    const noise = 2 * noisy < pushed;
    const bytes = noise ? Buffer.from(Uint8Array.from({ length: 1 + below(3_000) }, () => below(256))) : wounded(below);
    made.reset();
    frames.length = 0;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + 1 + below(300));
      made.push(piece);
      at += piece.length;
    }
    // Whatever it still waits for: one maximum frame later it is in step, and hears the frame that follows.
    made.push(padding);
    made.push(good);
    expect(frames.at(-1)?.equals(goodBody)).toBe(true);
    const known = verified(Buffer.concat([bytes, padding, good]));
    for (const frame of frames) {
      expect(known.has(frame.toString('latin1'))).toBe(true);
      accepted += 1;
      for (const command of all) {
        const reply = decodeReply(command, frame);
        if (command === commands.read && reply?.status === 'success') documents += 1;
      }
    }
    pushed += bytes.length;
    if (noise) noisy += bytes.length;
  }
  // The wounds are no slaughter: frames, and whole documents among them, come through.
  expect(accepted).toBeGreaterThan(total / 5_000);
  expect(documents).toBeGreaterThan(total / 100_000);
});

test('arbitrary bodies at the codec: a name of the table or unknown, never a crash', () => {
  const below = random(seed + 1);
  const sizes = [0, 1, 2, 3, 4, 7, 11, 19, 73, 1287];
  for (let round = 0; round < 20_000; round += 1) {
    const size = sizes[below(sizes.length)] ?? below(40);
    const body = Buffer.from(Uint8Array.from({ length: size }, () => below(256)));
    for (const command of Object.values(commands)) {
      const reply = decodeReply<typeof command.reply>(command as Command<typeof command.reply>, body);
      if (reply === undefined) continue;
      if (reply.status === 'success') expect(body[2]).toBe(statuses[command.success]);
      else expect(body.length).toBe(3);
    }
    if (size === 1287) round += 50;
  }
});
