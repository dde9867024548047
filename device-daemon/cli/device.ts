import { parseArgs } from 'node:util';
import { adviceOf } from '#assets/devices/index.ts';
import type { DeviceReport, HostReport } from '#protocol/generated/kiosk.ts';
import type { Config } from '../config/index.ts';
import { chinaClock, lineOf, textOf } from '../journal/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { deviceAlone, tracing, untilInterrupted, untilServes, useUntil } from './device-alone.ts';
import { motionNames, moveByHand } from './device-motions.ts';
import { withJournal } from './journal-access.ts';
import { shellLanguage, staffLanguage } from './staff-language.ts';

const answerMs = 2_000;
const latest = 40;

/** Why a device cannot be opened by itself. */
export const daemonRuns = 'a daemon is running and has the devices: stop it first';

interface Life {
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
}

/** What the running daemon says of its devices; undefined when none runs. */
export async function lifeOf({ server }: Config): Promise<Life | undefined> {
  try {
    const url = `http://${server.address}:${server.port}/healthz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    const body = (await response.json()) as Partial<Life> | null;
    return Array.isArray(body?.devices) && Array.isArray(body.hosts)
      ? { devices: body.devices, hosts: body.hosts }
      : undefined;
  } catch {
    return undefined;
  }
}

const clock = (iso: string | undefined): string => (iso === undefined ? '-' : chinaClock(iso));

const stateOf = ({ state, reason }: DeviceReport): string => (reason === undefined ? state : `${state} ${reason}`);

/** `stops balance` and the like, of a device or host that does not work. */
function effectsOf({ stops = [], limits = [] }: Pick<DeviceReport, 'stops' | 'limits'>): string {
  const parts = [stops.length > 0 && `stops ${stops.join(', ')}`, limits.length > 0 && `limits ${limits.join(', ')}`];
  return parts.filter((part) => part !== false).join('; ') || '-';
}

const columns = [
  'device',
  'driver',
  'state',
  'since',
  'restarts',
  'last good exchange',
  'recovery',
  'services',
] as const;
const rowOf = (report: DeviceReport): readonly string[] => [
  report.name,
  report.driver,
  stateOf(report),
  clock(report.since),
  String(report.restarts),
  clock(report.lastExchange),
  report.recovery ?? '-',
  effectsOf(report),
];

function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** One device, and in words what it reports. */
function tell(report: DeviceReport): void {
  table([columns, rowOf(report)]);
  const advice = adviceOf(report.driver, stateOf(report));
  if (advice === undefined) return;
  const say = staffLanguage();
  console.log(`    ${say(advice.is)}`);
  if (advice.todo !== undefined) console.log(`    → ${say(advice.todo)}`);
}

const well = (report: DeviceReport): boolean => report.state === 'ready';

function list({ devices, hosts }: Life): number {
  table([columns, ...devices.map(rowOf)]);
  console.log('');
  table([
    ['host', 'link', 'since', 'services'],
    ...hosts.map((report) => [report.host, report.state, clock(report.since), effectsOf(report)]),
  ]);
  return devices.every(well) ? 0 : 1;
}

function history(config: Config, name: string): number {
  return withJournal(config, (journal) => {
    const entries = journal.entries({ event: 'device.state' }).filter(({ fields }) => fields['device'] === name);
    if (entries.length === 0)
      console.log(staffLanguage()([`日志里没有 ${name} 的记录`, `the journal says nothing of ${name}`]));
    for (const entry of entries.slice(-latest)) console.log(textOf(lineOf(entry, shellLanguage())));
    return 0;
  });
}

/** Opens this one device, without a daemon, and says what it is; `shows` its line meanwhile. */
async function identify(config: Config, name: string, shows: boolean): Promise<number> {
  const opened = deviceAlone(config, name, shows ? tracing(name) : undefined);
  if (!opened.ok) return refused(opened.error);
  const device = opened.value;
  const interrupted = untilInterrupted();
  try {
    await untilServes(device, interrupted.signal);
    tell(device.report());
    if ('capabilities' in device && typeof device.capabilities === 'function')
      console.log(JSON.stringify(device.capabilities(), undefined, 2));
    return well(device.report()) ? 0 : 1;
  } finally {
    interrupted.dispose();
    await device.stop();
  }
}

/** Opens this one device, without a daemon, uses it and shows its line until Ctrl-C. */
export async function follow(config: Config, name: string, signal?: AbortSignal): Promise<number> {
  const opened = deviceAlone(config, name, tracing(name));
  if (!opened.ok) return refused(opened.error);
  const device = opened.value;
  const interrupted = untilInterrupted(signal);
  const stopListening = device.onReport((report) =>
    console.log(`-- ${stateOf(report)}${report.recovery === undefined ? '' : ` (recovery: ${report.recovery})`}`),
  );
  try {
    device.start();
    await useUntil(device, interrupted.signal, (line) => console.log(line));
    return 0;
  } finally {
    interrupted.dispose();
    stopListening();
    await device.stop();
  }
}

function refused({ lines, exit }: { readonly lines: readonly string[]; readonly exit: number }): number {
  for (const line of lines) console.error(line);
  return exit;
}

const acts = ['status', 'history', 'identify', 'trace', ...motionNames];

export const deviceCommand: CliCommand = {
  usage: `device list | device NAME [status|history|identify|trace|${motionNames.join('|')}] [--trace] [--config FILE]`,
  help: 'Tells the life of the devices: their state and since when, how often restarted, last good exchange, on which rung of the recovery ladder, which services that stops or limits; what the journal knows of one. While no daemon runs: identify opens one by itself and says what it is, with --trace it shows the line meanwhile; trace opens one, has it read or scan, and shows the line until Ctrl-C. look, and the motions of a card unit, one at a time: each is journalled, none is ever repeated. Shown are bytes that say nothing about anybody (commands, status); of the others only how many they were.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, trace: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [name, act = 'status', ...more] = positionals;
    const moves = motionNames.includes(act);
    const alone = act === 'identify' || act === 'trace' || moves;
    const shows = values.trace === true;
    if (name === undefined || more.length > 0 || !acts.includes(act) || (shows && !alone)) {
      console.error(`Usage: npx kiosk ${deviceCommand.usage}`);
      return 2;
    }
    const loaded = cliConfiguration(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    const { config } = loaded.value;
    if (act === 'history') return history(config, name);
    const life = await lifeOf(config);
    if (alone) {
      if (life === undefined && moves) return moveByHand(config, name, act, shows);
      if (life === undefined) return act === 'trace' ? follow(config, name) : identify(config, name, shows);
      console.error(daemonRuns);
      return 1;
    }
    if (life === undefined) {
      console.error(`no daemon answers at ${config.server.address}:${config.server.port}`);
      return 1;
    }
    if (name === 'list') return list(life);
    const report = life.devices.find((one) => one.name === name);
    if (report === undefined) {
      console.error(`no device ${name}; there are: ${life.devices.map((one) => one.name).join(', ')}`);
      return 2;
    }
    tell(report);
    return well(report) ? 0 : 1;
  },
};
