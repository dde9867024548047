import type { CommandPayloads, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { CardManagementHost } from '../../../hosts/index.ts';
import { outcomeUnknown } from '../../../hosts/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../../service.ts';
import type { Visit } from '../visits.ts';

/** Where the holder's card in the making is (domain.md 3c). */
export async function progress(
  cardManagement: CardManagementHost | undefined,
  visit: Visit,
  payload: CommandPayloads['CardService.Progress'],
  context: CommandContext,
): Promise<Outcome> {
  const { caseCode } = visit;
  const holder = visit.evidence.holder(payload.holder);
  if (holder === undefined) return commandError('noSuchEvidence', { caseCode });
  if (cardManagement === undefined || holder.provinceRef === undefined)
    return commandError('hostUnavailable', { caseCode });
  const signal = AbortSignal.any([context.signal, visit.signal]);
  const answer = await cardManagement.progress(holder.provinceRef, { signal });
  if (signal.aborted) return interrupted(context);
  if (!answer.ok) return commandError(outcomeUnknown(answer.error) ? 'noAnswer' : 'hostUnavailable', { caseCode });
  const completion: CompletionPayloads['CardService.Progress'] = {
    applications: answer.value.applications.map(({ business, progress: step, updatedAt, place }) => ({
      business,
      progress: step,
      updatedAt,
      ...(place !== undefined && { place }),
    })),
  };
  return success(completion);
}
