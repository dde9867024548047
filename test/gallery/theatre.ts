import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { createStaticFiles } from '#device-daemon/wire/static-files.ts';
import type { View } from '#state-machines/screens.ts';
import type { Panel } from './looks.ts';
import type { Fault } from './page/inspect.ts';
import type { Stagehand } from './page/stage.ts';

/** Chromium as the kiosk has it, and nothing that calls home. */
const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Theatre {
  readonly browser: Browser;
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a folder with the daemon's own headers and opens Chromium. */
export async function openTheatre(folder: string, executablePath: string): Promise<Theatre> {
  const files = createStaticFiles(folder);
  const server = createServer((request, response) => {
    if (!files.serve((request.url ?? '/').split('?', 1)[0] ?? '/', request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: browserArguments });
  return {
    browser,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One page on one panel. */
export class Scene {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #panel: Panel;
  readonly #devtools: CDPSession;

  private constructor(page: Page, panel: Panel, devtools: CDPSession) {
    this.page = page;
    this.#panel = panel;
    this.#devtools = devtools;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async open({ browser, origin }: Theatre, panel: Panel): Promise<Scene> {
    const context = await browser.newContext({
      viewport: { width: panel.width, height: panel.height },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const scene = new Scene(page, panel, await context.newCDPSession(page));
    await page.goto(origin);
    await page.evaluate(() => window.stagehand.ready);
    return scene;
  }

  /** Draws the view and says what is wrong with it. */
  async show(view: View, replaced = false): Promise<readonly Fault[]> {
    const look: Parameters<Stagehand['show']>[1] = { millimetre: this.#panel.millimetre, replaced };
    return this.page.evaluate(
      async ([drawn, how]) => {
        await window.stagehand.show(drawn, how);
        return window.stagehand.inspect();
      },
      [view, look] as const,
    );
  }

  /** JPEG of the glass. */
  async picture(scale: number): Promise<Buffer> {
    const { width, height } = this.#panel;
    const { data } = await this.#devtools.send('Page.captureScreenshot', {
      format: 'jpeg',
      quality: 82,
      optimizeForSpeed: true,
      clip: { x: 0, y: 0, width, height, scale },
    });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
