/** A port whose every answer the test gives, and which remembers what the daemon would have to remember. */

import type { Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import type { KioskPort, WorldEvent } from '../port.ts';

export type CallName = Exclude<keyof KioskPort, 'subscribe'>;
type OutcomeOf<N extends CallName> = Awaited<ReturnType<KioskPort[N]>>;

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
  readonly calls: Call[] = [];
  /** How often each visit that was begun has been ended, by whomever. */
  readonly ends = new Map<VisitId, number>();
  subscriptions = 0;
  #listener: ((event: WorldEvent) => void) | undefined;

  #call<N extends CallName>(name: N) {
    return (input: object, signal: AbortSignal, on: (event: never) => void = () => {}): Promise<OutcomeOf<N>> =>
      new Promise((resolve, reject) => {
        if (name === 'endVisit' && 'visitId' in input) {
          this.#ended(String(input.visitId));
        }
        this.calls.push({ name, input: { ...input }, signal, on, settled: false, resolve, reject });
      });
  }

  #ended(visitId: VisitId): void {
    const count = this.ends.get(visitId);
    if (count !== undefined) {
      this.ends.set(visitId, count + 1);
    }
  }

  beginVisit = this.#call('beginVisit');
  endVisit = this.#call('endVisit');
  setLanguage = this.#call('setLanguage');
  callStaff = this.#call('callStaff');
  readCard = this.#call('readCard');
  returnCard = this.#call('returnCard');
  enterPin = this.#call('enterPin');
  balanceInquiry = this.#call('balanceInquiry');
  print = this.#call('print');

  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#listener = listener;
    this.subscriptions += 1;
    return () => {
      this.#listener = undefined;
      this.subscriptions -= 1;
    };
  }

  tell(event: WorldEvent): void {
    if (event.type === 'ENDED') {
      this.#ended(event.visitId);
    }
    if (event.type === 'DISCONNECTED') {
      for (const [visitId, count] of this.ends) {
        // The daemon ends the visit of a connection that is gone, unless it was ended already.
        this.ends.set(visitId, Math.max(1, count));
      }
    }
    this.#listener?.(event);
  }

  /** The call that waits for an answer. */
  pending<N extends CallName>(name: N): Call | undefined {
    return this.calls.findLast((call) => call.name === name && !call.settled && !call.signal.aborted);
  }

  anyPending(): Call | undefined {
    return this.calls.findLast((call) => !call.settled && !call.signal.aborted);
  }

  settle<N extends CallName>(name: N, outcome: OutcomeOf<N>, call: Call | undefined = this.pending(name)): void {
    if (call === undefined) {
      throw new Error(`no ${name} is waiting`);
    }
    call.settled = true;
    if (name === 'beginVisit' && outcome.ok && outcome.value !== undefined && 'visitId' in outcome.value) {
      this.ends.set(outcome.value.visitId, 0);
    }
    call.resolve(outcome as never);
  }

  reject(call: Call): void {
    call.settled = true;
    call.reject(new Error('bug'));
  }
}

export function aSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 1,
    bootId: 'boot-1',
    time: '2026-11-23T09:00:00.000Z',
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
      { service: 'lossReport', available: false, reasons: ['notOffered'] },
      { service: 'activation', available: false, reasons: ['notOffered'] },
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
