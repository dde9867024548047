import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type CommandHandler, commandError, failure, success } from '#device-daemon/services/service.ts';
import { createWireServer } from '#device-daemon/wire/index.ts';
import type { WebSocketLike } from '#protocol/client/client.ts';
import { createKioskClient } from '#protocol/client/kiosk-client.ts';
import type { CardFacts } from '#protocol/generated/kiosk.ts';
import type { KioskPort, WorldEvent } from '#state-machines/port.ts';
import { scriptedKiosk } from '#test/page/scripted-kiosk.fixture.ts';
import { deferred } from '#test/wire/tiny-service.ts';
import { createWirePort } from './wire-port.ts';
import { createWorld } from './world.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const never = new AbortController().signal;
const visitId = 'visit-1';
const cardEvidence = 'card-1';
const gen3: CardFacts = {
  class: 'gen3',
  social: { present: true, nameMasked: '**明', cardNumberLast4: '0001', status: 'normal', grade: 'genuine' },
  financial: { present: true, ours: true, panMasked: '621721******0001', bankName: 'ICBC' },
  holderCheck: 'equal',
};

const subject = { visitId, holder: 'holder-1', cardId: 'card-1', act: 'temporaryLoss' } as const;
const frozen = {
  social: { state: 'done', status: 'tempLost', until: '2026-11-30T09:00:00.000Z' },
  financial: { state: 'notConfirmed' },
} as const;

/** A real server with scripted answers, and the port over the real client. */
async function serve(handlers: Readonly<Record<string, CommandHandler>> = {}) {
  const kiosk = scriptedKiosk(handlers);
  const server = createWireServer({
    profile: 'bench',
    vendorName: 'Test',
    listeners: [{ address: '127.0.0.1', port: 0, roles: { cardholder: { auth: 'none', allowMissingOrigin: true } } }],
    services: [kiosk],
  });
  const started = await server.start();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const sockets: WebSocket[] = [];
  const client = createKioskClient({
    url: `ws://127.0.0.1:${started.value[0]?.port}/kiosk/v1/Kiosk`,
    openSocket: (url): WebSocketLike => {
      const socket = new WebSocket(url);
      sockets.push(socket);
      return socket;
    },
    reconnectMs: { first: 5, longest: 20 },
  });
  const world = createWorld(client);
  const told: WorldEvent[] = [];
  const port = createWirePort(client, world);
  port.subscribe((event) => told.push(event));
  cleanups.push(
    () => server.close(),
    () => client.close(),
  );
  await client.whenOpen(5_000);
  return {
    kiosk,
    port,
    client,
    world,
    told,
    /** The socket breaks, as a cable does. */
    cut: () => sockets.at(-1)?.terminate(),
    /** Waits until the world said something that fits. */
    heard: (fits: (event: WorldEvent) => boolean) =>
      new Promise<WorldEvent>((resolve) => {
        const stop = port.subscribe((event) => {
          if (!fits(event)) return;
          queueMicrotask(() => stop());
          resolve(event);
        });
      }),
  };
}

type Call = (port: KioskPort, signal?: AbortSignal) => Promise<unknown>;
const nothing = (): void => undefined;

/** Every call of the port, and the command that it becomes. */
const calls: readonly (readonly [command: string, call: Call])[] = [
  ['Visit.Begin', (port, signal = never) => port.beginVisit({ language: 'en' }, signal)],
  ['Visit.End', (port, signal = never) => port.endVisit({ visitId, reason: 'completed' }, signal)],
  ['Visit.SetLanguage', (port, signal = never) => port.setLanguage({ visitId, language: 'en' }, signal)],
  ['Visit.CallStaff', (port, signal = never) => port.callStaff({ visitId, screen: 'home' }, signal)],
  ['SocialCard.Read', (port, signal = never) => port.readCard({ visitId }, signal, nothing)],
  ['SocialCard.Return', (port, signal = never) => port.returnCard({ visitId }, signal, nothing)],
  ['CardService.EnterPin', (port, signal = never) => port.enterPin({ visitId, cardEvidence }, signal, nothing)],
  ['CardService.BalanceInquiry', (port, signal = never) => port.balanceInquiry({ visitId, cardEvidence }, signal)],
  [
    'CardService.FindCards',
    (port, signal = never) => port.findCards({ visitId, documentEvidence: 'document-1' }, signal),
  ],
  ['CardService.Check', (port, signal = never) => port.check({ ...subject, kind: 'bankPin' }, signal, nothing)],
  ['CardService.EnterNewPin', (port, signal = never) => port.enterNewPin(subject, signal, nothing)],
  ['CardService.Act', (port, signal = never) => port.act({ ...subject, consents: [], confirmations: 1 }, signal)],
  ['CardService.Progress', (port, signal = never) => port.progress({ visitId, holder: 'holder-1' }, signal)],
  ['Receipt.Print', (port, signal = never) => port.print({ visitId, resultId: 'result-1' }, signal)],
];

