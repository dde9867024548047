import { expect, test } from './kit/fixtures.ts';

test.use({ hardware: 'crt591' });

test('cards are loaded by two persons: each with card and PIN, the count on the page and in the journal', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await person.opens('maintenance');
  await person.signsOn();

  await page.locator('[data-tab=cards]').click();
  const hopper = page.locator('[data-unit=unitDISP1]');
  const bin = page.locator('[data-unit=unitBIN1] dd').first();
  const before = Number.parseInt((await bin.textContent()) ?? '', 10);
  await hopper.locator('[data-reason=loaded]').click();
  const box = async (key: string) => (await hopper.locator(`[data-key="${key}"]`).boundingBox()) ?? { x: 0, width: 0 };
  const [zero, one] = [await box('0'), await box('1')];
  expect(zero.x + zero.width, 'no key lies on another').toBeLessThanOrEqual(one.x);
  for (const step of [10, 10, 10, 1, -1]) await hopper.locator(`[data-count=putIn] [data-step="${step}"]`).click();
  for (const [which, serial] of [
    ['firstSerial', '26A01'],
    ['lastSerial', '26A30'],
  ] as const) {
    await hopper.locator(`[data-serial=${which}]`).click();
    for (const key of serial) await hopper.locator(`[data-key="${key}"]`).click();
  }
  // What was found before is counted for itself, and nothing is said for whoever did not: a card that is not where the
  // book says is said at once.
  await expect(hopper.locator('[data-deed=CountCards]')).toBeDisabled();
  await hopper.locator('[data-as-booked]').click();
  await expect(hopper.locator('[data-differs]')).toBeHidden();
  await hopper.locator('[data-count=found] [data-step="1"]').click();
  await expect(hopper.locator('[data-differs]')).toContainText('+1');
  const count = await hopper.locator('[data-total]').getAttribute('data-total');
  await hopper.locator('[data-deed=CountCards]').click();
  await person.isJoinedBy('staff', 'staff-technician');

  await expect(hopper.locator('dd').first()).toContainText(`${count}`);
  expect(kiosk.cli('journal', '--event', 'stock.counted')).toMatch(
    new RegExp(`loaded.*now ${count} cards, 26A01 to 26A30`),
  );
  expect(kiosk.cli('journal', '--event', 'staff.countersigned')).toContain('Two members of the staff');

  // Their own card is in the one path that this unit has: nothing is in the way.
  await page.locator('[data-tab=devices]').click();
  await page.locator('[data-deed=Test][data-device=cardDispenser]').click();
  await expect(page.locator('[data-test-of=cardDispenser]')).toHaveAttribute('data-outcome', 'passed');
  // One of them is fed as a test, which costs it: from the hopper to the contacts and into the bin.
  await page.locator('[data-event=CLOSER][data-device=cardDispenser]').click();
  await page.locator('[data-deed=FeedCard]').click();
  await person.isJoinedBy('staff', 'staff-technician');
  await expect(page.locator('[data-test-of=cardDispenser]')).toHaveAttribute('data-outcome', 'passed');
  await page.locator('[data-tab=cards]').click();
  await expect(page.locator('[data-unit=unitDISP1] dd').first()).toContainText(`${Number(count) - 1}`);
  await expect(bin).toContainText(new RegExp(`^\\s*${before + 1} `));

  // The pad's master key was loaded: bank and pad agree on a key under it.
  await page.locator('[data-tab=devices]').click();
  await page.locator('[data-event=CLOSER][data-device=pinPad]').click();
  await page.locator('[data-deed=BookKeyLoad]').click();
  await person.isJoinedBy('staff', 'staff-technician');
  await expect(page.locator('[data-keys=agreed]')).toContainText(/[0-9A-F]{4}/);
  await person.signsOff();
  await person.sees('attract');
});
