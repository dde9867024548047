// `npm run bench:wire`: what the wire server costs, as ratios within one run (docs/performance.md has the method).
// Server, client, and reader with card are three processes; everything is built into out/bench-wire/ first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, buildPrograms, freePort, heard, median, Programs, quantile, Result } from './lib/benchmark.js';
import { root } from './lib/prepare.js';

const out = join(root, 'out/bench-wire');
const quick = process.argv.includes('--quick');
const sizes = quick
  ? { warmUp: 1_000, rounds: 10, perRound: 200, chipWarmUp: 500, chipRounds: 5, chipPerRound: 100, starts: 3 }
  : { warmUp: 5_000, rounds: 100, perRound: 200, chipWarmUp: 2_000, chipRounds: 20, chipPerRound: 100, starts: 15 };

const sources = {
  server: 'test/benchmarks/wire/server.ts',
  client: 'test/benchmarks/wire/client.ts',
  card: 'test/benchmarks/wire/card.ts',
  daemon: 'device-daemon/main.ts',
  'pcsc-child': 'device-daemon/transports/pcsc/child.ts',
};
await buildPrograms(out, sources);

const programs = new Programs(out);
const result = new Result();
const us = (value) => `${value.toFixed(0)} µs`;
const ratio = (value) => `${value.toFixed(2)}x`;
/** Milliseconds from the start of the process until `/healthz` says that it lives. */
async function startDaemon(transport) {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'));
  const port = await freePort();
  const reader =
    transport === undefined
      ? { driver: 'vpcd', vpcdPort: 0 }
      : { driver: 'pcsc', reader: transport.reader, socket: transport.socket };
  const configuration = {
    server: { port },
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
    devices: { cardReader: reader },
  };
  writeFileSync(join(folder, 'kiosk.json'), JSON.stringify(configuration));
  const began = performance.now();
  const daemon = spawn(process.execPath, [join(out, 'daemon.js'), '--config', join(folder, 'kiosk.json')], {
    cwd: root,
    stdio: 'ignore',
  });
  const gone = once(daemon, 'exit');
  const lives = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (daemon.exitCode === null && !(await lives())) await new Promise((again) => setTimeout(again, 2));
  const ms = performance.now() - began;
  if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${daemon.exitCode}`);
  daemon.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
  return ms;
}

async function startNothing() {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}

try {
  const card = programs.start('card');
  const slot = await heard(card);
  if (slot.missing !== undefined) console.log(`no reader on this machine (${slot.missing}): ChipIO is not measured`);
  const server = programs.start('server', slot.transport === undefined ? [] : [JSON.stringify(slot.transport)]);
  const ports = await heard(server);
  const pcsc =
    slot.transport === undefined ? {} : { pcsc: { socket: slot.transport.socket, reader: slot.transport.reader } };
  const client = programs.start('client', [JSON.stringify({ ...ports, ...sizes, ...pcsc })]);
  await heard(client);
  const before = await ask(server);
  const { frameBytes, rounds } = await ask(client);
  const after = await ask(server);

  const all = (key) => rounds.flatMap((round) => round[key]);
  const each = (q) => rounds.map((round) => quantile(round.status, q) / quantile(round.echo, q));
  const commands = sizes.rounds * sizes.perRound;
  const [p50, p99] = [median(each(0.5)), quantile(all('status'), 0.99) / quantile(all('echo'), 0.99)];
  const pair = (q) => `${us(quantile(all('status'), q))} against ${us(quantile(all('echo'), q))}`;
  result.tell(
    'Common.Status / echo of one frame, median',
    ratio(p50),
    `${pair(0.5)}, ${frameBytes} bytes, want <= 1.5x`,
    p50 <= 1.5,
  );
  result.tell('Common.Status / echo of one frame, p99', ratio(p99), `${pair(0.99)}, want <= 3x`, p99 <= 3);
  const grown = (after.heap - before.heap) / 1024;
  result.tell(
    `heap after ${commands} commands`,
    `${grown.toFixed(0)} KiB`,
    `of ${(before.heap / 2 ** 20).toFixed(1)} MiB, want <= 1024 KiB`,
    grown <= 1024,
  );

  if (slot.transport !== undefined) {
    const { chip } = await ask(client);
    const samples = (key) => chip.flatMap((round) => round[key]);
    const [chipIo, direct, status] = ['chipIo', 'direct', 'status'].map((key) => median(samples(key)));
    const cost = (chipIo - direct) / status;
    result.tell(
      '(ChipIO - direct pcsclite) / Common.Status, median',
      ratio(cost),
      `${us(chipIo)} - ${us(direct)} over ${us(status)}, want <= 3x`,
      cost <= 3,
    );
  }

  const [starts, nothings] = [[], []];
  for (let round = 0; round < sizes.starts; round++) {
    starts.push(await startDaemon(slot.transport));
    nothings.push(await startNothing());
  }
  const [started, nothing] = [median(starts), median(nothings)];
  result.tell(
    'start to /healthz / node -e 0, median',
    ratio(started / nothing),
    `${started.toFixed(0)} ms against ${nothing.toFixed(0)} ms`,
  );
} finally {
  await programs.stopAll();
  rmSync(out, { recursive: true, force: true });
}

result.end();