const forEver: CommandHandler = (_payload, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(failure('canceled')), { once: true });
  });

describe('answers', () => {
  test('a visit, its end, its language and a call for a person', async () => {
    const { port } = await serve({ 'Visit.End': () => success({ card: 'taken' }) });
    expect(await port.beginVisit({ language: 'en' }, never)).toEqual({
      ok: true,
      value: { visitId: 'visit-1', caseCode: 'TEST-0001' },
    });
    expect(await port.endVisit({ visitId, reason: 'completed' }, never)).toEqual({
      ok: true,
      value: { card: 'taken', trail: [] },
    });
    expect(await port.setLanguage({ visitId, language: 'zh-Hant' }, never)).toEqual({ ok: true, value: undefined });
    expect(await port.callStaff({ screen: 'home' }, never)).toEqual({ ok: true, value: { caseCode: 'TEST-0002' } });
  });

  test('reading a card tells its steps in order, between call and answer', async () => {
    const { port } = await serve({
      'SocialCard.Read': (_payload, { emit }) => {
        emit('SocialCard.InsertCardEvent');
        emit('SocialCard.CardInsertedEvent');
        emit('SocialCard.ReadingEvent', { part: 'social' });
        emit('SocialCard.ReadingEvent', { part: 'financial' });
        return success({ cardEvidence, card: gen3 });
      },
    });
    const steps: object[] = [];
    const outcome = await port.readCard({ visitId }, never, (event) => steps.push(event));
    expect(outcome).toEqual({ ok: true, value: { cardEvidence, card: gen3 } });
    expect(steps).toEqual([
      { type: 'INSERT_CARD' },
      { type: 'CARD_INSERTED' },
      { type: 'READING', part: 'social' },
      { type: 'READING', part: 'financial' },
    ]);
  });

  test('the pad tells how many keys, never which', async () => {
    const { port } = await serve({
      'CardService.EnterPin': (_payload, { emit }) => {
        emit('CardService.PinReadyEvent', { minDigits: 6, maxDigits: 6, seconds: 60 });
        emit('CardService.PinKeyEvent', { digits: 1 });
        return success({ pinEvidence: 'pin-1' });
      },
    });
    const keys: object[] = [];
    expect(await port.enterPin({ visitId, cardEvidence }, never, (event) => keys.push(event))).toEqual({
      ok: true,
      value: { pinEvidence: 'pin-1' },
    });
    expect(keys).toEqual([
      { type: 'PIN_READY', minDigits: 6, maxDigits: 6, seconds: 60 },
      { type: 'PIN_KEY', digits: 1 },
    ]);
  });

  test('giving the card back reminds, then tells where the card is', async () => {
    const { port } = await serve({
      'SocialCard.Return': (_payload, { emit }) => {
        emit('SocialCard.TakeCardEvent', { attention: 'normal', secondsLeft: 30 });
        emit('SocialCard.TakeCardEvent', { attention: 'louder', secondsLeft: 30 });
        return success({ card: 'retained' });
      },
    });
    const notices: object[] = [];
    expect(await port.returnCard({ visitId }, never, (event) => notices.push(event))).toEqual({
      ok: true,
      value: { card: 'retained' },
    });
    expect(notices).toMatchObject([{ attention: 'normal' }, { attention: 'louder' }]);
  });

  test('three legs, or the answer is not one', async () => {
    const legs = {
      financial: { state: 'notActivated' },
      medical: { state: 'notHere' },
      social: { state: 'noApplication' },
    };
    const whole = await serve({ 'CardService.BalanceInquiry': () => success({ ...legs, resultId: 'result-1' }) });
    expect(await whole.port.balanceInquiry({ visitId, cardEvidence }, never)).toEqual({
      ok: true,
      value: { ...legs, resultId: 'result-1' },
    });
    const { social: _, ...two } = legs;
    const half = await serve({ 'CardService.BalanceInquiry': () => success(two) });
    expect(await half.port.balanceInquiry({ visitId, cardEvidence }, never)).toEqual({
      ok: false,
      error: { code: 'rejected' },
    });
  });

  test('a slip that may or may not have been printed says so', async () => {
    const { port } = await serve({
      'Receipt.Print': () => success({ outcome: 'unknown', reason: 'silent', caseCode: 'TEST-0003' }),
    });
    expect(await port.print({ visitId, resultId: 'result-1' }, never)).toEqual({
      ok: true,
      value: { outcome: 'unknown', reason: 'silent', caseCode: 'TEST-0003' },
    });
  });
});

