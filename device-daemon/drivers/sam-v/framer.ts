/**
 * Frames of the SAM_V module (id-card-reader.md 2), the same both ways:
 *
 *     AA AA AA 96 69 | Len (2, big-endian) | body | CHK
 *
 * Len counts body and CHK; CHK makes the XOR from Len to itself zero. A body is CMD PARA DATA or SW1 SW2 SW3 DATA.
 */
export const preamble = Buffer.from([0xaa, 0xaa, 0xaa, 0x96, 0x69]);
const headBytes = preamble.length + 2;

/** Len of the shortest frame: a command without DATA. */
const minimumLength = 3;
/** Len of the longest: text and photo (section 5). Fingerprints, which would be longer, are never asked for. */
const maximumLength = 0x0508;

/** Bytes of CMD PARA DATA or SW1 SW2 SW3 DATA in the longest frame. */
export const maximumBody = maximumLength - 1;
/** Bytes of the longest frame, preamble to CHK. */
export const maximumFrame = headBytes + maximumLength;

/** Why a frame that had begun was dropped: a Len no frame has, a CHK that is wrong, an end that did not come. */
export type Damage = 'length' | 'checksum' | 'cut';

export interface FramerEvents {
  /** Body of a frame whose length and checksum were right. Valid during the call only: it is zeroed after. */
  frame(body: Uint8Array): void;
  damaged(why: Damage): void;
}

function xorOf(bytes: Uint8Array): number {
  let xor = 0;
  for (const byte of bytes) xor ^= byte;
  return xor;
}

/** The wire form of a body. The caller zeroes it. Throws RangeError when it is too short or too long. */
export function encodeFrame(body: Uint8Array): Buffer {
  if (body.length + 1 < minimumLength || body.length > maximumBody) {
    throw new RangeError(`frame body of ${body.length} bytes`);
  }
  const wire = Buffer.alloc(headBytes + body.length + 1);
  preamble.copy(wire);
  wire.writeUInt16BE(body.length + 1, preamble.length);
  wire.set(body, headBytes);
  wire[wire.length - 1] = xorOf(wire.subarray(preamble.length, -1));
  return wire;
}

/**
 * Cuts the stream into frames. A frame that turns out wrong costs one byte of the stream, not its claimed length: the
 * search goes on right behind, so that a whole frame is found that stands inside a broken one or behind a doubled
 * preamble. No more than one maximum frame is ever held, and what was used or dropped is zeroed.
 */
export class Framer {
  readonly #events: FramerEvents;
  readonly #bytes = Buffer.alloc(maximumFrame);
  #length = 0;
  /** Bytes that belonged to no frame. */
  junk = 0;

  constructor(events: FramerEvents) {
    this.#events = events;
  }

  /** True while the end of a frame, or of a preamble, is still to come. */
  get partial(): boolean {
    return this.#length > 0;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      // Never full here: a whole maximum frame is taken out or dropped by the scan.
      const taken = bytes.subarray(at, at + this.#bytes.length - this.#length);
      this.#bytes.set(taken, this.#length);
      this.#length += taken.length;
      at += taken.length;
      this.#scan();
    }
  }

  /** The rest of what has begun will not come. Whole frames behind its beginning are still found. */
  cut(): void {
    while (this.#length > 0) {
      if (this.#length >= headBytes) this.#events.damaged('cut');
      this.#skip(1);
      this.#scan();
    }
  }

  /** Forgets all, so that nothing that came before can be completed by what comes after. */
  reset(): void {
    this.#skip(this.#length);
  }

  #scan(): void {
    for (;;) {
      this.#skip(this.#preambleAt());
      if (this.#length < headBytes) return;
      const length = this.#bytes.readUInt16BE(preamble.length);
      if (length < minimumLength || length > maximumLength) {
        this.#events.damaged('length');
        this.#skip(1);
        continue;
      }
      const end = headBytes + length;
      if (this.#length < end) return;
      if (xorOf(this.#bytes.subarray(preamble.length, end)) !== 0) {
        this.#events.damaged('checksum');
        this.#skip(1);
        continue;
      }
      try {
        this.#events.frame(this.#bytes.subarray(headBytes, end - 1));
      } finally {
        this.#drop(end);
      }
    }
  }

  /** Where a preamble begins, or may begin with what has come so far; the end when none does. */
  #preambleAt(): number {
    const held = this.#bytes.subarray(0, this.#length);
    const whole = held.indexOf(preamble);
    if (whole >= 0) return whole;
    for (let size = Math.min(preamble.length - 1, held.length); size > 0; size -= 1) {
      if (held.subarray(-size).equals(preamble.subarray(0, size))) return held.length - size;
    }
    return held.length;
  }

  #skip(count: number): void {
    this.junk += count;
    this.#drop(count);
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#bytes.copyWithin(0, count, this.#length);
    this.#bytes.fill(0, this.#length - count, this.#length);
    this.#length -= count;
  }
}
