import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { dirname, join, resolve } from 'node:path';

/** The user that the daemon runs as. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly groups: readonly { readonly id: number; readonly name: string }[];
}

export interface Owned {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly isDevice: boolean;
}

/** What the doctor can see of a machine. It looks and changes nothing. */
export interface Machine {
  user(name: string | undefined): User | undefined;
  /** Undefined where there is no such path; links are followed. */
  owned(path: string): Owned | undefined;
  /** With all links followed. */
  realPath(path: string): string;
  list(folder: string): readonly string[];
  read(file: string): string | undefined;
  /** Free space where this path is or will be. */
  freeBytes(path: string): number;
  /** Programs that have this file open, as far as this user may see. */
  holders(path: string): readonly string[];
  /** Names of the running programs. */
  programs(): ReadonlySet<string>;
  now(): Date;
  /** Undefined where nobody can tell. */
  clockIsKept(): boolean | undefined;
  npmPackageFile(name: string, file: string): boolean;
  connects(host: string, port: number): Promise<boolean>;
  /** What `GET /healthz` answers; undefined when it is no daemon of ours. */
  health(port: number): Promise<Health | undefined>;
}

/** Read and write for this user, by owner and groups; or what of it is wanted. */
export function mayUse(machine: Machine, path: string, user: User, wanted = 0o6): boolean {
  const owned = machine.owned(path);
  if (owned === undefined || user.uid === 0) return owned !== undefined;
  const digit =
    owned.uid === user.uid
      ? owned.mode >> 6
      : user.groups.some(({ id }) => id === owned.gid)
        ? owned.mode >> 3
        : owned.mode;
  return (digit & wanted) === wanted;
}

export interface Health {
  readonly devices: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
  readonly hosts: readonly { readonly host: string; readonly state: string }[];
}

const connectMs = 2_000;

function run(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    }).trim();
  } catch {
    return undefined;
  }
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Process ids, as /proc has them. */
function processes(): readonly string[] {
  return (attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name));
}

function programOf(pid: string): string | undefined {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
}

export const thisMachine: Machine = {
  user(name) {
    const who = name === undefined ? [] : [name];
    const [uid, own, ids, names] = [['-u'], ['-un'], ['-G'], ['-Gn']].map((option) => run('id', ...option, ...who));
    if (uid === undefined || own === undefined || ids === undefined || names === undefined) return undefined;
    const words = names.split(' ');
    const groups = ids.split(' ').map((id, index) => ({ id: Number(id), name: words[index] ?? id }));
    return { name: own, uid: Number(uid), groups };
  },
  owned(path) {
    const stat = attempt(() => statSync(path));
    if (stat === undefined) return undefined;
    return { uid: stat.uid, gid: stat.gid, mode: stat.mode & 0o777, isDevice: stat.isCharacterDevice() };
  },
  realPath: (path) => attempt(() => realpathSync(path)) ?? path,
  list: (folder) => attempt(() => readdirSync(folder)) ?? [],
  read: (file) => attempt(() => readFileSync(file, 'utf8')),
  freeBytes(path) {
    let existing = resolve(path);
    while (!existsSync(existing)) existing = dirname(existing);
    const disk = statfsSync(existing);
    return disk.bavail * disk.bsize;
  },
  holders(path) {
    const wanted = this.realPath(path);
    const holds = (pid: string): boolean =>
      (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).some(
        (fd) =>
          attempt(
            () => lstatSync(`/proc/${pid}/fd/${fd}`).isSymbolicLink() && readlinkSync(`/proc/${pid}/fd/${fd}`),
          ) === wanted,
      );
    return processes()
      .filter(holds)
      .map((pid) => `${programOf(pid) ?? 'a program'} (process ${pid})`);
  },
  programs: () => new Set(processes().flatMap((pid) => programOf(pid) ?? [])),
  now: () => new Date(),
  clockIsKept() {
    const answer = run('timedatectl', 'show', '--property=NTPSynchronized', '--value');
    return answer === undefined || answer === '' ? undefined : answer === 'yes';
  },
  npmPackageFile(name, file) {
    const found = attempt(() => createRequire(import.meta.url).resolve(`${name}/package.json`));
    return found !== undefined && existsSync(join(dirname(found), file));
  },
  connects: (host, port) =>
    new Promise((settle) => {
      const socket = createConnection({ host, port, timeout: connectMs });
      const end = (answers: boolean): void => {
        socket.destroy();
        settle(answers);
      };
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
      socket.once('timeout', () => end(false));
    }),
  async health(port) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(connectMs) });
      const body = (await response.json()) as Partial<Health> | null;
      return response.ok && Array.isArray(body?.devices) && Array.isArray(body.hosts)
        ? { devices: body.devices, hosts: body.hosts }
        : undefined;
    } catch {
      return undefined;
    }
  },
};
