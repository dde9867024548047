import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CommandPayloads, EpisodeSummary } from '#protocol/generated/kiosk.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import { KioskProcess } from '../e2e/kit/kiosk-process.ts';
import { Person } from './acts.ts';
import { headed, journalIn, printed } from './journal-cli.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import { Page } from './page.ts';
import { signsOn } from './sign-on.ts';
import { balance, beginWith, endVisit, enterPin } from './steps.ts';

// "What happened at 14:32": ten visits that went wrong, each told so that the branch can answer the holder's question.

let kiosk: NodeKiosk;
let page: Page;

beforeAll(async () => {
  const settings = { hosts: { deadlineSeconds: 3 }, visit: { takeCardSeconds: 10 } };
  kiosk = await startNodeKiosk({ settings });
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
  page = await kiosk.page();
  await page.ready();
});

const cli = (...args: readonly string[]) => journalIn(kiosk, 'en', ...args);

/** Somebody with the rights of the daemon changes an entry, and the rules that would have kept it. */
function tamper(seq: number): void {
  const db = new Database(join(kiosk.folder, 'data/journal.db'));
  db.exec('DROP TRIGGER entries_stay_as_they_are');
  db.prepare("UPDATE entries SET body = json_set(body, '$.language', 'nobody') WHERE seq = ?").run(seq);
  db.close();
}

/** What was told at the command line, by visit. */
const stories = new Map<string, string>();

/** The visit is told, found by its id and by the minute in which it began. */
async function tellsOf(visit: string, sentences: readonly (string | RegExp)[], journal = cli): Promise<void> {
  const heading = `Visit ${visit}\n`;
  const byId = await journal('--visit', visit);
  const story = byId.slice(byId.indexOf(heading) + heading.length).trimEnd();
  for (const sentence of sentences) expect(story).toMatch(sentence);
  stories.set(visit, story);
  const byMinute = await journal('--at', story.slice(0, 'YYYY-MM-DD hh:mm'.length));
  expect(`${byMinute}\n`).toContain(`${heading}${story}\n`);
}

test('the card is pulled while the PIN is entered', async () => {
  const visit = await beginWith(kiosk, page, 'gen3-active');
  page.events.length = 0;
  const { visitId, cardEvidence } = visit;
  const entering = page.call('CardService.EnterPin', { visitId, cardEvidence });
  await page.event('CardService.PinReadyEvent');
  kiosk.bench.pinPad.press('12');
  await kiosk.bench.cardReader.remove();
  await entering;
  await endVisit(kiosk, page, visit);
  await tellsOf(visitId, ['No PIN was entered: cardRemoved', 'pulled out before the service was finished']);
});

test('wrong PINs, to the limit', async () => {
  const visit = await beginWith(kiosk, page, 'gen3-active');
  for (let attempt = 0; attempt < 3; attempt += 1) await balance(kiosk, page, visit, '000000E');
  await endVisit(kiosk, page, visit);
  await tellsOf(visit.visitId, [/refused: wrongPin[\s\S]*refused: wrongPin[\s\S]*refused: pinLocked/]);
});

test('cancel on the pad', async () => {
  const visit = await beginWith(kiosk, page, 'gen3-active');
  await enterPin(kiosk, page, visit, '12C');
  await endVisit(kiosk, page, visit);
  await tellsOf(visit.visitId, ['No PIN was entered: pinCancelled']);
});

test('nobody there: the card stays in', async () => {
  const { visitId } = await beginWith(kiosk, page, 'gen3-active');
  await page.call('Visit.End', { visitId, reason: 'timeOut' });
  await kiosk.bench.cardReader.remove();
  const notTaken = / ! The card was not taken for 20 s\.\n +→ Take the card out/;
  await tellsOf(visitId, [notTaken, /ended \(timeOut\)/]);
});

