/**
 * A port whose every answer the test gives, with the daemon's book behind it: which visit is open, where its card is, how
 * often each visit was ended. As the daemon does, it tells a snapshot whenever the book changes.
 */

import type {
  CardOutcome,
  CustodyState,
  Snapshot,
  VisitEndedEvent,
  VisitId,
  VisitReport,
} from '#protocol/generated/kiosk.ts';
import { err } from '#protocol/result.ts';
import type { KioskPort, WorldEvent } from '../port.ts';

export type CallName = Exclude<keyof KioskPort, 'subscribe'>;
export type OutcomeOf<N extends CallName> = Awaited<ReturnType<KioskPort[N]>>;

export interface Call<N extends CallName = CallName> {
  readonly name: N;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly on: (event: never) => void;
  settled: boolean;
  readonly resolve: (outcome: never) => void;
  readonly reject: (error: Error) => void;
}

export class ScriptedPort implements KioskPort {
  calls: Call[] = [];
  subscriptions = 0;
  connected = false;
  /** The visit that is open at the daemon. */
  visit: { readonly visitId: VisitId; phase: VisitReport['phase'] } | undefined;
  card: CustodyState = 'none';
  /** How often each visit that was begun has been ended, by whomever. */
  ends = new Map<VisitId, number>();
  /** Visits whose end was asked for when they were no longer open. */
  needlessEnds: VisitId[] = [];
  /** Changes with every start of the daemon. */
  boot = 1;
  #seq = 0;
  #change: Partial<Snapshot> = {};
  #listener: ((event: WorldEvent) => void) | undefined;

