/** The machine itself: user, ports of its own, clock, disk, what the screen needs. */
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/index.ts';
import { chinaClock } from '../../journal/index.ts';
import { bad, type Finding, ok, warn } from './finding.ts';
import { type Health, type Machine, mayUse, type User } from './machine.ts';

export function whoRuns(config: Config, user: User): Finding[] {
  const groups = user.groups.map(({ name }) => name);
  const serial = [config.devices.pinPad, config.devices.printer].some(
    ({ driver, port }) => driver !== 'none' && port.startsWith('serial:'),
  );
  if (user.uid === 0) {
    return config.profile === 'production'
      ? [warn('the daemon would run as root', 'make a user for it and look again with --user NAME')]
      : [ok('runs as root')];
  }
  return serial && !groups.includes('dialout')
    ? [warn(`${user.name} is not in the group dialout`, `usermod -aG dialout ${user.name}: serial ports belong to it`)]
    : [ok(`runs as ${user.name}, groups ${groups.join(', ')}`)];
}

export async function ownPort(config: Config, machine: Machine, health: Health | undefined): Promise<Finding> {
  const { port } = config.server;
  if (health !== undefined) return ok(`port ${port} (server.port) is answered by a kiosk daemon`);
  return (await machine.connects('127.0.0.1', port))
    ? bad(
        `port ${port} (server.port) is taken by another program`,
        `ss -ltnp 'sport = :${port}' names it; stop it, or choose another server.port`,
      )
    : ok(`port ${port} (server.port) is free: no daemon runs here now`);
}

/** No journal line may be older than the software that wrote it. */
const earliestYear = 2025;

export function clock(machine: Machine): Finding[] {
  const now = machine.now();
  const time = `${chinaClock(now.toISOString())} in China`;
  if (now.getUTCFullYear() < earliestYear) {
    return [bad(`the clock says ${time}`, 'set it, and look at the battery of the mainboard')];
  }
  switch (machine.clockIsKept()) {
    case true:
      return [ok(`the clock says ${time} and follows a time service`)];
    case false:
      return [
        warn(`the clock says ${time} and follows nothing`, 'timedatectl set-ntp true; name the bank’s time server'),
      ];
    default:
      return [
        warn(`the clock says ${time}; nobody can tell who keeps it`, 'see that systemd-timesyncd or chrony runs'),
      ];
  }
}

const megabyte = 1e6;
const wantedMegabytes = 500;

/** A folder in which files are made; one that is not there yet is made below the nearest that is. */
function writable(setting: string, folder: string, machine: Machine, user: User): Finding[] {
  const there = machine.owned(folder) !== undefined;
  let parent = resolve(folder);
  while (machine.owned(parent) === undefined && parent !== dirname(parent)) parent = dirname(parent);
  if (machine.owned(parent) === undefined || mayUse(machine, parent, user, 0o3)) return [];
  return [
    bad(
      `${user.name} may not ${there ? 'write into' : 'make'} ${folder} (${setting})`,
      there ? `chown -R ${user.name} ${folder}` : `install -d -m 700 -o ${user.name} ${folder}`,
    ),
  ];
}

export function storage(config: Config, machine: Machine, user: User): Finding[] {
  const { dataFolder, keyFolder, journalMaxMegabytes } = config.storage;
  const free = Math.round(machine.freeBytes(dataFolder) / megabyte);
  const findings: Finding[] = [];
  if (free < wantedMegabytes) {
    findings.push(
      bad(
        `${free} MB are free for ${dataFolder} (storage.dataFolder)`,
        `make room: ${wantedMegabytes} MB at the least`,
      ),
    );
  } else if (free < journalMaxMegabytes) {
    findings.push(
      warn(
        `${free} MB are free for ${dataFolder}, less than the journal may take`,
        `make room, or lower storage.journalMaxMegabytes (${journalMaxMegabytes})`,
      ),
    );
  } else {
    findings.push(ok(`${free} MB are free for ${dataFolder}`));
  }
  findings.push(...writable('storage.dataFolder', dataFolder, machine, user));
  const keyless = writable('storage.keyFolder', keyFolder, machine, user);
  findings.push(...keyless);
  if (machine.owned(keyFolder) === undefined) {
    return keyless.length > 0
      ? findings
      : [...findings, ok(`${keyFolder} (storage.keyFolder) is not there yet: the first start makes it`)];
  }
  const open = [keyFolder, ...machine.list(keyFolder).map((name) => join(keyFolder, name))].filter(
    (path) => ((machine.owned(path)?.mode ?? 0) & 0o077) !== 0,
  );
  findings.push(
    open.length > 0
      ? bad(`others may look into ${open.join(', ')} (storage.keyFolder)`, `chmod -R go= ${keyFolder}`)
      : ok(`${keyFolder} is closed to others`),
  );
  return findings;
}

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const cjkFolder = '/usr/share/fonts/opentype/noto';

export function screen(config: Config, machine: Machine): Finding[] {
  const { uiFolder } = config.server;
  const findings: Finding[] = [];
  if (machine.owned(join(uiFolder, 'index.html')) === undefined) {
    findings.push(bad(`no screen is built in ${uiFolder} (server.uiFolder)`, 'npm run build'));
  } else if (!machine.list(join(uiFolder, 'assets')).some((name) => name.endsWith('.woff2'))) {
    findings.push(bad(`the screen in ${uiFolder} has no fonts of its own`, 'npm run build'));
  } else {
    findings.push(ok(`the screen and its fonts are in ${uiFolder}`));
  }
  if (!browsers.some((path) => machine.owned(path) !== undefined)) {
    findings.push(warn('no Chromium is installed here', 'apt-get install chromium, unless the screen is elsewhere'));
  }
  findings.push(
    machine.list(cjkFolder).some((name) => name.includes('CJK'))
      ? ok('the system has Chinese fonts for what the kiosk’s own lack')
      : warn('the system has no Chinese fonts for what the kiosk’s own lack', 'apt-get install fonts-noto-cjk'),
  );
  return findings;
}
