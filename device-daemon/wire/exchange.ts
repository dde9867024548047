import type { ClientConnection, CommandContext, CommandHandler, Outcome } from '../services/service.ts';
import type { Connection } from './connection.ts';
import type { CommandRow } from './messages.ts';

export type StopReason = 'canceled' | 'timeOut';

export interface ExchangeOwner {
  /** How long a handler may hold on after it was told to stop. */
  readonly letGoMs: number;
  handlerOf(name: string): CommandHandler | undefined;
  emit(exchange: Exchange, name: string, payload: object | undefined): void;
  complete(exchange: Exchange, outcome: Outcome): void;
  /** A waiting exchange ended before its turn. */
  removeWaiting(exchange: Exchange): void;
  report(exchange: Exchange, code: 'handlerThrew' | 'handlerStuck', cause?: unknown): void;
}

/**
 * One accepted command from acknowledge to completion: waiting -> running -> completed, with a time-out that runs from
 * the acknowledge and a stop that is a request while the handler runs. Exactly one completion leaves, whatever happens.
 */
export class Exchange implements CommandContext {
  readonly requestId: number;
  readonly row: CommandRow;
  readonly owner: Connection;
  readonly payload: object;
  readonly connection: ClientConnection;
  readonly signal: AbortSignal;
  readonly #host: ExchangeOwner;
  readonly #controller = new AbortController();
  readonly #deadline: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #state: 'waiting' | 'running' | 'completed' = 'waiting';

  constructor(
    host: ExchangeOwner,
    owner: Connection,
    row: CommandRow,
    requestId: number,
    payload: object,
    timeoutMs: number,
  ) {
    this.#host = host;
    this.owner = owner;
    this.row = row;
    this.requestId = requestId;
    this.payload = payload;
    this.connection = owner.client;
    this.signal = this.#controller.signal;
    if (timeoutMs > 0) {
      this.#deadline = performance.now() + timeoutMs;
      this.#timer = setTimeout(() => this.stop('timeOut'), timeoutMs);
    }
  }

  get timeoutMs(): number | undefined {
    // Whole milliseconds, as timers want them.
    return this.#deadline === undefined ? undefined : Math.max(0, Math.ceil(this.#deadline - performance.now()));
  }

  /** A member, not a method: handlers take it out of the context. */
  readonly emit = (name: string, payload?: object): void => {
    if (this.#state === 'running') this.#host.emit(this, name, payload);
  };

  /** Runs the handler. `release` is called when it has let go, which may be after the completion. */
  run(release: () => void): void {
    this.#state = 'running';
    let result: Outcome | Promise<Outcome>;
    try {
      const handler = this.#host.handlerOf(this.row.name);
      if (handler === undefined) throw new Error('a command without a handler was queued');
      result = handler(this.payload, this);
    } catch (cause) {
      this.#threw(cause);
      release();
      return;
    }
    if (!(result instanceof Promise)) {
      this.#finish(result);
      release();
      return;
    }
    result
      .then(
        (outcome) => this.#finish(outcome),
        (cause: unknown) => this.#threw(cause),
      )
      .finally(release);
  }

  /** Ends a waiting command at once; asks a running one to let go. The first reason wins. */
  stop(reason: StopReason): void {
    if (this.#state === 'completed' || this.#controller.signal.aborted) return;
    clearTimeout(this.#timer);
    if (this.#state === 'waiting') {
      this.#host.removeWaiting(this);
      this.#finish({ completionCode: reason });
      return;
    }
    this.#timer = setTimeout(() => {
      this.#host.report(this, 'handlerStuck');
      this.#finish({ completionCode: reason });
    }, this.#host.letGoMs).unref();
    this.#controller.abort(reason);
  }

  #finish(outcome: Outcome): void {
    if (this.#state === 'completed') return;
    this.#state = 'completed';
    clearTimeout(this.#timer);
    this.#host.complete(this, outcome);
  }

  #threw(cause: unknown): void {
    const reason: unknown = this.#controller.signal.reason;
    const stopped = cause === reason || (cause instanceof Error && cause.name === 'AbortError');
    if (this.#controller.signal.aborted && stopped) {
      this.#finish({ completionCode: reason === 'timeOut' ? 'timeOut' : 'canceled' });
      return;
    }
    this.#host.report(this, 'handlerThrew', cause);
    this.#finish({ completionCode: 'internalError' });
  }
}
