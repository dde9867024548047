import { beginOf, type Control, type Dialect, type Framing, framings, isIntact, lengthOf } from './framing.ts';

export interface FramerEvents {
  /** Valid during the call only: it is zeroed after. Dialect B has no address: 0. */
  frame(address: number, text: Uint8Array): void;
  control(name: Control): void;
  /** A frame was begun and dropped. */
  damaged(): void;
}

/**
 * Cuts the stream into frames and control bytes. F2 may occur in a text, so a frame that is broken is searched for the
 * beginning of another; what is searched is never taken for control bytes.
 */
export class Framer {
  readonly #events: FramerEvents;
  readonly #gapMs: number;
  readonly #framing: Framing;
  #bytes = Buffer.alloc(0);
  #lastAtMs = 0;

  constructor(events: FramerEvents, gapMs: number, dialect: Dialect = 'a') {
    this.#events = events;
    this.#gapMs = gapMs;
    this.#framing = framings[dialect];
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
    const { hasAddress, headLength, overhead, controls } = this.#framing;
    while (this.#bytes.length > 0) {
      const begins = beginOf(this.#bytes);
      if (begins !== 0) {
        const beside = Buffer.from(this.#bytes.subarray(0, begins < 0 ? this.#bytes.length : begins));
        this.#drop(beside.length);
        for (const byte of beside) {
          const name = controls.get(byte);
          if (name !== undefined) this.#events.control(name);
        }
        beside.fill(0);
        continue;
      }
      const whole = lengthOf(this.#bytes, this.#framing);
      if (whole === undefined) return;
      if (whole === 'impossible') {
        this.#search();
        continue;
      }
      if (this.#bytes.length < whole) return;
      const frame = this.#bytes.subarray(0, whole);
      if (!isIntact(frame, this.#framing)) {
        this.#search();
        continue;
      }
      const text = Buffer.from(frame.subarray(headLength, headLength + whole - overhead));
      const address = hasAddress ? (frame[1] ?? 0) : 0;
      this.#drop(whole);
      try {
        this.#events.frame(address, text);
      } finally {
        text.fill(0);
      }
    }
  }

  /** Gives the frame at the front up and goes on with the next F2 in it. */
  #search(): void {
    const next = beginOf(this.#bytes, 1);
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
