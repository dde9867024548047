/**
 * How the two dialects put a text on the line (card-dispenser reference 1.2, 1.3, 2.1, 2.2):
 *
 *     A   F2 | ADDR | LEN | text | 03 | BCC = XOR of F2 to 03        ACK 06, NAK 15, EOT 04
 *     B   F2        | LEN | text | CRC, 2 bytes big-endian           ACK 06, NAK 15
 *
 * LEN: 2 bytes, big-endian, of the text only. CRC: CRC-16, polynomial 1021, initial value 0, of F2 to the end of the text.
 */
export type Dialect = 'a' | 'b';

const stx = 0xf2;
const etx = 0x03;
export const controls = { ack: 0x06, nak: 0x15, eot: 0x04 } as const;
export type Control = keyof typeof controls;

/** Largest frame of dialect A: 1024 bytes (1.1). No source names one of B. */
export const maximumFrame = 1024;
/** Head, CM, PM. */
const minimumText = 3;
const maximumAddress = 0x0f;

export interface Framing {
  readonly hasAddress: boolean;
  /** Bytes before the text; the length is the last two of them. */
  readonly headLength: number;
  /** Bytes of a frame that are not text. */
  readonly overhead: number;
  readonly controls: ReadonlyMap<number, Control>;
  /** What of the tail stands in every frame, before what is computed. */
  readonly tail: readonly number[];
  /** Big-endian, over everything before it: one byte in dialect A, two in B. */
  readonly check: { readonly size: 1 | 2; readonly of: (bytes: Uint8Array) => number };
}

export const xorOf = (bytes: Uint8Array): number => bytes.reduce((xor, byte) => xor ^ byte, 0);

/** CRC-16/XMODEM: of "123456789" it is 31C3 (2.1). */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000 ? 0x1021 : 0) ^ (crc << 1)) & 0xffff;
  }
  return crc;
}

const { ack, nak, eot } = controls;

export const framings: Readonly<Record<Dialect, Framing>> = {
  a: {
    hasAddress: true,
    headLength: 4,
    overhead: 6,
    controls: new Map([
      [ack, 'ack'],
      [nak, 'nak'],
      [eot, 'eot'],
    ]),
    tail: [etx],
    check: { size: 1, of: xorOf },
  },
  b: {
    hasAddress: false,
    headLength: 3,
    overhead: 5,
    // The CRT-591-H is called back with 10 04, but no source tells what it answers, nor whether a Sankyo knows it.
    controls: new Map([
      [ack, 'ack'],
      [nak, 'nak'],
    ]),
    tail: [],
    check: { size: 2, of: crcOf },
  },
};

/**
 * The caller zeroes it. Dialect B has no address and takes no notice of one. Throws RangeError when the text or the address
 * does not fit.
 */
export function encodeFrame(address: number, text: Uint8Array, dialect: Dialect = 'a'): Buffer {
  const framing = framings[dialect];
  const { headLength, overhead, tail, check } = framing;
  if (text.length < minimumText || text.length > maximumFrame - overhead)
    throw new RangeError(`text of ${text.length} bytes`);
  if (!Number.isInteger(address) || address < 0 || address > maximumAddress) throw new RangeError(`address ${address}`);
  const frame = Buffer.alloc(text.length + overhead);
  frame[0] = stx;
  if (framing.hasAddress) frame[1] = address;
  frame.writeUInt16BE(text.length, headLength - 2);
  frame.set(text, headLength);
  frame.set(tail, headLength + text.length);
  const checked = frame.length - check.size;
  frame.writeUIntBE(check.of(frame.subarray(0, checked)), checked, check.size);
  return frame;
}

/** Where the next frame may begin; -1: nowhere. */
export const beginOf = (bytes: Buffer, from = 0): number => bytes.indexOf(stx, from);

/** Length of the frame at the front, as far as its head has come. Undefined: not known yet. */
export function lengthOf(
  bytes: Buffer,
  { hasAddress, headLength, overhead }: Framing,
): number | 'impossible' | undefined {
  const [, address = 0] = bytes;
  const lengthAt = headLength - 2;
  const [high, low] = bytes.subarray(lengthAt, headLength);
  const longest = maximumFrame - overhead;
  if (hasAddress && address > maximumAddress) return 'impossible';
  if (high === undefined) return undefined;
  if (high > longest >> 8) return 'impossible';
  if (low === undefined) return undefined;
  const length = (high << 8) | low;
  return length < minimumText || length > longest ? 'impossible' : length + overhead;
}

/** Whether a frame is whole and undamaged. */
export function isIntact(frame: Buffer, { tail, check }: Framing): boolean {
  const checked = frame.length - check.size;
  const fixed = frame.subarray(checked - tail.length, checked);
  return (
    tail.every((byte, index) => fixed[index] === byte) &&
    check.of(frame.subarray(0, checked)) === frame.readUIntBE(checked, check.size)
  );
}
