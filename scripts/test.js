// `npm test`: everything that must hold before a change lands. The last line sums vitest and Playwright.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { prepare, root } from './lib/prepare.js';

const out = join(root, 'out');
/** Where vitest's parts report to. */
const reports = { machines: 'machines.json', others: 'vitest.json', lives: 'lives.json' };
for (const stale of [...Object.values(reports), 'playwright.json', 'conformance'])
  rmSync(join(out, stale), { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const failures = [];
/** Runs one step. `quiet`: beside another one, so its words are kept together and shown when it ends. */
function step(name, command, args, { env = {}, quiet = false } = {}) {
  if (!quiet) console.log(`\n== ${name}`);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, ...env },
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => said.push(Buffer.from(String(error))));
    child.on('close', (status) => {
      if (quiet) console.log(`\n== ${name}\n${Buffer.concat(said)}`);
      if (status !== 0) failures.push(name);
      resolve();
    });
  });
}

const bin = (name) => join(root, 'node_modules/.bin', name);
/** One part of vitest's tests. */
const vitest = (name, report, args, { quiet = false, nice = false } = {}) => {
  const all = [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(out, report)}`];
  const [command, ...rest] = nice ? ['nice', '-n', '10', ...all, ...args] : [...all, ...args];
  return step(name, command, rest, { env: { KIOSK_SKIP_BUILD: '1' }, quiet });
};

/** What touches no device, no database and no socket: it computes, for a minute, in one file most of all. */
const computing = ['state-machines', 'kiosk-ui', 'protocol', 'assets'];
const early = await prepare(() => [
  step('types', bin('tsc'), ['--noEmit'], { quiet: true }).then(() =>
    step('lint', bin('biome'), ['check', '.'], { quiet: true }),
  ),
  // Compiling is what all others wait for; this is needed by nobody before the end. Computing, two keep two cores busy.
  vitest('machines', reports.machines, [...computing, '--maxWorkers=2', '--testTimeout=300000'], {
    quiet: true,
    nice: true,
  }),
]);
// Everything else waits for devices and persons half of the time: that half is for the lives of a kiosk that dies.
const lives = vitest('lives', reports.lives, ['test/faults'], { quiet: true, nice: true });
const elsewhere = ['test/faults', ...computing].map((folder) => `--exclude=${folder}/**`);
await vitest('vitest', reports.others, elsewhere);
await step('device page', process.execPath, ['scripts/devices.js', '--check', join(out, reports.others)]);
if (existsSync('/usr/bin/chromium')) {
  await step('playwright', bin('playwright'), ['test'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(out, 'playwright.json') },
  });
} else {
  console.log('\n== playwright: skipped, /usr/bin/chromium is not on this machine');
}
await Promise.all([lives, ...early]);
if (existsSync(join(root, 'scripts/conformance-report.js'))) {
  await step('conformance', process.execPath, ['scripts/conformance-report.js']);
}

let passed = 0;
let failed = 0;
const read = (name) => (existsSync(join(out, name)) ? JSON.parse(readFileSync(join(out, name), 'utf8')) : undefined);
/** Named again at the end: the log is long, and whoever reads it later may have only its last lines. */
const named = [];
for (const file of Object.values(reports)) {
  const report = read(file);
  passed += report?.numPassedTests ?? 0;
  failed += report?.numFailedTests ?? 0;
  for (const { name, status, message, assertionResults } of report?.testResults ?? []) {
    const broken = assertionResults.filter((test) => test.status === 'failed');
    // A file that fell over outside its tests counts as none of them.
    if (broken.length === 0 && status === 'failed') named.push([relative(root, name), message]);
    for (const test of broken) named.push([`${relative(root, name)} > ${test.fullName}`, test.failureMessages[0]]);
  }
}
const playwright = read('playwright.json');
passed += (playwright?.stats.expected ?? 0) + (playwright?.stats.flaky ?? 0);
failed += playwright?.stats.unexpected ?? 0;
const unexpected = (suite) => [
  ...(suite.suites ?? []).flatMap(unexpected),
  ...(suite.specs ?? []).filter(({ ok }) => !ok).map((spec) => ({ ...spec, last: spec.tests[0]?.results.at(-1) })),
];
for (const { file, title, last } of (playwright?.suites ?? []).flatMap(unexpected))
  named.push([`${file} > ${title}`, last?.errors[0]?.message]);
// A browser that is on the machine and was not used proves nothing.
if (existsSync('/usr/bin/chromium') && (playwright?.stats.expected ?? 0) === 0)
  failures.push('no test ran in Chromium');
// A step that fell over without a failing test (types, lint, a crash) is a failure too.
if (failures.length > 0) {
  for (const [name, why = ''] of named) console.log(`\n✘ ${name}\n  ${why.split('\n', 1)[0]}`);
  console.log(`\nfailed: ${failures.join(', ')}`);
  failed = Math.max(failed, failures.length);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
