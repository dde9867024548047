import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { ClientConnection } from '../services/service.ts';
import type { SentMessage, WireHooks } from './hooks.ts';
import type { WireLimits } from './limits.ts';
import { textFrames } from './text-frame.ts';

/** What receives the messages of a connection: a service or the publisher. */
export interface Endpoint {
  readonly name: string;
  readonly family: SentMessage['family'];
  receive(connection: Connection, text: string): void;
  connected(connection: Connection): void;
  disconnected(connection: Connection): void;
}

export interface ConnectionSettings {
  readonly id: number;
  readonly role: ClientConnection['role'];
  readonly unsolicitedAsEvent: boolean;
  /** Host part of the URIs that the publisher tells: `wss://name:port`. */
  readonly publicBase: string;
}

const closeCodes = { unsupportedData: 1003, policy: 1008, goingAway: 1001 } as const;

/** One client's WebSocket to one service: frames in, frames out, and the limits that hold for it. */
export class Connection {
  readonly client: ClientConnection;
  readonly settings: ConnectionSettings;
  /** Ids of commands that were accepted and not completed (protocol.md 5). */
  readonly liveIds = new Set<number>();
  /** Those of `liveIds` that are immediate. */
  immediateCount = 0;
  readonly endpoint: Endpoint;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #ended: () => void;
  readonly #limits: WireLimits;
  readonly #hooks: WireHooks;
  readonly #gone = new AbortController();
  #open = true;
  #isReceiving = false;
  /** Texts that leave together. */
  #gathered: string[] = [];
  /** One of them is a completion. */
  #isAnswered = false;
  #gatheredLength = 0;
  #badFrames = 0;
  #badCredit: number;
  #badCreditAt = performance.now();
  #heardSincePing = true;
  /** When the oldest byte of a message that is not yet whole arrived; 0 when none is. */
  #partialSince = 0;
  #partialIsNew = false;

  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    endpoint: Endpoint,
    settings: ConnectionSettings,
    limits: WireLimits,
    hooks: WireHooks,
    ended: () => void,
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.endpoint = endpoint;
    this.#ended = ended;
    this.#limits = limits;
    this.#hooks = hooks;
    this.#badCredit = limits.badFrames.burst;
    this.settings = settings;
    this.client = { id: settings.id, role: settings.role, closed: this.#gone.signal };
    socket.prependListener('data', () => {
      this.#heardSincePing = true;
      this.#partialIsNew = this.#partialSince === 0;
      if (this.#partialIsNew) this.#partialSince = performance.now();
    });
    const control = () => {
      if (this.#partialIsNew) this.#partialSince = 0;
    };
    webSocket.on('ping', control);
    webSocket.on('pong', control);
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    webSocket.on('close', () => this.#end());
    // ws closes by itself with the fitting code (1002, 1007, 1009); 'close' follows.
    webSocket.on('error', () => this.#end());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#partialSince = 0;
    if (!this.#open) return;
    if (isBinary) {
      this.close(closeCodes.unsupportedData, 'text frames only');
      return;
    }
    // The acknowledge of a command that is answered at once leaves with the completion, in one write; otherwise after the
    // handler has begun, whose first call to its device does not wait for a client to be told.
    this.#isReceiving = true;
    try {
      this.endpoint.receive(this, (data as Buffer).toString());
    } finally {
      this.#isReceiving = false;
      if (this.#isAnswered) this.#flush();
      else if (this.#gathered.length > 0) setImmediate(this.#flush);
    }
  }

  /** Writes what was gathered. Frames are whole and nothing compresses, so those of ws (ping, close) may come between. */
  readonly #flush = (): void => {
    if (this.#gathered.length === 0) return;
    const frames = textFrames(this.#gathered);
    this.#gathered = [];
    this.#gatheredLength = 0;
    this.#isAnswered = false;
    // Not after a good-bye, ours or the client's.
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#socket.write(frames);
  };

  /** Sends one message. Nothing happens when the socket is gone; a client that does not read is dropped. */
  send(type: SentMessage['type'], name: string, text: string): void {
    if (!this.#open) return;
    const waiting = this.#socket.writableLength + this.#gatheredLength;
    if (waiting > 0 && waiting + text.length > this.#limits.unsentBytes) {
      this.drop();
      return;
    }
    this.#gathered.push(text);
    this.#gatheredLength += text.length;
    if (type === 'completion') this.#isAnswered = true;
    if (!this.#isReceiving) this.#flush();
    if (this.#hooks.onSent !== undefined) {
      this.#hooks.onSent({ service: this.endpoint.name, family: this.endpoint.family, type, name, text });
    }
  }

  /** Counts a message that could not be accepted; a flood of them ends the connection with 1008. */
  countBadFrame(status: 'invalidMessage' | 'invalidRequestID'): void {
    this.#badFrames += 1;
    if (Number.isInteger(Math.log10(this.#badFrames))) {
      this.#hooks.onBadFrame?.({
        service: this.endpoint.name,
        connection: this.client,
        status,
        count: this.#badFrames,
      });
    }
    const { burst, perSecond } = this.#limits.badFrames;
    const now = performance.now();
    this.#badCredit = Math.min(burst, this.#badCredit + ((now - this.#badCreditAt) / 1000) * perSecond) - 1;
    this.#badCreditAt = now;
    if (this.#badCredit < 0) this.close(closeCodes.policy, 'too many bad messages');
  }

  /** Called every `pingMs`: pings an idle socket, drops a dead one. */
  ping(): void {
    if (!this.#heardSincePing) {
      this.drop();
      return;
    }
    this.#heardSincePing = false;
    this.#webSocket.ping();
  }

  /** Called often: drops a client whose message began and does not end. */
  checkArrival(): void {
    if (this.#partialSince !== 0 && performance.now() - this.#partialSince > this.#limits.arrivalMs) this.drop();
  }

  /** Says good-bye; the socket is dropped when the client does not answer. */
  close(code: number = closeCodes.goingAway, reason = ''): void {
    if (!this.#open) return;
    this.#flush();
    this.#webSocket.close(code, reason);
    this.#end();
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.#webSocket.terminate();
    this.#end();
  }

  /** Its commands are cancelled at once; the closing handshake may still be under way. */
  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#gone.abort('canceled');
    this.#ended();
    this.endpoint.disconnected(this);
  }
}
