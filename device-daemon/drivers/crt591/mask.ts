import type { MakeMask } from '../../transports/index.ts';
import { type Command, type CommandName, commands, stateBytes } from './codec.ts';
import { controls, type Dialect, framings } from './framing.ts';

const beside: ReadonlySet<number> = new Set(Object.values(controls));
const stx = 0xf2;
const etx = 0x03;
/** Bytes behind the text, in either dialect. */
const tail = 2;

const nameOf = (cm: number, pm: number): CommandName | undefined =>
  (Object.keys(commands) as CommandName[]).find((name) => commands[name].cm === cm && commands[name].pm === pm);

const allHarmless = (shape: Command['request']): boolean => Object.values(shape).every(({ harmless }) => harmless);

/**
 * Seen are heads, CM, PM, status bytes and error codes, and DATA that the codec declares harmless. What passes between the
 * kiosk and a chip is a length and nothing else; a check over what is hidden is hidden with it.
 */
const maskOf =
  (dialect: Dialect): MakeMask =>
  () => {
    const sent = new Heads('request', dialect);
    const received = new Heads('reply', dialect);
    return { sent: (bytes) => sent.push(bytes), received: (bytes) => received.push(bytes) };
  };
export const masks: Readonly<Record<Dialect, MakeMask>> = { a: maskOf('a'), b: maskOf('b') };

/** Follows a stream byte by byte, since a piece may end anywhere. */
class Heads {
  readonly #side: 'request' | 'reply';
  readonly #dialect: Dialect;
  /** Position in the frame; undefined: beside frames. */
  #at: number | undefined;
  #length = 0;
  #kind = 0;
  #cm = 0;
  #name: CommandName | undefined;
  #hidden = false;

  constructor(side: 'request' | 'reply', dialect: Dialect) {
    this.#side = side;
    this.#dialect = dialect;
  }

  push(bytes: Uint8Array): { readonly shown: readonly boolean[]; readonly names: readonly string[] } {
    const names: string[] = [];
    const head = framings[this.#dialect].headLength;
    const shown = [...bytes].map((byte) => {
      if (this.#at === undefined) {
        if (byte !== stx) return beside.has(byte);
        this.#at = 1;
        this.#hidden = false;
        this.#name = undefined;
        return true;
      }
      const at = this.#at;
      this.#at = at + 1;
      if (at < head) return this.#ofHead(at, byte);
      const end = head + this.#length;
      if (at >= end + tail - 1) this.#at = undefined;
      const visible = at < end ? this.#ofText(at - head, byte) : this.#ofTail(at - end, byte);
      if (at === head + 2 && this.#name !== undefined) names.push(this.#name);
      if (!visible) this.#hidden = true;
      return visible;
    });
    return { shown, names };
  }

  #ofHead(at: number, byte: number): boolean {
    const lengthAt = framings[this.#dialect].headLength - 2;
    const fits = at < lengthAt ? byte <= 0x0f : at === lengthAt ? byte <= 0x03 : true;
    if (at === lengthAt) this.#length = byte << 8;
    if (at === lengthAt + 1) this.#length |= byte;
    // No frame: whatever this is, it stays hidden.
    if (!fits) this.#at = undefined;
    return fits;
  }

  #ofText(at: number, byte: number): boolean {
    if (at === 0) {
      this.#kind = byte;
      return [0x43, 0x50, 0x4e, 0x45].includes(byte);
    }
    if (at === 1) {
      this.#cm = byte;
      return Object.values<Command>(commands).some(({ cm }) => cm === byte);
    }
    if (at === 2) {
      this.#name = nameOf(this.#cm, byte);
      return this.#name !== undefined;
    }
    if (this.#hidden || this.#name === undefined) return false;
    if (this.#kind === 0x43) return this.#side === 'request' && allHarmless(commands[this.#name].request);
    if (this.#kind === 0x50)
      return at < 3 + stateBytes[this.#dialect]
        ? byte >= 0x30 && byte <= 0x3f
        : allHarmless(commands[this.#name].reply);
    return at < 5 && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46));
  }

  #ofTail(at: number, byte: number): boolean {
    if (this.#dialect === 'a' && at === 0) return byte === etx;
    return !this.#hidden;
  }
}
