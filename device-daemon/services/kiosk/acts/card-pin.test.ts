import { expect, test } from 'vitest';
import type { CardReader } from '../../../devices/card-reader.ts';
import type { PinPad } from '../../../devices/pin-pad.ts';
import { CardPins } from './card-pin.ts';

// How the PIN is changed is tried with a real pad and a real chip in test/node-kiosk/card-pin.test.ts; here only where it
// is not even offered (invariant 4).

const rules = { change: true, digits: 6, changeHeader: '805E0100', initialPins: [] };
const reader = { capabilities: () => ({}) } as CardReader;
const pad = (state: string, more: object = { enterDigits() {} }) => ({ report: () => ({ state }), ...more }) as PinPad;
const mayChange = (options: Partial<ConstructorParameters<typeof CardPins>[0]>): boolean =>
  new CardPins({ rules, reader, pad: pad('ready'), journal: {} as never, entryMs: 1, ...options }).mayChange;

test('it is offered where everything is there for it', () => {
  expect(mayChange({})).toBe(true);
  // Without the bank's keys a pad is degraded, and this PIN needs none.
  expect(mayChange({ pad: pad('degraded') })).toBe(true);
});

test.each([
  ['nobody allowed it', { rules: { ...rules, change: false } }],
  ['the pad gives no digit out', { pad: pad('ready', {}) }],
  ['the pad is away', { pad: pad('absent') }],
  ['there is no pad', { pad: undefined }],
  ['there is no reader', { reader: undefined }],
  ['the chip is behind messages', { reader: { capabilities: () => ({ apdusAreMessages: true }) } as CardReader }],
])('not where %s', (_why, options) => {
  expect(mayChange(options)).toBe(false);
});
