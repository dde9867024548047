import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from '#protocol/result.ts';

/** Why there is no private pcscd here; the daemon's own `vpcd` transport then takes its place. */
export type PcscdFault =
  | { readonly code: 'missing'; readonly detail: string }
  | { readonly code: 'failed'; readonly detail: string };

export interface PrivatePcscdOptions {
  /**
   * `private`: in a network namespace of its own, nothing of it reachable from elsewhere, slots behind Unix sockets, and
   * acknowledgements without delay (0.2 ms per APDU in place of 48). `shared`: slots on a free pair of TCP ports.
   * Default: private where `ip` and `socat` are installed.
   */
  readonly network?: 'private' | 'shared';
}

const startMs = 10_000;
const lookMs = 20;
const portAttempts = 5;
const slotCount = 2;
/** vpcd's own port; in a private network it cannot be taken. */
const privatePort = 0x8c7b;
const driverPaths = ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so', '/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so'];

/**
 * Run in the new namespaces. /run and the folder of hot-plug drivers are covered, so neither the system's pcscd nor a real
 * reader is ever touched; the kernel kills pcscd with us and the relays with pcscd (each looks
 * whether its parent still lives once that is arranged). `exec` keeps one process id.
 */
const script = `
set -e
[ "$PPID" = "$KIOSK_PARENT" ]
mount --bind "$KIOSK_DIR/run" /run
[ ! -d /usr/lib/pcsc/drivers ] || mount --bind "$KIOSK_DIR/none" /usr/lib/pcsc/drivers
if [ "$KIOSK_NETWORK" = private ]; then
  ip link set lo up
  ip route change local 127.0.0.0/8 dev lo table local quickack 1
  ip route change local 127.0.0.1 dev lo table local quickack 1
  export KIOSK_PCSCD=$$
  for slot in 0 1; do
    export SLOT_SOCKET="$KIOSK_DIR/slot$slot" SLOT_PORT=$((KIOSK_PORT + slot))
    setpriv --pdeathsig KILL sh -c '
      [ "$PPID" = "$KIOSK_PCSCD" ] || exit
      exec socat -t 0.05 "UNIX-LISTEN:$SLOT_SOCKET,fork" "TCP:127.0.0.1:$SLOT_PORT"' 2>/dev/null &
  done
fi
exec pcscd --foreground --error --config "$KIOSK_DIR/conf"
`;

/** A pcscd for one bench or one test, with the virtual reader's two slots "Virtual PCD 00 00" and "Virtual PCD 00 01". */
export class PrivatePcscd {
  /** For PCSCLITE_CSOCK_NAME. */
  readonly socket: string;
  readonly slots: readonly NetConnectOpts[];
  readonly #folder: string;
  readonly #network: 'private' | 'shared';
  readonly #port: number;
  #process: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #output = '';

  private constructor(folder: string, network: 'private' | 'shared', port: number) {
    this.#folder = folder;
    this.#network = network;
    this.#port = port;
    this.socket = join(folder, 'run', 'pcscd', 'pcscd.comm');
    this.slots = Array.from({ length: slotCount }, (_, slot) =>
      network === 'private' ? { path: join(folder, `slot${slot}`) } : { host: '127.0.0.1', port: port + slot },
    );
  }

