// Sees to everything the kiosk needs, from a bare Debian machine with Node and npm: Debian packages, npm packages,
// generated code, bundles. Each step is skipped when its result is already there.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Debian package -> a file that shows it is there, and what is lost without it. */
const debianPackages = [
  ['pcscd', '/usr/sbin/pcscd', 'no PC/SC card reader: the virtual reader is used directly'],
  ['libpcsclite-dev', '/usr/include/PCSC/winscard.h', 'no PC/SC card reader: npm cannot build pcsclite'],
  ['vsmartcard-vpcd', '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', 'no virtual cards through pcscd'],
  ['socat', '/usr/bin/socat', 'devices are simulated over TCP instead of pseudo-terminals'],
  ['chromium', '/usr/bin/chromium', 'no browser tests; open the kiosk in a browser of your own'],
  [
    'fonts-noto-cjk',
    '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    'no Chinese characters in pictures of receipts',
  ],
];

const say = (text) => console.log(`\u00b7 ${text}`);

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  return done.status === 0;
}

function seeToDebianPackages() {
  const missing = debianPackages.filter(([, file]) => !existsSync(file));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  const isRoot = process.getuid?.() === 0;
  const hasApt = existsSync('/usr/bin/apt-get');
  const sudo = isRoot ? [] : ['sudo', '-n'];
  const maySudo = isRoot || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  if (hasApt && maySudo) {
    say(`installing Debian packages: ${names.join(' ')}`);
    const apt = (...args) => {
      const [command, ...rest] = [...sudo, 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0', ...args];
      const quiet = {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      };
      return run(command, rest, quiet);
    };
    if (apt('update') && apt('install', '-y', '--no-install-recommends', ...names)) return;
  }
  const still = debianPackages.filter(([, file]) => !existsSync(file));
  console.error(`\nPlease install: sudo apt-get install ${still.map(([name]) => name).join(' ')}`);
  for (const [name, , loss] of still) console.error(`  without ${name}: ${loss}`);
  console.error('Going on with what works.\n');
}

/**
 * Unpacking them takes seconds, compiling the three that are C and C++ more than a minute, on one processor.
 * @returns resolves when those are compiled too
 */
async function seeToNpmPackages() {
  const stampFile = join(root, 'node_modules/.kiosk-installed');
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version)
    .update(String(existsSync('/usr/include/PCSC/winscard.h')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return;
  say('installing npm packages');
  // node-gyp would download headers; where the running Node brings its own it is told so.
  const prefix = join(dirname(process.execPath), '..');
  const env = existsSync(join(prefix, 'include/node')) ? { ...process.env, npm_config_nodedir: prefix } : process.env;
  const failed = (command) => {
    console.error(`${command} failed; see above.`);
    process.exit(1);
  };
  if (!run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { env })) failed('npm ci');
  say('compiling npm packages');
  const compiling = spawn('npm', ['rebuild', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const [status] = await once(compiling, 'close');
  if (status !== 0) failed('npm rebuild');
  writeFileSync(stampFile, digest);
}

/** Newest change below the given folders, in ms. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    const stat = statSync(full);
    if (stat.isDirectory()) {
      const inner = readdirSync(full).filter((name) => name !== 'node_modules' && name !== 'generated');
      latest = Math.max(latest, newest(inner.map((name) => join(path, name))));
    } else {
      latest = Math.max(latest, stat.mtimeMs);
    }
  }
  return latest;
}

function seeToBundles() {
  const sources = [
    'protocol',
    'state-machines',
    'kiosk-ui',
    'device-daemon',
    'simulators',
    'assets',
    'scripts',
    'vite.config.ts',
    'package-lock.json',
  ];
  const stampFile = join(root, 'dist/.built');
  if (existsSync(stampFile) && statSync(stampFile).mtimeMs > newest(sources)) return;
  say('building');
  for (const script of ['generate.js', 'build.js']) {
    if (!run(process.execPath, [join('scripts', script)])) process.exit(1);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, '');
}

/**
 * All of it, in order. `meanwhile` begins what needs no compiled package, while those are being compiled.
 * @returns what `meanwhile` did
 */
export async function prepare(meanwhile = () => undefined) {
  seeToDebianPackages();
  const compiled = seeToNpmPackages();
  seeToBundles();
  const begun = meanwhile();
  await compiled;
  return begun;
}
