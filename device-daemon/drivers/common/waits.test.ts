import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { aborted, Deadline, underAny } from './waits.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const far = { timeoutMs: 60_000 } as const;

describe('under any of several signals', () => {
  test('the first to abort ends the work', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const ended = underAny([one.signal, other.signal], async (signal) => {
      await aborted(signal);
      return 'ended';
    });
    other.abort();
    expect(await ended).toBe('ended');
  });
  test('one that has aborted ends it at the start', async () => {
    const signals = [new AbortController().signal, AbortSignal.abort()];
    expect(await underAny(signals, async (signal) => signal.aborted)).toBe(true);
  });
  test('however it ends, nothing of it stays with signals that live on', async () => {
    const { signal } = new AbortController();
    await underAny([signal], async () => expect(listeners(signal)).toBe(1));
    await expect(underAny([signal], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(listeners(signal)).toBe(0);
  });
});

describe('a deadline', () => {
  test('what else may end it cancels it, and is let go of', () => {
    const [own, stop] = [new AbortController(), new AbortController()];
    const deadline = new Deadline({ ...far, signal: own.signal }, stop.signal);
    expect([deadline.signal.aborted, deadline.fault]).toEqual([false, undefined]);
    stop.abort();
    expect([deadline.signal.aborted, deadline.fault]).toEqual([true, { code: 'cancelled' }]);
    deadline.dispose();
    expect([listeners(own.signal), listeners(stop.signal)]).toEqual([0, 0]);
  });
  test('one that was over before is cancelled at the start', () => {
    const deadline = new Deadline(far, AbortSignal.abort());
    expect(deadline.fault).toEqual({ code: 'cancelled' });
    deadline.dispose();
  });
});
