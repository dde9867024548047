import type { Act, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import { err, type Result } from '#protocol/result.ts';
import { type BankCoreHost, type HostFailure, outcomeUnknown, type PinBlockOrder } from '../../../hosts/index.ts';
import type { CommandContext } from '../../service.ts';
import type { Clock } from '../clock.ts';
import type { Visit } from '../visits.ts';
import type { HolderEvidence, KnownCard } from './holder.ts';

export type CheckError = NonNullable<CompletionPayloads['CardService.Check']['errorCode']>;

export interface Passed {
  readonly ref?: string;
  readonly pinBlock?: PinBlockOrder;
}
export interface Failed {
  readonly code: CheckError | 'cancelled';
  readonly triesLeft?: number;
  readonly retryAfterSeconds?: number;
}
export type Checked = Promise<Result<Passed, Failed>>;

/** What one check works with. */
export interface Desk {
  readonly visit: Visit;
  readonly holder: HolderEvidence;
  readonly card: KnownCard;
  readonly act: Act;
  readonly resend: boolean;
  readonly context: CommandContext;
  readonly signal: AbortSignal;
  readonly bankCore: BankCoreHost;
}

export const askDeadlineMs = 5_000;
const askPauseMs = 500;
const asksAtMost = 3;

/** An answer that got lost is asked for by its key, so that no try, message or approval is counted twice. */
export async function certain<T>(
  { bankCore, clock, signal }: { readonly bankCore: BankCoreHost; readonly clock: Clock; readonly signal: AbortSignal },
  key: string,
  act: () => Promise<Result<T, HostFailure>>,
): Promise<Result<T, HostFailure>> {
  const answer = await act();
  if (answer.ok || !outcomeUnknown(answer.error)) return answer;
  for (let asked = 0; asked < asksAtMost && !signal.aborted; asked += 1) {
    if (asked > 0) await clock.sleep(askPauseMs, signal);
    const report = await bankCore.ask(key, { signal, deadlineMs: askDeadlineMs });
    if (!report.ok || report.value.state === 'inProgress') continue;
    const { state, answer: told, problem } = report.value;
    // The report's answer is one of several; each caller looks whether it is its own.
    if (state === 'done' && told !== undefined) return { ok: true, value: told as T };
    if (state !== 'refused' || problem === undefined) break;
    const { code, safeToRetry, triesLeft } = problem;
    return err({ code: 'refused', reason: code, safeToRetry, ...(triesLeft !== undefined && { triesLeft }) });
  }
  return answer;
}

export function failedBy(failure: HostFailure): Failed {
  if (outcomeUnknown(failure)) return { code: 'noAnswer' };
  if (failure.code === 'unavailable') {
    if (failure.reason === 'cancelled') return { code: 'cancelled' };
    const { retryAfterSeconds } = failure;
    return { code: 'hostUnavailable', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  return { code: 'checkUnavailable' };
}
