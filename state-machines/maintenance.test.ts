import { beforeEach, describe, expect, test } from 'vitest';
import { createActor, SimulatedClock } from 'xstate';
import type { MaintenanceState } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { type Deed, type MaintenancePort, type MaintenanceWorldEvent, maintenanceMachineWith } from './maintenance.ts';

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
  settle: (result: Result<object | string, { code: never }>) => void;
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
    perform: (_deed, signal, tell) => take('perform')(signal, tell),
  };
  const actor = createActor(maintenanceMachineWith(port), { clock });
  actor.start();
  return actor;
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function settle(name: Call, result: Result<object | string, { code: string }>): Promise<void> {
  const call = calls.findLast((one) => one.name === name);
  if (call === undefined) throw new Error(`${name} was not called`);
  call.settle(result as Result<object | string, { code: never }>);
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

  test('that a PIN was wrong stays told while the next is waited for, and no longer', () => {
    actor.send({ type: 'SIGN_ON' });
    const tell = calls[0]?.tell as (event: object) => void;
    const wrong = () => actor.getSnapshot().context.wrongPin;
    tell({ type: 'PROMPT', prompt: { prompt: 'locked', secondsLeft: 5 } });
    expect(wrong()).toBeUndefined();
    for (const prompt of ['wrongPin', 'locked', 'enterPin']) {
      tell({ type: 'PROMPT', prompt: { prompt, ...(prompt === 'wrongPin' && { triesLeft: 2 }) } });
      expect(wrong()).toEqual({ prompt: 'wrongPin', triesLeft: 2 });
    }
    tell({ type: 'PROMPT', prompt: { prompt: 'asking' } });
    expect(wrong()).toBeUndefined();
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

  test('the reader is lost: there is time to read it', async () => {
    await signedOn();
    tellWorld({ type: 'SIGNED_OFF', why: 'readerLost' });
    clock.increment(6_000);
    expect(place()).toBe('ended');
    clock.increment(54_000);
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
    await settle('signOff', ok('taken'));
    expect(actor.getSnapshot().status).toBe('done');
  });

  test.each(['retained', 'stillInside', 'unknown'] as const)(
    'whose card is %s is told so, for a minute',
    async (card) => {
      await signedOn();
      actor.send({ type: 'SIGN_OFF' });
      await settle('signOff', ok(card));
      expect(place()).toBe('withoutCard');
      expect(actor.getSnapshot().context.card).toBe(card);
      clock.increment(60_000);
      expect(actor.getSnapshot().status).toBe('done');
    },
  );

  test('a connection that breaks ends the session: sign on anew', async () => {
    await signedOn();
    tellWorld({ type: 'DISCONNECTED' });
    tellWorld({ type: 'STATE', state });
    expect(place()).toBe('signedOut');
  });
});

test('whoever looks at a device comes back to it from its test; its part of the page shows all of them again', async () => {
  await signedOn();
  const lookedAt = () => actor.getSnapshot().context.lookedAt;
  actor.send({ type: 'LOOK', device: 'printer' });
  actor.send({ type: 'DO', deed: { name: 'Maintenance.Test', payload: { device: 'printer' } } });
  await settle('perform', ok({}));
  expect(lookedAt()).toBe('printer');
  actor.send({ type: 'SHOW', tab: 'devices' });
  expect(lookedAt()).toBeUndefined();
});

const does = (deed: Deed): void => actor.send({ type: 'DO', deed });
const told = (): ((event: object) => void) => calls.at(-1)?.tell as (event: object) => void;
const context = () => actor.getSnapshot().context;
const looking = '{signedOn:looking}';

describe('a deed', () => {
  const close: Deed = { name: 'Maintenance.Close', payload: { reason: 'cards' } };
  const test_: Deed = { name: 'Maintenance.Test', payload: { device: 'pinPad' } };
  beforeEach(signedOn);

  test('done, refused, without an answer', async () => {
    does(close);
    await settle('perform', ok({}));
    expect(context().deedProblem).toBeUndefined();
    does(close);
    await settle('perform', err({ code: 'journalUnavailable' }));
    expect(context().deedProblem).toBe('journalUnavailable');
    does(close);
    expect(context().deedProblem).toBeUndefined();
    clock.increment(900_000);
    expect(place()).toBe(looking);
    expect(context().deedProblem).toBe('timedOut');
  });

  test('its answer is kept until the sign-off, whatever is done later', async () => {
    does(test_);
    await settle('perform', ok({ result: 'of the test' }));
    does(close);
    await settle('perform', err({ code: 'journalUnavailable' }));
    expect(context().answers).toEqual({ 'Maintenance.Test': { result: 'of the test' } });
    tellWorld({ type: 'DISCONNECTED' });
    tellWorld({ type: 'STATE', state });
    await signedOn();
    expect(context().answers).toEqual({});
  });

  test('a test shows what it asks for; the card pulled in its middle: signed off', async () => {
    does(test_);
    told()({ type: 'TEST_PROMPT', prompt: { prompt: 'pressKeys', left: 11 } });
    expect(context()).toMatchObject({ deed: test_, testPrompt: { left: 11 } });
    tellWorld({ type: 'SIGNED_OFF', why: 'cardRemoved' });
    expect(place()).toBe('ended');
  });

  test('cancel stops it, and its late answer is dropped', async () => {
    does(test_);
    actor.send({ type: 'CANCEL' });
    expect(calls.at(-1)?.signal.aborted).toBe(true);
    await settle('perform', ok({ result: 'late' }));
    expect(place()).toBe(looking);
    expect(context().answers).toEqual({});
  });

  test('one at a time: another is not begun, and the page does not turn', async () => {
    does(test_);
    does(close);
    actor.send({ type: 'SHOW', tab: 'cards' });
    expect(calls.filter(({ name }) => name === 'perform')).toHaveLength(1);
    expect(context().tab).toBe('overview');
  });

  test('of two persons: both are asked for their cards, and the digits are counted', async () => {
    does({ name: 'Maintenance.CountCards', payload: { unit: 'hopper', count: 50, reason: 'loaded', found: 0 } });
    told()({ type: 'PROMPT', prompt: { prompt: 'secondCard', secondsLeft: 60 } });
    told()({ type: 'PIN_KEY', digits: 2 });
    expect(context()).toMatchObject({ prompt: { prompt: 'secondCard' }, digits: 2 });
    await settle('perform', err({ code: 'samePerson' }));
    expect(place()).toBe(looking);
    expect(context()).toMatchObject({ deedProblem: 'samePerson', prompt: undefined });
  });
});

describe('what a part of the page asks by itself', () => {
  const supplies: Deed = { name: 'Maintenance.GetSupplies', payload: {} };
  const retained: Deed = { name: 'Maintenance.GetRetained', payload: {} };
  const close: Deed = { name: 'Maintenance.Close', payload: { reason: 'repair' } };
  const performed = () => calls.filter(({ name }) => name === 'perform');
  beforeEach(signedOn);

  test('is asked one after the other, and nothing that a person wants is lost meanwhile', async () => {
    for (const deed of [supplies, retained, close, close]) does(deed);
    expect(performed()).toHaveLength(1);
    await settle('perform', ok({ supplies: {} }));
    expect(context().deed).toBe(retained);
    await settle('perform', err({ code: 'noAnswer' }));
    expect(context().deed).toBe(close);
    await settle('perform', ok({}));
    expect(performed()).toHaveLength(3);
    expect(place()).toBe('{signedOn:looking}');
  });

  test('does not keep anybody on that part', () => {
    does(supplies);
    does(retained);
    actor.send({ type: 'SHOW', tab: 'machine' });
    expect(performed()[0]?.signal.aborted).toBe(true);
    expect(performed()).toHaveLength(1);
    expect(context().tab).toBe('machine');
    expect(place()).toBe('{signedOn:looking}');
  });

  test('leaves standing why something was refused', async () => {
    does(close);
    await settle('perform', err({ code: 'journalUnavailable' }));
    does(supplies);
    expect(context().deedProblem).toBe('journalUnavailable');
    await settle('perform', ok({ supplies: {} }));
    expect(context().deedProblem).toBe('journalUnavailable');
  });
});

test('another part of the page: what was refused before is not told there', async () => {
  await signedOn();
  does({ name: 'Maintenance.Open', payload: {} });
  await settle('perform', err({ code: 'journalUnavailable' }));
  actor.send({ type: 'SHOW', tab: 'devices' });
  expect(context()).toMatchObject({ tab: 'devices', deedProblem: undefined });
});
