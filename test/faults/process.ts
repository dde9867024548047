import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A kiosk that is to die, and what it has said. */
export class KioskProcess<Says extends { readonly said: string }> {
  readonly child: ChildProcess;
  readonly gone: Promise<unknown>;
  readonly said: Says[] = [];
  #errors = '';
  #wake: () => void = () => {};

  constructor(script: string, setting: object) {
    this.child = fork(script, [JSON.stringify(setting)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-5_000);
    });
    this.child.on('message', (message: Says) => {
      this.said.push(message);
      this.#wake();
    });
    this.gone = once(this.child, 'exit').finally(() => this.#wake());
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Until it has said so, has died, or `ms` are over. */
  async until(what: Says['said'], ms: number): Promise<boolean> {
    const endMs = performance.now() + ms;
    for (;;) {
      if (this.said.some(({ said }) => said === what)) return true;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || !this.alive) return false;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, leftMs);
      });
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  /** A process that died by itself has a bug. */
  assertNoBug(): void {
    if (this.child.exitCode !== null && this.child.exitCode !== 0)
      throw new Error(`the kiosk crashed:\n${this.#errors}`);
  }

  get errors(): string {
    return this.#errors;
  }
}
