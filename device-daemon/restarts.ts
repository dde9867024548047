import { spawn } from 'node:child_process';
import type { DaemonOptions } from './daemon.ts';
import type { Restartable } from './services/kiosk/index.ts';

/** The answer to whoever asked goes out first. */
const afterMs = 500;

/** What can be restarted from here; a command of the configuration is run as it stands, by no shell. */
export function restartsOf(
  { maintenance }: DaemonOptions['config'],
  { restart, log }: Pick<DaemonOptions, 'restart' | 'log'>,
): Partial<Record<Restartable, () => void>> {
  const later = (act: () => void) => () => void setTimeout(act, afterMs).unref();
  const command = ([program, ...args]: readonly string[]): (() => void) | undefined =>
    program === undefined
      ? undefined
      : later(() => {
          const child = spawn(program, args, { stdio: 'ignore', detached: true });
          child.on('error', ({ message }) => log?.(`${program}: ${message}`));
          child.unref();
        });
  const browser = command(maintenance.restartBrowser);
  const machine = command(maintenance.restartMachine);
  return {
    ...(restart && { daemon: later(restart) }),
    ...(browser && { browser }),
    ...(machine && { machine }),
  };
}
