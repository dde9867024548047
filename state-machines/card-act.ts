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
  agreeingToFace,
  callerQuestion,
  checking,
  choosingCheck,
  confirming,
  confirmingAgain,
  consenting,
  newPin,
  preparing,
  pulled,
  stopped,
} from './card-act-checking.ts';
import { initialContext } from './card-act-context.ts';
import { problemAt, problemOf } from './card-act-outcome.ts';
import { actSetup } from './card-act-setup.ts';
import type { Patience } from './delays.ts';
import { identityMachineWith } from './identity.ts';
import { failedWith, succeeded } from './outcomes.ts';
import type { KioskPort } from './port.ts';
import { presentCardMachineWith } from './present-card.ts';
import { takeDocumentMachineWith } from './take-document.ts';

export type { CardActContext, CardActEvent, CardActInput, CardActOutput } from './card-act-context.ts';

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
    identified: {
      always: [
        { guard: 'agentMissing', target: 'identity' },
        { guard: 'presentsCard', target: 'card' },
        { target: 'finding' },
      ],
    },
    /** Asked anew: the card has changed, or what was read of it is used up. */
    anew: { entry: 'readAnew', always: [{ guard: 'presentsCard', target: 'card' }, { target: 'finding' }] },
    card: {
      invoke: {
        id: 'presentCard',
        src: 'presentCard',
        input: ({ context: { visitId, snapshot, start, card, reads } }) => ({
          visitId,
          snapshot,
          start,
          purpose: 'act' as const,
          card,
          reads,
        }),
        onSnapshot: { actions: { type: 'follow', params: ({ event }) => event.snapshot } },
        onDone: [
          {
            description: 'read',
            guard: ({ event }) => event.output.next === 'read',
            target: 'finding',
            actions: assign(({ event: { output } }) => ({ card: output.card, reads: 0, read: output.read })),
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
      exit: 'leaveChild',
      on: {
        RETRY: { actions: 'toCard' },
        BACK: { actions: 'toCard' },
        SNAPSHOT: { actions: ['noteSnapshot', 'toCard'] },
        CARD_REMOVED: { actions: ['cardIsOut', 'toCard'] },
      },
    },
    finding: {
      tags: tags('device'),
      entry: assign({ found: undefined, chosen: undefined, problem: undefined }),
      invoke: {
        src: 'findCards',
        input: ({ context: { visitId, holderDocument, agentDocument, forWhom, read } }) => ({
          visitId,
          documentEvidence: holderDocument?.documentEvidence ?? '',
          forWhom,
          ...(read !== undefined && { cardEvidence: read.cardEvidence }),
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
      on: { ...pulled, BACK: { target: 'comingHome' } },
      after: {
        FIND_CARDS: { target: 'problem', actions: { type: 'problem', params: () => problemAt('finding', 'noAnswer') } },
      },
    },
    found: {
      entry: 'decideCard',
      always: [
        { guard: 'onlyLooks', target: 'looking' },
        { guard: 'noCards', target: 'noCards' },
        { guard: 'cardKnown', target: 'cardChosen' },
        { target: 'choosingCard' },
      ],
    },
    /** Nothing is done: each card as it stands, and how far the one is that is being made. */
    looking: {
      tags: tags('device'),
      entry: assign({ applications: undefined }),
      invoke: {
        src: 'progress',
        input: ({ context: { visitId, found } }) => ({ visitId, holder: found?.holder ?? '' }),
        onDone: [
          {
            description: 'told',
            guard: succeeded,
            target: 'seen',
            actions: assign({
              applications: ({ event }) => (event.output.ok ? event.output.value.applications : undefined),
            }),
          },
          { description: 'no such visit', guard: failedWith('noSuchVisit'), target: 'finished', actions: 'gone' },
          { target: 'seen' },
        ],
        onError: { target: 'seen' },
      },
      on: { BACK: { target: 'comingHome' } },
      after: { FIND_CARDS: { target: 'seen' } },
    },
    seen: { always: [{ guard: 'nothingToSee', target: 'noCards' }, { target: 'myCards' }] },
    myCards: {
      tags: tags('info'),
      on: {
        RETRY: { guard: 'progressMissing', target: 'looking' },
        BACK: { target: 'comingHome' },
        DONE: { target: 'finished', actions: 'completed' },
      },
    },
    noCards: { tags: tags('info'), on: { BACK: { target: 'comingHome' } } },
    choosingCard: {
      tags: tags('input'),
      entry: 'forgetCard',
      on: {
        ...pulled,
        CHOOSE_CARD: { target: 'cardChosen', actions: 'chooseCard' },
        BACK: { target: 'comingHome' },
      },
    },
    cardChosen: {
      always: [
        { guard: 'firstIsAllowed', target: 'beginning', actions: 'beginFirst' },
        { guard: { type: 'chooses', params: 'switches' }, target: 'choosingFunctions', actions: 'offerSwitches' },
        { guard: 'choosesAct', target: 'choosingAct' },
        { guard: 'cardKnown', target: 'refused', actions: 'noteRefusal' },
        { target: 'choosingCard' },
      ],
    },
    choosingFunctions: {
      tags: tags('input'),
      on: {
        ...pulled,
        TOGGLE_ACT: { guard: 'maySwitch', actions: 'toggle' },
        CHOOSE_ACT: { guard: 'isRefused', target: 'refused', actions: 'noteRefusal' },
        CONTINUE: { guard: 'someSelected', target: 'beginning', actions: 'beginSelected' },
        BACK: [{ guard: 'severalCards', target: 'choosingCard' }, { target: 'comingHome' }],
      },
    },
    choosingAct: {
      tags: tags('input'),
      on: {
        ...pulled,
        CHOOSE_ACT: [
          { guard: 'isAllowed', target: 'beginning', actions: 'beginChosen' },
          { target: 'refused', actions: 'noteRefusal' },
        ],
        BACK: [{ guard: 'severalCards', target: 'choosingCard' }, { target: 'comingHome' }],
      },
    },
    refused: {
      tags: tags('info'),
      on: { ...pulled, BACK: { target: 'goingBack' } },
    },
    beginning: {
      always: [
        // It was pulled while something else was done.
        { guard: 'cardMissing', target: 'card', actions: 'pulled' },
        { guard: 'explainedFirst', target: 'meaning' },
        { target: 'preparing' },
      ],
    },
    meaning: {
      tags: tags('info'),
      on: { ...pulled, CONTINUE: { target: 'preparing' }, BACK: { target: 'goingBack' } },
    },
    preparing,
    agreeingToFace,
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
        ...pulled,
        RETRY: [
          { guard: 'restarts', target: 'anew', actions: 'wantSame' },
          { guard: { type: 'leadsTo', params: 'finding' }, target: 'finding' },
          { guard: { type: 'leadsTo', params: 'newPin' }, target: 'newPin', actions: 'tryAgain' },
          { guard: 'resends', target: 'checking', actions: 'resend' },
          { guard: { type: 'leadsTo', params: 'checking' }, target: 'checking', actions: 'tryAgain' },
        ],
        OTHER_WAY: { guard: 'problemHasOtherWay', target: 'choosingCheck' },
        BACK: { target: 'goingBack' },
      },
    },
    /** From an act that was begun or refused: to where something else may be chosen. */
    goingBack: {
      entry: 'forgetAct',
      always: [
        { guard: 'hasSwitches', target: 'choosingFunctions', actions: 'offerSwitches' },
        { guard: 'hasList', target: 'choosingAct' },
        { guard: 'severalCards', target: 'choosingCard' },
        { target: 'comingHome' },
      ],
    },
    comingHome: {
      always: [
        { guard: 'cardOut', target: 'finished' },
        { target: 'card', actions: 'giveBack' },
      ],
    },
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
      presentCard: presentCardMachineWith(port),
    },
  });
}
