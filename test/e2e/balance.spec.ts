import { balanceVisit } from './kit/balance-visit.ts';
import { expect, test } from './kit/fixtures.ts';

test('a third-generation card gives its balance and a slip, and goes home', async ({ person }) => {
  await balanceVisit(person);
  // The goodbye goes by itself.
  await person.sees('attract');
});

test('the card may be put in before the first touch', async ({ person }) => {
  await person.kiosk.bench.insert('gen3-active');
  await person.sees('home');
  await person.chooses('balance');
  await person.entersPin();
  await person.sees('balance');
  await person.leaves();
});

for (const [language, words] of [
  ['zh-Hant', { screen: '社保功能', slip: '餘額' }],
  ['en', { screen: 'Social security', slip: 'Balance slip' }],
] as const) {
  test(`screen and slip in ${language}; the next person begins in the kiosk's own language`, async ({ person }) => {
    await person.speaks(language);
    await person.looksUpBalance('gen3-second-account');
    await person.entersPin();
    await person.sees('balance');
    await person.reads(words.screen);
    // BRIEF-03, BRIEF-05: class I account and debit account apart, nothing summed.
    await expect(person.page.locator('kiosk-screen [data-kind=socialSecurity]')).toHaveCount(1);
    await expect(person.page.locator('kiosk-screen [data-kind=debit]')).toHaveCount(1);
    await person.touches('PRINT');
    await person.sees('print-result');
    await person.leaves();
    await person.saysGoodbye();
    await expect(person.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
    expect((await person.kiosk.bench.receipts())[0]?.text).toContain(words.slip);
  });
}

test('a card whose money function is not active: medical use is not affected, activation is offered (BRIEF-42)', async ({
  person,
}) => {
  await person.speaks('en');
  await person.looksUpBalance('gen3-not-activated');
  await person.entersPin();
  await person.sees('balance');
  await person.reads(/medical/i);
  await person.touches('TOGGLE_AMOUNTS');
  await person.reads('420.00');
  await person.leaves();
});

test('a citizen card: no PIN, no treatment elsewhere, where to see the bank account (BRIEF-16)', async ({ person }) => {
  await person.looksUpBalance('gen1-citizen');
  await person.sees('balance');
  await person.touches('TOGGLE_AMOUNTS');
  await person.reads('777.20');
  await person.leaves();
});

test('elder mode, larger text and high contrast work on the way and end with the visit', async ({ person }) => {
  const root = person.page.locator('html');
  await person.touches('SET_PREFERENCE');
  await expect(root).toHaveAttribute('data-text', 'largest');
  await person.chooses('balance');
  await person.kiosk.bench.insert('gen3-active');
  await person.entersPin();
  await person.sees('balance');
  await person.leaves();
  await person.saysGoodbye();
  await expect(root).toHaveAttribute('data-text', 'normal');
});

test('a call for help is answered with a code, and the visit goes on where it was', async ({ person }) => {
  await person.chooses('balance');
  await person.sees('insert-card');
  await person.taps('button.help');
  await person.sees('call-staff');
  await person.touches('CLOSE');
  await person.sees('insert-card');
  expect(person.kiosk.lastVisit()).toMatch(
    /Help was called from the screen "insert-card" \(case [0-9A-Z]{4}-[0-9A-Z]{4}\)/,
  );
  await person.leaves();
});
