/** A short command APDU taken apart (ISO/IEC 7816-4), and the answers a card gives. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** 256 for `00`; undefined when the command carries no Le. */
  readonly le: number | undefined;
}

export function parseCommand(apdu: Uint8Array): Command | undefined {
  const bytes = Buffer.from(apdu);
  if (bytes.length < 4) return undefined;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
  const expected = (byte: number): number => (byte === 0 ? 256 : byte);
  if (bytes.length === 4) return { cla, ins, p1, p2, data: Buffer.alloc(0), le: undefined };
  const p3 = bytes.readUInt8(4);
  if (bytes.length === 5) return { cla, ins, p1, p2, data: Buffer.alloc(0), le: expected(p3) };
  const data = bytes.subarray(5, 5 + p3);
  if (data.length < p3 || p3 === 0) return undefined;
  if (bytes.length === 5 + p3) return { cla, ins, p1, p2, data, le: undefined };
  if (bytes.length === 6 + p3) return { cla, ins, p1, p2, data, le: expected(bytes.readUInt8(5 + p3)) };
  return undefined;
}

export const status = (sw: number): Buffer => Buffer.from([sw >> 8, sw & 0xff]);

export const answer = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([...parts, status(0x9000)]);

/** Exact Le or `00` gets the data; any other Le is told the right one (social-security card reference 1.4). */
export function answerExactly(data: Uint8Array, le: number | undefined): Buffer {
  if (le === undefined) return status(0x6700);
  return le === data.length || le === 256 ? answer(data) : status(0x6c00 | (data.length & 0xff));
}

/** BER-TLV with a one- or two-byte tag; values of cards here stay below 256 bytes. */
export function tlv(tag: string, ...values: readonly (Uint8Array | string)[]): Buffer {
  const value = Buffer.concat(values.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)));
  const length = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(length), value]);
}

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** One application on a chip. */
export interface Applet {
  /** The answer to SELECT by this name, or undefined when the name is another's. Selecting drops every security state. */
  select(name: Uint8Array): Buffer | undefined;
  /** Another application was selected, or the card was reset. */
  deselect(): void;
  process(command: Command): Buffer;
}
