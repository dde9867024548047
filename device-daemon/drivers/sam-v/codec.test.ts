import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CommandName,
  commands,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeRefusal,
  encodeReply,
  statuses,
  statusOf,
} from './codec.ts';
import { encodeFrame, Framer, maximumBody, maximumFrame } from './framer.ts';
import { samId } from './sam-id.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const show = (bytes: Uint8Array): string =>
  (Buffer.from(bytes).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');

interface Heard {
  readonly frames: string[];
  readonly damaged: string[];
}

function framer(): { readonly heard: Heard; readonly made: Framer; push(text: string | Uint8Array): void } {
  const heard: Heard = { frames: [], damaged: [] };
  const made = new Framer({
    frame: (body) => heard.frames.push(show(body)),
    damaged: (why) => heard.damaged.push(why),
  });
  return { heard, made, push: (data) => made.push(typeof data === 'string' ? hex(data) : data) };
}

describe('command -> exact bytes on the wire (section 3)', () => {
  test.each<[CommandName, string]>([
    ['reset', 'AA AA AA 96 69 00 03 10 FF EC'],
    ['selfTest', 'AA AA AA 96 69 00 03 11 FF ED'],
    ['readSamId', 'AA AA AA 96 69 00 03 12 FF EE'],
    ['find', 'AA AA AA 96 69 00 03 20 01 22'],
    ['select', 'AA AA AA 96 69 00 03 20 02 21'],
    ['read', 'AA AA AA 96 69 00 03 30 01 32'],
    // The trap: some public code sends 33 here.
    ['newestAddress', 'AA AA AA 96 69 00 03 30 03 30'],
  ])('%s', (name, bytes) => {
    expect(show(encodeFrame(encodeCommand(commands[name])))).toBe(bytes);
    const { heard, push } = framer();
    push(bytes);
    expect(decodeCommand(hex(heard.frames[0] ?? ''))).toBe(name);
  });

  test.each([
    ['30 10', 'AA AA AA 96 69 00 03 30 10 23'],
    ['30 05', 'AA AA AA 96 69 00 03 30 05 36'],
    ['60 00', 'AA AA AA 96 69 00 03 60 00 63'],
    ['60 01', 'AA AA AA 96 69 00 03 60 01 62'],
    ['60 02', 'AA AA AA 96 69 00 03 60 02 61'],
    ['60 03', 'AA AA AA 96 69 00 03 60 03 60'],
    ['60 04', 'AA AA AA 96 69 00 03 60 04 67'],
  ])('%s is framed as the reference says, and no command of this driver', (body, bytes) => {
    expect(show(encodeFrame(hex(body)))).toBe(bytes);
    expect(decodeCommand(hex(body))).toBeUndefined();
  });

  test('30 03 with the checksum of public code is no frame', () => {
    const { heard, push } = framer();
    push('AA AA AA 96 69 00 03 30 03 33');
    expect(heard).toEqual({ frames: [], damaged: ['checksum'] });
  });

  test('a body that is too short or too long throws before anything is sent', () => {
    expect(() => encodeFrame(Buffer.alloc(1))).toThrow(RangeError);
    expect(() => encodeFrame(Buffer.alloc(maximumBody + 1))).toThrow(RangeError);
  });
});

describe('answers -> exact bytes (section 3), and what they say', () => {
  const zeros = (count: number) => ({ reserved: Buffer.alloc(count) });
  test.each([
    ['ok', encodeReply(commands.reset, {}), 'AA AA AA 96 69 00 04 00 00 90 94'],
    ['found', encodeReply(commands.find, zeros(4)), 'AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97'],
    ['selected', encodeReply(commands.select, zeros(8)), 'AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C'],
    ['no card', encodeRefusal(statuses.noCard), 'AA AA AA 96 69 00 04 00 00 80 84'],
    ['select failed', encodeRefusal(statuses.selectFailed), 'AA AA AA 96 69 00 04 00 00 81 85'],
    ['read failed', encodeRefusal(statuses.readFailed), 'AA AA AA 96 69 00 04 00 00 41 45'],
    ['nothing there', encodeRefusal(statuses.nothingThere), 'AA AA AA 96 69 00 04 00 00 91 95'],
    ['self-test failed', encodeRefusal(statuses.selfTestFailed), 'AA AA AA 96 69 00 04 00 00 60 64'],
    ['not authorised', encodeRefusal(statuses.notAuthorised), 'AA AA AA 96 69 00 04 00 00 66 62'],
    ['checksum wrong', encodeRefusal(statuses.checksumWrong), 'AA AA AA 96 69 00 04 00 00 10 14'],
    ['command wrong', encodeRefusal(statuses.commandWrong), 'AA AA AA 96 69 00 04 00 00 21 25'],
    [
      'SAM id',
      encodeReply(commands.readSamId, { serialNumber: '05.03-20991231-0001234567-0987654321' }),
      'AA AA AA 96 69 00 14 00 00 90 05 00 03 00 FF 4C 40 01 87 D6 12 00 B1 68 DE 3A 0E',
    ],
  ])('%s', (_name, body, bytes) => {
    expect(show(encodeFrame(body))).toBe(bytes);
  });

  test('text and photo: 1295 bytes, both lengths big-endian', () => {
    const values = { textLength: 256, photoLength: 1024, text: Buffer.alloc(256, 1), photo: Buffer.alloc(1024, 2) };
    const wire = encodeFrame(encodeReply(commands.read, values));
    expect(wire.length).toBe(1295);
    expect(wire.length).toBe(maximumFrame);
    expect(show(wire.subarray(0, 14))).toBe('AA AA AA 96 69 05 08 00 00 90 01 00 04 00');
  });

  test('the newest address: 81 bytes', () => {
    const wire = encodeFrame(encodeReply(commands.newestAddress, { address: Buffer.alloc(70) }));
    expect(wire.length).toBe(81);
    expect(show(wire.subarray(0, 10))).toBe('AA AA AA 96 69 00 4A 00 00 90');
  });

  test.each([
    [0x91, 'nothingThere'],
    [0x10, 'checksumWrong'],
    [0x11, 'lengthWrong'],
    [0x21, 'commandWrong'],
    [0x23, 'notPermitted'],
    [0x24, 'unrecognisedError'],
    [0x31, 'samNotAuthenticated'],
    [0x32, 'cardNotAuthenticated'],
    [0x33, 'verificationFailed'],
    [0x40, 'cardTypeUnknown'],
    [0x41, 'readFailed'],
    [0x47, 'randomNumberFailed'],
    [0x60, 'selfTestFailed'],
    [0x66, 'notAuthorised'],
    [0x80, 'noCard'],
    [0x81, 'selectFailed'],
    // Codes of the library on a PC, never on the wire, and one that nobody knows.
    [0x01, 'unknown'],
    [0x02, 'unknown'],
    [0x7e, 'unknown'],
  ] as const)('SW3 %i is %s, whatever the command and the card’s own status', (sw3, status) => {
    for (const command of Object.values(commands)) {
      expect(decodeReply(command, encodeRefusal(sw3, 0x6a82))).toEqual({ status, cardStatus: 0x6a82 });
    }
  });

  test('all 256 values of SW3 are a name of the table or unknown', () => {
    const known = new Set<number>(Object.values(statuses));
    for (let sw3 = 0; sw3 < 256; sw3 += 1) expect(statusOf(sw3) === 'unknown').toBe(!known.has(sw3));
    expect(known.size).toBe(18);
  });

  test('the form tells whose answer it is: success of one command is no answer to another', () => {
    const bodies: Record<CommandName, Buffer> = {
      reset: encodeReply(commands.reset, {}),
      selfTest: encodeReply(commands.selfTest, {}),
      readSamId: encodeReply(commands.readSamId, { serialNumber: '05.03-20991231-0001234567-0987654321' }),
      find: encodeReply(commands.find, zeros(4)),
      select: encodeReply(commands.select, zeros(8)),
      read: encodeReply(commands.read, {
        textLength: 256,
        photoLength: 1024,
        text: Buffer.alloc(256),
        photo: Buffer.alloc(1024),
      }),
      newestAddress: encodeReply(commands.newestAddress, { address: Buffer.alloc(70) }),
    };
    const names = Object.keys(bodies) as CommandName[];
    const alike = new Set(['reset selfTest', 'selfTest reset']);
    for (const asked of names) {
      for (const answered of names) {
        const fits = asked === answered || alike.has(`${asked} ${answered}`);
        expect(decodeReply(commands[asked], bodies[answered]) !== undefined).toBe(fits);
      }
    }
  });

  test.each([
    ['a text length that is not 256', '00 00 90 01 01 04 00'],
    ['a photo length that is not 1024', '00 00 90 01 00 04 01'],
  ])('%s is no answer', (_what, head) => {
    expect(decodeReply(commands.read, Buffer.concat([hex(head), Buffer.alloc(1280)]))).toBeUndefined();
  });

  test('a refusal with DATA, and an answer without SW3, are none', () => {
    expect(decodeReply(commands.find, hex('00 00 80 00'))).toBeUndefined();
    expect(decodeReply(commands.find, hex('00 00'))).toBeUndefined();
  });
});

describe('SAM id (section 7)', () => {
  test('as printed', () => {
    expect(samId.decode(hex('05 00 03 00 FF 4C 40 01 87 D6 12 00 B1 68 DE 3A'))).toBe(
      '05.03-20991231-0001234567-0987654321',
    );
  });

  test('comes back from every 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const printed = samId.decode(bytes);
        expect(printed).toBeDefined();
        expect(show(samId.encode(printed ?? '') ?? ([0] as never))).toBe(show(bytes));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test.each([
    '',
    '5.3-20991231-0001234567-0987654321',
    '05-03-20991231-0001234567-0987654321',
    '05.03-x-1-1',
    '65536.00-00000000-0000000000-0000000000',
  ])('"%s" is not the printed form', (text) => {
    expect(samId.encode(text)).toBeUndefined();
  });
});

describe('hunting for frames', () => {
  const noCard = 'AA AA AA 96 69 00 04 00 00 80 84';
  const body = '00 00 80';

  test.each([
    ['alone', noCard, []],
    ['behind noise', `FF 7E 00 81 ${noCard}`, []],
    ['behind stray AA and 00', `AA 00 AA AA ${noCard}`, []],
    ['behind more AA than three', `AA AA AA AA ${noCard}`, []],
    ['behind a damaged preamble', `AA AA 96 69 00 04 00 00 80 84 ${noCard}`, []],
    ['behind a doubled preamble', `AA AA AA 96 69 ${noCard}`, ['length']],
    ['behind a Len of nothing', `AA AA AA 96 69 00 02 ${noCard}`, ['length']],
    ['behind a Len above the longest', `AA AA AA 96 69 05 09 ${noCard}`, ['length']],
    ['behind a frame with a wrong CHK', `AA AA AA 96 69 00 04 00 00 80 85 ${noCard}`, ['checksum']],
    ['inside a frame that is not one', `AA AA AA 96 69 00 09 ${noCard} 00`, ['checksum']],
  ])('%s', (_where, stream, damaged) => {
    const { heard, made, push } = framer();
    push(stream);
    expect(heard).toEqual({ frames: [body], damaged });
    made.cut();
    expect(heard.frames).toEqual([body]);
    expect(made.partial).toBe(false);
  });

  test('inside a frame whose end never comes: found when the rest is given up', () => {
    const { heard, made, push } = framer();
    push(`AA AA AA 96 69 05 08 ${noCard}`);
    expect(heard).toEqual({ frames: [], damaged: [] });
    made.cut();
    expect(heard).toEqual({ frames: [body], damaged: ['cut'] });
  });

  test('what came before a command is not completed by what comes after it', () => {
    const { heard, made, push } = framer();
    push(noCard.slice(0, 20));
    made.reset();
    push(noCard.slice(20));
    made.cut();
    expect(heard.frames).toEqual([]);
  });

  test('nothing personal stays in the buffer', () => {
    const held: Uint8Array[] = [];
    const made = new Framer({ frame: (each) => held.push(each), damaged: () => undefined });
    const wire = encodeFrame(Buffer.alloc(maximumBody, 0x5a));
    made.push(wire);
    expect(held).toHaveLength(1);
    expect(held[0]?.every((byte) => byte === 0)).toBe(true);
    const memory = new Uint8Array(held[0]?.buffer ?? new ArrayBuffer(0));
    expect(memory.includes(0x5a)).toBe(false);
    made.push(wire.subarray(0, 1000));
    expect(memory.includes(0x5a)).toBe(true);
    made.reset();
    expect(memory.includes(0x5a)).toBe(false);
    made.push(wire.subarray(0, 1000));
    made.cut();
    expect(memory.includes(0x5a)).toBe(false);
  });

  test('a listener that throws does not keep the frame', () => {
    const made = new Framer({
      frame: () => {
        throw new Error('broken');
      },
      damaged: () => undefined,
    });
    expect(() => made.push(hex(noCard))).toThrow('broken');
    expect(made.partial).toBe(false);
  });
});

describe('what one side encodes the other decodes, in any pieces', () => {
  const anyBody = fc
    .oneof({ weight: 5, arbitrary: fc.integer({ min: 2, max: 40 }) }, fc.integer({ min: 2, max: maximumBody }))
    .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));

  test('frames', () => {
    fc.assert(
      fc.property(fc.array(anyBody, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(4000)), (bodies, cuts) => {
        const stream = Buffer.concat(bodies.map((body) => encodeFrame(body)));
        const edges = [0, ...cuts.map((cut) => cut % stream.length).sort((a, b) => a - b), stream.length];
        const { heard, push } = framer();
        for (const [index, end] of edges.slice(1).entries()) push(stream.subarray(edges[index], end));
        expect(heard).toEqual({ frames: bodies.map(show), damaged: [] });
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  const bytes = (size: number) =>
    fc.uint8Array({ minLength: size, maxLength: size }).map((value) => Buffer.from(value));
  test('answers', () => {
    fc.assert(
      fc.property(bytes(4), bytes(8), bytes(256), bytes(1024), bytes(70), (found, selected, text, photo, address) => {
        const read = { textLength: 256, photoLength: 1024, text, photo };
        expect(decodeReply(commands.find, encodeReply(commands.find, { reserved: found }))?.values).toEqual({
          reserved: found,
        });
        expect(decodeReply(commands.select, encodeReply(commands.select, { reserved: selected }))?.values).toEqual({
          reserved: selected,
        });
        expect(decodeReply(commands.read, encodeReply(commands.read, read))?.values).toEqual(read);
        expect(decodeReply(commands.newestAddress, encodeReply(commands.newestAddress, { address }))?.values).toEqual({
          address,
        });
      }),
      { seed: 12, numRuns: 100 },
    );
  });
});
