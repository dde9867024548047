/**
 * Staff at the machine: who signs on, until when, and back to the customers' page. What the pages show comes from the
 * daemon; this machine knows only where its owner stands.
 */

import { assign, fromCallback, fromPromise, setup } from 'xstate';
import type {
  CardOutcome,
  CommandPayloads,
  CompletionPayloads,
  EventPayloads,
  MaintenanceSignedOffEvent,
  MaintenanceState,
} from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import type { ErrorsOf, Failure, LinkFault } from './port.ts';

export type MaintenancePrompt = EventPayloads['Maintenance.PromptEvent'];
export type SignOnProblem = ErrorsOf<'Maintenance.SignOn'> | LinkFault;
/** What is done by somebody who has signed on, beside coming and going. */
export type DeedName = Exclude<
  keyof CommandPayloads & `Maintenance.${string}`,
  'Maintenance.GetState' | 'Maintenance.SignOn' | 'Maintenance.SignOff' | 'Maintenance.Stay'
>;
export type Deed = { [M in DeedName]: { readonly name: M; readonly payload: CommandPayloads[M] } }[DeedName];
/** What only looks: a part of the page asks some of it by itself, and whoever turns to another part wants none of it. */
const asks: ReadonlySet<DeedName> = new Set<DeedName>([
  'Maintenance.GetConfiguration',
  'Maintenance.GetDay',
  'Maintenance.GetEpisodes',
  'Maintenance.GetReadiness',
  'Maintenance.GetRetained',
  'Maintenance.GetSticks',
  'Maintenance.GetStory',
  'Maintenance.GetSupplies',
  'Maintenance.WatchDevice',
]);
const isAsk = (deed: Deed | undefined): boolean => deed !== undefined && asks.has(deed.name);
export type DeedProblem = ErrorsOf<DeedName> | LinkFault;
/** The last answer of each deed; a page shows what it asked for. */
export type Answers = { readonly [M in DeedName]?: CompletionPayloads[M] };
export type CardCount = CommandPayloads['Maintenance.CountCards'];
export type Progress = EventPayloads['Maintenance.ExportProgressEvent'];
export type TestPrompt = EventPayloads['Maintenance.TestPromptEvent'];

export type MaintenanceWorldEvent =
  | { readonly type: 'STATE'; readonly state: MaintenanceState }
  | { readonly type: 'DISCONNECTED' }
  | ({ readonly type: 'TRACE' } & EventPayloads['Maintenance.TraceEvent'])
  | ({ readonly type: 'SIGNED_OFF' } & Omit<MaintenanceSignedOffEvent, 'sessionId'>);

type SignOnEvent =
  | { readonly type: 'PROMPT'; readonly prompt: MaintenancePrompt }
  | { readonly type: 'PIN_KEY'; readonly digits: number }
  | { readonly type: 'TEST_PROMPT'; readonly prompt: TestPrompt }
  | { readonly type: 'PROGRESS'; readonly progress: Progress };

type Answer<M extends keyof CommandPayloads & `Maintenance.${string}`> = Promise<Result<unknown, Failure<M>>>;
type SignOffAnswer = Promise<Result<CardOutcome | undefined, Failure<'Maintenance.SignOff'>>>;
type DeedAnswer = Promise<Result<object, { readonly code: DeedProblem }>>;

/** This machine's only door to the world; see `KioskPort`. */
export interface MaintenancePort {
  subscribe(listener: (event: MaintenanceWorldEvent) => void): () => void;
  signOn(signal: AbortSignal, on: (event: SignOnEvent) => void): Answer<'Maintenance.SignOn'>;
  /** Where the card of whoever signed off is. */
  signOff(signal: AbortSignal, on: (event: SignOnEvent) => void): SignOffAnswer;
  /** Its answer is the completion's payload. */
  perform(deed: Deed, signal: AbortSignal, on: (event: SignOnEvent) => void): DeedAnswer;
}

/** The parts of the page, in the order in which they stand. */
export const tabs = ['overview', 'devices', 'cards', 'day', 'machine', 'journal'] as const;
export type Tab = (typeof tabs)[number];

/** What a person at the page does. */
export type MaintenanceUiEvent =
  | { readonly type: 'SIGN_ON' | 'SIGN_OFF' | 'CANCEL' | 'LEAVE' | 'TOUCH' }
  | { readonly type: 'SHOW'; readonly tab: Tab }
  /** At one of the devices closely, or at all of them. */
  | { readonly type: 'LOOK'; readonly device: string | undefined }
  | { readonly type: 'DO'; readonly deed: Deed };

type MaintenanceEvent = MaintenanceUiEvent | MaintenanceWorldEvent | SignOnEvent;

