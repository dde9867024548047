import { type Browser, test as base, expect, type Locator, type Page } from '@playwright/test';
import type { MaintenancePrompt, ServiceName } from '#protocol/generated/kiosk.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import { type StaffCardId, staffCards } from '#simulators/wallet/staff.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import type { ScreenName, UiEventType } from '#state-machines/screens.ts';
import { recordReceived } from '../../conformance/recorder.ts';
import { type Hardware, KioskProcess } from './kiosk-process.ts';

function pinOf(card: StaffCardId): string {
  const found = staffCards.find(({ id }) => id === card);
  if (found === undefined) throw new Error(`no staff card ${card}`);
  return found.staff.pin;
}

/** The glass takes a second tap within 400 ms for a tremble; nobody taps so fast on purpose. */
const withoutTrembleMs = 450;

/** Also while the page that is left loads itself anew, as it does when its daemon is back. */
async function arrives(page: Page, url: string): Promise<void> {
  await expect(() => page.goto(url)).toPass({ timeout: 30_000 });
}

/** Somebody who stands before the kiosk. */
export class Person {
  readonly page: Page;
  readonly kiosk: KioskProcess;
  /** The last tap may have been that of the person before. */
  #nextTapMs = performance.now() + withoutTrembleMs;
  /** How often the glass was touched since `startsCounting`. */
  touchesMade = 0;

  constructor(page: Page, kiosk: KioskProcess) {
    this.page = page;
    this.kiosk = kiosk;
  }

  async walksUp(): Promise<void> {
    if (this.page.url() !== this.kiosk.url) await this.opens();
    await this.sees('attract');
    // Nobody raises a finger faster than the rest of the page comes.
    await this.page.waitForFunction(() => document.querySelector('kiosk-app')?.lazyParts !== undefined);
  }

  /** That page of the kiosk. */
  opens(path = ''): Promise<void> {
    return arrives(this.page, `${this.kiosk.url}${path}`);
  }

  /** Waits until the screen is there; a failure says which one was there instead. */
  async sees(...names: readonly ScreenName[]): Promise<void> {
    const app = this.page.locator('kiosk-app');
    await expect(app).toHaveAttribute('data-screen', new RegExp(`^(${names.join('|')})$`));
  }

  async reads(text: string | RegExp): Promise<void> {
    await expect(this.page.locator('kiosk-screen')).toContainText(text);
  }

  touches(event: UiEventType): Promise<void> {
    return this.taps(`button[data-event=${event}]`);
  }

  chooses(service: ServiceName): Promise<void> {
    return this.taps(`button[data-service=${service}]`);
  }

