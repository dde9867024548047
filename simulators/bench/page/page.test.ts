import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKmy350x } from '#device-daemon/drivers/kmy350x/index.ts';
import { createSamV } from '#device-daemon/drivers/sam-v/index.ts';
import { createSerialScanner } from '#device-daemon/drivers/serial-scanner/index.ts';
import { createSysfsCabinet } from '#device-daemon/drivers/sysfs/index.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { cabinetPaths } from '../../emulators/cabinet/index.ts';
import { walletDocuments } from '../../wallet/documents.ts';
import { bankOf, firstHolder, once } from '../bank-client.fixture.ts';
import { deviceNames } from '../device.ts';
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
    const table = page.getByRole('link', { name: 'as the technician sees them' });
    expect(await table.getAttribute('href')).toBe(`http://127.0.0.1:${port}/devices`);
    expect(kiosk.pageLoads).toBe(1);

    await kiosk.stop();
    await away.waitFor({ state: 'visible' });
    expect(await table.count()).toBe(0);
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
    await page.locator('.cards .top-card').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBe(bench.firstCard));
    await slip.getByText(bench.firstPin).waitFor();
    await page.locator('.strip[data-card="gen1-citizen"]').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBe('gen1-citizen'));
    await slip.getByText('No PIN').waitFor();
    await page.locator('.slot-card').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBeUndefined());
    await slip.waitFor({ state: 'hidden' });
    // Its name is what a newcomer was told to click.
    await page.locator('.cards .about h3').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBe(bench.firstCard));
    await page.locator('.slot-card').click();
    await vi.waitFor(() => expect(bench.cardReader.inserted()).toBeUndefined());
  });

  test.each([
    [1366, 768],
    [1920, 1080],
  ])('what is pointed at stays under the pointer, nothing is cut off: %i by %i', async (width, height) => {
    await page.setViewportSize({ width, height });
    for (const pocket of ['Cards', 'Documents']) {
      await page.getByRole('button', { name: pocket }).click();
      const first = page.locator('.strip:visible').first();
      const before = await first.boundingBox();
      for (const strip of await page.locator('.strip:visible').all()) {
        await strip.dispatchEvent('pointerenter');
        expect(await first.boundingBox()).toEqual(before);
        const about = page.locator('.about:visible');
        const hidden = await about.evaluate((node) => node.scrollHeight - node.clientHeight);
        expect(hidden, (await about.textContent()) ?? '').toBe(0);
      }
      await page.locator('.stack:visible').dispatchEvent('pointerleave');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
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

  test('a click lays a document on its reader, another takes it away; each reader has its own', async () => {
    await page.getByRole('button', { name: 'Documents' }).click();
    const idReader = page.locator('.id-reader');
    const resident = page.locator('.strip[data-document="resident"]');
    await resident.click();
    await vi.waitFor(() => expect(bench.documentAt('identityReader')).toBe('resident'));
    await idReader.getByRole('button', { name: 'Resident ID card: take it away' }).waitFor();
    expect(await idReader.locator('.document').isVisible()).toBe(true);
    expect(await resident.getAttribute('aria-pressed')).toBe('true');
    const state = (await (await fetch(`${bench.url}api/state`)).json()) as Record<string, { document?: string }>;
    expect(state['id-reader']?.document).toBe('resident');

    await page.locator('.strip[data-document="passport"]').click();
    const passportReader = page.locator('.passport-reader');
    await passportReader.getByRole('button', { name: 'Chinese passport: take it away' }).waitFor();
    expect(await passportReader.locator('.document').isVisible()).toBe(true);
    expect(bench.passportReader.state().swipes).toBe(1);

    await idReader.getByRole('button').click();
    await vi.waitFor(() => expect(bench.documentAt('identityReader')).toBeUndefined());
    await idReader.locator('.document').waitFor({ state: 'hidden' });
    await page.locator('.strip[data-document="passport"]').click();
    await vi.waitFor(() => expect(bench.documentAt('passportReader')).toBeUndefined());
    expect(bench.passportReader.state().swipes).toBe(1);
  });

  test('an empty reader that is clicked gets the document that one would take first, and the wallet shows it', async () => {
    expect(await page.locator('.strip[data-document="resident"]').isVisible()).toBe(false);
    await page.locator('.id-reader').getByRole('button').click();
    await vi.waitFor(() => expect(bench.documentAt('identityReader')).toBe('resident'));
    expect(await page.locator('.strip[data-document="resident"]').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Cards', exact: true }).click();
    await page.locator('.passport-reader').getByRole('button').click();
    await vi.waitFor(() => expect(bench.documentAt('passportReader')).toBe('passport'));
    expect(await page.locator('.strip[data-document="resident"]').isVisible()).toBe(true);
  });

  test('every document has its picture and its words in both languages', async () => {
    await page.getByRole('button', { name: 'Documents' }).click();
    const strips = page.locator('.strip[data-document]');
    expect(await strips.count()).toBe(walletDocuments.length);
    for (const document of walletDocuments) {
      const strip = page.locator(`.strip[data-document="${document.id}"]`);
      await strip.focus();
      await page.getByRole('heading', { name: document.label.en, exact: true }).waitFor();
      await page.getByText(document.use.en, { exact: true }).waitFor();
      expect(await strip.locator('svg > *').count(), document.id).toBeGreaterThan(3);
    }
    await page.getByRole('button', { name: '中文' }).click();
    for (const document of walletDocuments)
      expect(await page.locator(`.strip[data-document="${document.id}"]`).getAttribute('title')).toBe(
        document.label['zh-Hans'],
      );
    await page.getByRole('button', { name: 'English' }).click();
  });

  test('the wallet turns to the documents when the kiosk looks for one, and its reader is lit', async () => {
    const decode = (): never => {
      throw new Error('no document was laid there');
    };
    const { address } = bench.idReader.line;
    const driver = createSamV({ name: 'identityReader', open: openChannel(address), decode, delays: { powerOnMs: 0 } });
    driver.start();
    try {
      await vi.waitFor(() => expect(driver.report().state).toBe('ready'), { timeout: 8_000 });
      const giveUp = new AbortController();
      const reading = driver.read({ timeoutMs: 20_000, signal: giveUp.signal });
      await page.locator('.id-reader.is-lit').waitFor();
      expect(await page.locator('.strip[data-document="resident"]').isVisible()).toBe(true);
      giveUp.abort();
      await reading;
      await page.locator('.id-reader:not(.is-lit)').waitFor();
      // It turned by itself, so it turns back by itself.
      await page.locator('.strip[data-card="gen2"]').waitFor();
    } finally {
      await driver.stop();
    }
  });

  test('hands at the cabinet: door, switch and mains, there and back; its lights shine on the front', async () => {
    for (const [hand, member, rest, other, name, back] of [
      ['door', 'door', 'closed', 'open', 'Open the door', 'Close the door'],
      ['operatorSwitch', 'operatorSwitch', 'run', 'maintenance', 'Switch to maintenance', 'Switch back to run'],
      ['mains', 'mains', 'present', 'lost', 'Take the mains away', 'Bring the mains back'],
    ] as const) {
      const button = page.locator(`[data-hand=${hand}]`);
      await button.getByText(name).click();
      await button.getByText(back).waitFor();
      expect(bench.cabinet.state()[member]).toBe(other);
      if (hand === 'door') await page.locator('.cabinet.is-open').waitFor();
      await button.click();
      await button.getByText(name).waitFor();
      expect(bench.cabinet.state()[member]).toBe(rest);
    }
    const driver = createSysfsCabinet({
      name: 'cabinet',
      settings: { ...cabinetPaths, folder: bench.cabinet.folder },
    });
    driver.start();
    try {
      for (const [light, part] of [
        ['pinPad', '.pin-pad'],
        ['receiptPrinter', '.receipt-slot'],
        ['inService', '.cabinet'],
      ] as const) {
        await vi.waitUntil(async () => (await driver.setLight(light, 'medium', { timeoutMs: 5_000 })).ok);
        await page.locator(`${part}.is-guided`).waitFor();
        await driver.setLight(light, 'off', { timeoutMs: 5_000 });
        await page.locator(`${part}:not(.is-guided)`).waitFor();
      }
    } finally {
      await driver.stop();
    }
  });

  test('a code is held before the scanner; one that is dark says so', async () => {
    const field = page.locator('.codes');
    await page.locator('.scanner').getByRole('button').click();
    await field.getByRole('textbox').fill('7K2M-04QX');
    await page.keyboard.press('Enter');
    await field.getByText('The scanner is dark').waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'hidden' });

    const open = openChannel(bench.scanner.line.address);
    const driver = createSerialScanner({ name: 'codeScanner', open, settings: { trigger: 'honeywell' } });
    driver.start();
    try {
      await vi.waitFor(() => expect(driver.report().state).toBe('ready'), { timeout: 8_000 });
      for (const [name, text] of [
        ['Case code', /^[0-9A-Z]{4}-[0-9A-Z]{4}$/],
        ['Appointment', /^APPT:[0-9A-Z]+$/],
      ] as const) {
        const scan = driver.scan({ timeoutMs: 20_000 });
        await page.locator('.scanner.is-lit').waitFor();
        await page.locator('.scanner').getByRole('button').click();
        await field.getByRole('button', { name }).click();
        const scanned = await scan;
        expect(scanned.ok && scanned.value.text.toString()).toMatch(text);
        await field.waitFor({ state: 'hidden' });
      }
    } finally {
      await driver.stop();
    }
  });

  test('the scanner offers the case code of the last slip', async () => {
    writeFileSync(new URL(bench.printer.address).pathname, 'Case code 3F7Q-X0M2\n');
    await page.getByRole('button', { name: 'Case code 3F7Q-X0M2' }).waitFor();
    await page.locator('.scanner').getByRole('button').click();
    await page.locator('.codes').getByRole('button', { name: '3F7Q-X0M2' }).waitFor();
    await page.keyboard.press('Escape');
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

    const idReader = page.locator('[data-row="id-reader"]');
    await idReader.locator('summary').click();
    await idReader.getByText('The cable is pulled out').click();
    await idReader.getByText('1 fault').waitFor();
    expect(bench.idReader.line.plugged).toBe(false);
    await page.locator('.id-reader.is-unplugged').waitFor();
    await idReader.getByText('Clear all').click();
    await vi.waitFor(() => expect(bench.idReader.line.plugged).toBe(true));
    await page.locator('.id-reader:not(.is-unplugged)').waitFor();
    for (const name of ['passport-reader', 'scanner']) {
      await page.locator(`[data-row="${name}"] summary`).click();
      await page.locator(`[data-row="${name}"]`).getByText('Babbles without end').waitFor();
    }

    const bank = page.locator('[data-row="bank-core"]');
    await bank.locator('summary').click();
    await bank.getByText('Refuses connections').click();
    await bank.getByText('1 fault').waitFor();
    expect(bench.hosts.bankCore.faults.list()).toEqual([{ kind: 'down', how: 'refuse' }]);
    await page.getByText('Reset everything').click();
    await vi.waitFor(() => expect(bench.hosts.bankCore.faults.list()).toEqual([]));
  });

  test('the holder’s phone shows the newest code; the branch opens by itself when it is asked', async () => {
    const phone = page.locator('[data-row="phone"]');
    await phone.getByText('no message').waitFor();
    const bank = bankOf(bench);
    try {
      const holderRef = await firstHolder(bank);
      await bank.sendCode({ holderRef, purpose: 'lossReport' }, once());
      const code = bench.hosts.bankCore.domain.messages()[0]?.code ?? '';
      await phone.locator('.row-note').getByText(code).waitFor();
      await phone.locator('summary').click();
      await phone.getByText('loss report').waitFor();

      const branch = page.locator('[data-row="branch"]');
      expect(await branch.getByText('nothing waits').first().isVisible()).toBe(true);
      const states = [];
      for (const decision of ['Approve', 'Refuse']) {
        const asked = await bank.requestApproval({ service: 'unfreeze', visitRef: 'v', holderRef }, once());
        await branch.getByText('unfreezing').waitFor();
        await branch.getByRole('button', { name: decision }).click();
        await branch.getByRole('button', { name: decision }).waitFor({ state: 'hidden' });
        states.push(await bank.approvalState(asked.ok ? asked.value.requestRef : ''));
      }
      expect(states).toMatchObject([{ value: { state: 'approved' } }, { value: { state: 'refused' } }]);
    } finally {
      await bank.stop();
    }
  });

  test('speed, clock and language are chosen once for the whole page', async () => {
    await page.getByRole('button', { name: 'fast' }).click();
    await vi.waitFor(() => expect(bench.delayScale).toBe(0.25));
    await page.getByRole('button', { name: 'tomorrow' }).click();
    await vi.waitFor(() => expect(bench.clockOffset).toBe(86_400));
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '卡包' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    for (const device of deviceNames) {
      const row = page.locator(`[data-row="${device}"]`);
      await row.locator('summary').click();
      await row.locator('.fault-label').first().waitFor();
      const latin = (await row.locator('.fault-label').allInnerTexts()).filter((text) => !/[\u4e00-\u9fff]/.test(text));
      expect(latin, device).toEqual([]);
    }
    await page.getByRole('button', { name: 'English' }).click();
  });

  test('another name of this machine leads to the page under the kiosk’s own', async () => {
    await page.goto(bench.url.replace('127.0.0.1', 'localhost'));
    expect(page.url()).toBe(bench.url);
  });
});
