/** What must hold at every place that the whole kiosk can come to; each test walks to all of them. */

import { getStateNodes } from '@xstate/graph';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { ok } from '#protocol/result.ts';
import { balanceMachine } from './balance.ts';
import { cardActMachine } from './card-act.ts';
import { identityMachine } from './identity.ts';
import { kioskMachine } from './kiosk.ts';
import { presentCardMachine } from './present-card.ts';
import { screenTables } from './screen-of.ts';
import type { Screen, UiEventType } from './screens.ts';
import { takeDocumentMachine } from './take-document.ts';
import { found, frozenNow } from './testing/card-act-answers.ts';
import { explore, fingerprint, type Spot } from './testing/explore.ts';
import { unrest } from './testing/rest.ts';
import type { CallName, OutcomeOf } from './testing/scripted-port.ts';
import { allDone, gen3, personal, residentFacts, stimuli } from './testing/stimuli.ts';
import { Walker } from './testing/walker.ts';
import { visitMachine } from './visit.ts';

let spots: readonly Spot[];

// Every place of the whole kiosk is found by trying everything everywhere.
beforeAll(async () => {
  spots = [...(await explore()).values()];
}, 300_000);

/** Walks to every place, does something there, and collects what is wrong, with the way to it. */
async function everywhere(check: (walker: Walker, spot: Spot) => Promise<readonly string[]>): Promise<string[]> {
  const wrong: string[] = [];
  for (const spot of spots) {
    const walker = await new Walker().do(...spot.path);
    const found = await check(walker, spot);
    walker.stop();
    wrong.push(...found.map((what) => `${spot.spot}: ${what} (way: ${spot.path.join(', ')})`));
  }
  return wrong;
}

describe('the tables of screens', () => {
  /** A state that only leads on: nothing is ever drawn in it. */
  const passes = ({ always }: AnyStateNode) => always?.some(({ guard }) => guard === undefined) === true;

  /** 'a.b' for every place where the machine can rest; `under` is the region that is drawn. */
  function places(machine: AnyStateMachine, ...under: string[]): string[] {
    return getStateNodes(machine)
      .filter((node) => (node.type === 'atomic' || node.type === 'final') && !passes(node))
      .map(({ path }) => path)
      .filter((path) => under.every((part, index) => path[index] === part))
      .map((path) => path.slice(under.length).join('.'));
  }

  const drawn = {
    kiosk: places(kioskMachine, 'place'),
    visit: [
      ...places(visitMachine, 'open', 'flow'),
      ...places(visitMachine).filter((place) => !place.startsWith('open.')),
    ],
    balance: places(balanceMachine),
    identity: places(identityMachine),
    takeDocument: places(takeDocumentMachine),
    cardAct: places(cardActMachine),
    presentCard: places(presentCardMachine),
  };

  test.each([
    ['kiosk', ['visiting']],
    ['visit', ['balance', 'identity', 'cardAct', 'takingDocument', 'leaving.takingDocument']],
    ['balance', ['card']],
    ['presentCard', []],
    ['identity', []],
    ['takeDocument', []],
    ['cardAct', ['identity', 'takingDocument', 'card']],
  ] as const)('have one row for every place of the machine "%s", and no other', (name, drawnByItsChild) => {
    const rows = Object.keys(screenTables[name]);
    expect([...rows, ...drawnByItsChild].sort()).toEqual([...drawn[name]].sort());
  });

  test('have no row for a place that nobody can come to', () => {
    const reached = new Set(spots.flatMap(({ key }) => key.split(' > ')));
    const rows = Object.values(screenTables).flatMap((table) => Object.keys(table));
    // Only a bug leads to `broken` (faults.test.ts); a finished machine is gone before anything is drawn.
    expect(rows.filter((row) => !reached.has(row))).toEqual([
      'broken',
      ...Object.keys(screenTables)
        .slice(1)
        .map(() => 'finished'),
    ]);
  });
});

