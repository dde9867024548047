import type { Page } from '@playwright/test';
import type { BenchApi } from './kit/bench-api.ts';
import { expect, test } from './kit/fixtures.ts';

// Each device, each of its emulator's lasting faults, one touch on its test: what the page then says. Slow: drivers try
// for a while before they give up. `KIOSK_EVERY_FAULT=1`.

test.skip(process.env['KIOSK_EVERY_FAULT'] === undefined, 'KIOSK_EVERY_FAULT=1');

type Board = Parameters<BenchApi['fault']>[0];

interface Subject {
  readonly board: Board;
  readonly device: string;
  /** What the hand does while the test runs, again and again until it is over. */
  readonly hand: (bench: BenchApi) => Promise<unknown>;
  /** What the page must say of each fault. What a driver lives with passes. */
  readonly told: Readonly<Record<string, string>>;
}

const silentPrinter = 'Failed: still silent after 3 openings';
const silentReader = 'Failed: it fell silent in the middle of something';

const subjects: readonly Subject[] = [
  {
    board: 'printer',
    device: 'printer',
    hand: async () => undefined,
    told: {
      powerOff: silentPrinter,
      unplugged: 'Failed: no such port, or unplugged',
      coverOpen: 'Failed: cover or head open',
      paperOut: 'Failed: roll used up',
      paperLow: 'Passed',
      cutterJam: 'Failed: knife jammed',
      mechanicalError: 'Failed: mechanical fault: carriage, sensor',
      headHot: 'Failed: head too hot',
      unrecoverable: 'Failed: fault of its own: memory, supply',
      offline: 'Failed: offline without a cause',
      noAutomaticStatus: 'Passed',
      noRealTime: silentPrinter,
      noClear: 'Passed',
      noMarks: silentPrinter,
      lateMarks: silentPrinter,
      doubleMarks: 'Passed',
      silent: silentPrinter,
      deaf: silentPrinter,
      garbage: silentPrinter,
    },
  },
  {
    board: 'id-reader',
    device: 'identityReader',
    hand: (bench) => bench.place('resident'),
    told: {
      silent: silentReader,
      powerOff: silentReader,
      unplugged: 'Failed: silent after the reset, or pulled and back',
      'cable.silent': silentReader,
      'cable.deaf': silentReader,
      'cable.garbage': silentReader,
    },
  },
  {
    board: 'cabinet',
    device: 'cabinet',
    hand: async () => undefined,
    told: {
      unplugged: 'Failed: none of the configured files is there',
      contactsGone: 'Failed: a file of door, switch or supply is missing',
      garbled: 'Failed: it reads neither 0 nor 1',
      batteryGone: 'Failed: a file of door, switch or supply is missing',
      lightsGone: 'Failed: a guide light cannot be lit',
    },
  },
];

async function result(page: Page, device: string): Promise<string> {
  const row = page.locator(`[data-test-of=${device}]`);
  const text = (await row.locator('p').textContent()) ?? '';
  return `${text
    .replace(/\s+/g, ' ')
    .replace(/ ?(just now|\d+ \w+ ago), card.*/, '')
    .trim()}`;
}

for (const { board, device, hand, told: expected } of subjects) {
  test(`${device}: every lasting fault of its emulator`, async ({ person }) => {
    test.setTimeout(1_200_000);
    const { page, kiosk } = person;
    const { bench } = kiosk;
    await page.addInitScript(() => localStorage.setItem('devices-language', 'en'));
    const told: Record<string, string> = {};
    for (const { name } of (await bench.faultsOf(board)).filter(({ kind }) => kind === 'switch')) {
      await page.goto(`${kiosk.url}maintenance`);
      await person.signsOn();
      await page.locator('[data-tab=devices]').click();
      await bench.fault(board, { [name]: true });
      const row = page.locator(`[data-test-of=${device}]`);
      const place = () => page.locator('kiosk-maintenance').getAttribute('data-place');
      // Signed off is an answer too: the reader that holds the staff card may be what is broken.
      const before = (await place()) === 'signedOn' ? await row.getAttribute('data-at').catch(() => null) : null;
      await row
        .locator('[data-deed=Test]')
        .click({ timeout: 3_000 })
        .catch(() => undefined);
      await expect(async () => {
        await hand(bench).catch(() => undefined);
        if ((await place()) === 'signedOn')
          expect(await row.getAttribute('data-at', { timeout: 1_000 })).not.toBe(before);
      }).toPass({ timeout: 200_000, intervals: [1_000] });
      told[name] =
        (await place()) === 'signedOn'
          ? await result(page, device)
          : `ended: ${await page.locator('.door h2').textContent()}`;
      await bench.fault(board, { [name]: false });
      await bench.reset();
      await bench.delays(0);
      await page.goto(kiosk.url);
      await person.sees('attract', 'out-of-service');
      const states = async (): Promise<readonly string[]> => {
        const { devices } = (await (await fetch(new URL('/healthz', kiosk.url))).json()) as {
          devices: { name: string; state: string; reason?: string }[];
        };
        return devices
          .filter(({ state }) => state !== 'ready')
          .map(({ name: late, state, reason }) => `${late} ${state} ${reason}`);
      };
      await expect.poll(states, { timeout: 90_000 }).toEqual([]);
    }
    expect(told).toEqual(expected);
  });
}
