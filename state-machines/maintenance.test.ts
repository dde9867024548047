import { beforeEach, describe, expect, test } from 'vitest';
import { createActor, SimulatedClock } from 'xstate';
import type { MaintenanceState } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { type MaintenancePort, type MaintenanceWorldEvent, maintenanceMachineWith } from './maintenance.ts';

const state: MaintenanceState = {
  seq: 1,
  bootId: 'boot',
  time: '2026-11-24T08:00:00Z',
  kiosk: {
    terminalId: 'KIOSK001',
    bankName: '示范银行',
    branchName: '示范支行营业厅',
    hotline: '12333',
    cardReaderType: 'dip',
    profile: 'bench',
  },
  visitRunning: false,
  occupied: false,
};

type Call = keyof Omit<MaintenancePort, 'subscribe'>;

let tellWorld: (event: MaintenanceWorldEvent) => void;
let calls: {
  name: Call;
  signal: AbortSignal;
  settle: (result: Result<object, { code: never }>) => void;
  tell?: unknown;
}[];
let clock: SimulatedClock;

function begin() {
  calls = [];
  clock = new SimulatedClock();
  const take =
    (name: Call) =>
    (signal: AbortSignal, tell?: unknown): never =>
      new Promise((settle) => {
        calls.push({ name, signal, settle, tell });
      }) as never;
  const port: MaintenancePort = {
    subscribe(listener) {
      tellWorld = listener;
      return () => {};
    },
    signOn: take('signOn'),
    signOff: take('signOff'),
    close: (_reason, signal) => take('close')(signal),
    open: take('open'),
    countCards: (_count, signal, tell) => take('countCards')(signal, tell),
    test: (_device, signal, tell) => take('test')(signal, tell),
  };
  const actor = createActor(maintenanceMachineWith(port), { clock });
  actor.start();
  return actor;
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function settle(name: Call, result: Result<object, { code: string }>): Promise<void> {
  const call = calls.findLast((one) => one.name === name);
  if (call === undefined) throw new Error(`${name} was not called`);
  call.settle(result as Result<object, { code: never }>);
  await turn();
}

let actor: ReturnType<typeof begin>;
beforeEach(() => {
  actor = begin();
  tellWorld({ type: 'STATE', state });
});
const place = () => JSON.stringify(actor.getSnapshot().value).replaceAll('"', '');

async function signedOn(): Promise<void> {
  actor.send({ type: 'SIGN_ON' });
  await settle('signOn', ok({}));
}

describe('the way in', () => {
  test('asks for what the daemon asks for, and counts the keys', async () => {
    actor.send({ type: 'SIGN_ON' });
    const tell = calls[0]?.tell as (event: object) => void;
    tell({ type: 'PROMPT', prompt: { prompt: 'enterPin', secondsLeft: 60 } });
    tell({ type: 'PIN_KEY', digits: 3 });
    expect(actor.getSnapshot().context).toMatchObject({ prompt: { prompt: 'enterPin' }, digits: 3 });
    // The pad listens anew.
    tell({ type: 'PROMPT', prompt: { prompt: 'enterPin' } });
    expect(actor.getSnapshot().context.digits).toBe(0);
    await settle('signOn', ok({}));
    expect(place()).toBe('{signedOn:looking}');
  });

  test('a refusal is told, and may be tried again', async () => {
    actor.send({ type: 'SIGN_ON' });
    await settle('signOn', err({ code: 'notStaffCard' }));
    expect(place()).toBe('refused');
    expect(actor.getSnapshot().context.problem).toBe('notStaffCard');
    actor.send({ type: 'SIGN_ON' });
    expect(actor.getSnapshot().context.problem).toBeUndefined();
    expect(place()).toBe('signingOn');
  });

  test('cancel stops the call, and its late answer is dropped', async () => {
    actor.send({ type: 'SIGN_ON' });
    actor.send({ type: 'CANCEL' });
    expect(calls[0]?.signal.aborted).toBe(true);
    await settle('signOn', ok({}));
    expect(place()).toBe('signedOut');
  });

  test.each(['connecting', 'signedOut', 'refused'])('forgotten at %s: back to the customers', async (where) => {
    if (where === 'connecting') tellWorld({ type: 'DISCONNECTED' });
    if (where === 'refused') {
      actor.send({ type: 'SIGN_ON' });
      await settle('signOn', err({ code: 'timedOut' }));
    }
    expect(place()).toBe(where);
    clock.increment(60_000);
    expect(actor.getSnapshot().status).toBe('done');
  });

  test('whoever touches the screen is not sent away', () => {
    clock.increment(59_000);
    actor.send({ type: 'TOUCH' });
    clock.increment(59_000);
    expect(place()).toBe('signedOut');
  });
});

describe('the way out', () => {
  test.each(['cardRemoved', 'idle', 'expired'] as const)('%s: told why, then back to the customers', async (why) => {
    await signedOn();
    tellWorld({ type: 'SIGNED_OFF', why });
    expect(place()).toBe('ended');
    expect(actor.getSnapshot().context.why).toBe(why);
    clock.increment(6_000);
    expect(actor.getSnapshot().status).toBe('done');
  });

  test('signing off waits for the card', async () => {
    await signedOn();
    actor.send({ type: 'SIGN_OFF' });
    const tell = calls.at(-1)?.tell as (event: object) => void;
    tell({
      type: 'PROMPT',
      prompt: { prompt: 'takeCard', secondsLeft: 30 },
    });
    expect(actor.getSnapshot().context.prompt?.prompt).toBe('takeCard');
    await settle('signOff', ok({ card: 'taken' }));
    expect(actor.getSnapshot().status).toBe('done');
  });

  test('a connection that breaks ends the session: sign on anew', async () => {
    await signedOn();
    tellWorld({ type: 'DISCONNECTED' });
    tellWorld({ type: 'STATE', state });
    expect(place()).toBe('signedOut');
  });
});

describe('out of service and back', () => {
  test.each([
    ['CLOSE_KIOSK', 'close'],
    ['OPEN_KIOSK', 'open'],
  ] as const)('%s: done, refused, without an answer', async (type, name) => {
    await signedOn();
    const act = () => actor.send(type === 'CLOSE_KIOSK' ? { type, reason: 'cards' } : { type });
    act();
    await settle(name, ok({}));
    expect(actor.getSnapshot().context.deedProblem).toBeUndefined();
    act();
    await settle(name, err({ code: 'journalUnavailable' }));
    expect(actor.getSnapshot().context.deedProblem).toBe('journalUnavailable');
    act();
    clock.increment(15_000);
    expect(place()).toBe('{signedOn:looking}');
    expect(actor.getSnapshot().context.deedProblem).toBe('timedOut');
  });
});

describe('a device test', () => {
  test('shows what it asks for, and goes back when it is over', async () => {
    await signedOn();
    actor.send({ type: 'TEST', device: 'pinPad' });
    const tell = calls.at(-1)?.tell as (event: object) => void;
    tell({ type: 'TEST_PROMPT', prompt: { prompt: 'pressKeys', left: 11 } });
    expect(actor.getSnapshot().context).toMatchObject({ device: 'pinPad', testPrompt: { left: 11 } });
    await settle('test', ok({}));
    expect(place()).toBe('{signedOn:looking}');
  });

  test('cancel stops it; one that never ends is given up', async () => {
    await signedOn();
    actor.send({ type: 'TEST', device: 'printer' });
    actor.send({ type: 'CANCEL' });
    expect(calls.at(-1)?.signal.aborted).toBe(true);
    actor.send({ type: 'TEST', device: 'printer' });
    clock.increment(180_000);
    expect(place()).toBe('{signedOn:looking}');
    expect(actor.getSnapshot().context.deedProblem).toBe('timedOut');
  });

  test('the card pulled in the middle: signed off', async () => {
    await signedOn();
    actor.send({ type: 'TEST', device: 'printer' });
    tellWorld({ type: 'SIGNED_OFF', why: 'cardRemoved' });
    expect(place()).toBe('ended');
  });
});

test('counting cards shows what both persons are asked for, and a refusal', async () => {
  await signedOn();
  actor.send({ type: 'COUNT_CARDS', count: { unit: 'hopper', count: 50, reason: 'loaded' } });
  const tell = calls.at(-1)?.tell as (event: object) => void;
  tell({ type: 'PROMPT', prompt: { prompt: 'secondCard', secondsLeft: 60 } });
  expect(actor.getSnapshot().context.prompt?.prompt).toBe('secondCard');
  tell({ type: 'PIN_KEY', digits: 2 });
  expect(actor.getSnapshot().context.digits).toBe(2);
  await settle('countCards', err({ code: 'samePerson' }));
  expect(place()).toBe('{signedOn:looking}');
  expect(actor.getSnapshot().context.deedProblem).toBe('samePerson');
});
