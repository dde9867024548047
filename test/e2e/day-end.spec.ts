import { expect, test } from './kit/fixtures.ts';

test.use({ hardware: 'crt591' });

test('the day that adds up: a missing card blocks the signatures and is named; two persons close the day', async ({
  person,
}) => {
  const { page, kiosk } = person;
  const withManager = (pressed?: string) => person.isJoinedBy('staff-holder', 'staff', pressed);
  await page.goto(`${kiosk.url}maintenance`);
  await person.signsOn('staff');

  await page.locator('[data-tab=cards]').click();
  const hopper = page.locator('maintenance-cards [data-unit=unitDISP1]');
  await hopper.locator('[data-reason=loaded]').click();
  await hopper.locator('[data-step="10"]').click();
  await hopper.locator('[data-deed=CountCards]').click();
  await withManager();
  await expect(hopper.locator('dd').first()).toContainText('10');

  await page.locator('[data-tab=day]').click();
  await expect(page.locator('[data-day="1"][data-step=open]')).toBeVisible();
  await page.locator('[data-deed=BeginDayEnd]').click();
  await expect(page.locator('[data-day="1"][data-step=compared]')).toBeVisible();
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

  await person.signsOff();
  await person.sees('attract');
});
