import type { BenchApi } from './bench-api.ts';
import { expect, type Person, test } from './fixtures.ts';

type Board = Parameters<BenchApi['fault']>[0];

export interface Subject {
  readonly board: Board;
  readonly device: string;
  /** What the hand does while the test runs, again and again until it is over: no faster than a reader of swipes listens. */
  readonly hand?: (bench: BenchApi) => Promise<unknown>;
  /** What its report goes on to say until the next good use. */
  readonly lingers?: string;
  /**
   * What the page must say of each fault. What a driver lives with passes; `ended: …` where the session ends, since the
   * staff card is in the very reader that is broken.
   */
  readonly told: Readonly<Record<string, string>>;
}

/** After a fault has gone. Drivers that gave up look again every half minute. */
const healingMs = 90_000;
/** Longer than a person is waited for. */
const testMs = 120_000;

/** One touch on the test of a device under each lasting fault of its emulator, one after the other in one session. */
export function triesEveryFault(subject: Subject): void {
  const { board, device, told } = subject;
  test(`${device}: every lasting fault of its emulator`, async ({ person }) => {
    test.setTimeout(1_200_000);
    const { page, kiosk } = person;
    const { bench } = kiosk;
    await page.evaluate(() => localStorage.setItem('devices-language', 'en'));
    const faults = (await bench.faultsOf(board)).filter(({ kind }) => kind === 'switch').map(({ name }) => name);
    expect(faults.toSorted()).toEqual(Object.keys(told).toSorted());
    for (const name of faults) {
      await atDevices(person);
      await bench.fault(board, { [name]: true });
      // What a driver asks all the time it has asked again before a hand is at the button.
      await page.waitForTimeout(1_000);
      const said = await tested(person, subject);
      await bench.fault(board, { [name]: false });
      // Each as it comes, and the others all the same.
      process.stdout.write(`${device} ${name}: ${said}\n`);
      expect.soft(`${name}: ${said}`).toBe(`${name}: ${told[name]}`);
      await healed(person, subject);
    }
  });
}

const place = ({ page }: Person) => page.locator('kiosk-maintenance').getAttribute('data-place', { timeout: 1_000 });

/** Signed on, before the devices. */
async function atDevices(person: Person): Promise<void> {
  const { page, kiosk } = person;
  if (!page.url().includes('/maintenance') || (await place(person)) !== 'signedOn') {
    // A card that nobody could take is in the bin by now.
    await kiosk.bench.reset();
    await kiosk.bench.delays(0);
    // Where a session has ended the page leaves by itself, sooner or later.
    await page
      .locator('[data-event=LEAVE]')
      .click({ timeout: 2_000 })
      .catch(() => undefined);
    await person.sees('attract', 'out-of-service');
    await person.opens('maintenance');
    await person.signsOn();
  }
  await page.locator('[data-tab=devices]').click();
}

/** What the page says at last. */
async function tested(person: Person, { device, hand }: Subject): Promise<string> {
  const { page, kiosk } = person;
  const row = page.locator(`[data-test-of=${device}]`);
  const lastAt = () => row.getAttribute('data-at', { timeout: 1_000 });
  // Signed off is an answer too, and it may come before the touch.
  const before = await lastAt().catch(() => null);
  await row
    .locator('[data-deed=Test]')
    .click({ timeout: 3_000 })
    .catch(() => undefined);
  await expect(async () => {
    await hand?.(kiosk.bench).catch(() => undefined);
    if ((await place(person)) === 'signedOn') expect(await lastAt()).not.toBe(before);
  }).toPass({ timeout: testMs, intervals: [2_500] });
  if ((await place(person)) !== 'signedOn')
    return `ended: ${(await page.locator('.door').locator('h2, p').allTextContents()).join('. ')}`;
  const text = (await row.locator('p').textContent()) ?? '';
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?(just now|\d+ \w+ ago), card.*/, '')
    .trim();
}

/** Every device works again. */
async function healed({ kiosk }: Person, { lingers }: Subject): Promise<void> {
  const states = async (): Promise<readonly string[]> => {
    const { devices } = (await (await fetch(new URL('/healthz', kiosk.url))).json()) as {
      devices: { name: string; state: string; reason?: string }[];
    };
    return devices
      .filter(({ state, reason }) => state !== 'ready' && (reason === undefined || reason !== lingers))
      .map(({ name, state, reason }) => `${name} ${state} ${reason}`);
  };
  await expect.poll(states, { timeout: healingMs }).toEqual([]);
}
