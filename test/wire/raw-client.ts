import { type ClientOptions, WebSocket } from 'ws';

export interface Header {
  readonly name?: string;
  readonly type: string;
  readonly requestId?: number;
  readonly version?: string;
  readonly status?: string;
  readonly completionCode?: string;
  readonly errorDescription?: string;
}

export interface Message {
  readonly header: Header;
  readonly payload?: Readonly<Record<string, unknown>>;
}

const patienceMs = 10_000;

/** A WebSocket with a memory: says anything, and waits for what it was told. Waiting longer than 10 s fails the test. */
export class RawClient {
  readonly messages: Message[] = [];
  readonly socket: WebSocket;
  #watchers = new Set<() => void>();
  #taken = 0;
  closeCode: number | undefined;
  readonly closed: Promise<number>;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)) as Message);
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        this.closeCode = code;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** Open, or the HTTP status with which the server refused. */
  opened(): Promise<'open' | number> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve('open'));
      this.socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      this.socket.once('error', reject);
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  command(name: string, requestId: number, more: { version?: string; timeout?: number; payload?: unknown } = {}): void {
    const { version = '2.0', timeout, payload } = more;
    this.send({ header: { name, type: 'command', requestId, version, timeout }, payload });
  }

  /** The next message, in order of arrival. */
  async next(): Promise<Message> {
    await this.until(() => this.messages.length > this.#taken, 'a message');
    const message = this.messages[this.#taken++];
    if (message === undefined) throw new Error('unreachable');
    return message;
  }

  /** The first message, past or future, for which the predicate holds. */
  async find(what: string, predicate: (message: Message) => boolean): Promise<Message> {
    await this.until(() => this.messages.some(predicate), what);
    const message = this.messages.find(predicate);
    if (message === undefined) throw new Error('unreachable');
    return message;
  }

  completion(requestId: number): Promise<Message> {
    return this.find(
      `the completion of ${requestId}`,
      ({ header }) => header.type === 'completion' && header.requestId === requestId,
    );
  }

  acknowledge(requestId: number): Promise<Message> {
    return this.find(
      `the acknowledge of ${requestId}`,
      ({ header }) => header.type === 'acknowledge' && header.requestId === requestId,
    );
  }

  until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const check = () => {
        if (condition()) settle(resolve);
        else if (this.closeCode !== undefined) {
          settle(() => reject(new Error(`waited for ${what}, the socket closed with ${this.closeCode}`)));
        }
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`waited in vain for ${what}`))), patienceMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        act();
      };
      this.#watchers.add(check);
      check();
    });
  }

  #wake(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}
