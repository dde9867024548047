import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { RawClient } from '#test/wire/raw-client.ts';
import { tinyService } from '#test/wire/tiny-service.ts';

// One row per row of the standard's wire rules on bad input (sections 9 and 14). All on a real socket.

let wire: RunningWire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire({
    services: [
      tinyService(
        { 'Auxiliaries.SetAutoStartupTime': () => ({ completionCode: 'success' }) },
        { interfaces: ['CardReader', 'Storage', 'Auxiliaries'] },
      ),
    ],
  });
  client = await wire.connect();
});
afterEach(() => wire.stop());

const header = (more: object) => ({
  header: { name: 'CardReader.Move', type: 'command', requestId: 7, version: '2.0', ...more },
  payload: { from: 'exit', to: 'transport' },
});

const refusals: [string, unknown, object][] = [
  ['no JSON', '{"header":', { type: 'acknowledge', status: 'invalidMessage' }],
  ['empty text', '', { type: 'acknowledge', status: 'invalidMessage' }],
  ['a number', '7', { type: 'acknowledge', status: 'invalidMessage' }],
  ['an array', '[]', { type: 'acknowledge', status: 'invalidMessage' }],
  ['null', 'null', { type: 'acknowledge', status: 'invalidMessage' }],
  ['no header', {}, { type: 'acknowledge', status: 'invalidMessage' }],
  ['a header that is an array', { header: [] }, { type: 'acknowledge', status: 'invalidMessage' }],
  ['a header that is null', { header: null }, { type: 'acknowledge', status: 'invalidMessage' }],
  ['an id that is missing', header({ requestId: undefined }), named({ status: 'invalidMessage' })],
  ['an id that is null', header({ requestId: null }), named({ status: 'invalidMessage' })],
  ['an id of 0', header({ requestId: 0 }), named({ requestId: 0, status: 'invalidRequestID' })],
  ['an id below 0', header({ requestId: -1 }), named({ status: 'invalidRequestID' })],
  ['an id with a fraction', header({ requestId: 1.5 }), named({ status: 'invalidRequestID' })],
  ['an id that is a text', header({ requestId: '7' }), named({ status: 'invalidRequestID' })],
  ['an id that is a boolean', header({ requestId: true }), named({ status: 'invalidRequestID' })],
  ['an id above 2^31-1', header({ requestId: 2 ** 31 }), named({ status: 'invalidRequestID' })],
  ['a type of event', header({ type: 'event' }), named({ requestId: 7, status: 'invalidMessage' })],
  ['a type of completion', header({ type: 'completion' }), named({ requestId: 7, status: 'invalidMessage' })],
  ['no type', header({ type: undefined }), named({ requestId: 7, status: 'invalidMessage' })],
  ['a name without a dot', header({ name: 'Move' }), unnamed({ requestId: 7 })],
  ['a name that is a number', header({ name: 7 }), unnamed({ requestId: 7 })],
  ['a name of 200 characters', header({ name: `A.${'b'.repeat(198)}` }), unnamed({ requestId: 7 })],
  ['a version of 2', header({ version: '2' }), nameOnly({ requestId: 7 })],
  ['a version of 0.1', header({ version: '0.1' }), nameOnly({ requestId: 7 })],
  ['a version that is a number', header({ version: 2 }), nameOnly({ requestId: 7 })],
  ['no version', header({ version: undefined }), nameOnly({ requestId: 7 })],
  ['a time-out below 0', header({ timeout: -1 }), named({ requestId: 7, status: 'invalidMessage' })],
  ['a time-out with a fraction', header({ timeout: 0.5 }), named({ requestId: 7, status: 'invalidMessage' })],
  ['a time-out above 2^31-1', header({ timeout: 2 ** 31 }), named({ requestId: 7, status: 'invalidMessage' })],
  ['a time-out that is a text', header({ timeout: '7' }), named({ requestId: 7, status: 'invalidMessage' })],
];
function named(more: object): object {
  return { name: 'CardReader.Move', type: 'acknowledge', version: '2.0', ...more };
}
function nameOnly(more: object): object {
  return { name: 'CardReader.Move', type: 'acknowledge', status: 'invalidMessage', ...more };
}
function unnamed(more: object): object {
  return { type: 'acknowledge', version: '2.0', status: 'invalidMessage', ...more };
}

describe('an acknowledge with a status, echoing what could be read, and nothing after it', () => {
  test.each(refusals)('%s', async (_what, message, expected) => {
    client.send(message);
    expect((await client.next()).header).toEqual(expected);
    // The socket lives, and no completion was on its way.
    client.command('CardReader.QueryIFMIdentifier', 8);
    expect((await client.next()).header).toMatchObject({ type: 'acknowledge', requestId: 8 });
  });
});

const accepted = { name: 'CardReader.Move', type: 'acknowledge', requestId: 7, version: '2.0' };
const completions: [string, object, object][] = [
  ['a name the catalogue does not know', { name: 'CardReader.Juggle' }, { completionCode: 'unsupportedCommand' }],
  ['another name that exists', { name: 'CardReader.ChipIO' }, { completionCode: 'unsupportedCommand' }],
  ['the name of another service', { name: 'Printer.Reset' }, { completionCode: 'unsupportedCommand' }],
  ["one of the kiosk's own names", { name: 'Visit.Begin' }, { completionCode: 'unsupportedCommand' }],
  ['a name of Object.prototype', { name: 'Common.toString' }, { completionCode: 'unsupportedCommand' }],
  ['a major that is not listed', { version: '1.0' }, { completionCode: 'unsupportedCommand', version: '1.0' }],
  ['another minor', { version: '2.9' }, { completionCode: 'commandErrorCode', version: '2.0' }],
];

