import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WalletCardId, walletCard } from '#simulators/wallet/wallet.ts';
import type { NodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';
import { balance, beginWith, endVisit, enterPin } from './steps.ts';

const cardOf = (id: WalletCardId): { cardNumber: string } => {
  const { social } = walletCard(id);
  if (social === undefined) throw new Error(`${id} has no social side`);
  return social;
};

export interface BalanceRuns<K extends NodeKiosk> {
  readonly start: () => Promise<K>;
  /** Absent: one card that works, one that does not, and the PIN. */
  readonly everyCard?: boolean;
  /** What else is to be tried with that kiosk. */
  readonly more?: (kiosk: () => K) => void;
}

/** Balance and PIN as a person meets them, whatever the kiosk's devices are. */
export function balanceRuns<K extends NodeKiosk>({ start, everyCard = false, more }: BalanceRuns<K>): void {
  let kiosk: K;
  let page: Page;

  beforeAll(async () => {
    kiosk = await start();
  });
  afterAll(async () => {
    await kiosk.stop();
  });
  beforeEach(async () => {
    await kiosk.bench.reset();
    page = await kiosk.page();
    await page.ready();
  });

  test('a third-generation card gives its balance, its medical account and a slip, and goes home', async () => {
    const { bench } = kiosk;
    const visit = await beginWith(kiosk, page, 'gen3-active');

    expect(visit.read.card).toMatchObject({
      class: 'gen3',
      holderCheck: 'equal',
      social: { present: true, grade: 'genuine', status: 'normal' },
      financial: { present: true, ours: true, bankCode: 'icbc' },
    });
    const found = await balance(kiosk, page, visit, `${bench.firstPin}E`);
    expect(found).toMatchObject({
      financial: { state: 'done', accounts: [{ kind: 'socialSecurity', accountClass: 'I' }] },
      medical: { state: 'done', balance: '1830.50', outOfArea: true },
      social: { state: 'done', status: 'normal', outOfArea: true },
    });
    const printed = await page.call('Receipt.Print', { visitId: visit.visitId, resultId: found.resultId ?? '' });
    expect(printed).toMatchObject({ outcome: 'done' });
    expect(await endVisit(kiosk, page, visit)).toMatchObject({ card: 'taken' });

    const slips = bench.printer.receipts().map(({ lines }) => lines.join('\n'));
    expect(slips).toHaveLength(1);
    expect(slips[0]).toContain(visit.caseCode);
    expect(slips[0]).toMatch(/Medical insurance account[\s\S]*1,830\.50/);
    expect(kiosk.sentences(visit.visitId)).toEqual([
      expect.stringMatching(/^A visit began \(case /),
      expect.stringMatching(/^A card was put in/),
      'The chip was found genuine (card management).',
      'The holder of both halves of the chip: equal.',
      expect.stringMatching(/^The card was read: class gen3/),
      'A PIN was entered on the pad.',
      expect.stringMatching(/^The balance was asked for/),
      'The chip was found genuine (bank core).',
      'financial: done.',
      'medical: done.',
      'social: done.',
      'Receipt "balance": done.',
      'The card was taken.',
      expect.stringMatching(/^The visit ended \(completed\) after \d+ s; card: taken\.$/),
    ]);
    expect(kiosk.verifyJournal().damage).toBeUndefined();
  });

  describe.runIf(everyCard)('every card of the wallet', () => {
    test.each([
      ['gen3-blocked', 'cardBlocked'],
      ['gen3-key-blocked', 'cardBlocked'],
      ['two-halves', 'holderMismatch'],
      ['expired', 'cardExpired'],
      ['cloned', 'cardNotGenuine'],
      ['mute', 'cardMute'],
    ] as const)('%s is refused: %s', async (card, errorCode) => {
      const visit = await beginWith(kiosk, page, card);
      expect(visit.read).toEqual({ errorCode, caseCode: visit.caseCode });
      expect(await endVisit(kiosk, page, visit)).toMatchObject({ card: 'taken' });
      expect(kiosk.sentences(visit.visitId).join('\n')).toContain(errorCode);
    });

    test.each([
      [
        'gen3-not-activated',
        'gen3',
        { financial: { state: 'notActivated' }, medical: { state: 'done', balance: '420.00' } },
      ],
      ['gen3-sealed', 'gen3', { financial: { state: 'notActivated' }, social: { state: 'done', status: 'sealed' } }],
      ['gen3-no-9f61', 'gen3', { financial: { state: 'done' } }],
      ['gen2', 'gen2', { financial: { state: 'done' }, social: { outOfArea: true } }],
      [
        'wrong-cryptogram',
        'gen3',
        { financial: { state: 'refused', reason: 'cardNotGenuine' }, medical: { state: 'done' } },
      ],
      ['gen3-dormant', 'gen3', { financial: { state: 'done' } }],
      ['gen3-gbk-name', 'gen3', { financial: { state: 'done', accounts: [{ available: '0.00' }] } }],
      ['gen3-long-name', 'gen3', { financial: { state: 'done' } }],
      [
        'debit',
        'debit',
        { financial: { state: 'done', accounts: [{ kind: 'debit' }] }, social: { state: 'noApplication' } },
      ],
      [
        'gen3-second-account',
        'gen3',
        { financial: { state: 'done', accounts: [{ kind: 'socialSecurity' }, { kind: 'debit' }] } },
      ],
    ] as const)('%s is class %s and gives what it has', async (card, cardClass, found) => {
      const visit = await beginWith(kiosk, page, card);
      expect(visit.read.card?.class).toBe(cardClass);
      expect(await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`)).toMatchObject(found);
      await endVisit(kiosk, page, visit);
    });

    test('a citizen card has no bank side: social status and medical account, no treatment elsewhere', async () => {
      const visit = await beginWith(kiosk, page, 'gen1-citizen');
      expect(visit.read.card).toMatchObject({ class: 'gen1', financial: { present: false } });
      expect(await balance(kiosk, page, visit)).toMatchObject({
        financial: { state: 'noApplication' },
        medical: { state: 'done', balance: '777.20', outOfArea: false },
        social: { state: 'done', status: 'normal', outOfArea: false },
      });
      await endVisit(kiosk, page, visit);
    });

    test("another bank's card: that leg is not here, the bank is named, the social legs go on", async () => {
      const visit = await beginWith(kiosk, page, 'other-bank');
      expect(visit.read.card?.financial).toMatchObject({ ours: false, bankCode: 'abc' });
      expect(await balance(kiosk, page, visit)).toMatchObject({
        financial: { state: 'notHere', bankName: 'Agricultural Bank of China', bankHotline: '95599' },
        medical: { state: 'done' },
      });
      await endVisit(kiosk, page, visit);
    });

    test('a dormant social security account is an alarm for operations and no refusal (BRIEF-04)', async () => {
      const visit = await beginWith(kiosk, page, 'gen3-dormant');
      expect(await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`)).toMatchObject({
        financial: { state: 'done' },
      });
      await endVisit(kiosk, page, visit);
      expect(kiosk.sentences(visit.visitId)).toContain('The bank core reports a social security account as dormant.');
    });

    test('a card that its holder reported lost shows nothing', async () => {
      const { cardNumber } = cardOf('gen3-active');
      kiosk.bench.hosts.cardManagement.domain.setSocialStatus(cardNumber, 'lost');
      const visit = await beginWith(kiosk, page, 'gen3-active');
      expect(visit.read).toEqual({ errorCode: 'cardNotActive', caseCode: visit.caseCode });
      await endVisit(kiosk, page, visit);
    });
  });

  test.runIf(everyCard)(
    'a page gone wild: the journal takes some of what it says a minute, and loses no call',
    async () => {
      const codes = new Set<string>();
      for (let call = 0; call < 40; call += 1)
        codes.add((await page.call('Visit.CallStaff', { screen: 'attract' })).caseCode ?? '');
      const calls = kiosk.entries({ event: 'visit.staffCalled' }).map(({ fields }) => fields['case']);
      expect(calls.length).toBeLessThanOrEqual(20);
      expect([...codes].every((code) => calls.includes(code))).toBe(true);
      const at = new Date().toISOString();
      const events = Array.from({ length: 50 }, () => ({ kind: 'scriptError' as const, at, detail: 'again' }));
      const first = (await page.call('Visit.ReportHealth', { events })).taken ?? 0;
      const second = (await page.call('Visit.ReportHealth', { events })).taken ?? 0;
      expect(first).toBe(50);
      expect(second).toBeLessThan(50);
      expect(kiosk.entries({ event: 'ui.health' }).length).toBe(first + second);
    },
  );

  describe('PIN', () => {
    test('wrong to the limit: tries left as the bank counts them, then locked', async () => {
      const visit = await beginWith(kiosk, page, 'gen3-active');
      const answers = [];
      for (let attempt = 0; attempt < 4; attempt++)
        answers.push((await balance(kiosk, page, visit, '000000E')).financial);
      expect(answers).toEqual([
        { state: 'refused', reason: 'wrongPin', triesLeft: 2 },
        { state: 'refused', reason: 'wrongPin', triesLeft: 1 },
        { state: 'refused', reason: 'pinLocked', triesLeft: 0 },
        { state: 'refused', reason: 'pinLocked', triesLeft: 0 },
      ]);
      await endVisit(kiosk, page, visit);
    });

    test('cancel on the pad, and too few digits, are told apart; the medical account needs no bank PIN', async () => {
      const visit = await beginWith(kiosk, page, 'gen3-active');
      expect(await enterPin(kiosk, page, visit, '12C')).toMatchObject({ errorCode: 'pinCancelled' });
      expect(await balance(kiosk, page, visit)).toMatchObject({
        financial: { state: 'notConfirmed' },
        medical: { state: 'done' },
      });
      await endVisit(kiosk, page, visit);
    });

    test('the bank lost its keys in mid-visit: no try is counted, and the PIN entered once more is under the new ones', async () => {
      const visit = await beginWith(kiosk, page, 'gen3-active');
      const { pinEvidence = '' } = await enterPin(kiosk, page, visit, `${kiosk.bench.firstPin}E`);
      kiosk.bench.hosts.bankCore.domain.forgetWorkingKeys();
      const { visitId, cardEvidence } = visit;
      expect(await page.call('CardService.BalanceInquiry', { visitId, cardEvidence, pinEvidence })).toMatchObject({
        financial: { state: 'notConfirmed', reason: 'pinPadNeedsKeys' },
        medical: { state: 'done' },
      });
      // At once: the sign-on is still under way.
      expect(await balance(kiosk, page, visit, '000000E')).toMatchObject({
        financial: { state: 'refused', reason: 'wrongPin', triesLeft: 2 },
      });
      expect(await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`)).toMatchObject({
        financial: { state: 'done' },
      });
      await endVisit(kiosk, page, visit);
    });

    test('a PIN block serves one inquiry', async () => {
      const visit = await beginWith(kiosk, page, 'gen3-active');
      const { visitId, cardEvidence } = visit;
      const { pinEvidence = '' } = await enterPin(kiosk, page, visit, `${kiosk.bench.firstPin}E`);
      const ask = { visitId, cardEvidence, pinEvidence };
      expect(await page.call('CardService.BalanceInquiry', ask)).toMatchObject({ financial: { state: 'done' } });
      expect(await page.call('CardService.BalanceInquiry', ask)).toMatchObject({ errorCode: 'noSuchEvidence' });
      await endVisit(kiosk, page, visit);
    });
  });

  more?.(() => kiosk);
}
