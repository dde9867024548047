import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, type JournalEntry, MachineKeys } from '../journal/index.ts';
import type { Delays } from './delays.ts';
import { type SagaClock, Sagas } from './engine.ts';
import { type Answer, type Attempt, kindOf, type SagaTable } from './step.ts';

/** Time that passes when the test says so; whoever sleeps wakes in order. */
export class ManualClock implements SagaClock {
  wallMs = Date.parse('2026-11-27T08:00:00Z');
  #nowMs = 0;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  date(): Date {
    return new Date(this.wallMs);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        untilMs: this.#nowMs + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake);
    });
  }

  /** Lets `ms` pass, sleeper by sleeper, and whatever follows from each wake-up. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const next = [...this.#sleepers].sort((a, b) => a.untilMs - b.untilMs)[0];
      if (next === undefined || next.untilMs > endMs) break;
      this.wallMs += next.untilMs - this.#nowMs;
      this.#nowMs = next.untilMs;
      next.wake();
    }
    this.wallMs += endMs - this.#nowMs;
    this.#nowMs = endMs;
  }
}

/** All that can happen without time passing has happened. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

export interface Plan {
  readonly card: string;
  readonly legs: readonly string[];
  readonly repeat: 'keepTrying' | 'once';
}

/** A host that does each key once and keeps a ledger of what it really did. */
export class LedgerHost {
  readonly ledger: { readonly key: string; readonly card: string }[] = [];
  /** How the next calls go wrong, first to last. */
  readonly faults: ('dropBefore' | 'dropAfter' | 'down' | 'refuse' | 'overtaken')[] = [];
  /** Questions are answered. */
  reachable = true;
  /** Sees every act before it is done. */
  onAct: (key: string) => void = () => {};

  act(key: string, card: string): Attempt {
    this.onAct(key);
    const fault = this.faults.shift();
    if (fault === 'down') return { outcome: 'notDone', why: 'unreachable' };
    if (fault === 'dropBefore') return { outcome: 'unknown', why: 'noAnswer' };
    if (fault === 'refuse') return { outcome: 'refused', why: 'statusForbids' };
    if (fault === 'overtaken') return { outcome: 'overtaken' };
    if (!this.ledger.some((line) => line.key === key)) this.ledger.push({ key, card });
    if (fault === 'dropAfter') return { outcome: 'unknown', why: 'noAnswer' };
    return { outcome: 'done', facts: { status: 'tempLost' } };
  }

  ask(key: string): Answer {
    if (!this.reachable) return { outcome: 'unknown', why: 'noAnswer' };
    const seen = this.ledger.some((line) => line.key === key);
    return seen ? { outcome: 'done', facts: { status: 'tempLost' } } : { outcome: 'neverSeen' };
  }
}

/** Engine, journal and two hosts in a folder of their own. A start on the same folder finds what the last one left. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'sagas-'));
  readonly clock = new ManualClock();
  readonly hosts: Readonly<Record<string, LedgerHost>> = { social: new LedgerHost(), financial: new LedgerHost() };
  readonly wiped: Uint8Array[] = [];
  readonly table: SagaTable<Plan, Uint8Array>;
  journal!: Journal;
  sagas!: Sagas;

  constructor(delays?: Delays) {
    const { hosts, wiped } = this;
    this.table = {
      name: 'test',
      title: () => 'test',
      parse: (plan) => plan as Plan,
      wipe: (secret) => {
        secret.fill(0);
        wiped.push(secret);
      },
      steps: Object.entries(hosts).map(([name, host]) => ({
        name,
        applies: ({ legs }) => legs.includes(name),
        card: ({ card }) => card,
        repeat: ({ repeat }) => repeat,
        task: name === 'social' ? 'askCardManagement' : 'askBankCore',
        act: ({ card }, key) => Promise.resolve(host.act(key, card)),
        ask: (_plan, key) => Promise.resolve(host.ask(key)),
      })),
    };
    this.start(delays);
  }

  start(delays?: Delays): void {
    const [dataFolder, keyFolder] = [join(this.folder, 'data'), join(this.folder, 'keys')];
    mkdirSync(dataFolder, { recursive: true });
    const keys = MachineKeys.open(keyFolder);
    const now = () => this.clock.date();
    this.journal = Journal.open({ dataFolder, keyFolder, keys, maxBytes: 1e9, now });
    this.sagas = new Sagas({
      journal: this.journal,
      clock: this.clock,
      kinds: [kindOf(this.table)],
      ...(delays !== undefined && { delays }),
    });
    this.sagas.resume();
  }

  /** As after a power cut: nothing is said, nothing more is written. */
  async crash(): Promise<void> {
    const { journal } = this;
    journal.record = () => false;
    await this.sagas.stop();
    journal.close();
  }

  begin(plan: Partial<Plan> = {}, secrets?: Uint8Array) {
    const whole: Plan = { card: 'C-1', legs: ['social', 'financial'], repeat: 'keepTrying', ...plan };
    const about = { visit: 'v1', caseCode: '7K2M-04QX', ...(secrets && { secrets }) };
    return this.sagas.begin(this.table, whole, about);
  }

  /** The disk lets the journal have so many pages more, and no more. */
  room(pages: number): void {
    // A second connection would not do: SQLite keeps the bound per connection.
    const db = this.journal['db'];
    const used = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${used + pages}`);
  }

  /** Nothing more goes into the journal. */
  fillDisk(): void {
    this.room(0);
    while (this.journal.record('pin.entered', { digits: 1 }));
  }

  /** `intent social`, … */
  story(): readonly string[] {
    return this.sagaEntries().map(({ event, fields }) =>
      [event.replace('saga.', ''), fields['step'], fields['outcome'], fields['why']]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  }

  sagaEntries(): readonly JournalEntry[] {
    return this.journal.entries({}).filter(({ event }) => event.startsWith('saga.'));
  }

  async remove(): Promise<void> {
    await this.sagas.stop();
    this.journal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
