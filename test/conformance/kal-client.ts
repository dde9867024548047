import { type Frame, FrameSocket, opcodes } from '../wire/frame-socket.ts';
import { type CheckedMessage, checkMessage } from './check.ts';
import type { Family } from './schemas.ts';

/** The receive buffer of KAL's console client: a message must fit it, in one text frame (testclient.md A.2, 6). */
const bufferBytes = 20_480;
const patienceMs = 20_000;
/** Of the client for a service; for a publisher it has none and would wait for ever. */
const handshakeMs = 10_000;

export interface Received extends CheckedMessage {
  readonly header: {
    readonly name: string;
    readonly type: string;
    readonly requestId?: number;
    readonly status?: string;
    readonly completionCode?: string;
    readonly errorDescription?: string;
  };
  readonly payload?: Readonly<Record<string, unknown>>;
}

interface CommandHeader {
  readonly name: string;
  readonly requestId: number;
  readonly type: string;
  readonly version: string;
  readonly timeout?: number;
}

/** Rises by one over all connections; the first is 2. */
export class RequestIds {
  #last = 1;
  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

export interface KalOptions {
  readonly ids: RequestIds;
  /** What may be received; `standard` when absent. */
  readonly family?: Family;
  /** Each command that is sent and each message that is received, as the client prints them. */
  readonly log?: (line: string) => void;
  readonly onReceived?: (message: Received) => void;
  readonly handshakeMs?: number;
}

/**
 * A message as the client's 3.3.0 classes read it: no reassembly, nothing but text, no name or enum value that they do not
 * know, never `unsolicited` (testclient.md A.2). Throws what would end the client's run.
 */
export function readAsKal({ opcode, final, payload }: Frame, family: Family = 'standard'): Received {
  if (opcode !== opcodes.text) throw new Error(`a frame of opcode ${opcode}`);
  if (!final) throw new Error('a message in several frames');
  if (payload.length > bufferBytes) throw new Error(`a message of ${payload.length} bytes`);
  const text = payload.toString();
  const checked = checkMessage(family, text);
  const message = JSON.parse(text) as Received;
  if (message.header.type === 'unsolicited') throw new Error('a message of type unsolicited');
  return { ...message, ...checked };
}

/** A connection of KAL's console client. */
export class KalConnection {
  readonly received: Received[] = [];
  readonly #socket: FrameSocket;
  readonly #options: KalOptions;
  #fault: Error | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(url: string, options: KalOptions) {
    this.#options = options;
    this.#socket = new FrameSocket(url);
    this.#socket.onFrame = (frame) => {
      if (frame.opcode === opcodes.ping) return;
      try {
        const message = readAsKal(frame, options.family);
        this.received.push(message);
        this.#log(message.header);
        options.onReceived?.(message);
      } catch (error) {
        this.#fault ??= error instanceof Error ? error : new Error(String(error));
      }
      this.#wake();
    };
    void this.#socket.closed.then(() => {
      this.#fault ??= new Error(`${url} closed the connection`);
      this.#wake();
    });
  }

  /**
   * Undefined where nobody answers as a WebSocket server: the client goes on to the next port. Throws where the connection
   * is accepted and nothing is ever said.
   */
  static async open(url: string, options: KalOptions): Promise<KalConnection | undefined> {
    const connection = new KalConnection(url, options);
    const ms = options.handshakeMs ?? handshakeMs;
    let silent = false;
    const deadline = setTimeout(() => {
      silent = true;
      connection.close();
    }, ms);
    try {
      const opened = await connection.#socket.opened;
      if (silent) throw new Error(`${url} accepts a connection and says nothing for ${ms} ms`);
      return opened ? connection : undefined;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Sends a command and reads on until its completion. Throws where KAL's client would. */
  async run(name: string, version: string, timeout: number, payload?: object): Promise<Received> {
    const requestId = this.#options.ids.next();
    const from = this.received.length;
    this.send({ header: { name, requestId, type: 'command', version, timeout }, payload });
    return this.waitFor(
      `the completion of ${name}`,
      ({ header }) => header.type === 'completion' && header.requestId === requestId,
      from,
    );
  }

  send(message: { readonly header: CommandHeader; readonly payload?: unknown }): void {
    this.#log(message.header);
    this.text(JSON.stringify(message));
  }

  /** Anything, a command or not. */
  text(text: string): void {
    this.#socket.text(text);
  }

  /** The first message for which it holds, past (after the first `from`) or future. */
  async waitFor(what: string, wanted: (message: Received) => boolean, from = 0): Promise<Received> {
    const deadline = setTimeout(() => {
      this.#fault ??= new Error(`waited in vain for ${what}`);
      this.#wake();
    }, patienceMs);
    let seen = from;
    try {
      for (;;) {
        for (; seen < this.received.length; seen++) {
          const message = this.received[seen];
          if (message !== undefined && wanted(message)) return message;
        }
        if (this.#fault !== undefined) throw this.#fault;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** `  2:StatusCommand`: the id, and the name of the client's class. */
  #log({ name = '', type, requestId = 0 }: Partial<CommandHeader>): void {
    if (this.#options.log === undefined) return;
    const message = name.slice(name.indexOf('.') + 1);
    const endings: Readonly<Record<string, string>> = { command: 'Command', completion: 'Completion' };
    const shown = type === 'acknowledge' ? 'Acknowledge' : `${message}${endings[type ?? ''] ?? ''}`;
    this.#options.log(`${String(requestId).padStart(3)}:${shown}`);
  }

  #wake(): void {
    for (const look of [...this.#waiting]) {
      this.#waiting.delete(look);
      look();
    }
  }

  close(): void {
    this.#socket.socket.destroy();
  }
}
