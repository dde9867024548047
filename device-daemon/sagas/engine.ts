import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '#protocol/result.ts';
import { newIdempotencyKey } from '../hosts/index.ts';
import type { EventFields, EventId, Journal } from '../journal/index.ts';
import { type Delays, delays as defaultDelays } from './delays.ts';
import { readSagas, type SagaRecord, type StepEnd, type StepRecord } from './log.ts';
import { type Answer, type Attempt, type BoundStep, bind, type Facts, type SagaKind, type SagaTable } from './step.ts';

/** Durations on the monotonic clock; the wall clock, which may jump, only where a date is compared with the journal's. */
export interface SagaClock {
  nowMs(): number;
  date(): Date;
  /** Resolves after `ms`, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface SagasOptions {
  readonly journal: Journal;
  readonly clock: SagaClock;
  readonly kinds: readonly SagaKind[];
  readonly delays?: Delays;
  /** What is open or unresolved has changed. */
  readonly onChange?: () => void;
}

/** A step as a person may be told of it. `pending`: not confirmed yet; it is being settled. */
export type Word = StepEnd | { readonly outcome: 'pending' };

export interface Started {
  readonly id: string;
  /** Every step's word, once each has one; none is waited for longer than `firstWordMs`. */
  readonly firstWord: Promise<ReadonlyMap<string, Word>>;
}

/** What nobody could settle: a person has to look. */
export interface UnresolvedItem {
  readonly saga: string;
  readonly kind: string;
  readonly caseCode: string;
  readonly beganAt: string;
  /** What was to be done, in a word of the domain. */
  readonly act: string;
  readonly step: string;
  readonly why: string;
  /** A code (`taskWords`), and the card that it is about. */
  readonly task: string;
  readonly card: string;
}

/** What a person found out about an item: the host has done it, or it has not. */
export type Finding = 'done' | 'notDone';

/** Of a saga all but how it went. */
type Head = Omit<SagaRecord, 'steps' | 'settled' | 'plan'>;

interface Running {
  readonly record: Head;
  readonly steps: Map<string, StepRecord>;
  readonly bound: readonly BoundStep[];
  /** Steps whose word is "not confirmed yet". */
  readonly pending: Set<string>;
  /** Taken up from the journal: nobody stands there any more. */
  readonly resumed: boolean;
  /** Another step has a word. */
  told: () => void;
}

const newSagaId = (): string => randomBytes(9).toString('base64url');

/**
 * Sees business acts through. The journal is the log:
 *
 *   saga.began -> ( saga.intent -> act at the host -> saga.result ) per step -> saga.settled
 *                        ^ synced                          ^ synced
 *
 * An intent without a result is asked about by its key, never repeated blindly; after a start whatever is open goes on
 * from there.
 */
export class Sagas {
  readonly #options: SagasOptions;
  readonly #delays: Delays;
  readonly #open = new Map<string, Running>();
  readonly #runs = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #unresolved: readonly { readonly item: UnresolvedItem; readonly record: Head }[] = [];

