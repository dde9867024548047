import type { JournalEntry } from '#device-daemon/journal/index.ts';
import { readSagas, type SagaRecord } from '#device-daemon/sagas/index.ts';
import type { Scenario } from './scenario.ts';

/** What is known of one run when everything has settled. */
export interface Evidence {
  readonly scenario: Scenario;
  /** Acts that the far side really did to this person's card, by its own ledger. */
  readonly done: Readonly<Record<'social' | 'financial', number>>;
  /** What the person was told before the lights went out. */
  readonly words: Readonly<Record<string, string>> | undefined;
  readonly saga: SagaRecord | undefined;
}

export const sagasOf = (entries: readonly JournalEntry[]): readonly SagaRecord[] => readSagas(entries);

/** Truth is counted at the far side. Every sentence is a broken promise; none means that all are kept. */
export function broken({ scenario, done, words, saga }: Evidence): string[] {
  const faults: string[] = [];
  const { act, branch, seed } = scenario;
  const isLoss = act === 'temporaryLoss' || act === 'formalLoss';
  const complain = (what: string): void => void faults.push(`run ${seed}, ${act}: ${what}`);
  for (const leg of ['social', 'financial'] as const) {
    const times = done[leg];
    if (times > 1) complain(`${leg} was done ${times} times`);
    if (saga === undefined) {
      if (times > 0) complain(`${leg} was done and the journal knows of no act`);
      if (words !== undefined) complain('a person was told of an act that the journal does not know');
      continue;
    }
    if (!scenario.legs.includes(leg)) continue;
    const end = saga.steps.get(leg)?.end;
    const outcome = end?.outcome;
    const told = words?.[leg];
    if (outcome === undefined) complain(`${leg} has no end`);
    if (outcome === 'done' && times !== 1) complain(`${leg} is done in the journal, ${times} times at the host`);
    if ((outcome === 'refused' || outcome === 'notDone') && times > 0)
      complain(`${leg} is ${outcome} in the journal and was done at the host`);
    if (outcome === 'already' && times > 0) complain(`${leg} was ours and is called somebody else's`);
    if (told === 'done' && times !== 1) complain(`${leg}: a person was told "done" and it was done ${times} times`);
    if ((told === 'refused' || told === 'notDone') && times > 0)
      complain(`${leg}: a person was told "${told}" and it was done`);
    // A confirmed loss report is done, refused by the host, or on the list for a person; and on the list only for a cause.
    if (isLoss && outcome === 'notDone') complain(`the ${leg} side of a confirmed loss report was given up`);
    if (outcome === 'unresolved' && branch === undefined) complain(`${leg} is on the list although nobody interfered`);
    if (outcome === 'refused' && branch === undefined && end?.why !== 'statusForbids')
      complain(`${leg} was refused (${end?.why}) although nothing spoke against it`);
  }
  if (saga !== undefined && !saga.settled) complain('the act is not settled');
  return faults;
}
