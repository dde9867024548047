import type { Page } from '@playwright/test';
import { expect, test } from './kit/fixtures.ts';
import type { KioskProcess } from './kit/kiosk-process.ts';

const names = [
  'cardReader',
  'pinPad',
  'printer',
  'identityReader',
  'passportReader',
  'codeScanner',
  'cabinet',
] as const;
type Name = (typeof names)[number];

/** The page of whoever repairs the kiosk. */
class Technician {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async opens(page: Page, kiosk: KioskProcess): Promise<Technician> {
    await page.goto(new URL('/devices', kiosk.url).href);
    const technician = new Technician(page);
    for (const name of names) await technician.finds(name, 'ready');
    return technician;
  }

  row(name: Name) {
    return this.page.locator(`tbody[data-device=${name}]`);
  }

  async finds(name: Name, state: string): Promise<void> {
    await expect(this.row(name)).toHaveAttribute('data-state', state);
  }

  async restarts(name: Name): Promise<number> {
    return Number(await this.row(name).locator('.count').textContent());
  }
}

/** The cable, the device's row, and what its absence does to which service. */
const bystanders = [
  ['printer', 'printer', 'limits Balance'],
  ['id-reader', 'identityReader', 'limits Try my document here'],
  ['passport-reader', 'passportReader', 'limits Try my document here'],
  ['scanner', 'codeScanner', ''],
] as const;

test.use({ locale: 'en-GB' });

test('whatever a balance does not need is pulled in the middle of it: the balance is there, the page tells the story', async ({
  person,
  context,
}) => {
  const { bench } = person.kiosk;
  const technician = await Technician.opens(await context.newPage(), person.kiosk);
  const restarts = new Map<Name, number>();
  for (const [, name] of bystanders) restarts.set(name, await technician.restarts(name));
  for (const [cable, name, effect] of bystanders) {
    await test.step(name, async () => {
      await person.looksUpBalance('gen3-active');
      await person.sees('enter-pin');
      await bench.fault(cable, { unplugged: true });
      await technician.finds(name, 'absent');
      const row = technician.row(name);
      for (const words of ['Absent', 'No such port, or unplugged', 'Check cable and power', 'Opens it again', effect])
        await expect(row).toContainText(words);
      // Among them the one before, which is back.
      for (const other of names) if (other !== name) await technician.finds(other, 'ready');
      await person.entersPin();
      await person.sees('balance');
      await bench.fault(cable, { unplugged: false });
      // Gone without a word: the kiosk's page is loaded anew for the next one.
      await bench.remove();
      await person.page.reload();
      await person.walksUp();
    });
  }
  for (const [, name] of bystanders) {
    await technician.finds(name, 'ready');
    expect(await technician.restarts(name), name).toBe((restarts.get(name) ?? 0) + 1);
    await expect(technician.row(name)).not.toContainText('Opens it again');
  }
});

test('the card reader is pulled: what needs it is stopped, because of it, in both languages; then all is well again', async ({
  person,
  context,
}) => {
  const { bench } = person.kiosk;
  const { page } = await Technician.opens(await context.newPage(), person.kiosk);
  const verdict = page.locator('.verdict');
  await expect(verdict).toContainText('In service, every service can be had');
  await bench.fault('card-reader', { unplugged: true });
  await expect(verdict).toContainText('In service, not everything can be had');
  await expect(verdict).toContainText('Balance stopped: The card reader is out of order');
  const row = page.locator('tbody[data-device=cardReader]');
  await expect(row).toContainText('stops Balance');
  await expect(row).toContainText('Plug it in; compare name and setting');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(row).toContainText('停办 查余额');
  await expect(row).toContainText('插上读卡器；核对名称与配置');
  await expect(verdict).toContainText('查余额 停办：读卡器暂时不能用');
  await bench.fault('card-reader', { unplugged: false });
  await expect(verdict).toContainText('正常服务，各项服务均可办理');
});

test('a daemon that stands still: the page says so, keeps what it knew, and follows again', async ({
  kiosk,
  context,
}) => {
  await kiosk.bench.reset();
  const { page } = await Technician.opens(await context.newPage(), kiosk);
  await page.route('**/healthz', (route) => route.abort());
  await expect(page.getByRole('alert')).toContainText('The daemon does not answer');
  await expect(page.locator('tbody[data-device=printer]')).toContainText('Ready');
  await page.unroute('**/healthz');
  await expect(page.getByRole('alert')).toHaveCount(0);
});