  async taps(selector: string, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.waitForTimeout(Math.max(0, this.#nextTapMs - performance.now()));
    await this.page.locator(selector).first().click(options);
    this.touchesMade += 1;
    this.#nextTapMs = performance.now() + withoutTrembleMs;
  }

  async speaks(language: 'zh-Hans' | 'zh-Hant' | 'en'): Promise<void> {
    await this.taps(`button.language[lang=${language}]`);
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
  }

  /** From the first touch to the card in the reader. */
  async looksUpBalance(card: WalletCardId): Promise<void> {
    await this.chooses('balance');
    await this.sees('insert-card');
    await this.kiosk.bench.insert(card);
  }

  /** Keys pressed before it does would be lost. */
  async seesPadListen(screen: ScreenName = 'enter-pin'): Promise<void> {
    await this.sees(screen);
    await expect(this.page.locator('kiosk-screen kiosk-picture[motion=in]')).toBeVisible();
  }

  async entersPin(pin = this.kiosk.pin): Promise<void> {
    await this.seesPadListen();
    await this.kiosk.bench.keys(`${pin}E`);
  }

  /** From the first screen to the readers that listen. */
  async triesDocument(): Promise<void> {
    await this.chooses('information');
    await this.sees('information');
    await this.taps('button[data-topic=bring]');
    await this.touches('CHOOSE_SERVICE');
    await this.sees('choose-document');
  }

  /** Puts it down, and does as is asked: lifts it and puts it down again, or swipes once more what nobody noticed. */
  async puts(document: WalletDocumentId): Promise<void> {
    const on = (screen: ScreenName) => this.page.locator(`[data-screen=${screen}]`);
    const settled = on('document-read').or(on('document-problem'));
    const asked = on('present-document').locator('kiosk-picture[motion=out]');
    await this.#presents(document, settled, () => asked.or(on('choose-document')).isVisible());
  }

  /** Puts the document down for a service, and takes it back when asked to. */
  async identifies(document: WalletDocumentId): Promise<void> {
    await this.sees('choose-document', 'present-document');
    await this.#presents(document, this.page.locator('[data-screen=take-document]'), () => Promise.resolve(true));
    await this.kiosk.bench.lift();
    // Neither reader can tell that it was taken: the person says so.
    await this.touches('CONTINUE');
  }

  /** Until it is noticed. Whoever lifts it too soon is never read, so every try has twice the patience of the one before. */
  async #presents(document: WalletDocumentId, noticed: Locator, again: () => Promise<boolean>): Promise<void> {
    const { bench } = this.kiosk;
    await bench.place(document);
    for (let patienceMs = 1_500; patienceMs < 30_000; patienceMs *= 2) {
      const seen = await noticed.waitFor({ timeout: patienceMs }).then(
        () => true,
        () => false,
      );
      if (seen) return;
      if (!(await again())) continue;
      await bench.lift();
      await bench.place(document);
    }
    await expect(noticed).toBeVisible();
  }

  /** Presses keys when the pad listens: a PIN, or the code from the telephone. */
  async enters(screen: ScreenName, keys: string | (() => Promise<string>)): Promise<void> {
    await this.seesPadListen(screen);
    await this.kiosk.bench.keys(`${typeof keys === 'string' ? keys : await keys()}E`);
  }

  /** Reads the goodbye and goes: whoever comes next need not wait until it goes by itself. */
  async saysGoodbye(): Promise<void> {
    await this.sees('goodbye', 'attract');
    const close = 'kiosk-screen button[data-event=CLOSE]';
    // On a busy machine it is gone before the hand is there.
    if (await this.page.locator(close).isVisible()) await this.taps(close, { timeout: 3_000 }).catch(() => {});
    await this.sees('attract');
  }

  /** The page of staff wants something of the hand. */
  async isAsked(prompt: MaintenancePrompt): Promise<void> {
    await expect(this.page.locator(`[data-prompt=${prompt}]`)).toBeVisible();
  }

  /** With the page of staff open: card and PIN, and the first of its parts. */
  async signsOn(card: StaffCardId = 'staff-technician'): Promise<void> {
    await this.page.locator('[data-event=SIGN_ON]').click();
    await this.isAsked('insertCard');
    await this.kiosk.bench.insert(card);
    await this.isAsked('enterPin');
    await this.kiosk.bench.keys(`${pinOf(card)}E`);
    await expect(this.page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOn');
  }

  /** An act of two persons: the first card goes out, the second comes in with its PIN, the first comes back. */
  async isJoinedBy(second: StaffCardId, first: StaffCardId, pressed = `${pinOf(second)}E`): Promise<void> {
    const { bench } = this.kiosk;
    await this.isAsked('takeCard');
    await bench.remove();
    await this.isAsked('secondCard');
    await bench.insert(second);
    await this.isAsked('enterPin');
    await bench.keys(pressed);
    await this.isAsked('takeCard');
    await bench.remove();
    await this.isAsked('firstCard');
    await bench.insert(first);
  }

  async signsOff(): Promise<void> {
    await this.page.locator('[data-event=SIGN_OFF]').click();
    await this.isAsked('takeCard');
    await this.kiosk.bench.remove();
  }

  /** Leaves by the way out that the screen offers, and takes the card. */
  async leaves(): Promise<void> {
    await this.taps('button[data-event=DONE], button[data-event=END]');
    await this.kiosk.bench.remove();
    await this.sees('goodbye', 'attract');
  }
}

/** A browser with one page, for as long as its options are those of the test. */
interface Glass {
  readonly page: Page;
  readonly options: string;
  /** Faults of the page's own, as they come. */
  readonly problems: string[];
}

async function installed(browser: Browser, options: string): Promise<Glass> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A socket that cannot be had while the daemon is down is the page's business, and told by the browser itself.
    if (message.type() === 'error' && !/WebSocket connection|ERR_CONNECTION|Failed to load/.test(message.text()))
      problems.push(message.text());
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => recordReceived(socket.url(), String(payload))),
  );
  return { page, options, problems };
}