  #call<N extends CallName>(name: N) {
    return (input: object, signal: AbortSignal, on: (event: never) => void = () => {}): Promise<OutcomeOf<N>> =>
      new Promise((resolve, reject) => {
        const call: Call = { name, input: { ...input }, signal, on, settled: false, resolve, reject };
        this.calls.push(call);
        if (!this.connected) {
          this.#lose(call);
        } else if (name === 'endVisit' && 'visitId' in input && input.visitId !== this.visit?.visitId) {
          this.needlessEnds.push(String(input.visitId));
        }
      });
  }

  beginVisit = this.#call('beginVisit');
  endVisit = this.#call('endVisit');
  setLanguage = this.#call('setLanguage');
  callStaff = this.#call('callStaff');
  readCard = this.#call('readCard');
  returnCard = this.#call('returnCard');
  readDocument = this.#call('readDocument');
  takeBackDocument = this.#call('takeBackDocument');
  enterPin = this.#call('enterPin');
  balanceInquiry = this.#call('balanceInquiry');
  findCards = this.#call('findCards');
  check = this.#call('check');
  enterNewPin = this.#call('enterNewPin');
  act = this.#call('act');
  progress = this.#call('progress');
  print = this.#call('print');

  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#listener = listener;
    this.subscriptions += 1;
    listener({ type: 'DISCONNECTED' });
    return () => {
      this.#listener = undefined;
      this.subscriptions -= 1;
    };
  }

  /** The calls that wait for an answer, latest first. */
  get waiting(): readonly Call[] {
    return this.calls.filter((call) => !call.settled && !call.signal.aborted).reverse();
  }

  pending<N extends CallName>(name: N): Call | undefined {
    return this.waiting.find((call) => call.name === name);
  }

  /** Answers a call: the one that waits, or the given one, which may be one that nobody waits for any longer. */
  settle<N extends CallName>(name: N, outcome: OutcomeOf<N>, call: Call | undefined = this.pending(name)): void {
    if (call === undefined) {
      throw new Error(`no ${name} is waiting`);
    }
    call.settled = true;
    if (outcome.ok && outcome.value !== undefined) {
      if ('visitId' in outcome.value) {
        this.visit = { visitId: outcome.value.visitId, phase: 'active' };
        this.ends.set(outcome.value.visitId, 0);
        this.say();
      } else if (name === 'readCard') {
        this.putCardIn();
      } else if (name === 'returnCard' && 'card' in outcome.value && this.card !== 'none') {
        if (outcome.value.card === 'taken' || outcome.value.card === 'retained') {
          this.removeCard();
        }
      }
    }
    call.resolve(outcome as never);
  }

  /** A bug below the port. */
  reject(call: Call): void {
    call.settled = true;
    call.reject(new Error('bug'));
  }

  /** A snapshot as the book stands; a change stays until the next one. */
  say(change: Partial<Snapshot> = this.#change): void {
    this.connected = true;
    this.#seq += 1;
    this.#change = change;
    const { visit, card } = this;
    this.#listener?.({
      type: 'SNAPSHOT',
      snapshot: aSnapshot({
        seq: this.#seq,
        bootId: `boot-${this.boot}`,
        ...(visit !== undefined && { visit: { ...visit, caseCode: 'CASE-BOOK', language: 'zh-Hans', card } }),
        ...change,
      }),
    });
  }

  /** The daemon has begun to end the visit, for a reason of its own. */
  windUp(phase: 'ending' | 'returningCard'): void {
    const { visit } = this;
    if (visit === undefined) throw new Error('no visit is open');
    visit.phase = phase;
    this.say();
  }

  /** The connection breaks: the daemon ends the visit, and the client settles every call, before or after it says so. */
  lose(first: 'calls' | 'event'): void {
    this.connected = false;
    if (this.visit !== undefined) {
      this.#ended(this.visit.visitId);
    }
    const { waiting } = this;
    if (first === 'event') {
      this.#listener?.({ type: 'DISCONNECTED' });
    }
    for (const call of waiting) {
      this.#lose(call);
    }
    if (first === 'calls') {
      queueMicrotask(() => this.#listener?.({ type: 'DISCONNECTED' }));
    }
  }

  #lose(call: Call): void {
    call.settled = true;
    call.resolve(err({ code: 'connectionLost' }) as never);
  }

  /** The daemon has ended the visit, for a reason of its own or the one it was asked for. */
  end(reason: VisitEndedEvent['reason'], card: CardOutcome): void {
    const { visit } = this;
    if (visit === undefined) {
      throw new Error('no visit is open');
    }
    this.#ended(visit.visitId);
    if (card !== 'stillInside') {
      this.card = 'none';
    }
    this.#listener?.({ type: 'ENDED', visitId: visit.visitId, reason, card });
    this.say();
    for (const call of this.waiting) {
      if (call.input['visitId'] === visit.visitId && call.name !== 'endVisit' && call.name !== 'callStaff') {
        call.settled = true;
        call.resolve(err({ code: 'rejected' }) as never); // The daemon lets go of what ran for the visit.
      }
    }
  }

  putCardIn(): void {
    if (this.card !== 'inserted') {
      this.card = 'inserted';
      this.say();
    }
  }

  /** The card leaves the reader; outside a visit the event names none. */
  removeCard(): void {
    this.card = 'none';
    const { visit } = this;
    this.#listener?.({ type: 'CARD_REMOVED', ...(visit !== undefined && { visitId: visit.visitId }) });
    this.say();
  }

  #ended(visitId: VisitId): void {
    if (this.visit?.visitId === visitId) {
      this.visit = undefined;
      this.ends.set(visitId, (this.ends.get(visitId) ?? 0) + 1);
    }
  }

  /** As new, for the next walk with the same machines. */
  reset(): void {
    this.calls = [];
    this.connected = false;
    this.visit = undefined;
    this.card = 'none';
    this.ends = new Map();
    this.needlessEnds = [];
    this.boot = 1;
    this.#seq = 0;
    this.#change = {};
  }
}

export function aSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 1,
    bootId: 'boot-1',
    time: '2026-11-23T09:00:00.000Z',
    documents: [
      { kind: 'residentId', by: 'identityReader', available: true },
      { kind: 'permanentResident2017', by: 'identityReader', available: true },
      { kind: 'permanentResident2023', by: 'identityReader', available: true },
      { kind: 'passport', by: 'passportReader', available: false },
      { kind: 'exitEntryPermit', available: false },
    ],
    kiosk: {
      terminalId: '00000001',
      bankName: 'ICBC',
      branchName: 'Nanjing University',
      hotline: '95588',
      cardReaderType: 'motor',
      profile: 'bench',
    },
    services: [
      { service: 'balance', available: true, reasons: [] },
      { service: 'documentCheck', available: true, reasons: [] },
      { service: 'lossReport', available: true, reasons: [] },
      { service: 'newCard', available: false, reasons: ['notOffered'] },
      { service: 'unfreeze', available: true, reasons: [] },
      { service: 'activation', available: true, reasons: [] },
      { service: 'pin', available: true, reasons: [] },
      { service: 'progress', available: true, reasons: [] },
    ],
    devices: [],
    hosts: [],
    display: {
      defaultLanguage: 'zh-Hans',
      pixelsPerMillimetre: 4,
      timeouts: {
        inputSeconds: 60,
        infoSeconds: 90,
        warningSeconds: 30,
        pinSeconds: 60,
        resultSeconds: 30,
        takeCardSeconds: 30,
        elderFactor: 3,
      },
    },
    ...change,
  };
}
