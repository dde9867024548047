/** The gallery's ruler finds what it is there to find: each fault is planted in a screen that has none. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Language } from '#protocol/generated/kiosk.ts';
import { judge } from './axe.ts';
import { looks, panels, viewOf } from './looks.ts';
import { stages, statesWithoutStage } from './stages.ts';
import { openTheatre, Scene, type Theatre } from './theatre.ts';

const run = promisify(execFile);
let folder: string;
let theatre: Theatre;
let scene: Scene;

const [portrait] = panels;
const [plain] = looks;
const home = stages.find(({ id }) => id === 'home');
if (portrait === undefined || plain === undefined || home === undefined) throw new Error('no such stage');

const show = (language: Language = 'zh-Hans') => scene.show(viewOf(home, language, plain));
/** Changes the first element that a selector finds below all shadow roots. */
const plant = (selector: string, act: (element: HTMLElement) => void) =>
  scene.page.locator(selector).first().evaluate(act);
const measure = () => scene.page.evaluate(() => window.stagehand.inspect());

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-gallery-'));
  await run(process.execPath, ['scripts/gallery.js', '--build-only', folder], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  theatre = await openTheatre(join(folder, 'page'), '/usr/bin/chromium');
  scene = await Scene.open(theatre, portrait);
});
afterAll(async () => {
  await theatre?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await scene.page.reload();
  await scene.page.evaluate(() => window.stagehand.ready);
  expect(await show()).toEqual([]);
});

test('every state of the machines has a stage, and every stage a name of its own', () => {
  expect(statesWithoutStage()).toEqual([]);
  expect(new Set(stages.map(({ id }) => id)).size).toBe(stages.length);
});

test('a word that does not fit into its key', async () => {
  await plant('button.help span', (span) => {
    span.textContent = 'Hilfeleistungsanforderung';
  });
  expect(await measure()).toContainEqual(expect.objectContaining({ rule: 'cut' }));
});

test('a text that lies on another', async () => {
  await plant('h1', (heading) => {
    heading.style.marginBottom = '-60px';
  });
  expect(await measure()).toContainEqual(expect.objectContaining({ rule: 'overlap' }));
});

test('a key that is too small for a thumb, and one that is out of reach', async () => {
  await plant('button.tile', (tile) => {
    tile.style.cssText = 'position: fixed; top: 0; left: 0; width: 70px; min-width: 0; height: 70px; min-height: 0';
  });
  const rules = (await measure()).map(({ rule }) => rule);
  expect(rules).toContain('target');
  expect(rules).toContain('reach');
});

test('a character that no face has', async () => {
  await plant('h1', (heading) => {
    heading.textContent = '您要办什么？\u{20000}';
  });
  expect(await measure()).toContainEqual(expect.objectContaining({ rule: 'glyph' }));
});

test('a sentence of another script or language than the one that is said', async () => {
  await plant('h1', (heading) => {
    heading.lang = 'en';
  });
  expect(await measure()).toContainEqual(expect.objectContaining({ rule: 'lang' }));
});

test('a character of the simplified script on a screen of the traditional one', async () => {
  expect(await show('zh-Hant')).toEqual([]);
  await plant('h1', (heading) => {
    heading.textContent = '您要办什么？';
    heading.lang = 'zh-Hant';
  });
  expect(await measure()).toContainEqual(expect.objectContaining({ rule: 'lang' }));
});

test('axe sees through the shadow roots: a grey on grey, and a key without a name', async () => {
  expect(await judge(scene.page)).toEqual([]);
  await plant('h1', (heading) => {
    heading.style.color = '#3a5a66';
  });
  await plant('button.tile', (tile) => {
    for (const child of [...tile.children]) child.remove();
  });
  const found = (await judge(scene.page)).join('\n');
  expect(found).toMatch(/color-contrast/);
  expect(found).toMatch(/button-name/);
});
