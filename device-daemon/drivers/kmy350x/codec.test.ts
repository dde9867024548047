import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountDigits } from '../common/account.ts';
import type { Shape, Values } from '../common/fields.ts';
import {
  type Command,
  commands,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  withCheckValue,
} from './codec.ts';
import { pinStep } from './entry.ts';
import { encodeFrame, Framer, maximumLength } from './framer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const show = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const wire = (text: string): string => show(hex(text));

interface Heard {
  readonly frames: string[];
  readonly bytes: number[];
  damaged: number;
}

function framer(gapMs = 500): {
  readonly heard: Heard;
  readonly push: (text: string | Uint8Array, atMs?: number) => void;
} {
  const heard: Heard = { frames: [], bytes: [], damaged: 0 };
  const made = new Framer(
    {
      frame: (body) => heard.frames.push(show(body)),
      byte: (value) => heard.bytes.push(value),
      damaged: () => {
        heard.damaged += 1;
      },
    },
    gapMs,
  );
  return { heard, push: (data, atMs = 0) => made.push(typeof data === 'string' ? hex(data) : data, atMs) };
}

describe('command -> exact bytes on the wire', () => {
  test.each([
    // The four examples of b.1.
    ['reset', encodeRequest(commands.reset, {}), '02 30 31 33 31 33 30 03'],
    ['version', encodeRequest(commands.version, {}), '02 30 31 33 30 33 31 03'],
    ['fetch the PIN block', encodeRequest(commands.fetchPinBlock, {}), '02 30 31 34 32 34 33 03'],
    ['open the keypad silent', encodeRequest(commands.keypad, { mode: 'openSilent' }), '02 30 32 34 35 30 33 34 34 03'],
    // Computed from its rule.
    ['close the keypad', encodeRequest(commands.keypad, { mode: 'close' }), '02 30 32 34 35 30 31 34 36 03'],
    ['open the keypad', encodeRequest(commands.keypad, { mode: 'open' }), '02 30 32 34 35 30 32 34 35 03'],
    [
      'triple DES for master keys',
      encodeRequest(commands.parameter, { name: 'masterKeyCipher', value: 0x30 }),
      '02 30 33 34 36 30 30 33 30 37 35 03',
    ],
    [
      'triple DES for working keys',
      encodeRequest(commands.parameter, { name: 'workingKeyCipher', value: 0x30 }),
      '02 30 33 34 36 30 31 33 30 37 34 03',
    ],
    [
      'activate key 0 0',
      encodeRequest(commands.activateKey, { masterKey: 0, slot: 0 }),
      '02 30 33 34 33 30 30 30 30 34 30 03',
    ],
    [
      'account',
      encodeRequest(commands.account, { digits: Buffer.from('987654321098') }),
      '02 30 44 33 34 33 39 33 38 33 37 33 36 33 35 33 34 33 33 33 32 33 31 33 30 33 39 33 38 33 39 03',
    ],
    [
      'start a PIN of up to 6 digits, 60 units',
      encodeRequest(commands.startPin, { length: 6, displayMode: 1, addMode: 1, prompt: 0, timeOut: 60 }),
      '02 30 36 33 35 30 36 30 31 30 31 30 30 33 43 30 39 03',
    ],
  ])('%s', (_name, body, expected) => {
    expect(show(encodeFrame(body))).toBe(wire(expected));
  });

  test.each([
    [8, 0x0b],
    [16, 0x13],
    [24, 0x1b],
  ])('a working key of %i bytes has Ln %i', (size, length) => {
    const body = encodeRequest(commands.loadWorkingKey, {
      masterKey: 0,
      slot: withCheckValue,
      key: Buffer.alloc(size),
    });
    expect(body.length).toBe(length);
    expect(show(body.subarray(0, 3))).toBe('330040');
  });

  test('no command can be spelled that encrypts or decrypts with a key', () => {
    const codes = Object.values(commands).map((command) => command.code);
    for (const code of [0x32, 0x36, 0x37, 0x41]) expect(codes).not.toContain(code);
  });

  test('a value that does not fit its field throws before anything is sent', () => {
    expect(() => encodeRequest(commands.account, { digits: Buffer.from('12345') })).toThrow(RangeError);
    expect(() => encodeRequest(commands.activateKey, { masterKey: 256, slot: 0 })).toThrow(RangeError);
    expect(() => encodeFrame(Buffer.alloc(maximumLength + 1))).toThrow(RangeError);
  });
});

