import { createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ApduChannel, ApduFault, ChipProtocol, Disposition, SlotState } from '../apdu-channel.ts';
import { control, FrameReader, frame, maximumAtrLength } from './framing.ts';

export interface VpcdChannelOptions {
  readonly host: string;
  /** 0: any free port; see `port()`. */
  readonly port: number;
}

/** A card that says nothing to "get ATR" within this time is taken as not there yet; vpcd's own rule is "promptly". */
const atrMs = 2_000;
const listenRetryMs = 2_000;

/**
 * The virtual reader's driver side without pcscd (social security card reference 4.1): listens, one card program connects
 * and is the card; its connection is the insertion.
 */
export class VpcdChannel implements ApduChannel {
  readonly #options: VpcdChannelOptions;
  readonly #listeners = new Set<(state: SlotState) => void>();
  #server: Server | undefined;
  #socket: Socket | undefined;
  #state: SlotState = { kind: 'starting' };
  #stay = 0;
  #protocol: ChipProtocol | undefined;
  #waiting: ((frame: Uint8Array | undefined) => void) | undefined;
  /** One question at a time on the line; a question without an answer makes the line useless. */
  #line: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: VpcdChannelOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#server === undefined && !this.#closed) this.#listen();
  }

  /** Where the card program connects; undefined until we listen. */
  port(): number | undefined {
    const address = this.#server?.address();
    return address !== null && typeof address === 'object' ? address.port : undefined;
  }

  state(): SlotState {
    return this.#state;
  }

  onState(listener: (state: SlotState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(timeoutMs: number): Promise<Result<ChipProtocol, ApduFault>> {
    const before = this.#state;
    if (before.kind !== 'card') return err(this.#absence());
    this.#send(Uint8Array.of(control.powerOn));
    const atr = await this.#ask(Uint8Array.of(control.getAtr), timeoutMs, before.stay);
    if (!atr.ok) return atr;
    if (atr.value.length < 2 || atr.value.length > maximumAtrLength) return err({ code: 'cardMute' });
    this.#protocol = protocolOf(atr.value);
    return ok(this.#protocol);
  }

  disconnect(disposition: Disposition): Promise<Result<void, ApduFault>> {
    this.#protocol = undefined;
    if (disposition === 'reset') this.#send(Uint8Array.of(control.reset));
    if (disposition === 'unpower') this.#send(Uint8Array.of(control.powerOff));
    return Promise.resolve(ok());
  }

  async transmit(apdu: Uint8Array, timeoutMs: number): Promise<Result<Uint8Array, ApduFault>> {
    const before = this.#state;
    if (before.kind !== 'card') return err(this.#absence());
    if (this.#protocol === undefined) return err({ code: 'cardRemoved' });
    return this.#ask(apdu, timeoutMs, before.stay);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    const server = this.#server;
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    this.#set({ kind: 'unavailable', problem: 'transportFailed', detail: 'closed' });
  }

  #listen(): void {
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    server.on('error', (error) => {
      this.#set({ kind: 'unavailable', problem: 'transportFailed', detail: `cannot listen: ${error.message}` });
      if (!this.#closed) this.#retry = setTimeout(() => this.#listen(), listenRetryMs);
    });
    server.listen({ host: this.#options.host, port: this.#options.port }, () => {
      if (!this.#closed) this.#set({ kind: 'empty', reader: this.#name() });
    });
  }

  #accept(socket: Socket): void {
    // One card per slot (vpcd does not serve a second client either).
    if (this.#socket !== undefined || this.#closed) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    socket.setNoDelay(true);
    const reader = new FrameReader((bytes) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.(bytes);
    });
    socket.on('data', (bytes) => reader.push(bytes));
    socket.on('error', () => {
      // `close` follows.
    });
    socket.on('close', () => {
      this.#socket = undefined;
      this.#protocol = undefined;
      this.#waiting?.(undefined);
      this.#waiting = undefined;
      if (!this.#closed) this.#set({ kind: 'empty', reader: this.#name() });
    });
    const stay = ++this.#stay;
    void this.#ask(Uint8Array.of(control.getAtr), atrMs, stay, false).then((atr) => {
      if (!atr.ok || this.#socket !== socket) {
        socket.destroy();
        return;
      }
      const usable = atr.value.length >= 2 && atr.value.length <= maximumAtrLength;
      this.#set({ kind: 'card', reader: this.#name(), stay, atr: usable ? atr.value : new Uint8Array() });
    });
  }

  #send(bytes: Uint8Array): void {
    const framed = frame(bytes);
    this.#socket?.write(framed, () => framed.fill(0));
  }

  /** A question that stays without an answer ends the connection: a late answer would be taken for the next one's. */
  #ask(bytes: Uint8Array, timeoutMs: number, stay: number, known = true): Promise<Result<Uint8Array, ApduFault>> {
    const turn = async (): Promise<Result<Uint8Array, ApduFault>> => {
      const socket = this.#socket;
      if (socket === undefined || (known && this.#currentStay() !== stay)) return err({ code: 'cardRemoved' });
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          this.#waiting = undefined;
          socket.destroy();
          resolve(err({ code: 'timeOut' }));
        }, timeoutMs);
        this.#waiting = (answer) => {
          clearTimeout(timer);
          resolve(answer === undefined ? err({ code: 'cardRemoved' }) : ok(answer));
        };
        const framed = frame(bytes);
        socket.write(framed, () => framed.fill(0));
      });
    };
    const result = this.#line.then(turn);
    this.#line = result;
    return result;
  }

  #currentStay(): number | undefined {
    return this.#state.kind === 'card' ? this.#state.stay : undefined;
  }

  #name(): string {
    return `Virtual reader on port ${this.port() ?? this.#options.port}`;
  }

  #absence(): ApduFault {
    const state = this.#state;
    if (state.kind === 'empty') return { code: 'noCard' };
    return { code: 'unavailable', detail: state.kind === 'unavailable' ? state.detail : 'not listening yet' };
  }

  #set(state: SlotState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** The first protocol that the answer to reset offers: low nibble of TD1, T=0 where there is none (ISO/IEC 7816-3, 8.2.3). */
function protocolOf(atr: Uint8Array): ChipProtocol {
  const t0 = atr[1] ?? 0;
  const tdIndex = 2 + [0x10, 0x20, 0x40].filter((bit) => (t0 & bit) !== 0).length;
  const td1 = (t0 & 0x80) === 0 ? 0 : (atr[tdIndex] ?? 0);
  return (td1 & 0x0f) === 1 ? 't1' : 't0';
}
