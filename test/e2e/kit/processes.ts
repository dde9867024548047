import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A bundle of dist/ as a process of its own, as `npm start` runs it. */
export interface Program<Ready> {
  readonly ready: Ready;
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly output: () => string;
  /** Asks it to end and waits; after 10 s it is killed. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts it and waits for its word that it is ready; what it printed is the error when it ends before. */
export async function startProgram<Ready>(script: string, args: readonly string[]): Promise<Program<Ready>> {
  const child = fork(script, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const gone = once(child, 'exit');
  const ready = await Promise.race([
    new Promise<Ready>((resolve) => {
      child.on('message', (message: { type?: string }) => {
        if (message.type === 'ready') resolve(message as Ready);
      });
    }),
    gone.then(([code]) => {
      throw new Error(`${script} ended with ${String(code)} before it was ready:\n${output}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  };
  return { ready, child, output: () => output, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
