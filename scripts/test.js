// `npm test`: everything that must hold before a change lands. The last line sums vitest and Playwright.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './lib/prepare.js';

prepare();
const out = join(root, 'out');
for (const stale of ['vitest.json', 'playwright.json', 'conformance'])
  rmSync(join(out, stale), { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const failures = [];
function step(name, command, args, env = {}) {
  console.log(`\n== ${name}`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (done.status !== 0) failures.push(name);
}

const bin = (name) => join(root, 'node_modules/.bin', name);
step('types', bin('tsc'), ['--noEmit']);
step('lint', bin('biome'), ['check', '.']);
step(
  'vitest',
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(out, 'vitest.json')}`],
  {
    KIOSK_SKIP_BUILD: '1',
  },
);
step('device page', process.execPath, ['scripts/devices.js', '--check', join(out, 'vitest.json')]);
if (existsSync('/usr/bin/chromium')) {
  step('playwright', bin('playwright'), ['test'], { PLAYWRIGHT_JSON_OUTPUT_NAME: join(out, 'playwright.json') });
} else {
  console.log('\n== playwright: skipped, /usr/bin/chromium is not on this machine');
}
if (existsSync(join(root, 'scripts/conformance-report.js'))) {
  step('conformance', process.execPath, ['scripts/conformance-report.js']);
}

let passed = 0;
let failed = 0;
const read = (name) => (existsSync(join(out, name)) ? JSON.parse(readFileSync(join(out, name), 'utf8')) : undefined);
const vitest = read('vitest.json');
passed += vitest?.numPassedTests ?? 0;
failed += vitest?.numFailedTests ?? 0;
const playwright = read('playwright.json');
passed += (playwright?.stats.expected ?? 0) + (playwright?.stats.flaky ?? 0);
failed += playwright?.stats.unexpected ?? 0;
// A browser that is on the machine and was not used proves nothing.
if (existsSync('/usr/bin/chromium') && (playwright?.stats.expected ?? 0) === 0)
  failures.push('no test ran in Chromium');
// A step that fell over without a failing test (types, lint, a crash) is a failure too.
if (failures.length > 0) {
  console.log(`\nfailed: ${failures.join(', ')}`);
  failed = Math.max(failed, failures.length);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
