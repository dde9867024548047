import { defineConfig } from '@playwright/test';

/** Debian's Chromium, as the kiosk itself runs; nothing of the browser may reach out of this machine. */
const chromium = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whole balance tests with a reader that moves the cards, beside the one visit that is always made: twice the time. */
const everyReader =
  process.env['KIOSK_EVERY_READER'] === undefined
    ? []
    : [{ name: 'motor', testMatch: '**/balance.spec.ts', use: { reader: 'crt591' as const } }];

/** `npm run gallery`: the pages of staff, drawn on a real kiosk; for the eye and the technician's guide. */
const pictures =
  process.env['KIOSK_PICTURES'] === undefined
    ? []
    : [{ name: 'pictures', testDir: 'test/gallery', testMatch: '**/*.spec.ts' }];

const long = ['privacy', 'journal'].map((name) => `**/${name}.spec.ts`);
const otherHardware = ['day-end', 'motor-reader', 'two-persons', 'another-provider', 'card-unit-faults'].map(
  (name) => `**/${name}.spec.ts`,
);

export default defineConfig<object, { reader: 'dip' | 'crt591' }>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Each worker is a whole kiosk with its bench; it waits for devices and people more than it computes.
  workers: 5,
  // Every test begins with a reset bench, so any worker may take any of them.
  fullyParallel: true,
  // As in vitest.config.ts; a test that needed it is listed as flaky.
  retries: 1,
  // The longest begin first, so that nothing waits for them at the end; so do those on other hardware: each worker has to
  // start a kiosk of its own for them.
  projects: [
    { name: 'long', testMatch: long, workers: 1 },
    { name: 'hardware', testMatch: otherHardware, workers: 2 },
    { name: 'kiosk', testMatch: '**/*.spec.ts', testIgnore: [...long, ...otherHardware] },
    ...everyReader,
    ...pictures,
  ],
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'out/playwright.json' }]],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: '/usr/bin/chromium', args: chromium },
    viewport: { width: 1080, height: 1920 },
    // The layout of the panel with a quarter of its pixels: without a graphics card drawing is most of the work.
    deviceScaleFactor: 0.5,
    // For the same reason nothing moves; in privacy.spec.ts, whose browser is its own, it does.
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 10_000,
    trace: 'off',
  },
});
