import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../../devices/card-reader.ts';
import type { OperationOptions } from '../../devices/device.ts';

const stoppedFault: CardFault = { code: 'notReady', detail: 'stopped' };

export interface WaitOptions<T> extends OperationOptions {
  readonly look: () => T | undefined;
  readonly subscribe: (changed: () => void) => () => void;
  /** False while nobody can see the slot. */
  readonly usable: () => boolean;
  readonly outage: () => CardFault;
  readonly outageGraceMs: number;
  readonly stopped: AbortSignal;
}

/** Looks now and after every change. Ends with what was seen, `timeOut`, `cancelled`, or the outage that lasted too long. */
export function waitUntil<T>(options: WaitOptions<T>): Promise<Result<T, CardFault>> {
  return new Promise((resolve) => {
    let outageTimer: NodeJS.Timeout | undefined;
    const settle = (result: Result<T, CardFault>): void => {
      clearTimeout(timer);
      clearTimeout(outageTimer);
      stopListening();
      options.signal?.removeEventListener('abort', onAbort);
      options.stopped.removeEventListener('abort', onStop);
      resolve(result);
    };
    const onAbort = (): void => settle(err({ code: 'cancelled' }));
    const onStop = (): void => settle(err(stoppedFault));
    const check = (): void => {
      const seen = options.look();
      if (seen !== undefined) settle(ok(seen));
      else if (options.usable()) {
        clearTimeout(outageTimer);
        outageTimer = undefined;
      } else outageTimer ??= setTimeout(() => settle(err(options.outage())), options.outageGraceMs);
    };
    const timer = setTimeout(() => settle(err({ code: 'timeOut' })), options.timeoutMs);
    const stopListening = options.subscribe(check);
    options.signal?.addEventListener('abort', onAbort);
    options.stopped.addEventListener('abort', onStop);
    if (options.stopped.aborted) onStop();
    else if (options.signal?.aborted) onAbort();
    else check();
  });
}

/**
 * Lets one operation through at a time, in the order of arrival. The caller's promise settles at its own time-out, cancel
 * or at stop, also in the middle of an exchange that cannot be called back; the next one passes only when that exchange is over.
 */
export class Turnstile {
  #tail: Promise<unknown> = Promise.resolve();
  #inside = 0;

  get busy(): boolean {
    return this.#inside > 0;
  }

  pass<T>(
    options: OperationOptions & { readonly stopped: AbortSignal },
    work: (remainingMs: () => number) => Promise<Result<T, CardFault>>,
  ): Promise<Result<T, CardFault>> {
    const deadline = performance.now() + options.timeoutMs;
    const remainingMs = (): number => deadline - performance.now();
    return new Promise((resolve, reject) => {
      let started = false;
      let settled = false;
      const release = (): void => {
        settled = true;
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        options.stopped.removeEventListener('abort', onStop);
      };
      const settle = (result: Result<T, CardFault>): void => {
        release();
        resolve(result);
      };
      const onAbort = (): void => settle(err({ code: 'cancelled' }));
      const onStop = (): void => settle(err(stoppedFault));
      // In the exchange itself the channel keeps the deadline: its answer tells more than ours.
      const timer = setTimeout(() => {
        if (!started) settle(err({ code: 'timeOut' }));
      }, options.timeoutMs);
      options.signal?.addEventListener('abort', onAbort);
      options.stopped.addEventListener('abort', onStop);
      if (options.stopped.aborted) onStop();
      else if (options.signal?.aborted) onAbort();
      const turn = async (): Promise<void> => {
        if (settled) return;
        started = true;
        this.#inside += 1;
        try {
          settle(await work(remainingMs));
        } catch (error) {
          release();
          reject(error);
        } finally {
          this.#inside -= 1;
        }
      };
      this.#tail = this.#tail.then(turn, turn);
    });
  }
}
