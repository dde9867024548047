/**
 * Look up the balance: card in, PIN where the bank leg needs one, both hosts asked, legs shown apart, a slip if wanted.
 * The visit owns the person's time-outs (it reads the patience tags), END, and the card's way out at the end.
 */

import { assign, setup } from 'xstate';
import type { CustodyState, EvidenceId, ServiceAvailability, Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { type Patience, pinMs, takeCardMs, watchdogs } from './delays.ts';
import { codeOf, linkFaults } from './outcomes.ts';
import type {
  BalanceResult,
  EnterPinEvent,
  Failure,
  KioskPort,
  PrintResult,
  ReadCard,
  ReadCardEvent,
  ReturnCardEvent,
  WorldEvent,
} from './port.ts';
import { printChoiceOf, printResultOf } from './printing.ts';
import type { CardProblemCode, PinProblemCode, Screen, ShownPrint, UiEvent } from './screens.ts';

type ScreenOf<N extends Screen['name']> = Extract<Screen, { name: N }>;
type CardProblem = Pick<ScreenOf<'card-problem'>, 'problem' | 'retry' | 'caseCode'>;
type PinProblem = Pick<ScreenOf<'pin-problem'>, 'problem' | 'caseCode'>;
export type Offer = Pick<ScreenOf<'take-card'>, 'attention' | 'secondsLeft'>;

/** Three cards that cannot be read are enough; then a person helps. */
const maxReads = 3;
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
  readonly part: ScreenOf<'reading-card'>['part'];
  readonly reads: number;
  readonly read: ReadCard | undefined;
  readonly problem: CardProblem | undefined;
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
  readonly offer: Offer;
  readonly after: 'insertAgain' | 'home';
  readonly next: BalanceOutput['next'];
}

export type BalanceEvent = UiEvent | WorldEvent | ReadCardEvent | EnterPinEvent | ReturnCardEvent;

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

