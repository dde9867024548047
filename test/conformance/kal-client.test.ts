import { expect, test } from 'vitest';
import { opcodes } from '../wire/frame-socket.ts';
import { readAsKal } from './kal-client.ts';

const status = {
  header: { name: 'Common.Status', type: 'completion', requestId: 2, version: '3.0', completionCode: 'success' },
  payload: { common: { device: 'online' } },
};
const frame = (message: object, more: Partial<Parameters<typeof readAsKal>[0]> = {}) => ({
  opcode: opcodes.text,
  final: true,
  payload: Buffer.from(JSON.stringify(message)),
  ...more,
});

test('a message that the client can read', () => {
  expect(readAsKal(frame(status))).toMatchObject({ kind: 'completion', name: 'Common.Status', succeeded: true });
});

/** A right message of exactly so many bytes. */
const ofBytes = (bytes: number) => {
  const padded = (text: string) => ({
    header: { ...status.header, completionCode: 'internalError', errorDescription: text },
  });
  return frame(padded('x'.repeat(bytes - JSON.stringify(padded('')).length)));
};

test('a message that fills its buffer', () => {
  expect(readAsKal(ofBytes(20_480)).succeeded).toBe(false);
});

test.each([
  ['one byte more than its buffer', ofBytes(20_481), 'a message of 20481 bytes'],
  ['21 KiB', ofBytes(21 * 1024), 'a message of 21504 bytes'],
  ['a binary frame', frame(status, { opcode: opcodes.binary }), 'a frame of opcode 2'],
  ['a good-bye while it waits', frame({}, { opcode: opcodes.close }), 'a frame of opcode 8'],
  ['half a message', frame(status, { final: false }), 'in several frames'],
  ['an enum value that does not exist', frame({ ...status, payload: { common: { device: 'fine' } } }), '/device must'],
  [
    'a name that does not exist',
    frame({ ...status, header: { ...status.header, name: 'Common.Juggle' } }),
    'is in no catalogue',
  ],
  [
    'an unsolicited message that says so',
    frame({ header: { name: 'CardReader.MediaRemovedEvent', type: 'unsolicited', version: '2.0' } }),
    'of type unsolicited',
  ],
])('%s ends its run', (_what, received, fault) => {
  expect(() => readAsKal(received)).toThrow(fault);
});
