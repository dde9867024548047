import { execFileSync } from 'node:child_process';
import { benchCardPin } from '#simulators/wallet/wallet.ts';
import { bundle } from '../bundle.ts';
import {
  activates,
  agrees,
  asksToFreeze,
  bringsCard,
  choosesPin,
  doneAt,
  entersPins,
  freezes,
  newPin,
  picksPin,
} from './kit/acts.ts';
import { expect, type Person, test } from './kit/fixtures.ts';

// The day that adds up: ten people at the screen, then two of the branch who count and sign. With the reader that keeps
// cards.

test.use({ hardware: 'crt591' });

const leaves = async (person: Person): Promise<void> => {
  await person.leaves();
  await person.saysGoodbye();
};

/** What each of them came for. The order is that of one person's day: a PIN that was changed stays so. */
const visits: Readonly<Record<string, (person: Person) => Promise<void>>> = {
  'the balance, with a slip': async (person) => {
    await person.looksUpBalance('gen3-active');
    await person.entersPin();
    await person.sees('balance');
    await person.touches('PRINT');
    await person.sees('print-result');
    await leaves(person);
  },
  'the balance without one, the PIN at the second try': async (person) => {
    await person.looksUpBalance('gen3-active');
    await person.entersPin('000000');
    await person.reads('还可以试 2 次');
    await person.entersPin();
    await person.sees('balance');
    await leaves(person);
  },
  'a card is lost': async (person) => {
    await person.chooses('lossReport');
    await freezes(person);
    await leaves(person);
  },
  'it turns up': async (person) => {
    await person.chooses('unfreeze');
    await bringsCard(person, 'resident', 'gen3-active');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', person.kiosk.pin);
    await agrees(person, 'act-result');
    await leaves(person);
  },
  "the card's own PIN is changed: the chip's matter, no host counts it": async (person) => {
    await person.chooses('pin');
    await picksPin(person, 'changeCardPin');
    await agrees(person, 'new-pin');
    await entersPins(person, benchCardPin, newPin, newPin);
    await agrees(person, 'act-result');
    await leaves(person);
  },
  'the PIN of the account is changed': async (person) => {
    await person.chooses('pin');
    await picksPin(person, 'changePin');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', person.kiosk.pin);
    await agrees(person, 'new-pin');
    await choosesPin(person);
    await agrees(person, 'act-result');
    await leaves(person);
  },
  'an account is activated': async (person) => {
    await person.chooses('activation');
    await activates(person);
    await leaves(person);
  },
  'a card is enabled': async (person) => {
    await person.chooses('activation');
    await bringsCard(person, 'resident-long-term', 'gen3-sealed');
    await person.sees('choose-functions');
    await person.touches('CONTINUE');
    await agrees(person, 'act-result');
    await leaves(person);
  },
  "somebody else's card is brought, and the person gives up": async (person) => {
    await person.chooses('activation');
    await bringsCard(person, 'resident-not-activated', 'gen3-active');
    await person.sees('act-problem');
    await leaves(person);
  },
  'a card is lost, and the answer of the bank that did it': async (person) => {
    await person.chooses('lossReport');
    await asksToFreeze(person, newPin);
    await person.kiosk.bench.hostFault('bank-core', { kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
    await person.touches('CONFIRM');
    await person.sees('act-result');
    await leaves(person);
  },
};

/** What the hosts did, as they themselves say: `leg.act` and how often. */
async function doneByHosts(person: Person): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const [leg, host] of [
    ['social', 'card-management'],
    ['financial', 'bank-core'],
  ] as const)
    for (const act of await doneAt(person, host)) counts[`${leg}.${act}`] = (counts[`${leg}.${act}`] ?? 0) + 1;
  return counts;
}

/** A column of the page: `leg.act` and the figure there. */
async function column(person: Person, which: 'ours' | 'theirs'): Promise<Readonly<Record<string, number>>> {
  const rows = person.page.locator('maintenance-day tr[data-act]');
  return Object.fromEntries(
    await rows.evaluateAll(
      (all, name) =>
        all.map((row) => [
          row.getAttribute('data-act'),
          Number(row.querySelector(`[data-figure=${name}]`)?.textContent),
        ]),
      which,
    ),
  );
}

