import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { buildPage, complaintsOf, openBrowser, type ServedPage, servePage } from './page.fixture.ts';
import { type ScriptedKiosk, scriptedKiosk } from './scripted-kiosk.fixture.ts';

let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
let kiosk: ScriptedKiosk;
let served: ServedPage;
let context: BrowserContext;
let page: Page;
let complaints: string[];

const at = (screen: string, where = page) => where.locator(`kiosk-app[data-screen="${screen}"]`).waitFor();
const button = (name: string, where = page) => where.getByRole('button', { name, exact: true });
/** The page ignores a tap within 400 ms after another: like a person, the test does not tap sooner. */
const tap = async (name: string, where = page) => {
  await button(name, where).click();
  const tapped = await where.evaluate(() => performance.now());
  await where.waitForFunction((from) => performance.now() - from > 400, tapped);
};
const received = (name: string) => kiosk.received.filter((message) => message.name === name);
const health = () =>
  received('Visit.ReportHealth').flatMap(
    ({ payload }) => (payload as { events: { kind: string; detail: string }[] }).events,
  );

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
  context = await browser.newContext({ viewport: { width: 540, height: 960 } });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await context.close();
  await served.stop();
});

test('the first screen comes up under the policy of the daemon, in its own face, without a complaint', async () => {
  await page.goto(served.origin);
  await at('attract');
  expect(complaints).toEqual([]);
  const faces = await page.evaluate(() => ({
    all: [...document.fonts].filter((face) => face.status === 'error').length,
    loaded: [...document.fonts].filter((face) => face.status === 'loaded').length,
  }));
  expect(faces.all).toBe(0);
  expect(faces.loaded).toBeGreaterThan(20);
});

test('a touch opens a visit, and the frames say so to the daemon', async () => {
  await page.goto(served.origin);
  await at('attract');
  await tap('查余额');
  await at('insert-card');
  expect(received('Visit.Begin').map(({ payload }) => payload)).toEqual([{ language: 'zh-Hans' }]);
  await vi.waitFor(
    () =>
      expect(received('Visit.Heartbeat').at(-1)?.payload).toEqual({
        screen: 'insert-card',
        visible: true,
        visitId: 'visit-1',
      }),
    { timeout: 10_000 },
  );
});

test('a key is pressed the moment it is touched; a finger that slides off it does nothing', async () => {
  await page.goto(served.origin);
  await at('attract');
  const tile = page.locator('button[data-service=balance]');
  const box = await tile.boundingBox();
  if (box === null) throw new Error('the tile is not drawn');
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  expect(await tile.getAttribute('data-pressed')).toBe('');
  await page.mouse.move(box.x + 20, box.y + box.height + 60);
  await page.mouse.up();
  expect(await tile.getAttribute('data-pressed')).toBeNull();
  expect(received('Visit.Begin')).toEqual([]);
  // Sliding about within it is what an old hand does.
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 5, box.y + box.height - 5);
  await page.mouse.up();
  await at('insert-card');
  expect(received('Visit.Begin')).toHaveLength(1);
});

test('the second half of a double tap does not hit what the first half brought up', async () => {
  await page.goto(served.origin);
  await at('attract');
  await page.locator('button[data-service=information]').dblclick({ delay: 0 });
  await at('information');
  expect(await page.locator('kiosk-app').getAttribute('data-screen')).toBe('information');
  await button('附近网点').waitFor();
});

test('a card that waits to be taken is called for, and again when it is left', async () => {
  await page.addInitScript(() => {
    const told = () => document.documentElement.dataset;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      told()['tones'] = String(Number(told()['tones'] ?? 0) + 1);
      told()['sound'] = this.context.state;
      (this.context as AudioContext).onstatechange = ({ target }) => {
        told()['sound'] = (target as AudioContext).state;
      };
      start.call(this, when);
    };
  });
  const offers: ((notice: object) => void)[] = [];
  await served.stop();
  kiosk = scriptedKiosk({
    'SocialCard.Read': (_payload, { emit, signal }) => {
      emit('SocialCard.CardInsertedEvent');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    },
    'SocialCard.Return': (_payload, { emit }) => {
      offers.push((notice) => emit('SocialCard.TakeCardEvent', notice));
      return new Promise(() => undefined);
    },
  });
  served = await servePage(built.folder, kiosk, served.port);
  await page.goto(served.origin);
  await at('attract');
  await tap('查余额');
  await at('reading-card');
  const tones = () => page.evaluate(() => Number(document.documentElement.dataset['tones'] ?? 0));
  expect(await tones()).toBe(0);
  await tap('结束 · 退卡');
  await at('take-card');
  await vi.waitFor(async () => expect(await tones()).toBe(2));
  // Between two calls nothing sounds: the sound card rests, for months as well.
  const sound = () => page.evaluate(() => document.documentElement.dataset['sound']);
  await vi.waitFor(async () => expect(await sound()).toBe('suspended'), { timeout: 10_000 });
  offers[0]?.({ attention: 'louder', secondsLeft: 30 });
  await vi.waitFor(async () => expect(await tones()).toBe(6));
  expect(await sound()).toBe('running');
  await vi.waitFor(async () => expect(await sound()).toBe('suspended'), { timeout: 10_000 });
});