test('the paper ends', async () => {
  const visit = await beginWith(kiosk, page, 'gen3-active');
  const { resultId = '' } = await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`);
  kiosk.bench.printer.setFault('paperOut', true);
  const saidSo = () => kiosk.entries({ event: 'device.state' }).some(({ fields }) => fields['why'] === 'paperOut');
  await vi.waitUntil(saidSo, { timeout: 20_000 });
  await page.call('Receipt.Print', { visitId: visit.visitId, resultId });
  await endVisit(kiosk, page, visit);
  await tellsOf(visit.visitId, [/The receipt printer is now \w+: paperOut/, /Receipt "balance": notDone/]);
});

test('the bank cannot be reached', async () => {
  const visit = await beginWith(kiosk, page, 'gen3-active');
  await kiosk.bench.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
  await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`);
  await endVisit(kiosk, page, visit);
  await tellsOf(visit.visitId, [/financial: notConfirmed: unavailable/, 'medical: done']);
});

test('the bank answers after the time-out: it is asked until known', async () => {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  const { checkEvidence } = await person.passes('bankPin', 'temporaryLoss');
  await kiosk.bench.hosts.bankCore.faults.set({ kind: 'slow', ms: 6_000, operation: 'actOnCard', times: 1 });
  await person.acts('temporaryLoss', { checkEvidence });
  await person.leaves();
  const settled = () => kiosk.entries({ visit: person.visitId, event: 'saga.settled' }).length > 0;
  await vi.waitUntil(settled, { timeout: 40_000, interval: 200 });
  await tellsOf(person.visitId, [
    /financial: about to be done[\s\S]*financial: unknown[\s\S]*financial: (done|already)[\s\S]*The act is settled: done/,
  ]);
});

