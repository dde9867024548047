import type { Page } from '@playwright/test';
import { expect, test } from './kit/fixtures.ts';

// Staff at the machine, as far as they go: in by the corner and a card, look, out of service and back, out by the card.

const at = (page: Page, place: string) =>
  expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', place);

/** A finger rests in the upper right corner, where customers see the time. */
async function opensTheDoor(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width - 0.04 * Math.min(width, height), 0.04 * Math.min(width, height));
  await page.mouse.down();
  await page.waitForURL('**/maintenance');
  await page.mouse.up();
  await at(page, 'signedOut');
}

test('staff sign on at the corner, take the kiosk out of service and put it back; the card out closes the pages', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await opensTheDoor(page);
  // Nothing of the machine is told at the door.
  await expect(page.locator('table')).toHaveCount(0);
  await person.signsOn();
  await expect(page.locator('tbody[data-device=pinPad]')).toBeVisible();
  await expect(page.locator('.who strong')).toHaveText(/维护人员|Technician/);

  await page.locator('summary').click();
  await page.locator('[data-deed=Close][data-reason=repair]').click();
  await expect(page.locator('[data-closed=repair]')).toBeVisible();
  // That its devices would allow everything is no news while nobody is served.
  await expect(page.locator('.verdict')).toHaveCount(0);
  await kiosk.bench.remove();
  await at(page, 'ended');
  await page.locator('[data-event=LEAVE]').click();
  await person.sees('out-of-service');

  await opensTheDoor(page);
  await person.signsOn();
  await page.locator('[data-deed=Open]').click();
  await expect(page.locator('[data-closed]')).toHaveCount(0);
  await page.locator('[data-event=SIGN_OFF]').click();
  await expect(page.locator('[data-prompt=takeCard]')).toBeVisible();
  await kiosk.bench.remove();
  await person.sees('attract');
});

test('each device is tested with one button: passed on healthy ones, else in words what is wrong', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await opensTheDoor(page);
  await person.signsOn();
  await page.locator('[data-tab=devices]').click();
  const result = (device: string) => page.locator(`[data-test-of=${device}]`);
  const begins = (device: string) => page.locator(`[data-deed=Test][data-device=${device}]`).click();
  const passed = (device: string) => expect(result(device)).toHaveAttribute('data-outcome', 'passed');
  const asks = (prompt: string) => expect(page.locator(`[data-prompt=${prompt}]`)).toBeVisible();

  // One of them closely: what becomes of it while it is looked at is told.
  await page.locator('[data-event=CLOSER][data-device=printer]').click();
  await expect(page.locator('[data-looked-at=printer] thead')).toBeVisible();
  const turns = page.locator('.history li');
  await expect(turns.first()).toBeVisible();
  // The list has an end: what is new in it is counted, and not how long it is.
  const times = () => turns.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-at') ?? ''));
  const [newest = ''] = await times();
  await page.locator('[data-deed=ReopenDevice]').click();
  await expect.poll(async () => (await times()).filter((at) => at > newest).length).toBe(3);
  await page.locator('[data-event=ALL_DEVICES]').click();

  await begins('cardReader');
  await passed('cardReader');
  await begins('printer');
  await passed('printer');
  await begins('pinPad');
  await asks('pressKeys');
  await kiosk.bench.keys('1234567890BE');
  await passed('pinPad');
  await begins('identityReader');
  await asks('placeDocument');
  await kiosk.bench.place('resident');
  await passed('identityReader');
  await kiosk.bench.lift();
  await begins('passportReader');
  await asks('swipeDocument');
  // A swipe that comes before the reader listens is made again, as a person would.
  await expect(async () => {
    await kiosk.bench.place('passport');
    await expect(result('passportReader')).toHaveAttribute('data-outcome', 'passed', { timeout: 2_000 });
  }).toPass({ timeout: 40_000 });

  await kiosk.bench.fault('printer', { paperOut: true });
  await begins('printer');
  await expect(result('printer')).toHaveAttribute('data-outcome', 'failed');
  await expect(result('printer')).toContainText(/纸已用完|roll used up/);
  await begins('pinPad');
  await asks('pressKeys');
  await kiosk.bench.keys('12C');
  await expect(result('pinPad')).toHaveAttribute('data-outcome', 'failed');
  await kiosk.bench.remove();
});

