import { describe, expect, test } from 'vitest';
import { type CommandName, commands, decodeCommand, decodeReply, encodeCommand, encodeReply } from './codec.ts';
import { encodeControl, encodeFrame } from './framer.ts';
import { decodeStatus, encodeStatus } from './status.ts';

const hex = (bytes: Uint8Array): string =>
  (Buffer.from(bytes).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');

// Every frame of card-dispenser reference 3.1, at address 00.
test.each<[CommandName, string]>([
  ['dispense', '02 30 30 00 02 44 43 03 04'],
  ['recycle', '02 30 30 00 02 43 50 03 10'],
  ['toHopper', '02 30 30 00 02 44 42 03 05'],
  ['reset', '02 30 30 00 02 52 53 03 02'],
  ['simpleStatus', '02 30 30 00 02 52 46 03 17'],
  ['status', '02 30 30 00 02 41 50 03 12'],
  ['version', '02 30 30 00 02 47 56 03 12'],
  ['toTake', '02 30 30 00 03 46 43 30 03 37'],
  ['toMouth', '02 30 30 00 03 46 43 34 03 33'],
  ['toSensor2', '02 30 30 00 03 46 43 36 03 31'],
  ['toRead', '02 30 30 00 03 46 43 37 03 30'],
  ['accept', '02 30 30 00 03 46 43 38 03 3F'],
])('%s is %s', (name, frame) => {
  const text = encodeCommand(commands[name]);
  expect(hex(encodeFrame(0, text))).toBe(frame);
  expect(decodeCommand(text)).toBe(name);
});

test('the address is two digits, behind control bytes too', () => {
  expect(hex(encodeFrame(15, encodeCommand(commands.status)))).toBe('02 31 35 00 02 41 50 03 16');
  expect(hex(encodeControl('enq', 0))).toBe('05 30 30');
  expect(hex(encodeControl('eot', 12))).toBe('04 31 32');
  expect(() => encodeFrame(16, Buffer.from('AP'))).toThrow(RangeError);
});

describe('answers', () => {
  test.each([
    ['status', Buffer.from('SF0004')],
    ['simpleStatus', Buffer.from('SF004')],
  ] as const)('%s: there and back', (name, text) => {
    const values = decodeReply(commands[name], text);
    expect(values?.characters.toString('latin1')).toBe(text.subarray(2).toString('latin1'));
    expect(values && encodeReply(commands[name], values)).toEqual(text);
  });
  test('the version', () => {
    const values = { version: 'TTCE_K720_V2.05' };
    expect(decodeReply(commands.version, encodeReply(commands.version, values))).toEqual(values);
  });
  test('another head, another length, no text: none', () => {
    expect(decodeReply(commands.status, Buffer.from('SX0004'))).toBeUndefined();
    expect(decodeReply(commands.status, Buffer.from('SF004'))).toBeUndefined();
    expect(decodeReply(commands.version, Buffer.from('0102ff', 'hex'))).toBeUndefined();
    expect(decodeCommand(Buffer.from('FC9'))).toBeUndefined();
  });
  test('every status there and back', () => {
    for (let all = 0; all < 0x1_0000; all += 0x101) {
      const characters = Buffer.from([12, 8, 4, 0].map((shift) => 0x30 + ((all >> shift) & 0x0f)));
      const status = decodeStatus(characters) ?? expect.fail();
      const set = (Object.keys(status) as (keyof typeof status)[]).filter((bit) => status[bit]);
      expect(encodeStatus(set)).toEqual(characters);
    }
  });
});
