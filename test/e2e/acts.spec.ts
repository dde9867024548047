import type { Language } from '#protocol/generated/kiosk.ts';
import { benchCardPin } from '#simulators/wallet/wallet.ts';
import type { ScreenName } from '#state-machines/screens.ts';
import { expect, type Person, test } from './kit/fixtures.ts';

// What the kiosk is for, as a cardholder does it, in each language: real browser, real daemon, real parts.

const words: Readonly<
  Record<Language, Readonly<Record<'frozen' | 'unfrozen' | 'activated' | 'changed' | 'ofCard', string>>>
> = {
  'zh-Hans': {
    frozen: '临时挂失',
    unfrozen: '解除挂失',
    activated: '开通银行账户',
    changed: '密码',
    ofCard: '修改社保卡密码',
  },
  'zh-Hant': {
    frozen: '臨時掛失',
    unfrozen: '解除掛失',
    activated: '開通銀行帳戶',
    changed: '密碼',
    ofCard: '修改社保卡密碼',
  },
  en: {
    frozen: 'temporar',
    unfrozen: 'lifting the loss report',
    activated: 'ctivat',
    changed: 'PIN',
    ofCard: "Changing the card's own",
  },
};
const languages = Object.keys(words) as readonly Language[];

async function begins(person: Person, language: Language, service: Parameters<Person['chooses']>[0]): Promise<void> {
  if (language !== 'zh-Hans') await person.speaks(language);
  await person.chooses(service);
}

/** What really happened, at the far side. */
async function doneAt(person: Person, host: 'card-management' | 'bank-core'): Promise<readonly string[]> {
  const lines = (await person.kiosk.bench.ledger(host)) as readonly {
    operation: string;
    act: string;
    result: { action?: string };
  }[];
  return lines
    .filter(({ operation, act }) => operation === 'actOnCard' && act === 'done')
    .map(({ result }) => result.action ?? '')
    .filter((action) => action !== 'verifyPin');
}

async function slip(person: Person): Promise<string> {
  await person.touches('PRINT');
  await person.sees('print-result');
  return (await person.kiosk.bench.receipts()).map(({ text }) => text).join('\n');
}

/** Lost, as somebody whose card is gone does it. */
async function freezes(person: Person): Promise<void> {
  await person.sees('for-whom');
  await person.taps('button[data-choice=self]');
  person.touchesMade = 0;
  await person.identifies('resident');
  await person.enters('check-pin', person.kiosk.pin);
  await person.sees('confirm-act');
  await person.reads('0.00');
  await person.touches('CONFIRM');
  await person.sees('act-result');
}

const newPin = '739164';

/** Goes on through what is explained and agreed to, until one of these comes. */
async function agrees(person: Person, ...until: readonly ScreenName[]): Promise<void> {
  const passing = ['act-meaning', 'consent', 'confirm-act'] as const;
  const heading = () => person.page.locator('kiosk-screen h1').textContent();
  const now = async () => (await person.page.locator('kiosk-app').getAttribute('data-screen')) as ScreenName;
  for (;;) {
    await person.sees(...passing, ...until);
    const screen = await now();
    if (until.includes(screen)) return;
    const before = await heading();
    await person.taps('kiosk-screen button[data-event=CONFIRM], kiosk-screen button[data-event=CONTINUE]');
    // The next text has the same screen's name.
    await expect.poll(async () => (await now()) !== screen || (await heading()) !== before).toBe(true);
  }
}

/** The new PIN, twice: the second round begins with a heading of its own. */
async function choosesPin(person: Person): Promise<void> {
  const heading = person.page.locator('kiosk-screen h1');
  await person.sees('new-pin');
  const first = (await heading.textContent()) ?? '';
  await person.enters('new-pin', newPin);
  await expect(heading).not.toHaveText(first);
  await person.enters('new-pin', newPin);
}

