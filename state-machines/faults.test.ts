/** Bugs in the machines themselves and in what they stand on: nobody is left without a way, and no card is forgotten. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AnyStateMachine, type AnyStateNode, assign, SimulatedClock } from 'xstate';
import { portActors } from './actors.ts';
import { balanceMachine, balanceMachineWith } from './balance.ts';
import { cardActMachine } from './card-act.ts';
import { identityMachine } from './identity.ts';
import { createKiosk } from './index.ts';
import { kioskMachine } from './kiosk.ts';
import type { KioskPort } from './port.ts';
import { presentCardMachine } from './present-card.ts';
import { takeDocumentMachine } from './take-document.ts';
import { unrest } from './testing/rest.ts';
import { ScriptedPort } from './testing/scripted-port.ts';
import { Walker } from './testing/walker.ts';
import { visitMachine } from './visit.ts';

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

describe.each<[string, AnyStateMachine]>([
  ['kiosk', kioskMachine],
  ['visit', visitMachine],
  ['balance', balanceMachine],
  ['identity', identityMachine],
  ['takeDocument', takeDocumentMachine],
  ['cardAct', cardActMachine],
  ['presentCard', presentCardMachine],
])('in the machine "%s"', (_name, machine) => {
  const nodes = nodesOf(machine.root);

  test('everything that is invoked may fail', () => {
    const without = nodes.flatMap((node) =>
      node.invoke
        .filter(({ id }) => node.transitions.get(`xstate.error.actor.${id}`) === undefined)
        .map(({ id }) => id),
    );
    expect(without).toEqual([]);
  });

  /** Calls without a watchdog of their own, and what ends them instead. */
  const endedOtherwise: Readonly<Record<string, string>> = {
    'kiosk: world': 'is there as long as the page',
    'kiosk.place.visiting: visit': 'ends by its own time-outs',
    'visit.open.flow.balance: balance': 'its states have their own; the person is timed by the visit',
    'visit.open.flow.identity: identity': 'the person is timed by the visit; reading has its own watchdog',
    'visit.open.flow.cardAct: cardAct': 'its states have their own; the person is timed by the visit',
    'cardAct.card: presentCard': 'its states have their own; the person is timed by the visit',
    'cardAct.identity: identity': 'the person is timed by the visit; reading has its own watchdog',
    'cardAct.takingDocument: takeDocument': 'counts its own time',
    'visit.open.flow.takingDocument: takeDocument': 'counts its own time',
    'visit.leaving.takingDocument: takeDocument': 'counts its own time',
    'identity.reading: readDocument':
      "until a document is there the person is timed by the visit; then the reading's own watchdog",
    'balance.card: presentCard': 'its states have their own; the person is timed by the visit',
    'presentCard.card: readCard':
      "until a card is in the person is timed by the visit; then the reading's own watchdog",
  };

  test('everything that is invoked is waited for only so long', () => {
    const timed = (node: AnyStateNode): boolean => node.after.length > 0;
    const without = nodes.flatMap((node) =>
      node.invoke.filter(() => !timed(node)).map(({ src }) => `${node.id}: ${String(src)}`),
    );
    const reasons = Object.keys(endedOtherwise).filter((key) => key.split(/[.:]/)[0] === machine.id);
    expect(without.sort()).toEqual(reasons.sort());
  });
});

