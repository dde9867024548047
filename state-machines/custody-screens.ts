/** The screens of the person's card and document, put in, read and taken back: one row for every place of each machine. */

import type { SnapshotFrom } from 'xstate';
import { choiceOf, documentOf, documentsOf, elsewhereForDocument } from './documents.ts';
import { type IdentityContext, type identityMachine, retryOf } from './identity.ts';
import type { PresentCardContext, presentCardMachine } from './present-card.ts';
import { balanceSteps, ending, identitySteps, type Leaf, type Row, readerOf, takeSeconds } from './screen-rows.ts';
import type { Screen } from './screens.ts';
import type { TakeDocumentContext, takeDocumentMachine } from './take-document.ts';

type PresentCardSnapshot = SnapshotFrom<typeof presentCardMachine>;
type IdentitySnapshot = SnapshotFrom<typeof identityMachine>;
type TakeDocumentSnapshot = SnapshotFrom<typeof takeDocumentMachine>;

type PresentCardPassing = 'choosing' | 'card.choosing' | 'comingHome' | 'givenBack';

/** The first step of a service with a card, and the last. */
export const presentCardScreens: Record<
  Exclude<Leaf<PresentCardSnapshot['value']>, PresentCardPassing>,
  Row<PresentCardContext>
> = {
  'card.waiting': {
    screen: (context) => ({ name: 'insert-card', reader: readerOf(context) }),
    actions: ['BACK', 'END'],
    step: 1,
  },
  'card.reading': {
    screen: ({ part }) => ({ name: 'reading-card', part }),
    actions: ['BACK', 'END'],
    step: 1,
  },
  problem: {
    screen: (context) => ({
      name: 'card-problem',
      ...(context.problem ?? { problem: 'noAnswer', retry: 'none' }),
      card: context.card,
      reader: readerOf(context),
    }),
    actions: ['RETRY', 'BACK', 'END'],
    step: 1,
  },
  'givingBack.counting': {
    screen: (context) => ({
      name: 'take-card',
      reader: readerOf(context),
      ...context.offer,
      ofSeconds: takeSeconds(context),
      next: context.after,
    }),
    actions: ['END'],
    step: balanceSteps,
  },
  finished: { screen: () => ending, actions: [] },
};

export const identityScreens: Record<
  Exclude<Leaf<IdentitySnapshot['value']>, 'reading.entering'>,
  Row<IdentityContext>
> = {
  'reading.choosing': {
    screen: ({ snapshot, purpose }) => ({
      name: 'choose-document',
      documents: documentsOf(snapshot),
      ...whoseOf(purpose),
    }),
    actions: ['CHOOSE_DOCUMENT', 'BACK', 'END'],
    step: 1,
  },
  'reading.elsewhere': {
    screen: ({ snapshot, choice }) => {
      const document = documentOf(snapshot, choice ?? 'residentId');
      return { name: 'document-elsewhere', document, elsewhere: elsewhereForDocument(document) };
    },
    actions: ['BACK', 'END'],
    step: 1,
  },
  'reading.presenting': { screen: present, actions: ['BACK', 'END'], step: 2 },
  'reading.holding': { screen: present, actions: ['BACK', 'END'], step: 2 },
  problem: {
    screen: (context) => ({
      name: 'document-problem',
      ...(context.problem ?? { problem: 'noAnswer' }),
      ...(context.document !== 'none' && { reader: context.documentAt }),
      retry: retryOf(context),
    }),
    actions: ['RETRY', 'BACK', 'END'],
    step: 2,
  },
  read: {
    screen: ({ facts, documentAt }) =>
      facts === undefined ? ending : { name: 'document-read', choice: choiceOf(facts.kind), facts, reader: documentAt },
    actions: ['CONTINUE', 'BACK', 'END'],
    step: 3,
  },
  finished: { screen: () => ending, actions: [] },
};

/** Said where two people's documents are asked for. */
function whoseOf(purpose: IdentityContext['purpose']) {
  return purpose === 'child' || purpose === 'parent' ? { whose: purpose } : {};
}

function present({ choice, documentAt, hint, purpose }: IdentityContext): Screen {
  return {
    name: 'present-document',
    ...(choice !== undefined && { choice }),
    ...whoseOf(purpose),
    reader: documentAt,
    hint,
  };
}

export type AfterDocument = Extract<Screen, { name: 'take-document' }>['next'];

export const takeDocumentScreens: Record<
  Exclude<Leaf<TakeDocumentSnapshot['value']>, never>,
  Row<TakeDocumentContext & { readonly after: AfterDocument }>
> = {
  'asking.counting': { screen: takeDocument, actions: ['END'], step: identitySteps },
  'reminding.counting': { screen: takeDocument, actions: ['CONTINUE', 'END'], step: identitySteps },
  finished: { screen: () => ending, actions: [] },
};

function takeDocument(context: TakeDocumentContext & { readonly after: AfterDocument }): Screen {
  const { call, reader, after } = context;
  return { name: 'take-document', reader, ...call, ofSeconds: takeSeconds(context), next: after };
}
