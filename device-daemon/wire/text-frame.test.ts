import { PassThrough, type Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { textFrames } from './text-frame.ts';

// ws exports it, its types do not know.
const { Receiver } = ws as unknown as { readonly Receiver: new (options: { readonly isServer: boolean }) => Writable };

/** What a WebSocket implementation reads in the bytes. */
async function read(bytes: Buffer): Promise<string[]> {
  const receiver = new Receiver({ isServer: false });
  const texts: string[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => texts.push(isBinary ? 'binary' : data.toString()));
  const source = new PassThrough();
  source.end(bytes);
  source.pipe(receiver);
  await new Promise<void>((resolve, reject) => {
    receiver.on('error', reject);
    receiver.on('finish', resolve);
  });
  return texts;
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('a text of %i bytes', async (length) => {
  const texts = ['x'.repeat(length), '社会保障卡', 'y'.repeat(length)];
  expect(await read(textFrames(texts))).toEqual(texts);
});

test('two short texts, byte by byte', () => {
  expect(textFrames(['ab', '卡']).toString('hex')).toBe('81026162' + '8103e58da1');
});

test('a text with half of a surrogate pair is still UTF-8', async () => {
  expect(await read(textFrames(['\ud800']))).toEqual(['\ufffd']);
});