describe('answers', () => {
  test.each([
    ['04', { kind: 'accepted', masterKeyValid: true, batteryLow: false }],
    ['15', { kind: 'refused', masterKeyValid: true, batteryLow: false }],
    ['80', { kind: 'timeOut' }],
    ['A4', { kind: 'accepted', masterKeyValid: false, batteryLow: false }],
    ['B5', { kind: 'refused', masterKeyValid: false, batteryLow: false }],
    ['C4', { kind: 'accepted', masterKeyValid: true, batteryLow: true }],
    ['D5', { kind: 'refused', masterKeyValid: true, batteryLow: true }],
    ['E0', { kind: 'unknownCommand' }],
    ['F0', { kind: 'selfTest', part: 'cpu' }],
    ['F1', { kind: 'selfTest', part: 'memory' }],
    ['F2', { kind: 'selfTest', part: 'keyShort' }],
    ['F3', { kind: 'selfTest', part: 'serialLevel' }],
    ['F4', { kind: 'selfTest', part: 'cpuCard' }],
    ['F5', { kind: 'selfTest', part: 'battery' }],
    ['F6', { kind: 'selfTest', part: 'masterKey' }],
    ['F7', { kind: 'selfTest', part: 'other' }],
  ])('ST %s', (st, status) => {
    expect(decodeReply(commands.reset, hex(st))?.status).toEqual(status);
  });

  test('a status that is not in the table is no answer', () => {
    expect(decodeReply(commands.reset, hex('05'))).toBeUndefined();
  });

  test('the form tells whose answer it is', () => {
    const block = hex('04 0011223344556677');
    expect(decodeReply(commands.fetchPinBlock, block)?.values?.block).toEqual(hex('0011223344556677'));
    expect(decodeReply(commands.reset, block)).toBeUndefined();
    expect(decodeReply(commands.version, block)).toBeUndefined();
    expect(decodeReply(commands.fetchPinBlock, hex('04'))).toBeUndefined();
    expect(decodeReply(commands.fetchPinBlock, hex('15 00'))).toBeUndefined();
  });

  test('without a valid key nothing that needs one is accepted, data or not', () => {
    expect(decodeReply(commands.fetchPinBlock, hex('A4'))?.status.kind).toBe('refused');
    expect(decodeReply(commands.fetchPinBlock, hex('A4 0011223344556677'))?.status.kind).toBe('refused');
    expect(decodeReply(commands.activateKey, hex('A4'))?.status.kind).toBe('refused');
    expect(decodeReply(commands.keypad, hex('A4'))?.status.kind).toBe('accepted');
  });

  test('version and serial number', () => {
    const body = Buffer.concat([hex('04'), Buffer.from('KMY3501B V2.10  '), hex('2019061200031234 0000')]);
    expect(decodeReply(commands.version, body)?.values).toEqual({
      firmware: 'KMY3501B V2.10',
      serialNumber: '2019061200031234',
      suffix: hex('0000'),
    });
  });
});

