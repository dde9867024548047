import { expect, test } from 'vitest';
import { isWeakPin } from './bank-pins.ts';

const yi = { birth: '19850315', number: '000000198503150024' };

test.each([
  ['000000', 'one digit'],
  ['123456', 'a run upwards'],
  ['987654', 'a run downwards'],
  ['850315', 'birthday, year first'],
  ['150385', 'birthday, day first'],
  ['031585', 'birthday, month first'],
  ['198503', 'year and month'],
  ['150024', 'end of the ID number'],
  ['12345', 'too short'],
  ['1234567', 'too long'],
])('%s is weak: %s', (pin) => {
  expect(isWeakPin(pin, yi)).toBe(true);
});

test('a check character X cannot be entered: the six digits before it are the end', () => {
  expect(isWeakPin('010101', { birth: '19961010', number: '00000019961010101X' })).toBe(true);
});

test.each(['246810', '902184', '112233', '135790', '850316'])('%s is not', (pin) => {
  expect(isWeakPin(pin, yi)).toBe(false);
});
