/** How the answer of a call is looked at. */

/** Below the command: nobody can say what the daemon did. */
export const linkFaults: ReadonlySet<string> = new Set(['connectionLost', 'timedOut', 'rejected']);

export type Answered<T, F extends { readonly code: string }> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: F };

/** The error code, where it failed. */
export function codeOf(output: Answered<unknown, { readonly code: string }>): string | undefined {
  return output.ok ? undefined : output.error.code;
}

export const failedWith =
  (...codes: readonly string[]) =>
  ({ event }: { readonly event: { readonly output: Answered<unknown, { readonly code: string }> } }): boolean =>
    codes.includes(codeOf(event.output) ?? '');

export const succeeded = ({ event }: { readonly event: { readonly output: { readonly ok: boolean } } }): boolean =>
  event.output.ok;
