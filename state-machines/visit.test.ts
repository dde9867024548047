/** One person's time at the kiosk, whatever the service: patience, the ways in and out, the daemon and the page behind it. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { personal } from './testing/stimuli.ts';
import { Walker } from './testing/walker.ts';

let kiosk: Walker;

beforeEach(() => {
  kiosk = new Walker();
});

afterEach(() => {
  expect(kiosk.crash).toBeUndefined();
  kiosk.stop();
});

const toHome = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok'] as const;
const toInsertCard = [...toHome, 'CHOOSE balance'] as const;
const toReading = [...toInsertCard, 'readCard>CARD_INSERTED'] as const;
const toPin = [...toReading, 'readCard:gen3'] as const;
const toAsking = [...toPin, 'enterPin:ok'] as const;
const toBalance = [...toAsking, 'balanceInquiry:done'] as const;

const screen = () => kiosk.view.screen;

describe('time', () => {
  test('nobody there: after a minute the kiosk asks, half a minute later it ends and says why', async () => {
    await kiosk.do(...toInsertCard);
    expect(await kiosk.secondsUntilChange()).toBe(60);
    expect(screen()).toEqual({ name: 'still-there', secondsLeft: 30, ofSeconds: 30 });
    expect(await kiosk.secondsUntilChange()).toBe(30);
    await kiosk.do('endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'timeOut', card: 'none' });
    expect(kiosk.port.calls.find(({ name }) => name === 'endVisit')?.input).toMatchObject({ reason: 'timeOut' });
    await kiosk.wait();
    expect(screen().name).toBe('attract');
  });

  test('the question may be answered for ever, and leads back to where the person was', async () => {
    await kiosk.do(...toBalance, 'TOGGLE_AMOUNTS');
    for (let extension = 1; extension <= 12; extension += 1) {
      await kiosk.wait();
      expect(screen().name).toBe('still-there');
      await kiosk.do('STAY');
      expect(screen(), `after extension ${extension}`).toMatchObject({ name: 'balance', amounts: 'visible' });
    }
  });

  test('while the kiosk asks, nothing personal stays on the screen', async () => {
    await kiosk.do(...toBalance, 'TOGGLE_AMOUNTS');
    await kiosk.wait();
    expect(screen().name).toBe('still-there');
    expect(personal.filter((word) => JSON.stringify(kiosk.view).includes(word))).toEqual([]);
  });

  test('reading, a device and paper are not hurried, but not waited for without end either', async () => {
    await kiosk.do(...toReading);
    expect(await kiosk.secondsUntilChange()).toBe(90);
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'noAnswer', retry: 'sameCard' });
    await kiosk.do('RETRY', 'readCard:gen3');
    expect(await kiosk.secondsUntilChange(), 'the pad itself gives up after 60 s').toBe(90);
    expect(screen()).toMatchObject({ name: 'pin-problem', problem: 'noAnswer' });
    await kiosk.do('RETRY', 'enterPin:ok');
    expect(await kiosk.secondsUntilChange()).toBe(90);
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'noAnswer' });
    await kiosk.do('RETRY', 'readCard:gen3', 'enterPin:ok', 'balanceInquiry:done', 'PRINT');
    expect(await kiosk.secondsUntilChange()).toBe(60);
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'unknown', canRetry: false });
  });

  test('elder mode gives three times as long, from the moment it is chosen, for the question too', async () => {
    await kiosk.do(...toInsertCard, 'SET elder');
    expect(await kiosk.secondsUntilChange()).toBe(180);
    expect(screen()).toEqual({ name: 'still-there', secondsLeft: 90, ofSeconds: 90 });
    expect(await kiosk.secondsUntilChange()).toBe(90);
  });

  test.each([
    ['to choose', toHome, 60],
    ['to read', [...toHome, 'OPEN_INFORMATION'], 90],
    ['to look at a result', toBalance, 30],
  ] as const)('%s there is a time of its own', async (_name, path, seconds) => {
    await kiosk.do(...path);
    expect(await kiosk.secondsUntilChange()).toBe(seconds);
  });

  test('every tap and every step starts the time anew, a device that chatters does not', async () => {
    await kiosk.do(...toInsertCard);
    kiosk.clock.increment(50_000);
    await kiosk.do('SET english');
    expect(await kiosk.secondsUntilChange()).toBe(60);
    await kiosk.do('STAY');
    kiosk.clock.increment(50_000);
    await kiosk.do('SNAPSHOT');
    expect(await kiosk.secondsUntilChange()).toBe(10);
  });
});

test('whoever turns the pages of information before a visit is given the time to read them', async () => {
  kiosk.port.say({ services: [{ service: 'balance', available: false, reasons: ['bankCoreUnavailable'] }] });
  await kiosk.settled();
  await kiosk.do('OPEN_INFORMATION');
  expect(screen()).toMatchObject({ name: 'information', topic: 'branches' });
  const whole = await kiosk.secondsUntilChange();
  await kiosk.do('OPEN_INFORMATION');
  kiosk.clock.increment((whole - 10) * 1000);
  await kiosk.do('STAY');
  expect(await kiosk.secondsUntilChange()).toBe(whole);
});

describe('the kiosk behind it', () => {
  test('the language is changed in the middle: at once on the screen, told to the daemon, and gone with the visit', async () => {
    await kiosk.do(...toPin, 'SET english');
    expect(kiosk.view.preferences).toMatchObject({ language: 'en', contrast: 'high' });
    expect(kiosk.port.pending('setLanguage')?.input).toEqual({ visitId: 'visit-1', language: 'en' });
    expect(kiosk.port.pending('enterPin'), 'PIN entry goes on').toBeDefined();
    await kiosk.do('setLanguage:ok', 'END');
    await kiosk.untilRest();
    expect(kiosk.view.preferences).toMatchObject({ language: 'zh-Hans', contrast: 'normal' });
  });

  test('the page is loaded anew: the former visit is wound up before anybody is served', async () => {
    await kiosk.do('SNAPSHOT visit of before');
    expect(screen()).toMatchObject({ name: 'visit-ended', why: 'pageReloaded', settled: false, card: 'inserted' });
    await kiosk.do('TOUCH', 'CHOOSE balance');
    expect(kiosk.port.waiting, 'no visit begins').toEqual([]);
    kiosk.port.end('connectionLost', 'taken');
    await kiosk.settled();
    expect(screen().name).toBe('attract');
  });

  test('the daemon goes away in the middle: the visit is over, the person is told to look for the card', async () => {
    await kiosk.do(...toAsking, 'DISCONNECTED, then the calls');
    expect(screen()).toMatchObject({ name: 'visit-ended', why: 'connectionLost', card: 'unknown', settled: true });
    await kiosk.do('CLOSE');
    expect(screen()).toMatchObject({ name: 'out-of-service', disconnected: true });
    await kiosk.do('daemon restarted');
    expect(screen().name).toBe('attract');
  });

  test('the daemon goes away when the card was taken: nobody is sent to look for it', async () => {
    await kiosk.do(...toPin, 'END', 'returnCard:taken', 'DISCONNECTED, then the calls');
    expect(screen()).toMatchObject({ name: 'visit-ended', card: 'taken' });
  });

  test('a person is called during PIN entry: the code is told, the entry goes on underneath', async () => {
    await kiosk.do(...toPin, 'enterPin>PIN_READY', 'CALL_STAFF');
    expect(kiosk.port.pending('callStaff')?.input).toEqual({ visitId: 'visit-1', screen: 'enter-pin' });
    expect(screen()).toEqual({ name: 'call-staff', state: 'calling' });
    await kiosk.do('callStaff:ok', 'enterPin>PIN_KEY');
    expect(screen()).toEqual({ name: 'call-staff', state: 'called', caseCode: 'CASE-HELP' });
    await kiosk.do('CLOSE');
    expect(screen()).toMatchObject({ name: 'enter-pin', digits: 3 });
    expect(kiosk.view.staffCaseCode).toBe('CASE-HELP');
  });

  test('the opening takes too long: the screen is free again, and the visit that opens late is ended', async () => {
    await kiosk.do('SNAPSHOT', 'TOUCH');
    const [begin] = kiosk.port.waiting;
    expect(await kiosk.secondsUntilChange()).toBe(10);
    expect(screen()).toMatchObject({ name: 'attract', opening: false });
    kiosk.port.settle('beginVisit', ok({ visitId: 'visit-late', caseCode: 'CASE-LATE' }), begin);
    await kiosk.settled();
    expect(kiosk.port.pending('endVisit')?.input).toEqual({ visitId: 'visit-late', reason: 'abandoned' });
  });

  test('the daemon ends it, card in: the card is asked for at once, and then why is told', async () => {
    await kiosk.do(...toPin);
    kiosk.port.windUp('returningCard');
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'take-card', attention: 'normal' });
    kiosk.port.end('maintenance', 'taken');
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'visit-ended', why: 'maintenance', card: 'taken', settled: true });
  });

  test('the daemon ends it without a card, and does not come to an end: the person is let go', async () => {
    await kiosk.do('SNAPSHOT', 'TOUCH', 'beginVisit:ok');
    kiosk.port.windUp('ending');
    await kiosk.settled();
    expect(screen()).toEqual({ name: 'ending' });
    await kiosk.secondsUntilChange();
    expect(screen()).toMatchObject({ name: 'visit-ended', card: 'none' });
  });

  test('maintenance begins in the middle: the person is told, with the card', async () => {
    await kiosk.do(...toAsking, 'ENDED maintenance');
    expect(screen()).toMatchObject({ name: 'visit-ended', why: 'maintenance', card: 'taken', settled: true });
  });
});