describe('every screen', () => {
  /** The visit-ended screen is two: while a card is on its way out, and after. */
  type Moment = Screen['name'] | 'settling';
  const momentOf = (screen: Screen): Moment =>
    screen.name === 'visit-ended' && !screen.settled ? 'settling' : screen.name;

  /** Screens without a button of that kind, and why they need none (design.md 12, rule 8). */
  const noWayBack: Partial<Record<Moment, string>> = {
    starting: 'nobody is being served',
    'out-of-service': 'nobody is being served',
    attract: 'nobody is being served',
    home: 'the first screen of a visit: back is out',
    printing: 'paper is moving; it ends by itself',
    acting: 'it is under way, and nothing calls it back; it ends by itself',
    'take-card': 'the card is on its way out; it ends by itself',
    'take-document': 'the document goes back first; it ends by itself',
    ending: 'on the way out; it ends by itself',
    settling: 'the card of the visit before comes first; it ends by itself',
  };
  const noWayOut: Partial<Record<Moment, string>> = {
    starting: 'nobody is being served',
    'out-of-service': 'nobody is being served',
    attract: 'nobody is being served',
    acting: 'it is under way, and nothing calls it back; it ends by itself',
    'take-card': 'on the way out; it ends by itself',
    'take-document': 'on the way out; it ends by itself',
    ending: 'on the way out; it ends by itself',
    settling: 'on the way out; it ends by itself',
  };

  test.each([
    ['a way back', ['BACK', 'STAY', 'CLOSE', 'TOUCH'], noWayBack],
    ['a way out', ['END', 'DONE', 'CLOSE', 'TOUCH'], noWayOut],
    ['a way to call a person', ['CALL_STAFF'], {}],
  ] as const)('has %s, or a reason to have none', (_name, ways, reasons) => {
    const needed = new Set<string>();
    const wrong = spots.flatMap(({ spot, path, view: { screen, actions }, helpIsOpen }) => {
      const called = ways[0] === 'CALL_STAFF' && helpIsOpen;
      if (called || ways.some((way) => actions.includes(way))) {
        return [];
      }
      needed.add(momentOf(screen));
      return momentOf(screen) in reasons ? [] : [`${spot}: ${screen.name} has none (way: ${path.join(', ')})`];
    });
    expect(wrong).toEqual([]);
    expect([...needed].sort(), 'reasons that nobody needs').toEqual(Object.keys(reasons).sort());
  });

  const example: Record<UiEventType, string> = {
    TOUCH: 'TOUCH',
    CHOOSE_SERVICE: 'CHOOSE balance',
    CHOOSE_DOCUMENT: 'CHOOSE residentId',
    BACK: 'BACK',
    END: 'END',
    RETRY: 'RETRY',
    CONTINUE: 'CONTINUE',
    PRINT: 'PRINT',
    DONE: 'DONE',
    TOGGLE_AMOUNTS: 'TOGGLE_AMOUNTS',
    CHOOSE_WHOM: 'FOR self',
    CHOOSE_CARD: 'CHOOSE card-1',
    CHOOSE_ACT: 'CHOOSE formalLoss',
    TOGGLE_ACT: 'TOGGLE activate',
    OTHER_WAY: 'OTHER_WAY',
    CHOOSE_CHECK: 'BY staff',
    RESEND: 'RESEND',
    DECLINE: 'DECLINE',
    ANSWER: 'ANSWER no',
    CONFIRM: 'CONFIRM',
    CALL_STAFF: 'CALL_STAFF',
    CLOSE: 'CLOSE',
    STAY: 'STAY',
    OPEN_INFORMATION: 'OPEN_INFORMATION',
    SET_PREFERENCE: 'SET english',
  };

  test('has no button that does nothing', async () => {
    const wrong: string[] = [];
    for (const { spot, path, view } of spots) {
      const { actions, screen } = view;
      for (const action of actions) {
        // Choosing what is chosen already.
        if (action === 'SET_PREFERENCE' || (action === 'OPEN_INFORMATION' && screen.name === 'information')) {
          continue;
        }
        const walker = await new Walker().do(...path);
        const before = fingerprint(walker);
        await walker.do(example[action]);
        if (fingerprint(walker) === before) {
          wrong.push(`${spot}: ${action} (way: ${path.join(', ')})`);
        }
        walker.stop();
      }
    }
    expect(wrong).toEqual([]);
  });

  test('takes no tap that it does not offer', async () => {
    const wrong = await everywhere(async (walker) => {
      const found: string[] = [];
      for (const [action, name] of Object.entries(example)) {
        const before = fingerprint(walker);
        // A touch of the glass, or a page turned, shows that somebody is there.
        if (action !== 'TOUCH' && action !== 'STAY' && !walker.view.actions.includes(action as UiEventType)) {
          await walker.do(name);
          if (fingerprint(walker) !== before) {
            found.push(`${action} leads to ${walker.spot}`);
            break;
          }
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });
});

test('time alone leads to rest from everywhere, with each visit ended exactly once', async () => {
  const wrong = await everywhere(async (walker) => {
    await walker.untilRest();
    return unrest(walker);
  });
  expect(wrong).toEqual([]);
});

test('beside a daemon that answers nothing, time alone clears the screen and asks for the end again and again', async () => {
  const wrong = await everywhere(async (walker) => {
    const hourMs = 3_600_000;
    const until = walker.clock.now() + hourMs;
    while (walker.clock.now() < until && walker.clock.leap()) {
      await walker.settled();
    }
    const { view, port, atRest, key } = walker;
    const open = port.visit;
    const asked = port.calls.filter(({ name, input }) => name === 'endVisit' && input['visitId'] === open?.visitId);
    return [
      ...(atRest || key.startsWith('finishing') ? [] : [`stays at ${key}`]),
      ...personal.filter((word) => JSON.stringify(view).includes(word)).map((word) => `shows "${word}"`),
      ...(open === undefined || asked.length > 2 ? [] : [`asked ${asked.length} times for the end of ${open.visitId}`]),
    ];
  });
  expect(wrong).toEqual([]);
});

describe('wherever the kiosk stands', () => {
  test.each([
    ['the person ends the visit', 'END'],
    ['the connection breaks, which the calls hear first', 'the calls, then DISCONNECTED'],
    ['the connection breaks, which the calls hear last', 'DISCONNECTED, then the calls'],
    ['the card is pulled', 'CARD_REMOVED'],
    ['the daemon ends the visit for maintenance', 'ENDED maintenance'],
    ['the page was loaded anew', 'ENDED pageReloaded'],
    ['the reader fails', 'SNAPSHOT reader gone'],
    ['every call fails in a way that may not be', 'bug'],
  ])('%s, and it comes to rest with the visit ended exactly once', async (_name, stimulus) => {
    let times = 0;
    const wrong = await everywhere(async (walker) => {
      if (stimuli.get(stimulus)?.applies(walker) !== true) {
        return [];
      }
      times += 1;
      await walker.do(stimulus);
      await walker.untilRest();
      return unrest(walker);
    });
    expect(wrong).toEqual([]);
    expect(times).toBeGreaterThan(spots.length / 4);
  });
});

describe('an answer that comes when its visit is over', () => {
  const answers: { readonly [N in CallName]: OutcomeOf<N> } = {
    beginVisit: ok({ visitId: 'visit-late', caseCode: 'CASE-LATE' }),
    endVisit: ok({ card: 'retained' }),
    setLanguage: ok(undefined),
    callStaff: ok({ caseCode: 'CASE-0009' }),
    readCard: ok({ cardEvidence: 'evidence-secret', card: gen3 }),
    returnCard: ok({ card: 'retained' }),
    readDocument: ok({ documentEvidence: 'evidence-secret', document: residentFacts }),
    takeBackDocument: ok({ document: 'leftBehind' }),
    enterPin: ok({ pinEvidence: 'evidence-secret' }),
    balanceInquiry: ok(allDone),
    findCards: ok(found.two),
    check: ok({ checkEvidence: 'evidence-secret' }),
    enterNewPin: ok({ newPinEvidence: 'evidence-secret' }),
    act: ok(frozenNow),
    progress: ok({ applications: [] }),
    print: ok({ outcome: 'unknown', caseCode: 'CASE-0009' }),
  };

  test.each(['answers', 'rejects'] as const)('is not shown to the next visitor, whether the call %s', async (how) => {
    const calls = new Set<CallName>();
    const wrong = await everywhere(async (walker) => {
      // A late Visit.Begin has a test of its own: its visit must be ended.
      const { port } = walker;
      await walker.do('SET english');
      const waiting = port.waiting.filter(({ name }) => name !== 'beginVisit');
      if (port.pending('endVisit') !== undefined && port.visit !== undefined) {
        port.end('maintenance', 'taken'); // The event overtakes the answer.
      }
      await walker.do('END');
      await walker.untilRest();
      const late = waiting.filter(({ settled }) => !settled);
      if (late.length === 0 || walker.screen !== 'attract') {
        return [];
      }
      await walker.do('TOUCH', 'beginVisit:ok', 'CHOOSE balance');
      const before = fingerprint(walker);
      for (const { name, on, resolve, reject } of late) {
        calls.add(name);
        on({ type: 'READING', part: 'host' } as never);
        on({ type: 'PIN_KEY', digits: 5 } as never);
        on({ type: 'PIN_ROUND', round: 2 } as never);
        on({ type: 'CODE_SENT', phoneMasked: '139******99', secondsValid: 9, resendAfterSeconds: 9 } as never);
        on({ type: 'STAFF_CALLED', secondsLeft: 9 } as never);
        on({ type: 'DOCUMENT_HINT', hint: 'lift', reader: 'passportReader' } as never);
        on({ type: 'TAKE_DOCUMENT', attention: 'louder', secondsLeft: 3 } as never);
        on({ type: 'TAKE_CARD', attention: 'louder', secondsLeft: 3 } as never);
        how === 'answers' ? resolve(answers[name] as never) : reject(new Error('late'));
      }
      await walker.settled();
      return fingerprint(walker) === before ? [] : [`shows ${walker.spot} instead of ${before}`];
    });
    expect(wrong).toEqual([]);
    expect([...calls].sort()).toEqual(
      Object.keys(answers)
        .filter((name) => name !== 'beginVisit')
        .sort(),
    );
  });
});
