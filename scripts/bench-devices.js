// `npm run bench:devices`: what reading a document, polling for one, and having all devices cost (docs/performance.md has
// the method). `--only documents|polling|idle`, `--exchanges N`, `--reads N`, `--seconds N`; `--quick` takes fewer of each.
// Daemon, readers and client are processes of their own; everything is built into out/bench-devices/ first.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ask, buildPrograms, freePort, heard, median, Programs, quantile, Result } from './lib/benchmark.js';
import { root } from './lib/prepare.js';

const out = join(root, 'out/bench-devices');
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    exchanges: { type: 'string' },
    reads: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const count = (name, full, quick) => Number(values[name] ?? (values.quick ? quick : full));
const sizes = {
  reads: count('reads', 50, 15),
  exchanges: count('exchanges', 1_300_000, 50_000),
  seconds: count('seconds', 60, 20),
};
/** Of the memory, over all the polls. */
const samples = 100;
/** Whatever starting left to do is done by then. */
const settleMs = 15_000;
/** Ten bits a byte (start, eight, stop) at 115200 baud. */
const lineMs = (bytes) => (bytes * 10) / 115.2;

const sources = {
  reader: 'test/benchmarks/devices/reader.ts',
  visitor: 'test/benchmarks/devices/visitor.ts',
  polling: 'test/benchmarks/devices/polling.ts',
  bench: 'simulators/bench/main.ts',
  daemon: 'device-daemon/main.ts',
  'pcsc-child': 'device-daemon/transports/pcsc/child.ts',
};
await buildPrograms(out, sources);

const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'));
const programs = new Programs(out);
const result = new Result();
const ms = (value) => `${value.toFixed(1)} ms`;
const mib = (value) => `${(value / 2 ** 20).toFixed(2)} MiB`;
const signed = (value) => `${value < 0 ? '' : '+'}${mib(value)}`;
const sleep = (forMs) => new Promise((over) => setTimeout(over, forMs));
/** The daemon hands out connections with its page: any page will do here. */
function pageFolder() {
  const uiFolder = join(folder, 'ui');
  mkdirSync(uiFolder, { recursive: true });
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html>');
  return uiFolder;
}

/** From the document on the reader to the evidence at the client, beside the bare line. */
async function documents() {
  const reader = programs.start('reader', ['2']);
  const { addresses } = await heard(reader);
  const configFile = join(folder, 'documents.json');
  const configuration = {
    server: { port: await freePort(), uiFolder: pageFolder() },
    storage: { dataFolder: join(folder, 'documents'), keyFolder: join(folder, 'keys') },
    devices: { cardReader: { driver: 'none' }, identityReader: { driver: 'sam-v', port: addresses[0] } },
  };
  writeFileSync(configFile, JSON.stringify(configuration));
  const daemon = programs.start('daemon', ['--config', configFile]);
  const { url } = await heard(daemon);
  const visitor = programs.start('visitor', [JSON.stringify({ url, bare: addresses[1] })]);
  await heard(visitor);

  const rounds = [];
  for (let round = -1; round < sizes.reads; round += 1) {
    await ask(visitor, { act: 'read' });
    // A document comes when it comes: not in step with the polls.
    await sleep(400 + (((round + 1) * 149) % 353));
    const ended = heard(visitor);
    await ask(reader, { act: 'place', of: 0 });
    const { at } = await ended;
    const { marks } = await ask(reader, { act: 'lift', of: 0 });
    await ask(reader, { act: 'place', of: 1 });
    const bare = await ask(visitor, { act: 'bare' });
    await ask(reader, { act: 'lift', of: 1 });
    // The first is not like the others: nothing has run before.
    if (round >= 0) rounds.push(partsOf(marks, BigInt(at), bare));
  }
  const of = (part, q = 0.5) =>
    quantile(
      rounds.map((round) => round[part]),
      q,
    );
  const above = of('above');
  result.tell(
    'document found to evidence at the client, median',
    ms(above),
    `p90 ${ms(of('above', 0.9))}, ${rounds.length} reads, want <= 60 ms`,
    above <= 60,
  );
  result.tell('  the same bytes on the bare line, median', ms(of('bare')), `${(above / of('bare')).toFixed(1)}x`);
  result.tell('  find to select', ms(of('select')), 'medians of the parts, by the reader’s clock');
  result.tell('  select to read', ms(of('read')), '');
  result.tell('  read to newest address', ms(of('address')), '');
  result.tell('  last answer to evidence', ms(of('evidence')), '');
  const poll = `p90 ${ms(of('poll', 0.9))}, not counted: placed to the find that found it`;
  result.tell('  before: wait for the next poll', ms(of('poll')), poll);
  const { bytes } = rounds[0];
  const line = `not counted: ${bytes} bytes at 115200 baud; a pseudo-terminal has no baud`;
  result.tell('  on a real line besides', ms(lineMs(bytes)), line);
}

