/** The balance look-up as people meet it: one test per symptom. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CardOutcome } from '#protocol/generated/kiosk.ts';
import { aSnapshot } from './testing/scripted-port.ts';
import { Walker } from './testing/walker.ts';

let kiosk: Walker;

beforeEach(() => {
  kiosk = new Walker();
});

afterEach(() => {
  expect(kiosk.crash).toBeUndefined();
  kiosk.stop();
});

const toInsertCard = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE balance'] as const;
const toReading = [...toInsertCard, 'readCard>CARD_INSERTED'] as const;
const toPin = [...toReading, 'readCard:gen3'] as const;
const toAsking = [...toPin, 'enterPin:ok'] as const;
const toBalance = [...toAsking, 'balanceInquiry:done'] as const;

const screen = () => kiosk.view.screen;

describe('all goes well', () => {
  test('card, PIN, both sides asked, amounts on request, slip, card back, goodbye', async () => {
    await kiosk.do('SNAPSHOT');
    expect(screen()).toMatchObject({ name: 'attract', opening: false });
    await kiosk.do('CHOOSE balance');
    expect(screen()).toMatchObject({ name: 'attract', opening: true });
    await kiosk.do('beginVisit:ok');
    expect(screen()).toEqual({ name: 'insert-card', reader: 'motor' });
    expect(kiosk.view.step).toEqual({ now: 1, of: 4 });
    await kiosk.do('readCard>CARD_INSERTED');
    expect(screen()).toEqual({ name: 'reading-card', part: 'social' });
    await kiosk.do('readCard>READING');
    expect(screen()).toEqual({ name: 'reading-card', part: 'financial' });
    await kiosk.do('readCard:gen3');
    expect(screen()).toMatchObject({ name: 'enter-pin', ready: false, digits: 0 });
    expect(screen()).not.toHaveProperty('again');
    await kiosk.do('enterPin>PIN_READY', 'enterPin>PIN_KEY');
    expect(screen()).toMatchObject({ name: 'enter-pin', ready: true, digits: 3, minDigits: 6, maxDigits: 6 });
    await kiosk.do('enterPin:ok');
    expect(screen()).toEqual({ name: 'asking', cardManagement: true, bankCore: true });
    await kiosk.do('balanceInquiry:done');
    expect(screen()).toMatchObject({
      name: 'balance',
      amounts: 'hidden',
      medical: { balance: null },
      financial: { socialSecurity: [{ accountClass: 'I', available: null }], debit: [{ available: null }] },
      print: { state: 'offered' },
    });
    await kiosk.do('TOGGLE_AMOUNTS');
    expect(screen()).toMatchObject({
      medical: { balance: '2345.67' },
      financial: { socialSecurity: [{ available: '12345.60' }], debit: [{ available: '99.00' }] },
    });
    await kiosk.do('PRINT');
    expect(screen()).toEqual({ name: 'printing' });
    await kiosk.do('print:done');
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'done', canRetry: false });
    await kiosk.do('DONE');
    expect(screen()).toEqual({ name: 'take-card', reader: 'motor', attention: 'normal', ofSeconds: 30, next: 'end' });
    await kiosk.do('returnCard>TAKE_CARD');
    expect(screen()).toMatchObject({ name: 'take-card', secondsLeft: 30 });
    await kiosk.do('returnCard:taken', 'endVisit:ok');
    expect(screen()).toEqual({
      name: 'goodbye',
      card: 'taken',
      did: [],
      why: 'completed',
      caseCode: 'CASE-VIS1',
    });
    await kiosk.wait();
    expect(screen().name).toBe('attract');
    expect(kiosk.port.ends).toEqual(new Map([['visit-1', 1]]));
  });

  test('a card put in before the first touch begins the visit, once', async () => {
    await kiosk.do('SNAPSHOT', 'SNAPSHOT card waiting', 'beginVisit:visitActive');
    expect(screen().name).toBe('attract');
    await kiosk.do('SNAPSHOT card waiting');
    expect(kiosk.port.waiting, 'a refused visit is not asked for again and again').toEqual([]);
    await kiosk.do('SNAPSHOT', 'SNAPSHOT card waiting', 'beginVisit:ok');
    expect(screen().name).toBe('home');
    await kiosk.do('CHOOSE balance', 'readCard>CARD_INSERTED');
    expect(screen().name).toBe('reading-card');
  });

  test('the card first and a tile at once: the tap is not lost while the visit opens', async () => {
    await kiosk.do('SNAPSHOT', 'SNAPSHOT card waiting');
    expect(screen()).toMatchObject({ name: 'attract', opening: true });
    await kiosk.do('CHOOSE balance', 'beginVisit:ok');
    expect(kiosk.port.pending('readCard')).toBeDefined();
  });

  test('back from the result: the card is given back, then the home screen, in the same visit', async () => {
    await kiosk.do(...toBalance, 'BACK');
    expect(screen()).toMatchObject({ name: 'take-card', next: 'home' });
    await kiosk.do('returnCard:taken');
    expect(screen().name).toBe('home');
    expect(kiosk.view.visitId).toBe('visit-1');
  });

  test('a first-generation card has no bank side: no PIN is asked for', async () => {
    await kiosk.do(...toReading, 'readCard:gen1');
    expect(screen()).toEqual({ name: 'asking', cardManagement: true, bankCore: false });
    await kiosk.do('balanceInquiry:noApplication');
    expect(screen()).toMatchObject({ name: 'balance', financial: { state: 'noApplication' } });
  });

  test('not activated: medical use is not affected, and activation is named', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:notActivated');
    expect(screen()).toMatchObject({
      financial: { state: 'notActivated', medicalUse: 'notAffected', activation: { state: 'ready' } },
      medical: { state: 'done' },
    });
  });

  test("another bank's card: its bank and hotline, and the social side all the same", async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:notHere');
    expect(screen()).toMatchObject({
      financial: { state: 'notHere', bankName: 'Other Bank', bankHotline: '95500' },
      social: { state: 'done' },
    });
  });
});

describe('the PIN', () => {
  test('wrong to the limit: the tries are counted down, the last one needs a decision, then it is locked', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:wrongPin2');
    expect(screen()).toMatchObject({ name: 'enter-pin', again: 'wrongPin', triesLeft: 2, digits: 0 });
    await kiosk.do('enterPin:ok', 'balanceInquiry:wrongPin1');
    expect(screen()).toMatchObject({ name: 'pin-problem', problem: 'lastTry', triesLeft: 1 });
    expect(kiosk.view.actions).toEqual(expect.arrayContaining(['RETRY', 'CONTINUE', 'END']));
    expect(kiosk.port.pending('enterPin'), 'the pad does not listen before the decision').toBeUndefined();
    await kiosk.do('RETRY', 'enterPin:ok', 'balanceInquiry:pinLocked');
    expect(screen()).toMatchObject({
      name: 'balance',
      financial: { state: 'refused', reason: 'pinLocked' },
      medical: { state: 'done' },
    });
  });

  test('wrong, and the bank does not say how many tries are left: none is invented', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:wrongPin');
    expect(screen()).toMatchObject({ name: 'enter-pin', again: 'wrongPin' });
    expect(screen()).not.toHaveProperty('triesLeft');
  });

  test('the bank took new keys while the PIN was typed: it is asked for once more, by itself, and only once', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:keysChanged');
    expect(screen()).toMatchObject({ name: 'enter-pin', again: 'keysChanged', digits: 0 });
    await kiosk.do('enterPin:ok', 'balanceInquiry:keysChanged');
    expect(screen()).toMatchObject({
      name: 'balance',
      financial: { state: 'notConfirmed', reason: 'pinPadNeedsKeys' },
    });
  });

  test('before the last try the person goes on without: the bank is not asked, the rest is shown', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:wrongPin1', 'CONTINUE');
    expect(kiosk.port.pending('balanceInquiry')?.input).not.toHaveProperty('pinEvidence');
    await kiosk.do('balanceInquiry:notConfirmed');
    expect(screen()).toMatchObject({ name: 'balance', financial: { state: 'notAsked' }, medical: { state: 'done' } });
  });

  test.each([
    ['cancelled on the pad', 'enterPin:pinCancelled', 'pinCancelled'],
    ['not entered in time', 'enterPin:pinTimedOut', 'pinTimedOut'],
    ['too short', 'enterPin:pinTooShort', 'pinTooShort'],
    ['not answered for by the pad', 'enterPin:rejected', 'noAnswer'],
  ])('%s: again, without, back or out', async (_name, stimulus, problem) => {
    await kiosk.do(...toPin, stimulus);
    expect(screen()).toEqual({ name: 'pin-problem', problem });
    expect(kiosk.view.actions).toEqual(expect.arrayContaining(['RETRY', 'CONTINUE', 'BACK', 'END', 'CALL_STAFF']));
    await kiosk.do('RETRY');
    expect(screen()).toMatchObject({ name: 'enter-pin', digits: 0 });
  });

  test('not known: the person goes on without it from the PIN screen', async () => {
    await kiosk.do(...toPin, 'enterPin>PIN_READY', 'enterPin>PIN_KEY', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'asking', bankCore: false });
    expect(kiosk.port.calls.find(({ name }) => name === 'enterPin')?.signal.aborted, 'the pad is let go').toBe(true);
  });

  test('the host insists on a PIN: going on without is no longer offered', async () => {
    await kiosk.do(...toPin, 'CONTINUE', 'balanceInquiry:pinMissing');
    expect(screen()).toMatchObject({ name: 'pin-problem', problem: 'pinCancelled' });
    expect(kiosk.view.actions).not.toContain('CONTINUE');
    await kiosk.do('RETRY');
    expect(kiosk.view.actions).not.toContain('CONTINUE');
  });

  test('the pad is unplugged in the middle: the bank side is left out, the rest goes on', async () => {
    await kiosk.do(...toPin, 'enterPin:pinPadUnavailable');
    expect(screen()).toMatchObject({ name: 'asking', bankCore: false });
  });

  test('the pad has no working keys: nobody is asked for a PIN', async () => {
    kiosk.port.say({ services: [{ service: 'balance', available: true, reasons: ['pinPadNeedsKeys'] }] });
    await kiosk.do('TOUCH', 'beginVisit:ok', 'CHOOSE balance', 'readCard:gen3');
    expect(screen().name).toBe('asking');
  });
});

describe('the card', () => {
  test.each([
    ['while it is read', toReading],
    ['while the PIN is entered', toPin],
    ['while the PIN is wrong', [...toPin, 'enterPin:pinTooShort']],
    ['while the hosts are asked', toAsking],
  ] as const)('pulled %s: said so, no evidence is kept, the card may go in again', async (_name, path) => {
    await kiosk.do(...path, 'CARD_REMOVED');
    expect(screen()).toMatchObject({
      name: 'card-problem',
      problem: 'cardRemoved',
      card: 'none',
      retry: 'insertAgain',
    });
    expect(kiosk.port.waiting, 'everything is let go').toEqual([]);
    await kiosk.do('RETRY');
    expect(screen()).toEqual({ name: 'insert-card', reader: 'motor' });
  });

  test('pulled at the result: it stays to be read, but nothing can be asked again', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:notConfirmed');
    expect(screen()).toMatchObject({ name: 'balance', canRetry: true, cardIn: 'inserted' });
    await kiosk.do('CARD_REMOVED');
    expect(screen()).toMatchObject({ name: 'balance', canRetry: false, cardIn: 'none' });
    await kiosk.do('DONE', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', card: 'none', why: 'completed' });
  });

  test('pulled while the slip is printed: the slip comes out all the same', async () => {
    await kiosk.do(...toBalance, 'PRINT', 'CARD_REMOVED');
    expect(screen()).toEqual({ name: 'printing' });
    await kiosk.do('print:done', 'DONE', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'completed' });
  });

  test('the pull is told without the visit, as a reader does that knows of none', async () => {
    await kiosk.do(...toPin);
    kiosk.port.visit = undefined;
    kiosk.port.removeCard();
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'cardRemoved' });
  });

  test('put in upside down three times: then only a person can help', async () => {
    await kiosk.do(...toInsertCard);
    for (const retry of ['insertAgain', 'insertAgain', 'none']) {
      await kiosk.do('readCard>CARD_INSERTED', 'readCard:cardMute');
      expect(screen()).toMatchObject({ name: 'card-problem', problem: 'cardMute', retry });
      await kiosk.do('RETRY');
      if (retry === 'insertAgain') {
        expect(screen()).toMatchObject({ name: 'take-card', next: 'insertAgain' });
        await kiosk.do('returnCard:taken');
        expect(screen().name).toBe('insert-card');
      }
    }
    expect(screen().name).toBe('card-problem');
    expect(kiosk.view.actions).toEqual(['BACK', 'END', 'CALL_STAFF', 'SET_PREFERENCE']);
  });

  test.each(['cardBlocked', 'cardExpired', 'cardNotGenuine', 'holderMismatch', 'classDisagreement', 'cardNotActive'])(
    'refused for good (%s): trying again is not offered, the card comes back',
    async (problem) => {
      await kiosk.do(...toReading, `readCard:${problem}`);
      expect(screen()).toMatchObject({ name: 'card-problem', problem, retry: 'none', caseCode: 'CASE-0002' });
      expect(kiosk.view.actions).not.toContain('RETRY');
      await kiosk.do('BACK');
      expect(screen()).toMatchObject({ name: 'take-card', next: 'home' });
    },
  );

  test('read three minutes ago: it is read again without a word, for it is still there', async () => {
    await kiosk.do(...toPin, 'enterPin:noSuchEvidence');
    expect(screen().name).toBe('reading-card');
    await kiosk.do('readCard:gen3', 'enterPin:ok', 'balanceInquiry:done');
    expect(screen().name).toBe('balance');
  });

  test.each([
    ['motor', 'retained', 'a motor reader draws in what nobody takes'],
    ['dip', 'stillInside', 'a dip reader cannot hold a card: the person is told to look'],
  ] as const)('in a %s reader, not taken: %s', async (reader, outcome: CardOutcome, _why) => {
    kiosk.port.say({ kiosk: { ...aSnapshot().kiosk, cardReaderType: reader } });
    await kiosk.do('TOUCH', 'beginVisit:ok', 'CHOOSE balance');
    expect(screen()).toEqual({ name: 'insert-card', reader });
    await kiosk.do('readCard:gen3', 'END');
    expect(screen()).toMatchObject({ name: 'take-card', reader, next: 'end' });
    await kiosk.do('returnCard>TAKE_CARD');
    kiosk.port.pending('returnCard')?.on({ type: 'TAKE_CARD', attention: 'louder', secondsLeft: 30 } as never);
    await kiosk.settled();
    expect(screen()).toMatchObject({ attention: 'louder', secondsLeft: 30 });
    await kiosk.do(`returnCard:${outcome}`);
    kiosk.finishEnd(outcome);
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'goodbye', card: outcome });
    expect(await kiosk.secondsUntilChange(), 'long enough to be read').toBe(90);
  });

  test('the reader says nothing of the giving back, only that the slot is empty: the person has the card', async () => {
    await kiosk.do(...toPin, 'END', 'CARD_REMOVED');
    await kiosk.wait();
    await kiosk.do('endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', card: 'taken' });
  });
});

describe('the slip', () => {
  test('paper out before printing: printing is not offered, the reason stands there', async () => {
    await kiosk.do(...toBalance);
    kiosk.port.say({ services: [{ service: 'balance', available: true, reasons: ['printerUnavailable'] }] });
    await kiosk.settled();
    expect(screen()).toMatchObject({ print: { state: 'impossible', reason: 'printerUnavailable' } });
    expect(kiosk.view.actions).not.toContain('PRINT');
  });

  test('paper out and surely nothing printed: it may be tried again', async () => {
    await kiosk.do(...toBalance, 'PRINT', 'print:notDone');
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'notDone', reason: 'paperOut', canRetry: true });
    await kiosk.do('RETRY', 'print:done');
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'done' });
  });

  test('nobody knows whether it came out: it is not printed again', async () => {
    await kiosk.do(...toBalance, 'PRINT', 'print:unknown');
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'unknown', canRetry: false });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'balance', print: { state: 'impossible', reason: 'notKnown' } });
    expect(kiosk.view.actions).not.toContain('PRINT');
  });
});

describe('a host is down', () => {
  test('the bank: its side is not confirmed, the other is shown; again means the PIN again', async () => {
    await kiosk.do(...toAsking, 'balanceInquiry:notConfirmed');
    expect(screen()).toMatchObject({
      name: 'balance',
      financial: { state: 'notConfirmed', reason: 'noAnswer' },
      medical: { state: 'done' },
      canRetry: true,
    });
    await kiosk.do('RETRY');
    expect(screen()).toMatchObject({ name: 'enter-pin', digits: 0 });
    expect(screen()).not.toHaveProperty('again');
  });

  test('card management while the card is read: the same card may be asked again, in its place', async () => {
    await kiosk.do(...toReading, 'readCard:hostUnavailable');
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'hostUnavailable', retry: 'sameCard' });
    await kiosk.do('RETRY');
    expect(screen().name).toBe('reading-card');
  });

  test('both, before anybody came: out of service with the reasons, information stays', async () => {
    kiosk.port.say({
      services: [
        { service: 'balance', available: false, reasons: ['bankCoreUnavailable', 'cardManagementUnavailable'] },
      ],
    });
    await kiosk.settled();
    expect(screen()).toEqual({
      name: 'out-of-service',
      disconnected: false,
      reasons: ['bankCoreUnavailable', 'cardManagementUnavailable'],
    });
    await kiosk.do('OPEN_INFORMATION');
    expect(screen()).toMatchObject({ name: 'information', topic: 'branches' });
    await kiosk.do('END', 'SNAPSHOT');
    expect(screen().name).toBe('attract');
  });
});
