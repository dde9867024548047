import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MessagePipe } from './message-pipe.ts';
import { type ChildCall, type ChildEvent, type ChildMessage, type ChildReply, pipeDescriptor } from './protocol.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Call = WithoutId<ChildCall>;

/** `gone`: the process ended before it answered. `late`: the deadline passed and the process was killed for it. */
export type CallOutcome =
  | { readonly kind: 'reply'; readonly reply: ChildReply }
  | { readonly kind: 'gone' }
  | { readonly kind: 'late' };

export interface PcscChildOptions {
  readonly path: string;
  /** Socket of a private pcscd; the system's when undefined. */
  readonly socket: string | undefined;
  readonly onEvent: (event: ChildEvent) => void;
  /** Called once. */
  readonly onEnd: (detail: string) => void;
}

/** One life of the child process: calls with deadlines, events, and an end. */
export class PcscChild {
  readonly #process: ChildProcess;
  readonly #pipe: MessagePipe<ChildMessage, ChildCall>;
  readonly #options: PcscChildOptions;
  readonly #pending = new Map<number, (outcome: CallOutcome) => void>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #over = false;

  constructor(options: PcscChildOptions) {
    this.#options = options;
    const { PCSCLITE_CSOCK_NAME: _inherited, ...environment } = process.env;
    this.#process = fork(options.path, [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
      env: options.socket === undefined ? environment : { ...environment, PCSCLITE_CSOCK_NAME: options.socket },
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#end(`PC/SC process ended (${signal ?? code ?? 'unknown'})`);
        resolve();
      });
      this.#process.once('error', (error) => {
        this.#end(`PC/SC process cannot be started: ${error.message}`);
        resolve();
      });
    });
    const stream = this.#process.stdio[pipeDescriptor] as Duplex;
    this.#pipe = new MessagePipe(stream, (message) => this.#receive(message));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Every call ends: with the child's reply, with the child's end, or at its deadline, which ends the child. */
  call(call: Call, deadlineMs: number): Promise<CallOutcome> {
    if (this.#over) return Promise.resolve({ kind: 'gone' });
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        settle({ kind: 'late' });
        void this.kill();
      }, deadlineMs);
      const settle = (outcome: CallOutcome): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(outcome);
      };
      this.#pending.set(id, settle);
      this.#pipe.send({ ...call, id } as ChildCall, (error) => {
        if (error) settle({ kind: 'gone' });
      });
    });
  }

  /** Nothing softer is sure to work: the process may be blocked inside the library. pcscd then resets the card itself. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #receive(message: ChildMessage): void {
    if (this.#over) return;
    if ('event' in message) this.#options.onEvent(message);
    else this.#pending.get(message.id)?.({ kind: 'reply', reply: message });
  }

  #end(detail: string): void {
    if (this.#over) return;
    this.#over = true;
    for (const settle of [...this.#pending.values()]) settle({ kind: 'gone' });
    this.#options.onEnd(detail);
  }
}

/** The bundle that scripts/build.js makes of `child.ts`: beside the daemon's own, or in dist/ when run from source. */
export function pcscChildPath(): string {
  const candidates = ['./pcsc-child.js', '../pcsc-child.js', '../../../dist/daemon/pcsc-child.js'];
  const paths = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? paths[0] ?? '';
}
