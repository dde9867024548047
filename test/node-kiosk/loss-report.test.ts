import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { personOf, walletCard } from '#simulators/wallet/wallet.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';

// A lost card is frozen, on both sides, by whoever can show who they are; real drivers, real hosts, no screen.

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

const pan = walletCard('gen3-active').financial?.pan ?? '';
/** What really happened to cards, at the far side. */
const done = (host: 'cardManagement' | 'bankCore') =>
  kiosk.bench.hosts[host]
    .ledger()
    .filter(({ operation, act }) => operation === 'actOnCard' && act === 'done')
    .map(({ result }) => (result as { action: string }).action);
const days = (until: string | undefined): number => Math.round((Date.parse(until ?? '') - Date.now()) / 86_400_000);

test('a card is found, the person is checked by PIN, both sides are frozen, the slip says so', async () => {
  const person = await Person.arrives(kiosk);
  const found = await person.finds(await person.shows('resident'));
  expect(found).toMatchObject({ cardManagement: 'answered', bankCore: 'answered' });
  expect(person.cards).toHaveLength(1);
  expect(person.cards[0]).toMatchObject({
    class: 'gen3',
    last4: pan.slice(-4),
    presented: false,
    outOfArea: true,
    social: { state: 'known', status: 'normal' },
    financial: { state: 'known', status: 'active' },
  });
  expect(person.offer('temporaryLoss')).toEqual({
    act: 'temporaryLoss',
    allowed: true,
    legs: ['social', 'financial'],
    days: { social: 7, financial: 15 },
    card: false,
    checks: ['bankPin', 'oneTimeCode', 'staff'],
    staff: false,
    newPin: false,
    consents: ['temporaryLoss-1'],
    confirmTwice: false,
  });
  const { checkEvidence } = await person.passes('bankPin', 'temporaryLoss');
  expect(checkEvidence).toMatch(/^\S+$/);
  const answer = await person.acts('temporaryLoss', { checkEvidence });
  expect(answer).toMatchObject({
    social: { state: 'done', status: 'tempLost' },
    financial: { state: 'done', status: 'tempLost' },
    caseCode: person.caseCode,
  });
  expect(days(answer.social?.state === 'done' ? answer.social.until : undefined)).toBe(7);
  expect(days(answer.financial?.state === 'done' ? answer.financial.until : undefined)).toBe(15);
  expect([done('cardManagement'), done('bankCore')]).toEqual([['temporaryLoss'], ['verifyPin', 'temporaryLoss']]);
  const printed = await person.page.call('Receipt.Print', { visitId: person.visitId, resultId: answer.resultId ?? '' });
  expect(printed.outcome).toBe('done');
  await person.leaves();
  const story = kiosk.sentences(person.visitId).join('\n');
  expect(story).toContain('Who stands here was checked for temporaryLoss: bankPin.');
  expect(story).toContain('temporaryLoss, social: done.');
  expect(kiosk.verifyJournal().damage).toBeUndefined();
});

test('by a code to the number on file, entered on the pad; a wrong one costs a try', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const wrong = await person.passes('oneTimeCode', 'temporaryLoss', undefined, '000000E');
  expect(wrong).toMatchObject({ errorCode: 'wrongCode', triesLeft: 2 });
  const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
  expect(kiosk.bench.hosts.bankCore.domain.messages()).toHaveLength(1);
  expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({ financial: { state: 'done' } });
  // The code was seen by nobody but the telephone and the bank.
  const told = JSON.stringify([person.page.events, kiosk.entries()]);
  expect(told).not.toContain(person.lastCode());
  await person.leaves();
});

test('by the branch; a refusal is a refusal', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const { page, visitId, holder } = person;
  const cardId = person.cards[0]?.cardId ?? '';
  const refused = page.call('CardService.Check', { visitId, holder, cardId, act: 'temporaryLoss', kind: 'staff' });
  await page.event('CardService.StaffCalledEvent');
  kiosk.bench.hosts.bankCore.domain.refuse();
  expect(await refused).toMatchObject({ errorCode: 'staffRefused' });
  const { checkEvidence } = await person.passes('staff', 'temporaryLoss');
  expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({ social: { state: 'done' } });
  await person.leaves();
});

test('a screen that leaves a step out is refused, and nothing is filed', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  expect(await person.acts('temporaryLoss')).toMatchObject({ errorCode: 'evidenceMissing' });
  const { checkEvidence } = await person.passes('bankPin', 'temporaryLoss');
  expect(await person.acts('temporaryLoss', { checkEvidence, consents: [] })).toMatchObject({
    errorCode: 'evidenceMissing',
  });
  // A check is for one act.
  expect(await person.acts('formalLoss', { checkEvidence })).toMatchObject({ errorCode: 'evidenceMissing' });
  expect(done('cardManagement')).toEqual([]);
  await person.leaves();
});

