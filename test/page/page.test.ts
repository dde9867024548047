import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildPage, complaintsOf, openBrowser, type ServedPage, servePage } from './page.fixture.ts';
import { type ScriptedKiosk, scriptedKiosk } from './scripted-kiosk.fixture.ts';

let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
let kiosk: ScriptedKiosk;
let served: ServedPage;
let page: Page;
let complaints: string[];

const at = (screen: string) => page.locator(`kiosk-app[data-screen="${screen}"]`).waitFor({ timeout: 10_000 });

beforeAll(async () => {
  [built, browser] = await Promise.all([buildPage(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  built?.remove();
});
beforeEach(async () => {
  kiosk = scriptedKiosk();
  served = await servePage(built.folder, kiosk);
  page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await page.close();
  await served.stop();
});

test('the page draws the first screen under the policy of the daemon, without a complaint', async () => {
  await page.goto(served.origin);
  await at('attract');
  expect(complaints).toEqual([]);
});
