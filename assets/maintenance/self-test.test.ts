import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { selfTestCodes, selfTestText } from './self-test.ts';

test('every code that the self-test tells has its words, and every word its code', () => {
  const source = readFileSync(
    new URL('../../device-daemon/services/maintenance/self-test.ts', import.meta.url),
    'utf8',
  );
  // Of devices it tells the state, of cards the kind of unit before the code.
  const told = new Set([...source.matchAll(/(?:code: |\? |: |item\()'([a-zA-Z]+)'/g)].map(([, code]) => code));
  const states = new Set(['ready', 'starting', 'degraded', 'failed', 'absent']);
  for (const key of selfTestCodes) {
    const code = key.split('.').at(-1) ?? '';
    expect([key, told.has(code) || states.has(code)]).toEqual([key, true]);
  }
});

test('a line names what it is about, what was found, with its values, and what to do', () => {
  expect(selfTestText({ subject: 'cards', name: 'unitDISP1', code: 'dispense.low', values: { count: '3' } })).toEqual({
    subject: ['发卡箱', 'Hopper'],
    is: ['只剩 3 张', 'holds only 3 cards'],
    todo: ['两人加卡', 'two persons load it'],
  });
});

test('a device is told in the words of its driver', () => {
  const told = selfTestText({
    subject: 'device',
    name: 'printer',
    code: 'degraded',
    values: { driver: 'escpos', reason: 'paperLow' },
  });
  expect(told.subject[1]).toBe('Receipt printer');
  expect(told.todo?.[1]).toMatch(/roll|paper/);
});
