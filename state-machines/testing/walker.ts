/** The whole kiosk on a scripted port and a simulated clock, and everything that can happen to it. */

import { type Actor, createActor, SimulatedClock } from 'xstate';
import type {
  CardFacts,
  CardServiceEnterPinCompletion,
  FinancialLeg,
  SocialCardReadCompletion,
} from '#protocol/generated/kiosk.ts';
import { err, ok } from '#protocol/result.ts';
import { kioskMachineWith } from '../kiosk.ts';
import type { BalanceResult } from '../port.ts';
import { leafOf, viewOf, withScreen } from '../screen-of.ts';
import type { UiEvent, View } from '../screens.ts';
import { aSnapshot, type CallName, ScriptedPort } from './scripted-port.ts';

export class Walker {
  readonly port = new ScriptedPort();
  readonly clock = new SimulatedClock();
  readonly root: Actor<ReturnType<typeof kioskMachineWith>>;
  seq = 1;
  begun = 0;

  constructor() {
    this.root = createActor(kioskMachineWith(this.port), { clock: this.clock });
    this.root.start();
  }

  get view(): View {
    return viewOf(this.root.getSnapshot());
  }

  get visitId(): string {
    return this.root.getSnapshot().context.visit?.visitId ?? 'visit-none';
  }

  /** Where all machines stand, as one word. */
  get key(): string {
    const { value, children } = this.root.getSnapshot();
    const visit = children.visit?.getSnapshot();
    const inner = visit?.value;
    const open = typeof inner === 'object' && 'open' in inner ? inner.open : undefined;
    const service = visit?.children.balance?.getSnapshot();
    return [
      leafOf(value.place),
      visit === undefined ? '' : open === undefined ? leafOf(inner) : leafOf(open.flow),
      service === undefined ? '' : leafOf(service.value),
      open !== undefined && typeof open.attention === 'object' ? 'asking' : '',
      value.help === 'closed' ? '' : value.help,
    ]
      .filter((word) => word !== '')
      .join(' > ');
  }

  send(event: UiEvent): void {
    this.root.send(withScreen(event, this.view.screen.name));
  }

  say(change: Parameters<typeof aSnapshot>[0] = {}): void {
    this.seq += 1;
    this.port.tell({ type: 'SNAPSHOT', snapshot: aSnapshot({ seq: this.seq, ...change }) });
  }

  /** Lets every promise that can settle do so. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until something changes, at most `seconds`. */
  async wait(seconds = 400): Promise<void> {
    const before = this.key;
    for (let passed = 0; passed < seconds && this.key === before; passed += 1) {
      this.clock.increment(1_000);
      await this.settled();
    }
  }

  async do(...names: string[]): Promise<this> {
    for (const name of names) {
      const stimulus = stimuli.get(name);
      if (stimulus === undefined) {
        throw new Error(`no stimulus ${name}`);
      }
      await stimulus(this);
      await this.settled();
    }
    return this;
  }

  /** A daemon that does its duty at the end of a visit, and a person who only takes the card. */
  async untilRest(): Promise<void> {
    for (let round = 0; round < 50 && !atRest.has(this.view.screen.name); round += 1) {
      if (this.port.pending('returnCard') !== undefined) {
        this.port.settle('returnCard', ok({ card: 'taken' }));
      } else if (this.port.pending('endVisit') !== undefined) {
        this.port.settle('endVisit', ok({ card: 'none' }));
      } else if (leafOf(this.root.getSnapshot().value.place).startsWith('finishing')) {
        this.say();
      } else {
        await this.wait();
      }
      await this.settled();
    }
  }
}

export const atRest: ReadonlySet<string> = new Set(['attract', 'out-of-service', 'starting']);

export const gen3: CardFacts = {
  class: 'gen3',
  social: { present: true, nameMasked: '**SECRETNAME', cardNumberLast4: '0001', status: 'normal', grade: 'genuine' },
  financial: { present: true, ours: true, panMasked: '621721******0001', bankName: 'ICBC' },
  holderCheck: 'equal',
};

export const gen1: CardFacts = {
  class: 'gen1',
  social: { present: true, nameMasked: '**SECRETNAME', cardNumberLast4: '0002' },
  financial: { present: false },
  holderCheck: 'notCompared',
};

