import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { benchStaff, type StaffCardId } from '#simulators/wallet/staff.ts';
import { tabs } from '#state-machines/maintenance.ts';
import { expect, type Person, test } from '../e2e/kit/fixtures.ts';
import { judgeAsItIs } from './axe.ts';
import { panels } from './looks.ts';

// The pages of staff, each part on each panel and in both of their languages, on a real kiosk with some bad luck:
// pictures in out/gallery/staff/, those of the technician's guide in docs/pictures/. Cut text, small targets and what
// axe finds are faults.

test.use({ hardware: 'crt591', deviceScaleFactor: 1 });
test.setTimeout(600_000);

const [clerk, , technician] = benchStaff;
/** A finger in a work glove. */
const targetMm = 9;
const out = 'out/gallery/staff';
const docs = 'docs/pictures';

interface Cut {
  readonly what: string;
}

/** Text that runs out of its box, the page wider than the glass, buttons too small. */
function look(page: Page, millimetre: number): Promise<readonly Cut[]> {
  return page.evaluate(
    ({ smallest }) => {
      const found: { what: string }[] = [];
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth > clientWidth)
        found.push({ what: `the page is ${scrollWidth - clientWidth} px wider than the glass` });
      const walk = (root: ParentNode): void => {
        for (const element of root.querySelectorAll('*')) {
          if (element.shadowRoot !== null) walk(element.shadowRoot);
          if (!(element instanceof HTMLElement) || element.offsetParent === null) continue;
          const name = `${element.localName} "${(element.textContent ?? '').trim().slice(0, 30)}"`;
          const scrolls = getComputedStyle(element).overflowX !== 'visible';
          if (
            !scrolls &&
            element.childElementCount === 0 &&
            element.scrollWidth > element.clientWidth + 2 &&
            element.clientWidth > 0
          )
            found.push({ what: `${name} is cut` });
          if (element.localName === 'button' || element.localName === 'summary') {
            const { width, height } = element.getBoundingClientRect();
            if (Math.min(width, height) < smallest)
              found.push({ what: `${name} is only ${Math.round(Math.min(width, height))} px` });
          }
        }
      };
      walk(document);
      return found;
    },
    { smallest: targetMm * millimetre },
  );
}

const faults: string[] = [];

async function draws(person: Person, name: string, forDocs = false): Promise<void> {
  const { page } = person;
  for (const language of ['zh-Hans', 'en']) {
    await page.evaluate(() =>
      document.querySelector('kiosk-maintenance')?.shadowRoot?.querySelector<HTMLElement>('button.language')?.click(),
    );
    for (const panel of panels) {
      await page.setViewportSize({ width: panel.width, height: panel.height });
      const lang = (await page.locator('html').getAttribute('lang')) ?? language;
      const file = join(out, `${name}.${lang}.${panel.name}.png`);
      mkdirSync(out, { recursive: true });
      await page.screenshot({ path: file, fullPage: true });
      faults.push(...(await look(page, panel.millimetre)).map(({ what }) => `${name} ${lang} ${panel.name}: ${what}`));
      if (lang === 'en' && panel === panels[0]) {
        faults.push(...(await judgeAsItIs(page)).map((what) => `${name}: axe: ${what}`));
        if (forDocs) await page.locator('kiosk-maintenance').screenshot({ path: join(docs, `staff-${name}.png`) });
      }
    }
  }
}

test('the pages of staff', async ({ person }) => {
  const { page, kiosk } = person;
  const asks = (prompt: string) => expect(page.locator(`[data-prompt=${prompt}]`)).toBeVisible();
  const signOn = async (card: StaffCardId, pin: string): Promise<void> => {
    await page.goto(`${kiosk.url}maintenance`);
    await page.locator('[data-event=SIGN_ON]').click();
    await asks('insertCard');
    await kiosk.bench.insert(card);
    await asks('enterPin');
    await kiosk.bench.keys(`${pin}E`);
    await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOn');
  };
  await kiosk.bench.fault('printer', { paperLow: true });
  await page.goto(`${kiosk.url}maintenance`);
  await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOut');
  await draws(person, 'door', true);
  await page.locator('[data-event=SIGN_ON]').click();
  await asks('insertCard');
  await draws(person, 'insert-card');
  await kiosk.bench.insert('staff-technician');
  await asks('enterPin');
  await draws(person, 'enter-pin', true);
  await kiosk.bench.keys(`${technician.pin}E`);
  await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOn');
  for (const tab of tabs) {
    await page.locator(`[data-tab=${tab}]`).click();
    if (tab === 'machine') await expect(page.locator('.readiness')).not.toHaveAttribute('data-at', '');
    // What it asks for by itself has come.
    await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-doing', '');
    await draws(person, tab, true);
  }
  await page.locator('[data-tab=devices]').click();
  await page.locator('[data-deed=Test][data-device=pinPad]').click();
  await asks('pressKeys');
  await draws(person, 'key-test', true);
  await kiosk.bench.keys('1234567890BE');
  await expect(page.locator('[data-test-of=pinPad]')).toHaveAttribute('data-outcome', 'passed');
  await page.locator('[data-event=CLOSER][data-device=printer]').click();
  await expect(page.locator('[data-looked-at=printer]')).toBeVisible();
  await page.locator('[data-deed=Test][data-device=printer]').click();
  await expect(page.locator('[data-looked-at=printer]')).toBeVisible();
  await expect(page.locator('.trace')).toContainText('→');
  await draws(person, 'device', true);
  await page.locator('[data-event=SIGN_OFF]').click();
  await asks('takeCard');
  await kiosk.bench.remove();
  await person.sees('attract');

  // The branch closes its day.
  await signOn('staff', clerk.pin);
  await page.locator('[data-tab=day]').click();
  await page.locator('[data-deed=BeginDayEnd]').click();
  await expect(page.locator('[data-deed=LeaveDayEnd]')).toBeVisible({ timeout: 40_000 });
  await draws(person, 'day-end', true);
  await page.locator('[data-deed=LeaveDayEnd]').click();
  await expect(page.locator('[data-deed=BeginDayEnd]')).toBeVisible();
  await page.locator('[data-event=SIGN_OFF]').click();
  await asks('takeCard');
  await kiosk.bench.remove();
  expect(faults).toEqual([]);
});