describe('a card that is refused, or half of it', () => {
  test.each([
    ['gen3-sealed', /financial: notActivated/],
    ['expired', /The card could not be used .*cardExpired/],
    ['cloned', /The card could not be used .*cardNotGenuine/],
  ] as const)('%s', async (card: WalletCardId, sentence) => {
    const visit = await beginWith(kiosk, page, card);
    if (visit.cardEvidence !== '') await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`);
    await endVisit(kiosk, page, visit);
    await tellsOf(visit.visitId, [sentence]);
  });
});

describe('on the maintenance page, after all of these', () => {
  test('the same sentences, for whoever has signed on and nobody else', async () => {
    const stranger = await kiosk.operator();
    for (const [name, payload] of [
      ['Maintenance.GetEpisodes', {}],
      ['Maintenance.GetStory', { seq: 1 }],
      ['Maintenance.VerifyJournal', undefined],
    ] as const)
      expect(await stranger.call(name, payload)).toEqual({ errorCode: 'notSignedOn' });
    const operator = await signsOn(kiosk);
    expect(stories.size).toBe(10);
    for (const visitId of stories.keys()) {
      const [{ seq = 0 } = {}] = kiosk.entries({ visit: visitId });
      for (const language of ['en', 'zh-Hans'] as const) {
        const { lines = [] } = await operator.call('Maintenance.GetStory', { seq, language });
        const shown = headed(await journalIn(kiosk, language, '--visit', visitId));
        expect(shown).toEqual([printed(lines)]);
      }
      const inChinese = await journalIn(kiosk, 'zh-Hans', '--visit', visitId);
      // No code that the journal writes in these visits is without its words.
      expect(inChinese.replaceAll(visitId, '').match(/[a-z][A-Za-z]+/g) ?? [], inChinese).toEqual([]);
      expect(await operator.call('Maintenance.GetStory', { seq })).toEqual(
        await operator.call('Maintenance.GetStory', { seq, language: 'zh-Hans' }),
      );
    }
    expect(await operator.call('Maintenance.GetStory', { seq: 999_999 })).toEqual({ errorCode: 'noSuchStory' });

    // Each is found with what went wrong in it, and how it ended.
    const { episodes = [], check } = await operator.call('Maintenance.GetEpisodes', {});
    const { seq: before = 0 } = episodes.at(-1) ?? {};
    const { episodes: older = [], more } = await operator.call('Maintenance.GetEpisodes', { before });
    const isVisit = ({ kind }: EpisodeSummary) => kind === 'visit';
    const visits = [...episodes, ...older].filter(isVisit);
    expect(visits.map(({ visitId }) => visitId)).toEqual([...stories.keys()].toReversed());
    expect(more).toBe(false);
    expect(visits.filter(({ troubles }) => troubles.length === 0)).toEqual([]);
    expect(visits.at(-1)?.troubles).toContain('没有输入密码：卡片被取出。');
    const inEnglish = await operator.call('Maintenance.GetEpisodes', { event: 'pin.notEntered', language: 'en' });
    expect(inEnglish.episodes?.at(-1)?.troubles).toContain('No PIN was entered: cardRemoved.');
    expect(visits.every(({ ended, last }) => ended !== undefined && last !== undefined)).toBe(true);
    expect(check).toMatchObject({ fromSeq: 1, uptoSeq: expect.any(Number) });

    const found = async (query: CommandPayloads['Maintenance.GetEpisodes']) =>
      (await operator.call('Maintenance.GetEpisodes', query)).episodes?.flatMap(({ kind, visitId }) =>
        kind === 'visit' ? [visitId] : [],
      );
    const [last, , third] = visits;
    expect(await found({ case: last?.caseCode ?? '' })).toEqual([last?.visitId]);
    expect(await found({ from: third?.began ?? '', to: third?.last ?? '' })).toEqual([third?.visitId]);
    expect(await found({ event: 'card.readFailed' })).toHaveLength(2);
    expect(await found({ device: 'printer', event: 'receipt.printed' })).toHaveLength(1);
    expect(await found({ before: third?.seq ?? 0 })).toEqual([...stories.keys()].toReversed().slice(3));

    const { check: now } = await operator.call('Maintenance.VerifyJournal');
    expect(now?.damage).toBeUndefined();
    expect(now?.uptoSeq).toBeGreaterThan(check?.uptoSeq ?? Number.POSITIVE_INFINITY);
    await kiosk.bench.cardReader.remove();
  });

  test('a changed entry is named where it is', async () => {
    const operator = await signsOn(kiosk);
    const [, visit = ''] = [...stories.keys()];
    const [began] = kiosk.entries({ visit, event: 'visit.began' });
    tamper(began?.seq ?? 0);
    const { check } = await operator.call('Maintenance.VerifyJournal');
    expect(check?.damage).toEqual({ what: 'changed entry', seq: began?.seq });
    expect((await operator.call('Maintenance.GetEpisodes', {})).check?.damage).toEqual(check?.damage);
    await kiosk.bench.cardReader.remove();
  });
});

test('the daemon is killed: the visit is told up to there, what was found at the next start, and how it ended', async () => {
  const uiFolder = mkdtempSync(join(tmpdir(), 'ui-'));
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html>');
  const process = await KioskProcess.start({ server: { uiFolder } });
  try {
    const { bench } = process;
    const customer = await Page.load(process.url);
    await customer.ready();
    const { visitId = '' } = await customer.call('Visit.Begin', { language: 'en' });
    await bench.insert('gen3-active');
    await customer.call('SocialCard.Read', { visitId });
    await process.killDaemon();
    customer.close();
    await bench.remove();
    await process.startDaemon();
    const journal = async (...args: readonly string[]) => process.cli('journal', ...args);
    await vi.waitUntil(async () => (await journal('--visit', visitId)).includes('cutOff'), {
      timeout: 20_000,
      interval: 500,
    });
    const sentences = [
      /The card was read[\s\S]* ! The kiosk software had been cut off/,
      /ended \(cutOff\) .* card: taken/,
    ];
    await tellsOf(visitId, sentences, journal);
  } finally {
    await process.stop();
    rmSync(uiFolder, { recursive: true });
  }
});
