import type { MakeMask } from '../../transports/index.ts';
import { type CommandName, commands, encodeCommand, statusOf } from './codec.ts';
import { encodeFrame, Framer, maximumBody, preamble } from './framer.ts';

const names = Object.keys(commands) as CommandName[];
const frames = new Map(names.map((name) => [encodeFrame(encodeCommand(commands[name])).toString('hex'), name]));

/**
 * Seen are whole commands of the table (none has DATA), and of answers the preamble, Len and a status word that is in the
 * table. DATA is text, photo or address; the CHK over it is a statement about it, so that only the name tells of it.
 */
export const mask: MakeMask = () => {
  let asked: CommandName | undefined;
  let found: string[] = [];
  const heads = new Heads();
  const framer = new Framer({
    frame: (body) => found.push(`${asked ?? 'unasked'}: ${statusOf(body[2] ?? -1)}`),
    damaged: (why) => found.push(`damaged: ${why}`),
  });
  return {
    sent(bytes) {
      asked = frames.get(Buffer.from(bytes).toString('hex'));
      framer.reset();
      return asked === undefined ? { shown: [], names: [] } : { shown: [...bytes].map(() => true), names: [asked] };
    },
    received(bytes) {
      found = [];
      framer.push(bytes);
      return { shown: heads.push(bytes), names: found };
    },
  };
};

const lenBytes = 2;
const statusBytes = 3;

/**
 * Follows the stream byte by byte, since a piece may end anywhere. What comes in pieces is seen from the byte on that
 * proves what it is: a byte AA alone may be anything.
 */
class Heads {
  /** Bytes of the preamble that have come. */
  #matched = 0;
  /** Bytes since the preamble; undefined: in DATA, in CHK, or in no frame. */
  #at: number | undefined;
  #length = 0;

  push(bytes: Uint8Array): boolean[] {
    const shown: boolean[] = [];
    const show = (end: number, count: number): void => {
      for (let index = Math.max(0, end - count); index < end; index += 1) shown[index] = true;
    };
    for (const [index, byte] of bytes.entries()) {
      this.#match(byte);
      if (this.#matched === preamble.length) {
        show(index + 1, preamble.length);
        this.#matched = 0;
        this.#at = 0;
        this.#length = 0;
      } else if (this.#at !== undefined) {
        this.#at += 1;
        show(index + 1, this.#provenBy(byte));
      }
    }
    return shown;
  }

  #match(byte: number): void {
    if (byte === preamble[this.#matched]) this.#matched += 1;
    else if (byte !== preamble[0]) this.#matched = 0;
    // A fourth AA is the third again; any other AA is a first one.
    else this.#matched = this.#matched === 3 ? 3 : 1;
  }

  /** How many bytes this one proves to be harmless, itself and those before it. */
  #provenBy(byte: number): number {
    const at = this.#at ?? 0;
    if (at <= lenBytes) {
      this.#length = (this.#length << 8) | byte;
      if (at < lenBytes) return 0;
      if (this.#length > statusBytes && this.#length <= maximumBody + 1) return lenBytes;
    } else if (at < lenBytes + statusBytes) {
      return 0;
    } else if (at === lenBytes + statusBytes && statusOf(byte) !== 'unknown') {
      if (this.#length !== statusBytes + 1) this.#at = undefined;
      return statusBytes;
    } else if (at === lenBytes + statusBytes + 1) {
      this.#at = undefined;
      return 1;
    }
    this.#at = undefined;
    return 0;
  }
}
