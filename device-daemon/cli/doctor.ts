import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { parseArgs } from 'node:util';
import type { CliCommand } from '../cli.ts';
import { type Config, loadConfig, productionMistakes } from '../config/index.ts';

type Verdict = 'ok' | 'warn' | 'bad';

interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** What to do about it. */
  readonly todo?: string;
}

const finding = (good: boolean, what: string, todo: string, otherwise: Verdict = 'bad'): Finding =>
  good ? { verdict: 'ok', what } : { verdict: otherwise, what, todo };

/** Names of the groups of the user that runs this. */
function groupsOf(): readonly string[] {
  try {
    return execFileSync('id', ['-Gn'], { encoding: 'utf8' }).trim().split(/\s+/);
  } catch {
    return [];
  }
}

/** A unit's state as systemd tells it; `unknown` where there is no systemd. */
function serviceState(name: string): string {
  try {
    return execFileSync('systemctl', ['is-active', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch (error) {
    const output = (error as { stdout?: string }).stdout?.trim();
    return output === undefined || output === '' ? 'unknown' : output;
  }
}

function portAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 1000 });
    const settle = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

function serialPath(port: string): string | undefined {
  return /^serial:\/\/([^?]+)/.exec(port)?.[1];
}

function devices(config: Config): Finding[] {
  const findings: Finding[] = [];
  for (const name of ['pinPad', 'printer'] as const) {
    const { driver, port } = config.devices[name];
    const path = serialPath(port);
    if (driver === 'none') continue;
    if (path === undefined) {
      findings.push(
        finding(port !== 'none', `devices.${name}: ${port}`, `set devices.${name}.port, or driver none`, 'warn'),
      );
      continue;
    }
    findings.push(
      finding(
        existsSync(path),
        `${name} at ${path}`,
        'the device is not there: check cable and power, then the path',
        'bad',
      ),
    );
    if (!path.includes('/by-id/') && config.profile === 'production') {
      findings.push({
        verdict: 'warn',
        what: `${path} may change with the order of plugging in`,
        todo: 'name it by /dev/serial/by-id/…',
      });
    }
    if (existsSync(path)) {
      let usable = true;
      try {
        accessSync(path, constants.R_OK | constants.W_OK);
      } catch {
        usable = false;
      }
      findings.push(finding(usable, `${path} can be opened by this user`, 'add the user to the group dialout'));
    }
  }
  return findings;
}

function system(config: Config): Finding[] {
  const findings: Finding[] = [];
  const groups = groupsOf();
  findings.push(
    finding(
      groups.includes('root') || groups.includes('dialout'),
      `groups: ${groups.join(' ')}`,
      'add the kiosk\u2019s user to dialout (serial ports)',
      'warn',
    ),
  );
  if (config.devices.cardReader.driver === 'pcsc') {
    const socket = config.devices.cardReader.socket || '/run/pcscd/pcscd.comm';
    findings.push(finding(existsSync('/usr/sbin/pcscd'), 'pcscd is installed', 'apt-get install pcscd'));
    findings.push(finding(existsSync(socket), `pcscd listens at ${socket}`, 'systemctl start pcscd.socket', 'warn'));
  }
  for (const [unit, harm] of [
    ['ModemManager', 'it sends AT commands to every new serial port: systemctl disable --now ModemManager'],
    ['brltty', 'it takes USB serial adapters for Braille displays: apt-get remove brltty'],
  ] as const) {
    findings.push(finding(serviceState(unit) !== 'active', `${unit} is not running`, harm));
  }
  const synchronised =
    existsSync('/run/systemd/timesync/synchronized') ||
    serviceState('chrony') === 'active' ||
    serviceState('ntpsec') === 'active';
  findings.push(
    finding(
      synchronised,
      `clock ${new Date().toISOString()}, kept by a time service`,
      'the clock is on its own: set up systemd-timesyncd or chrony',
      'warn',
    ),
  );
  const fonts = ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', '/usr/share/fonts/truetype'].some((path) =>
    existsSync(path),
  );
  findings.push(
    finding(fonts, 'system fonts (the kiosk brings its own for the screen)', 'apt-get install fonts-noto-cjk', 'warn'),
  );
  return findings;
}

function storage(config: Config): Finding[] {
  const { dataFolder, keyFolder, journalMaxMegabytes } = config.storage;
  mkdirSync(dataFolder, { recursive: true });
  const disk = statfsSync(dataFolder);
  const freeMegabytes = Math.round((disk.bavail * disk.bsize) / 1e6);
  const findings = [
    finding(
      freeMegabytes > 500,
      `${freeMegabytes} MB free for ${dataFolder}`,
      `make room: the journal may grow to ${journalMaxMegabytes} MB`,
    ),
  ];
  if (existsSync(keyFolder)) {
    const mode = statSync(keyFolder).mode & 0o077;
    findings.push(finding(mode === 0, `${keyFolder} is closed to others`, `chmod -R go= ${keyFolder}`));
  }
  return findings;
}

async function ports(config: Config): Promise<Finding[]> {
  const { port } = config.server;
  const taken = await portAnswers(port);
  if (!taken) return [{ verdict: 'ok', what: `port ${port} is free for the daemon` }];
  let ours = false;
  try {
    ours = (await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    // Something else answers there.
  }
  return [
    finding(
      ours,
      `port ${port} is answered by a kiosk daemon`,
      `another program listens on ${port}: see ss -ltnp; the kiosk needs it or server.port`,
    ),
  ];
}

function credentials(config: Config): Finding[] {
  const folder = config.hosts.credentialsFolder;
  if (folder === '') return [{ verdict: 'warn', what: 'no host credentials', todo: 'set hosts.credentialsFolder' }];
  return ['ca.pem', 'client.pem', 'client.key'].map((name) =>
    finding(
      existsSync(`${folder}/${name}`) && readFileSync(`${folder}/${name}`).length > 0,
      `${folder}/${name}`,
      'the host links cannot come up without it',
    ),
  );
}

export const doctorCommand: CliCommand = {
  usage: 'doctor [--config FILE]',
  help: 'Checks this machine for everything the kiosk needs and says what to do.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const loaded = loadConfig(
      values.config ?? (existsSync('data/bench/kiosk.json') ? 'data/bench/kiosk.json' : undefined),
    );
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(`✗ ${line}`);
      return 1;
    }
    const { config } = loaded.value;
    const findings = [
      ...productionMistakes(config).map((line): Finding => ({ verdict: 'bad', what: line })),
      ...(await ports(config)),
      ...devices(config),
      ...system(config),
      ...storage(config),
      ...credentials(config),
    ];
    const sign = { ok: '✓', warn: '!', bad: '✗' } as const;
    for (const { verdict, what, todo } of findings)
      console.log(`${sign[verdict]} ${what}${todo === undefined ? '' : `\n    → ${todo}`}`);
    const bad = findings.filter((one) => one.verdict === 'bad').length;
    const warnings = findings.filter((one) => one.verdict === 'warn').length;
    console.log(`\n${bad === 0 ? 'Nothing in the way' : `${bad} in the way`}, ${warnings} to look at.`);
    return bad === 0 ? 0 : 1;
  },
};