describe('a machine that is itself at fault', () => {
  const bug = (): never => {
    throw new Error('bug in the machine');
  };

  /** A kiosk whose visit is made by `visit`. */
  function kioskWith(visit: (port: ScriptedPort) => typeof visitMachine): Walker {
    const port = new ScriptedPort();
    return new Walker({ port, machine: kioskMachine.provide({ actors: { ...portActors(port), visit: visit(port) } }) });
  }

  // A failed machine leaves its own children running: xstate then warns of their words to the dead.
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  const path = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance', 'readCard>CARD_INSERTED'] as const;

  test('the service: the visit gives the card back and says that something went wrong', async () => {
    const kiosk = kioskWith((port) =>
      visitMachine.provide({
        actors: {
          ...portActors(port),
          balance: balanceMachineWith(port).provide({ actions: { forgetPin: assign(bug) } }),
        },
      }),
    );
    await kiosk.do(...path, 'readCard:gen3');
    expect(kiosk.view.screen).toMatchObject({ name: 'take-card', next: 'end' });
    await kiosk.do('returnCard:taken', 'endVisit:ok');
    expect(kiosk.view.screen).toMatchObject({ name: 'visit-ended', why: 'error', card: 'taken' });
    await kiosk.untilRest();
    expect(unrest(kiosk)).toEqual([]);
  });

  test('the visit: the kiosk itself has the daemon end it, and serves the next person', async () => {
    const kiosk = kioskWith((port) =>
      visitMachine.provide({
        actors: { ...portActors(port), balance: balanceMachineWith(port) },
        actions: { notePreference: assign(bug) },
      }),
    );
    await kiosk.do(...path, 'SET english');
    expect(kiosk.view.screen).toMatchObject({ name: 'visit-ended', why: 'error', settled: false });
    expect(kiosk.view.actions).toContain('CALL_STAFF');
    expect(kiosk.port.pending('endVisit')?.input).toEqual({ visitId: 'visit-1', reason: 'error' });
    await kiosk.untilRest();
    expect(unrest(kiosk)).toEqual([]);
    await kiosk.do('TOUCH', 'beginVisit:ok');
    expect(kiosk.screen).toBe('home');
  });

  test('the visit, and the daemon does not answer either: no next visit before the card is settled', async () => {
    const kiosk = kioskWith((port) =>
      visitMachine.provide({
        actors: { ...portActors(port), balance: balanceMachineWith(port) },
        actions: { notePreference: assign(bug) },
      }),
    );
    await kiosk.do(...path, 'SET english', 'wait', 'wait', 'TOUCH');
    expect(kiosk.view.screen).toMatchObject({ name: 'visit-ended', settled: false });
    expect(kiosk.port.calls.filter(({ name }) => name === 'endVisit')).toHaveLength(2);
  });

  test('the telling of the world: out of service, not a frozen page', async () => {
    const port = new ScriptedPort();
    const deaf: KioskPort = Object.assign(Object.create(port) as ScriptedPort, { subscribe: bug });
    const kiosk = new Walker({
      port,
      machine: kioskMachine.provide({ actors: { ...portActors(deaf), visit: visitMachine } }),
    });
    await kiosk.settled();
    expect(kiosk.view.screen).toMatchObject({ name: 'out-of-service', disconnected: true });
  });
});

describe('the door', () => {
  test('a page that goes away lets every call go and hears nothing more', async () => {
    const port = new ScriptedPort();
    const kiosk = createKiosk(port, { clock: new SimulatedClock() });
    port.say();
    kiosk.send({ type: 'TOUCH' });
    const [begin] = port.waiting;
    expect(begin?.name).toBe('beginVisit');
    kiosk.stop();
    expect(begin?.signal.aborted).toBe(true);
    expect(port.subscriptions).toBe(0);
  });

  test('listeners get each view once, never during a send, and a button that is not there does nothing', async () => {
    const port = new ScriptedPort();
    const kiosk = createKiosk(port, { clock: new SimulatedClock() });
    const seen: string[] = [];
    const stop = kiosk.subscribe(({ screen }) => seen.push(screen.name));
    port.say();
    kiosk.send({ type: 'DONE' });
    expect(seen).toEqual([]);
    await Promise.resolve();
    expect(seen).toEqual(['attract']);
    port.say();
    await Promise.resolve();
    expect(seen, 'nothing to see has changed').toEqual(['attract']);
    stop();
    kiosk.send({ type: 'TOUCH' });
    await Promise.resolve();
    expect(seen).toEqual(['attract']);
    kiosk.stop();
  });

  test('while the call for staff covers the screen, a tap meant for what is beneath does nothing', async () => {
    const port = new ScriptedPort();
    const kiosk = createKiosk(port, { clock: new SimulatedClock() });
    port.say();
    kiosk.send({ type: 'CALL_STAFF' });
    kiosk.send({ type: 'CHOOSE_SERVICE', service: 'balance' });
    expect(kiosk.view.screen.name).toBe('call-staff');
    expect(port.pending('beginVisit')).toBeUndefined();
    kiosk.send({ type: 'CLOSE' });
    kiosk.send({ type: 'CHOOSE_SERVICE', service: 'balance' });
    expect(port.pending('beginVisit')).toBeDefined();
    kiosk.stop();
  });
});
