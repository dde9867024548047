import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { StaffCardId } from '#simulators/wallet/staff.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import { asksToFreeze } from './kit/acts.ts';
import { expect, type Person, test } from './kit/fixtures.ts';
import type { KioskProcess } from './kit/kiosk-process.ts';

// "What happened at 14:32": staff find the visit on the maintenance page and read what the command line tells.

async function opensJournal(person: Person, card: StaffCardId = 'staff-technician'): Promise<void> {
  const { page } = person;
  await person.opens('maintenance');
  await person.signsOn(card);
  await page.locator('[data-tab=journal]').click();
}

async function isRefused(person: Person, card: WalletCardId): Promise<void> {
  await person.looksUpBalance(card);
  await person.sees('card-problem');
  await person.leaves();
}

/** What went wrong, and the sentence that must tell it. */
const troubles: Readonly<Record<string, readonly [lives: (person: Person) => Promise<void>, told: RegExp]>> = {
  'the bank files a loss, and its answer is lost': [
    async (person) => {
      await person.chooses('lossReport');
      await asksToFreeze(person);
      const { bench } = person.kiosk;
      await bench.hostFault('bank-core', { kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
      // Asked what became of it, it says nothing either.
      await bench.hostFault('bank-core', { kind: 'status', status: 503, operation: 'askRequest' });
      await person.touches('CONFIRM');
      await person.sees('act-result');
      await bench.hostFault('bank-core', { clear: true });
      await person.leaves();
    },
    /financial: unknown/,
  ],
  'the bank is away': [
    async (person) => {
      await person.kiosk.bench.hostFault('bank-core', { kind: 'down', how: 'refuse' });
      await person.looksUpBalance('gen3-long-name');
      await person.entersPin();
      await person.sees('balance');
      await person.leaves();
      await person.kiosk.bench.hostFault('bank-core', { clear: true });
    },
    /financial: notConfirmed: unavailable/,
  ],
  'the card is pulled out at the PIN': [
    async (person) => {
      await person.looksUpBalance('gen3-long-name');
      await person.seesPadListen();
      await person.kiosk.bench.keys('12');
      await person.kiosk.bench.remove();
      await person.sees('card-problem');
      await person.touches('END');
    },
    /No PIN was entered: cardRemoved/,
  ],
  'cancel on the pad': [
    async (person) => {
      await person.looksUpBalance('gen3-long-name');
      await person.seesPadListen();
      await person.kiosk.bench.keys('12C');
      await person.sees('pin-problem');
      await person.leaves();
    },
    /No PIN was entered: pinCancelled/,
  ],
  'a card that says nothing': [(person) => isRefused(person, 'mute'), /The card could not be used .*cardMute/],
  'a card that was copied': [(person) => isRefused(person, 'cloned'), /The card could not be used .*cardNotGenuine/],
  'the bank does not believe the card': [
    async (person) => {
      await person.looksUpBalance('wrong-cryptogram');
      await person.entersPin();
      await person.sees('balance');
      await person.leaves();
    },
    /financial: refused/,
  ],
  'the paper ends in the slip': [
    async (person) => {
      const { bench } = person.kiosk;
      await person.looksUpBalance('gen3-long-name');
      await person.entersPin();
      await person.sees('balance');
      await bench.fault('printer', { paperLeftMm: 30 });
      await person.touches('PRINT');
      await person.sees('print-result');
      await person.leaves();
      await bench.loadPaper();
    },
    /Receipt "balance": (notDone|unknown)/,
  ],
  'the page is loaded anew': [
    async (person) => {
      await person.looksUpBalance('gen3-long-name');
      await person.sees('enter-pin');
      await person.page.reload();
      await person.kiosk.bench.remove();
      await person.sees('attract');
    },
    /ended \((pageReloaded|connectionLost)\)/,
  ],
  'wrong PINs to the limit': [
    async (person) => {
      await person.looksUpBalance('gen3-second-account');
      await person.entersPin('000000');
      await person.reads('还可以试 2 次');
      await person.entersPin('111111');
      await person.sees('pin-problem');
      await person.touches('RETRY');
      await person.entersPin('222222');
      await person.sees('balance');
      await person.leaves();
    },
    /refused: pinLocked/,
  ],
};

interface Line {
  readonly when: string;
  readonly marked: boolean;
  readonly sentence: string;
  readonly todo: string;
}

/** What `npx kiosk journal …` prints, by what it was; in both languages. */
function storiesIn(printed: string): readonly (readonly Line[])[] {
  return printed
    .split(/^(?:Visit|Staff|Idle|办理|维护|空闲) .+\n/m)
    .map((story) =>
      [...story.matchAll(/^(\d{4}-\S+ \S+) ([ !]) (.*)(?:\n +→ (.*))?/gm)].map(
        ([, when = '', mark, sentence = '', todo = '']) => ({ when, marked: mark === '!', sentence, todo }),
      ),
    );
}

/** The same as it stands on the page; the day is in its heading. */
async function storyOn(page: Page): Promise<readonly Line[]> {
  const story = page.locator('.story');
  const day = /\d{4}-\d\d-\d\d/.exec((await story.locator('h2').textContent()) ?? '')?.[0] ?? '';
  const lines = await story.locator('li').evaluateAll((all) =>
    all.map((line) => {
      const todo = line.querySelector('small')?.textContent ?? '';
      const text = line.querySelector('p')?.textContent ?? '';
      return {
        clock: line.querySelector('time')?.textContent ?? '',
        marked: line.querySelector('svg') !== null,
        sentence: text.slice(0, text.length - todo.length),
        todo: todo.replace(/^→ /, ''),
      };
    }),
  );
  return lines.map(({ clock, ...line }) => ({ when: `${day} ${clock}`, ...line }));
}

/** The story that stands there is told anew in the language of the page, and as a Chinese shell tells it. */
async function readsInChinese(page: Page, kiosk: KioskProcess, code: string, before: readonly Line[] = []) {
  const language = page.locator('button.language');
  await language.click();
  await expect(page.locator('.story')).toContainText('受理业务：临时挂失');
  const inChinese = storiesIn(kiosk.cliIn('zh_CN.UTF-8', 'journal', '--visit', code)).find(({ length }) => length > 0);
  expect(await storyOn(page)).toEqual(inChinese);
  expect(inChinese?.map(({ when, marked }) => ({ when, marked }))).toEqual(
    before.map(({ when, marked }) => ({ when, marked })),
  );
  await language.click();
  await expect(page.locator('.story')).toContainText('was taken on');
  expect(await storyOn(page)).toEqual(before);
}

async function looksAtHour(page: Page, hour: number): Promise<void> {
  const button = page.locator(`[data-hour="${hour}"]`);
  if ((await button.getAttribute('aria-pressed')) === 'true') return;
  await opens(page, 'hour');
  await button.click();
}

const opens = (page: Page, filter: string): Promise<void> => page.locator(`[data-filter=${filter}] > summary`).click();

test('ten visits that went wrong: each is found by its minute, and told on the page as in the terminal', async ({
  person,
}) => {
  test.slow();
  const { page, kiosk } = person;
  for (const [what, [lives]] of Object.entries(troubles))
    await test.step(what, async () => {
      await lives(person);
      await person.saysGoodbye();
    });
  // What nobody knew yet is settled soon after.
  await expect(() => expect(kiosk.cli('unresolved')).toContain('nothing is open')).toPass({ timeout: 30_000 });
  const began = storiesIn(kiosk.cli('journal', '--event', 'visit.began'))
    .flat()
    .slice(-10);
  const printed = new Map<string, readonly (readonly Line[])[]>();
  for (const { when } of began) {
    const minute = when.slice(0, 'YYYY-MM-DD hh:mm'.length);
    if (!printed.has(minute)) printed.set(minute, storiesIn(kiosk.cli('journal', '--at', minute)));
  }

  const codes = began.map(({ sentence }) => /case ([0-9A-Z-]+)/.exec(sentence)?.[1] ?? '');

  await opensJournal(person);
  await expect(page.locator('[data-chain=whole]')).toBeVisible();
  for (const [index, [what, [, told]]] of Object.entries(troubles).entries()) {
    const { when = '', sentence = '' } = began[index] ?? {};
    const code = codes[index] ?? '';
    const minute = when.slice(11, 16);
    const lines = printed.get(when.slice(0, 16))?.find((story) => story[0]?.sentence === sentence);
    await looksAtHour(page, Number(minute.slice(0, 2)));
    const row = page.locator(`.episode[data-kind=visit][data-began="${minute}"]`, { hasText: code });
    // The list says already that something was wrong.
    await expect(row.locator('[data-sign=limping]'), what).toBeVisible();
    await row.click();
    await expect(page.locator('.story')).toContainText(told);
    expect(await storyOn(page), what).toEqual(lines);
    expect(
      lines?.some(({ marked }) => marked),
      what,
    ).toBe(true);
    if (index === 0) await readsInChinese(page, kiosk, code, lines);
    await page.locator('[data-close]').click();
  }

  // By what happened.
  const codeOf = (what: keyof typeof troubles): string => codes[Object.keys(troubles).indexOf(what)] ?? '';
  const [cancelled, mute] = [codeOf('cancel on the pad'), codeOf('a card that says nothing')];
  await opens(page, 'event');
  await page.locator('[data-choice="pin.notEntered"]').click();
  await expect(page.locator('.episode', { hasText: mute })).toHaveCount(0);
  await expect(page.locator('.episode', { hasText: cancelled })).toContainText('pinCancelled');
  await page.locator('[data-filter=event] [data-choice=any]').click();
  await expect(page.locator('.episode', { hasText: mute })).toHaveCount(1);

  // By case code, whichever day is looked at.
  await page.locator('[data-day=before]').click();
  await expect(page.locator('.episode[data-kind=visit]')).toHaveCount(0);
  await opens(page, 'case');
  for (const key of cancelled.slice(0, 4)) await page.locator(`[data-key="${key}"]`).click();
  await page.locator('[data-find]').click();
  await page.locator('.episode', { hasText: cancelled }).click();
  await expect(page.locator('.story')).toContainText('No PIN was entered: pinCancelled.');

  await page.locator('[data-deed=VerifyJournal]').click();
  await expect(page.locator('[data-chain=whole]')).toBeVisible();
  await kiosk.bench.remove();
});

test('a device that was unplugged while nobody was there, and what a colleague did: found, and told as in the terminal', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await person.sees('attract');
  const printerIs = (state: string) => () =>
    expect(kiosk.cli('journal', '--event', 'device.state')).toContain(`The receipt printer is now ${state}`);
  await kiosk.bench.fault('printer', { unplugged: true });
  await expect(printerIs('absent')).toPass({ timeout: 30_000 });
  await kiosk.bench.fault('printer', { unplugged: false });

  // The colleague.
  await opensJournal(person);
  await page.locator('[data-deed=VerifyJournal]').click();
  await expect(page.locator('[data-chain=whole]')).toBeVisible();
  await person.signsOff();
  await person.sees('attract');

  const tellsAsTheShell = async (said: string, event: string): Promise<void> => {
    const when =
      storiesIn(kiosk.cli('journal', '--event', event))
        .flat()
        .findLast(({ sentence }) => sentence.includes(said))?.when ?? '';
    const inShell = storiesIn(kiosk.cli('journal', '--at', when.slice(0, 16)));
    const story = inShell.find((lines) => lines.some((line) => line.when === when && line.sentence.includes(said)));
    await expect(page.locator('.story')).toContainText(said);
    expect(story).toBeDefined();
    expect(await storyOn(page)).toEqual(story);
    const inChinese = storiesIn(kiosk.cliIn('zh_CN.UTF-8', 'journal', '--at', when.slice(0, 16)));
    await page.locator('button.language').click();
    await expect(page.locator('.story')).not.toContainText(said);
    expect(inChinese).toContainEqual(await storyOn(page));
    await page.locator('button.language').click();
    await expect(page.locator('.story')).toContainText(said);
    await page.locator('[data-close]').click();
  };

  await opensJournal(person, 'staff');
  await opens(page, 'device');
  await page.locator('[data-choice=printer]').click();
  // The list before it has the same row. Other tests of this kiosk are in it, too: what is meant is the newest.
  const found = () => expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-doing', '');
  await found();
  const idle = page.locator('.episode[data-kind=between]', { hasText: 'The receipt printer is now absent' });
  await idle.first().click();
  await tellsAsTheShell('The receipt printer is now absent', 'device.state');

  await opens(page, 'device');
  await page.locator('[data-filter=device] [data-choice=any]').click();
  await opens(page, 'event');
  await page.locator('[data-choice="staff.signedOn"]').click();
  await found();
  await page.locator('.episode[data-kind=staff]', { hasText: 'Technician' }).first().click();
  await tellsAsTheShell('Staff (technician) signed on', 'staff.signedOn');
  await kiosk.bench.remove();
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
    execFileSync(process.execPath, ['dist/daemon/kiosk.js', 'journal', 'verify', copy], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    }),
  ).toContain('whole');
  await kiosk.bench.remove();
});