test('a reload ends the connection of the page before, and the next page connects', async () => {
  await page.goto(served.origin);
  await at('attract');
  await tap('查余额');
  await at('insert-card');
  await page.reload();
  await at('attract');
  expect(kiosk.connections.map(({ closed }) => closed.aborted)).toEqual([true, false]);
});

test('while the daemon is away the branches can still be read', async () => {
  await page.goto(served.origin);
  await at('attract');
  await served.stop();
  await at('out-of-service');
  await tap('网点 · 常见问题');
  await at('information');
  await tap('附近网点');
  await page.getByText('未来广场支行').waitFor();
});

test('what the daemon no longer serves is shown from the browser’s store', async () => {
  await page.goto(served.origin);
  await at('attract');
  await tap('网点、常见问题、要带什么');
  await tap('附近网点');
  await page.getByText('未来广场支行').waitFor();
  await served.stop();
  const bare = `${built.folder}-bare`;
  cpSync(built.folder, bare, { recursive: true });
  rmSync(join(bare, 'content'), { recursive: true });
  try {
    served = await servePage(bare, kiosk, served.port);
    await page.goto(served.origin);
    await at('attract');
    await tap('网点、常见问题、要带什么');
    await tap('附近网点');
    await page.getByText('未来广场支行').waitFor();
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
});

test('a browser without a store serves all the same, and the daemon is told', async () => {
  await page.addInitScript(() => {
    Object.defineProperty(IDBFactory.prototype, 'open', {
      value: () => {
        throw new DOMException('no room', 'QuotaExceededError');
      },
    });
  });
  await page.goto(served.origin);
  await at('attract');
  await tap('网点、常见问题、要带什么');
  await tap('附近网点');
  await page.getByText('未来广场支行').waitFor();
  await vi.waitFor(() =>
    expect(health()).toContainEqual(expect.objectContaining({ kind: 'storageFailed', detail: 'QuotaExceededError' })),
  );
});

test('an error of the page reaches the daemon without figures or names, even if it happened while nobody listened', async () => {
  await page.goto(served.origin);
  await at('attract');
  await served.stop();
  await at('out-of-service');
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('balance 12345678.90 of 王小明');
    });
  });
  kiosk = scriptedKiosk();
  kiosk.snapshot = { ...kiosk.snapshot, bootId: 'boot-2' };
  served = await servePage(built.folder, kiosk, served.port);
  await at('attract');
  await vi.waitFor(() => expect(health().map(({ kind }) => kind)).toContain('scriptError'), { timeout: 10_000 });
  const text = JSON.stringify(health());
  expect(text).toContain('Error: balance #.90 of #');
  expect(text).not.toMatch(/12345678|王小明/);
  expect(health().map(({ kind }) => kind)).toContain('connectionLost');
});

test('a restarted daemon knows no cookie of before: the page loads itself anew and is back', async () => {
  await page.goto(served.origin);
  await at('attract');
  await served.stop();
  await at('out-of-service');
  kiosk = scriptedKiosk();
  kiosk.snapshot = { ...kiosk.snapshot, bootId: 'boot-2' };
  served = await servePage(built.folder, kiosk, served.port);
  await at('attract');
  await tap('查余额');
  await at('insert-card');
});

test('nobody’s reading is torn away by the reload: it waits until the screen is at rest', async () => {
  await page.goto(served.origin);
  await at('attract');
  await tap('查余额');
  await at('insert-card');
  await served.stop();
  await at('visit-ended');
  kiosk = scriptedKiosk();
  kiosk.snapshot = { ...kiosk.snapshot, bootId: 'boot-2' };
  let asked = 0;
  served = await servePage(built.folder, kiosk, served.port, () => {
    asked += 1;
  });
  await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { timeout: 15_000 });
  expect(await page.locator('kiosk-app').getAttribute('data-screen')).toBe('visit-ended');
  await tap('知道了');
  await at('attract');
});

test('a second window takes the place; the first says so and can take it back', async () => {
  await page.goto(served.origin);
  await at('attract');
  const second = await context.newPage();
  await second.goto(served.origin);
  await at('attract', second);
  await at('replaced');
  await page.bringToFront();
  // Which loads the page anew: nothing is left in it to wait for.
  await button('在这里继续').click();
  await at('attract');
  await at('replaced', second);
});
