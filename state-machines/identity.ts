/**
 * Which document, put it there, hold it still, this is what was read. All readers listen from the start: whoever simply
 * puts the document down need not choose. The visit sees to it that the document is taken back.
 */

import { assign, setup } from 'xstate';
import type { DocumentFacts, EvidenceId, Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { type Patience, watchdogs } from './delays.ts';
import { choiceOf, documentOf } from './documents.ts';
import type { Failure, KioskPort, ReadDocument, ReadDocumentEvent, WorldEvent } from './port.ts';
import type {
  DocumentChoice,
  DocumentCustody,
  DocumentPlace,
  DocumentProblemCode,
  Screen,
  UiEvent,
} from './screens.ts';

type DocumentProblemScreen = Extract<Screen, { name: 'document-problem' }>;
type DocumentProblem = Pick<DocumentProblemScreen, 'problem' | 'caseCode'>;

/** Three documents that cannot be used are enough; then a person helps. */
const maxReads = 3;

export interface IdentityInput {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
  /** try: what was read is shown, and that is all. Else it is read for an act on a card, whose holder it is or helps. */
  readonly purpose: 'try' | 'self' | 'child' | 'parent';
}

/** How the visitor is handed back. `read`: for the act that it was read for. `gone`: the daemon no longer knows this visit. */
export interface IdentityOutput {
  readonly next: 'home' | 'read' | 'gone';
  readonly document: DocumentCustody;
  readonly documentAt: DocumentPlace;
  readonly read: ReadDocument | undefined;
}

export interface IdentityContext extends IdentityInput {
  readonly reads: number;
  readonly choice: DocumentChoice | undefined;
  /** Where it is put; before a choice, wherever a document was noticed last. */
  readonly documentAt: DocumentPlace;
  readonly hint: ReadDocumentEvent['hint'];
  readonly document: DocumentCustody;
  readonly facts: DocumentFacts | undefined;
  readonly evidence: EvidenceId | undefined;
  readonly problem: DocumentProblem | undefined;
  readonly next: IdentityOutput['next'];
}

export type IdentityEvent = UiEvent | WorldEvent | ReadDocumentEvent;

/** The same document may simply be put down again; any other problem needs another document. */
const sameDocument: ReadonlySet<DocumentProblemCode> = new Set<DocumentProblemCode>([
  'documentUnreadable',
  'documentRemoved',
  'noAnswer',
]);

/** A document was there and was looked at. */
const refusesDocument: ReadonlySet<DocumentProblemCode> = new Set<DocumentProblemCode>([
  'documentUnreadable',
  'documentUnknown',
  'documentNotAccepted',
  'documentNotGenuine',
  'documentInvalid',
  'documentExpired',
  'documentNotYetValid',
]);

export function retryOf({ problem, reads, snapshot }: IdentityContext): DocumentProblemScreen['retry'] {
  const works = snapshot.documents.some(({ available }) => available);
  if (!works || reads >= maxReads || problem === undefined) {
    return 'none';
  }
  return sameDocument.has(problem.problem) ? 'sameDocument' : 'otherDocument';
}

const ownCodes: ReadonlySet<string> = new Set(['connectionLost', 'timedOut', 'rejected', 'noSuchVisit']);

type ReadOutput = { ok: true; value: ReadDocument } | { ok: false; error: Failure<'Identity.Read'> };

function problemOf(output: ReadOutput): DocumentProblem {
  if (output.ok) {
    return { problem: 'noAnswer' };
  }
  const { code, caseCode } = output.error;
  const problem = ownCodes.has(code) ? 'noAnswer' : (code as DocumentProblemCode);
  return { problem, ...(caseCode !== undefined && { caseCode }) };
}

function tags(patience: Patience): Patience {
  return patience;
}

export const identityMachine = setup({
  types: {
    context: {} as IdentityContext,
    events: {} as IdentityEvent,
    input: {} as IdentityInput,
    output: {} as IdentityOutput,
    tags: {} as Patience,
  },
  actors: unprovidedActors,
  delays: watchdogs,
  guards: {
    chosen: ({ context }) => context.choice !== undefined,
    forAnAct: ({ context }) => context.purpose !== 'try',
    readable: ({ context, event }) =>
      event.type === 'CHOOSE_DOCUMENT' && documentOf(context.snapshot, event.document).state === 'ready',
    isHint: ({ event }, hint: ReadDocumentEvent['hint']) => event.type === 'DOCUMENT_HINT' && event.hint === hint,
    mayRetry: ({ context }, how: 'sameDocument' | 'otherDocument') => retryOf(context) === how,
  },
  actions: {
    choose: assign(({ context, event }) =>
      event.type === 'CHOOSE_DOCUMENT'
        ? {
            choice: event.document,
            hint: 'present' as const,
            documentAt: documentOf(context.snapshot, event.document).reader ?? context.documentAt,
          }
        : {},
    ),
    unchoose: assign({ choice: undefined, hint: 'present' }),
    /** From the first sign of it until it was taken back, a document may lie there. */
    noteDocument: assign(({ context, event }) =>
      event.type === 'DOCUMENT_HINT'
        ? { documentAt: event.reader, hint: event.hint, document: 'mayLie' as const }
        : { document: context.document },
    ),
    problem: assign((_, { problem, caseCode }: DocumentProblem) => ({
      problem: { problem, ...(caseCode !== undefined && { caseCode }) },
    })),
    gone: assign({ next: 'gone' }),
  },
}).createMachine({
  id: 'identity',
  context: ({ input }) => ({
    ...input,
    reads: 0,
    choice: undefined,
    documentAt: 'identityReader',
    hint: 'present',
    document: 'none',
    facts: undefined,
    evidence: undefined,
    problem: undefined,
    next: 'home',
  }),
  on: { SNAPSHOT: { actions: assign({ snapshot: ({ event }) => event.snapshot }) } },
  initial: 'reading',
  states: {
    reading: {
      entry: assign({
        reads: ({ context }) => context.reads + 1,
        hint: 'present',
        problem: undefined,
        facts: undefined,
        evidence: undefined,
      }),
      invoke: {
        src: 'readDocument',
        input: ({ context, self }) => ({ visitId: context.visitId, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'read',
            guard: ({ event }) => event.output.ok,
            target: 'read',
            actions: assign(({ event, context }) => {
              const read = event.output.ok ? event.output.value : undefined;
              const facts = read?.document;
              const choice = facts === undefined ? context.choice : choiceOf(facts.kind);
              const reader = choice === undefined ? undefined : documentOf(context.snapshot, choice).reader;
              return {
                facts,
                evidence: read?.documentEvidence,
                choice,
                documentAt: reader ?? context.documentAt,
                document: 'mayLie' as const,
              };
            }),
          },
          {
            description: 'no such visit',
            guard: ({ event }) => !event.output.ok && event.output.error.code === 'noSuchVisit',
            target: 'finished',
            actions: 'gone',
          },
          { target: 'problem', actions: { type: 'problem', params: ({ event }) => problemOf(event.output) } },
        ],
        onError: { target: 'problem', actions: { type: 'problem', params: { problem: 'noAnswer' } } },
      },
      on: {
        DOCUMENT_HINT: [
          { guard: { type: 'isHint', params: 'holdStill' }, target: '.holding', actions: 'noteDocument' },
          { guard: { type: 'isHint', params: 'lift' }, target: '.presenting', actions: 'noteDocument' },
        ],
      },
      initial: 'entering',
      states: {
        entering: { always: [{ guard: 'chosen', target: 'presenting' }, { target: 'choosing' }] },
        choosing: {
          tags: tags('input'),
          on: {
            CHOOSE_DOCUMENT: [
              { guard: 'readable', target: 'presenting', actions: 'choose' },
              { target: 'elsewhere', actions: 'choose' },
            ],
            BACK: { target: '#identity.finished' },
          },
        },
        elsewhere: {
          tags: tags('info'),
          on: { BACK: { target: 'choosing', actions: 'unchoose' } },
        },
        presenting: {
          tags: tags('input'),
          on: { BACK: { target: 'choosing', actions: 'unchoose' } },
        },
        holding: {
          tags: tags('device'),
          on: {
            DOCUMENT_HINT: [
              // Moved away before it was read.
              { guard: { type: 'isHint', params: 'present' }, target: 'presenting', actions: 'noteDocument' },
              { guard: { type: 'isHint', params: 'lift' }, target: 'presenting', actions: 'noteDocument' },
            ],
            BACK: { target: 'choosing', actions: 'unchoose' },
          },
          after: {
            READ_DOCUMENT: {
              target: '#identity.problem',
              actions: { type: 'problem', params: { problem: 'noAnswer' } },
            },
          },
        },
      },
    },
    problem: {
      tags: tags('info'),
      entry: assign(({ context: { document, problem } }) => ({
        // What was refused lies there all the same.
        document: problem !== undefined && refusesDocument.has(problem.problem) ? ('mayLie' as const) : document,
      })),
      on: {
        RETRY: [
          { guard: { type: 'mayRetry', params: 'sameDocument' }, target: 'reading' },
          { guard: { type: 'mayRetry', params: 'otherDocument' }, target: 'reading', actions: 'unchoose' },
        ],
        BACK: { target: 'finished' },
      },
    },
    read: {
      tags: tags('result'),
      entry: assign({ reads: 0 }),
      // Whoever came for something else is not made to look at a document that is known.
      always: { guard: 'forAnAct', target: 'finished', actions: assign({ next: 'read' }) },
      on: {
        CONTINUE: { target: 'finished' },
        BACK: { target: 'reading', actions: 'unchoose' },
      },
    },
    finished: { type: 'final' },
  },
  output: ({ context: { next, document, documentAt, facts, evidence } }) => ({
    next,
    document,
    documentAt,
    read: facts === undefined || evidence === undefined ? undefined : { documentEvidence: evidence, document: facts },
  }),
});

export function identityMachineWith(port: KioskPort) {
  return identityMachine.provide({ actors: portActors(port) });
}