export const allDone: BalanceResult = {
  resultId: 'result-secret',
  caseCode: 'CASE-0001',
  social: { state: 'done', status: 'normal', outOfArea: true },
  medical: { state: 'done', balance: '2345.67', outOfArea: true },
  financial: {
    state: 'done',
    accounts: [
      { kind: 'socialSecurity', accountClass: 'I', panMasked: '621721******0001', available: '12345.60' },
      { kind: 'debit', accountClass: 'II', panMasked: '622202******0002', available: '99.00' },
    ],
  },
};

export function answered(financial: FinancialLeg): BalanceResult {
  return { ...allDone, financial };
}

type Stimulus = (walker: Walker) => void | Promise<void>;

export const stimuli = new Map<string, Stimulus>();

function ui(name: string, event: UiEvent): void {
  stimuli.set(name, (walker) => walker.send(event));
}

/** Answers, if such a call is waiting. */
function answer<N extends CallName>(
  call: N,
  name: string,
  outcome: (walker: Walker) => Parameters<typeof settle<N>>[2],
) {
  stimuli.set(`${call}:${name}`, (walker) => {
    if (walker.port.pending(call) !== undefined) {
      settle(walker.port, call, outcome(walker));
    }
  });
}

function settle<N extends CallName>(port: ScriptedPort, name: N, outcome: Parameters<typeof port.settle<N>>[1]): void {
  port.settle(name, outcome);
}

function during(call: CallName, event: { readonly type: string; readonly [field: string]: unknown }): void {
  stimuli.set(`${call}>${event.type}`, (walker) => walker.port.pending(call)?.on(event as never));
}

export const readErrors: readonly Exclude<SocialCardReadCompletion['errorCode'], undefined>[] = [
  'noSuchVisit',
  'readerUnavailable',
  'cardMute',
  'cardUnreadable',
  'cardRemoved',
  'cardSwapped',
  'cardBlocked',
  'cardExpired',
  'cardNotSupported',
  'cardNotGenuine',
  'holderMismatch',
  'classDisagreement',
  'cardNotActive',
  'hostUnavailable',
];

export const pinErrors: readonly Exclude<CardServiceEnterPinCompletion['errorCode'], undefined>[] = [
  'noSuchVisit',
  'noSuchEvidence',
  'pinPadUnavailable',
  'pinPadNeedsKeys',
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'cardRemoved',
  'noFinancialApplication',
  'hostUnavailable',
];

ui('TOUCH', { type: 'TOUCH' });
ui('CHOOSE balance', { type: 'CHOOSE_SERVICE', service: 'balance' });
ui('CHOOSE lossReport', { type: 'CHOOSE_SERVICE', service: 'lossReport' });
for (const type of ['BACK', 'END', 'RETRY', 'CONTINUE', 'PRINT', 'DONE', 'TOGGLE_AMOUNTS', 'CALL_STAFF'] as const) {
  ui(type, { type });
}
ui('CLOSE', { type: 'CLOSE' });
ui('STAY', { type: 'STAY' });
ui('OPEN_INFORMATION', { type: 'OPEN_INFORMATION', topic: 'branches' });
ui('SET english', { type: 'SET_PREFERENCE', change: { language: 'en', elder: true, contrast: 'high' } });

