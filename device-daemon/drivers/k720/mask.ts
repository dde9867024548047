import type { MakeMask } from '../../transports/index.ts';
import { type CommandName, commands } from './codec.ts';
import { controls } from './framer.ts';

const beside: ReadonlySet<number> = new Set(Object.values(controls));
const stx = 0x02;
const etx = 0x03;
/** Bytes before the text. */
const head = 5;

const names = Object.keys(commands) as CommandName[];
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isStatus = (byte: number): boolean => byte >= 0x30 && byte <= 0x3f;
const versionHead = 'TTCE_';
const printable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;

/**
 * Seen are control bytes, heads, the commands of the codec, status characters and the version. Of any other text (the
 * contactless sub-commands, or another device's) a length and nothing else; a BCC over what is hidden is hidden with it.
 */
export const mask: MakeMask = () => {
  const sent = new Texts(names.map((name) => commands[name].text));
  const received = new Texts(['SF', versionHead]);
  return { sent: (bytes) => sent.push(bytes), received: (bytes) => received.push(bytes) };
};

/** Follows a stream byte by byte, since a piece may end anywhere. */
class Texts {
  readonly #known: readonly string[];
  /** Position in the frame; undefined: beside frames. */
  #at: number | undefined;
  /** Digits that may still follow a control byte. */
  #digits = 0;
  #length = 0;
  #text = '';
  #hidden = false;

  constructor(known: readonly string[]) {
    this.#known = known;
  }

  push(bytes: Uint8Array): { readonly shown: readonly boolean[]; readonly names: readonly string[] } {
    const told: string[] = [];
    const shown = [...bytes].map((byte) => {
      if (this.#at === undefined) return this.#besides(byte);
      const at = this.#at;
      this.#at = at + 1;
      if (at < head) return this.#ofHead(at, byte);
      const end = head + this.#length;
      if (at > end) this.#at = undefined;
      if (at >= end) return at === end ? byte === etx : !this.#hidden;
      this.#text += String.fromCharCode(byte);
      if (!this.#fits(byte)) this.#hidden = true;
      const name =
        at === end - 1 && !this.#hidden ? names.find((each) => commands[each].text === this.#text) : undefined;
      if (name !== undefined) told.push(name);
      return !this.#hidden;
    });
    return { shown, names: told };
  }

  #besides(byte: number): boolean {
    if (byte === stx) {
      this.#at = 1;
      this.#text = '';
      this.#hidden = false;
      this.#digits = 0;
      return true;
    }
    if (beside.has(byte)) {
      this.#digits = 2;
      return true;
    }
    this.#digits -= 1;
    return this.#digits >= 0 && isDigit(byte);
  }

  #ofHead(at: number, byte: number): boolean {
    const fits = at <= 2 ? isDigit(byte) : at === 3 ? byte <= 0x02 : true;
    if (at === 3) this.#length = byte << 8;
    if (at === 4) this.#length |= byte;
    // No frame: whatever this is, it stays hidden.
    if (!fits) this.#at = undefined;
    return fits;
  }

  #fits(byte: number): boolean {
    const text = this.#text;
    if (this.#known.some((known) => known.startsWith(text))) return true;
    if (this.#known.includes('SF') && text.startsWith('SF')) return text.length <= 6 && isStatus(byte);
    return this.#known.includes(versionHead) && text.startsWith(versionHead) && printable(byte);
  }
}
