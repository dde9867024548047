/** The virtual reader's framing: two bytes of big-endian length, then the payload, both ways (reference 4.1). */
export const control = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, getAtr: 0x04 } as const;

/** ISO/IEC 7816-3: TS, T0 and at most 31 more. */
export const maximumAtrLength = 33;

export function frame(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + payload.length);
  new DataView(bytes.buffer).setUint16(0, payload.length);
  bytes.set(payload, 2);
  return bytes;
}

/** Puts pieces together and gives whole payloads. */
export class FrameReader {
  readonly #onFrame: (payload: Uint8Array) => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(onFrame: (payload: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  push(bytes: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= 2) {
      const end = 2 + this.#pending.readUInt16BE(0);
      if (this.#pending.length < end) return;
      const payload = Uint8Array.from(this.#pending.subarray(2, end));
      this.#pending = this.#pending.subarray(end);
      this.#onFrame(payload);
    }
  }
}
