import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { BankDesk, codeOfTheBank, documentOf, key, printedDocument, SocialDesk } from './acts.fixture.ts';
import { good, type Rig, startRig } from './rig.fixture.ts';

/** The meter that a day-end reads: what this terminal has done, each act once. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const read = async (host: 'cards' | 'bank'): Promise<object> => Object.fromEntries(good(await rig[host].actTotals()));

test('an act counts once at its own host, a repeated answer and a refusal not at all', async () => {
  expect([await read('cards'), await read('bank')]).toEqual([{}, {}]);
  const desk = await SocialDesk.of(rig, 'jia');
  const evidence = [printedDocument, codeOfTheBank];
  const order = desk.order('temporaryLoss', evidence);
  const again = key();
  good(await rig.cards.act(desk.card.cardRef, order, again));
  good(await rig.cards.act(desk.card.cardRef, order, again));
  expect((await rig.cards.act(desk.card.cardRef, order, key())).ok).toBe(false);
  const bank = await BankDesk.of(rig, 'jia');
  expect((await bank.act('temporaryLoss', [])).ok).toBe(false);
  good(await rig.cards.identifyDocument(documentOf('jia')));
  expect([await read('cards'), await read('bank')]).toEqual([{ temporaryLoss: 1 }, {}]);
});

test('it never runs backwards, whatever the bench forgets', async () => {
  await rig.hosts.reset();
  expect(await read('cards')).toEqual({ temporaryLoss: 1 });
});

test('a host that does not answer has no reading', async () => {
  await rig.hosts.bankCore.faults.set({ kind: 'status', status: 503, operation: 'dayTotals' });
  expect((await rig.bank.actTotals({ deadlineMs: 2_000 })).ok).toBe(false);
  await rig.hosts.bankCore.faults.clear();
});
