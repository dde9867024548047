import { FrameSocket, opcodes } from '../wire/frame-socket.ts';
import { type CheckedMessage, checkMessage } from './check.ts';

/** The receive buffer of KAL's console client: a message must fit it, in one text frame (testclient.md A.2, 6). */
const bufferBytes = 20_480;
const patienceMs = 20_000;

export interface Received extends CheckedMessage {
  readonly header: {
    readonly name: string;
    readonly type: string;
    readonly requestId?: number;
    readonly completionCode?: string;
    readonly errorDescription?: string;
  };
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Rises by one over all connections; the first is 2. */
export class RequestIds {
  #last = 1;
  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/**
 * A connection of KAL's console client, as strict as its 3.3.0 classes: no reassembly, nothing but text, no name or enum
 * value that it does not know, never `unsolicited`.
 */
export class KalConnection {
  readonly received: Received[] = [];
  readonly #socket: FrameSocket;
  readonly #ids: RequestIds;
  #fault: Error | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(url: string, ids: RequestIds) {
    this.#ids = ids;
    this.#socket = new FrameSocket(url);
    this.#socket.onFrame = ({ opcode, final, payload }) => {
      if (opcode === opcodes.ping) return;
      const text = payload.toString();
      try {
        if (opcode !== opcodes.text) throw new Error(`a frame of opcode ${opcode}`);
        if (!final) throw new Error('a message in several frames');
        if (payload.length > bufferBytes) throw new Error(`a message of ${payload.length} bytes`);
        const message = JSON.parse(text) as Received;
        if (message.header.type === 'unsolicited') throw new Error('a message of type unsolicited');
        this.received.push({ ...message, ...checkMessage('standard', text) });
      } catch (error) {
        this.#fault ??= error instanceof Error ? error : new Error(String(error));
      }
      this.#wake();
    };
  }

  /** Undefined where nobody answers as a WebSocket server: the client goes on to the next port. */
  static async open(url: string, ids: RequestIds): Promise<KalConnection | undefined> {
    const connection = new KalConnection(url, ids);
    return (await connection.#socket.opened) ? connection : undefined;
  }

  /** Sends a command and reads on until its completion. Throws where KAL's client would. */
  async run(name: string, version: string, timeout: number, payload?: object): Promise<Received> {
    const requestId = this.#ids.next();
    this.#socket.text(JSON.stringify({ header: { name, requestId, type: 'command', version, timeout }, payload }));
    return this.waitFor(
      `the completion of ${name}`,
      ({ header }) => header.type === 'completion' && header.requestId === requestId,
    );
  }

  async waitFor(what: string, wanted: (message: Received) => boolean): Promise<Received> {
    const deadline = setTimeout(() => {
      this.#fault ??= new Error(`waited in vain for ${what}`);
      this.#wake();
    }, patienceMs);
    try {
      for (;;) {
        if (this.#fault !== undefined) throw this.#fault;
        const found = this.received.find(wanted);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    } finally {
      clearTimeout(deadline);
    }
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
