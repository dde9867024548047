import type { KioskCatalogue } from '#protocol/client/kiosk-client.ts';
import type { CommandName, Reply, RequestFault } from '#protocol/client/messages.ts';
import { err, ok } from '#protocol/result.ts';
import type { Failure, LinkFault, Outcome } from '#state-machines/port.ts';

export type KioskCommand = Exclude<CommandName<KioskCatalogue>, `Common.${string}`>;

const faults: Readonly<Record<RequestFault['code'], LinkFault>> = {
  notConnected: 'connectionLost',
  connectionLost: 'connectionLost',
  deadline: 'timedOut',
  canceled: 'rejected',
  refused: 'rejected',
};

/**
 * A reply of the wire as the machines want it: the value; else the command's own error code; else what is wrong below.
 * @param take the value of a successful completion; undefined when a member that success promises is missing
 */
export async function outcomeOf<M extends KioskCommand, T>(
  reply: Promise<Reply<KioskCatalogue, M>>,
  take: (payload: KioskCatalogue['completions'][M]) => { readonly value: T } | undefined,
): Outcome<M, T> {
  const answer = await reply;
  if (!answer.ok) return err({ code: faults[answer.error.code] });
  const completion = answer.value;
  if (completion.completionCode === 'success') {
    const taken = take(completion.payload);
    return taken === undefined ? err({ code: 'rejected' }) : ok(taken.value);
  }
  const { errorCode, caseCode, triesLeft, retryAfterSeconds, reason } = completion.payload as {
    readonly errorCode?: Failure<M>['code'];
  } & Partial<Failure<M>>;
  const below: LinkFault = completion.completionCode === 'timeOut' ? 'timedOut' : 'rejected';
  return err({
    code: errorCode ?? below,
    ...(caseCode !== undefined && { caseCode }),
    ...(triesLeft !== undefined && { triesLeft }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(reason !== undefined && { reason }),
  });
}
