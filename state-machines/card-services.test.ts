/** Unfreezing, activation, PIN and "where is my card" as people meet them: one test per symptom. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { cardOf, foundOf, offerOf, presented } from './testing/card-act-answers.ts';
import { Walker } from './testing/walker.ts';

let kiosk: Walker;

beforeEach(() => {
  kiosk = new Walker();
});

afterEach(() => {
  expect(kiosk.crash).toBeUndefined();
  kiosk.stop();
});

const begin = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok'] as const;
const identified = ['readDocument>holdStill', 'readDocument:resident', 'takeBackDocument:taken'] as const;
const withCard = (service: string) =>
  [...begin, `CHOOSE ${service}`, ...identified, 'readCard>CARD_INSERTED', 'readCard:gen3'] as const;
const found = (service: string) => [...withCard(service), 'findCards:presented'] as const;

const screen = () => kiosk.view.screen;
const input = (name: 'findCards' | 'act' | 'readCard' | 'check') => kiosk.port.pending(name)?.input;

describe('unfreezing', () => {
  test('document, then the card, read although it is frozen; meaning, PIN, text, yes', async () => {
    await kiosk.do(...begin, 'CHOOSE unfreeze');
    expect(screen(), 'nobody is asked whose card it is').toMatchObject({ name: 'choose-document' });
    expect(kiosk.view.step).toEqual({ now: 1, of: 6 });
    await kiosk.do(...identified);
    expect(screen()).toEqual({ name: 'insert-card', reader: 'motor' });
    expect(kiosk.view.step).toEqual({ now: 2, of: 6 });
    expect(input('readCard')).toMatchObject({ purpose: 'act' });
    await kiosk.do('readCard>CARD_INSERTED', 'readCard:gen3');
    expect(input('findCards')).toMatchObject({ cardEvidence: 'evidence-secret', forWhom: 'self' });
    await kiosk.do('findCards:presented');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'unfreeze' });
    await kiosk.do('CONTINUE', 'check:ok');
    expect(screen()).toEqual({ name: 'consent', text: 'unfreeze-1', now: 1, of: 1 });
    await kiosk.do('CONTINUE', 'CONFIRM');
    expect(input('act')).toMatchObject({
      act: 'unfreeze',
      cardEvidence: 'evidence-secret',
      consents: [{ text: 'unfreeze-1', choice: 'agreed' }],
    });
    await kiosk.do('act:done', 'DONE');
    expect(screen()).toMatchObject({ name: 'take-card', next: 'end' });
  });

  test('a replacement was requested: refused with that reason, and the card comes back', async () => {
    await kiosk.do(...withCard('unfreeze'));
    const acts = [offerOf('unfreeze', { allowed: false, reason: 'replacementRequested', card: true })];
    kiosk.port.settle('findCards', ok(foundOf([cardOf({ presented: true, acts })])));
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'act-refused', reason: 'replacementRequested' });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'take-card', next: 'home' });
    await kiosk.do('returnCard:taken');
    expect(screen().name).toBe('home');
  });

  test('of several cards it is about the one that was put in', async () => {
    await kiosk.do(...withCard('unfreeze'));
    kiosk.port.settle('findCards', ok(foundOf([cardOf({ cardId: 'card-9', acts: [] }), presented])));
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'act-meaning', card: { cardId: 'card-1' } });
  });

  test('the card is pulled in the middle: put in again, and what was begun is begun again', async () => {
    await kiosk.do(...found('unfreeze'), 'CONTINUE', 'CARD_REMOVED');
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'cardRemoved', retry: 'insertAgain' });
    expect(kiosk.port.pending('check'), 'the check is let go').toBeUndefined();
    await kiosk.do('RETRY', 'readCard>CARD_INSERTED', 'readCard:gen3', 'findCards:presented');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'unfreeze' });
  });

  test('the card is pulled while it is done: it is done all the same', async () => {
    await kiosk.do(...found('unfreeze'), 'CONTINUE', 'check:ok', 'CONTINUE', 'CONFIRM', 'CARD_REMOVED');
    expect(screen().name).toBe('acting');
    await kiosk.do('act:done');
    expect(screen()).toMatchObject({ name: 'act-result', cardIn: false });
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
  });

  test('a card that cannot be read: as everywhere', async () => {
    await kiosk.do(...begin, 'CHOOSE unfreeze', ...identified, 'readCard:cardMute');
    expect(screen()).toMatchObject({ name: 'card-problem', problem: 'cardMute', retry: 'insertAgain' });
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
  });

  test('elder mode asks who is on the telephone; "somebody" stops it, and a person is called', async () => {
    await kiosk.do(...begin, 'SET elder', ...found('unfreeze').slice(3), 'CONTINUE', 'check:ok', 'CONTINUE');
    expect(screen()).toEqual({ name: 'caller-question' });
    await kiosk.do('ANSWER yes');
    expect(screen()).toEqual({ name: 'stopped', state: 'calling' });
    expect(kiosk.port.pending('callStaff')?.input).toEqual({ visitId: 'visit-1', screen: 'stopped' });
    await kiosk.do('callStaff:ok');
    expect(screen()).toEqual({ name: 'stopped', state: 'called', caseCode: 'CASE-HELP' });
    expect(kiosk.port.calls.map(({ name }) => name)).not.toContain('act');
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'take-card', next: 'home' });
  });

  test('elder mode chosen on the way counts too', async () => {
    await kiosk.do(...found('unfreeze'), 'SET elder', 'CONTINUE', 'check:ok', 'CONTINUE');
    expect(screen()).toEqual({ name: 'caller-question' });
    await kiosk.do('ANSWER no');
    expect(screen()).toMatchObject({ name: 'confirm-act' });
  });

  test('a face is looked at only with its own agreement, and another way is open', async () => {
    await kiosk.do(...withCard('unfreeze'));
    const acts = [offerOf('unfreeze', { card: true, checks: ['face', 'staff'] })];
    kiosk.port.settle('findCards', ok(foundOf([cardOf({ presented: true, acts })])));
    await kiosk.settled();
    await kiosk.do('CONTINUE');
    expect(screen()).toMatchObject({ name: 'consent', text: 'face-1' });
    await kiosk.do('DECLINE');
    expect(screen()).toMatchObject({ name: 'choose-check', checks: ['staff'] });
    await kiosk.do('BY face');
    expect(screen()).toMatchObject({ name: 'consent', text: 'face-1' });
    await kiosk.do('CONTINUE');
    expect(screen()).toMatchObject({ name: 'check-face' });
    await kiosk.do('check:ok', 'CONFIRM');
    expect(input('act')).toMatchObject({ consents: [{ text: 'face-1', choice: 'agreed' }] });
  });
});

describe('starting to use a card', () => {
  test('two switches: social security is on, the bank is an offer; one after the other, each with its own result', async () => {
    await kiosk.do(...found('activation'));
    expect(screen()).toMatchObject({
      name: 'choose-functions',
      functions: [
        { act: 'enableSocial', chosen: true },
        { act: 'activate', chosen: false },
      ],
    });
    await kiosk.do('TOGGLE activate', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'enableSocial' });
    await kiosk.do('CONTINUE', 'CONFIRM', 'act:done');
    expect(screen()).toMatchObject({ name: 'act-result', act: 'enableSocial', next: 'activate' });
    await kiosk.do('CONTINUE');
    expect(input('readCard'), 'what was read of the card is used up; the card is still in').toBeDefined();
    expect(screen().name).toBe('reading-card');
    await kiosk.do('readCard:gen3', 'findCards:started');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'activate' });
    await kiosk.do('CONTINUE', 'check:ok', 'CONTINUE', 'enterNewPin>PIN_READY', 'enterNewPin>PIN_KEY');
    expect(screen()).toMatchObject({ name: 'new-pin', round: 1, digits: 3 });
    await kiosk.do('enterNewPin>PIN_ROUND');
    expect(screen()).toMatchObject({ name: 'new-pin', round: 2, digits: 0 });
    await kiosk.do('enterNewPin:ok', 'CONFIRM');
    expect(input('act')).toMatchObject({ act: 'activate', newPinEvidence: 'new-pin-evidence-secret' });
    await kiosk.do('act:done');
    expect(screen()).not.toHaveProperty('next');
  });

  test('neither is needed for the other: both may be off, and then there is nothing to go on with', async () => {
    await kiosk.do(...found('activation'));
    expect(kiosk.view.actions).toContain('CONTINUE');
    await kiosk.do('TOGGLE enableSocial');
    expect(kiosk.view.actions).not.toContain('CONTINUE');
    await kiosk.do('TOGGLE activate', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'activate' });
  });

  test('what is on already cannot be switched, and says so when touched', async () => {
    await kiosk.do(...withCard('activation'), 'findCards:started');
    expect(screen()).toMatchObject({
      functions: [{ act: 'enableSocial', refusal: 'alreadyDone', chosen: false }, { act: 'activate' }],
    });
    kiosk.send({ type: 'CHOOSE_ACT', act: 'enableSocial' });
    expect(screen()).toMatchObject({ name: 'act-refused', reason: 'alreadyDone' });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'choose-functions' });
  });

  test('back from the second one: what was done is no longer among what may be done', async () => {
    await kiosk.do(...found('activation'), 'TOGGLE activate', 'CONTINUE', 'CONTINUE', 'CONFIRM', 'act:done');
    await kiosk.do('CONTINUE', 'readCard:gen3', 'findCards:started', 'BACK');
    expect(screen()).toMatchObject({
      functions: [
        { act: 'enableSocial', refusal: 'alreadyDone', chosen: false },
        { act: 'activate', chosen: false },
      ],
    });
  });
});

describe('the PIN', () => {
  test('four things to choose from; what this machine does not do is for the counter, and says so', async () => {
    await kiosk.do(...found('pin'));
    expect(screen()).toMatchObject({
      name: 'choose-act',
      acts: [
        { act: 'changePin' },
        { act: 'resetPin' },
        { act: 'changeCardPin' },
        { act: 'unlockSocialPin', refusal: 'notOffered' },
      ],
    });
    await kiosk.do('CHOOSE unlockSocialPin');
    expect(screen()).toMatchObject({ name: 'act-refused', act: 'unlockSocialPin', reason: 'notOffered' });
    await kiosk.do('BACK');
    expect(screen().name).toBe('choose-act');
  });

  test('changed: the old one, the new one twice, yes; nobody is asked about the telephone', async () => {
    await kiosk.do(...found('pin'), 'CHOOSE changePin', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'check-pin', cardIn: true });
    await kiosk.do('check:ok', 'enterNewPin:ok');
    expect(screen()).toMatchObject({ name: 'confirm-act', act: 'changePin' });
  });

  describe("the card's own", () => {
    const entering = [...found('pin'), 'CHOOSE changeCardPin', 'CONTINUE', 'CONFIRM'] as const;

    test('is entered after the yes, and nothing is asked between its last key and the chip', async () => {
      await kiosk.do(...found('pin'), 'CHOOSE changeCardPin', 'CONTINUE');
      expect(screen()).toMatchObject({ name: 'confirm-act', act: 'changeCardPin' });
      await kiosk.do('CONFIRM');
      expect(screen()).toMatchObject({ name: 'new-pin', of: 'card', round: 0, cardIn: true });
      await kiosk.do('enterNewPin>PIN_READY', 'enterNewPin>PIN_KEY', 'enterNewPin>PIN_ROUND');
      expect(screen()).toMatchObject({ name: 'new-pin', of: 'card', round: 2, digits: 0 });
      await kiosk.do('enterNewPin:ok');
      expect(screen()).toMatchObject({ name: 'acting', act: 'changeCardPin', legs: ['social'] });
      expect(input('act')).toMatchObject({ newPinEvidence: 'new-pin-evidence-secret', confirmations: 1 });
    });

    test('wrong: asked for once more, with the tries that the chip has left; before the last one the person decides', async () => {
      await kiosk.do(...entering, 'enterNewPin:wrongPin2', 'pinRound>first');
      expect(screen()).toMatchObject({ name: 'new-pin', round: 0, again: 'wrongPin', triesLeft: 2 });
      await kiosk.do('enterNewPin:wrongPin1');
      expect(screen()).toMatchObject({ name: 'act-problem', problem: 'lastCardTry', triesLeft: 1, retry: 'again' });
      await kiosk.do('RETRY');
      expect(screen()).toMatchObject({ name: 'new-pin', round: 0, again: 'wrongPin', triesLeft: 1 });
      await kiosk.do('enterNewPin:cardPinLocked');
      expect(screen()).toMatchObject({ name: 'act-problem', problem: 'cardPinLocked', retry: 'none' });
    });

    test('a new one that cannot be taken: why, and another', async () => {
      await kiosk.do(...entering, 'pinRound>weak');
      expect(screen()).toMatchObject({ name: 'new-pin', of: 'card', round: 1, again: 'weakPin', ready: false });
      await kiosk.do('enterNewPin:newPinRefused');
      expect(screen()).toMatchObject({ name: 'act-problem', problem: 'newPinRefused', retry: 'again' });
    });

    test('pulled while it is entered: nothing more of it, and the card is asked for again', async () => {
      await kiosk.do(...entering, 'CARD_REMOVED');
      expect(screen()).toMatchObject({ name: 'card-problem', problem: 'cardRemoved' });
      expect(kiosk.port.waiting.map(({ name }) => name)).not.toContain('enterNewPin');
    });
  });

  test('forgotten: a code, the new one twice, the staff, the question about the telephone, yes twice', async () => {
    await kiosk.do(...found('pin'), 'CHOOSE resetPin', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'check-code' });
    await kiosk.do('check:ok');
    expect(screen()).toMatchObject({ name: 'new-pin', round: 1 });
    await kiosk.do('enterNewPin:ok');
    expect(screen()).toMatchObject({ name: 'check-staff', purpose: 'approval' });
    await kiosk.do('check:ok');
    expect(screen()).toEqual({ name: 'caller-question' });
    await kiosk.do('ANSWER no', 'CONFIRM');
    expect(screen()).toMatchObject({ name: 'confirm-again' });
  });

  test('the pad is stopped: nothing is changed, and it may be entered again', async () => {
    await kiosk.do(...found('pin'), 'CHOOSE changePin', 'CONTINUE', 'check:ok', 'enterNewPin:pinTooShort');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'pinTooShort', retry: 'again' });
    await kiosk.do('RETRY');
    expect(screen()).toMatchObject({ name: 'new-pin', round: 1, ready: false });
  });
});

describe('where is my card', () => {
  const toAsked = [...begin, 'CHOOSE progress', ...identified] as const;

  test('every card with both sides, and how far one is that is being made', async () => {
    await kiosk.do(...toAsked, 'findCards:two');
    expect(screen()).toEqual({ name: 'asking', cardManagement: true, bankCore: false });
    await kiosk.do('progress:making');
    expect(screen()).toMatchObject({
      name: 'my-cards',
      cards: [{ last4: '0001' }, { last4: '0002' }],
      applications: [{ progress: 9 }],
    });
    await kiosk.do('DONE', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'completed' });
  });

  test('no card yet, but one is being made', async () => {
    await kiosk.do(...toAsked, 'findCards:none', 'progress:making');
    expect(screen()).toMatchObject({ name: 'my-cards', cards: [] });
  });

  test('neither', async () => {
    await kiosk.do(...toAsked, 'findCards:none', 'progress:none');
    expect(screen()).toMatchObject({ name: 'no-cards' });
  });

  test('how far it is was not answered: the cards are shown, and it may be asked again', async () => {
    await kiosk.do(...toAsked, 'findCards:one', 'progress:hostUnavailable');
    expect(screen()).toMatchObject({ name: 'my-cards', cards: [{ last4: '0001' }] });
    expect(screen()).not.toHaveProperty('applications');
    await kiosk.do('RETRY', 'progress:making');
    expect(screen()).toMatchObject({ applications: [{ progress: 9 }] });
  });
});
