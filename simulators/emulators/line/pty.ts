import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { OpenWire } from './index.ts';

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

/** socat names its pseudo-terminal at once or not at all. */
const APPEAR_MS = 5_000;

/**
 * A pseudo-terminal whose device side is socat's own input and output. A hang-up of the daemon must not take the
 * "cable" away, so the emulator holds the terminal open too; pulling the plug ends socat and with it the device node.
 */
export const openPtyWire =
  (path: string | undefined, query: string): OpenWire =>
  async (received) => {
    const folder = path === undefined ? await mkdtemp(join(tmpdir(), 'kiosk-line-')) : undefined;
    const link = path ?? join(folder ?? '', 'tty');
    let socat: Socat | undefined;
    let held: FileHandle | undefined;

    async function plug(): Promise<void> {
      const child = spawn('socat', ['-d', '-d', `PTY,link=${link},rawer`, 'STDIO'], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      socat = child;
      child.stdin.on('error', () => undefined);
      child.stdout.on('data', (bytes: Uint8Array) => received(bytes));
      await appeared(child);
      held = await open(link, constants.O_RDWR | constants.O_NOCTTY);
    }

    await plug();
    return {
      address: `serial://${link}${query === '' ? '' : `?${query}`}`,
      send: (bytes) => void socat?.stdin.write(bytes),
      replug: plug,
      async unplug() {
        const child = socat;
        socat = undefined;
        await held?.close();
        held = undefined;
        if (child !== undefined && child.exitCode === null && child.signalCode === null) {
          const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
          child.kill('SIGTERM');
          await gone;
        }
        await rm(link, { force: true });
      },
      pause: () => void socat?.stdout.pause(),
      dispose: async () => {
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      },
    };
  };

/** Resolves when socat says that the terminal is there; rejects with what it said otherwise. */
function appeared(child: Socat): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGTERM');
      reject(new Error(`socat made no pseudo-terminal: ${why}\n${said}`));
    };
    const timer = setTimeout(() => fail('time-out'), APPEAR_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit ${code}`));
    child.stderr.on('data', (bytes: Uint8Array) => {
      if (said.length < 4096) said += Buffer.from(bytes).toString('utf8');
      if (said.includes('starting data transfer loop')) {
        clearTimeout(timer);
        resolve();
      }
    });
  });
}