  constructor(options: SagasOptions) {
    this.#options = options;
    this.#delays = options.delays ?? defaultDelays;
    options.journal.keepFrom(() => this.#oldestSeq());
  }

  /** Takes up what the journal left open. Call once, before anything is begun. */
  resume(): void {
    for (const record of readSagas(this.#options.journal.openSagaEntries())) {
      const kind = this.#options.kinds.find(({ name }) => name === record.kind);
      for (const [step, { end }] of record.steps) if (end?.outcome === 'unresolved') this.#list(record, step, end);
      if (record.settled) {
        this.#closeSignedOff(record);
        continue;
      }
      // A newer or older program wrote it: nobody here can see it through.
      const bound = kind?.open(record.plan) ?? [unknownStep];
      this.#run({ record, steps: new Map(record.steps), bound, pending: new Set(), resumed: true, told: () => {} });
    }
    this.#options.onChange?.();
  }

  /**
   * Takes an act on. From the moment this returns it is in the journal and will be seen through.
   * @param secrets kept in memory for the first attempt of each step, then wiped; also when nothing could begin
   */
  begin<Plan, Secrets>(
    table: SagaTable<Plan, Secrets>,
    plan: Plan,
    about: { readonly visit: string; readonly caseCode: string; readonly secrets?: Secrets },
  ): Result<Started, 'journalUnavailable' | 'subjectBusy'> {
    const { visit, caseCode, secrets } = about;
    const refuse = (why: 'journalUnavailable' | 'subjectBusy') => {
      if (secrets !== undefined) table.wipe?.(secrets);
      return err(why);
    };
    const bound = bind(table, plan, secrets);
    if (bound.some(({ subject }) => this.isOpen(subject))) return refuse('subjectBusy');
    const { journal, clock } = this.#options;
    const id = newSagaId();
    const beganAt = clock.date().toISOString();
    const fields = {
      saga: id,
      kind: table.name,
      what: table.title(plan),
      case: caseCode,
      plan: JSON.stringify(plan),
    };
    if (!journal.writable || !journal.record('saga.began', fields, visit)) return refuse('journalUnavailable');
    const what = table.title(plan);
    const record: Head = { id, kind: table.name, what, caseCode, visit, beganAt, seq: journal.lastSeq };
    const running: Running = { record, steps: new Map(), bound, pending: new Set(), resumed: false, told: () => {} };
    const firstWord = this.#firstWord(running);
    this.#run(running);
    this.#options.onChange?.();
    return ok({ id, firstWord });
  }

  /** An act on it has begun and is not settled. */
  isOpen(subject: string): boolean {
    return [...this.#open.values()].some((saga) =>
      saga.bound.some((step) => step.subject === subject && !isOver(step, saga.steps.get(step.name))),
    );
  }

  /** An act that has it for one of its subjects is not settled, whatever became of that side. */
  touches(subject: string): boolean {
    return [...this.#open.values()].some(({ bound }) => bound.some((step) => step.subject === subject));
  }

  unresolved(): readonly UnresolvedItem[] {
    return this.#unresolved.map(({ item }) => item);
  }

  /**
   * A person has found out what became of a step: it leaves the list, for good.
   * @param token of their staff card
   * @returns `noSuchItem`: it was never on the list, or somebody was faster
   */
  signOff(
    about: Pick<UnresolvedItem, 'saga' | 'step'>,
    finding: Finding,
    token: string,
  ): Result<void, 'noSuchItem' | 'journalUnavailable'> {
    const found = this.#unresolved.find(({ item }) => item.saga === about.saga && item.step === about.step);
    if (found === undefined) return err('noSuchItem');
    const { record } = found;
    const { saga, step } = about;
    const fields = { saga, step, what: record.what, finding, token };
    if (!this.#options.journal.record('saga.signedOff', fields, record.visit)) return err('journalUnavailable');
    this.#unresolved = this.#unresolved.filter((one) => one !== found);
    const running = this.#open.get(saga);
    const attempts = running?.steps.get(step)?.attempts ?? 0;
    running?.steps.set(step, { attempts, end: { outcome: 'signedOff', facts: { finding } } });
    // While its other steps go on it is settled with the last of them.
    if (running === undefined) this.#closeSignedOff(record);
    this.#options.onChange?.();
    return ok();
  }

  /** Settled but for what was a person's: with the last of that it is over. When it cannot be kept, the next start says it. */
  #closeSignedOff({ id, visit }: Head): void {
    if (this.#unresolved.some(({ item }) => item.saga === id)) return;
    this.#options.journal.record('saga.settled', { saga: id, outcome: 'signedOff' }, visit);
  }

  /** Acts that are not settled yet. */
  open(): readonly Pick<UnresolvedItem, 'saga' | 'caseCode' | 'act'>[] {
    return [...this.#open.values()].map(({ record: { id, caseCode, what } }) => ({ saga: id, caseCode, act: what }));
  }

  /** How many acts are not settled yet. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Lets go of everything; what is open stays open in the journal. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([...this.#runs]);
  }

  #run(saga: Running): void {
    this.#open.set(saga.record.id, saga);
    const run = this.#settle(saga).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  async #settle(saga: Running): Promise<void> {
    await Promise.all(saga.bound.map((step) => this.#see(saga, step)));
    if (this.#stopping.signal.aborted) return;
    const ends = saga.bound.map(({ name }) => saga.steps.get(name)?.end?.outcome);
    const good = ends.filter((outcome) => outcome === 'done' || outcome === 'already').length;
    const outcome = ends.includes('unresolved')
      ? 'unresolved'
      : ends.includes('signedOff')
        ? 'signedOff'
        : good === ends.length
          ? 'done'
          : good > 0
            ? 'partly'
            : 'notDone';
    if (!(await this.#write(saga, 'saga.settled', { saga: saga.record.id, outcome }))) return;
    this.#open.delete(saga.record.id);
    // Signed off while that was being written.
    if (outcome === 'unresolved') this.#closeSignedOff(saga.record);
    this.#options.onChange?.();
  }

  /** Brings one step to its end, however long that takes. */
  async #see(saga: Running, step: BoundStep): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    // What an earlier run of this program sent was sent before now.
    let sentMs = clock.nowMs();
    let inVain = 0;
    while (!signal.aborted) {
      const known = saga.steps.get(step.name) ?? { attempts: 0 };
      if (isOver(step, known)) return;
      const { intent, end, attempts } = known;
      const asking = end === undefined && intent !== undefined;
      if (step.lost) return this.#handOver(saga, step, 'unknownAct');
      // Cut off before anything was sent: what must not be done behind a person's back is not done.
      if (saga.resumed && step.repeat === 'once' && intent === undefined && end === undefined)
        return this.#end(saga, step, { outcome: 'notDone', why: 'interrupted', facts: {} });
      if (inVain >= this.#delays.triesBeforeGivingUp && this.#isOld(saga))
        return this.#handOver(saga, step, asking ? 'noWordFromHost' : 'neverDone');
      if (inVain > 0) await this.#pause(inVain, end?.facts['retryAfterSeconds']);
      if (signal.aborted) return;
      let found: Attempt;
      if (asking) {
        if (step.ask === undefined) return this.#handOver(saga, step, 'nobodyToAsk');
        found = await this.#ask(step, step.ask(intent.key, signal), intent.key, sentMs);
      } else {
        const key = newIdempotencyKey();
        const attempt = attempts + 1;
        if (!this.#record(saga, 'saga.intent', { saga: saga.record.id, step: step.name, key, attempt })) {
          await this.#cannotWrite(saga, step);
          continue;
        }
        saga.steps.set(step.name, { attempts: attempt, intent: { key, at: clock.date().toISOString() } });
        sentMs = clock.nowMs();
        found = await step.act(key, signal);
      }
      // Cut off by our own going down, it is as open as the journal says.
      if (signal.aborted && (found.outcome === 'unknown' || found.outcome === 'notDone')) return;
      const late = saga.resumed || inVain > 0 || attempts > 0;
      if (found.outcome !== 'unknown') await this.#conclude(saga, step, found, late);
      else if (inVain >= this.#delays.quickAsks || saga.resumed) await this.#wordPending(saga, step, found.why);
      if (found.outcome === 'unknown' || found.outcome === 'notDone') inVain += 1;
    }
  }

  /** What became of an attempt; `unknown` as long as nobody can say. */
  async #ask(step: BoundStep, asked: Promise<Answer>, key: string, sentMs: number): Promise<Attempt> {
    const { signal } = this.#stopping;
    const answer = await asked;
    if (answer.outcome === 'inProgress') return { outcome: 'unknown', why: 'inProgress' };
    if (answer.outcome !== 'neverSeen') return answer;
    // Under the same key the host does it once, even if the first request is still on its way.
    if (step.repeat === 'keepTrying') return step.act(key, signal);
    // Else it is not done only when it can no longer arrive: when its signature has expired.
    const final = this.#options.clock.nowMs() - sentMs >= this.#delays.neverSeenFinalMs;
    return final ? { outcome: 'notDone', why: 'neverSeen' } : { outcome: 'unknown', why: 'neverSeen' };
  }

  /** `late`: nobody stands there any more who could look again. */
  async #conclude(
    saga: Running,
    step: BoundStep,
    found: Exclude<Attempt, { outcome: 'unknown' }>,
    late: boolean,
  ): Promise<void> {
    if (found.outcome === 'overtaken') {
      if (late) return this.#handOver(saga, step, 'changedMeanwhile');
      return this.#end(saga, step, { outcome: 'refused', why: 'changedMeanwhile', facts: {} });
    }
    const wait = found.outcome === 'notDone' ? found.retryAfterSeconds : undefined;
    const facts: Facts =
      found.outcome === 'notDone' ? (wait === undefined ? {} : { retryAfterSeconds: wait }) : (found.facts ?? {});
    const why = 'why' in found ? { why: found.why } : {};
    await this.#end(saga, step, { outcome: found.outcome, facts, ...why });
  }

  async #handOver(saga: Running, step: BoundStep, why: string): Promise<void> {
    const { id } = saga.record;
    const { task, card } = step;
    const fields = { saga: id, step: step.name, what: saga.record.what, task, card, why };
    if (!(await this.#write(saga, 'saga.unresolved', fields))) return;
    const end: StepEnd = { outcome: 'unresolved', why, facts: { task, card } };
    this.#list(saga.record, step.name, end);
    await this.#end(saga, step, end);
  }

  async #end(saga: Running, step: BoundStep, end: StepEnd): Promise<void> {
    const attempts = saga.steps.get(step.name)?.attempts ?? 0;
    saga.steps.set(step.name, { attempts, end });
    // What will be tried again is, to the person, not confirmed yet.
    if (!isOver(step, saga.steps.get(step.name))) saga.pending.add(step.name);
    saga.told();
    const { outcome, why, facts } = end;
    await this.#write(saga, 'saga.result', {
      saga: saga.record.id,
      step: step.name,
      what: saga.record.what,
      outcome,
      ...(why !== undefined && { why }),
      ...(Object.keys(facts).length > 0 && { facts: JSON.stringify(facts) }),
    });
  }

  /** The word of this step is "not confirmed yet": once to the person and to the journal. */
  async #wordPending(saga: Running, step: BoundStep, why: string): Promise<void> {
    if (saga.pending.has(step.name)) return;
    saga.pending.add(step.name);
    saga.told();
    this.#record(saga, 'saga.result', { saga: saga.record.id, step: step.name, outcome: 'unknown', why });
  }

  /** The disk is full and nothing may be done that was not written down first. */
  async #cannotWrite(saga: Running, step: BoundStep): Promise<void> {
    if (step.repeat === 'once') {
      const end: StepEnd = { outcome: 'notDone', why: 'journalUnavailable', facts: {} };
      return this.#end(saga, step, end);
    }
    saga.pending.add(step.name);
    saga.told();
    await this.#options.clock.sleep(this.#delays.journalPauseMs, this.#stopping.signal);
  }

