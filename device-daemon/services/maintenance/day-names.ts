import type { HostAnswer } from '../../hosts/index.ts';
import type { Journal, Leg } from '../../journal/index.ts';
import { readSagas } from '../../sagas/index.ts';

/** The part of a host that tells what became of a request. */
export interface Asked {
  ask(
    key: string,
    options: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): HostAnswer<{ readonly state: string }>;
}

/** Nobody waits for more questions than these before a screen. */
const mostAsked = 40;
const askMs = 3_000;

/**
 * Totals differ: by each act's own key the host is asked what became of it, and those that only one side counts are named
 * by their case codes.
 * @param from first entry of the day
 */
export async function namesOf(
  journal: Pick<Journal, 'entries'>,
  host: Asked,
  { leg, act, from }: { readonly leg: Leg; readonly act: string; readonly from: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const entries = journal.entries({ fromSeq: from }).filter(({ event }) => event.startsWith('saga.'));
  const keys = new Map<string, string>();
  for (const { event, fields } of entries)
    if (event === 'saga.intent' && fields['step'] === leg) keys.set(String(fields['saga']), String(fields['key']));
  const named: string[] = [];
  let asked = 0;
  for (const saga of readSagas(entries)) {
    const key = keys.get(saga.id);
    if (saga.what !== act || key === undefined) continue;
    if (asked >= mostAsked || signal.aborted) break;
    asked += 1;
    const end = saga.steps.get(leg)?.end;
    const counted = end?.outcome === 'done' || (end?.outcome === 'signedOff' && end.facts['finding'] === 'done');
    const told = await host.ask(key, { signal, deadlineMs: askMs });
    if (told.ok && (told.value.state === 'done') !== counted) named.push(saga.caseCode);
  }
  return named;
}
