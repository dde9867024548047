import { expect, test } from 'vitest';
import type { PrintOutcome } from '../../devices/receipt-printer.ts';
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

// Whoever reads codes only must not reprint what may be on the paper, and may print anew what is not.
test.each<[PrintOutcome, string]>([
  [{ outcome: 'notDone', reason: 'paperOut' }, 'commandErrorCode paperOut'],
  [{ outcome: 'notDone', reason: 'mechanicalError' }, 'commandErrorCode paperJammed'],
  [{ outcome: 'notDone', reason: 'cutterError' }, 'commandErrorCode paperJammed'],
  [{ outcome: 'notDone', reason: 'coverOpen' }, 'userError'],
  [{ outcome: 'notDone', reason: 'overheated' }, 'hardwareError'],
  [{ outcome: 'notDone', reason: 'offline' }, 'deviceNotReady'],
  [{ outcome: 'unknown', reason: 'paperOut' }, 'hardwareError'],
  [{ outcome: 'unknown', reason: 'mechanicalError' }, 'hardwareError'],
  [{ outcome: 'unknown', reason: 'cutterError' }, 'hardwareError'],
  [{ outcome: 'unknown', reason: 'coverOpen' }, 'userError'],
])('%o: %s, with a code of the print itself only where nothing was printed', (outcome, wanted) => {
  const { completionCode, payload } = printed(outcome, context(undefined));
  expect([completionCode, ...Object.values(payload ?? {})].join(' ')).toBe(wanted);
});
