import type { JournalEntry } from '../journal/index.ts';
import type { Facts } from './step.ts';

/** How a step ended. `unresolved`: a person has to find out; `signedOff`: one did, and `facts.finding` is what they found. */
export interface StepEnd {
  readonly outcome: 'done' | 'already' | 'refused' | 'notDone' | 'unresolved' | 'signedOff';
  readonly why?: string;
  readonly facts: Facts;
}

/** A step as the journal tells it. */
export interface StepRecord {
  /** How often it was begun. */
  readonly attempts: number;
  /** Begun, and nothing certain is known of it. */
  readonly intent?: { readonly key: string; readonly at: string };
  readonly end?: StepEnd;
}

/** A saga as the journal tells it. */
export interface SagaRecord {
  readonly id: string;
  readonly kind: string;
  /** What is done, in a word of the domain. */
  readonly what: string;
  readonly caseCode: string;
  readonly visit: string | undefined;
  readonly beganAt: string;
  /** Number of its first entry. */
  readonly seq: number;
  readonly plan: unknown;
  readonly steps: ReadonlyMap<string, StepRecord>;
  readonly settled: boolean;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(json: unknown): unknown {
  try {
    return JSON.parse(text(json));
  } catch {
    return undefined;
  }
}

/** What a result leaves of a step. `unknown` is no end; whether `notDone` is one, the step's table says. */
function afterResult(step: StepRecord, { fields }: JournalEntry): StepRecord {
  const { attempts } = step;
  const outcome = text(fields['outcome']);
  const facts = (parsed(fields['facts']) ?? {}) as Facts;
  const why = fields['why'] === undefined ? {} : { why: text(fields['why']) };
  switch (outcome) {
    case 'notDone':
    case 'done':
    case 'already':
    case 'refused':
    case 'unresolved':
      return { attempts, end: { outcome, facts, ...why } };
    default:
      return step;
  }
}

/** Reads sagas out of the journal's entries, oldest first. Entries of sagas whose beginning is not there are left out. */
export function readSagas(entries: readonly JournalEntry[]): SagaRecord[] {
  const sagas = new Map<string, SagaRecord>();
  for (const entry of entries) {
    const { event, fields, at, visit, seq } = entry;
    const id = text(fields['saga']);
    if (event === 'saga.began') {
      sagas.set(id, {
        id,
        kind: text(fields['kind']),
        what: text(fields['what']),
        caseCode: text(fields['case']),
        visit,
        beganAt: at,
        seq,
        plan: parsed(fields['plan']),
        steps: new Map(),
        settled: false,
      });
      continue;
    }
    const saga = sagas.get(id);
    if (saga === undefined) continue;
    const name = text(fields['step']);
    const step = saga.steps.get(name) ?? { attempts: 0 };
    const put = (next: StepRecord): void =>
      void sagas.set(id, { ...saga, steps: new Map([...saga.steps, [name, next]]) });
    if (event === 'saga.intent') put({ attempts: step.attempts + 1, intent: { key: text(fields['key']), at } });
    if (event === 'saga.result') put(afterResult(step, entry));
    if (event === 'saga.signedOff') {
      const facts = { finding: text(fields['finding']) };
      put({ attempts: step.attempts, end: { outcome: 'signedOff', facts } });
    }
    if (event === 'saga.settled') sagas.set(id, { ...saga, settled: true });
  }
  return [...sagas.values()];
}
