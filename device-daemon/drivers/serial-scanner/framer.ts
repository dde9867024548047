import { type Suffix, suffixes } from './settings.ts';

/** Longest code; a QR code holds at most 2953 bytes. Anything above is no code. */
export const longestCode = 4_096;

export interface FramerEvents {
  /** The bytes before a suffix or, without one, before a pause; never empty. Valid during the call only: zeroed after. */
  code(bytes: Uint8Array): void;
  /** More bytes than any code has; the rest of it is dropped up to its end. */
  tooLong(): void;
  /** A pause came where a suffix should have, after these bytes. Valid during the call only. */
  unfinished(bytes: Uint8Array): void;
}

/** Cuts the stream into codes. Holds one. */
export class Framer {
  readonly #events: FramerEvents;
  readonly #suffix: readonly number[];
  readonly #bytes = Buffer.alloc(longestCode + 2);
  #length = 0;
  #skipping = false;

  constructor(events: FramerEvents, suffix: Suffix) {
    this.#events = events;
    this.#suffix = suffixes[suffix];
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
  }

  /** The line has been quiet for longer than a code pauses. */
  pause(): void {
    const pending = this.#length > 0 && !this.#skipping;
    if (pending && this.#suffix.length === 0) this.#emit(this.#length);
    else if (pending) this.#events.unfinished(this.#bytes.subarray(0, this.#length));
    this.wipe();
  }

  wipe(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
    this.#skipping = false;
  }

  #take(byte: number): void {
    if (this.#length === longestCode + this.#suffix.length) {
      if (!this.#skipping) this.#events.tooLong();
      this.#skipping = true;
      // The last byte may be the beginning of the suffix that ends what is skipped.
      this.#bytes[0] = this.#bytes[this.#length - 1] ?? 0;
      this.#bytes.fill(0, 1, this.#length);
      this.#length = 1;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    if (!this.#endsWithSuffix()) return;
    const length = this.#length - this.#suffix.length;
    if (!this.#skipping && length > 0) this.#emit(length);
    this.wipe();
  }

  #endsWithSuffix(): boolean {
    const from = this.#length - this.#suffix.length;
    if (this.#suffix.length === 0 || from < 0) return false;
    return this.#suffix.every((byte, index) => this.#bytes[from + index] === byte);
  }

  #emit(length: number): void {
    this.#events.code(this.#bytes.subarray(0, length));
  }
}
