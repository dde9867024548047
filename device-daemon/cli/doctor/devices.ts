/** Ports, cables and what else wants them. */
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { publishersOf } from '../../drivers/xfs4iot/index.ts';
import type { ProvidedDevice } from '../../providers.ts';
import { bad, type Finding, ok, warn } from './finding.ts';
import { type Health, type Machine, mayUse, type User } from './machine.ts';

function serialPort(
  key: string,
  path: string,
  config: Config,
  machine: Machine,
  user: User,
  daemonRuns: boolean,
): Finding[] {
  const owned = machine.owned(path);
  if (owned === undefined) {
    const byId = machine.list('/dev/serial/by-id').map((name) => join('/dev/serial/by-id', name));
    const seen = byId.length === 0 ? 'no serial adapter is plugged in' : `plugged in: ${byId.join(', ')}`;
    return [bad(`${key}: ${path} is not there`, `check cable and power, then the path; ${seen}`)];
  }
  if (!owned.isDevice) return [bad(`${key}: ${path} is no device`, 'name a serial port')];
  const findings: Finding[] = [];
  if (!mayUse(machine, path, user)) {
    findings.push(
      bad(`${key}: ${user.name} may not open ${path}`, `usermod -aG dialout ${user.name}, then restart the daemon`),
    );
  }
  // A pseudo-terminal is a cable of the bench, which holds its other end. The daemon is a Node program.
  const isCable = machine.realPath(path).startsWith('/dev/pts/');
  const holders = isCable ? [] : machine.holders(path);
  for (const holder of holders.filter((program) => !(daemonRuns && /^(node|MainThread)\b/.test(program)))) {
    findings.push(bad(`${key}: ${path} is held by ${holder}`, 'stop that program: two cannot talk to one device'));
  }
  if (config.profile === 'production' && !/\/by-(id|path)\//.test(path)) {
    findings.push(
      warn(`${key}: ${path} may change with the order of plugging in`, 'name it by /dev/serial/by-id/… or by-path/…'),
    );
  }
  return findings.length > 0 ? findings : [ok(`${key}: ${path} is there and may be used`)];
}

async function linePort(
  key: string,
  port: string,
  config: Config,
  machine: Machine,
  user: User,
  daemonRuns: boolean,
): Promise<Finding[]> {
  const serial = /^serial:\/\/([^?]+)/.exec(port)?.[1];
  if (serial !== undefined) return serialPort(key, serial, config, machine, user, daemonRuns);
  const tcp = /^tcp:\/\/([^:?]+):(\d+)/.exec(port);
  // A device behind a terminal server takes one connection: while the daemon has it, knocking would disturb.
  if (tcp?.[1] === undefined || daemonRuns) return [ok(`${key}: ${port}`)];
  return (await machine.connects(tcp[1], Number(tcp[2])))
    ? [ok(`${key}: ${port} takes connections`)]
    : [bad(`${key}: nothing answers at ${port}`, 'check power and network of the terminal server')];
}

/** Whether anybody listens where a provider is said to be. Knocking disturbs none: a service has room for many. */
async function provider(name: ProvidedDevice, config: Config, machine: Machine): Promise<Finding> {
  const key = `devices.${name}.provider.url`;
  const { url } = config.devices[name].provider;
  if (url === '') return warn(`${key}: none`, `set it, or devices.${name}.driver to another`);
  if (!URL.canParse(url)) return bad(`${key}: ${url} is no address`, 'name a publisher, ws://host:port');
  for (const publisher of publishersOf({ url, ownPorts: [config.server.port] })) {
    const { hostname, port, protocol } = new URL(publisher);
    if (await machine.connects(hostname, Number(port || (protocol === 'wss:' ? 443 : 80))))
      return ok(`${key}: ${publisher} takes connections`);
  }
  return bad(`${key}: nothing answers at ${url}`, "start the provider's services; check the address and the network");
}

export async function lineDevices(
  config: Config,
  machine: Machine,
  user: User,
  daemonRuns: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { cardReader: reader, cardDispenser: dispenser } = config.devices;
  for (const name of ['cardReader', 'cardDispenser', 'pinPad', 'printer', 'cabinet'] as const)
    if (config.devices[name].driver === 'xfs4iot') findings.push(await provider(name, config, machine));
  const names = [
    ...(reader.driver === 'crt591' ? (['cardReader'] as const) : []),
    // The other face of the same unit hangs on the same port.
    ...(dispenser.driver === 'none' ||
    (dispenser.driver === 'crt591' && reader.driver === 'crt591' && reader.port === dispenser.port)
      ? []
      : (['cardDispenser'] as const)),
    'pinPad',
    'printer',
    'identityReader',
    'passportReader',
    'codeScanner',
  ] as const;
  for (const name of names) {
    const key = `devices.${name}`;
    const { driver, port } = config.devices[name];
    if (driver === 'xfs4iot') continue;
    // Without a port these are not fitted; of the others a kiosk that lacks one is told.
    const optional = name === 'identityReader' || name === 'passportReader' || name === 'codeScanner';
    if (driver === 'none' || (optional && port === 'none')) findings.push(ok(`${key}: not fitted`));
    else if (port === 'none') findings.push(warn(`${key}: no port`, `set ${key}.port, or ${key}.driver to none`));
    else findings.push(...(await linePort(`${key}.port`, port, config, machine, user, daemonRuns)));
    if (driver === 'crt591' && 'dialect' in config.devices[name] && config.devices[name].dialect === 'b')
      findings.push(
        bad(
          `${key}.dialect: b, of which no unit can be driven`,
          `fit a unit of dialect A, or set ${key}.driver to none; what is missing: device-daemon/drivers/crt591/README.md`,
        ),
      );
  }
  return findings;
}

