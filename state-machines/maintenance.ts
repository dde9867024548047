/**
 * Staff at the machine: who signs on, until when, and back to the customers' page. What the pages show comes from the
 * daemon; this machine knows only where its owner stands.
 */

import { assign, fromCallback, fromPromise, setup } from 'xstate';
import type {
  ClosedReason,
  CommandPayloads,
  EventPayloads,
  MaintenanceSignedOffEvent,
  MaintenanceState,
} from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import type { ErrorsOf, Failure, LinkFault } from './port.ts';

export type MaintenancePrompt = EventPayloads['Maintenance.PromptEvent'];
export type SignOnProblem = ErrorsOf<'Maintenance.SignOn'> | LinkFault;
export type DeedProblem = ErrorsOf<'Maintenance.Close' | 'Maintenance.Test' | 'Maintenance.CountCards'> | LinkFault;
export type CardCount = CommandPayloads['Maintenance.CountCards'];
export type TestPrompt = EventPayloads['Maintenance.TestPromptEvent'];

export type MaintenanceWorldEvent =
  | { readonly type: 'STATE'; readonly state: MaintenanceState }
  | { readonly type: 'DISCONNECTED' }
  | { readonly type: 'SIGNED_OFF'; readonly why: MaintenanceSignedOffEvent['why'] };

type SignOnEvent =
  | { readonly type: 'PROMPT'; readonly prompt: MaintenancePrompt }
  | { readonly type: 'PIN_KEY'; readonly digits: number }
  | { readonly type: 'TEST_PROMPT'; readonly prompt: TestPrompt };

type Answer<M extends keyof CommandPayloads & `Maintenance.${string}`> = Promise<Result<unknown, Failure<M>>>;

/** This machine's only door to the world; see `KioskPort`. */
export interface MaintenancePort {
  subscribe(listener: (event: MaintenanceWorldEvent) => void): () => void;
  signOn(signal: AbortSignal, on: (event: SignOnEvent) => void): Answer<'Maintenance.SignOn'>;
  signOff(signal: AbortSignal, on: (event: SignOnEvent) => void): Answer<'Maintenance.SignOff'>;
  close(reason: ClosedReason, signal: AbortSignal): Answer<'Maintenance.Close'>;
  open(signal: AbortSignal): Answer<'Maintenance.Open'>;
  countCards(count: CardCount, signal: AbortSignal, on: (event: SignOnEvent) => void): Answer<'Maintenance.CountCards'>;
  test(device: string, signal: AbortSignal, on: (event: SignOnEvent) => void): Answer<'Maintenance.Test'>;
}

/** What a person at the page does. */
export type MaintenanceUiEvent =
  | { readonly type: 'SIGN_ON' | 'SIGN_OFF' | 'CANCEL' | 'LEAVE' | 'OPEN_KIOSK' | 'TOUCH' }
  | { readonly type: 'CLOSE_KIOSK'; readonly reason: ClosedReason }
  | { readonly type: 'TEST'; readonly device: string }
  | { readonly type: 'COUNT_CARDS'; readonly count: CardCount };

type MaintenanceEvent = MaintenanceUiEvent | MaintenanceWorldEvent | SignOnEvent;

export interface MaintenanceContext {
  readonly state: MaintenanceState | undefined;
  readonly prompt: MaintenancePrompt | undefined;
  readonly digits: number;
  readonly problem: SignOnProblem | undefined;
  readonly deedProblem: DeedProblem | undefined;
  readonly why: MaintenanceSignedOffEvent['why'] | undefined;
  readonly reason: ClosedReason;
  /** The device under test, and what its test asks for. */
  readonly device: string;
  /** What two persons are counting. */
  readonly count: CardCount | undefined;
  readonly testPrompt: TestPrompt | undefined;
}

const nothingAsked = { prompt: undefined, digits: 0 } as const;

/** Tells the machine what comes while a call is under way; a stopped one tells nothing more. */
interface Telling {
  readonly tell: (event: SignOnEvent) => void;
}

const noPort = () => Promise.reject(new Error('the machine was given no port'));

