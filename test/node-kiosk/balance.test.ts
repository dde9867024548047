import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import { type NodeKiosk, type Page, startNodeKiosk } from './node-kiosk.ts';

let kiosk: NodeKiosk;
let page: Page;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
  page = await kiosk.page();
  await page.ready();
});

/** A visit that has read the card; `undefined` error means that it was read. */
async function visitWith(card: WalletCardId) {
  const begun = await page.call('Visit.Begin', { language: 'en' });
  const { visitId = '', caseCode = '' } = begun;
  await kiosk.bench.cardReader.insert(card);
  const read = await page.call('SocialCard.Read', { visitId });
  return { visitId, caseCode, read, cardEvidence: read.cardEvidence ?? '' };
}

async function enterPin(visit: { visitId: string; cardEvidence: string }, keys: string) {
  page.events.length = 0;
  const { visitId, cardEvidence } = visit;
  const entry = page.call('CardService.EnterPin', { visitId, cardEvidence });
  await page.event('CardService.PinReadyEvent');
  kiosk.bench.pinPad.press(keys);
  return entry;
}

async function goodbye(visitId: string) {
  const ending = page.call('Visit.End', { visitId, reason: 'completed' });
  await kiosk.bench.cardReader.remove();
  return ending;
}

describe('the main job', () => {
  test('a third-generation card gives its balance, its medical account and a slip, and goes home', async () => {
    const { bench } = kiosk;
    const visit = await visitWith('gen3-active');
    expect(visit.read.card).toMatchObject({
      class: 'gen3',
      holderCheck: 'equal',
      social: { present: true, grade: 'genuine', status: 'normal' },
      financial: { present: true, ours: true, bankCode: 'icbc' },
    });
    const { pinEvidence = '' } = await enterPin(visit, `${bench.firstPin}E`);
    const found = await page.call('CardService.BalanceInquiry', {
      visitId: visit.visitId,
      cardEvidence: visit.cardEvidence,
      pinEvidence,
    });
    expect(found).toMatchObject({
      financial: { state: 'done', accounts: [{ kind: 'socialSecurity', accountClass: 'I' }] },
      medical: { state: 'done', balance: '1830.50', outOfArea: true },
      social: { state: 'done', status: 'normal', outOfArea: true },
    });
    const printed = await page.call('Receipt.Print', { visitId: visit.visitId, resultId: found.resultId ?? '' });
    expect(printed).toMatchObject({ outcome: 'done' });
    expect(await goodbye(visit.visitId)).toEqual({ card: 'taken' });

    const slip = bench.printer.receipts().map(({ lines }) => lines.join('\n'));
    expect(slip).toHaveLength(1);
    expect(slip[0]).toContain(visit.caseCode);
    expect(slip[0]).toMatch(/Medical insurance account[\s\S]*1,830\.50/);
    expect(kiosk.sentences(visit.visitId)).toEqual([
      expect.stringMatching(/^A visit began \(case /),
      expect.stringMatching(/^A card was put in/),
      'The chip was found genuine (cardManagement).',
      'The holder of both halves of the chip: equal.',
      expect.stringMatching(/^The card was read: class gen3/),
      'A PIN was entered on the pad.',
      expect.stringMatching(/^The balance was asked for/),
      'The chip was found genuine (bankCore).',
      'financial: done.',
      'medical: done.',
      'social: done.',
      'Receipt "balance": done.',
      'The card was taken.',
      expect.stringMatching(/^The visit ended \(completed\) after \d+ s; card: taken\.$/),
    ]);
    expect(kiosk.verifyJournal().damage).toBeUndefined();
  });
});
