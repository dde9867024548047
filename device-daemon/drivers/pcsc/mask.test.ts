import { expect, test } from 'vitest';
import { maskedHex } from '../../transports/trace.ts';
import { mask } from './mask.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['00 A4 04 00 02 C5 C5', '00 A4 04 00 02 ·· 2 bytes', ['select']],
  ['00 20 00 00 03 12 34 56', '00 20 00 00 03 ·· 3 bytes', ['verify']],
  ['80 5E 01 00 07 12 34 56 FF 65 43 21', '80 5E 01 00 07 ·· 7 bytes', ['changePin']],
  ['00 B2 01 0C 00', '00 B2 01 0C 00', ['readRecord']],
  ['80 C5 00 00', '80 C5 00 00', []],
])('command %s', (apdu, wanted, names) => {
  const seen = mask().sent(hex(apdu));
  expect(maskedHex(hex(apdu), seen.shown)).toBe(wanted);
  expect(seen.names).toEqual(names);
});

test.each([
  ['90 00', '90 00'],
  ['C5 C5 C5 90 00', '·· 3 bytes 90 00'],
])('response %s', (response, wanted) => {
  expect(maskedHex(hex(response), mask().received(hex(response)).shown)).toBe(wanted);
});