  async #pause(inVain: number, retryAfterSeconds: unknown): Promise<void> {
    const { quickAsks, quickAskMs, pausesMs } = this.#delays;
    const later = pausesMs[Math.min(Math.max(0, inVain - quickAsks - 1), pausesMs.length - 1)] ?? quickAskMs;
    const ownMs = inVain <= quickAsks ? quickAskMs : later;
    const askedMs = typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : 0;
    await this.#options.clock.sleep(Math.max(ownMs, askedMs), this.#stopping.signal);
  }

  #isOld({ record }: Running): boolean {
    return this.#options.clock.date().getTime() - Date.parse(record.beganAt) >= this.#delays.giveUpMs;
  }

  #record<Id extends EventId>(saga: Running, event: Id, fields: EventFields<Id>): boolean {
    return this.#options.journal.record(event, fields, saga.record.visit);
  }

  /** As long as it takes: what is known may not be forgotten. False when the daemon goes down first. */
  async #write<Id extends EventId>(saga: Running, event: Id, fields: EventFields<Id>): Promise<boolean> {
    const { signal } = this.#stopping;
    for (;;) {
      if (this.#record(saga, event, fields)) return true;
      if (signal.aborted) return false;
      await this.#options.clock.sleep(this.#delays.journalPauseMs, signal);
    }
  }

  #firstWord(saga: Running): Promise<ReadonlyMap<string, Word>> {
    const words = (): ReadonlyMap<string, Word> =>
      new Map(
        saga.bound.map((step): [string, Word] => {
          const { end } = saga.steps.get(step.name) ?? {};
          return [step.name, end !== undefined && isOver(step, { attempts: 1, end }) ? end : { outcome: 'pending' }];
        }),
      );
    return new Promise((resolve) => {
      const stopWaiting = new AbortController();
      const finish = (): void => {
        saga.told = () => {};
        stopWaiting.abort();
        resolve(words());
      };
      saga.told = () => {
        const each = saga.bound.every((step) => saga.pending.has(step.name) || isOver(step, saga.steps.get(step.name)));
        if (each) finish();
      };
      const signal = AbortSignal.any([stopWaiting.signal, this.#stopping.signal]);
      void this.#options.clock.sleep(this.#delays.firstWordMs, signal).then(() => {
        if (!stopWaiting.signal.aborted) finish();
      });
    });
  }

  #list(record: Head, step: string, end: StepEnd): void {
    const item: UnresolvedItem = {
      saga: record.id,
      kind: record.kind,
      caseCode: record.caseCode,
      beganAt: record.beganAt,
      act: record.what,
      step,
      why: end.why ?? '',
      task: String(end.facts['task'] ?? ''),
      card: String(end.facts['card'] ?? ''),
    };
    this.#unresolved = [...this.#unresolved, { item, record }];
  }

  /** The journal may not drop what is still open, or still on the list. */
  #oldestSeq(): number {
    const open = [...this.#open.values()].map(({ record }) => record.seq);
    return Math.min(Number.MAX_SAFE_INTEGER, ...open, ...this.#unresolved.map(({ record }) => record.seq));
  }
}

/** What was certainly not done is an end only where it is not tried again. */
function isOver(step: BoundStep, record: StepRecord | undefined): boolean {
  const outcome = record?.end?.outcome;
  return outcome !== undefined && (outcome !== 'notDone' || step.repeat === 'once');
}

/** Stands for a saga of a table that this program does not have: only a person can settle it. */
const unknownStep: BoundStep = {
  name: 'unknownAct',
  card: '',
  subject: '',
  repeat: 'once',
  task: 'askBothHosts',
  lost: true,
  act: () => Promise.resolve({ outcome: 'unknown', why: 'unknownAct' }),
  ask: () => Promise.resolve({ outcome: 'unknown', why: 'unknownAct' }),
};
