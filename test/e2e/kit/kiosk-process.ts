import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchApi } from './bench-api.ts';
import { type Program, startProgram } from './processes.ts';

interface BenchReady {
  readonly url: string;
  readonly configFile: string;
  readonly firstPin: string;
}
interface DaemonReady {
  readonly url: string;
  readonly publisher: string;
}

/**
 * What the kiosk has: a reader into which cards are put by hand, one that moves them, or nothing of its own: reader, PIN
 * pad and printer are those of another daemon, reached through its standard services.
 */
export type Hardware = 'dip' | 'crt591' | 'xfs4iot';

/** The built kiosk as `npm start` runs it, on ports and folders of its own. */
export class KioskProcess {
  readonly folder: string;
  readonly bench: BenchApi;
  readonly pin: string;
  readonly configFile: string;
  readonly #benchProgram: Program<BenchReady>;
  /** The daemon that has the hardware, where the kiosk has none. */
  readonly #provider: Program<DaemonReady> | undefined;
  #daemon: Program<DaemonReady>;

  private constructor(
    folder: string,
    bench: Program<BenchReady>,
    provider: Program<DaemonReady> | undefined,
    daemon: Program<DaemonReady>,
  ) {
    this.folder = folder;
    this.#benchProgram = bench;
    this.#provider = provider;
    this.#daemon = daemon;
    this.bench = new BenchApi(bench.ready.url);
    this.pin = bench.ready.firstPin;
    this.configFile = bench.ready.configFile;
  }

  /** `settings` are laid over the daemon's configuration, section by section. */
  static async start(
    settings: Readonly<Record<string, object>> = {},
    hardware: Hardware = 'dip',
  ): Promise<KioskProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-e2e-'));
    const bench = await startProgram<BenchReady>('dist/bench/bench.js', [
      '--folder',
      join(folder, 'bench'),
      '--port',
      '0',
      '--kiosk-port',
      '0',
      '--data',
      join(folder, 'data'),
      '--reader',
      hardware === 'xfs4iot' ? 'dip' : hardware,
    ]);
    let provider: Program<DaemonReady> | undefined;
    try {
      const { configFile } = bench.ready;
      const config = JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, object>;
      for (const [section, members] of Object.entries(settings)) config[section] = { ...config[section], ...members };
      if (hardware === 'xfs4iot') {
        provider = await startProvider(join(folder, 'provider'), config['devices'] as Devices);
        config['devices'] = providedBy(provider.ready.publisher);
      }
      writeFileSync(configFile, JSON.stringify(config));
      const daemon = await startProgram<DaemonReady>('dist/daemon/daemon.js', ['--config', configFile]);
      const kiosk = new KioskProcess(folder, bench, provider, daemon);
      await kiosk.bench.delays(0);
      return kiosk;
    } catch (error) {
      await provider?.stop();
      await bench.stop();
      throw error;
    }
  }

  get url(): string {
    return this.#daemon.ready.url;
  }

  /** Everything that daemons and bench printed: nothing personal may be in it. */
  get output(): string {
    return this.#daemon.output() + (this.#provider?.output() ?? '') + this.#benchProgram.output();
  }

  /** Waits until the daemon has ended by itself. */
  async daemonEnds(): Promise<number | null> {
    const { child } = this.#daemon;
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  killDaemon(): Promise<void> {
    return this.#daemon.kill();
  }

  async startDaemon(): Promise<void> {
    this.#daemon = await startProgram<DaemonReady>('dist/daemon/daemon.js', ['--config', this.configFile]);
  }

  /** `npx kiosk …` as a technician calls it. */
  cli(...args: string[]): string {
    return this.cliIn('C.UTF-8', ...args);
  }

  /** In a shell of this locale. */
  cliIn(locale: string, ...args: string[]): string {
    return execFileSync(process.execPath, ['dist/daemon/kiosk.js', ...args, '--config', this.configFile], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: locale },
    });
  }

  /** The last visit in sentences, without clock times. */
  lastVisit(): string {
    const cases = [...this.cli('journal', '--event', 'visit.began').matchAll(/case ([0-9A-Z]{4}-[0-9A-Z]{4})/g)];
    const last = cases.at(-1)?.[1];
    if (last === undefined) return '';
    return this.cli('journal', '--visit', last).replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/gm, '');
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await this.#provider?.stop();
    await this.#benchProgram.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Devices = Readonly<Record<string, object>>;

/** Devices that another provider may have, with the service of ours that has them. */
const providedServices = { cardReader: 'CardReader', pinPad: 'PinPad', printer: 'Printer' } as const;

/** A daemon with those devices, on a port and folders of its own. */
function startProvider(folder: string, devices: Devices): Promise<Program<DaemonReady>> {
  mkdirSync(folder);
  const configFile = join(folder, 'provider.json');
  const config = {
    server: { port: 0 },
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
    devices: Object.fromEntries(Object.keys(providedServices).map((name) => [name, devices[name]])),
  };
  writeFileSync(configFile, JSON.stringify(config));
  return startProgram<DaemonReady>('dist/daemon/daemon.js', ['--config', configFile]);
}

/** `devices` of a kiosk that has no other ones. */
function providedBy(publisher: string): Devices {
  const none = ['identityReader', 'passportReader', 'codeScanner'].map((name) => [name, { driver: 'none' }]);
  const provided = Object.entries(providedServices).map(([name, service]) => [
    name,
    { driver: 'xfs4iot', provider: { url: publisher, service } },
  ]);
  return Object.fromEntries([...none, ...provided]) as Devices;
}
