/** A slip of a result: may it be printed, and what came of it. */

import type { ResultId, ServiceName, Snapshot } from '#protocol/generated/kiosk.ts';
import { type Answered, linkFaults } from './outcomes.ts';
import type { Failure, PrintResult } from './port.ts';
import type { ShownPrint } from './screens.ts';

export function printChoiceOf(
  snapshot: Snapshot,
  service: ServiceName,
  resultId: ResultId | undefined,
  print: PrintResult | undefined,
): ShownPrint {
  if (print?.outcome === 'done') {
    return { state: 'printed' };
  }
  if (print?.outcome === 'unknown') {
    return { state: 'impossible', reason: 'notKnown' };
  }
  if (resultId === undefined) {
    return { state: 'impossible', reason: 'noResult' };
  }
  const reasons = snapshot.services.find((one) => one.service === service)?.reasons ?? [];
  return reasons.includes('printerUnavailable')
    ? { state: 'impossible', reason: 'printerUnavailable' }
    : { state: 'offered' };
}

export function printResultOf(output: Answered<PrintResult, Failure<'Receipt.Print'>>): PrintResult {
  if (output.ok) {
    return output.value;
  }
  const { code, caseCode } = output.error;
  // Below the command nobody knows whether the slip came out; the command's own errors come before the first byte.
  return {
    outcome: linkFaults.has(code) ? 'unknown' : 'notDone',
    reason: code,
    ...(caseCode !== undefined && { caseCode }),
  };
}