export interface MaintenanceContext {
  readonly state: MaintenanceState | undefined;
  readonly prompt: MaintenancePrompt | undefined;
  /** The PIN before was wrong: told as long as the next one is waited for, since whoever typed it looked at the pad. */
  readonly wrongPin: MaintenancePrompt | undefined;
  readonly digits: number;
  readonly problem: SignOnProblem | undefined;
  readonly deedProblem: DeedProblem | undefined;
  readonly why: MaintenanceSignedOffEvent['why'] | undefined;
  /** Where the card of whoever signed off is, when it is not in their hand. */
  readonly card: CardOutcome | undefined;
  /** How the reader is that was lost, where it says so. */
  readonly reader: MaintenanceSignedOffEvent['reader'] | undefined;
  readonly tab: Tab;
  /** The device that is looked at closely. */
  readonly lookedAt: string | undefined;
  /** What is being done, or was done last. */
  readonly deed: Deed | undefined;
  /** Wanted while a part of the page was asking. */
  readonly waiting: readonly Deed[];
  readonly answers: Answers;
  /** What passed on the line of the device that is looked at, newest last. */
  readonly trace: EventPayloads['Maintenance.TraceEvent'];
  /** What the test of a device asks for. */
  readonly testPrompt: TestPrompt | undefined;
  /** How far a copy is, until something else is asked for. */
  readonly progress: Progress | undefined;
}

const nothingTraced: EventPayloads['Maintenance.TraceEvent'] = { device: '', lines: [] };
/** More than a page shows, less than a browser minds. */
const mostTraced = 300;

const nothingAsked = {
  prompt: undefined,
  wrongPin: undefined,
  testPrompt: undefined,
  progress: undefined,
  digits: 0,
} as const;

const wrongPinAfter = (before: MaintenancePrompt | undefined, prompt: MaintenancePrompt): typeof before => {
  switch (prompt.prompt) {
    case 'wrongPin':
      return prompt;
    case 'locked':
    case 'enterPin':
      return before;
    default:
      return undefined;
  }
};

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
    signOff: fromPromise<Awaited<SignOffAnswer>, Telling>(({ input, signal }) =>
      port.signOff(signal, telling(signal, input)),
    ),
    perform: fromPromise<Awaited<DeedAnswer>, Telling & { readonly deed: Deed }>(({ input, signal }) =>
      port.perform(input.deed, signal, telling(signal, input)),
    ),
  };
}

