/**
 * Look up the balance: card in, PIN where the bank leg needs one, both hosts asked, legs shown apart, a slip if wanted.
 * The visit owns the person's time-outs (it reads the patience tags), END, and the card's way out at the end.
 */

import { assign, sendTo, setup } from 'xstate';
import type { CustodyState, EvidenceId, ServiceAvailability, Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { type Patience, pinMs, watchdogs } from './delays.ts';
import { codeOf } from './outcomes.ts';
import type { BalanceResult, EnterPinEvent, Failure, KioskPort, PrintResult, ReadCard, WorldEvent } from './port.ts';
import {
  type CardStart,
  type CardTrouble,
  presentCardMachine,
  presentCardMachineWith,
  troubleOf,
} from './present-card.ts';
import { printChoiceOf, printResultOf } from './printing.ts';
import type { PinProblemCode, Screen, ShownPrint, UiEvent } from './screens.ts';
import { type ServiceSnapshot, type Within, withinOf } from './visit-serving.ts';

type ScreenOf<N extends Screen['name']> = Extract<Screen, { name: N }>;
type PinProblem = Pick<ScreenOf<'pin-problem'>, 'problem' | 'caseCode'>;

const maxKeyChanges = 1;

export interface BalanceInput {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
}

/** How the service hands the visitor back to the visit. `gone`: the daemon no longer knows this visit. */
export type BalanceOutput = { readonly next: 'home' | 'completed' | 'error' | 'gone'; readonly card: CustodyState };

export interface BalanceContext {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
  readonly card: CustodyState;
  readonly within: Within | undefined;
  /** With what the card's own machine is begun. */
  readonly start: CardStart;
  readonly reads: number;
  readonly read: ReadCard | undefined;
  readonly pad: Pick<ScreenOf<'enter-pin'>, 'ready' | 'digits' | 'minDigits' | 'maxDigits'>;
  readonly again: ScreenOf<'enter-pin'>['again'];
  /** A bank that changes its keys at every inquiry is not asked for ever. */
  readonly keyChanges: number;
  readonly triesLeft: number | undefined;
  readonly pinProblem: PinProblem | undefined;
  readonly pinEvidence: EvidenceId | undefined;
  /** off: this card or this kiosk has no use for a PIN. declined: the person went on without. must: the host refused to go without. */
  readonly pin: 'on' | 'off' | 'declined' | 'must';
  readonly result: BalanceResult | undefined;
  readonly amounts: 'visible' | 'hidden';
  readonly print: PrintResult | undefined;
  readonly next: BalanceOutput['next'];
}

export type BalanceEvent = UiEvent | WorldEvent | EnterPinEvent;

const blankPad = { ready: false, digits: 0 } as const;

export function balanceService(snapshot: Snapshot): ServiceAvailability | undefined {
  return snapshot.services.find((one) => one.service === 'balance');
}

function pinWanted({ read, snapshot, pin }: BalanceContext): boolean {
  if (pin === 'must') {
    return true;
  }
  const reasons = balanceService(snapshot)?.reasons ?? [];
  const padWorks = !reasons.includes('pinPadUnavailable') && !reasons.includes('pinPadNeedsKeys');
  return pin === 'on' && padWorks && read?.card.financial.present === true && read.card.financial.ours === true;
}

export function unconfirmed({ result }: BalanceContext): boolean {
  return (
    result !== undefined &&
    [result.financial, result.medical, result.social].some((leg) => leg.state === 'notConfirmed')
  );
}

export function printOf({ result, print, snapshot }: BalanceContext): ShownPrint {
  return printChoiceOf(snapshot, 'balance', result?.resultId, print);
}

const pinProblems: ReadonlySet<string> = new Set<PinProblemCode>([
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'hostUnavailable',
]);

function pinProblemOf({ code, caseCode }: Failure<'CardService.EnterPin'>): PinProblem {
  const problem = pinProblems.has(code) ? (code as PinProblemCode) : 'noAnswer';
  return { problem, ...(caseCode !== undefined && { caseCode }) };
}

function tags(patience: Patience): Patience {
  return patience;
}

export const balanceMachine = setup({
  types: {
    context: {} as BalanceContext,
    events: {} as BalanceEvent,
    input: {} as BalanceInput,
    output: {} as BalanceOutput,
    tags: {} as Patience,
    children: {} as { presentCard: 'presentCard' },
  },
  actors: { ...unprovidedActors, presentCard: presentCardMachine },
  delays: {
    ...watchdogs,
    ENTER_PIN: ({ context }) => pinMs(context.snapshot.display),
  },
  guards: {
    pinWanted: ({ context }) => pinWanted(context),
    cardOut: ({ context }) => context.card === 'none',
    mayGoWithoutPin: ({ context }) => context.pin !== 'must',
    mayAskAgain: ({ context }) => unconfirmed(context) && context.card !== 'none',
    mayPrint: ({ context }) => printOf(context).state === 'offered',
  },
  actions: {
    noteSnapshot: assign(({ context, event }) => ({
      snapshot: event.type === 'SNAPSHOT' ? event.snapshot : context.snapshot,
    })),
    cardIsOut: assign({ card: 'none' }),
    forgetPin: assign({ pinEvidence: undefined, pad: blankPad }),
    forgetWrongPin: assign({ again: undefined, triesLeft: undefined }),
    declinePin: assign({ pin: 'declined', again: undefined, triesLeft: undefined, pad: blankPad }),
    gone: assign({ next: 'gone' }),
    failed: assign({ next: 'error' }),
    completed: assign({ next: 'completed' }),
    trouble: assign((_, trouble: CardTrouble) => ({
      start: { at: 'trouble' as const, trouble },
      read: undefined,
      pinEvidence: undefined,
      pad: blankPad,
      ...(trouble.problem === 'cardRemoved' && { card: 'none' as const }),
    })),
    readAnew: assign({ start: { at: 'read' } }),
    giveBack: assign({ start: { at: 'giveBack' }, read: undefined, result: undefined }),
    follow: assign((_, snapshot: ServiceSnapshot) => ({
      within: withinOf(snapshot),
      ...(snapshot.context.card !== undefined && { card: snapshot.context.card }),
    })),
    toCard: sendTo('presentCard', ({ event }) => event),
  },
}).createMachine({
  id: 'balance',
  context: ({ input }) => ({
    ...input,
    card: 'none',
    within: undefined,
    start: { at: 'read' },
    reads: 0,
    read: undefined,
    pad: blankPad,
    again: undefined,
    keyChanges: 0,
    triesLeft: undefined,
    pinProblem: undefined,
    pinEvidence: undefined,
    pin: 'on',
    result: undefined,
    amounts: 'hidden',
    print: undefined,
    next: 'home',
  }),
  on: {
    SNAPSHOT: { actions: 'noteSnapshot' },
    CARD_REMOVED: { actions: 'cardIsOut' },
  },
  initial: 'card',
  states: {
    card: {
      entry: assign({ result: undefined }),
      exit: assign({ within: undefined }),
      invoke: {
        id: 'presentCard',
        src: 'presentCard',
        input: ({ context: { visitId, snapshot, start, card, reads } }) => ({
          visitId,
          snapshot,
          start,
          purpose: 'inquiry' as const,
          card,
          reads,
        }),
        onSnapshot: { actions: { type: 'follow', params: ({ event }) => event.snapshot } },
        onDone: [
          {
            description: 'read',
            guard: ({ event }) => event.output.next === 'read',
            target: 'read',
            actions: assign(({ event: { output } }) => ({
              card: output.card,
              reads: output.reads,
              read: output.read,
            })),
          },
          {
            target: 'finished',
            actions: assign(({ event: { output } }) => ({
              card: output.card,
              next: output.next === 'read' ? ('home' as const) : output.next,
            })),
          },
        ],
        onError: { target: 'finished', actions: ['failed', assign({ card: 'unknown' })] },
      },
      on: {
        RETRY: { actions: 'toCard' },
        BACK: { actions: 'toCard' },
        SNAPSHOT: { actions: ['noteSnapshot', 'toCard'] },
        CARD_REMOVED: { actions: ['cardIsOut', 'toCard'] },
      },
    },
    read: {
      always: [
        { guard: 'pinWanted', target: 'pin' },
        { target: 'asking', actions: assign({ pin: 'off' }) },
      ],
    },
    pin: {
      tags: tags('device'),
      entry: 'forgetPin',
      invoke: {
        src: 'enterPin',
        input: ({ context, self }) => ({ ...evidenceOf(context), tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'PIN entered',
            guard: ({ event }) => event.output.ok,
            target: 'asking',
            actions: assign({
              pinEvidence: ({ event }) => (event.output.ok ? event.output.value.pinEvidence : undefined),
            }),
          },
          {
            description: 'no such visit',
            guard: ({ event }) => codeOf(event.output) === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          // Evidence lives three minutes: the card is still there, so it is read again.
          {
            description: 'evidence too old',
            guard: ({ event }) => codeOf(event.output) === 'noSuchEvidence',
            target: 'readAgain',
          },
          {
            description: 'card gone',
            guard: ({ event }) => codeOf(event.output) === 'cardRemoved',
            target: 'card',
            actions: { type: 'trouble', params: { problem: 'cardRemoved' } },
          },
          {
            description: 'no use for a PIN',
            guard: ({ event }) =>
              ['pinPadUnavailable', 'pinPadNeedsKeys', 'noFinancialApplication'].includes(codeOf(event.output) ?? ''),
            target: 'asking',
            actions: assign({ pin: 'off' }),
          },
          {
            target: 'pinProblem',
            actions: assign({
              pinProblem: ({ event }) => (event.output.ok ? undefined : pinProblemOf(event.output.error)),
            }),
          },
        ],
        onError: { target: 'pinProblem', actions: assign({ pinProblem: { problem: 'noAnswer' } }) },
      },
      on: {
        PIN_READY: {
          actions: assign({
            pad: ({ event, context }) => ({
              ready: true,
              digits: context.pad.digits,
              minDigits: event.minDigits,
              maxDigits: event.maxDigits,
            }),
          }),
        },
        PIN_KEY: { actions: assign({ pad: ({ event, context }) => ({ ...context.pad, digits: event.digits }) }) },
        CONTINUE: { guard: 'mayGoWithoutPin', target: 'asking', actions: 'declinePin' },
        CARD_REMOVED: {
          target: 'card',
          actions: { type: 'trouble', params: { problem: 'cardRemoved' } },
        },
        BACK: { target: 'comingHome' },
      },
      after: { ENTER_PIN: { target: 'pinProblem', actions: assign({ pinProblem: { problem: 'noAnswer' } }) } },
    },
    pinProblem: {
      tags: tags('info'),
      entry: 'forgetPin',
      on: {
        RETRY: { target: 'pin' },
        CONTINUE: { guard: 'mayGoWithoutPin', target: 'asking', actions: 'declinePin' },
        CARD_REMOVED: {
          target: 'card',
          actions: { type: 'trouble', params: { problem: 'cardRemoved' } },
        },
        BACK: { target: 'comingHome' },
      },
    },
    asking: {
      tags: tags('device'),
      invoke: {
        src: 'balanceInquiry',
        input: ({ context }) => ({
          ...evidenceOf(context),
          ...(context.pinEvidence !== undefined && { pinEvidence: context.pinEvidence }),
        }),
        onDone: [
          {
            description: 'result',
            guard: ({ event }) => event.output.ok,
            target: 'answered',
            actions: [
              'forgetPin',
              assign({ result: ({ event }) => (event.output.ok ? event.output.value : undefined), amounts: 'hidden' }),
            ],
          },
          {
            description: 'no such visit',
            guard: ({ event }) => codeOf(event.output) === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          {
            description: 'evidence too old',
            guard: ({ event }) => codeOf(event.output) === 'noSuchEvidence',
            target: 'readAgain',
          },
          {
            description: 'not without the PIN that was declined',
            guard: ({ event, context }) => codeOf(event.output) === 'pinMissing' && context.pin === 'declined',
            target: 'pinProblem',
            actions: assign({ pin: 'must', pinProblem: { problem: 'pinCancelled' } }),
          },
          {
            description: 'not without a PIN',
            guard: ({ event, context }) => codeOf(event.output) === 'pinMissing' && context.pin === 'off',
            target: 'pin',
            actions: assign({ pin: 'must' }),
          },
          {
            target: 'card',
            actions: { type: 'trouble', params: ({ event }) => troubleOf(event.output) },
          },
        ],
        onError: { target: 'card', actions: { type: 'trouble', params: { problem: 'noAnswer' } } },
      },
      on: {
        CARD_REMOVED: {
          target: 'card',
          actions: { type: 'trouble', params: { problem: 'cardRemoved' } },
        },
        BACK: { target: 'comingHome' },
      },
      after: {
        INQUIRY: { target: 'card', actions: { type: 'trouble', params: { problem: 'noAnswer' } } },
      },
    },
    readAgain: { entry: 'readAnew', always: [{ target: 'card' }] },
    answered: {
      always: [
        {
          description: 'wrong PIN, one try left',
          guard: ({ context }) => triesAfterWrongPin(context) === 1,
          target: 'pinProblem',
          actions: assign({ again: 'wrongPin', triesLeft: 1, pinProblem: { problem: 'lastTry' } }),
        },
        {
          description: 'wrong PIN',
          guard: ({ context }) => (triesAfterWrongPin(context) ?? 0) > 1,
          target: 'pin',
          actions: assign({ again: 'wrongPin', triesLeft: ({ context }) => knownTries(context) }),
        },
        {
          description: 'the bank took new keys meanwhile',
          guard: ({ context }) => keysChanged(context) && context.keyChanges < maxKeyChanges,
          target: 'pin',
          actions: assign({
            again: 'keysChanged',
            triesLeft: undefined,
            keyChanges: ({ context }) => context.keyChanges + 1,
          }),
        },
        { target: 'balance', actions: 'forgetWrongPin' },
      ],
    },
    balance: {
      tags: tags('result'),
      on: {
        TOGGLE_AMOUNTS: {
          actions: assign({ amounts: ({ context }) => (context.amounts === 'hidden' ? 'visible' : 'hidden') }),
        },
        PRINT: { guard: 'mayPrint', target: 'printing' },
        // A PIN block is good for one inquiry: asking again means the PIN again, where the bank leg needs one.
        RETRY: { guard: 'mayAskAgain', target: 'read', actions: assign({ pin: 'on', print: undefined }) },
        BACK: { target: 'comingHome' },
        DONE: { target: 'finished', actions: 'completed' },
      },
    },
    printing: {
      tags: tags('device'),
      invoke: {
        src: 'print',
        input: ({ context }) => ({ visitId: context.visitId, resultId: context.result?.resultId ?? '' }),
        onDone: [
          {
            description: 'no such visit',
            guard: ({ event }) => codeOf(event.output) === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          { target: 'printResult', actions: assign({ print: ({ event }) => printResultOf(event.output) }) },
        ],
        onError: { target: 'printResult', actions: assign({ print: { outcome: 'unknown', reason: 'noAnswer' } }) },
      },
      after: {
        PRINT: { target: 'printResult', actions: assign({ print: { outcome: 'unknown', reason: 'noAnswer' } }) },
      },
    },
    printResult: {
      tags: tags('result'),
      on: {
        RETRY: { guard: 'mayPrint', target: 'printing' },
        BACK: { target: 'balance' },
        DONE: { target: 'finished', actions: 'completed' },
      },
    },
    comingHome: {
      always: [
        { guard: 'cardOut', target: 'finished' },
        { target: 'card', actions: 'giveBack' },
      ],
    },
    finished: { type: 'final' },
  },
  output: ({ context }) => ({ next: context.next, card: context.card }),
});

export function balanceMachineWith(port: KioskPort) {
  return balanceMachine.provide({ actors: { ...portActors(port), presentCard: presentCardMachineWith(port) } });
}

function evidenceOf({ visitId, read }: BalanceContext) {
  return { visitId, cardEvidence: read?.cardEvidence ?? '' };
}

/** The bank leg was not answered for lack of keys although a PIN had been entered: the PIN block was made under old ones. */
function keysChanged({ result, pin }: BalanceContext): boolean {
  const leg = result?.financial;
  return leg?.state === 'notConfirmed' && leg.reason === 'pinPadNeedsKeys' && (pin === 'on' || pin === 'must');
}

/** Undefined: the PIN was not wrong. A wrong PIN without a count, and no tries left, are told apart: 2 stands for "some". */
function triesAfterWrongPin({ result }: BalanceContext): number | undefined {
  return result?.financial.state === 'refused' && result.financial.reason === 'wrongPin'
    ? (result.financial.triesLeft ?? 2)
    : undefined;
}

function knownTries({ result }: BalanceContext): number | undefined {
  return result?.financial.state === 'refused' ? result.financial.triesLeft : undefined;
}
