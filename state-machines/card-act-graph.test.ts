/** Every edge of the graph of an act on a card, for each service, walked by the whole kiosk. */

import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { type cardActMachine as CardAct, cardActMachine } from './card-act.ts';
import { checksBeside, offeredAfter, printOf } from './card-act-context.ts';
import type { CardActService } from './card-act-plan.ts';
import { retryFor } from './present-card.ts';
import { found, withCard } from './testing/card-act-answers.ts';
import {
  answering,
  cardMoves,
  type GraphOf,
  graphOf,
  type Move,
  placesOf,
  timers,
  ui,
  waitsOf,
  walkGraph,
} from './testing/graph.ts';
import { aSnapshot } from './testing/scripted-port.ts';
import { residentFacts } from './testing/stimuli.ts';

type ActSnapshot = SnapshotFrom<typeof CardAct>;

/** What the machines of document and card say when they have finished, and what brings them to that. */
const documentMoves: Move<ActSnapshot>[] = [
  ...Object.entries({
    'readDocument:resident': {
      next: 'read',
      document: 'mayLie',
      documentAt: 'identityReader',
      read: { documentEvidence: 'evidence-secret', document: residentFacts },
    },
    BACK: { next: 'home', document: 'none', documentAt: 'identityReader', read: undefined },
    'readDocument:noSuchVisit': { next: 'gone', document: 'none', documentAt: 'identityReader', read: undefined },
  }).map(([name, output]) => ({
    event: { type: 'xstate.done.actor.identity', output },
    stimuli: [name],
    when: ({ value }: ActSnapshot) => value === 'identity',
  })),
  ...Object.entries({
    'takeBackDocument:taken': { document: 'none', gone: false },
    'takeBackDocument:leftBehind': { document: 'leftBehind', gone: false },
    'takeBackDocument:noSuchVisit': { document: 'mayLie', gone: true },
  }).map(([name, output]) => ({
    event: { type: 'xstate.done.actor.takeDocument', output },
    stimuli: [name],
    when: ({ value }: ActSnapshot) => value === 'takingDocument',
  })),
];

/** One answer of each kind: those of one kind lead the same way. */
const ofEachKind =
  /^findCards:(one|two|frozen|noCheck|none|presented|started|noSuchVisit|noSuchPerson|noSuchEvidence)$|^check:(ok|wrongPin2|wrongPin1|pinLocked|codeExpired|pinCancelled|noSuchEvidence|noSuchVisit)$|^enterNewPin:(ok|pinCancelled|noSuchVisit)$|^act:(done|notDone|notConfirmed|notAllowed|evidenceMissing|noSuchVisit|rejected)$|^progress:(making|none|noSuchVisit|rejected)$|^print:(done|notDone|noSuchVisit)$|^callStaff:/;

