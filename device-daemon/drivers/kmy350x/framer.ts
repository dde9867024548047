/**
 * The line of b.1 (printer and PIN pad reference):
 *
 *     raw 02 | Ln CMD-or-ST DATA BCC, each byte as two upper-case hex characters | raw 03
 *
 * Ln counts CMD and DATA, BCC is the XOR of Ln to DATA. Beside frames the pad sends single raw bytes for keys.
 */
const stx = 0x02;
const etx = 0x03;

/** Ln of the longest frame either side sends: command 33 with a 24-byte key, answer 30. Anything above is noise. */
export const maximumLength = 0x1b;
/** Characters between 02 and 03 of the longest frame. */
const maximumCharacters = 2 * (maximumLength + 2);

export interface FramerEvents {
  /** CMD or ST and DATA of a frame whose length and BCC were right. Valid during the call only: it is zeroed after. */
  frame(body: Uint8Array): void;
  /** A byte outside any frame. */
  byte(value: number): void;
  /** A frame was begun and dropped. */
  damaged(): void;
}

const hexDigits = '0123456789ABCDEF';

/** The wire form of CMD or ST and DATA. The caller zeroes it. Throws RangeError when the body is empty or too long. */
export function encodeFrame(body: Uint8Array): Buffer {
  if (body.length < 1 || body.length > maximumLength) throw new RangeError(`frame body of ${body.length} bytes`);
  const wire = Buffer.alloc(2 * (body.length + 2) + 2);
  let bcc = 0;
  let at = 0;
  const put = (byte: number): void => {
    bcc ^= byte;
    wire[at++] = hexDigits.charCodeAt(byte >> 4);
    wire[at++] = hexDigits.charCodeAt(byte & 0x0f);
  };
  wire[at++] = stx;
  put(body.length);
  for (const byte of body) put(byte);
  put(bcc);
  wire[at] = etx;
  return wire;
}

function nibble(character: number): number | undefined {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  if (character >= 0x41 && character <= 0x46) return character - 0x41 + 10;
  return undefined;
}

/**
 * Cuts the stream into frames and single bytes. 02 occurs nowhere in a body, so it begins a frame whatever went before;
 * a broken frame is skipped to its 03, at most one maximum frame or one gap long, so that its hex characters are never
 * taken for key presses.
 */
export class Framer {
  readonly #events: FramerEvents;
  readonly #gapMs: number;
  readonly #bytes = Buffer.alloc(maximumLength + 2);
  #state: 'idle' | 'body' | 'skip' = 'idle';
  #characters = 0;
  #lastAtMs = 0;

  constructor(events: FramerEvents, gapMs: number) {
    this.#events = events;
    this.#gapMs = gapMs;
  }

  /** `atMs` is the monotonic time of arrival. */
  push(bytes: Uint8Array, atMs: number): void {
    if (this.#state !== 'idle' && atMs - this.#lastAtMs > this.#gapMs) this.#abandon();
    this.#lastAtMs = atMs;
    for (const byte of bytes) this.#take(byte);
  }

  #take(byte: number): void {
    if (byte === stx) {
      if (this.#state === 'body') this.#abandon();
      this.#state = 'body';
      this.#characters = 0;
      return;
    }
    if (this.#state === 'idle') {
      if (byte !== etx) this.#events.byte(byte);
      return;
    }
    if (byte === etx) {
      if (this.#state === 'body') this.#finish();
      this.#state = 'idle';
      return;
    }
    this.#characters += 1;
    if (this.#state === 'skip') {
      if (this.#characters >= maximumCharacters) this.#state = 'idle';
      return;
    }
    const value = nibble(byte);
    if (value === undefined || this.#characters > maximumCharacters) {
      this.#abandon();
      // One that is already as long as a frame can be has nothing left to skip.
      this.#state = this.#characters > maximumCharacters ? 'idle' : 'skip';
      return;
    }
    const index = (this.#characters - 1) >> 1;
    this.#bytes[index] = this.#characters % 2 === 1 ? value << 4 : (this.#bytes[index] ?? 0) | value;
  }

  #finish(): void {
    const length = this.#characters >> 1;
    let bcc = 0;
    for (let i = 0; i < length; i += 1) bcc ^= this.#bytes[i] ?? 0;
    const whole = this.#characters % 2 === 0 && length >= 3 && this.#bytes[0] === length - 2 && bcc === 0;
    this.#state = 'idle';
    if (!whole) {
      this.#abandon();
      return;
    }
    const body = Buffer.from(this.#bytes.subarray(1, length - 1));
    this.#bytes.fill(0);
    try {
      this.#events.frame(body);
    } finally {
      body.fill(0);
    }
  }

  #abandon(): void {
    this.#state = 'idle';
    this.#bytes.fill(0);
    this.#events.damaged();
  }
}
