/**
 * Something is done with a card of the person: report it lost, free it, start it, change its PIN, look how far it is. One
 * machine for all of them, since the daemon says for every card what each act takes; the person is asked for exactly
 * that, one question a screen.
 *
 *   [whose] > document > [card put in] > the hosts are asked > [which card] > [which act] > what it means > who stands
 *   here > consents > [new PIN] > [staff] > yes > both sides > slip
 *
 * The visit owns the person's time-outs, END, and the way out of card and document at the end.
 */

import { assign } from 'xstate';
import { portActors } from './actors.ts';
import { acting, printing, printResult, result } from './card-act-acting.ts';
import {
  callerQuestion,
  checking,
  choosingCheck,
  confirming,
  confirmingAgain,
  consenting,
  newPin,
  preparing,
  stopped,
} from './card-act-checking.ts';
import { problemAt, problemOf } from './card-act-outcome.ts';
import { actSetup, initialContext } from './card-act-setup.ts';
import type { Patience } from './delays.ts';
import { identityMachineWith } from './identity.ts';
import { failedWith, succeeded } from './outcomes.ts';
import type { KioskPort } from './port.ts';
import { takeDocumentMachineWith } from './take-document.ts';

export type { CardActContext, CardActEvent, CardActInput, CardActOutput } from './card-act-setup.ts';

function tags(patience: Patience): Patience {
  return patience;
}

