import type { MakeMask } from '../../transports/index.ts';
import { type CommandName, commands, pinKeyBytes, statuses } from './codec.ts';
import { delays } from './delays.ts';
import { encodeFrame, Framer, maximumLength } from './framer.ts';

const names = Object.keys(commands) as CommandName[];
const keyNames = new Map<number, string>(Object.entries(pinKeyBytes).map(([name, value]) => [value, name]));
const statusNames = new Map([...statuses].map(([st, { kind }]) => [st, kind]));

const stx = 0x02;
const etx = 0x03;
const charactersPerByte = 2;

/**
 * Seen are of commands CMD and the fields that the codec declares harmless, of answers an ST that is in the table, and the
 * single bytes of b.1 that say nothing of which digit it was. DATA of answers is a PIN block, a check value or the like;
 * account, keys and plain digits are nobody's business either. A BCC over what is hidden is hidden with it.
 */
export const mask: MakeMask = () => {
  let asked: CommandName | undefined;
  let found: string[] = [];
  const heads = new Heads();
  const framer = new Framer(
    {
      frame: (body) => found.push(`${asked ?? 'unasked'}: ${statusNames.get(body[0] ?? -1) ?? 'unknown'}`),
      byte: (value) => found.push(keyNames.get(value) ?? 'key'),
      damaged: () => found.push('damaged'),
    },
    delays.gapMs,
  );
  return {
    sent(bytes) {
      asked = undefined;
      const shown = commandShown(bytes, (name) => {
        asked = name;
      });
      return { shown, names: asked === undefined ? [] : [asked] };
    },
    received(bytes) {
      found = [];
      framer.push(bytes, performance.now());
      return { shown: heads.push(bytes), names: found };
    },
  };
};

/** The driver writes one whole frame at a time; anything else is not its own and stays hidden. */
function commandShown(bytes: Uint8Array, is: (name: CommandName) => void): boolean[] {
  let shown: boolean[] = [];
  const framer = new Framer(
    {
      frame(body) {
        const name = names.find((each) => commands[each].code === body[0]);
        const wire = encodeFrame(body);
        if (name !== undefined && wire.equals(bytes)) {
          is(name);
          shown = shownOf(name, body.length - 1);
        }
        wire.fill(0);
      },
      byte: () => undefined,
      damaged: () => undefined,
    },
    delays.gapMs,
  );
  framer.push(bytes, 0);
  return shown;
}

function shownOf(name: CommandName, dataBytes: number): boolean[] {
  const fields = Object.values(commands[name].request);
  const data: boolean[] = [];
  for (const { sizes, harmless } of fields) {
    const size = sizes.length === 1 ? (sizes[0] ?? 0) : dataBytes - data.length;
    for (let count = 0; count < size; count += 1) data.push(harmless === true);
  }
  // Ln, CMD, DATA, BCC, each as two characters.
  const bytes = [true, true, ...data, data.every(Boolean)];
  return [true, ...bytes.flatMap((byte) => [byte, byte]), true];
}

/** Follows the stream byte by byte, since a piece may end anywhere; a character is seen when its pair proves harmless. */
class Heads {
  /** Characters since 02; undefined: in no frame, or in what is hidden of one. */
  #characters: number | undefined;
  #inFrame = false;
  #length = 0;
  #status = 0;
  #high = 0;

  push(bytes: Uint8Array): boolean[] {
    const shown: boolean[] = [];
    for (const [index, byte] of bytes.entries()) {
      if (byte === stx || byte === etx) {
        shown[index] = true;
        this.#inFrame = byte === stx;
        this.#characters = byte === stx ? 0 : undefined;
      } else if (!this.#inFrame) {
        shown[index] = keyNames.has(byte);
      } else if (this.#characters !== undefined && this.#provesPair(byte)) {
        shown[index] = true;
        if (index > 0) shown[index - 1] = true;
      }
    }
    return shown;
  }

  #provesPair(character: number): boolean {
    const value = Number.parseInt(String.fromCharCode(character), 16);
    this.#characters = (this.#characters ?? 0) + 1;
    if (this.#characters % charactersPerByte === 1) {
      this.#high = value;
      return false;
    }
    const byte = (this.#high << 4) | value;
    const proven = Number.isFinite(this.#high + value) && this.#isHarmless(this.#characters / charactersPerByte, byte);
    if (!proven) this.#characters = undefined;
    return proven;
  }

  #isHarmless(position: number, byte: number): boolean {
    if (position === 1) {
      this.#length = byte;
      return byte >= 1 && byte <= maximumLength;
    }
    if (position === 2) {
      this.#status = byte;
      return statuses.has(byte);
    }
    // The BCC of an answer without DATA.
    return position === 3 && this.#length === 1 && byte === (this.#length ^ this.#status);
  }
}
