// `npm run faults`: the kiosk dies in the middle of acts, again and again, while the hosts do whatever hosts do wrong; then
// the hosts' ledgers are compared with what the kiosk believes (docs/reliability.md has the method).
// `--runs N` (20,000), `--seed N` (the first), `--mutant [NAME]`: with that planted bug, or each of them in turn, which must
// be caught (400 runs).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPrograms } from './lib/benchmark.js';
import { withModules } from './lib/load.js';
import { root } from './lib/prepare.js';

const every = 'every';
const given = process.argv.slice(2);
const bare = given.findIndex((word, index) => word === '--mutant' && (given[index + 1] ?? '--').startsWith('--'));
if (bare >= 0) given.splice(bare + 1, 0, every);
const { values } = parseArgs({
  args: given,
  options: { runs: { type: 'string' }, seed: { type: 'string', default: '0' }, mutant: { type: 'string' } },
});
const mutants = await withModules(async (load) => (await load('/test/faults/contract.ts')).mutants);
if (values.mutant !== undefined && values.mutant !== every && !Object.hasOwn(mutants, values.mutant)) {
  console.error(`--mutant: got ${values.mutant}, wants nothing for each in turn, or one of`);
  for (const [name, what] of Object.entries(mutants)) console.error(`  ${name.padEnd(22)} ${what}`);
  process.exit(2);
}
const runs = Number(values.runs ?? (values.mutant === undefined ? 20_000 : 400));
const seed = Number(values.seed);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('--runs and --seed want whole numbers');
  process.exit(2);
}

const out = join(root, 'out/faults');
await buildPrograms(out, { kiosk: 'test/faults/kiosk.ts', main: 'test/faults/main.ts' });

const add = (sums, counts) => {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
};
const list = (counts) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
/** A kiosk waits for disk and hosts more than it computes. */
const workers = Math.min(3, Math.ceil(runs / 10));
const share = Math.ceil(runs / workers);

/** Lives them all; how many promises were broken, or undefined when not all came to their end. */
async function live(mutant) {
  const total = { runs: 0, deaths: {}, ends: {}, broken: [] };
  const began = Date.now();
  const ends = Array.from({ length: workers }, async (_, index) => {
    const first = seed + index * share;
    const count = Math.min(share, seed + runs - first);
    if (count <= 0) return 0;
    const args = [join(out, 'kiosk.js'), String(first), String(count), ...(mutant === undefined ? [] : [mutant])];
    const worker = fork(join(out, 'main.js'), args, { cwd: root, execArgv: [] });
    worker.on('message', (report) => {
      total.runs += report.runs;
      add(total.deaths, report.deaths);
      add(total.ends, report.ends);
      total.broken.push(...report.broken);
      const minutes = ((Date.now() - began) / 60_000).toFixed(1);
      console.log(
        `${String(total.runs).padStart(6)} of ${runs} lives, ${total.broken.length} broken promises, ${minutes} min`,
      );
    });
    const [code] = await once(worker, 'exit');
    return code;
  });
  const codes = await Promise.all(ends);
  console.log(`\nhow they died: ${list(total.deaths)}`);
  console.log(`how the sides of the acts ended: ${list(total.ends)}`);
  for (const line of total.broken.slice(0, 20)) console.log(`  ! ${line}`);
  if (codes.some((code) => code !== 0) || total.runs !== runs) {
    console.log('not all lives were lived to their end');
    return undefined;
  }
  return total.broken.length;
}

if (values.mutant === undefined) {
  const broken = await live(undefined);
  if (broken !== undefined) console.log(broken === 0 ? 'every promise was kept' : `${broken} promises were broken`);
  process.exit(broken === 0 ? 0 : 1);
}
const escaped = [];
for (const name of values.mutant === every ? Object.keys(mutants) : [values.mutant]) {
  const caught = ((await live(name)) ?? 0) > 0;
  console.log(`${caught ? 'caught' : 'NOT caught'}: ${mutants[name]}\n`);
  if (!caught) escaped.push(name);
}
process.exit(escaped.length === 0 ? 0 : 1);