/** The same card may simply be asked again; another try needs the card in anew; or trying again cannot help. */
function retryFor(problem: CardProblemCode, reads: number): CardProblem['retry'] {
  if (reads >= maxReads) {
    return 'none';
  }
  switch (problem) {
    case 'hostUnavailable':
    case 'noAnswer':
      return 'sameCard';
    case 'readerUnavailable':
    case 'cardMute':
    case 'cardUnreadable':
    case 'cardRemoved':
    case 'cardSwapped':
    case 'cardNotSupported':
      return 'insertAgain';
    default:
      return 'none';
  }
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
  },
  actors: unprovidedActors,
  delays: {
    ...watchdogs,
    ENTER_PIN: ({ context }) => pinMs(context.snapshot.display),
    TAKE_CARD: ({ context }) => takeCardMs(context.snapshot.display),
  },
  guards: {
    pinWanted: ({ context }) => pinWanted(context),
    cardOut: ({ context }) => context.card === 'none',
    mayRetryCard: ({ context }) => context.problem?.retry !== 'none',
    retriesInPlace: ({ context: { problem, card } }) =>
      problem?.retry === 'sameCard' || (problem?.retry === 'insertAgain' && card === 'none'),
    mayGoWithoutPin: ({ context }) => context.pin !== 'must',
    mayAskAgain: ({ context }) => unconfirmed(context) && context.card !== 'none',
    mayPrint: ({ context }) => printOf(context).state === 'offered',
    comesBackHome: ({ context }) => context.after === 'home',
  },
  actions: {
    cardIsIn: assign({ card: 'inserted' }),
    cardIsOut: assign({ card: 'none' }),
    forgetPin: assign({ pinEvidence: undefined, pad: blankPad }),
    forgetWrongPin: assign({ again: undefined, triesLeft: undefined }),
    declinePin: assign({ pin: 'declined', again: undefined, triesLeft: undefined, pad: blankPad }),
    goHome: assign({ after: 'home' }),
    gone: assign({ next: 'gone' }),
    failed: assign({ next: 'error' }),
    completed: assign({ next: 'completed' }),
    tick: assign(({ context: { offer } }) =>
      offer.secondsLeft === undefined ? {} : { offer: { ...offer, secondsLeft: Math.max(0, offer.secondsLeft - 1) } },
    ),
    cardProblem: assign(({ context }, { problem, caseCode }: Omit<CardProblem, 'retry'>) => ({
      problem: { problem, retry: retryFor(problem, context.reads), ...(caseCode !== undefined && { caseCode }) },
      read: undefined,
      pinEvidence: undefined,
      pad: blankPad,
      card: problem === 'cardRemoved' ? ('none' as const) : context.card,
    })),
  },
}).createMachine({
  id: 'balance',
  context: ({ input }) => ({
    ...input,
    card: 'none',
    part: 'social',
    reads: 0,
    read: undefined,
    problem: undefined,
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
    offer: { attention: 'normal' },
    after: 'home',
    next: 'home',
  }),
  on: {
    SNAPSHOT: { actions: assign({ snapshot: ({ event }) => event.snapshot }) },
    CARD_REMOVED: { actions: 'cardIsOut' },
  },
  initial: 'card',
  states: {
    card: {
      entry: assign({
        reads: ({ context }) => context.reads + 1,
        part: 'social',
        problem: undefined,
        result: undefined,
      }),
      invoke: {
        src: 'readCard',
        input: ({ context, self }) => ({ visitId: context.visitId, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'read',
            guard: ({ event }) => event.output.ok,
            target: 'read',
            actions: [
              'cardIsIn',
              assign({ read: ({ event, context }) => (event.output.ok ? event.output.value : context.read) }),
            ],
          },
          {
            description: 'no such visit',
            guard: ({ event }) => codeOf(event.output) === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          {
            target: 'cardProblem',
            actions: { type: 'cardProblem', params: ({ event }) => cardProblemOf(event.output) },
          },
        ],
        onError: { target: 'cardProblem', actions: { type: 'cardProblem', params: { problem: 'noAnswer' } } },
      },
      on: {
        CARD_INSERTED: { target: '.reading', actions: 'cardIsIn' },
        READING: { target: '.reading', actions: ['cardIsIn', assign({ part: ({ event }) => event.part })] },
        BACK: { target: 'comingHome' },
      },
      initial: 'choosing',
      states: {
        choosing: { always: [{ guard: 'cardOut', target: 'waiting' }, { target: 'reading' }] },
        waiting: { tags: tags('input') },
        reading: {
          tags: tags('device'),
          on: {
            CARD_REMOVED: {
              target: '#balance.cardProblem',
              actions: { type: 'cardProblem', params: { problem: 'cardRemoved' } },
            },
          },
          after: {
            READ_CARD: {
              target: '#balance.cardProblem',
              actions: { type: 'cardProblem', params: { problem: 'noAnswer' } },
            },
          },
        },
      },
    },
    cardProblem: {
      tags: tags('info'),
      on: {
        RETRY: [
          { guard: 'retriesInPlace', target: 'card' },
          { guard: 'mayRetryCard', target: 'givingBack', actions: assign({ after: 'insertAgain' }) },
        ],
        BACK: { target: 'comingHome' },
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
            target: 'cardProblem',
            actions: { type: 'cardProblem', params: { problem: 'cardRemoved' } },
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
          target: 'cardProblem',
          actions: { type: 'cardProblem', params: { problem: 'cardRemoved' } },
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
          target: 'cardProblem',
          actions: { type: 'cardProblem', params: { problem: 'cardRemoved' } },
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
            target: 'cardProblem',
            actions: { type: 'cardProblem', params: ({ event }) => cardProblemOf(event.output) },
          },
        ],
        onError: { target: 'cardProblem', actions: { type: 'cardProblem', params: { problem: 'noAnswer' } } },
      },
      on: {
        CARD_REMOVED: {
          target: 'cardProblem',
          actions: { type: 'cardProblem', params: { problem: 'cardRemoved' } },
        },
        BACK: { target: 'comingHome' },
      },
      after: {
        INQUIRY: { target: 'cardProblem', actions: { type: 'cardProblem', params: { problem: 'noAnswer' } } },
      },
    },
    readAgain: {
      always: [
        { description: 'read less than three times', guard: ({ context }) => context.reads < maxReads, target: 'card' },
        { target: 'cardProblem', actions: { type: 'cardProblem', params: { problem: 'noAnswer' } } },
      ],
    },
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
      entry: 'goHome',
      always: [{ guard: 'cardOut', target: 'finished' }, { target: 'givingBack' }],
    },
    givingBack: {
      tags: tags('device'),
      entry: assign({ offer: { attention: 'normal' }, read: undefined, result: undefined }),
      exit: assign({ offer: { attention: 'normal' } }),
      invoke: {
        src: 'returnCard',
        input: ({ context, self }) => ({ visitId: context.visitId, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'card taken',
            guard: ({ event }) =>
              event.output.ok && (event.output.value.card === 'taken' || event.output.value.card === 'none'),
            target: 'givenBack',
            actions: 'cardIsOut',
          },
          {
            description: 'no such visit',
            guard: ({ event }) => codeOf(event.output) === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          // Retained or stuck: nothing more to do here without the card. The visit's end says where it is.
          { target: 'finished', actions: 'failed' },
        ],
        onError: { target: 'finished', actions: 'failed' },
      },
      on: {
        TAKE_CARD: {
          actions: assign({ offer: ({ event }) => ({ attention: event.attention, secondsLeft: event.secondsLeft }) }),
        },
      },
      after: { TAKE_CARD: { target: 'finished', actions: 'failed' } },
      initial: 'counting',
      states: { counting: { after: { SECOND: { target: 'counting', reenter: true, actions: 'tick' } } } },
    },
    givenBack: { always: [{ guard: 'comesBackHome', target: 'finished' }, { target: 'card' }] },
    finished: { type: 'final' },
  },
  output: ({ context }) => ({ next: context.next, card: context.card }),
});

export function balanceMachineWith(port: KioskPort) {
  return balanceMachine.provide({ actors: portActors(port) });
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

type ProblemOutput =
  | { ok: true; value: unknown }
  | { ok: false; error: Failure<'SocialCard.Read'> | Failure<'CardService.BalanceInquiry'> };

function cardProblemOf(output: ProblemOutput): Omit<CardProblem, 'retry'> {
  if (output.ok) {
    return { problem: 'noAnswer' };
  }
  const { code, caseCode } = output.error;
  const own = linkFaults.has(code) || code === 'noSuchVisit' || code === 'noSuchEvidence' || code === 'pinMissing';
  return { problem: own ? 'noAnswer' : (code as CardProblemCode), ...(caseCode !== undefined && { caseCode }) };
}
