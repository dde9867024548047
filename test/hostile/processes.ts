import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A process that speaks first and answers each message with one. */
export class Answering {
  readonly bugs: string[] = [];
  readonly #child: ChildProcess;
  #errors = '';

  constructor(script: string, argument: string) {
    this.#child = fork(script, [argument], { cwd: root, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-10_000);
    });
    this.#child.on('message', (message: { bug?: string }) => {
      if (message.bug !== undefined) this.bugs.push(message.bug);
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it last wrote to its standard error. */
  get errors(): string {
    return this.#errors;
  }

  heard<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#child.off('message', message);
        this.#child.off('exit', exit);
        act();
      };
      const message = (said: { bug?: string }) => {
        if (said.bug === undefined) settle(() => resolve(said as T));
      };
      const exit = () => settle(() => reject(new Error(`the process ended:\n${this.#errors}`)));
      this.#child.on('message', message);
      this.#child.once('exit', exit);
    });
  }

  ask<T>(): Promise<T> {
    const answer = this.heard<T>();
    this.#child.send({});
    return answer;
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