describe('acknowledged, then completed', () => {
  test.each(completions)('%s', async (_what, more, expected) => {
    client.send(header(more));
    expect((await client.next()).header).toEqual({ ...accepted, ...more });
    expect((await client.next()).header).toMatchObject({ type: 'completion', requestId: 7, ...expected });
  });

  test.each([
    ['a member of the wrong type', { from: 7, to: 'exit' }, '/payload/from'],
    ['a text that breaks its pattern', { from: 'transport$', to: 'exit' }, '/payload/from'],
    ['a missing member', { from: 'exit' }, '/payload/to'],
    ['a member that is null', { from: 'exit', to: null }, '/payload/to'],
    ['no payload where one is needed', undefined, '/payload/from'],
    ['a payload that is null', null, '/payload/from'],
    ['a payload that is a text', 'x', '/payload'],
    ['a payload that is an array', [], '/payload'],
    ['a payload that is false', false, '/payload'],
  ])('invalidData with the place: %s', async (_what, payload, place) => {
    client.command('CardReader.Move', 7, { payload });
    expect((await client.next()).header).toEqual(accepted);
    const { header: completion, payload: body } = await client.next();
    expect(completion).toMatchObject({ type: 'completion', requestId: 7, completionCode: 'invalidData' });
    expect(completion.errorDescription?.split(' ')[0]).toBe(place);
    expect(body).toBeUndefined();
  });

  test('a payload nested 100,000 deep', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    client.send(
      `{"header":{"name":"CardReader.Move","type":"command","requestId":7,"version":"2.0"},"payload":{"from":"exit","to":"exit","x":${deep}}}`,
    );
    expect((await client.completion(7)).header.completionCode).toBe('invalidData');
  });

  test('unknown members and nulls are ignored', async () => {
    client.command('CardReader.Move', 7, { payload: { from: 'exit', to: 'transport', extra: null, other: 1 } });
    expect((await client.completion(7)).payload).toEqual({ errorCode: 'noMedia' });
  });

  test.each([[undefined], [null], [{}], [{ anything: true }]])(
    'a command without parameters takes payload %j',
    async (payload) => {
      client.command('CardReader.QueryIFMIdentifier', 7, { payload });
      expect((await client.completion(7)).header.completionCode).toBe('success');
    },
  );

  test('an unsupported command with a bad payload is unsupported', async () => {
    client.command('CardReader.ChipPower', 7, { payload: 'x' });
    expect((await client.completion(7)).header).toMatchObject({ completionCode: 'unsupportedCommand', version: '2.0' });
  });

  test('an enum in other letters is invalid, but for the lower-case days of KAL', async () => {
    client.command('Auxiliaries.SetAutoStartupTime', 7, { payload: { mode: 'WEEKLY' } });
    expect((await client.completion(7)).header.completionCode).toBe('invalidData');
    client.command('Auxiliaries.SetAutoStartupTime', 8, {
      payload: { mode: 'weekly', startTime: { dayOfWeek: 'monday', hour: 3, minute: 0 } },
    });
    expect((await client.completion(8)).header.completionCode).toBe('success');
    client.command('Auxiliaries.SetAutoStartupTime', 9, {
      payload: { mode: 'weekly', startTime: { dayOfWeek: 'MONDAY' } },
    });
    expect((await client.completion(9)).header.completionCode).toBe('invalidData');
  });
});

test('an id in use is refused, an id that was completed is free again', async () => {
  client.command('CardReader.ReadRawData', 7, { payload: { track1: true } });
  expect((await client.next()).header).toEqual({ ...accepted, name: 'CardReader.ReadRawData' });
  client.command('CardReader.QueryIFMIdentifier', 7);
  expect((await client.next()).header).toEqual({
    name: 'CardReader.QueryIFMIdentifier',
    type: 'acknowledge',
    requestId: 7,
    version: '2.0',
    status: 'invalidRequestID',
  });
  client.command('Common.Cancel', 8);
  await client.completion(7);
  client.messages.length = 0;
  client.command('CardReader.Move', 7, { payload: { from: 'exit', to: 'transport' } });
  expect((await client.completion(7)).header.name).toBe('CardReader.Move');
});

describe('frames that end the connection', () => {
  test('a binary frame: 1003', async () => {
    client.socket.send(Buffer.from('{}'), { binary: true });
    expect(await client.closed).toBe(1003);
  });

  test('invalid UTF-8: 1007', async () => {
    client.socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary: false });
    expect(await client.closed).toBe(1007);
  });

  test('one byte more than 2 MiB: 1009; exactly 2 MiB is read', async () => {
    const text = (bytes: number) => {
      const start = '{"header":{"name":"CardReader.Juggle","type":"command","requestId":7,"version":"2.0"},"payload":"';
      return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
    };
    client.send(text(2 * 1024 * 1024));
    expect((await client.completion(7)).header.completionCode).toBe('unsupportedCommand');
    client.send(text(2 * 1024 * 1024 + 1));
    expect(await client.closed).toBe(1009);
  });

  test('the server lives on', async () => {
    const broken = await wire.connect();
    broken.socket.send(Buffer.from([0xff]), { binary: false });
    await broken.closed;
    client.command('CardReader.QueryIFMIdentifier', 1);
    expect((await client.completion(1)).header.completionCode).toBe('success');
  });
});