for (const language of languages) {
  test(`a lost card is frozen, in ${language}`, async ({ person }) => {
    await begins(person, language, 'lossReport');
    await freezes(person);
    expect(person.touchesMade).toBeLessThanOrEqual(6);
    expect([await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')]).toEqual([
      ['temporaryLoss'],
      ['temporaryLoss'],
    ]);
    const text = await slip(person);
    expect(text.toLowerCase()).toContain(words[language].frozen);
    expect(text).toContain('0.00');
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The act is settled: done.');
  });

  test(`a card that turned up is unfrozen by its holder and by nobody else, in ${language}`, async ({ person }) => {
    const { bench, pin } = person.kiosk;
    await begins(person, language, 'lossReport');
    await freezes(person);
    await person.leaves();
    await person.saysGoodbye();

    // The finder has wallet, document and card, and neither PIN nor telephone.
    await begins(person, language, 'unfreeze');
    await person.identifies('resident');
    await person.sees('insert-card');
    await bench.insert('gen3-active');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', '111111');
    await person.reads(/2/);
    await person.taps('button[data-event=END]');
    await bench.remove();
    await person.saysGoodbye();
    expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss']);

    await begins(person, language, 'unfreeze');
    await person.identifies('resident');
    await person.sees('insert-card');
    await bench.insert('gen3-active');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', pin);
    await agrees(person, 'act-result');
    expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss', 'unfreeze']);
    expect(await doneAt(person, 'bank-core')).toEqual(['temporaryLoss', 'unfreeze']);
    expect((await slip(person)).toLowerCase()).toContain(words[language].unfrozen.toLowerCase());
    await person.leaves();
  });

  test(`a card is activated with a code and a new PIN, in ${language}`, async ({ person }) => {
    const { bench } = person.kiosk;
    await begins(person, language, 'activation');
    await person.identifies('resident-not-activated');
    await person.sees('insert-card');
    await bench.insert('gen3-not-activated');
    await person.sees('choose-functions');
    await person.taps('button[data-act=activate]');
    await expect(person.page.locator('button[data-act=activate][aria-pressed=true]')).toBeVisible();
    await person.touches('CONTINUE');
    await agrees(person, 'check-code');
    await person.enters('check-code', () => bench.lastCode());
    await agrees(person, 'new-pin');
    await choosesPin(person);
    await agrees(person, 'act-result');
    expect(await doneAt(person, 'bank-core')).toEqual(['activate']);
    const text = await slip(person);
    expect(text.toLowerCase()).toContain(words[language].activated);
    expect(text).toContain('0.00');
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The account was tried and works.');
  });

  test(`the card's own PIN is changed by who knows it, in ${language}`, async ({ person }) => {
    const { bench } = person.kiosk;
    await begins(person, language, 'pin');
    await person.identifies('resident');
    await person.sees('insert-card');
    await bench.insert('gen3-active');
    await person.sees('choose-act');
    await person.taps('button[data-choice=changeCardPin]');
    // The yes comes first: nothing is asked between the last key and the chip.
    await agrees(person, 'new-pin');
    const heading = person.page.locator('kiosk-screen h1');
    const told = [];
    for (const pin of ['264081', benchCardPin, newPin, newPin]) {
      told.push((await heading.textContent()) ?? '');
      await person.enters('new-pin', pin);
      if (told.length < 4) await expect(heading).not.toHaveText(told.at(-1) ?? '');
    }
    expect(new Set(told).size).toBe(4);
    await agrees(person, 'act-result');
    const text = await slip(person);
    expect(text).toContain(words[language].ofCard);
    expect(text).not.toContain(newPin);
    expect([await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')]).toEqual([[], []]);
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The act is settled: done.');
  });

  test(`the bank PIN is changed by who knows it, in ${language}`, async ({ person }) => {
    const { bench, pin } = person.kiosk;
    await begins(person, language, 'pin');
    await person.identifies('resident');
    await person.sees('insert-card');
    await bench.insert('gen3-active');
    await person.sees('choose-act');
    await person.taps('button[data-choice=changePin]');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', pin);
    await agrees(person, 'new-pin');
    await choosesPin(person);
    await agrees(person, 'act-result');
    expect(await doneAt(person, 'bank-core')).toEqual(['changePin']);
    const text = await slip(person);
    expect(text).toContain(words[language].changed);
    expect(text).not.toContain(newPin);
    await person.leaves();
  });
}

test('the page is loaded anew at every screen of a loss report: the visit ends, nothing is filed, the next is clean', async ({
  person,
}) => {
  test.slow();
  const places: readonly (readonly [ScreenName, () => Promise<void>])[] = [
    ['for-whom', () => person.chooses('lossReport')],
    ['choose-document', () => person.taps('button[data-choice=self]')],
    ['check-pin', () => person.identifies('resident')],
    ['confirm-act', () => person.enters('check-pin', person.kiosk.pin)],
  ];
  for (const last of places.keys()) {
    for (const [screen, goes] of places.slice(0, last + 1)) {
      await goes();
      await person.sees(screen);
    }
    await person.page.reload();
    await person.sees('attract');
    expect(person.kiosk.lastVisit()).toMatch(/The visit ended \((pageReloaded|connectionLost)\)/);
  }
  expect(await doneAt(person, 'card-management')).toEqual([]);
  await person.chooses('lossReport');
  await freezes(person);
  await person.page.reload();
  await person.sees('attract');
  expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss']);
});

test('the machine dies while both sides are asked: after the start the report is filed, once', async ({ person }) => {
  const { bench, pin } = person.kiosk;
  await person.chooses('lossReport');
  await person.taps('button[data-choice=self]');
  await person.identifies('resident');
  await person.enters('check-pin', pin);
  await person.sees('confirm-act');
  for (const host of ['card-management', 'bank-core'] as const)
    await bench.hostFault(host, { kind: 'slow', ms: 600_000, operation: 'actOnCard', times: 1 });
  await person.touches('CONFIRM');
  await person.sees('acting');
  // Before that the screen promises nothing: a daemon that dies on the way to its first intent has begun nothing.
  for (const host of ['card-management', 'bank-core'] as const)
    await expect.poll(() => bench.hostFaults(host), { timeout: 30_000 }).toEqual([]);
  await person.kiosk.killDaemon();
  await person.sees('out-of-service', 'visit-ended', 'starting');
  for (const host of ['card-management', 'bank-core'] as const) await bench.hostFault(host, { clear: true });
  await person.kiosk.startDaemon();
  await expect
    .poll(async () => [await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')], { timeout: 60_000 })
    .toEqual([['temporaryLoss'], ['temporaryLoss']]);
  // Nothing is left to a person; while something is open the command ends with 1.
  await expect(() => expect(person.kiosk.cli('unresolved')).toContain('nothing is open')).toPass({ timeout: 30_000 });
});
