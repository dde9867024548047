import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { tabs } from '#state-machines/maintenance.ts';
import { expect, type Person, test } from '../e2e/kit/fixtures.ts';
import { judgeAsItIs } from './axe.ts';
import { livesMorning } from './lived-morning.ts';
import { panels } from './looks.ts';

// The pages of staff, each part on each panel and in both of their languages, on a real kiosk after a morning with some bad luck:
// pictures in out/gallery/staff/, those of the technician's guide in docs/pictures/. Cut text, small targets and what
// axe finds are faults.

test.use({ hardware: 'crt591', deviceScaleFactor: 1 });
test.setTimeout(600_000);

const [, , technician] = benchStaff;
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

/** What the page asks for by itself has come. */
const atRest = (page: Page): Promise<void> =>
  expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-doing', '');

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
  const { bench } = kiosk;
  const tab = async (name: string): Promise<void> => {
    await page.locator(`[data-tab=${name}]`).click();
    if (name === 'machine') await expect(page.locator('.readiness')).not.toHaveAttribute('data-at', '');
    await atRest(page);
  };
  await livesMorning(person);
  await bench.fault('printer', { paperLow: true });
  await person.opens('maintenance');
  await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOut');
  await draws(person, 'door', true);
  await page.locator('[data-event=SIGN_ON]').click();
  await person.isAsked('insertCard');
  await draws(person, 'insert-card');
  await bench.insert('staff-technician');
  await person.isAsked('enterPin');
  await draws(person, 'enter-pin', true);
  await bench.keys(`${technician.pin}E`);
  await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOn');

  await tab('cards');
  const hopper = page.locator('maintenance-cards [data-unit=unitDISP1]');
  await hopper.locator('[data-reason=loaded]').click();
  for (const step of [10, 10, 10, 10]) await hopper.locator(`[data-count=putIn] [data-step="${step}"]`).click();
  for (const [which, serial] of [
    ['firstSerial', '26A01'],
    ['lastSerial', '26A40'],
  ] as const) {
    await hopper.locator(`[data-serial=${which}]`).click();
    for (const key of serial) await hopper.locator(`[data-key="${key}"]`).click();
  }
  await draws(person, 'cards-load', true);
  await hopper.locator('[data-as-booked]').click();
  await hopper.locator('[data-deed=CountCards]').click();
  await person.isJoinedBy('staff', 'staff-technician');
  await expect(hopper.locator('dd').first()).toContainText('40');
  await page.locator('[data-tab=devices]').click();
  await page.locator('[data-event=CLOSER][data-device=cardDispenser]').click();
  await page.locator('[data-deed=FeedCard]').click();
  await person.isJoinedBy('staff', 'staff-technician');
  await expect(page.locator('[data-test-of=cardDispenser]')).toHaveAttribute('data-outcome', 'passed');
  await draws(person, 'device-dispenser');
  await page.locator('[data-event=ALL_DEVICES]').click();
  await page.locator('[data-event=CLOSER][data-device=pinPad]').click();
  await page.locator('[data-deed=BookKeyLoad]').click();
  await person.isJoinedBy('staff', 'staff-technician');
  await expect(page.locator('[data-keys=agreed]')).toBeVisible();
  await draws(person, 'device-pin-pad');

  for (const name of tabs) {
    await tab(name);
    await draws(person, name, true);
  }

  for (const filter of ['hour', 'event', 'device', 'case'] as const) {
    await page.locator(`[data-filter=${filter}] summary`).click();
    await draws(person, `journal-${filter}`);
    await page.locator(`[data-filter=${filter}] summary`).click();
  }
  await page.locator('[data-filter=event] summary').click();
  await page.locator('[data-filter=event] [data-choice="saga.unresolved"]').click();
  await atRest(page);
  await page.locator('[data-episode][data-kind=visit]').first().click();
  await expect(page.locator('[data-story]')).toBeVisible();
  await draws(person, 'story', true);
  await page.locator('[data-story] [data-close]').click();

  await tab('machine');
  await page.locator('[data-deed=GetConfiguration]').click();
  await expect(page.locator('[data-settings]:not([data-settings=""])')).toBeVisible();
  await page.locator('[data-restart]').first().click();
  await draws(person, 'machine-configuration');

  await tab('devices');
  await page.locator('[data-deed=Test][data-device=pinPad]').click();
  await expect(page.locator('[data-prompt=pressKeys]')).toBeVisible();
  await draws(person, 'key-test', true);
  await bench.keys('1234567890BE');
  await expect(page.locator('[data-test-of=pinPad]')).toHaveAttribute('data-outcome', 'passed');
  await page.locator('[data-event=CLOSER][data-device=printer]').click();
  await expect(page.locator('[data-looked-at=printer]')).toBeVisible();
  await page.locator('[data-deed=Test][data-device=printer]').click();
  await expect(page.locator('[data-looked-at=printer]')).toBeVisible();
  await expect(page.locator('.trace')).toContainText('→');
  await draws(person, 'device', true);
  await person.signsOff();
  await person.sees('attract');

  // The branch gives the kept card back, and closes its day.
  await person.opens('maintenance');
  await person.signsOn('staff');
  await tab('cards');
  await page.locator('[data-hand-back]').click();
  await draws(person, 'cards-hand-back', true);
  await tab('day');
  await page.locator('[data-deed=BeginDayEnd]').click();
  await expect(page.locator('[data-deed=CloseDay]')).toBeVisible({ timeout: 40_000 });
  await draws(person, 'day-end', true);
  await page.locator('maintenance-day [data-unit=unitDISP1] [data-step="-1"]').click();
  await page.locator('[data-deed=CloseDay]').click();
  await expect(page.locator('[data-problem]')).toBeVisible();
  await draws(person, 'day-differs', true);
  await page.locator('[data-deed=LeaveDayEnd]').click();
  await expect(page.locator('[data-deed=BeginDayEnd]')).toBeVisible();
  await tab('overview');
  await page.locator('.serving summary').click();
  await draws(person, 'overview-closing');
  await person.signsOff();
  expect(faults).toEqual([]);
});