export const cardActMachine = actSetup.createMachine({
  id: 'cardAct',
  context: ({ input }) => initialContext(input),
  on: {
    SNAPSHOT: { actions: 'noteSnapshot' },
    SET_PREFERENCE: { actions: 'noteElder' },
    CARD_REMOVED: { actions: 'cardIsOut' },
  },
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: 'asksForWhom', target: 'forWhom' }, { target: 'identity' }] },
    forWhom: {
      tags: tags('input'),
      on: {
        CHOOSE_WHOM: [
          { guard: { type: 'isFor', params: 'other' }, target: 'forSomebodyElse' },
          { target: 'identity', actions: 'noteForWhom' },
        ],
        BACK: { target: 'comingHome' },
      },
    },
    forSomebodyElse: { tags: tags('info'), on: { BACK: { target: 'forWhom' } } },
    identity: {
      invoke: {
        id: 'identity',
        src: 'identity',
        input: ({ context: { visitId, snapshot, forWhom, holderDocument } }) => ({
          visitId,
          snapshot,
          purpose:
            forWhom !== 'child'
              ? ('self' as const)
              : holderDocument === undefined
                ? ('child' as const)
                : ('parent' as const),
        }),
        onSnapshot: { actions: { type: 'follow', params: ({ event }) => event.snapshot } },
        onDone: [
          {
            description: 'no such visit',
            guard: ({ event }) => event.output.next === 'gone',
            target: 'finished',
            actions: 'gone',
          },
          {
            description: 'read',
            guard: ({ event }) => event.output.next === 'read',
            target: 'takingDocument',
            actions: assign(({ event, context }) => ({
              document: event.output.document,
              documentAt: event.output.documentAt,
              ...(context.forWhom === 'child' && context.holderDocument !== undefined
                ? { agentDocument: event.output.read }
                : { holderDocument: event.output.read }),
            })),
          },
          {
            description: 'back, with nothing left there',
            guard: ({ event, context }) => event.output.document === 'none' && context.forWhom !== 'other',
            target: 'backFromDocument',
            actions: assign({ document: 'none' }),
          },
          {
            target: 'comingHome',
            actions: assign(({ event }) => ({
              document: event.output.document,
              documentAt: event.output.documentAt,
            })),
          },
        ],
        onError: { target: 'finished', actions: ['failed', assign({ document: 'mayLie' })] },
      },
      exit: 'leaveChild',
      on: {
        CHOOSE_DOCUMENT: { actions: 'toIdentity' },
        RETRY: { actions: 'toIdentity' },
        CONTINUE: { actions: 'toIdentity' },
        BACK: { actions: 'toIdentity' },
        SNAPSHOT: { actions: ['noteSnapshot', 'toIdentity'] },
      },
    },
    backFromDocument: { always: [{ guard: 'asksForWhom', target: 'forWhom' }, { target: 'comingHome' }] },
    /** The document goes back before anything else begins. */
    takingDocument: {
      tags: tags('device'),
      invoke: {
        id: 'takeDocument',
        src: 'takeDocument',
        input: ({ context: { visitId, snapshot, documentAt } }) => ({ visitId, snapshot, reader: documentAt }),
        onDone: [
          {
            description: 'no such visit',
            guard: ({ event }) => event.output.gone,
            target: 'finished',
            actions: 'gone',
          },
          {
            description: 'taken back',
            guard: ({ event }) => event.output.document === 'none',
            target: 'identified',
            actions: assign({ document: 'none' }),
          },
          {
            target: 'finished',
            actions: ['timeOut', assign({ document: ({ event }) => event.output.document })],
          },
        ],
        onError: { target: 'finished', actions: 'failed' },
      },
      on: { CONTINUE: { actions: 'toTakeDocument' } },
    },
    identified: { always: [{ guard: 'agentMissing', target: 'identity' }, { target: 'finding' }] },
    /** Asked anew: the card has changed, or what was read of it is used up. */
    anew: { always: [{ target: 'finding' }] },
    finding: {
      tags: tags('device'),
      entry: assign({ found: undefined, chosen: undefined, problem: undefined }),
      invoke: {
        src: 'findCards',
        input: ({ context: { visitId, holderDocument, agentDocument, forWhom } }) => ({
          visitId,
          documentEvidence: holderDocument?.documentEvidence ?? '',
          forWhom,
          ...(agentDocument !== undefined && { agentEvidence: agentDocument.documentEvidence }),
        }),
        onDone: [
          {
            description: 'found',
            guard: succeeded,
            target: 'found',
            actions: assign({ found: ({ event }) => (event.output.ok ? event.output.value : undefined) }),
          },
          { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
          {
            target: 'problem',
            actions: { type: 'problem', params: ({ event }) => problemOf('finding', event.output) },
          },
        ],
        onError: { target: 'problem', actions: { type: 'problem', params: () => problemAt('finding', 'noAnswer') } },
      },
      on: { BACK: { target: 'comingHome' } },
      after: {
        FIND_CARDS: { target: 'problem', actions: { type: 'problem', params: () => problemAt('finding', 'noAnswer') } },
      },
    },
    found: {
      entry: 'decideCard',
      always: [
        { guard: 'noCards', target: 'noCards' },
        { guard: 'cardKnown', target: 'cardChosen' },
        { target: 'choosingCard' },
      ],
    },
    noCards: { tags: tags('info'), on: { BACK: { target: 'comingHome' } } },
    choosingCard: {
      tags: tags('input'),
      entry: 'forgetCard',
      on: {
        CHOOSE_CARD: { target: 'cardChosen', actions: 'chooseCard' },
        BACK: { target: 'comingHome' },
      },
    },
    cardChosen: {
      always: [
        { guard: 'firstIsAllowed', target: 'beginning', actions: 'beginFirst' },
        { guard: 'choosesAct', target: 'choosingAct' },
        { guard: 'cardKnown', target: 'refused', actions: 'noteRefusal' },
        { target: 'choosingCard' },
      ],
    },
    choosingAct: {
      tags: tags('input'),
      on: {
        CHOOSE_ACT: [
          { guard: 'isAllowed', target: 'beginning', actions: 'beginChosen' },
          { target: 'refused', actions: 'noteRefusal' },
        ],
        BACK: [{ guard: 'severalCards', target: 'choosingCard' }, { target: 'comingHome' }],
      },
    },
    refused: {
      tags: tags('info'),
      on: { BACK: { target: 'goingBack' } },
    },
    beginning: { always: [{ guard: 'explainedFirst', target: 'meaning' }, { target: 'preparing' }] },
    meaning: {
      tags: tags('info'),
      on: { CONTINUE: { target: 'preparing' }, BACK: { target: 'goingBack' } },
    },
    preparing,
    checking,
    choosingCheck,
    consenting,
    newPin,
    callerQuestion,
    stopped,
    confirming,
    confirmingAgain,
    acting,
    result,
    printing,
    printResult,
    problem: {
      tags: tags('info'),
      on: {
        RETRY: [
          { guard: 'restarts', target: 'anew', actions: 'wantSame' },
          { guard: { type: 'leadsTo', params: 'finding' }, target: 'finding' },
          { guard: { type: 'leadsTo', params: 'newPin' }, target: 'newPin' },
          { guard: 'resends', target: 'checking', actions: 'resend' },
          { guard: { type: 'leadsTo', params: 'checking' }, target: 'checking', actions: 'tryAgain' },
        ],
        OTHER_WAY: { guard: 'problemHasOtherWay', target: 'choosingCheck' },
        BACK: { target: 'goingBack' },
      },
    },
    /** From an act that was begun or refused: to where something else may be chosen. */
    goingBack: {
      always: [
        { guard: 'hasList', target: 'choosingAct' },
        { guard: 'severalCards', target: 'choosingCard' },
        { target: 'comingHome' },
      ],
    },
    comingHome: { always: [{ target: 'finished' }] },
    finished: { type: 'final' },
  },
  output: ({ context: { next, card, document, documentAt, acted } }) => ({ next, card, document, documentAt, acted }),
});

export function cardActMachineWith(port: KioskPort) {
  return cardActMachine.provide({
    actors: {
      ...portActors(port),
      identity: identityMachineWith(port),
      takeDocument: takeDocumentMachineWith(port),
    },
  });
}