function portActors(port: MaintenancePort) {
  const telling =
    (signal: AbortSignal, { tell }: Telling) =>
    (event: SignOnEvent): void => {
      if (!signal.aborted) tell(event);
    };
  return {
    world: fromCallback<MaintenanceEvent>(({ sendBack }) => port.subscribe(sendBack)),
    signOn: fromPromise<Awaited<Answer<'Maintenance.SignOn'>>, Telling>(({ input, signal }) =>
      port.signOn(signal, telling(signal, input)),
    ),
    signOff: fromPromise<Awaited<Answer<'Maintenance.SignOff'>>, Telling>(({ input, signal }) =>
      port.signOff(signal, telling(signal, input)),
    ),
    close: fromPromise<Awaited<Answer<'Maintenance.Close'>>, ClosedReason>(({ input, signal }) =>
      port.close(input, signal),
    ),
    open: fromPromise<Awaited<Answer<'Maintenance.Open'>>>(({ signal }) => port.open(signal)),
    countCards: fromPromise<Awaited<Answer<'Maintenance.CountCards'>>, Telling & { readonly count: CardCount }>(
      ({ input, signal }) => port.countCards(input.count, signal, telling(signal, input)),
    ),
    test: fromPromise<Awaited<Answer<'Maintenance.Test'>>, Telling & { readonly device: string }>(({ input, signal }) =>
      port.test(input.device, signal, telling(signal, input)),
    ),
  };
}

