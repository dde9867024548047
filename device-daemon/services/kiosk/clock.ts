import { setTimeout as delay } from 'node:timers/promises';

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

const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** The day in China, `2026-11-23`: cards and hosts count by it, wherever the machine believes it stands. */
export const chinaDay = (date: Date): string => new Date(date.getTime() + chinaOffsetMs).toISOString().slice(0, 10);

/** Local time in China as EMV's 9A and 9F21 want it: `261123`, `143205`. */
export function chinaTime(date: Date): { readonly date: string; readonly time: string } {
  const iso = new Date(date.getTime() + chinaOffsetMs).toISOString();
  return { date: iso.slice(2, 10).replaceAll('-', ''), time: iso.slice(11, 19).replaceAll(':', '') };
}
