import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** The built kiosk as `npm start` runs it, on ports and folders of its own. */
export class KioskProcess {
  readonly folder: string;
  readonly bench: BenchApi;
  readonly pin: string;
  readonly configFile: string;
  readonly #benchProgram: Program<BenchReady>;
  #daemon: Program<DaemonReady>;

  private constructor(folder: string, bench: Program<BenchReady>, daemon: Program<DaemonReady>) {
    this.folder = folder;
    this.#benchProgram = bench;
    this.#daemon = daemon;
    this.bench = new BenchApi(bench.ready.url);
    this.pin = bench.ready.firstPin;
    this.configFile = bench.ready.configFile;
  }

  /** `settings` are laid over the daemon's configuration, section by section. */
  static async start(
    settings: Readonly<Record<string, object>> = {},
    reader: 'dip' | 'crt591' = 'dip',
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
      reader,
    ]);
    const { configFile } = bench.ready;
    const config = JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, object>;
    for (const [section, members] of Object.entries(settings)) config[section] = { ...config[section], ...members };
    writeFileSync(configFile, JSON.stringify(config));
    try {
      const daemon = await startProgram<DaemonReady>('dist/daemon/daemon.js', ['--config', configFile]);
      const kiosk = new KioskProcess(folder, bench, daemon);
      await kiosk.bench.delays(0);
      return kiosk;
    } catch (error) {
      await bench.stop();
      throw error;
    }
  }

  get url(): string {
    return this.#daemon.ready.url;
  }

  /** Everything that daemon and bench printed: nothing personal may be in it. */
  get output(): string {
    return this.#daemon.output() + this.#benchProgram.output();
  }

  killDaemon(): Promise<void> {
    return this.#daemon.kill();
  }

  async startDaemon(): Promise<void> {
    this.#daemon = await startProgram<DaemonReady>('dist/daemon/daemon.js', ['--config', this.configFile]);
  }

  /** `npx kiosk …` as a technician calls it. */
  cli(...args: string[]): string {
    return execFileSync(process.execPath, ['dist/daemon/kiosk.js', ...args, '--config', this.configFile], {
      encoding: 'utf8',
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
    await this.#benchProgram.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
