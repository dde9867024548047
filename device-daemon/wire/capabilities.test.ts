import { afterEach, describe, expect, test } from 'vitest';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import { tinyService } from '#test/wire/tiny-service.ts';
import type { ServiceDefinition } from '../services/service.ts';
import { success } from '../services/service.ts';
import { createWireServer } from './server.ts';

// Sections 8 and 12 of the standard's wire rules: what a service says of itself, and choosing versions.

let wire: RunningWire | undefined;
afterEach(async () => {
  await wire?.stop();
  wire = undefined;
});

async function serve(...parameters: Parameters<typeof tinyService>) {
  wire = await startWire({ services: [tinyService(...parameters)] });
  return wire.connect();
}

describe('Common.Capabilities', () => {
  test('lists every interface with its commands, events, their versions and the bound of the queue', async () => {
    const client = await serve({}, { maximumRequests: 7 });
    client.command('Common.Capabilities', 1);
    const { header, payload } = await client.completion(1);
    expect(header).toMatchObject({ version: '3.0', completionCode: 'success' });
    const of = (version: string) => ({ versions: [version] });
    expect(payload).toEqual({
      interfaces: [
        {
          name: 'Common',
          commands: {
            'Common.Cancel': of('2.0'),
            'Common.Capabilities': of('2.0'),
            'Common.SetVersions': of('2.0'),
            'Common.Status': of('2.0'),
          },
          events: { 'Common.StatusChangedEvent': of('3.0') },
          maximumRequests: 7,
        },
        {
          name: 'CardReader',
          commands: {
            'CardReader.Move': of('2.0'),
            'CardReader.QueryIFMIdentifier': of('2.0'),
            'CardReader.ReadRawData': of('2.0'),
            'CardReader.Reset': of('2.0'),
          },
          events: {
            'CardReader.InsertCardEvent': of('2.0'),
            'CardReader.MediaInsertedEvent': of('2.0'),
            'CardReader.MediaRemovedEvent': of('2.0'),
          },
          maximumRequests: 7,
        },
        { name: 'Storage', commands: { 'Storage.GetStorage': of('2.0') }, maximumRequests: 7 },
      ],
      common: { serviceVersion: '2.0' },
      cardReader: { type: 'motor' },
    });
  });

  test('every command of the standard that is not listed is unsupported, in whatever version', async () => {
    const client = await serve();
    const listed = [
      ...['Common.Cancel', 'Common.Capabilities', 'Common.SetVersions', 'Common.Status', 'Storage.GetStorage'],
      ...['CardReader.Move', 'CardReader.QueryIFMIdentifier', 'CardReader.ReadRawData', 'CardReader.Reset'],
    ];
    const others = xfs4iotMessages.filter(({ kind, name }) => kind === 'command' && !listed.includes(name));
    expect(others.length).toBeGreaterThan(50);
    others.forEach(({ name, version }, index) => {
      client.command(name, index + 1, { version });
    });
    for (const [index] of others.entries()) {
      expect((await client.completion(index + 1)).header.completionCode).toBe('unsupportedCommand');
    }
  });
});

test('Common.Status: the device, and one object for each interface that has one', async () => {
  const client = await serve(
    {},
    { status: () => ({ device: 'offline', common: { exchange: 'inactive' }, members: {} }) },
  );
  client.command('Common.Status', 1);
  expect(await client.completion(1)).toEqual({
    header: { name: 'Common.Status', type: 'completion', requestId: 1, version: '3.0', completionCode: 'success' },
    payload: { common: { device: 'offline', exchange: 'inactive' } },
  });
});

describe('Common.SetVersions', () => {
  test.each<[string, unknown, string]>([
    ['a command', { commands: { 'CardReader.Move': 2 } }, 'success'],
    ['an event', { events: { 'Common.StatusChangedEvent': 3 } }, 'success'],
    ['both', { commands: { 'Common.Status': 2 }, events: { 'CardReader.InsertCardEvent': 2 } }, 'success'],
    ['a null map beside the other', { commands: { 'Common.Status': 2 }, events: null }, 'success'],
    ['a major that is not offered', { commands: { 'CardReader.Move': 1 } }, 'unsupportedData'],
    ['a command that is not offered', { commands: { 'CardReader.ChipIO': 3 } }, 'unsupportedData'],
    ['an event among the commands', { commands: { 'CardReader.InsertCardEvent': 2 } }, 'unsupportedData'],
    ['a name that nobody has', { events: { nobody: 1 } }, 'unsupportedData'],
    ['no payload', undefined, 'invalidData'],
    ['no map', {}, 'invalidData'],
    ['an empty map', { commands: {} }, 'invalidData'],
    ['an empty map beside a full one', { commands: { 'CardReader.Move': 2 }, events: {} }, 'invalidData'],
    ['major 0', { commands: { 'CardReader.Move': 0 } }, 'invalidData'],
    ['a major below 0', { events: { 'CardReader.InsertCardEvent': -2 } }, 'invalidData'],
    ['a version in place of a major', { commands: { 'CardReader.Move': '2.0' } }, 'invalidData'],
    ['a fraction', { commands: { 'CardReader.Move': 2.5 } }, 'invalidData'],
    ['a list', { commands: ['CardReader.Move'] }, 'invalidData'],
  ])('%s', async (_what, payload, code) => {
    const client = await serve();
    client.command('Common.SetVersions', 1, { payload });
    const { header } = await client.completion(1);
    expect(header.completionCode).toBe(code);
    if (code === 'invalidData') expect(header.errorDescription).toMatch(/^\/payload/);
  });
});

describe('a definition that is wrong does not start, and says what is wrong', () => {
  test.each<[string, Partial<ServiceDefinition>, string]>([
    [
      'a command that does not exist',
      { handlers: { 'CardReader.Juggle': () => success() } },
      'command CardReader.Juggle',
    ],
    ['a command of another interface', { handlers: { 'Printer.Reset': () => success() } }, 'belongs to no interface'],
    ["a command of the server's", { handlers: { 'Common.Status': () => success() } }, 'answered by the server'],
    ['an event that does not exist', { events: ['CardReader.JuggledEvent'] }, 'event CardReader.JuggledEvent'],
    ['an immediate without handler', { immediate: new Set(['CardReader.Reset']), handlers: {} }, 'no handler'],
    ['a queue of none', { maximumRequests: 0 }, 'maximumRequests is 0'],
  ])('%s', async (_what, more, line) => {
    const service = { ...tinyService(), ...more };
    const server = createWireServer({
      profile: 'bench',
      vendorName: 'Test',
      listeners: [{ address: '127.0.0.1', port: 0, roles: {} }],
      services: [service],
    });
    const started = await server.start();
    expect(started).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(JSON.stringify(started)).toContain(line);
    await server.close();
  });
});
