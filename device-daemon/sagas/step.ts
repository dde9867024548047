import type { Task } from '#assets/maintenance/index.ts';
import type { FieldValue } from '../journal/index.ts';

/**
 * A business act is a saga: a table of steps, each an effect at one host. What a step needs to be asked about, done again
 * or handed to a person stands in its plan, which the journal keeps; what may never be kept (PIN blocks) is a secret, in
 * memory only, used once.
 */

/** What a host told about its act; flat, since it goes into the journal. Nothing personal. */
export type Facts = Readonly<Record<string, FieldValue>>;

/** What one attempt brought. */
export type Attempt =
  | { readonly outcome: 'done'; readonly facts: Facts }
  /** It was so before, by somebody else's doing: nothing is left to do. */
  | { readonly outcome: 'already'; readonly facts: Facts }
  /** The host understood and said no. Final. */
  | { readonly outcome: 'refused'; readonly why: string; readonly facts?: Facts }
  /** Certainly nothing was done. */
  | { readonly outcome: 'notDone'; readonly why: string; readonly retryAfterSeconds?: number }
  /** Nobody but the host knows. */
  | { readonly outcome: 'unknown'; readonly why: string }
  /** Nothing was done, since somebody acted on the card after we looked: what we would do now is not what was asked for. */
  | { readonly outcome: 'overtaken' };

/** What asking about an attempt brought. `neverSeen` is final once the request can no longer arrive. */
export type Answer =
  | Exclude<Attempt, { outcome: 'notDone' }>
  | { readonly outcome: 'inProgress' }
  | { readonly outcome: 'neverSeen' };

export interface Step<Plan, Secrets> {
  readonly name: string;
  /** Whether this saga has the step at all. */
  applies(plan: Plan): boolean;
  /** Whose side it works on, as its host calls the card; a second saga about it has to wait. */
  card(plan: Plan): string;
  act(plan: Plan, key: string, secrets: Secrets | undefined, signal: AbortSignal): Promise<Attempt>;
  /** Absent: nobody can be asked (a chip would count it as a try); what is unknown goes to a person at once. */
  readonly ask?: (plan: Plan, key: string, signal: AbortSignal) => Promise<Answer>;
  /**
   * `keepTrying`: the safe side is that it is done, so it is tried again as long as the saga lives (a loss report); its
   * request follows from the plan alone, so that under the same key it is the same. `once`: the safe side is that it is
   * not done; and whatever needs secrets (notRepeatable).
   */
  repeat(plan: Plan): 'keepTrying' | 'once';
  /** What a person has to do when the host cannot be got to say what became of it. */
  readonly task: Task;
}

/** The steps run beside each other and none waits for another: two legs, two results. */
export interface SagaTable<Plan, Secrets> {
  readonly name: string;
  readonly steps: readonly Step<Plan, Secrets>[];
  /** What is done, in a word of the domain, for whoever reads the journal. */
  title(plan: Plan): string;
  /** A plan as the journal kept it; undefined when it is none. */
  parse(plan: unknown): Plan | undefined;
  /** Zeroes what may not be kept; called once, when no step needs it any longer. */
  wipe?(secrets: Secrets): void;
}

/** A step with its plan and secrets put in. */
export interface BoundStep {
  readonly name: string;
  readonly card: string;
  /** What it works on: of one card each side by itself. */
  readonly subject: string;
  readonly repeat: 'keepTrying' | 'once';
  readonly task: Task;
  /** Of an act that this program does not know: a person has to look. */
  readonly lost?: true;
  act(key: string, signal: AbortSignal): Promise<Attempt>;
  readonly ask: ((key: string, signal: AbortSignal) => Promise<Answer>) | undefined;
}

export function bind<Plan, Secrets>(table: SagaTable<Plan, Secrets>, plan: Plan, secrets?: Secrets): BoundStep[] {
  const steps = table.steps.filter((step) => step.applies(plan));
  let kept = secrets;
  /** Steps that have not had their first attempt. */
  const waiting = new Set(steps.map(({ name }) => name));
  return steps.map((step) => {
    const { ask } = step;
    return {
      name: step.name,
      card: step.card(plan),
      subject: `${step.name}:${step.card(plan)}`,
      repeat: step.repeat(plan),
      task: step.task,
      async act(key, signal) {
        try {
          return await step.act(plan, key, kept, signal);
        } finally {
          waiting.delete(step.name);
          if (waiting.size === 0 && kept !== undefined) {
            table.wipe?.(kept);
            kept = undefined;
          }
        }
      },
      ask: ask && ((key, signal) => ask(plan, key, signal)),
    };
  });
}

/** A table as the engine keeps it: all it needs of it is to take up what the journal left open. */
export interface SagaKind {
  readonly name: string;
  /** Undefined when the plan is none of this table's. */
  readonly open: (plan: unknown) => readonly BoundStep[] | undefined;
}

export const kindOf = <Plan, Secrets>(table: SagaTable<Plan, Secrets>): SagaKind => ({
  name: table.name,
  open(plan) {
    const parsed = table.parse(plan);
    return parsed === undefined ? undefined : bind(table, parsed);
  },
});