function actGraph(service: CardActService): GraphOf<ActSnapshot> {
  const taps = (type: string, ...all: readonly (readonly [stimulus: string, fields: object])[]): Move<ActSnapshot>[] =>
    all.map(([stimulus, fields]) => ({ event: { type, ...fields }, stimuli: [stimulus] }));
  const acts = ['temporaryLoss', 'formalLoss', 'changePin', 'changeCardPin', 'resetPin', 'unlockSocialPin'];
  const calls = answering<ActSnapshot>('cardAct', {
    findCards: 'finding',
    check: 'checking',
    enterNewPin: 'newPin',
    act: 'acting',
    progress: 'looking',
    print: 'printing',
    callStaff: 'stopped.calling',
  }).filter(
    ({ stimuli }) => typeof stimuli !== 'function' && stimuli.every((name) => name === 'bug' || ofEachKind.test(name)),
  );
  return graphOf<typeof cardActMachine, ActSnapshot>({
    machine: cardActMachine,
    input: { visitId: 'visit-1', snapshot: aSnapshot(), service, elder: false },
    moves: [
      ...documentMoves,
      ...cardMoves<ActSnapshot>(),
      ...ui<ActSnapshot>('BACK', 'RETRY', 'CONTINUE', 'PRINT', 'DONE', 'OTHER_WAY', 'DECLINE', 'CONFIRM').map(
        (move) => ({
          ...move,
          // Told to the machines that run within.
          when: ({ value }: ActSnapshot) => !['identity', 'takingDocument', 'card'].includes(String(value)),
        }),
      ),
      ...taps('CHOOSE_WHOM', ['FOR self', { forWhom: 'self' }], ['FOR other', { forWhom: 'other' }]),
      ...taps('CHOOSE_CARD', ['CHOOSE card-1', { cardId: 'card-1' }]),
      ...taps('CHOOSE_ACT', ...acts.map((act) => [`CHOOSE ${act}`, { act }] as const)),
      ...taps('TOGGLE_ACT', ['TOGGLE activate', { act: 'activate' }]),
      ...taps('CHOOSE_CHECK', ['BY staff', { check: 'staff' }]),
      ...taps('ANSWER', ['ANSWER yes', { answer: 'yes' }], ['ANSWER no', { answer: 'no' }]),
      ...calls.map((move) => ({
        ...move,
        when: ({ context }: ActSnapshot) => {
          const [name = ''] = typeof move.stimuli === 'function' ? [] : move.stimuli;
          const kind = name.split(':')[1] as keyof typeof found;
          return (
            !name.startsWith('findCards:') ||
            !(kind in found) ||
            withCard.includes(kind) === (context.read !== undefined)
          );
        },
      })),
      ...timers<ActSnapshot>(
        'cardAct',
        'FIND_CARDS finding',
        'FIND_CARDS looking',
        'CHECK checking',
        'NEW_PIN newPin',
        'ACT acting',
        'PRINT printing',
        'QUICK_CALL stopped calling',
      ),
      {
        event: { type: 'CARD_REMOVED' },
        stimuli: ['CARD_REMOVED'],
        when: ({ context, value }) => context.card !== 'none' && value !== 'card',
      },
    ],
    essence: ({ context }, place) => {
      const { card: custody, start, reads, act, wanted, queue, problem, selected, refused, result } = context;
      const asking =
        place.startsWith('checking') || ['choosingCheck', 'consenting', 'newPin', 'callerQuestion'].includes(place);
      return {
        card: custody,
        act,
        wanted: wanted?.act,
        left: queue.length,
        cards: context.found?.cards.map(({ cardId, acts: offers }) => [cardId, offers.map(({ allowed }) => allowed)]),
        ...(place === 'card' && {
          at: start.at,
          ...(start.at === 'trouble' && { retry: retryFor(start.trouble.problem, reads) }),
        }),
        ...(place === 'identity' && { child: context.forWhom }),
        ...(place === 'choosingFunctions' && { selected }),
        ...(place === 'refused' && { refused: refused?.refusal }),
        ...(place === 'problem' && { problem, others: checksBeside(context) }),
        ...((asking || place.startsWith('confirm')) && {
          purpose: context.checkPurpose,
          kind: context.checkKind,
          shown: [context.checkEvidence, context.staffEvidence, context.newPinEvidence],
          agreed: context.consents.length,
          asked: context.callerAsked,
        }),
        ...(['result', 'printResult'].includes(place) && {
          print: printOf(context).state,
          said: [result?.social.state, result?.financial.state],
          said2: offeredAfter(context),
        }),
      };
    },
  });
}

/** The services, and how many edges a walk of one has at least. */
const services = { lossReport: 150, unfreeze: 100, activation: 100, pin: 200, progress: 20 } as const;
const graphs = Object.entries(services).map(
  ([service, atLeast]) => [service, actGraph(service as CardActService), atLeast] as const,
);

test('together they have every state of the machine in them', () => {
  const passing = [
    'choosing',
    'backFromDocument',
    'identified',
    'anew',
    'found',
    'seen',
    'cardChosen',
    'beginning',
    'preparing',
    'goingBack',
    'comingHome',
    // Only where the configuration offers a face check (card-act.test.ts).
    'agreeingToFace',
  ];
  expect([...placesOf(graphs.map(([, graph]) => graph)), ...passing].sort()).toEqual(
    Object.keys(cardActMachine.states).sort(),
  );
});

describe.each(graphs)('the graph of %s', (service, graph, atLeast) => {
  test('lets time alone lead on wherever a device is waited for', () => {
    const { all, left } = waitsOf(graph);
    // The machine that has the document taken back counts its own time (take-document.ts).
    expect(left).toEqual(all.filter((wait) => !wait.includes('"takingDocument"')));
    expect(left.length).toBeGreaterThan(0);
  });

  test('is what the whole kiosk does, led along every edge, and it comes to rest', async () => {
    const begin = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', `CHOOSE ${service}`];
    const wrong = await walkGraph(graph, begin, (walker) =>
      walker.root.getSnapshot().children.visit?.getSnapshot().children.cardAct?.getSnapshot(),
    );
    expect(wrong).toEqual([]);
    expect(graph.edges.length).toBeGreaterThan(atLeast);
  });
});