/** What the reader noted, in ms. As the visit ends it is asked once more whether the document is there. */
function partsOf(marks, evidenceAt, bare) {
  const selected = marks.findIndex(({ what }) => what === 'select');
  const asked = marks.findIndex(({ what }) => what === 'newestAddress');
  if (selected < 0 || asked < 0) throw new Error('the reader was not asked for the document');
  const found = marks.slice(0, selected).findLast(({ what }) => what === 'find');
  const answered = marks.slice(asked).find(({ what }) => what === 'answer');
  const at = (what) => {
    const mark = what === 'find' ? found : what === 'answer' ? answered : marks.find((one) => one.what === what);
    if (mark === undefined) throw new Error(`the reader noted no ${what}`);
    return BigInt(mark.at);
  };
  const between = (from, to) => Number(to - from) / 1e6;
  return {
    poll: between(at('placed'), at('find')),
    above: between(at('find'), evidenceAt),
    select: between(at('find'), at('select')),
    read: between(at('select'), at('read')),
    address: between(at('read'), at('newestAddress')),
    evidence: between(at('answer'), evidenceAt),
    bare: Number(bare.ns) / 1e6,
    bytes: bare.bytes,
  };
}

/** The driver looks for a document as fast as the line answers. */
async function polling() {
  const reader = programs.start('reader', ['1']);
  const { addresses } = await heard(reader);
  const task = { address: addresses[0], exchanges: sizes.exchanges, samples };
  await polls(`${sizes.exchanges} polls`, { ...task, quietMs: 0 });
  // With its own silence before every command, which is most of the time.
  const some = Math.ceil(sizes.exchanges / 65);
  await polls(`${some} polls, silence as in use`, { ...task, exchanges: some });
}

async function polls(what, task) {
  const { memory, exchanges, seconds } = await heard(programs.start('polling', [JSON.stringify(task)]));
  if (exchanges !== task.exchanges) throw new Error(`${exchanges} polls instead of ${task.exchanges}`);
  const grown = (of) => {
    const figures = memory.map((sample) => sample[of]);
    const [first, last] = [median(figures.slice(0, 10)), median(figures.slice(-10))];
    return { first, last, by: last - first };
  };
  const [heap, rss] = [grown('heap'), grown('rss')];
  const pace = `${seconds.toFixed(0)} s, ${((seconds * 1e6) / exchanges).toFixed(0)} µs each`;
  result.tell(
    `memory after ${what}, last ten samples - first ten`,
    signed(heap.by),
    `${mib(heap.first)} to ${mib(heap.last)}, ${memory.length} samples, ${pace}, want <= 5 MiB`,
    heap.by <= 5 * 2 ** 20,
  );
  result.tell('  resident', signed(rss.by), `${mib(rss.first)} to ${mib(rss.last)}`);
}

/** Processor time of a process, in ticks of 10 ms: user and system, its own. Undefined when it is gone. */
function ticksOf(pid) {
  const fields = fieldsOf(pid);
  return fields === undefined ? undefined : Number(fields[11]) + Number(fields[12]);
}
/** /proc/PID/stat behind the name, which may have blanks in it: state, parent, … */
function fieldsOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
function familyOf(pid) {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const childrenOf = (parent) => others.map(Number).filter((one) => Number(fieldsOf(one)?.[1]) === parent);
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** Percent of a core that each family of processes took, over the same seconds. */
async function watched(families) {
  const took = () => families.map((pids) => pids.map((pid) => ticksOf(pid) ?? Number.NaN));
  const [from, before] = [performance.now(), took()];
  await sleep(sizes.seconds * 1_000);
  const [after, seconds] = [took(), (performance.now() - from) / 1_000];
  return after.map((pids, family) => pids.map((ticks, at) => (ticks - before[family][at]) / seconds));
}

/** A full bench and its daemon, as `npm start` runs them, with the page connected and nobody before it. */
async function idle() {
  const bench = programs.start('bench', [
    '--folder',
    join(folder, 'bench'),
    '--port',
    '0',
    '--kiosk-port',
    '0',
    '--data',
    join(folder, 'idle'),
  ]);
  const { configFile } = await heard(bench);
  const configuration = JSON.parse(readFileSync(configFile, 'utf8'));
  configuration.server = { ...configuration.server, uiFolder: pageFolder() };
  writeFileSync(configFile, JSON.stringify(configuration));
  const daemon = programs.start('daemon', ['--config', configFile]);
  const { url } = await heard(daemon);
  const visitor = programs.start('visitor', [JSON.stringify({ url })]);
  await heard(visitor);
  while (!(await fetch(new URL('/readyz', url))).ok) await sleep(500);
  const { devices } = await (await fetch(new URL('/healthz', url))).json();
  const nothing = spawn(process.execPath, ['-e', 'setInterval(() => {}, 2 ** 30)'], { stdio: 'ignore' });
  try {
    await sleep(settleMs);
    const percent = async (what, target) => {
      const family = familyOf(daemon.pid);
      const [ours, theirs] = await watched([family, [nothing.pid]]);
      const all = ours.reduce((sum, one) => sum + one, 0);
      const each = ours.map((one) => `${one.toFixed(2)}`).join(' + ');
      result.tell(
        `processor of the daemon, ${what}`,
        `${all.toFixed(2)} %`,
        `of a core (${each} of its child), a node that does nothing ${theirs[0].toFixed(2)} %, ${sizes.seconds} s, want < 3 %`,
        target ? all < 3 : undefined,
      );
    };
    await percent(`${devices.length} devices, nobody there`, true);
    await ask(visitor, { act: 'wait' });
    await percent('while it waits for a document', true);
  } finally {
    nothing.kill();
  }
}

try {
  for (const [name, part] of Object.entries({ documents, polling, idle })) {
    if (values.only !== undefined && values.only !== name) continue;
    await part();
    await programs.stopAll();
  }
} finally {
  await programs.stopAll();
  rmSync(out, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

result.end();