test('ten visits; a missing card blocks the signatures and is named; two persons close the day with the hosts’ totals', async ({
  person,
}) => {
  test.slow();
  const { page, kiosk } = person;
  const withManager = (pressed?: string) => person.isJoinedBy('staff-holder', 'staff', pressed);
  const begun = () => kiosk.cli('journal', '--event', 'visit.began').split('A visit began').length - 1;
  const before = begun();
  for (const [what, visit] of Object.entries(visits)) await test.step(what, () => visit(person));
  expect(begun() - before).toBe(10);
  const done = await doneByHosts(person);
  expect(done).toEqual({
    'social.temporaryLoss': 2,
    'social.unfreeze': 1,
    'social.enableSocial': 1,
    'financial.temporaryLoss': 2,
    'financial.unfreeze': 1,
    'financial.activate': 1,
    'financial.changePin': 1,
  });

  await person.opens('maintenance');
  await person.signsOn('staff');
  await page.locator('[data-tab=cards]').click();
  const hopper = page.locator('maintenance-cards [data-unit=unitDISP1]');
  await hopper.locator('[data-reason=loaded]').click();
  await hopper.locator('[data-as-booked]').click();
  await hopper.locator('[data-count=putIn] [data-step="10"]').click();
  await hopper.locator('[data-deed=CountCards]').click();
  await withManager();
  await expect(hopper.locator('dd').first()).toContainText('10');

  await page.locator('[data-tab=day]').click();
  await expect(page.locator('[data-day="1"][data-step=open]')).toBeVisible();
  await page.locator('[data-deed=BeginDayEnd]').click();
  await expect(page.locator('[data-day="1"][data-step=compared]')).toBeVisible();
  await expect(page.locator('[data-day="1"]')).toContainText(`${before + 10} visits`);
  expect([await column(person, 'ours'), await column(person, 'theirs')]).toEqual([done, done]);
  await expect(page.locator('[data-adds-up]')).toBeVisible();

  // The first page says why nobody is served, and the way back.
  await page.locator('[data-tab=overview]').click();
  await page.locator('[data-closed=day] button').click();
  await expect(page.locator('[data-day="1"][data-step=compared]')).toBeVisible();

  // One is not where the book says.
  const counting = page.locator('maintenance-day [data-unit=unitDISP1]');
  await counting.locator('[data-step="-1"]').click();
  await page.locator('[data-deed=CloseDay]').click();
  await expect(page.locator('[data-problem=countsDiffer]')).toBeVisible();
  await expect(counting.locator('[data-wrong]')).toContainText('−1');
  expect(kiosk.cli('journal', '--event', 'day.refused')).toContain('count:unitDISP1 -1');

  // It was in the path after all. The manager takes it back on the pad: what was counted still stands.
  await counting.locator('[data-step="1"]').click();
  await counting.locator('[data-step="-1"]').click();
  await counting.locator('[data-step="1"]').click();
  const entered = await counting.locator('output').textContent();
  await page.locator('[data-deed=CloseDay]').click();
  await withManager('C');
  await expect(page.locator('[data-problem=pinCancelled]')).toBeVisible();
  await expect(counting.locator('output')).toHaveText(`${entered}`);
  await page.locator('[data-deed=CloseDay]').click();
  await withManager();
  await expect(page.locator('[data-day="2"][data-step=open]')).toBeVisible();
  await expect(page.locator('[data-last="1"] [data-slip=done]')).toBeVisible();
  expect(kiosk.cli('journal', '--event', 'day.signed')).toContain('Day 1 was signed by');

  const slip = (await kiosk.bench.receipts()).at(-1)?.text;
  expect(slip).toMatch(new RegExp(`服务人次\\s+${before + 10}\\b`));
  expect(slip).toMatch(/临时挂失 银行\s+2 \/ 2/);

  await person.signsOff();
  await person.sees('attract');
});

test('a day that was due before a restart is still due after it: what to do first, and on top of the day', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await kiosk.killDaemon();
  const built = await bundle('day-due', { earlier: 'test/e2e/kit/day-due.ts' });
  execFileSync(process.execPath, [built.path('earlier'), kiosk.configFile]);
  built.remove();
  await kiosk.startDaemon();
  // Nobody is kept out by it.
  await person.opens();
  await person.sees('attract');

  await person.opens('maintenance');
  await person.signsOn('staff');
  await expect(page.locator('.serving')).toHaveAttribute('data-sign', 'well');
  await expect(page.locator('.todo li').filter({ hasText: '11-27 18:00' })).toContainText('Two persons close it');
  await page.locator('[data-tab=day]').click();
  await expect(page.locator('[data-due]')).toContainText('2026-11-27 18:00');

  await person.signsOff();
});
