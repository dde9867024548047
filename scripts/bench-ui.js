// `npm run bench:ui`: what the first screen weighs, and how long a tap takes to the next paint (docs/performance.md).
// The built kiosk in real Chromium at a fourth of its speed, against a page with one bare button in the same run.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { root } from './lib/prepare.js';

const visits = Number(process.env.VISITS ?? 12);
const slowDown = 4;
const targets = { weight: 100_000, ratio: 1.3 };
/** A finger rests as long as an old person's does, and comes when it comes: not in step with what moves on the screen. */
const restMs = 100;
const thinkMs = { least: 500, most: 1_500 };
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const children = [];
function start(script, ...args) {
  const child = fork(join(root, script), args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  return new Promise((ready, failed) => {
    child.once('exit', () => failed(new Error(`${script} ended`)));
    child.on('message', (message) => message.type === 'ready' && ready(message));
  });
}

/** Runs in the page: from the hardware's time of a touch to the first task after the frame that it led to. */
function probe() {
  globalThis.samples = [];
  for (const type of ['pointerdown', 'pointerup'])
    addEventListener(
      type,
      (event) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => globalThis.samples.push(performance.now() - event.timeStamp);
        requestAnimationFrame(() => port2.postMessage(0));
      },
      { capture: true },
    );
}

/** Runs in the page: when the first screen began to be drawn, by the page's clock. */
function noteFirstScreen() {
  new MutationObserver(() => {
    if (document.querySelector('kiosk-app')?.getAttribute('data-screen') === 'attract')
      globalThis.attractAt ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-screen'] });
}

const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN;
const ms = (value) => `${value.toFixed(1)} ms`;

const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-ui-'));
let browser;
try {
  const bench = await start(
    'dist/bench/bench.js',
    ...['--folder', join(folder, 'bench'), '--data', join(folder, 'data'), '--port', '0', '--kiosk-port', '0'],
  );
  const daemon = await start('dist/daemon/daemon.js', '--config', bench.configFile);
  const hand = async (path, body) => {
    const answer = await fetch(new URL(`/api/${path}`, bench.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  };
  await hand('delays', { scale: 0 });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  const context = await browser.newContext({ viewport: { width: 1080, height: 1920 } });

  // --- weight
  const kiosk = await context.newPage();
  const loaded = [];
  kiosk.on('response', (response) => loaded.push(response));
  await kiosk.addInitScript(probe);
  await kiosk.addInitScript(noteFirstScreen);
  await kiosk.goto(daemon.url);
  const at = (...names) =>
    kiosk.waitForFunction(
      (wanted) => wanted.includes(document.querySelector('kiosk-app')?.getAttribute('data-screen')),
      names,
    );
  await at('attract');
  await kiosk.waitForLoadState('networkidle').catch(() => {});
  const askedAfter = await kiosk.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ startTime }) => startTime > globalThis.attractAt)
      .map(({ name }) => name),
  );
  const first = [];
  const rest = [];
  for (const response of loaded) {
    if (/font/.test(response.headers()['content-type'] ?? '')) continue;
    const size = gzipSync(await response.body().catch(() => Buffer.alloc(0)), { level: 9 }).length;
    (askedAfter.includes(response.url()) ? rest : first).push([new URL(response.url()).pathname, size]);
  }
  const weightOf = (rows) => rows.reduce((sum, [, size]) => sum + size, 0);
  const weight = weightOf(first);
  const kB = (size) => `${(size / 1000).toFixed(1).padStart(7)} kB`;
  for (const [title, rows, note] of [
    ['until the first screen stands', first, ` (target <= ${targets.weight / 1000} kB)`],
    ['fetched once it stands', rest, ''],
  ]) {
    console.log(`${title}, gzip, without fonts:`);
    for (const [path, size] of rows) console.log(`  ${kB(size)}  ${path}`);
    console.log(`  ${kB(weightOf(rows))}  in all${note}`);
  }

  // --- taps
  const bare = await context.newPage();
  await bare.addInitScript(probe);
  await bare.route('http://bare.invalid/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><button style="width:300px;height:120px;font-size:40px">0</button>',
    }),
  );
  await bare.goto('http://bare.invalid/');
  await bare.evaluate(() => {
    const button = document.querySelector('button');
    button.onclick = () => {
      button.textContent = String(Number(button.textContent) + 1);
    };
  });
  const sessions = new Map();
  for (const page of [kiosk, bare]) {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
    sessions.set(page, session);
  }
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  /** A touch as a panel sends it; Playwright's own `tap` lets go within the same frame and works in the page before. */
  const tap = async (page, selector) => {
    const box = await page.locator(selector).first().boundingBox();
    if (box === null) throw new Error(`${selector} is not there`);
    await page.waitForTimeout(thinkMs.least + random() * (thinkMs.most - thinkMs.least));
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await sessions.get(page).send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await page.waitForTimeout(restMs);
    await sessions.get(page).send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  let taps = 0;
  const touch = async (selector) => {
    taps += 1;
    await tap(kiosk, selector);
  };
  const on = (event) => `button[data-event=${event}]`;
  const rounds = { kiosk: [], bare: [] };
  const take = async (page) => {
    await page.waitForTimeout(thinkMs.least);
    return page.evaluate(() => globalThis.samples.splice(0));
  };
  for (let visit = 0; visit < visits; visit += 1) {
    await kiosk.bringToFront();
    await at('attract');
    await take(kiosk);
    await touch('button[data-service=balance]');
    await at('insert-card');
    await touch('button.language[lang=en]');
    await touch('button.language[lang=zh-Hans]');
    await hand('card-reader', { insert: 'gen3-active' });
    await at('enter-pin');
    await kiosk.locator('kiosk-picture[motion=in]').waitFor();
    await hand('pin-pad', { keys: `${bench.firstPin}E` });
    await at('balance');
    await touch(on('TOGGLE_AMOUNTS'));
    await touch(on('TOGGLE_AMOUNTS'));
    await touch(on('PRINT'));
    await at('print-result');
    await touch(on('DONE'));
    await at('take-card');
    await hand('card-reader', { remove: true });
    await at('goodbye');
    await touch(on('CLOSE'));
    rounds.kiosk.push(...(await take(kiosk)));
    await bare.bringToFront();
    await take(bare);
    for (let count = 0; count < 8; count += 1) await tap(bare, 'button');
    rounds.bare.push(...(await take(bare)));
  }
  console.log(
    `\ntouch to next paint, ${slowDown}x slow-down, ${taps} taps of ${visits} balance visits, each down and up:`,
  );
  if (rounds.kiosk.length !== 2 * taps) throw new Error(`${rounds.kiosk.length} samples of ${taps} taps`);
  for (const part of [0.5, 0.98]) {
    const [ours, theirs] = [quantile(rounds.kiosk, part), quantile(rounds.bare, part)];
    const ratio = ours / theirs;
    const target = part === 0.98 ? ` (target <= ${targets.ratio})` : '';
    console.log(`  p${part * 100}: kiosk ${ms(ours)}, bare button ${ms(theirs)}, ratio ${ratio.toFixed(2)}${target}`);
    if (part === 0.98 && ratio > targets.ratio) process.exitCode = 1;
  }
  if (weight > targets.weight) process.exitCode = 1;
} finally {
  await browser?.close();
  for (const child of children.reverse()) {
    child.removeAllListeners('exit');
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}
