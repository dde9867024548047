/**
 * The line of dialect C (card-dispenser reference 3.1):
 *
 *     02 | address, 2 ASCII digits | LEN, 2 bytes big-endian | text | 03 | BCC = XOR of 02 to 03
 *
 * Beside frames there are ACK 06, ENQ 05 and EOT 04, each with the address behind it, and NAK 15, with it or without (0a).
 */
const stx = 0x02;
const etx = 0x03;

export const controls = { ack: 0x06, enq: 0x05, eot: 0x04, nak: 0x15 } as const;
export type Control = keyof typeof controls;

const controlNames = new Map<number, Control>(
  Object.entries(controls).map(([name, value]) => [value, name as Control]),
);

const addressAt = 1;
const lengthAt = 3;
const headLength = 5;
const overhead = headLength + 2;
/** No list names a longest text; the longest that is known is a version. */
export const maximumText = 512;
export const maximumFrame = maximumText + overhead;
export const maximumAddress = 15;

export interface FramerEvents {
  /** Valid during the call only: it is zeroed after. */
  frame(address: number, text: Uint8Array): void;
  /** The address of a NAK is not looked at. */
  control(name: Control, address: number | undefined): void;
  /** A frame was begun and dropped. */
  damaged(): void;
}

export const xorOf = (bytes: Uint8Array): number => bytes.reduce((xor, byte) => xor ^ byte, 0);

function digitsOf(address: number): Buffer {
  if (!Number.isInteger(address) || address < 0 || address > maximumAddress) throw new RangeError(`address ${address}`);
  return Buffer.from(String(address).padStart(2, '0'), 'latin1');
}

/** Undefined: no two digits, or of an address that no unit has. */
function addressIn([tens = 0, ones = 0]: Uint8Array): number | undefined {
  if (tens < 0x30 || tens > 0x31 || ones < 0x30 || ones > 0x39) return undefined;
  const address = (tens - 0x30) * 10 + ones - 0x30;
  return address > maximumAddress ? undefined : address;
}

/** The caller zeroes it. Throws RangeError when the text or the address does not fit. */
export function encodeFrame(address: number, text: Uint8Array): Buffer {
  if (text.length === 0 || text.length > maximumText) throw new RangeError(`text of ${text.length} bytes`);
  const frame = Buffer.alloc(text.length + overhead);
  frame[0] = stx;
  frame.set(digitsOf(address), addressAt);
  frame.writeUInt16BE(text.length, lengthAt);
  frame.set(text, headLength);
  frame[headLength + text.length] = etx;
  frame[frame.length - 1] = xorOf(frame.subarray(0, frame.length - 1));
  return frame;
}

export const encodeControl = (name: Control, address: number): Buffer =>
  Buffer.concat([Uint8Array.of(controls[name]), digitsOf(address)]);

/**
 * Cuts the stream into frames and control bytes. 02 may occur in a text, so a frame that is broken is searched for the
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

  /** A frame, or a control byte with its address, was begun and is not whole. */
  get inFrame(): boolean {
    return this.#bytes.length > 0;
  }

  /** `atMs` is the monotonic time of arrival. */
  push(bytes: Uint8Array, atMs: number): void {
    if (this.#bytes.length > 0 && atMs - this.#lastAtMs > this.#gapMs) this.reset();
    this.#lastAtMs = atMs;
    const joined = Buffer.concat([this.#bytes, bytes]);
    this.#bytes.fill(0);
    this.#bytes = joined;
    while (this.#bytes.length > 0 && this.#cut());
  }

  /** What has begun will not be completed. */
  reset(): void {
    const dropped = this.#bytes[0];
    this.#drop(this.#bytes.length);
    if (dropped === stx) this.#events.damaged();
  }

  /** False: what is there wants more bytes. */
  #cut(): boolean {
    const first = this.#bytes[0] ?? 0;
    if (first === stx) return this.#cutFrame();
    const control = controlNames.get(first);
    if (control === undefined) {
      this.#drop(1);
      return true;
    }
    if (control === 'nak') {
      // Digits that may follow are noise by themselves.
      this.#drop(1);
      this.#events.control(control, undefined);
      return true;
    }
    if (this.#bytes.length < lengthAt) return false;
    const address = addressIn(this.#bytes.subarray(addressAt, lengthAt));
    this.#drop(address === undefined ? 1 : lengthAt);
    if (address !== undefined) this.#events.control(control, address);
    return true;
  }

  #cutFrame(): boolean {
    if (this.#impossible()) return this.#search();
    if (this.#bytes.length < headLength) return false;
    const length = this.#bytes.readUInt16BE(lengthAt);
    const whole = length + overhead;
    if (this.#bytes.length < whole) return false;
    const frame = this.#bytes.subarray(0, whole);
    const address = addressIn(frame.subarray(addressAt, lengthAt));
    if (address === undefined || frame[whole - 2] !== etx || xorOf(frame) !== 0) return this.#search();
    const text = Buffer.alloc(length);
    text.set(frame.subarray(headLength, headLength + length));
    this.#drop(whole);
    try {
      this.#events.frame(address, text);
    } finally {
      text.fill(0);
    }
    return true;
  }

  #impossible(): boolean {
    const { length } = this.#bytes;
    if (length >= lengthAt && addressIn(this.#bytes.subarray(addressAt, lengthAt)) === undefined) return true;
    if (length < headLength) return false;
    const text = this.#bytes.readUInt16BE(lengthAt);
    return text === 0 || text > maximumText;
  }

  /** Gives the frame at the front up and goes on with the next 02 in it. */
  #search(): true {
    const next = this.#bytes.indexOf(stx, 1);
    this.#drop(next < 0 ? this.#bytes.length : next);
    this.#events.damaged();
    return true;
  }

  #drop(count: number): void {
    const rest = Buffer.alloc(this.#bytes.length - count);
    rest.set(this.#bytes.subarray(count));
    this.#bytes.fill(0);
    this.#bytes = rest;
  }
}
