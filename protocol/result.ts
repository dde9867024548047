/**
 * The outcome of something that is expected to fail at times. Bugs throw; expected failures are values with codes.
 * `E` is a union of coded failures, so that a `switch` over `error.code` is checked for completeness.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok(): Result<void, never>;
export function ok<T>(value: T): Result<T, never>;
export function ok<T>(value?: T): Result<T | undefined, never> {
  return { ok: true, value };
}

export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

/** Proof to the compiler, and to the reader of a crash log, that every case was handled. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

/**
 * The outcome of a physical act. `unknown` is settled by sensors, counters or a person, never by repeating the act.
 */
export type PhysicalOutcome = 'done' | 'notDone' | 'unknown';
