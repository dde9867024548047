import { err, ok, type Result } from '#protocol/result.ts';
import { type BankCoreHost, type HostFailure, outcomeUnknown } from '../../hosts/index.ts';
import type { Clock } from './clock.ts';

/** Asking what became of a lost answer is a short question, put a few times, not a second long wait. */
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
    if (state === 'done' && told !== undefined) return ok(told as T);
    if (state !== 'refused' || problem === undefined) break;
    const { code, safeToRetry, triesLeft } = problem;
    return err({ code: 'refused', reason: code, safeToRetry, ...(triesLeft !== undefined && { triesLeft }) });
  }
  return answer;
}
