import { describe, expect, test } from 'vitest';
import type { Shape, Values } from '../common/fields.ts';
import {
  type Command,
  type CommandName,
  commands,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeRefusal,
  encodeReply,
  errorOf,
  errors,
} from './codec.ts';
import { crcOf, encodeFrame } from './framing.ts';

const hex = (bytes: Uint8Array): string =>
  (Buffer.from(bytes).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

// Every frame of card-dispenser reference 1.2, at address 00.
test.each<[CommandName, string, Values<Shape>]>([
  ['initToGate', 'F2 00 00 03 43 30 30 03 B1', {}],
  ['initToBin', 'F2 00 00 03 43 30 31 03 B0', {}],
  ['initLeave', 'F2 00 00 03 43 30 33 03 B2', {}],
  ['initLeaveCounting', 'F2 00 00 03 43 30 37 03 B6', {}],
  ['status', 'F2 00 00 03 43 31 30 03 B0', {}],
  ['sensors', 'F2 00 00 03 43 31 31 03 B1', {}],
  ['moveToGate', 'F2 00 00 03 43 32 30 03 B3', {}],
  ['moveToIc', 'F2 00 00 03 43 32 31 03 B2', {}],
  ['moveToRf', 'F2 00 00 03 43 32 32 03 B1', {}],
  ['moveToBin', 'F2 00 00 03 43 32 33 03 B0', {}],
  ['moveOut', 'F2 00 00 03 43 32 39 03 BA', {}],
  ['entryEnable', 'F2 00 00 03 43 33 30 03 B2', {}],
  ['entryDisable', 'F2 00 00 03 43 33 31 03 B3', {}],
  ['icReset', 'F2 00 00 04 43 51 30 30 03 E7', { voltage: 'emv5' }],
  ['icPowerOff', 'F2 00 00 03 43 51 31 03 D1', {}],
  ['apduT0', 'F2 00 00 0A 43 51 33 00 A4 00 00 02 3F 00 03 43', { apdu: bytes('00A40000023F00') }],
  ['apduAuto', 'F2 00 00 0A 43 51 39 00 A4 00 00 02 3F 00 03 49', { apdu: bytes('00A40000023F00') }],
  ['serialNumber', 'F2 00 00 03 43 A2 30 03 23', {}],
  ['configuration', 'F2 00 00 03 43 A3 30 03 22', {}],
  ['version', 'F2 00 00 03 43 A4 30 03 25', {}],
  ['binCounter', 'F2 00 00 03 43 A5 30 03 24', {}],
])('%s is %s', (name, frame, values) => {
  const command: Command = commands[name];
  const text = encodeCommand(command, values);
  expect(hex(encodeFrame(0, text))).toBe(frame);
  expect(decodeCommand(command, text)).toEqual(values);
});

describe('answers of 1.2', () => {
  const frame = (text: Buffer): string => hex(encodeFrame(0, text));
  const status = bytes('30 32 30');
  const data = Buffer.alloc(0);

  test('STATUS: no card, stacker enough, bin ok', () => {
    const text = encodeReply(commands.status, status, { data });
    expect(frame(text)).toBe('F2 00 00 06 50 31 30 30 32 30 03 94');
    expect(decodeReply(commands.status, text)).toEqual({ kind: 'positive', status, values: { data } });
  });
  test('MOVE to IC done', () => {
    expect(frame(encodeReply(commands.moveToIc, bytes('32 32 30'), { data }))).toBe(
      'F2 00 00 06 50 32 31 32 32 30 03 94',
    );
  });
  test.each([
    ['moveToIc', 'A0', 'F2 00 00 05 4E 32 31 41 30 03 C8'],
    ['status', 'B0', 'F2 00 00 05 4E 31 30 42 30 03 C9'],
  ] as const)('%s refused with %s', (name, code, bytesOf) => {
    const text = encodeRefusal(commands[name], code);
    expect(frame(text)).toBe(bytesOf);
    expect(decodeReply(commands[name], text)).toMatchObject({ kind: 'negative', code });
    // As the printed manual has it.
    text[0] = 0x45;
    expect(decodeReply(commands[name], text)).toMatchObject({ kind: 'negative', code });
  });
  test('an answer to something else, a half one, a code of no characters: none', () => {
    expect(decodeReply(commands.status, encodeReply(commands.moveToIc, status, { data }))).toBeUndefined();
    expect(decodeReply(commands.status, bytes('50 31 30 30 32'))).toBeUndefined();
    expect(decodeReply(commands.status, bytes('4E 31 30 00 30'))).toBeUndefined();
    expect(decodeReply(commands.binCounter, bytes('50 A5 30 30 32 30 30 30 3A'))).toBeUndefined();
  });
});

describe('dialect B', () => {
  test('its CRC is CRC-16 with 1021 from 0: check value of 2.1', () => {
    expect(crcOf(Buffer.from('123456789'))).toBe(0x31c3);
  });
  // Every frame of card-dispenser reference 2.1 and 2.2: status of either unit, eject and capture of the Sankyo.
  test.each([
    ['43 31 30', 'F2 00 03 43 31 30 C5 2A'],
    ['43 33 30', 'F2 00 03 43 33 30 A3 48'],
    ['43 33 31', 'F2 00 03 43 33 31 B3 69'],
  ])('%s is %s', (text, frame) => {
    expect(hex(encodeFrame(0, bytes(text), 'b'))).toBe(frame);
  });
  test('STATUS is the letters of dialect A', () => {
    expect(hex(encodeFrame(0, encodeCommand(commands.status, {}), 'b'))).toBe('F2 00 03 43 31 30 C5 2A');
  });
  test.each(['00', '01', '02'])('two state bytes, %s, then DATA', (digits) => {
    const status = Buffer.from(digits);
    const text = encodeReply(commands.status, status, { data: bytes('07 08') });
    expect(text).toEqual(Buffer.concat([bytes('50 31 30'), status, bytes('07 08')]));
    expect(decodeReply(commands.status, text, 'b')).toEqual({
      kind: 'positive',
      status,
      values: { data: bytes('07 08') },
    });
    // One digit is no state of B, and two are none of A.
    expect(decodeReply(commands.status, text.subarray(0, 4), 'b')).toBeUndefined();
    expect(decodeReply(commands.status, text.subarray(0, 5))).toBeUndefined();
  });
  test('a refusal is that of dialect A', () => {
    expect(decodeReply(commands.status, encodeRefusal(commands.status, 'B0'), 'b')).toMatchObject({ code: 'B0' });
  });
});

test('an error of no list is for a person', () => {
  expect(errorOf('FF').class).toBe('attention');
  expect(errors.get('B0')?.class).toBe('init');
});
