/** The document: which one, put there, read or refused, taken back. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { residentFacts } from './testing/stimuli.ts';
import { Walker } from './testing/walker.ts';

let kiosk: Walker;

beforeEach(() => {
  kiosk = new Walker();
});

afterEach(() => {
  expect(kiosk.crash).toBeUndefined();
  kiosk.stop();
});

const toChoosing = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE documentCheck'] as const;
const toPresenting = [...toChoosing, 'CHOOSE residentId'] as const;
const toRead = [...toPresenting, 'readDocument>holdStill', 'readDocument:resident'] as const;

const screen = () => kiosk.view.screen;

test('from choosing to the document back in the hand', async () => {
  await kiosk.do(...toChoosing);
  expect(screen()).toMatchObject({
    name: 'choose-document',
    documents: expect.arrayContaining([
      { choice: 'residentId', state: 'ready', reader: 'identityReader' },
      { choice: 'passport', state: 'unavailable', reader: 'passportReader' },
      { choice: 'exitEntryPermit', state: 'elsewhere' },
    ]),
  });
  expect(kiosk.view.step).toEqual({ now: 1, of: 4 });
  await kiosk.do('CHOOSE residentId');
  expect(screen()).toEqual({
    name: 'present-document',
    choice: 'residentId',
    reader: 'identityReader',
    hint: 'present',
  });
  await kiosk.do('readDocument>holdStill');
  expect(screen()).toMatchObject({ name: 'present-document', hint: 'holdStill' });
  await kiosk.do('readDocument:resident');
  expect(screen()).toEqual({
    name: 'document-read',
    choice: 'residentId',
    facts: residentFacts,
    reader: 'identityReader',
  });
  await kiosk.do('CONTINUE');
  expect(screen()).toEqual({
    name: 'take-document',
    reader: 'identityReader',
    attention: 'normal',
    sensed: false,
    ofSeconds: 30,
    next: 'home',
  });
  await kiosk.do('takeBackDocument:taken');
  expect(screen().name).toBe('home');
});

test('whoever puts the document down without choosing has chosen', async () => {
  await kiosk.do(...toChoosing, 'readDocument>holdStill');
  expect(screen()).toEqual({ name: 'present-document', reader: 'identityReader', hint: 'holdStill' });
  await kiosk.do('readDocument:resident');
  expect(screen().name).toBe('document-read');
});

test('a document that is not read here: said before anything starts, and there is a way back', async () => {
  await kiosk.do(...toChoosing, 'CHOOSE exitEntryPermit');
  expect(screen()).toEqual({
    name: 'document-elsewhere',
    document: { choice: 'exitEntryPermit', state: 'elsewhere' },
    elsewhere: ['branch', 'bankHotline'],
  });
  await kiosk.do('BACK', 'CHOOSE passport');
  expect(screen()).toMatchObject({ name: 'document-elsewhere', elsewhere: ['later', 'branch', 'bankHotline'] });
  await kiosk.do('BACK', 'BACK');
  expect(screen().name).toBe('home');
  expect(kiosk.port.waiting, 'no reader listens any more').toEqual([]);
});

test('it has to be lifted and put down again', async () => {
  await kiosk.do(...toPresenting, 'readDocument>holdStill', 'readDocument>lift');
  expect(screen()).toMatchObject({ name: 'present-document', hint: 'lift' });
  await kiosk.do('readDocument>holdStill', 'readDocument:resident');
  expect(screen().name).toBe('document-read');
});

describe('a document that cannot be used', () => {
  test('unreadable: the same one may be tried again, three times in all', async () => {
    await kiosk.do(...toPresenting, 'readDocument:documentUnreadable');
    expect(screen()).toEqual({
      name: 'document-problem',
      problem: 'documentUnreadable',
      reader: 'identityReader',
      retry: 'sameDocument',
      caseCode: 'CASE-0003',
    });
    await kiosk.do('RETRY');
    expect(screen()).toMatchObject({ name: 'present-document', choice: 'residentId', hint: 'present' });
    await kiosk.do('readDocument:documentUnreadable', 'RETRY', 'readDocument:documentUnreadable');
    expect(screen()).toMatchObject({ name: 'document-problem', retry: 'none' });
    expect(kiosk.view.actions).not.toContain('RETRY');
  });

  test('expired: another one may be chosen', async () => {
    await kiosk.do(...toPresenting, 'readDocument:documentExpired', 'RETRY');
    expect(screen().name).toBe('choose-document');
  });

  test('refused, and it lies there still: it is asked for before the kiosk goes home', async () => {
    await kiosk.do(...toPresenting, 'readDocument:documentInvalid', 'BACK');
    expect(screen()).toMatchObject({ name: 'take-document', next: 'home' });
  });

  test('nothing was ever put there: nothing is asked for', async () => {
    await kiosk.do(...toPresenting, 'readDocument:readerUnavailable');
    expect(screen()).not.toHaveProperty('reader');
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
  });

  test('a reading that never ends is given up', async () => {
    await kiosk.do(...toPresenting, 'readDocument>holdStill');
    expect(await kiosk.secondsUntilChange()).toBe(60);
    expect(screen()).toMatchObject({ name: 'document-problem', problem: 'noAnswer', retry: 'sameDocument' });
  });
});

describe('taking it back', () => {
  test('the reader sees it lie there: called for twice, the second time louder; then the visit ends and says so', async () => {
    await kiosk.do(...toRead, 'CONTINUE', 'takeBackDocument>normal');
    expect(screen()).toMatchObject({ attention: 'normal', sensed: true, secondsLeft: 30 });
    kiosk.clock.increment(1_000);
    expect(screen()).toMatchObject({ secondsLeft: 29 });
    await kiosk.do('takeBackDocument>louder');
    expect(screen()).toMatchObject({ attention: 'louder', secondsLeft: 30 });
    await kiosk.do('takeBackDocument:leftBehind', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', documentAt: 'identityReader', why: 'timeOut' });
    expect(await kiosk.secondsUntilChange(), 'time to come back').toBe(90);
  });

  test('the reader cannot tell: the person says so', async () => {
    await kiosk.do(...toRead, 'CONTINUE', 'takeBackDocument:notSensed');
    expect(screen()).toMatchObject({ attention: 'normal', sensed: false, secondsLeft: 30 });
    await kiosk.do('CONTINUE');
    expect(screen().name).toBe('home');
  });

  test('the reader cannot tell and nobody says anything: louder, then the visit ends', async () => {
    await kiosk.do(...toRead, 'CONTINUE', 'takeBackDocument:notSensed');
    for (let second = 0; second < 30; second += 1) kiosk.clock.increment(1_000);
    expect(screen()).toMatchObject({ attention: 'louder', secondsLeft: 30 });
    expect(await kiosk.secondsUntilChange()).toBe(30);
    await kiosk.do('endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', documentAt: 'identityReader', why: 'timeOut' });
  });

  test('END while it lies there: it is asked for on the way out, once', async () => {
    await kiosk.do(...toRead, 'END');
    expect(screen()).toMatchObject({ name: 'take-document', next: 'end' });
    await kiosk.do('takeBackDocument:taken', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'completed' });
    expect(screen()).not.toHaveProperty('documentAt');
  });

  test('nobody is there after reading: asked, ended, called for', async () => {
    await kiosk.do(...toRead);
    await kiosk.wait();
    expect(screen().name).toBe('still-there');
    await kiosk.wait();
    expect(screen()).toMatchObject({ name: 'take-document', next: 'end' });
  });

  test('the daemon goes away: the person is told to look for the document', async () => {
    await kiosk.do(...toRead, 'DISCONNECTED, then the calls');
    expect(screen()).toMatchObject({ name: 'visit-ended', documentAt: 'identityReader' });
  });
});
