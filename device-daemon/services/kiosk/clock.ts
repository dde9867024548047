import { setTimeout as delay } from 'node:timers/promises';
import { inChina } from '../../journal/index.ts';

/** Time as the daemon uses it: durations on the monotonic clock, dates on the wall clock, which may jump. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Wall clock; only for what people read and for dates on cards. */
  date(): Date;
  /** Runs once after `ms`; returns how to cancel. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms`, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  date: () => new Date(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};

/** The day in China, `2026-11-23`: cards and hosts count by it, wherever the machine believes it stands. */
export const chinaDay = (date: Date): string => inChina(date).slice(0, 10);

/** Local time in China as EMV's 9A and 9F21 want it: `261123`, `143205`. */
export function chinaTime(date: Date): { readonly date: string; readonly time: string } {
  const now = inChina(date);
  return { date: now.slice(2, 10).replaceAll('-', ''), time: now.slice(11, 19).replaceAll(':', '') };
}
