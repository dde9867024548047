import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A frame as it came: nothing is put together, nothing is hidden. */
export interface Frame {
  readonly opcode: number;
  readonly final: boolean;
  readonly payload: Buffer;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket that is only bytes, for what no well-behaved library sends or shows. */
export class FrameSocket {
  readonly socket: Socket;
  /** Resolves with whether the server let us in. */
  readonly opened: Promise<boolean>;
  readonly closed: Promise<void>;
  onFrame: (frame: Frame) => void = () => {};
  /** The server's answer to the handshake: status line and headers. */
  head = '';
  #buffer = Buffer.alloc(0);
  #open = false;
  #settleOpened: (open: boolean) => void = () => {};

  constructor(url: string, headers: readonly string[] = []) {
    const { hostname, port, host, pathname } = new URL(url);
    this.opened = new Promise((resolve) => {
      this.#settleOpened = resolve;
    });
    // A URL has no port where it is the scheme's own.
    this.socket = connect({ host: hostname, port: Number(port || 80) });
    this.socket.setNoDelay(true);
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    this.socket.on('error', () => {});
    this.socket.on('close', () => this.#settleOpened(false));
    this.socket.on('data', (chunk) => this.#receive(chunk));
    const key = randomBytes(16).toString('base64');
    const own = [`Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const named = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase();
    const lines = [...own.filter((line) => !headers.some((other) => named(other) === named(line))), ...headers];
    this.socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    if (!this.#open) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#buffer.subarray(0, end).toString();
      this.#open = this.head.startsWith('HTTP/1.1 101');
      this.#buffer = this.#buffer.subarray(end + 4);
      this.#settleOpened(this.#open);
    }
    while (this.#open) {
      const frame = this.#next();
      if (frame === undefined) return;
      this.onFrame(frame);
    }
  }

  #next(): Frame | undefined {
    const buffer = this.#buffer;
    if (buffer.length < 2) return undefined;
    const [first, second] = [buffer.readUInt8(0), buffer.readUInt8(1)];
    const short = second & 0x7f;
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (buffer.length < headLength) return undefined;
    const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
    if (buffer.length < headLength + length) return undefined;
    this.#buffer = buffer.subarray(headLength + length);
    return {
      opcode: first & 0x0f,
      final: (first & 0x80) !== 0,
      payload: buffer.subarray(headLength, headLength + length),
    };
  }

  /** A whole text message in one frame. */
  text(text: string): void {
    this.socket.write(frameBytes(Buffer.from(text)));
  }
}

/** A client's frame: masked, as every frame of a client must be. */
export function frameBytes(
  payload: Uint8Array,
  { opcode = opcodes.text as number, final = true, mask = randomBytes(4) as Uint8Array } = {},
): Buffer {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head.writeUInt8((final ? 0x80 : 0) | opcode, 0);
  if (payload.length < 126) head.writeUInt8(0x80 | payload.length, 1);
  else if (payload.length < 65_536) {
    head.writeUInt8(0x80 | 126, 1);
    head.writeUInt16BE(payload.length, 2);
  } else {
    head.writeUInt8(0x80 | 127, 1);
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index++) masked[index] = (masked[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return Buffer.concat([head, mask, masked]);
}
