import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { control, FrameReader, frame, maximumAtrLength } from '#device-daemon/drivers/pcsc/index.ts';
import type { VirtualCard } from './virtual-card.ts';

/** What can be wrong with a card or with the hand that holds it. */
export type CardFaultScript =
  /** No answer to reset: power-up fails, presence is still seen. */
  | { readonly kind: 'mute' }
  /** Every response comes so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Pulled out while the chip works on this APDU, counted from 1 since the fault was set. */
  | { readonly kind: 'pull'; readonly atApdu: number }
  /** Takes APDUs and never answers. */
  | { readonly kind: 'silent' }
  /** Answers with one byte, which is no response. */
  | { readonly kind: 'garbage' };

export interface VirtualReaderOptions {
  /** The slot: a port of vpcd's, or the socket of a private pcscd's relay. */
  readonly slot: NetConnectOpts;
}

/** The driver listens only while its pcscd runs: look again soon at first, then less often. */
const reconnectMs = [50, 100, 200, 500, 1_000];

/** Longer than any answer to reset: vpcd counts the card as present and fails to power it up. */
const noAnswerToReset = new Uint8Array(maximumAtrLength + 1).fill(0x3b);

/**
 * The card's side of the virtual PC/SC reader (social security card reference 4.1): being connected is being inserted.
 * Every answer is written in one piece, so that it travels in one packet.
 */
export class VirtualReader {
  readonly #options: VirtualReaderOptions;
  #card: VirtualCard | undefined;
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  #fault: CardFaultScript | undefined;
  #apdus = 0;
  #delayed = new Set<NodeJS.Timeout>();
  #powered = true;

  constructor(options: VirtualReaderOptions) {
    this.#options = options;
  }

  get card(): VirtualCard | undefined {
    return this.#card;
  }

  /** APDUs that the card was given since the fault was set, or since insertion. */
  get apdus(): number {
    return this.#apdus;
  }

  /** A pull is none any more once it has happened. */
  get fault(): CardFaultScript | undefined {
    return this.#fault;
  }

  /** Takes effect with the next byte from the reader. */
  setFault(fault: CardFaultScript | undefined): void {
    this.#fault = fault;
    this.#apdus = 0;
  }

  /** Puts a card in, in place of the one that may be there; a reader that is away gets it when it comes back. */
  async insert(card: VirtualCard): Promise<void> {
    await this.remove();
    this.#card = card;
    this.#apdus = 0;
    this.#attempt = 0;
    if (this.#powered) this.#connect(card);
  }

  /** Resolves when the connection is closed; the driver sees that at its next look into the slot (0.4 s). */
  async remove(): Promise<void> {
    this.#card = undefined;
    clearTimeout(this.#retry);
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#delayed.clear();
    const socket = this.#socket;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }

  /** Without power the slot is dead and the card in it knows nothing any more; what it worked on is lost. */
  setPower(on: boolean): void {
    if (this.#powered === on) return;
    this.#powered = on;
    const card = this.#card;
    if (on) {
      // One that is still closing connects again by itself.
      if (card !== undefined && this.#socket === undefined) this.#connect(card);
      return;
    }
    clearTimeout(this.#retry);
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#delayed.clear();
    card?.reset();
    this.#socket?.destroy();
  }

  async close(): Promise<void> {
    await this.remove();
  }

  #connect(card: VirtualCard): void {
    const socket = connect(this.#options.slot);
    this.#socket = socket;
    socket.setNoDelay(true);
    card.reset();
    const reader = new FrameReader((payload) => this.#receive(card, socket, payload));
    socket.on('data', (bytes) => {
      this.#attempt = 0;
      reader.push(bytes);
    });
    socket.on('error', () => {
      // `close` follows.
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#card !== card || !this.#powered) return;
      const delay = reconnectMs[Math.min(this.#attempt, reconnectMs.length - 1)];
      this.#attempt += 1;
      this.#retry = setTimeout(() => this.#connect(card), delay);
    });
  }

  #receive(card: VirtualCard, socket: Socket, payload: Uint8Array): void {
    if (payload.length !== 1) {
      this.#respond(card, socket, payload);
      return;
    }
    switch (payload[0]) {
      case control.powerOff:
      case control.powerOn:
      case control.reset:
        card.reset();
        return;
      case control.getAtr:
        socket.write(frame(this.#fault?.kind === 'mute' || card.atr.length === 0 ? noAnswerToReset : card.atr));
        return;
      default:
        this.#respond(card, socket, payload);
    }
  }

  #respond(card: VirtualCard, socket: Socket, apdu: Uint8Array): void {
    this.#apdus += 1;
    const fault = this.#fault;
    switch (fault?.kind) {
      case 'silent':
        return;
      case 'pull':
        if (this.#apdus >= fault.atApdu) {
          this.#fault = undefined;
          void this.remove();
          return;
        }
        break;
      case 'garbage':
        socket.write(frame(Uint8Array.of(0x6f)));
        return;
      case 'slow': {
        const timer = setTimeout(() => {
          this.#delayed.delete(timer);
          socket.write(frame(card.process(apdu)));
        }, fault.delayMs);
        this.#delayed.add(timer);
        return;
      }
    }
    socket.write(frame(card.process(apdu)));
  }
}