test('a customer’s card is no way in, and neither is a tap in the corner', async ({ person }) => {
  const { page, kiosk } = person;
  const { width } = page.viewportSize() ?? { width: 0 };
  await page.mouse.click(width - 30, 30);
  await person.sees('attract');
  await opensTheDoor(page);
  await page.locator('[data-event=SIGN_ON]').click();
  await expect(page.locator('[data-prompt=insertCard]')).toBeVisible();
  await kiosk.bench.insert('gen3-active');
  await expect(page.locator('[data-prompt=takeCard]')).toBeVisible();
  await kiosk.bench.remove();
  await at(page, 'refused');
  await expect(page.locator('[data-problem=notStaffCard]')).toBeVisible();
  await page.locator('[data-event=LEAVE]').click();
  await person.sees('attract');
});

test('a wrong PIN is told as long as the next is waited for', async ({ person }) => {
  const { page, kiosk } = person;
  await person.opens('maintenance');
  await page.locator('[data-event=SIGN_ON]').click();
  await person.isAsked('insertCard');
  await kiosk.bench.insert('staff');
  await person.isAsked('enterPin');
  await kiosk.bench.keys('111111E');
  await expect(page.locator('[data-wrong]')).toBeVisible();
  await person.isAsked('enterPin');
  await expect(page.locator('[data-wrong]')).toContainText(/2/);
  await kiosk.bench.keys('975310E');
  await at(page, 'signedOn');
  await person.signsOff();
});

test('the machine: what it is, its screen, and the daemon started again by staff', async ({ person }) => {
  const { page, kiosk } = person;
  await opensTheDoor(page);
  await person.signsOn();
  await page.locator('[data-tab=machine]').click();
  await expect(page.locator('.readiness')).not.toHaveAttribute('data-at', '');
  await expect(page.locator('[data-subject=host][data-code=echo]')).toHaveCount(2);
  await expect(page.locator('[data-subject=keys]')).toHaveAttribute('data-sign', 'well');
  await page.locator('[data-deed=GetConfiguration]').click();
  await expect(page.locator('.settings')).toContainText('server.port');

  await page.locator('[data-event=TOUCH_TEST]').click();
  const sheet = page.locator('[data-felt]');
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  // Every field but the last: not passed yet.
  for (let row = 0; row < 12; row++)
    for (let column = 0; column < 9; column++)
      if (row + column < 19)
        await sheet.dispatchEvent('pointermove', {
          clientX: ((column + 0.5) / 9) * width,
          clientY: ((row + 0.5) / 12) * height,
        });
  await expect(sheet).toHaveAttribute('data-felt', '107');
  await sheet.dispatchEvent('pointermove', { clientX: (8.5 / 9) * width, clientY: (11.5 / 12) * height });
  await expect(page.locator('[data-touch=true]')).toBeVisible();

  await page.locator('[data-restart=daemon]').click();
  await page.locator('[data-deed=Restart][data-reason=repair]').click();
  // Whoever started it starts it again.
  expect(await kiosk.daemonEnds()).toBe(75);
  await kiosk.bench.remove();
  await kiosk.startDaemon();
  expect(kiosk.cli('journal', '--event', 'kiosk.restart')).toContain('The daemon was started again by staff (repair)');
  // Nobody has to touch anything: the page finds the new daemon.
  await at(page, 'signedOut');
  await page.locator('[data-event=LEAVE]').click();
  await person.sees('attract');
});

test('while the daemon is down no page is left for one that cannot be had', async ({ person }) => {
  const { page, kiosk } = person;
  await opensTheDoor(page);
  await kiosk.killDaemon();
  await at(page, 'connecting');
  await page.locator('[data-event=LEAVE]').click();
  await at(page, 'left');
  await kiosk.startDaemon();
  await person.sees('attract');

  await kiosk.killDaemon();
  await person.sees('out-of-service', 'starting');
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width - 0.04 * Math.min(width, height), 0.04 * Math.min(width, height));
  await page.mouse.down();
  // As long as it takes to open the door.
  await page.waitForTimeout(4_000);
  await page.mouse.up();
  await person.sees('out-of-service', 'starting');
  await kiosk.startDaemon();
  await person.sees('attract');
});