describe('what is done with a card', () => {
  test('whose cards, with what each host said', async () => {
    const answer = { holder: 'holder-1', cards: [], cardManagement: 'answered', bankCore: 'unavailable' };
    const { port } = await serve({ 'CardService.FindCards': () => success({ ...answer, phoneMasked: '138******17' }) });
    expect(await port.findCards({ visitId, documentEvidence: 'document-1' }, never)).toEqual({
      ok: true,
      value: { ...answer, phoneMasked: '138******17' },
    });
  });

  test('a check tells the pad, the code and the staff, in order', async () => {
    const { port } = await serve({
      'CardService.Check': (_payload, { emit }) => {
        emit('CardService.CodeSentEvent', { phoneMasked: '138******17', secondsValid: 300, resendAfterSeconds: 60 });
        emit('CardService.PinReadyEvent', { minDigits: 6, maxDigits: 6, seconds: 60 });
        emit('CardService.PinKeyEvent', { digits: 1 });
        emit('CardService.StaffCalledEvent', { secondsLeft: 120 });
        emit('CardService.StaffCardEvent', { state: 'locked', secondsLeft: 15 });
        emit('SocialCard.TakeCardEvent', { attention: 'normal', secondsLeft: 30 });
        return success({ checkEvidence: 'check-1' });
      },
    });
    const told: object[] = [];
    expect(await port.check({ ...subject, kind: 'oneTimeCode' }, never, (event) => told.push(event))).toEqual({
      ok: true,
      value: { checkEvidence: 'check-1' },
    });
    expect(told).toEqual([
      { type: 'CODE_SENT', phoneMasked: '138******17', secondsValid: 300, resendAfterSeconds: 60 },
      { type: 'PIN_READY', minDigits: 6, maxDigits: 6, seconds: 60 },
      { type: 'PIN_KEY', digits: 1 },
      { type: 'STAFF_CALLED', secondsLeft: 120 },
      { type: 'STAFF_CARD', state: 'locked', secondsLeft: 15 },
      { type: 'TAKE_CARD', attention: 'normal', secondsLeft: 30 },
    ]);
  });

  test('a wrong PIN comes with the tries left, too many codes with the wait', async () => {
    const { port } = await serve({ 'CardService.Check': () => commandError('wrongPin', { triesLeft: 1 }) });
    expect(await port.check({ ...subject, kind: 'bankPin' }, never, nothing)).toEqual({
      ok: false,
      error: { code: 'wrongPin', triesLeft: 1 },
    });
    const late = await serve({ 'CardService.Check': () => commandError('tooManyCodes', { retryAfterSeconds: 600 }) });
    expect(await late.port.check({ ...subject, kind: 'oneTimeCode' }, never, nothing)).toEqual({
      ok: false,
      error: { code: 'tooManyCodes', retryAfterSeconds: 600 },
    });
  });

  test('the new PIN tells its rounds', async () => {
    const { port } = await serve({
      'CardService.EnterNewPin': (_payload, { emit }) => {
        emit('CardService.PinRoundEvent', { round: 2 });
        return success({ newPinEvidence: 'new-pin-1' });
      },
    });
    const told: object[] = [];
    expect(await port.enterNewPin(subject, never, (event) => told.push(event))).toEqual({
      ok: true,
      value: { newPinEvidence: 'new-pin-1' },
    });
    expect(told).toEqual([{ type: 'PIN_ROUND', round: 2 }]);
  });

  test('both sides of an act, or the answer is not one; a refusal comes with its reason', async () => {
    const command = { ...subject, consents: [], confirmations: 1 } as const;
    const whole = await serve({ 'CardService.Act': () => success({ ...frozen, resultId: 'result-1' }) });
    expect(await whole.port.act({ ...command, consents: [] }, never)).toEqual({
      ok: true,
      value: { ...frozen, resultId: 'result-1' },
    });
    const half = await serve({ 'CardService.Act': () => success({ social: frozen.social }) });
    expect(await half.port.act({ ...command, consents: [] }, never)).toEqual({
      ok: false,
      error: { code: 'rejected' },
    });
    const refused = await serve({ 'CardService.Act': () => commandError('notAllowed', { reason: 'alreadyDone' }) });
    expect(await refused.port.act({ ...command, consents: [] }, never)).toEqual({
      ok: false,
      error: { code: 'notAllowed', reason: 'alreadyDone' },
    });
  });

  test('an act that is under way is not called back by whoever stops listening', async () => {
    const began = deferred<AbortSignal>();
    const settle = deferred<void>();
    const { port } = await serve({
      'CardService.Act': async (_payload, { signal }) => {
        began.resolve(signal);
        await settle.promise;
        return success(frozen);
      },
    });
    const leave = new AbortController();
    const outcome = port.act({ ...subject, consents: [], confirmations: 1 }, leave.signal);
    const signal = await began.promise;
    leave.abort();
    settle.resolve();
    expect(await outcome).toMatchObject({ ok: true });
    expect(signal.aborted).toBe(false);
  });
});

