import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKmy350x } from '#device-daemon/drivers/kmy350x/index.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { type Bench, startBench } from '../index.ts';

// The bench page in a real browser, on a real bench; the kiosk in the frame is a page of one line.

const executablePath = '/usr/bin/chromium';
const quiet = [
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
];

/** Stands for the daemon: `/healthz` and a page. */
class TinyKiosk {
  pageLoads = 0;
  bootId = 'first';
  #server: Server | undefined;

  async start(port: number): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url === '/healthz') {
        response.setHeader('Content-Type', 'application/json');
        response.end(
          JSON.stringify({ bootId: this.bootId, devices: [{ name: 'printer', state: 'failed', reason: 'silent' }] }),
        );
        return;
      }
      if (request.url === '/') this.pageLoads += 1;
      response.setHeader('Content-Type', 'text/html');
      response.end(`<p>kiosk ${this.bootId}</p>`);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }
}

describe.skipIf(!existsSync(executablePath))('the bench page', () => {
  let folder: string;
  let bench: Bench;
  let browser: Browser;
  let page: Page;
  const kiosk = new TinyKiosk();
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
    const pageFolder = join(folder, 'page');
    execFileSync(process.execPath, ['scripts/lib/bench-page.js', pageFolder]);
    bench = await startBench({ folder, delayScale: 0, cardReader: 'vpcd', pageFolder });
    browser = await chromium.launch({
      executablePath,
      args: ['no-sandbox', 'disable-gpu', ...quiet].map((name) => `--${name}`),
    });
    page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    // A page that its own security policy stops says so only here.
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await kiosk.stop();
    await bench?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await page.goto(bench.url);
    await page.locator('.strip').first().waitFor();
  });
  afterEach(async () => {
    expect(complaints.splice(0)).toEqual([]);
    await bench.reset();
  });

  test('says that the kiosk is away, shows it when it comes, and keeps its page as long as it is the same kiosk', async () => {
    const away = page.locator('.away');
    await away.getByText('The kiosk is not running').waitFor();
    const { port } = new URL(bench.kioskUrl);
    await kiosk.start(Number(port));
    await page.frameLocator('iframe').getByText('kiosk first').waitFor();
    await away.waitFor({ state: 'hidden' });
    expect(await page.locator('[data-row="printer"] .row-note').textContent()).toBe('failed silent');
    expect(kiosk.pageLoads).toBe(1);

    await kiosk.stop();
    await away.waitFor({ state: 'visible' });
    await kiosk.start(Number(port));
    await away.waitFor({ state: 'hidden' });
    expect(kiosk.pageLoads).toBe(1);

    await kiosk.stop();
    await away.waitFor({ state: 'visible' });
    kiosk.bootId = 'second';
    await kiosk.start(Number(port));
    await page.frameLocator('iframe').getByText('kiosk second').waitFor();
  });

  test('a click puts a card in, another takes it out, and the PIN is at hand', async () => {
    const slip = page.locator('.slip');
    expect(await slip.isVisible()).toBe(false);
    await page.locator('.top-card').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBe(bench.firstCard));
    await slip.getByText(bench.firstPin).waitFor();
    await page.locator('.strip[data-card="gen1-citizen"]').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBe('gen1-citizen'));
    await slip.getByText('No PIN').waitFor();
    await page.locator('.slot-card').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBeUndefined());
    await slip.waitFor({ state: 'hidden' });
  });

  test('every key of the pad is a real key', async () => {
    const driver = createKmy350x({ name: 'pinPad', open: openChannel(bench.pinPad.line.address) });
    driver.start();
    try {
      await vi.waitFor(() => expect(driver.report().reason).toBe('needsSignOn'), { timeout: 8_000 });
      const pressed: string[] = [];
      const entry = driver.enterData({ timeoutMs: 20_000, maxKeys: 99, onKey: (key) => pressed.push(key) });
      await page.locator('.pin-pad.is-listening').waitFor();
      for (const key of '1234567890B') await page.locator(`.pad-key[data-key="${key}"]`).click();
      await page.getByRole('button', { name: 'Enter' }).click();
      expect((await entry).ok).toBe(true);
      expect(pressed).toEqual([...'1234567890', 'clear', 'enter']);
    } finally {
      await driver.stop();
    }
  });

  test('paper comes out of the slot, is torn off and can be read', async () => {
    writeFileSync(new URL(bench.printer.address).pathname, 'good for\none look\n');
    const paper = page.getByRole('button', { name: 'good for' });
    await paper.click();
    const hand = page.getByRole('dialog');
    await hand.getByAltText('one look').waitFor();
    const drawn = await hand.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth);
    expect(drawn).toBeGreaterThan(500);
    expect(bench.tray.receipts()).toMatchObject([{ cut: 'torn', taken: true }]);
    await page.getByRole('button', { name: 'Put away' }).click();
    await page.getByRole('button', { name: 'Receipts taken' }).click();
    await hand.getByAltText('one look').waitFor();
  });

  test('faults of devices and hosts are switches and numbers', async () => {
    const printer = page.locator('[data-row="printer"]');
    await printer.locator('summary').click();
    await printer.getByText('The cover is open').click();
    await printer.getByText('1 fault').waitFor();
    expect(bench.printer.sensors.coverOpen).toBe(true);
    const delay = printer.getByLabel('Every line takes so much longer');
    await delay.fill('50');
    await delay.blur();
    await printer.getByText('2 faults').waitFor();
    expect(bench.printer.faults().find((fault) => fault.name === 'lineDelayMs')?.value).toBe(50);
    await printer.getByText('Clear all').click();
    await vi.waitFor(() => expect(bench.printer.sensors.coverOpen).toBe(false));

    const bank = page.locator('[data-row="bank-core"]');
    await bank.locator('summary').click();
    await bank.getByText('Refuses connections').click();
    await bank.getByText('1 fault').waitFor();
    expect(bench.hosts.bankCore.faults.list()).toEqual([{ kind: 'down', how: 'refuse' }]);
    await page.getByText('Reset everything').click();
    await vi.waitFor(() => expect(bench.hosts.bankCore.faults.list()).toEqual([]));
  });

  test('speed, clock and language are chosen once for the whole page', async () => {
    await page.getByRole('button', { name: 'fast' }).click();
    await vi.waitFor(() => expect(bench.delayScale).toBe(0.25));
    await page.getByRole('button', { name: 'tomorrow' }).click();
    await vi.waitFor(() => expect(bench.clockOffset).toBe(86_400));
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '卡包' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    const printer = page.locator('[data-row="printer"]');
    await printer.locator('summary').click();
    await printer.getByText('机盖打开').waitFor();
    const latin = (await printer.locator('.fault-label').allInnerTexts()).filter(
      (text) => !/[\u4e00-\u9fff]/.test(text),
    );
    expect(latin).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
  });

  test('another name of this machine leads to the page under the kiosk’s own', async () => {
    await page.goto(bench.url.replace('127.0.0.1', 'localhost'));
    expect(page.url()).toBe(bench.url);
  });
});