describe('what one side encodes the other decodes, in any pieces', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const bytes = (...sizes: number[]) =>
    fc
      .constantFrom(...sizes)
      .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
      .map((value) => Buffer.from(value));
  const digits = fc.stringMatching(/^[0-9]{12}$/).map((value) => Buffer.from(value));

  const requests = {
    version: fc.constant({}),
    reset: fc.constant({}),
    loadWorkingKey: fc.record({ masterKey: byte, slot: byte, key: bytes(8, 16, 24) }),
    account: fc.record({ digits }),
    startPin: fc.record({ length: byte, displayMode: byte, addMode: byte, prompt: byte, timeOut: byte }),
    fetchPinBlock: fc.constant({}),
    activateKey: fc.record({ masterKey: byte, slot: byte }),
    keypad: fc.record({ mode: fc.constantFrom('close', 'open', 'openSilent', 'system') }),
    parameter: fc.record({ name: fc.constantFrom('masterKeyCipher', 'workingKeyCipher'), value: byte }),
  } as const satisfies Record<keyof typeof commands, fc.Arbitrary<object>>;
  const replies = {
    version: fc.record({
      firmware: fc.stringMatching(/^[!-~]{0,16}$/),
      serialNumber: bytes(8).map(show),
      suffix: bytes(2),
    }),
    reset: fc.constant({}),
    loadWorkingKey: fc.record({ checkValue: bytes(4, 8) }),
    account: fc.constant({}),
    startPin: fc.constant({}),
    fetchPinBlock: fc.record({ block: bytes(8, 16) }),
    activateKey: fc.constant({}),
    keypad: fc.constant({}),
    parameter: fc.constant({}),
  } as const satisfies Record<keyof typeof commands, fc.Arbitrary<object>>;

  /** The frame's body after a walk over the line, cut into pieces. */
  function carried(body: Buffer, piece: number): Buffer {
    const { heard, push } = framer();
    const frame = encodeFrame(body);
    for (let at = 0; at < frame.length; at += piece) push(frame.subarray(at, at + piece));
    expect(heard).toMatchObject({ bytes: [], damaged: 0, frames: [show(body)] });
    return hex(heard.frames[0] ?? '');
  }

  const pieces = fc.integer({ min: 1, max: 64 });
  test.each(Object.keys(commands) as (keyof typeof commands)[])('%s', (name) => {
    const command: Command = commands[name];
    fc.assert(
      fc.property(requests[name] as fc.Arbitrary<Values<Shape>>, pieces, (values, piece) => {
        expect(decodeRequest(command, carried(encodeRequest(command, values), piece))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(replies[name] as fc.Arbitrary<Values<Shape>>, pieces, (values, piece) => {
        const reply = decodeReply(command, carried(encodeReply(command, 0x04, values), piece));
        expect(reply).toEqual({ status: { kind: 'accepted', masterKeyValid: true, batteryLow: false }, values });
      }),
    );
  });
});

describe('the framer', () => {
  const ok = '02 30 31 30 34 30 35 03';

  test('takes a frame in any pieces', () => {
    const { heard, push } = framer();
    for (const byte of hex(ok)) push(Uint8Array.of(byte));
    expect(heard).toEqual({ frames: ['04'], bytes: [], damaged: 0 });
  });

  test.each([
    ['wrong BCC', '02 30 31 30 34 30 34 03'],
    ['Ln too high', '02 30 32 30 34 30 36 03'],
    ['Ln zero', '02 30 30 30 30 03'],
    ['odd number of characters', '02 30 31 30 34 30 03'],
    ['lower-case hex', '02 30 31 61 34 61 35 03'],
    ['empty', '02 03'],
    ['a raw key byte inside', '02 30 31 2A 30 34 30 35 03'],
  ])('drops a frame with %s, all of it, and takes the next', (_name, bad) => {
    const { heard, push } = framer();
    push(bad);
    push(ok);
    expect(heard).toEqual({ frames: ['04'], bytes: [], damaged: 1 });
  });

  test('single bytes between frames are keys', () => {
    const { heard, push } = framer();
    push(`2A ${ok} 2A 08 0D 1B 00`);
    expect(heard).toEqual({ frames: ['04'], bytes: [0x2a, 0x2a, 0x08, 0x0d, 0x1b, 0x00], damaged: 0 });
  });

  test('a frame that stops is over after the gap: the next keys count', () => {
    const { heard, push } = framer(500);
    push('02 30 31', 0);
    push('2A', 600);
    expect(heard).toEqual({ frames: [], bytes: [0x2a], damaged: 1 });
  });

  test('a broken frame without an end is skipped for one maximum frame at most', () => {
    const { heard, push } = framer();
    push(Buffer.concat([hex('02 FF'), Buffer.alloc(2 * (maximumLength + 2), 0x31), hex('2A')]));
    expect(heard.bytes.at(-1)).toBe(0x2a);
    expect(heard.frames).toEqual([]);
  });

  test('the longest frame passes', () => {
    const { heard, push } = framer();
    const body = Buffer.alloc(maximumLength, 0xa5);
    push(encodeFrame(body));
    expect(heard.frames).toEqual([show(body)]);
  });

  test('200 000 hostile bytes: no crash, and no frame whose check was wrong', () => {
    let seed = 0x350;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 8;
    };
    // Mostly bytes that mean something to the line, so that nearly right frames are frequent.
    const alphabet = hex('02 02 03 03 30 31 32 33 34 35 30 31 30 34 41 46 2A 0D 1B 08 00 FF 61');
    const stream = Buffer.alloc(200_000);
    for (let i = 0; i < stream.length; i += 1) stream[i] = alphabet[random() % alphabet.length] ?? 0;
    const genuine = encodeFrame(hex('04 0011223344556677'));
    for (let at = 0; at + genuine.length < stream.length; at += 500 + (random() % 500)) {
      stream.set(genuine, at);
      const how = random() % 4;
      const inside = at + (random() % genuine.length);
      if (how === 0) stream[inside] = random() & 0xff;
      if (how === 1) stream.copyWithin(inside, inside + 1, inside + 300);
    }
    const frames: string[] = [];
    const made = new Framer(
      {
        frame: (body) => {
          frames.push(show(body));
          for (const command of Object.values(commands)) {
            decodeReply(command, body);
            decodeRequest(command, body);
          }
        },
        byte: () => undefined,
        damaged: () => undefined,
      },
      500,
    );
    for (let at = 0; at < stream.length; ) {
      const size = 1 + (random() % 64);
      made.push(stream.subarray(at, at + size), 0);
      at += size;
    }
    // An independent reading of the same stream: every 02 … 03 without another 02 inside, checked by itself.
    const expected = stream
      .toString('latin1')
      .split('\x02')
      .slice(1)
      .flatMap((part) => (part.includes('\x03') ? [part.slice(0, part.indexOf('\x03'))] : []))
      .filter((text) => /^(?:[0-9A-F]{2}){3,29}$/.test(text))
      .map((text) => Buffer.from(text, 'hex'))
      .filter((bytes) => bytes[0] === bytes.length - 2 && bytes.reduce((a, b) => a ^ b) === 0)
      .map((bytes) => show(bytes.subarray(1, -1)));
    expect(frames.length).toBeGreaterThan(100);
    expect(frames).toEqual(expected);
  });
});

describe('the account is cut from the full number', () => {
  test.each([
    ['43219876543210987', '987654321098'],
    ['9999990000000000017', '000000000001'],
    ['12345678', '000001234567'],
  ])('%s', (pan, account) => {
    expect(accountDigits(Buffer.from(pan))?.toString()).toBe(account);
  });

  test.each(['', '1234567', '12345678901234567890', '622202123456789O128'])('"%s" is refused', (pan) => {
    expect(accountDigits(Buffer.from(pan))).toBeUndefined();
  });
});

describe('counting along with the pad', () => {
  const rules = { minDigits: 4, maxDigits: 6, clearRemoves: 'one' } as const;
  test.each([
    [3, 0x2a, { digits: 4, key: 'digit' }],
    [6, 0x2a, { digits: 6, key: 'digit' }],
    [3, 0x08, { digits: 2, key: 'clear' }],
    [0, 0x08, { digits: 0, key: 'clear' }],
    [3, 0x0d, { digits: 0, key: 'clear', end: 'tooShort' }],
    [4, 0x0d, { digits: 4, key: 'enter', end: 'entered' }],
    [4, 0x1b, { digits: 0, key: 'cancel', end: 'cancelled' }],
    [4, 0x00, { digits: 0, end: 'timeOut' }],
    [4, 0x31, undefined],
  ] as const)('%i digits, then byte %i', (digits, byte, expected) => {
    expect(pinStep(digits, byte, rules)).toEqual(expected);
  });

  test('clear takes all digits on a pad that does so', () => {
    expect(pinStep(5, 0x08, { ...rules, clearRemoves: 'all' })?.digits).toBe(0);
  });
});