describe('failures', () => {
  test('the command’s own error comes through with its case code', async () => {
    const { port } = await serve({
      'SocialCard.Read': () => commandError('cardMute', { caseCode: 'TEST-0004' }),
    });
    expect(await port.readCard({ visitId }, never, nothing)).toEqual({
      ok: false,
      error: { code: 'cardMute', caseCode: 'TEST-0004' },
    });
  });

  test.each(calls)('%s: an error without a code of its own is a rejection', async (command, call) => {
    const { port } = await serve({ [command]: () => failure('hardwareError') });
    expect(await call(port)).toEqual({ ok: false, error: { code: 'rejected' } });
  });

  test.each(calls)('%s settles when the connection breaks under it', async (command, call) => {
    const started = deferred<void>();
    const { port, cut } = await serve({
      [command]: (payload: object, context) => {
        started.resolve();
        return forEver(payload, context);
      },
    });
    const outcome = call(port);
    await started.promise;
    cut();
    expect(await outcome).toEqual({ ok: false, error: { code: 'connectionLost' } });
  });

  test.each(calls)('%s answers at once when there is no connection', async (_command, call) => {
    const { port, client } = await serve();
    client.close();
    expect(await call(port)).toEqual({ ok: false, error: { code: 'connectionLost' } });
  });

  test('leaving a screen cancels what it waited for in the daemon', async () => {
    const began = deferred<void>();
    const stopped = deferred<void>();
    const { port } = await serve({
      'SocialCard.Read': (payload: object, context) => {
        context.signal.addEventListener('abort', () => stopped.resolve(), { once: true });
        began.resolve();
        return forEver(payload, context);
      },
    });
    const leave = new AbortController();
    const outcome = port.readCard({ visitId }, leave.signal, nothing);
    await began.promise;
    leave.abort();
    await stopped.promise;
    expect(await outcome).toEqual({ ok: false, error: { code: 'rejected' } });
  });
});

describe('the world', () => {
  test('the state is repeated to whoever comes later', async () => {
    const { port, heard } = await serve();
    await heard((event) => event.type === 'SNAPSHOT');
    const late: WorldEvent[] = [];
    port.subscribe((event) => late.push(event));
    expect(late).toMatchObject([{ type: 'SNAPSHOT', snapshot: { seq: 1 } }]);
  });

  test('snapshots, removals and ends come in the order in which they were said', async () => {
    const { kiosk, told, heard } = await serve();
    await heard((event) => event.type === 'SNAPSHOT');
    const before = told.length;
    kiosk.say({});
    kiosk.send('SocialCard.CardRemovedEvent', { visitId });
    kiosk.send('Visit.EndedEvent', { visitId, reason: 'maintenance', card: 'taken' });
    await heard((event) => event.type === 'ENDED');
    expect(told.slice(before)).toMatchObject([
      { type: 'SNAPSHOT', snapshot: { seq: 2 } },
      { type: 'CARD_REMOVED', visitId },
      { type: 'ENDED', reason: 'maintenance', card: 'taken' },
    ]);
  });

  test('a broken connection is told once; the next one brings a fresh snapshot by itself', async () => {
    const { kiosk, told, heard, cut, world } = await serve();
    await heard((event) => event.type === 'SNAPSHOT');
    kiosk.snapshot = { ...kiosk.snapshot, seq: 7 };
    cut();
    await heard((event) => event.type === 'SNAPSHOT' && event.snapshot.seq === 7);
    expect(told.filter((event) => event.type === 'DISCONNECTED')).toHaveLength(2); // before the first word, and now
    expect(world.snapshot?.seq).toBe(7);
  });
});
