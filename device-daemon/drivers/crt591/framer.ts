/**
 * The line of dialect A (card-dispenser reference 1.2, 1.3):
 *
 *     F2 | ADDR | LEN, 2 bytes big-endian | text | 03 | BCC = XOR of F2 to 03
 *
 * Beside frames there are the bytes ACK 06, NAK 15 and EOT 04.
 */
const stx = 0xf2;
const etx = 0x03;

export const controls = { ack: 0x06, nak: 0x15, eot: 0x04 } as const;
export type Control = keyof typeof controls;

const controlNames = new Map<number, Control>([
  [controls.ack, 'ack'],
  [controls.nak, 'nak'],
  [controls.eot, 'eot'],
]);

/** Largest frame: 1024 bytes (1.1). */
export const maximumFrame = 1024;
const overhead = 6;
const headLength = 4;
export const maximumText = maximumFrame - overhead;
/** Head, CM, PM. */
const minimumText = 3;
const maximumAddress = 0x0f;

export interface FramerEvents {
  /** Valid during the call only: it is zeroed after. */
  frame(address: number, text: Uint8Array): void;
  control(name: Control): void;
  /** A frame was begun and dropped. */
  damaged(): void;
}

export const xorOf = (bytes: Uint8Array): number => bytes.reduce((xor, byte) => xor ^ byte, 0);

/** The caller zeroes it. Throws RangeError when the text or the address does not fit. */
export function encodeFrame(address: number, text: Uint8Array): Buffer {
  if (text.length < minimumText || text.length > maximumText) throw new RangeError(`text of ${text.length} bytes`);
  if (!Number.isInteger(address) || address < 0 || address > maximumAddress) throw new RangeError(`address ${address}`);
  const frame = Buffer.alloc(text.length + overhead);
  frame[0] = stx;
  frame[1] = address;
  frame.writeUInt16BE(text.length, 2);
  frame.set(text, headLength);
  frame[headLength + text.length] = etx;
  frame[frame.length - 1] = xorOf(frame.subarray(0, frame.length - 1));
  return frame;
}

/**
 * Cuts the stream into frames and control bytes. F2 may occur in a text, so a frame that is broken is searched for the
 * beginning of another; what is searched is never taken for control bytes.
 */
export class Framer {
  readonly #events: FramerEvents;
  readonly #gapMs: number;
  #bytes = Buffer.alloc(0);
  #lastAtMs = 0;

  constructor(events: FramerEvents, gapMs: number) {
    this.#events = events;
    this.#gapMs = gapMs;
  }

  /** A frame was begun and is not whole. */
  get inFrame(): boolean {
    return this.#bytes.length > 0;
  }

  /** `atMs` is the monotonic time of arrival. */
  push(bytes: Uint8Array, atMs: number): void {
    if (this.#bytes.length > 0 && atMs - this.#lastAtMs > this.#gapMs) this.#abandon();
    this.#lastAtMs = atMs;
    const joined = Buffer.concat([this.#bytes, bytes]);
    this.#bytes.fill(0);
    this.#bytes = joined;
    this.#cut();
  }

  /** What has begun will not be completed. */
  reset(): void {
    if (this.#bytes.length > 0) this.#abandon();
  }

  #cut(): void {
    while (this.#bytes.length > 0) {
      const begins = this.#bytes.indexOf(stx);
      if (begins !== 0) {
        const beside = Buffer.from(this.#bytes.subarray(0, begins < 0 ? this.#bytes.length : begins));
        this.#drop(beside.length);
        for (const byte of beside) {
          const name = controlNames.get(byte);
          if (name !== undefined) this.#events.control(name);
        }
        beside.fill(0);
        continue;
      }
      if (this.#impossible()) {
        this.#search();
        continue;
      }
      if (this.#bytes.length < headLength) return;
      const length = this.#bytes.readUInt16BE(2);
      const whole = length + overhead;
      if (this.#bytes.length < whole) return;
      const frame = this.#bytes.subarray(0, whole);
      if (frame[whole - 2] !== etx || xorOf(frame) !== 0) {
        this.#search();
        continue;
      }
      const text = Buffer.from(frame.subarray(headLength, headLength + length));
      const address = frame[1] ?? 0;
      this.#drop(whole);
      try {
        this.#events.frame(address, text);
      } finally {
        text.fill(0);
      }
    }
  }

  #impossible(): boolean {
    const [, address, high, low] = this.#bytes;
    if (address !== undefined && address > maximumAddress) return true;
    if (high !== undefined && high > maximumText >> 8) return true;
    if (high === undefined || low === undefined) return false;
    const length = (high << 8) | low;
    return length < minimumText || length > maximumText;
  }

  /** Gives the frame at the front up and goes on with the next F2 in it. */
  #search(): void {
    const next = this.#bytes.indexOf(stx, 1);
    this.#drop(next < 0 ? this.#bytes.length : next);
    this.#events.damaged();
  }

  #abandon(): void {
    this.#drop(this.#bytes.length);
    this.#events.damaged();
  }

  #drop(count: number): void {
    const rest = Buffer.from(this.#bytes.subarray(count));
    this.#bytes.fill(0);
    this.#bytes = rest;
  }
}