/** Whether each file of the cabinet is there, and may be read; a light must be written too. */
export function cabinet(config: Config, machine: Machine, user: User): Finding[] {
  const key = 'devices.cabinet';
  const { driver, folder, lights, ...settings } = config.devices.cabinet;
  if (driver === 'none') return [ok(`${key}: not fitted`)];
  if (driver === 'xfs4iot') return [];
  const contacts = (['door', 'operatorSwitch', 'mains', 'battery'] as const).map(
    (name) => [`${key}.${name}`, settings[name], 0o4, 'export the line, or load its kernel driver'] as const,
  );
  const leds = Object.entries(lights).map(
    ([name, led]) =>
      [`${key}.lights.${name}`, led && join('leds', led, 'brightness'), 0o2, 'load its kernel driver'] as const,
  );
  return [...contacts, ...leds].flatMap(([setting, path, wanted, todo]) => {
    if (path === '') return [];
    const file = join(folder, path);
    if (machine.owned(file) === undefined) return [bad(`${setting}: ${file} is not there`, todo)];
    return mayUse(machine, file, user, wanted)
      ? [ok(`${setting}: ${file} is there and may be used`)]
      : [bad(`${setting}: ${user.name} may not use ${file}`, `give it to ${user.name} by a udev rule`)];
  });
}

const polkitFolders = ['/etc/polkit-1/rules.d', '/usr/share/polkit-1/rules.d'];

export function cardReader(config: Config, machine: Machine, user: User): Finding[] {
  const { driver, socket } = config.devices.cardReader;
  if (driver === 'none') return [ok('devices.cardReader: not fitted')];
  if (driver === 'crt591' || driver === 'xfs4iot') return [];
  if (driver === 'vpcd') return [ok('devices.cardReader: the virtual reader, without pcscd')];
  const findings: Finding[] = [];
  if (machine.owned('/usr/sbin/pcscd') === undefined) {
    findings.push(bad('pcscd is not installed', 'apt-get install pcscd'));
  } else if (socket !== '') {
    findings.push(
      machine.owned(socket) === undefined
        ? bad(`no pcscd listens at ${socket} (devices.cardReader.socket)`, 'start the bench, or empty the setting')
        : ok(`a private pcscd listens at ${socket}`),
    );
  } else if (machine.owned('/run/pcscd/pcscd.comm') === undefined) {
    findings.push(bad('pcscd is not started', 'systemctl enable --now pcscd.socket'));
  } else {
    findings.push(ok('pcscd listens'));
    const ruled = polkitFolders.some((folder) =>
      machine.list(folder).some((name) => machine.read(join(folder, name))?.includes('org.debian.pcsc-lite') === true),
    );
    // pcsc-lite lets in users of an active desktop session; a service has none.
    if (user.uid !== 0 && !ruled) {
      findings.push(
        warn(
          `no polkit rule lets ${user.name} use pcscd from a service`,
          `allow org.debian.pcsc-lite.access_pcsc and access_card for ${user.name} in /etc/polkit-1/rules.d/`,
        ),
      );
    }
  }
  if (!machine.npmPackageFile('pcsclite', 'build/Release/pcsclite.node')) {
    findings.push(bad('the npm package pcsclite is not built', 'apt-get install libpcsclite-dev, then npm ci'));
  }
  return findings;
}

/** Programs that take serial devices for their own. */
export function rivals(machine: Machine): Finding[] {
  const programs = machine.programs();
  const findings: Finding[] = [];
  findings.push(
    programs.has('ModemManager')
      ? bad(
          'ModemManager runs: it sends AT commands to every new serial port',
          'systemctl disable --now ModemManager, or apt-get remove modemmanager',
        )
      : ok('ModemManager does not run'),
  );
  if (programs.has('brltty')) {
    findings.push(bad('brltty runs: it takes USB serial adapters for Braille displays', 'apt-get remove brltty'));
  } else if (['/usr/bin/brltty', '/bin/brltty'].some((path) => machine.owned(path) !== undefined)) {
    findings.push(
      warn('brltty is installed: it starts when a USB serial adapter is plugged in', 'apt-get remove brltty'),
    );
  } else {
    findings.push(ok('brltty is not installed'));
  }
  return findings;
}

/** What the running daemon says of its devices and hosts. */
export function report(health: Health): Finding[] {
  const devices = health.devices.map(({ name, state, reason }) => {
    const what = `the daemon says: ${name} is ${state}${reason === undefined ? '' : ` (${reason})`}`;
    if (state === 'ready') return ok(what);
    const todo = 'see the faults on the page of its driver (docs/devices.md)';
    return state === 'degraded' || state === 'starting' ? warn(what, todo) : bad(what, todo);
  });
  const hosts = health.hosts.map(({ host, state }) => {
    const what = `the daemon says: the link to ${host} is ${state}`;
    return state === 'up' ? ok(what) : warn(what, 'see the findings on the hosts below, then call their operators');
  });
  return [...devices, ...hosts];
}