export const maintenanceMachine = setup({
  types: { context: {} as MaintenanceContext, events: {} as MaintenanceEvent },
  actors: portActors({
    subscribe: () => () => {},
    signOn: noPort,
    signOff: noPort,
    close: noPort,
    open: noPort,
    countCards: noPort,
    test: noPort,
  }),
  delays: {
    /** Nobody signs on: back to the customers. */
    FORGOTTEN: 60_000,
    /** Why it is over can be read. */
    READ: 6_000,
    /** The daemon's own limits end every call earlier. */
    SIGN_ON: 900_000,
    SIGN_OFF: 300_000,
    TEST: 180_000,
    QUICK: 15_000,
  },
  actions: {
    noteState: assign({ state: ({ context, event }) => (event.type === 'STATE' ? event.state : context.state) }),
    notePrompt: assign(({ event }) =>
      event.type === 'PROMPT' ? { prompt: event.prompt, ...(event.prompt.prompt === 'enterPin' && { digits: 0 }) } : {},
    ),
    noteKey: assign({ digits: ({ context, event }) => (event.type === 'PIN_KEY' ? event.digits : context.digits) }),
    noteWhy: assign({ why: ({ context, event }) => (event.type === 'SIGNED_OFF' ? event.why : context.why) }),
  },
}).createMachine({
  id: 'maintenance',
  context: {
    state: undefined,
    ...nothingAsked,
    problem: undefined,
    deedProblem: undefined,
    why: undefined,
    reason: 'repair',
    device: '',
    count: undefined,
    testPrompt: undefined,
  },
  invoke: { src: 'world' },
  on: { DISCONNECTED: '.connecting', STATE: { actions: 'noteState' }, PROMPT: { actions: 'notePrompt' } },
  initial: 'connecting',
  states: {
    /** Whoever was signed on is not any more: the daemon ends a session whose page is gone. */
    connecting: {
      on: { STATE: { target: 'signedOut', actions: 'noteState' }, LEAVE: 'left' },
      after: { FORGOTTEN: 'left' },
    },
    signedOut: {
      on: { SIGN_ON: 'signingOn', LEAVE: 'left', TOUCH: { target: 'signedOut', reenter: true } },
      after: { FORGOTTEN: 'left' },
    },
    signingOn: {
      entry: assign({ ...nothingAsked, problem: undefined }),
      invoke: {
        src: 'signOn',
        input: ({ self }) => ({ tell: (event) => self.send(event) }),
        onDone: [
          { guard: ({ event }) => event.output.ok, target: 'signedOn' },
          {
            target: 'refused',
            actions: assign({ problem: ({ event }) => (event.output.ok ? undefined : event.output.error.code) }),
          },
        ],
        onError: { target: 'refused', actions: assign({ problem: 'rejected' }) },
      },
      on: { CANCEL: 'signedOut', PIN_KEY: { actions: 'noteKey' } },
      after: { SIGN_ON: 'signedOut' },
    },
    refused: {
      on: { SIGN_ON: 'signingOn', LEAVE: 'left' },
      after: { FORGOTTEN: 'left' },
    },
    signedOn: {
      entry: assign({ ...nothingAsked, deedProblem: undefined }),
      on: { SIGN_OFF: 'signingOff', SIGNED_OFF: { target: 'ended', actions: 'noteWhy' } },
      initial: 'looking',
      states: {
        looking: {
          on: {
            CLOSE_KIOSK: { target: 'closing', actions: assign({ reason: ({ event }) => event.reason }) },
            OPEN_KIOSK: 'opening',
            COUNT_CARDS: {
              target: 'counting',
              actions: assign({ count: ({ event }) => event.count, deedProblem: undefined }),
            },
            TEST: {
              target: 'testing',
              actions: assign({ device: ({ event }) => event.device, testPrompt: undefined, deedProblem: undefined }),
            },
          },
        },
        closing: {
          invoke: {
            src: 'close',
            input: ({ context }) => context.reason,
            onDone: {
              target: 'looking',
              actions: assign({ deedProblem: ({ event }) => problemOf(event.output) }),
            },
            onError: { target: 'looking', actions: assign({ deedProblem: 'rejected' }) },
          },
          after: { QUICK: { target: 'looking', actions: assign({ deedProblem: 'timedOut' }) } },
        },
        /** A second person stands beside the first: their cards change places in the reader. */
        counting: {
          entry: assign(nothingAsked),
          invoke: {
            src: 'countCards',
            input: ({ context, self }) => ({ count: wanted(context.count), tell: (event) => self.send(event) }),
            onDone: { target: 'looking', actions: assign({ deedProblem: ({ event }) => problemOf(event.output) }) },
            onError: { target: 'looking', actions: assign({ deedProblem: 'rejected' }) },
          },
          on: { PIN_KEY: { actions: 'noteKey' } },
          after: { SIGN_ON: { target: 'looking', actions: assign({ deedProblem: 'timedOut' }) } },
        },
        testing: {
          invoke: {
            src: 'test',
            input: ({ context, self }) => ({ device: context.device, tell: (event) => self.send(event) }),
            // What came of it is told with the state.
            onDone: { target: 'looking', actions: assign({ deedProblem: ({ event }) => problemOf(event.output) }) },
            onError: { target: 'looking', actions: assign({ deedProblem: 'rejected' }) },
          },
          on: {
            TEST_PROMPT: { actions: assign({ testPrompt: ({ event }) => event.prompt }) },
            CANCEL: 'looking',
          },
          after: { TEST: { target: 'looking', actions: assign({ deedProblem: 'timedOut' }) } },
        },
        opening: {
          invoke: {
            src: 'open',
            onDone: {
              target: 'looking',
              actions: assign({ deedProblem: ({ event }) => problemOf(event.output) }),
            },
            onError: { target: 'looking', actions: assign({ deedProblem: 'rejected' }) },
          },
          after: { QUICK: { target: 'looking', actions: assign({ deedProblem: 'timedOut' }) } },
        },
      },
    },
    signingOff: {
      entry: assign(nothingAsked),
      invoke: {
        src: 'signOff',
        input: ({ self }) => ({ tell: (event) => self.send(event) }),
        onDone: 'left',
        onError: 'left',
      },
      after: { SIGN_OFF: 'left' },
    },
    ended: { on: { LEAVE: 'left' }, after: { READ: 'left' } },
    left: { type: 'final' },
  },
});

function wanted(count: CardCount | undefined): CardCount {
  if (count === undefined) throw new Error('nothing is counted');
  return count;
}

const problemOf = (output: Result<unknown, { readonly code: DeedProblem }>): DeedProblem | undefined =>
  output.ok ? undefined : output.error.code;

export function maintenanceMachineWith(port: MaintenancePort) {
  return maintenanceMachine.provide({ actors: portActors(port) });
}
