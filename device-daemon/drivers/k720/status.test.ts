import { expect, test } from 'vitest';
import { busy, decodeStatus, failureOf, stateOf } from './status.ts';

const of = (characters: string) => decodeStatus(Buffer.from(characters, 'latin1'));
const said = (characters: string, disputed: 'hopperFull' | 'binFull' = 'hopperFull'): string => {
  const status = of(characters);
  if (status === undefined) return 'unknown';
  const { path, hopper, bin } = stateOf(status, disputed);
  return [path, hopper, bin, failureOf(status) ?? '', busy(status) ? 'busy' : ''].join(' ').trimEnd();
};

// Last characters of 3.2 and 0a; 34 is the state of a unit that is ready.
test.each([
  ['0000', 'empty ok ok'],
  ['0004', 'empty ok ok'],
  ['0001', 'atGate ok ok'],
  ['0003', 'atRead ok ok'],
  ['0005', 'atGate ok ok'],
  ['0006', 'inTransit ok ok'],
  ['0007', 'atRead ok ok'],
  ['0002', 'inTransit ok ok'],
  ['0008', 'empty empty ok'],
  ['0009', 'atGate empty ok'],
  ['000;', 'atRead empty ok'],
  // The last card waits: there is still one.
  ['000<', 'empty low ok'],
  ['000>', 'inTransit low ok'],
  ['0014', 'empty low ok'],
  ['8004', 'empty ok full'],
  ['0026', 'inTransit ok ok jammed'],
  ['0024', 'inTransit ok ok jammed'],
  ['0043', 'atRead ok ok cardSize'],
  ['0204', 'empty ok ok mechanicalFault'],
  ['0208', 'empty empty ok hopperEmpty'],
  ['8103', 'atRead ok full binFull'],
  ['4003', 'atRead ok ok powerLost'],
  ['0803', 'atRead ok ok  busy'],
  ['0401', 'atGate ok ok  busy'],
  ['1000', 'empty ok ok  busy'],
  ['000@', 'unknown'],
  ['zzzz', 'unknown'],
  ['004', 'unknown'],
])('%s: %s', (characters, wanted) => {
  expect(said(characters)).toBe(wanted);
});

test('bit 8 of the third character is what the setting says', () => {
  expect(said('0084', 'hopperFull')).toBe('empty ok ok');
  expect(said('0084', 'binFull')).toBe('empty ok full');
});
