import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { expect, test } from './kit/fixtures.ts';

/** docs/performance.md */
const mostBytes = 100_000;
/** Those of lazy.ts, as the build names them. */
const lazyParts = /\/assets\/(visit|en|zh-Hant)-[^/]*\.js$/;

/** Holds the parts back; lets them come when called. */
async function holdsBack(page: Page): Promise<() => void> {
  let letCome = (): void => undefined;
  const come = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  await page.route(lazyParts, async (route) => {
    await come;
    await route.continue();
  });
  return letCome;
}

test('the first screen needs 100 kB at most, and none of what is fetched after it', async ({ person }) => {
  const { page } = person;
  const letCome = await holdsBack(page);
  const arrived: Response[] = [];
  const keeps = (response: Response) => void arrived.push(response);
  page.on('response', keeps);
  await page.reload();
  await person.sees('attract');
  page.off('response', keeps);
  // Whoever reads one language only sees theirs, before any other one is there.
  for (const text of ['社会保障卡，在这里办', '社會保障卡，在這裡辦', 'Social security card, right here'])
    await person.reads(text);
  let bytes = 0;
  for (const response of arrived) {
    if (/font/.test(response.headers()['content-type'] ?? '')) continue;
    bytes += gzipSync(await response.body(), { level: 9 }).length;
  }
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(mostBytes);
  letCome();
});

test('a touch before the rest is there leads on once it is; what still stands is not touched any more', async ({
  person,
}) => {
  const { page } = person;
  const letCome = await holdsBack(page);
  await page.reload();
  await person.sees('attract');
  await person.chooses('balance');
  // Every screen takes a language; the one that was left takes none any more.
  await person.taps('button.language[lang=en]');
  await person.sees('attract');
  letCome();
  await person.sees('insert-card');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await person.touches('END');
  await person.sees('goodbye', 'attract');
});

test('a language before its words are there is spoken once they are', async ({ person }) => {
  const { page } = person;
  const letCome = await holdsBack(page);
  await page.reload();
  await person.sees('attract');
  await person.taps('button.language[lang=en]');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  letCome();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await person.reads('What would you like to do?');
});

test('a part that does not come is asked for again', async ({ person }) => {
  const { page } = person;
  let refused = 0;
  await page.route(lazyParts, async (route) => {
    refused += 1;
    if (refused <= 3) await route.abort();
    else await route.continue();
  });
  await page.reload();
  await person.sees('attract');
  await person.chooses('balance');
  await person.sees('insert-card');
  expect(refused).toBeGreaterThan(3);
  await person.touches('END');
  await person.sees('goodbye', 'attract');
});
