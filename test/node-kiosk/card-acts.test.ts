import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import { walletCard } from '#simulators/wallet/wallet.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';

// Activation, PINs, and everybody who is not the ordinary case; real drivers, real hosts, no screen.

let kiosk: NodeKiosk;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});

const panOf = (id: Parameters<typeof walletCard>[0]) => walletCard(id).financial?.pan ?? '';
const newPin = '739164';

describe('starting to use a card', () => {
  /** Document and card of the holder whose bank account was never opened for use. */
  async function withInactiveCard(): Promise<Person> {
    const person = await Person.arrives(kiosk);
    const document = await person.shows('resident-not-activated');
    const cardEvidence = await person.inserts('gen3-not-activated');
    await person.finds(document, { cardEvidence });
    return person;
  }

  test('a code, three agreements, a new PIN twice; then the bank knows the PIN', async () => {
    const person = await withInactiveCard();
    expect(person.cards[0]).toMatchObject({
      presented: true,
      social: { status: 'normal' },
      financial: { status: 'openedInactive' },
    });
    expect(person.offer('activate')).toMatchObject({
      allowed: true,
      legs: ['financial'],
      card: false,
      checks: ['oneTimeCode', 'staff'],
      newPin: true,
      consents: ['accountAgreement-1', 'privacyNotice-1', 'identityCheck-1'],
    });
    const { checkEvidence } = await person.passes('oneTimeCode', 'activate');
    const { newPinEvidence } = await person.entersNewPin('activate', newPin, newPin);
    expect(await person.acts('activate', { checkEvidence, newPinEvidence })).toMatchObject({
      social: { state: 'notAsked' },
      financial: { state: 'done', status: 'active' },
    });
    expect(kiosk.bench.hosts.bankCore.domain.account(panOf('gen3-not-activated'))).toMatchObject({
      status: 'active',
      pin: newPin,
    });
    // And the person is told what was done with their data.
    const { trail } = await person.leaves();
    expect(trail?.map(({ what }) => what)).toEqual([
      'documentRead',
      'cardRead',
      'cardsAsked',
      'codeSent',
      'acted',
      'balanceAsked',
    ]);
    expect(kiosk.sentences(person.visitId)).toContain('The account was tried and works.');
    expect(JSON.stringify(kiosk.entries())).not.toContain(newPin);
  });

  test.each([
    ['two that differ', newPin, '739165', 'pinsDiffer'],
    ['a run', '123456', '123456', 'weakPin'],
    ['all the same', '888888', '888888', 'weakPin'],
  ])('a new PIN that will not do: %s', async (_what, first, second, reason) => {
    const person = await withInactiveCard();
    const { checkEvidence } = await person.passes('staff', 'activate');
    const { newPinEvidence } = await person.entersNewPin('activate', first, second);
    expect(await person.acts('activate', { checkEvidence, newPinEvidence })).toMatchObject({
      financial: { state: 'refused', reason },
    });
    expect(kiosk.bench.hosts.bankCore.domain.account(panOf('gen3-not-activated'))?.status).toBe('openedInactive');
    await person.leaves();
  });

  test('the social function of a sealed card, without any PIN', async () => {
    const person = await Person.arrives(kiosk);
    const document = await person.shows('resident-long-term');
    const cardEvidence = await person.inserts('gen3-sealed');
    await person.finds(document, { cardEvidence });
    expect(person.offer('enableSocial')).toMatchObject({ allowed: true, checks: [], newPin: false });
    expect(await person.acts('enableSocial')).toMatchObject({
      social: { state: 'done', status: 'normal' },
      financial: { state: 'notAsked' },
    });
    await person.leaves();
  });
});

describe('the bank PIN', () => {
  async function withCard(): Promise<Person> {
    const person = await Person.arrives(kiosk);
    const document = await person.shows('resident');
    const cardEvidence = await person.inserts('gen3-active');
    await person.finds(document, { cardEvidence });
    return person;
  }

  test('is changed by who knows it', async () => {
    const person = await withCard();
    expect(person.offer('changePin')).toMatchObject({ allowed: true, checks: ['bankPin'], staff: false, newPin: true });
    const { checkEvidence } = await person.passes('bankPin', 'changePin');
    const { newPinEvidence } = await person.entersNewPin('changePin', newPin, newPin);
    expect(await person.acts('changePin', { checkEvidence, newPinEvidence })).toMatchObject({
      financial: { state: 'done' },
    });
    expect(kiosk.bench.hosts.bankCore.domain.account(panOf('gen3-active'))?.pin).toBe(newPin);
    await person.leaves();
  });

  test('is set anew with the branch’s approval; a change on the same day takes the branch again', async () => {
    const person = await withCard();
    expect(person.offer('resetPin')).toMatchObject({ allowed: true, staff: true, checks: ['oneTimeCode', 'staff'] });
    const { checkEvidence } = await person.passes('oneTimeCode', 'resetPin');
    const { newPinEvidence } = await person.entersNewPin('resetPin', newPin, newPin);
    expect(await person.acts('resetPin', { checkEvidence, newPinEvidence })).toMatchObject({
      errorCode: 'evidenceMissing',
    });
    const { checkEvidence: staffEvidence } = await person.passes('staff', 'resetPin');
    expect(await person.acts('resetPin', { checkEvidence, staffEvidence, newPinEvidence })).toMatchObject({
      financial: { state: 'done', status: 'active' },
    });
    await person.leaves();
    const again = await withCard();
    expect(again.offer('changePin')).toMatchObject({ staff: true });
    await again.leaves();
  });

  test('three wrong ones lock it, and the tries left are told', async () => {
    const person = await withCard();
    const wrong = () => person.passes('bankPin', 'changePin', undefined, '111111E');
    expect(await wrong()).toMatchObject({ errorCode: 'wrongPin', triesLeft: 2 });
    expect(await wrong()).toMatchObject({ errorCode: 'wrongPin', triesLeft: 1 });
    expect(await wrong()).toMatchObject({ errorCode: 'pinLocked' });
    await person.leaves();
  });
});