/** Whether the next person finds the screen as the first one did. */
async function standsReady(page: Page, url: string): Promise<boolean> {
  if (page.url() !== url) return false;
  const [screen, language, text] = await page.evaluate(() => [
    document.querySelector('kiosk-app')?.dataset['screen'],
    document.documentElement.lang,
    document.documentElement.dataset['text'],
  ]);
  return screen === 'attract' && language === 'zh-Hans' && text === 'normal';
}

export const test = base.extend<
  { glass: Glass; page: Page; person: Person },
  { hardware: Hardware; kiosk: KioskProcess; glassWith: (options: string) => Promise<Glass> }
>({
  hardware: ['dip', { option: true, scope: 'worker' }],
  kiosk: [
    async ({ hardware }, use) => {
      // The shortest that may be set: nobody is waited for without need.
      const kiosk = await KioskProcess.start({ visit: { takeCardSeconds: 10 } }, hardware);
      await use(kiosk);
      await kiosk.stop();
    },
    { scope: 'worker' },
  ],
  // The screen of a kiosk is loaded once and serves whoever comes: one page for all tests of a worker, as long as it ends
  // each of them as it began. Loading it for each of them is half of the browser's work.
  glassWith: [
    async ({ browser }, use) => {
      let glass: Glass | undefined;
      await use(async (options) => {
        if (glass === undefined || glass.page.isClosed() || glass.options !== options) {
          await glass?.page.context().close();
          glass = await installed(browser, options);
        }
        return glass;
      });
    },
    { scope: 'worker' },
  ],
  glass: async ({ glassWith, viewport, deviceScaleFactor, locale }, use) =>
    use(await glassWith(JSON.stringify([viewport, deviceScaleFactor, locale]))),
  page: async ({ glass }, use) => use(glass.page),
  person: async ({ glass, kiosk }, use, testInfo) => {
    const { page, problems } = glass;
    problems.length = 0;
    await kiosk.bench.reset();
    await kiosk.bench.delays(0);
    const person = new Person(page, kiosk);
    await person.walksUp();
    // A circuit that the test before opened closes with the next echo, after a few seconds.
    const links = async (): Promise<readonly unknown[]> => {
      const { hosts } = (await (await fetch(new URL('/healthz', kiosk.url))).json()) as { hosts: { state: string }[] };
      return [(await fetch(new URL('/readyz', kiosk.url))).status, ...hosts.map(({ state }) => state)];
    };
    await expect.poll(links, { timeout: 30_000 }).toEqual([200, 'up', 'up']);
    await use(person);
    // What the kiosk has to say about it.
    if (testInfo.status !== testInfo.expectedStatus)
      await testInfo.attach('the last visit', { body: kiosk.lastVisit(), contentType: 'text/plain' });
    await kiosk.bench.remove();
    if (!page.isClosed()) {
      await page.unrouteAll();
      // A language that staff chose.
      await page.evaluate(() => localStorage.clear()).catch(() => undefined);
      const gone = page.locator('kiosk-app[data-screen=goodbye]');
      if ((await gone.count()) > 0) await person.saysGoodbye();
      // Whatever else was left on the screen goes with the page.
      if (!(await standsReady(page, kiosk.url).catch(() => false))) await arrives(page, 'about:blank');
    }
    expect(problems, 'the page reported faults of its own').toEqual([]);
  },
});

export { expect };
