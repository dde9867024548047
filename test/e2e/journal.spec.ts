import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, type Person, test } from './kit/fixtures.ts';

// "What happened at 14:32": staff find the visit on the maintenance page and read what the command line tells.

async function opensJournal(person: Person): Promise<void> {
  const { page, kiosk } = person;
  await page.goto(`${kiosk.url}maintenance`);
  await person.signsOn();
  await page.locator('[data-tab=journal]').click();
}

/** Case code, minute and lines of the last visit, as `npx kiosk journal` prints them. */
function lastStory({ kiosk }: Person) {
  const code = /\(case ([0-9A-Z-]+),/.exec(kiosk.lastVisit())?.[1] ?? '';
  const lines = kiosk
    .cli('journal', '--visit', code)
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line));
  const [, day = '', hour = '', minute = ''] = /^(\S+) (\d\d):(\d\d)/.exec(lines[0] ?? '') ?? [];
  return { code, day, hour, minute: `${hour}:${minute}`, sentences: lines.map((line) => line.slice(22)) };
}

test('a technician finds the visit of a given minute, and reads it; then by case code and by what happened', async ({
  person,
}) => {
  const { page } = person;
  await person.looksUpBalance('gen3-active');
  await person.sees('enter-pin');
  await expect(page.locator('kiosk-picture[motion=in]')).toBeVisible();
  await person.kiosk.bench.keys('12C');
  await person.sees('pin-problem');
  await person.leaves();
  await person.saysGoodbye();
  const cancelled = lastStory(person);
  await person.looksUpBalance('expired');
  await person.sees('card-problem');
  await person.leaves();
  await person.saysGoodbye();
  const expired = lastStory(person);

  await opensJournal(person);
  await expect(page.locator('[data-chain=whole]')).toBeVisible();
  const opens = (filter: string) => page.locator(`[data-filter=${filter}] > summary`).click();
  await opens('hour');
  await page.locator(`[data-hour="${Number(expired.hour)}"]`).click();
  await page.locator(`.visit[data-began="${expired.minute}"]`, { hasText: expired.code }).click();
  const lines = page.locator('.story li');
  await expect(lines).toHaveCount(expired.sentences.length);
  for (const [index, sentence] of expired.sentences.entries()) await expect(lines.nth(index)).toContainText(sentence);
  await expect(page.locator('.story')).toContainText('cardExpired');
  await page.locator('[data-close]').click();

  await opens('event');
  await page.locator('[data-choice="pin.notEntered"]').click();
  // Other people of this kiosk may have done the same before; the newest stands first.
  await expect(page.locator('.visit', { hasText: expired.code })).toHaveCount(0);
  await expect(page.locator('.visit').first()).toContainText(cancelled.code);
  await expect(page.locator('.visit').first()).toContainText('pinCancelled');
  await page.locator('[data-filter=event] [data-choice=any]').click();
  await expect(page.locator('.visit')).not.toHaveCount(1);

  await page.locator('[data-day=before]').click();
  await expect(page.locator('.visit')).toHaveCount(0);
  await opens('case');
  for (const key of cancelled.code.slice(0, 4)) await page.locator(`[data-key="${key}"]`).click();
  await page.locator('[data-find]').click();
  await page.locator('.visit', { hasText: cancelled.code }).click();
  await expect(page.locator('.story')).toContainText('No PIN was entered: pinCancelled.');

  await page.locator('[data-deed=VerifyJournal]').click();
  await expect(page.locator('[data-chain=whole]')).toBeVisible();
  await person.kiosk.bench.remove();
});

test('two persons copy the journal to a stick: which stick, how far it is, what it is called; the copy is whole', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await opensJournal(person);
  await page.locator('[data-deed=GetSticks]').click();
  await page.locator('[data-stick=STICK]').click();
  await person.isJoinedBy('staff', 'staff-technician');

  const file = (await page.locator('[data-exported]').getAttribute('data-exported')) ?? '';
  const copy = join(kiosk.folder, 'bench/sticks/STICK', file);
  expect(
    execFileSync(process.execPath, ['dist/daemon/kiosk.js', 'journal', 'verify', copy], { encoding: 'utf8' }),
  ).toContain('whole');
  await kiosk.bench.remove();
});
