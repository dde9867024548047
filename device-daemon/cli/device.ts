import { parseArgs } from 'node:util';
import type { DeviceReport, HostReport } from '#protocol/generated/kiosk.ts';
import type { Config } from '../config/index.ts';
import { openDevices } from '../device-set.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { lineOf } from './journal.ts';
import { openJournal } from './journal-access.ts';

const answerMs = 2_000;
/** Any device is found and asked within it; what is not there by then is said to be absent. */
const findMs = 15_000;
const lookMs = 100;
const latest = 40;

interface Life {
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
}

/** What the running daemon says of its devices; undefined when none runs. */
async function lifeOf({ server }: Config): Promise<Life | undefined> {
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

const local = (iso: string | undefined): string =>
  iso === undefined ? '-' : new Date(iso).toLocaleString('sv-SE').replace('T', ' ');

const columns = ['device', 'driver', 'state', 'since', 'restarts', 'last good exchange'] as const;
const rowOf = (report: DeviceReport): readonly string[] => [
  report.name,
  report.driver,
  report.reason === undefined ? report.state : `${report.state} ${report.reason}`,
  local(report.since),
  String(report.restarts),
  local(report.lastExchange),
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

const well = (report: DeviceReport): boolean => report.state === 'ready';

function list({ devices, hosts }: Life): number {
  table([columns, ...devices.map(rowOf)]);
  console.log('');
  table([['host', 'link', 'since'], ...hosts.map(({ host, state, since }) => [host, state, local(since)])]);
  return devices.every(well) ? 0 : 1;
}

function history(config: Config, name: string): number {
  const journal = openJournal(config);
  if (!journal.ok) {
    console.error(journal.error);
    return 1;
  }
  try {
    const entries = journal.value.entries({ event: 'device.state' }).filter(({ fields }) => fields['device'] === name);
    if (entries.length === 0) console.log(`the journal says nothing of ${name}`);
    for (const entry of entries.slice(-latest)) console.log(lineOf(entry));
    return 0;
  } finally {
    journal.value.close();
  }
}

/** Opens this one device, without a daemon, and says what it is. */
async function identify(config: Config, name: string): Promise<number> {
  const opened = openDevices(config, { record: () => true });
  if (!opened.ok) {
    for (const line of opened.error) console.error(line);
    return 1;
  }
  const device = opened.value.all.find((one) => one.name === name);
  if (device === undefined) {
    console.error(`no device ${name} is configured; there are: ${opened.value.all.map((one) => one.name).join(', ')}`);
    return 2;
  }
  try {
    device.start();
    const endMs = performance.now() + findMs;
    while (!['ready', 'degraded'].includes(device.report().state) && performance.now() < endMs)
      await new Promise((done) => setTimeout(done, lookMs));
    table([columns, rowOf(device.report())]);
    if ('capabilities' in device && typeof device.capabilities === 'function')
      console.log(JSON.stringify(device.capabilities(), undefined, 2));
    return well(device.report()) ? 0 : 1;
  } finally {
    await device.stop();
  }
}

export const deviceCommand: CliCommand = {
  usage: 'device list | device NAME [status|history|identify] [--config FILE]',
  help: 'Tells the life of the devices: their state and since when, how often restarted, last good exchange; what the journal knows of one; identify opens one by itself while no daemon runs.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' } },
      allowPositionals: true,
    });
    const [name, act = 'status', ...more] = positionals;
    if (name === undefined || more.length > 0 || !['status', 'history', 'identify'].includes(act)) {
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
    if (act === 'identify') {
      if (life === undefined) return identify(config, name);
      console.error('a daemon is running and has the devices: stop it first');
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
    table([columns, rowOf(report)]);
    return well(report) ? 0 : 1;
  },
};