export const maintenanceMachine = setup({
  types: { context: {} as MaintenanceContext, events: {} as MaintenanceEvent },
  actors: portActors({
    subscribe: () => () => {},
    signOn: noPort,
    signOff: noPort,
    perform: noPort,
  }),
  delays: {
    /** Nobody signs on: back to the customers. */
    FORGOTTEN: 60_000,
    /** Why it is over can be read. */
    READ: 6_000,
    /** The daemon's own limits, and the port's, end every call earlier. */
    CALL: 900_000,
    SIGN_OFF: 300_000,
  },
  actions: {
    noteState: assign({ state: ({ context, event }) => (event.type === 'STATE' ? event.state : context.state) }),
    notePrompt: assign(({ context, event }) =>
      event.type === 'PROMPT'
        ? {
            prompt: event.prompt,
            wrongPin: wrongPinAfter(context.wrongPin, event.prompt),
            testPrompt: undefined,
            progress: undefined,
            ...(event.prompt.prompt === 'enterPin' && { digits: 0 }),
          }
        : {},
    ),
    noteKey: assign({ digits: ({ context, event }) => (event.type === 'PIN_KEY' ? event.digits : context.digits) }),
    noteTrace: assign(({ context: { trace }, event }) =>
      event.type === 'TRACE'
        ? {
            trace: {
              device: event.device,
              lines: [...(trace.device === event.device ? trace.lines : []), ...event.lines].slice(-mostTraced),
            },
          }
        : {},
    ),
    noteWhy: assign(({ event }) => (event.type === 'SIGNED_OFF' ? { why: event.why, reader: event.reader } : {})),
  },
}).createMachine({
  id: 'maintenance',
  context: {
    state: undefined,
    ...nothingAsked,
    problem: undefined,
    deedProblem: undefined,
    why: undefined,
    card: undefined,
    reader: undefined,
    tab: 'overview',
    lookedAt: undefined,
    deed: undefined,
    waiting: [],
    answers: {},
    trace: nothingTraced,
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
      after: { CALL: 'signedOut' },
    },
    refused: {
      on: { SIGN_ON: 'signingOn', LEAVE: 'left' },
      after: { FORGOTTEN: 'left' },
    },
    signedOn: {
      entry: assign({
        ...nothingAsked,
        deedProblem: undefined,
        tab: 'overview',
        lookedAt: undefined,
        waiting: [],
        answers: {},
        trace: nothingTraced,
      }),
      on: {
        SIGN_OFF: 'signingOff',
        SIGNED_OFF: { target: 'ended', actions: 'noteWhy' },
        TRACE: { actions: 'noteTrace' },
      },
      initial: 'looking',
      states: {
        looking: {
          always: {
            guard: ({ context }) => context.waiting.length > 0,
            target: 'doing',
            actions: assign(({ context: { waiting } }) => ({ deed: waiting[0], waiting: waiting.slice(1) })),
          },
          on: {
            SHOW: { actions: assign({ tab: ({ event }) => event.tab, lookedAt: undefined, deedProblem: undefined }) },
            LOOK: { actions: assign({ lookedAt: ({ event }) => event.device }) },
            DO: { target: 'doing', actions: assign({ deed: ({ event }) => event.deed }) },
          },
        },
        /** A second person may stand beside the first: their cards change places in the reader. */
        doing: {
          entry: assign(({ context: { deed, deedProblem } }) => ({
            ...nothingAsked,
            deedProblem: isAsk(deed) ? deedProblem : undefined,
          })),
          invoke: {
            src: 'perform',
            input: ({ context, self }) => ({ deed: wanted(context.deed), tell: (event) => self.send(event) }),
            onDone: [
              {
                guard: ({ event }) => event.output.ok,
                target: 'looking',
                actions: assign({ answers: ({ context, event }) => answered(context, event.output) }),
              },
              { target: 'looking', actions: assign({ deedProblem: ({ event }) => problemOf(event.output) }) },
            ],
            onError: { target: 'looking', actions: assign({ deedProblem: 'rejected' }) },
          },
          on: {
            PIN_KEY: { actions: 'noteKey' },
            // What a test asks for takes the place of what the cards did, and the other way round.
            TEST_PROMPT: { actions: assign({ testPrompt: ({ event }) => event.prompt, prompt: undefined }) },
            PROGRESS: { actions: assign({ progress: ({ event }) => event.progress }) },
            DO: {
              guard: ({ context }) => isAsk(context.deed),
              // Once each: a finger that was not answered at once comes again.
              actions: assign({
                waiting: ({ context: { waiting }, event: { deed } }) => [
                  ...waiting.filter(({ name }) => name !== deed.name),
                  deed,
                ],
              }),
            },
            SHOW: {
              guard: ({ context }) => isAsk(context.deed),
              target: 'looking',
              actions: assign({
                tab: ({ event }) => event.tab,
                lookedAt: undefined,
                waiting: [],
                deedProblem: undefined,
              }),
            },
            LOOK: {
              guard: ({ context }) => isAsk(context.deed),
              actions: assign({ lookedAt: ({ event }) => event.device }),
            },
            CANCEL: 'looking',
          },
          exit: assign(nothingAsked),
          after: { CALL: { target: 'looking', actions: assign({ deedProblem: 'timedOut' }) } },
        },
      },
    },
    signingOff: {
      entry: assign(nothingAsked),
      invoke: {
        src: 'signOff',
        input: ({ self }) => ({ tell: (event) => self.send(event) }),
        onDone: [
          {
            guard: ({ event: { output } }) => output.ok && isLost(output.value),
            target: 'withoutCard',
            actions: assign({ card: ({ event: { output } }) => (output.ok ? output.value : undefined) }),
          },
          { target: 'left', actions: assign({ why: 'signedOff' }) },
        ],
        onError: 'left',
      },
      after: { SIGN_OFF: 'left' },
    },
    /** Their card did not come back into their hand. */
    withoutCard: { on: { LEAVE: 'left' }, after: { FORGOTTEN: 'left' } },
    ended: {
      on: { LEAVE: 'left' },
      after: {
        // Of something that is broken more is read than of what its reader did.
        READ: { guard: ({ context }) => context.why !== 'readerLost', target: 'left' },
        FORGOTTEN: 'left',
      },
    },
    left: { type: 'final' },
  },
});

const isLost = (card: CardOutcome | undefined): boolean => card !== undefined && card !== 'taken' && card !== 'none';

function wanted(deed: Deed | undefined): Deed {
  if (deed === undefined) throw new Error('nothing is done');
  return deed;
}

const answered = ({ answers, deed }: MaintenanceContext, output: Awaited<DeedAnswer>): Answers =>
  output.ok ? { ...answers, [wanted(deed).name]: output.value } : answers;

const problemOf = (output: Awaited<DeedAnswer>): DeedProblem | undefined => (output.ok ? undefined : output.error.code);

export function maintenanceMachineWith(port: MaintenancePort) {
  return maintenanceMachine.provide({ actors: portActors(port) });
}