answer('beginVisit', 'ok', (walker) => {
  walker.begun += 1;
  return ok({ visitId: `visit-${walker.begun}`, caseCode: `CASE-VIS${walker.begun}` });
});
answer('beginVisit', 'visitActive', () => err({ code: 'visitActive' }));
answer('readCard', 'gen3', () => ok({ cardEvidence: 'evidence-secret', card: gen3 }));
answer('readCard', 'gen1', () => ok({ cardEvidence: 'evidence-secret', card: gen1 }));
for (const code of [...readErrors, 'rejected'] as const) {
  answer('readCard', code, () => err({ code, caseCode: 'CASE-0002' }));
}
answer('enterPin', 'ok', () => ok({ pinEvidence: 'pin-evidence-secret' }));
for (const code of [...pinErrors, 'rejected'] as const) {
  answer('enterPin', code, () => err({ code }));
}
answer('balanceInquiry', 'done', () => ok(allDone));
for (const [name, leg] of Object.entries({
  wrongPin2: { state: 'refused', reason: 'wrongPin', triesLeft: 2 },
  wrongPin1: { state: 'refused', reason: 'wrongPin', triesLeft: 1 },
  wrongPin: { state: 'refused', reason: 'wrongPin' },
  pinLocked: { state: 'refused', reason: 'pinLocked', triesLeft: 0 },
  notActivated: { state: 'notActivated' },
  notHere: { state: 'notHere', bankName: 'Other Bank', bankHotline: '95500' },
  noApplication: { state: 'noApplication' },
  notConfirmed: { state: 'notConfirmed', reason: 'noAnswer', retryAfterSeconds: 60 },
} satisfies Record<string, FinancialLeg>)) {
  answer('balanceInquiry', name, () => ok(answered(leg)));
}
for (const code of [
  'noSuchVisit',
  'noSuchEvidence',
  'cardRemoved',
  'cardSwapped',
  'cardUnreadable',
  'pinMissing',
  'rejected',
] as const) {
  answer('balanceInquiry', code, () => err({ code }));
}
for (const outcome of ['done', 'notDone', 'unknown'] as const) {
  answer('print', outcome, () => ok({ outcome, ...(outcome !== 'done' && { reason: 'paperOut' }) }));
}
for (const code of ['printerUnavailable', 'noSuchVisit', 'noSuchResult', 'timedOut'] as const) {
  answer('print', code, () => err({ code }));
}
for (const card of ['taken', 'retained', 'stillInside', 'none'] as const) {
  answer('returnCard', card, () => ok({ card }));
}
answer('returnCard', 'noSuchVisit', () => err({ code: 'noSuchVisit' }));
for (const card of ['taken', 'none'] as const) {
  answer('endVisit', card, () => ok({ card }));
}
answer('endVisit', 'noSuchVisit', () => err({ code: 'noSuchVisit' }));
answer('callStaff', 'ok', () => ok({ caseCode: 'CASE-HELP' }));
answer('callStaff', 'rejected', () => err({ code: 'rejected' }));
answer('setLanguage', 'ok', () => ok(undefined));

during('readCard', { type: 'CARD_INSERTED' });
during('readCard', { type: 'READING', part: 'financial' });
during('enterPin', { type: 'PIN_READY', minDigits: 6, maxDigits: 6, seconds: 60 });
during('enterPin', { type: 'PIN_KEY', digits: 3 });
during('returnCard', { type: 'TAKE_CARD', attention: 'normal', secondsLeft: 30 });

stimuli.set('bug', ({ port }) => {
  const call = port.anyPending();
  if (call !== undefined) {
    port.reject(call);
  }
});
stimuli.set('wait', (walker) => walker.wait());
stimuli.set('SNAPSHOT', (walker) => walker.say());
stimuli.set('SNAPSHOT no service', (walker) =>
  walker.say({ services: [{ service: 'balance', available: false, reasons: ['readerUnavailable'] }] }),
);
stimuli.set('SNAPSHOT other visit', (walker) =>
  walker.say({
    visit: { visitId: 'visit-before', caseCode: 'CASE-OLD1', phase: 'returningCard', language: 'en', card: 'inserted' },
  }),
);
stimuli.set('DISCONNECTED', ({ port }) => port.tell({ type: 'DISCONNECTED' }));
stimuli.set('CARD_REMOVED', ({ port, visitId }) => port.tell({ type: 'CARD_REMOVED', visitId }));
stimuli.set('ENDED maintenance', ({ port, visitId }) =>
  port.tell({ type: 'ENDED', visitId, reason: 'maintenance', card: 'taken' }),
);

/** Every place the whole kiosk can come to, with a shortest way there. Found by trying everything everywhere. */
export async function explore(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>([[new Walker().key, []]]);
  for (const [key, path] of found) {
    // The call for staff may cover anything; what goes on beneath is explored without it.
    if (key.endsWith('> called') || key.endsWith('> failed')) {
      continue;
    }
    for (const name of stimuli.keys()) {
      const walker = await new Walker().do(...path, name);
      if (!found.has(walker.key)) {
        found.set(walker.key, [...path, name]);
      }
    }
  }
  return found;
}
