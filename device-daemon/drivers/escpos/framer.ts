import { AUTOMATIC, isA, QUEUED, REAL_TIME } from './status.ts';

export type Answer =
  /** Reply to DLE EOT: which of the four was asked, only the asker knows. */
  | { readonly kind: 'realTime'; readonly byte: number }
  /** Automatic status back. */
  | { readonly kind: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  /** Reply to GS r 1. */
  | { readonly kind: 'queued'; readonly byte: number }
  /** Reply to the clearing of the buffers, 37 25 00. */
  | { readonly kind: 'cleared' };

const CLEARED = [0x37, 0x25, 0x00];

/**
 * Sorts what a printer says by the fixed bits of each byte (cautions of the printer reference: automatic status may come
 * at any moment). A group that is interrupted is dropped; XON, XOFF and noise are counted.
 */
export class Framer {
  #group: number[] = [];
  #noise = 0;

  /** Bytes that were no part of any answer. */
  get noise(): number {
    return this.#noise;
  }

  /** True in the middle of an answer of several bytes. */
  get partial(): boolean {
    return this.#group.length > 0;
  }

  /** Forgets half an answer: its rest is not coming any more. */
  dropPartial(): void {
    this.#noise += this.#group.length;
    this.#group = [];
  }

  push(bytes: Uint8Array): readonly Answer[] {
    const answers: Answer[] = [];
    for (const byte of bytes) {
      const answer = this.#next(byte);
      if (answer !== undefined) answers.push(answer);
    }
    return answers;
  }

  #next(byte: number): Answer | undefined {
    const [first] = this.#group;
    if (first === CLEARED[0]) {
      if (byte === CLEARED[this.#group.length]) {
        this.#group.push(byte);
        if (this.#group.length < CLEARED.length) return undefined;
        this.#group = [];
        return { kind: 'cleared' };
      }
      this.dropPartial();
    } else if (first !== undefined) {
      if (isA(AUTOMATIC[1], byte)) {
        this.#group.push(byte);
        const [one, two, three, four] = this.#group;
        if (one === undefined || two === undefined || three === undefined || four === undefined) return undefined;
        this.#group = [];
        return { kind: 'automatic', bytes: [one, two, three, four] };
      }
      this.dropPartial();
    }
    if (isA(REAL_TIME[1], byte)) return { kind: 'realTime', byte };
    if (isA(AUTOMATIC[0], byte) || byte === CLEARED[0]) {
      this.#group = [byte];
      return undefined;
    }
    if (isA(QUEUED, byte)) return { kind: 'queued', byte };
    this.#noise++;
    return undefined;
  }
}
