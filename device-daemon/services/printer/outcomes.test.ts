import { expect, test } from 'vitest';
import { failed, printed } from './outcomes.ts';

const context = (timeoutMs: number | undefined, reason?: 'canceled' | 'timeOut') => ({
  requestId: 1,
  connection: { id: 1, role: 'device-client' as const, closed: new AbortController().signal },
  signal: reason === undefined ? new AbortController().signal : AbortSignal.abort(reason),
  timeoutMs,
  emit: () => {},
});

test.each<[string, ReturnType<typeof context>, string, string]>([
  // Both clocks run out in the same millisecond: which is heard first is nobody's business.
  ['the time that the client gave is over, which the driver tells first', context(1), 'timeOut', 'timeOut'],
  ['the time that the client gave is over', context(0, 'timeOut'), 'timeOut', 'timeOut'],
  ['the client took it back', context(1, 'canceled'), 'canceled', 'canceled'],
  ['the client gave no time, and the printer takes too long', context(undefined), 'hardwareError', 'deviceNotReady'],
])('%s', (_what, given, reset, print) => {
  expect(failed({ code: 'timeOut' }, given).completionCode).toBe(reset);
  expect(printed({ outcome: 'unknown' }, given).completionCode).toBe(print);
});
