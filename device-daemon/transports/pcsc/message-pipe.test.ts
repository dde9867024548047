import { Duplex, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { MessagePipe } from './message-pipe.ts';

type Message = { readonly id: number; readonly text?: string; readonly apdu?: Uint8Array };

/** What arrives when the bytes come in pieces of that length. */
async function through(messages: readonly Message[], pieceLength: number): Promise<Message[]> {
  // The sender wipes its copy when it is through.
  const copies: Buffer[] = [];
  const written = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      copies.push(Buffer.from(chunk));
      done();
    },
  });
  const out = new MessagePipe<Message, Message>(written, () => {});
  for (const message of messages) out.send(message);
  const bytes = Buffer.concat(copies);
  const read = new PassThrough();
  const received: Message[] = [];
  new MessagePipe<Message, Message>(read, (message) => received.push(message));
  for (let at = 0; at < bytes.length; at += pieceLength) read.write(Buffer.from(bytes.subarray(at, at + pieceLength)));
  read.end();
  await new Promise((resolve) => read.once('end', resolve));
  return received;
}

const messages: readonly Message[] = [
  { id: 1 },
  { id: 2, apdu: Uint8Array.of(0, 0x20, 0, 0x81, 3, 1, 2, 3) },
  { id: 3, text: '读卡器 "Virtual PCD"' },
  { id: 4, apdu: new Uint8Array() },
  { id: 5, text: 'both', apdu: Uint8Array.from({ length: 65_538 }, (_, index) => index % 251) },
  { id: 6 },
];

test.each([1, 3, 7, 64, 1_000, 1_000_000])(
  'messages arrive whole and in order, in pieces of %i bytes',
  async (length) => {
    expect(await through(messages, length)).toEqual(messages);
  },
);

test('neither side keeps the bytes of a message that is through', async () => {
  const pin = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
  const pieces: Buffer[] = [];
  const received: Message[] = [];
  const stream = new PassThrough();
  const pipe = new MessagePipe<Message, Message>(stream, (message) => received.push(message));
  const write = stream.write.bind(stream);
  stream.write = ((chunk: Buffer, sent: () => void) => {
    pieces.push(chunk);
    return write(chunk, sent);
  }) as typeof stream.write;
  await new Promise<void>((sent) => pipe.send({ id: 1, apdu: pin }, () => sent()));
  await expect.poll(() => received).toEqual([{ id: 1, apdu: pin }]);
  expect(pieces.map((piece) => piece.every((byte) => byte === 0))).toEqual([true]);
});