describe('whose card it is', () => {
  test('a child’s: both documents, a temporary report and nothing else', async () => {
    const person = await Person.arrives(kiosk);
    const child = await person.shows('resident-minor');
    expect(await person.finds(child, { forWhom: 'child' })).toMatchObject({ errorCode: 'agentNotAllowed' });
    const agentEvidence = await person.shows('resident');
    await person.finds(child, { forWhom: 'child', agentEvidence });
    expect(person.offer('temporaryLoss')).toMatchObject({ allowed: true });
    expect(person.offer('formalLoss')).toMatchObject({ allowed: false, reason: 'holderOnly' });
    const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
    expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({
      social: { state: 'done' },
      financial: { state: 'done' },
    });
    await person.leaves();
  });

  test('somebody else’s: not here', async () => {
    const person = await Person.arrives(kiosk);
    const other = await person.shows('resident-not-activated');
    const agentEvidence = await person.shows('resident');
    expect(await person.finds(other, { forWhom: 'other', agentEvidence })).toMatchObject({
      errorCode: 'agentNotAllowed',
    });
    await person.leaves();
  });

  test('nobody’s: a person without a card', async () => {
    const person = await Person.arrives(kiosk);
    expect(await person.finds(await person.shows('resident-no-card'))).toMatchObject({ cards: [] });
    const { page, visitId, holder } = person;
    expect(await page.call('CardService.Progress', { visitId, holder })).toMatchObject({
      applications: [{ business: 'new', progress: 7 }],
    });
    await person.leaves();
  });

  test('five cards of one person: each with its own state and its own acts', async () => {
    const person = await Person.arrives(kiosk);
    await person.finds(await person.shows('resident-five-cards'));
    const told = person.cards.map(({ social, financial, acts }) => ({
      social: social.state === 'known' ? social.status : social.state,
      financial: financial.state === 'known' ? financial.status : financial.state,
      may: acts.filter(({ allowed }) => allowed).map(({ act }) => act),
      unfreeze: acts.find(({ act }) => act === 'unfreeze')?.reason,
    }));
    expect(told).toHaveLength(5);
    expect(told).toContainEqual({ social: 'cancelled', financial: 'closed', may: [], unfreeze: expect.anything() });
    expect(told).toContainEqual({
      social: 'lost',
      financial: 'lost',
      may: [],
      unfreeze: 'replacementRequested',
    });
    expect(told).toContainEqual({
      social: 'normal',
      financial: 'notHere',
      may: expect.arrayContaining(['temporaryLoss', 'formalLoss']),
      unfreeze: 'alreadyDone',
    });
    expect(told).toContainEqual({
      social: 'tempLost',
      financial: 'tempLost',
      may: expect.arrayContaining(['formalLoss', 'unfreeze']),
      unfreeze: undefined,
    });
    await person.leaves();
  });

  test('another bank’s: the social side is frozen, the bank is named with its telephone', async () => {
    const person = await Person.arrives(kiosk);
    await person.finds(await person.shows('resident-other-bank'));
    expect(person.cards[0]).toMatchObject({
      financial: { state: 'notHere', bankName: 'Agricultural Bank of China', bankHotline: '95599' },
    });
    expect(person.offer('temporaryLoss')).toMatchObject({
      allowed: true,
      legs: ['social'],
      checks: ['oneTimeCode', 'staff'],
    });
    const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
    expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({
      social: { state: 'done' },
      financial: { state: 'notHere', bankHotline: '95599' },
    });
    await person.leaves();
  });

  test.each<[WalletDocumentId, 'ocr' | 'chip']>([
    ['permit-hong-kong', 'chip'],
    ['permit-macao', 'chip'],
    ['permit-taiwan', 'chip'],
    ['foreign-2017', 'chip'],
    ['foreign-2023', 'chip'],
    ['passport', 'ocr'],
    ['passport-foreign', 'ocr'],
    ['travel-hong-kong', 'ocr'],
    ['travel-taiwan', 'ocr'],
  ])('with a %s: found, and frozen', async (document, grade) => {
    const person = await Person.arrives(kiosk);
    await person.finds(await person.shows(document));
    expect(person.cards).toHaveLength(1);
    // Printed lines are enough to freeze; for a formal report staff look at the document, too.
    expect(person.offer('formalLoss')).toMatchObject({ allowed: true, staff: grade === 'ocr' });
    const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
    expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({
      social: { state: 'done' },
      financial: { state: 'done' },
    });
    await person.leaves();
  });
});

test('outside service hours a card can be frozen and nothing can be opened', async () => {
  const night = await startNodeKiosk({ settings: { rules: { serviceHours: '00:00-00:01', serviceDays: '1-7' } } });
  try {
    const person = await Person.arrives(night);
    await person.finds(await person.shows('resident'));
    expect(person.offer('temporaryLoss')).toMatchObject({ allowed: true, checks: ['bankPin', 'oneTimeCode'] });
    expect(person.offer('formalLoss')).toMatchObject({ allowed: false, reason: 'outsideWindow', opensAt: '00:00' });
    await person.leaves();
  } finally {
    await night.stop();
  }
});
