// `npm start`: the whole kiosk on simulated hardware. Bench first (it makes the devices, the cards and the hosts), then the
// daemon with the configuration that the bench wrote. Ctrl-C stops both.
import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, root } from './lib/prepare.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: 'data' },
    port: { type: 'string', default: '5846' },
    'bench-port': { type: 'string', default: '8610' },
    face: { type: 'boolean', default: false },
    reader: { type: 'string', default: 'dip' },
  },
});
const dataFolder = resolve(root, values.data);

await prepare();
mkdirSync(dataFolder, { recursive: true });

// Refuse before anything is started: the same lock that the daemon holds while it runs.
const { default: Database } = await import('better-sqlite3');
try {
  const lock = new Database(join(dataFolder, 'instance.lock'), { timeout: 0 });
  lock.exec('BEGIN EXCLUSIVE; ROLLBACK');
  lock.close();
} catch {
  console.error(
    `A kiosk is already running on ${dataFolder}. Stop it first, or name another folder: npm start -- --data FOLDER --port N --bench-port N`,
  );
  process.exit(3);
}

const children = [];
let stopping = false;
/** The daemon ended so that it be started again (device-daemon/main.ts). */
const again = 75;

async function stop(code) {
  if (stopping) return;
  stopping = true;
  // The daemon first, so that it ends visits and signs the journal while its devices are still there.
  for (const { child, gone } of children.reverse()) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 8000);
    await gone;
    clearTimeout(late);
  }
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

/** Starts a bundle and waits until it says that it is ready. */
function start(name, script, args) {
  // A group of its own: Ctrl-C reaches this process only, which then stops the children in order.
  const child = fork(join(root, script), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const gone = new Promise((done) => child.once('exit', done));
  const entry = { name, child, gone, powerless: false };
  children.push(entry);
  void gone.then((code) => {
    if (stopping || entry.powerless) return;
    if (name === 'daemon' && code === again) {
      console.log('The daemon starts again, as staff wished.');
      children.splice(children.indexOf(entry), 1);
      void startDaemon();
      return;
    }
    console.error(`The ${name} ended by itself (${child.signalCode ?? `exit code ${code}`}).`);
    void stop(code === 0 ? 1 : (code ?? 1));
  });
  return new Promise((done) => {
    child.on('message', (message) => {
      if (message?.type === 'ready') done(message);
    });
  });
}

const bench = await start('bench', 'dist/bench/bench.js', [
  '--folder',
  join(dataFolder, 'bench'),
  '--port',
  values['bench-port'],
  '--kiosk-port',
  values.port,
  '--data',
  dataFolder,
  ...(values.face ? ['--face'] : []),
  '--reader',
  values.reader,
]);
const startDaemon = () => start('daemon', 'dist/daemon/daemon.js', ['--config', bench.configFile]);

/** The mains went (`POST /api/power` of the bench): the kiosk is gone in the middle of a word, and back after a while. */
async function powerCut(benchProcess) {
  const at = children.findIndex(({ name }) => name === 'daemon');
  const [daemon] = at === -1 ? [] : children.splice(at, 1);
  if (daemon !== undefined) {
    daemon.powerless = true;
    // With its helpers: they are in its group.
    if (daemon.child.exitCode === null && daemon.child.signalCode === null) process.kill(-daemon.child.pid, 'SIGKILL');
    await daemon.gone;
  }
  console.log('The mains were cut; they come back in two seconds.');
  await new Promise((done) => setTimeout(done, 2000));
  if (stopping) return;
  const back = new Promise((done) => {
    benchProcess.on('message', function look(message) {
      if (message?.type !== 'powerBack') return;
      benchProcess.off('message', look);
      done();
    });
  });
  benchProcess.send({ type: 'powerBack' });
  await back;
  if (!stopping) await startDaemon();
}

let dark = false;
const [{ child: benchProcess }] = children;
benchProcess.on('message', (message) => {
  if (message?.type !== 'powerCut' || dark || stopping) return;
  dark = true;
  void powerCut(benchProcess).finally(() => {
    dark = false;
  });
});

const daemon = await startDaemon();

console.log(`
  Bench   ${bench.url}     the kiosk's front, with cards, PIN pad and printer to play with
  Kiosk   ${daemon.url}     what the cardholder sees
  XFS4IoT ${daemon.publisher}

  Try: open the bench page, press 查余额 (Balance) on the screen, then click the card "${bench.firstCard}" and enter ${bench.firstPin} on the pad.
  Ctrl-C stops everything.
`);
