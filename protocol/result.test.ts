import { expect, test } from 'vitest';
import { assertNever, err, ok } from './result.ts';

test('a result carries its value or its coded error', () => {
  expect(ok(7)).toEqual({ ok: true, value: 7 });
  expect(err({ code: 'noCard' })).toEqual({ ok: false, error: { code: 'noCard' } });
});

test('an unhandled case names the value', () => {
  expect(() => assertNever('surprise' as never)).toThrow('"surprise"');
});
