/** The loss report as people meet it: one test per symptom. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { err, ok } from '#protocol/result.ts';
import { cardOf, foundOf, offerOf } from './testing/card-act-answers.ts';
import { Walker } from './testing/walker.ts';

let kiosk: Walker;

beforeEach(() => {
  kiosk = new Walker();
});

afterEach(() => {
  expect(kiosk.crash).toBeUndefined();
  kiosk.stop();
});

const toWhom = ['SNAPSHOT', 'TOUCH', 'beginVisit:ok', 'CHOOSE lossReport'] as const;
const toDocument = [...toWhom, 'FOR self'] as const;
const toFinding = [...toDocument, 'readDocument>holdStill', 'readDocument:resident', 'takeBackDocument:taken'] as const;
const toCheck = [...toFinding, 'findCards:one'] as const;
const toConfirm = [...toCheck, 'check:ok'] as const;
const toActing = [...toConfirm, 'CONFIRM'] as const;
const toResult = [...toActing, 'act:done'] as const;

const screen = () => kiosk.view.screen;
const input = (name: string) => kiosk.port.pending(name as 'act')?.input;

describe('a lost card', () => {
  test('is frozen: whose, document, who stands here, one yes, both sides, slip, home', async () => {
    await kiosk.do(...toWhom);
    expect(screen()).toEqual({ name: 'for-whom' });
    expect(kiosk.view.step).toEqual({ now: 1, of: 5 });
    await kiosk.do('FOR self');
    expect(screen()).toMatchObject({ name: 'choose-document' });
    expect(screen()).not.toHaveProperty('whose');
    expect(kiosk.view.step).toEqual({ now: 1, of: 5 });
    await kiosk.do('readDocument>holdStill');
    expect(screen()).toMatchObject({ name: 'present-document', hint: 'holdStill' });
    await kiosk.do('readDocument:resident');
    expect(screen()).toMatchObject({ name: 'take-document', next: 'goOn' });
    await kiosk.do('takeBackDocument:taken');
    expect(screen()).toEqual({ name: 'asking', cardManagement: true, bankCore: true });
    expect(input('findCards')).toEqual({
      visitId: 'visit-1',
      documentEvidence: 'evidence-secret',
      forWhom: 'self',
    });
    await kiosk.do('findCards:one');
    expect(screen(), 'one card: no list').toEqual({ name: 'check-pin', ready: false, digits: 0, cardIn: false });
    expect(kiosk.view.step).toEqual({ now: 3, of: 5 });
    expect(input('check')).toMatchObject({
      holder: 'holder-secret',
      cardId: 'card-1',
      act: 'temporaryLoss',
      kind: 'bankPin',
    });
    await kiosk.do('check>PIN_READY', 'check>PIN_KEY');
    expect(screen()).toMatchObject({ ready: true, digits: 3, minDigits: 6 });
    await kiosk.do('check:ok');
    expect(screen()).toMatchObject({
      name: 'confirm-act',
      act: 'temporaryLoss',
      card: { last4: '0001', class: 'gen3' },
      legs: ['social', 'financial'],
      days: { social: 7, financial: 15 },
      nameMasked: '**SECRETNAME',
    });
    await kiosk.do('CONFIRM');
    expect(screen()).toEqual({ name: 'acting', act: 'temporaryLoss', legs: ['social', 'financial'], cardIn: false });
    expect(kiosk.view.actions).toEqual(['CALL_STAFF', 'SET_PREFERENCE']);
    expect(input('act')).toEqual({
      visitId: 'visit-1',
      holder: 'holder-secret',
      cardId: 'card-1',
      act: 'temporaryLoss',
      checkEvidence: 'check-evidence-secret',
      consents: [{ text: 'temporaryLoss-1', choice: 'agreed' }],
      confirmations: 1,
    });
    await kiosk.do('act:done');
    expect(screen()).toMatchObject({
      name: 'act-result',
      social: { state: 'done', status: 'tempLost' },
      financial: { state: 'done', status: 'tempLost' },
      offer: 'formalLoss',
      canRetry: false,
      print: { state: 'offered' },
    });
    await kiosk.do('PRINT', 'print:done');
    expect(screen()).toMatchObject({ name: 'print-result', outcome: 'done' });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'act-result', print: { state: 'printed' } });
    await kiosk.do('DONE', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'completed' });
  });

  test('takes at most six touches after the document is there, on the longest of the quick ways', async () => {
    await kiosk.do(...toDocument, 'readDocument>holdStill', 'readDocument:resident', 'takeBackDocument:notSensed');
    const touches = ['CONTINUE', 'CHOOSE card-1', 'OTHER_WAY', 'BY oneTimeCode', 'CONFIRM'];
    expect(touches.length).toBeLessThanOrEqual(6);
    await kiosk.do('CONTINUE', 'findCards:two', 'CHOOSE card-1', 'OTHER_WAY', 'BY oneTimeCode');
    await kiosk.do('check>CODE_SENT', 'check:ok', 'CONFIRM', 'act:done');
    expect(screen()).toMatchObject({ name: 'act-result' });
  });

  test('several: one is chosen, and the list is there again on the way back', async () => {
    await kiosk.do(...toFinding, 'findCards:two');
    expect(screen()).toMatchObject({
      name: 'choose-card',
      cards: [
        { cardId: 'card-1', last4: '0001' },
        { cardId: 'card-2', last4: '0002' },
      ],
      cardManagement: 'answered',
    });
    expect(JSON.stringify(screen())).not.toContain('acts');
    await kiosk.do('CHOOSE card-2');
    expect(screen()).toMatchObject({ name: 'check-code' });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'choose-act', card: { last4: '0002' } });
    await kiosk.do('BACK');
    expect(screen()).toMatchObject({ name: 'choose-card' });
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
  });

  test('frozen for now already: the formal report is offered, the temporary one says why not', async () => {
    await kiosk.do(...toFinding, 'findCards:frozen');
    expect(screen()).toMatchObject({
      name: 'choose-act',
      acts: [{ act: 'temporaryLoss', refusal: 'alreadyDone' }, { act: 'formalLoss' }],
    });
    await kiosk.do('CHOOSE temporaryLoss');
    expect(screen()).toMatchObject({ name: 'act-refused', act: 'temporaryLoss', reason: 'alreadyDone' });
    await kiosk.do('BACK', 'CHOOSE formalLoss');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'formalLoss' });
  });

  test('no way to show who stands here: nothing is filed, and the reference is told', async () => {
    await kiosk.do(...toFinding, 'findCards:noCheck');
    expect(screen()).toMatchObject({
      name: 'act-refused',
      service: 'lossReport',
      reason: 'noCheckPossible',
      caseCode: 'CASE-0004',
    });
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
    expect(kiosk.port.calls.map(({ name }) => name)).not.toContain('act');
  });

  test('the person has no card: said, with who was asked', async () => {
    await kiosk.do(...toFinding, 'findCards:none');
    expect(screen()).toMatchObject({ name: 'no-cards', cardManagement: 'answered', bankCore: 'answered' });
  });

  test('an offer with a text that this face cannot show is not taken', async () => {
    await kiosk.do(...toFinding);
    const offer = offerOf('temporaryLoss', { consents: ['temporaryLoss-99'] });
    kiosk.port.settle('findCards', ok(foundOf([cardOf({ acts: [offer] })])));
    await kiosk.settled();
    expect(screen()).toMatchObject({ name: 'act-refused', reason: 'notOffered' });
  });

  test('nothing was changed: the goodbye may say so; something was: it may not', async () => {
    await kiosk.do(...toConfirm, 'END', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'cancelled' });
    await kiosk.untilRest();
    await kiosk.do('TOUCH', 'beginVisit:ok', 'CHOOSE lossReport', ...toResult.slice(4), 'BACK');
    expect(screen().name).toBe('home');
    await kiosk.do('END', 'endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'completed' });
  });
});

describe('whose card it is', () => {
  test("somebody else's: which papers to bring, and back", async () => {
    await kiosk.do(...toWhom, 'FOR other');
    expect(screen()).toEqual({ name: 'for-somebody-else' });
    await kiosk.do('BACK');
    expect(screen()).toEqual({ name: 'for-whom' });
    await kiosk.do('BACK');
    expect(screen().name).toBe('home');
  });

  test("a child's: the child's document, then the parent's own, each taken back", async () => {
    await kiosk.do(...toWhom, 'FOR child');
    expect(screen()).toMatchObject({ name: 'choose-document', whose: 'child' });
    await kiosk.do('CHOOSE residentId');
    expect(screen()).toMatchObject({ name: 'present-document', whose: 'child' });
    kiosk.port.settle(
      'readDocument',
      ok({ documentEvidence: 'child-document', document: (await import('./testing/stimuli.ts')).residentFacts }),
    );
    await kiosk.settled();
    await kiosk.do('takeBackDocument:taken');
    expect(screen()).toMatchObject({ name: 'choose-document', whose: 'parent' });
    await kiosk.do('readDocument>holdStill', 'readDocument:resident', 'takeBackDocument:taken');
    expect(input('findCards')).toEqual({
      visitId: 'visit-1',
      documentEvidence: 'child-document',
      agentEvidence: 'evidence-secret',
      forWhom: 'child',
    });
  });

  test('back from the document asks again whose it is; a document that lies there goes back first', async () => {
    await kiosk.do(...toDocument, 'BACK');
    expect(screen()).toEqual({ name: 'for-whom' });
    await kiosk.do('FOR self', 'readDocument>holdStill', 'readDocument:documentExpired', 'BACK');
    expect(screen()).toMatchObject({ name: 'take-document', next: 'home' });
    await kiosk.do('takeBackDocument:taken');
    expect(screen().name).toBe('home');
  });

  test('the document is left there: it is called for, then the visit ends and says so', async () => {
    await kiosk.do(...toDocument, 'readDocument>holdStill', 'readDocument:resident', 'takeBackDocument:leftBehind');
    await kiosk.do('endVisit:ok');
    expect(screen()).toMatchObject({ name: 'goodbye', why: 'timeOut', documentAt: 'identityReader' });
  });
});

describe('who stands here', () => {
  test('a wrong PIN: asked again with the tries left; before the last the person decides', async () => {
    await kiosk.do(...toCheck, 'check:wrongPin2');
    expect(screen()).toMatchObject({ name: 'check-pin', again: 'wrongPin', triesLeft: 2 });
    await kiosk.do('check:wrongPin1');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'lastTry', retry: 'again', triesLeft: 1 });
    await kiosk.do('RETRY');
    expect(screen()).toMatchObject({ name: 'check-pin', triesLeft: 1 });
    await kiosk.do('check:wrongPin0');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'pinLocked', retry: 'none' });
    await kiosk.do('OTHER_WAY');
    expect(screen()).toMatchObject({
      name: 'choose-check',
      checks: ['oneTimeCode', 'staff'],
      phoneMasked: '138******17',
    });
  });

  test('a code: to which number, sent again after the wait, wrong with tries left, entered on the pad', async () => {
    await kiosk.do(...toFinding, 'findCards:byCode');
    expect(screen()).toEqual({ name: 'check-code', ready: false, digits: 0, cardIn: false });
    expect(kiosk.view.actions, 'one way only').not.toContain('OTHER_WAY');
    await kiosk.do('check>CODE_SENT', 'check>PIN_READY', 'check>PIN_KEY');
    expect(screen()).toMatchObject({ phoneMasked: '138******17', secondsLeft: 300, resendInSeconds: 60, digits: 3 });
    expect(kiosk.view.actions).not.toContain('RESEND');
    for (let second = 0; second < 60; second += 1) kiosk.clock.increment(1_000);
    expect(screen()).toMatchObject({ secondsLeft: 240, resendInSeconds: 0 });
    await kiosk.do('RESEND');
    expect(input('check')).toMatchObject({ kind: 'oneTimeCode', resend: true });
    await kiosk.do('check:wrongCode2');
    expect(screen()).toMatchObject({ name: 'check-code', again: 'wrongCode', triesLeft: 2 });
    expect(input('check'), 'the one on its way is taken').not.toHaveProperty('resend');
    await kiosk.do('check:codeExpired');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'codeExpired', retry: 'resend' });
    await kiosk.do('RETRY');
    expect(input('check')).toMatchObject({ resend: true });
  });

  test('the staff: called, counted down, and who was let in by them is not asked for them again', async () => {
    await kiosk.do(...toFinding, 'findCards:frozen', 'CHOOSE formalLoss', 'CONTINUE', 'OTHER_WAY', 'BY staff');
    expect(screen()).toMatchObject({ name: 'check-staff', purpose: 'check' });
    await kiosk.do('check>STAFF_CALLED');
    expect(screen()).toMatchObject({ secondsLeft: 120, ofSeconds: 120 });
    kiosk.clock.increment(1_000);
    expect(screen()).toMatchObject({ secondsLeft: 119, ofSeconds: 120 });
    await kiosk.do('check:ok', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'confirm-act' });
  });

  test('a staff card: its PIN, a wrong one, a wait, the card back', async () => {
    await kiosk.do(...toFinding, 'findCards:frozen', 'CHOOSE formalLoss', 'CONTINUE', 'OTHER_WAY', 'BY staff');
    await kiosk.do('check>STAFF_CALLED', 'check>PIN_READY', 'check>PIN_KEY');
    expect(screen()).toMatchObject({ name: 'staff-pin', ready: true, digits: 3 });
    await kiosk.do('staffCard>take');
    expect(screen(), 'a countdown of its own').toMatchObject({ secondsLeft: 30, ofSeconds: 30 });
    await kiosk.do('check>PIN_READY', 'staffCard>wrongPin');
    expect(screen(), 'the pad is shut until it says that it listens').toMatchObject({ ready: false, digits: 0 });
    await kiosk.do('check>PIN_READY');
    expect(screen()).toMatchObject({ name: 'staff-pin', again: 'wrongPin', ready: true, digits: 0 });
    await kiosk.do('staffCard>wrongPin', 'staffCard>locked');
    kiosk.clock.increment(1_000);
    expect(screen()).toEqual({ name: 'staff-locked', secondsLeft: 14, ofSeconds: 15 });
    await kiosk.do('check>PIN_READY', 'staffCard>take');
    expect(screen()).toMatchObject({ name: 'staff-take-card', unreadable: false, secondsLeft: 30, ofSeconds: 30 });
    await kiosk.do('check>STAFF_CALLED');
    expect(screen(), 'somebody else may still come').toMatchObject({ name: 'check-staff', secondsLeft: 120 });
    await kiosk.do('staffCard>unreadable', 'staffCard>take');
    expect(screen()).toMatchObject({ name: 'staff-take-card', unreadable: true });
    await kiosk.do('check:ok', 'CONTINUE');
    expect(screen()).toMatchObject({ name: 'confirm-act' });
  });

  test('the check may be answered in another way at any time, and the first is let go', async () => {
    await kiosk.do(...toCheck);
    const [pad] = kiosk.port.waiting;
    await kiosk.do('OTHER_WAY');
    expect(pad?.signal.aborted).toBe(true);
    await kiosk.do('BY staff');
    expect(input('check')).toMatchObject({ kind: 'staff' });
  });
});

describe('the formal report', () => {
  test('after the temporary one: its meaning, a check, the text, the staff, and yes twice', async () => {
    await kiosk.do(...toResult, 'CHOOSE formalLoss');
    expect(screen(), 'the hosts are asked how the card stands now').toMatchObject({ name: 'asking' });
    await kiosk.do('findCards:frozen');
    expect(screen()).toMatchObject({ name: 'act-meaning', act: 'formalLoss' });
    await kiosk.do('CONTINUE', 'check:ok');
    expect(screen()).toEqual({ name: 'consent', text: 'formalLoss-1', now: 1, of: 1 });
    await kiosk.do('CONTINUE');
    expect(screen()).toMatchObject({ name: 'check-staff', purpose: 'approval' });
    expect(kiosk.view.actions).not.toContain('OTHER_WAY');
    await kiosk.do('check:ok');
    expect(screen()).toMatchObject({ name: 'confirm-act', act: 'formalLoss' });
    await kiosk.do('CONFIRM');
    expect(screen()).toMatchObject({ name: 'confirm-again', act: 'formalLoss' });
    await kiosk.do('CONFIRM');
    expect(input('act')).toMatchObject({
      act: 'formalLoss',
      confirmations: 2,
      consents: [{ text: 'formalLoss-1', choice: 'agreed' }],
      checkEvidence: 'check-evidence-secret',
      staffEvidence: 'check-evidence-secret',
    });
    await kiosk.do('act:done');
    expect(screen()).toMatchObject({ name: 'act-result', act: 'formalLoss' });
    expect(screen()).not.toHaveProperty('offer');
  });

  test('who does not agree: nothing is filed', async () => {
    await kiosk.do(...toResult, 'CHOOSE formalLoss', 'findCards:frozen', 'CONTINUE', 'check:ok', 'DECLINE');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'consentDeclined', retry: 'none' });
    expect(kiosk.view.actions).not.toContain('OTHER_WAY');
  });

  test('the second yes may be taken back, and counts anew', async () => {
    await kiosk.do(
      ...toResult,
      'CHOOSE formalLoss',
      'findCards:frozen',
      'CONTINUE',
      'check:ok',
      'CONTINUE',
      'check:ok',
    );
    await kiosk.do('CONFIRM', 'BACK');
    expect(screen()).toMatchObject({ name: 'choose-act' });
  });
});

describe('what became of it', () => {
  test('one side is not confirmed: said so; the kiosk goes on by itself, so there is no "again"', async () => {
    await kiosk.do(...toActing, 'act:notConfirmed');
    expect(screen()).toMatchObject({
      social: { state: 'done' },
      financial: { state: 'notConfirmed' },
      canRetry: false,
      caseCode: 'CASE-0005',
    });
  });

  test('one side was certainly not reached: it may be tried again, beginning with how the card stands', async () => {
    await kiosk.do(...toActing, 'act:notDone');
    expect(screen()).toMatchObject({ canRetry: true });
    await kiosk.do('RETRY', 'findCards:one');
    expect(screen()).toMatchObject({ name: 'check-pin' });
  });

  test('no answer at all: not confirmed, never "failed", with the reference of the visit', async () => {
    await kiosk.do(...toActing);
    expect(await kiosk.secondsUntilChange()).toBe(180);
    expect(screen()).toMatchObject({
      name: 'act-result',
      social: { state: 'notConfirmed' },
      financial: { state: 'notConfirmed' },
      print: { state: 'impossible', reason: 'noResult' },
      caseCode: 'CASE-BOOK',
    });
  });

  test('a step has run out of time: nothing was filed, and the way is begun again', async () => {
    await kiosk.do(...toActing, 'act:evidenceMissing');
    expect(screen()).toMatchObject({ name: 'act-problem', problem: 'evidenceMissing', retry: 'restart' });
    await kiosk.do('RETRY', 'findCards:one');
    expect(screen()).toMatchObject({ name: 'check-pin' });
  });

  test('the table says no in the last moment: its reason', async () => {
    await kiosk.do(...toActing, 'act:notAllowed');
    expect(screen()).toMatchObject({ name: 'act-refused', reason: 'unconfirmedBefore' });
  });

  test.each(['DISCONNECTED, then the calls', 'the calls, then DISCONNECTED'])(
    'the connection breaks meanwhile (%s): it is not said that nothing was done',
    async (order) => {
      await kiosk.do(...toActing, order);
      expect(screen()).toMatchObject({ name: 'visit-ended', why: 'connectionLost', underWay: true });
    },
  );

  test('it breaks later, when the answer is known: nothing of the kind', async () => {
    await kiosk.do(...toResult, 'DISCONNECTED, then the calls');
    expect(screen()).not.toHaveProperty('underWay');
  });

  test('neither END nor BACK calls it back', async () => {
    await kiosk.do(...toActing, 'END', 'BACK');
    expect(screen().name).toBe('acting');
    expect(kiosk.port.pending('act')).toBeDefined();
  });
});

describe('the hosts', () => {
  test.each([
    ['noSuchPerson', 'none'],
    ['hostUnavailable', 'again'],
    ['rejected', 'again'],
  ] as const)('%s when asked for the cards', async (code, retry) => {
    await kiosk.do(...toFinding, `findCards:${code}`);
    expect(screen()).toMatchObject({
      name: 'act-problem',
      problem: code === 'rejected' ? 'noAnswer' : code,
      retry,
      caseCode: 'CASE-0006',
    });
    expect(kiosk.view.actions.includes('RETRY')).toBe(retry !== 'none');
  });

  test('an answer with a wait tells the wait', async () => {
    await kiosk.do(...toFinding, 'findCards:byCode');
    kiosk.port.settle('check', err({ code: 'tooManyCodes', retryAfterSeconds: 600 }));
    await kiosk.settled();
    expect(screen()).toMatchObject({ problem: 'tooManyCodes', retry: 'none', retryAfterSeconds: 600 });
  });
});