  static async launch(options: PrivatePcscdOptions = {}): Promise<Result<PrivatePcscd, PcscdFault>> {
    const missing = await missingPrograms(['pcscd', 'unshare', 'setpriv', 'mount']);
    const driver = await firstExisting(driverPaths);
    if (missing.length > 0 || driver === undefined) {
      return err({
        code: 'missing',
        detail: [...missing, ...(driver === undefined ? ['vpcd driver'] : [])].join(', '),
      });
    }
    const network = options.network ?? ((await missingPrograms(['ip', 'socat'])).length === 0 ? 'private' : 'shared');
    let last: PcscdFault = { code: 'failed', detail: 'no free ports' };
    for (let attempt = 0; attempt < portAttempts; attempt++) {
      const port = network === 'private' ? privatePort : await freePortPair();
      if (port === undefined) continue;
      const folder = await mkdtemp(join(tmpdir(), 'kiosk-pcscd-'));
      const pcscd = new PrivatePcscd(folder, network, port);
      await pcscd.#prepare(driver);
      const started = await pcscd.start();
      if (started.ok) return ok(pcscd);
      last = started.error;
      await pcscd.stop();
      if (network === 'private') break;
    }
    return err(last);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, again if it was killed; resolves when it takes clients. */
  async start(): Promise<Result<void, PcscdFault>> {
    if (this.#process !== undefined) return ok();
    await rm(join(this.#folder, 'run', 'pcscd'), { recursive: true, force: true });
    await mkdir(join(this.#folder, 'run', 'pcscd'));
    for (let slot = 0; slot < slotCount; slot++) await rm(join(this.#folder, `slot${slot}`), { force: true });
    const asRoot = process.getuid?.() === 0;
    const flags = `-${asRoot ? '' : 'r'}m${this.#network === 'private' ? 'n' : ''}`;
    const child = spawn('unshare', [flags, 'setpriv', '--pdeathsig', 'KILL', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        KIOSK_DIR: this.#folder,
        KIOSK_NETWORK: this.#network,
        KIOSK_PORT: String(this.#port),
        KIOSK_PARENT: String(process.pid),
      },
    });
    this.#process = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-2_000);
      });
    }
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        if (this.#process === child) this.#process = undefined;
        resolve();
      };
      child.once('exit', over);
      child.once('error', (error) => {
        this.#output += error.message;
        over();
      });
    });
    const deadline = performance.now() + startMs;
    while (performance.now() < deadline && this.#process === child) {
      if (await answers({ path: this.socket })) return ok();
      await sleep(lookMs);
    }
    await this.kill();
    return err({ code: 'failed', detail: this.#output.trim().split('\n').at(-1) ?? 'did not start' });
  }

  /** As a crash does it. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#ended;
  }

  async restart(): Promise<Result<void, PcscdFault>> {
    await this.kill();
    return this.start();
  }

  /** Stands still without being gone: every call of its clients hangs until `resume`. */
  async freeze(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined || !child.kill('SIGSTOP')) return;
    // A signal is on its way only; every thread has stopped when the process says so (proc(5), field 3).
    while (!/\) [TZX] /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => ') X '))) await sleep(2);
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Pulls the readers out. A running pcscd does not let go of a serial reader, so it goes too, and comes back without. */
  async unplugReaders(): Promise<Result<void, PcscdFault>> {
    await rm(this.#readersFile, { force: true });
    return this.restart();
  }

  /** Nor does it look for one again before its next start. */
  async plugReaders(): Promise<Result<void, PcscdFault>> {
    await writeFile(this.#readersFile, this.#readers);
    return this.restart();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #prepare(driver: string): Promise<void> {
    await writeFile(this.#library, await readFile(driver));
    for (const name of ['run', 'none', 'conf']) await mkdir(join(this.#folder, name));
    await writeFile(this.#readersFile, this.#readers);
  }

  get #library(): string {
    return join(this.#folder, 'libifdvpcd.so');
  }

  get #readersFile(): string {
    return join(this.#folder, 'conf', 'vpcd');
  }

  /** pcscd's own format (reader.conf). */
  get #readers(): string {
    const channel = `0x${this.#port.toString(16).toUpperCase()}`;
    return `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${this.#library}\nCHANNELID ${channel}\n`;
  }
}

async function missingPrograms(names: readonly string[]): Promise<string[]> {
  // Administrators' programs are not in everybody's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing: string[] = [];
  for (const name of names) {
    if ((await firstExisting(folders.map((folder) => join(folder, name)))) === undefined) missing.push(name);
  }
  return missing;
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    ) {
      return path;
    }
  }
  return undefined;
}

function answers(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A port that is free together with the one above it, as vpcd's two slots want them. */
async function freePortPair(): Promise<number | undefined> {
  const first = createServer();
  const port = await listenOn(first, 0);
  if (port === undefined) return undefined;
  const second = createServer();
  const next = await listenOn(second, port + 1);
  await Promise.all([first, second].map((server) => new Promise((resolve) => server.close(resolve))));
  return next === undefined ? undefined : port;
}

function listenOn(server: ReturnType<typeof createServer>, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '0.0.0.0' }, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : undefined);
    });
  });
}