test('formal: twice confirmed, then a replacement may be asked for', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const { checkEvidence } = await person.passes('bankPin', 'formalLoss');
  expect(await person.acts('formalLoss', { checkEvidence, confirmations: 1 })).toMatchObject({
    errorCode: 'evidenceMissing',
  });
  expect(await person.acts('formalLoss', { checkEvidence })).toMatchObject({
    social: { state: 'done', status: 'lost' },
    financial: { state: 'done', status: 'lost' },
  });
  await person.leaves();
});

test('one host acts and drops its answer, the other is silent: one is confirmed, the other is kept after', async () => {
  const { cardManagement, bankCore } = kiosk.bench.hosts;
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const { checkEvidence } = await person.passes('bankPin', 'temporaryLoss');
  await cardManagement.faults.set({ kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
  await bankCore.faults.set({ kind: 'down', how: 'reset' });
  const answer = await person.acts('temporaryLoss', { checkEvidence });
  expect(answer).toMatchObject({ social: { state: 'done' }, financial: { state: 'notConfirmed' } });
  expect(done('cardManagement')).toEqual(['temporaryLoss']);
  // Meanwhile this kiosk takes the card for frozen, whoever asks.
  const again = await person.finds(await person.shows('resident'));
  expect(again.cards?.[0]).toMatchObject({ social: { state: 'notConfirmed' } });
  expect(person.offer('unfreeze')).toMatchObject({ allowed: false, reason: 'unconfirmedBefore' });
  await person.leaves();
  await bankCore.faults.clear();
  await vi.waitUntil(() => bankCore.domain.account(pan)?.status === 'tempLost', { timeout: 60_000 });
  await vi.waitUntil(() => kiosk.sentences(person.visitId).includes('The act is settled: done.'), { timeout: 60_000 });
  expect(done('bankCore').filter((action) => action === 'temporaryLoss')).toHaveLength(1);
});

test('already frozen elsewhere a moment ago: said so, nothing done twice', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
  kiosk.bench.hosts.bankCore.domain.setStatus(pan, 'tempLost', new Date(Date.now() + 1e9));
  const answer = await person.acts('temporaryLoss', { checkEvidence });
  expect(answer).toMatchObject({ social: { state: 'done' }, financial: { state: 'already', status: 'tempLost' } });
  expect(done('bankCore')).toEqual([]);
  await person.leaves();
});

test('unfrozen again with card and document; the finder of both gets nowhere without the check', async () => {
  const { hosts } = kiosk.bench;
  hosts.cardManagement.domain.setSocialStatus(
    walletCard('gen3-active').social?.cardNumber ?? '',
    'tempLost',
    new Date(Date.now() + 1e9),
  );
  hosts.bankCore.domain.setStatus(pan, 'tempLost', new Date(Date.now() + 1e9));
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident');
  await person.finds(document);
  expect(person.offer('unfreeze')).toMatchObject({ allowed: true, card: true });
  const cardEvidence = await person.inserts('gen3-active');
  await person.finds(document, { cardEvidence });
  expect(person.cards[0]).toMatchObject({ presented: true });
  expect(person.offer('unfreeze')).toMatchObject({
    allowed: true,
    card: false,
    checks: ['bankPin', 'oneTimeCode', 'staff'],
  });
  // The thief has wallet, document and card: three wrong PINs, no telephone, nobody at the branch who knows them.
  expect(await person.acts('unfreeze')).toMatchObject({ errorCode: 'evidenceMissing' });
  expect(await person.passes('bankPin', 'unfreeze', undefined, '111111E')).toMatchObject({
    errorCode: 'wrongPin',
    triesLeft: 2,
  });
  expect(await person.passes('oneTimeCode', 'unfreeze', undefined, '111111E')).toMatchObject({
    errorCode: 'wrongCode',
  });
  expect(done('cardManagement')).toEqual([]);
  const { checkEvidence } = await person.passes('oneTimeCode', 'unfreeze');
  expect(await person.acts('unfreeze', { checkEvidence })).toMatchObject({
    social: { state: 'done', status: 'normal' },
    financial: { state: 'done', status: 'active' },
  });
  await person.leaves();
});

test('document and card of two people: nothing is told', async () => {
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident-long-term');
  const cardEvidence = await person.inserts('gen3-active');
  expect(await person.finds(document, { cardEvidence })).toEqual({
    errorCode: 'notTheHolder',
    caseCode: person.caseCode,
  });
  expect(JSON.stringify(kiosk.entries())).not.toContain(personOf('bing').idNumber);
  await person.leaves();
});
