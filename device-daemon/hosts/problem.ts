import type { Problem } from '#protocol/generated/card-management.ts';
import type { HostFailure } from './ports.ts';

/** RFC 9457 problem details, the same in both contracts; a status that contradicts the response's own is a forgery or a bug. */
export function isProblem(
  content: unknown,
  validate: ((data: unknown) => boolean) | undefined,
  status: number,
): content is Problem {
  return validate?.(content) === true && (content as Problem).status === status;
}

/** What a problem means for the act (contract, responses `Refused` and `Trouble`). */
export function failureOf({ status, code, retryAfter, safeToRetry, triesLeft }: Problem): HostFailure {
  const wait = retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter };
  if (code === 'serviceClosed') return { code: 'unavailable', reason: 'hostClosed', ...wait };
  if ((status === 503 || status === 429) && safeToRetry) return { code: 'unavailable', reason: 'hostBusy', ...wait };
  // The first request is still being worked on, or broke the host in the middle: only asking tells.
  if (code === 'requestInProgress' || status >= 500) return { code: 'noAnswer' };
  return { code: 'refused', reason: code, safeToRetry, ...wait, ...(triesLeft !== undefined && { triesLeft }) };
}
