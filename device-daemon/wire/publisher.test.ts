import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openListener, type RunningWire, startWire } from '#test/wire/harness.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { tinyKiosk, tinyService } from '#test/wire/tiny-service.ts';

// Section 10 of the standard's wire rules: discovery.

let wire: RunningWire;
let client: RawClient;
beforeEach(async () => {
  const named = { ...openListener, publicHost: 'kiosk.branch.example:5846', allowedHosts: ['127.0.0.1', 'localhost'] };
  wire = await startWire({
    vendorName: 'A bank',
    listeners: [openListener, named],
    services: [tinyService(), tinyKiosk(), tinyService({}, { name: 'Second' })],
  });
  client = await wire.connect('');
});
afterEach(() => wire.stop());

async function uris(asked: RawClient): Promise<readonly string[]> {
  asked.command('ServicePublisher.GetServices', 1);
  const { payload } = await asked.completion(1);
  return ((payload?.['services'] ?? []) as readonly { readonly serviceURI: string }[]).map(
    ({ serviceURI }) => serviceURI,
  );
}

describe('GetServices', () => {
  test("lists the standard services in their order, never the kiosk's own, under the name it was called by", async () => {
    client.command('ServicePublisher.GetServices', 1);
    const host = `127.0.0.1:${wire.port}`;
    expect(await client.next()).toEqual({
      header: { name: 'ServicePublisher.GetServices', type: 'acknowledge', requestId: 1, version: '2.0' },
    });
    expect(await client.next()).toEqual({
      header: {
        name: 'ServicePublisher.GetServices',
        type: 'completion',
        requestId: 1,
        version: '2.0',
        completionCode: 'success',
      },
      payload: {
        vendorName: 'A bank',
        services: [
          { serviceURI: `ws://${host}/xfs4iot/v1.0/CardReader` },
          { serviceURI: `ws://${host}/xfs4iot/v1.0/Second` },
        ],
      },
    });
    const other = new RawClient(`ws://localhost:${wire.port}/xfs4iot/v1.0`);
    await other.opened();
    expect(await uris(other)).toContain(`ws://localhost:${wire.port}/xfs4iot/v1.0/Second`);
    other.socket.terminate();
  });

  test('every URI leads to a service', async () => {
    for (const uri of await uris(client)) {
      const service = new RawClient(uri);
      expect(await service.opened()).toBe('open');
      service.command('Common.Capabilities', 1);
      expect((await service.completion(1)).payload?.['interfaces']).toBeDefined();
      service.socket.terminate();
    }
  });

  test('a listener with a public name tells that one', async () => {
    const named = new RawClient(`ws://127.0.0.1:${wire.ports[1]}/xfs4iot/v1.0/`);
    await named.opened();
    expect(await uris(named)).toEqual([
      'ws://kiosk.branch.example:5846/xfs4iot/v1.0/CardReader',
      'ws://kiosk.branch.example:5846/xfs4iot/v1.0/Second',
    ]);
    named.socket.terminate();
  });

  test.each([[undefined], [null], [{}], [{ anything: [1] }]])('payload %j is none', async (payload) => {
    client.command('ServicePublisher.GetServices', 1, { payload });
    expect((await client.completion(1)).header.completionCode).toBe('success');
  });

  test.each([[[]], ['x'], [7], [false]])('payload %j is invalidData', async (payload) => {
    client.command('ServicePublisher.GetServices', 1, { payload });
    const { header } = await client.completion(1);
    expect(header).toMatchObject({ completionCode: 'invalidData', errorDescription: '/payload must be object' });
  });
});

test.each([
  ['Common.Capabilities', '2.0'],
  ['Common.Status', '2.0'],
  ['Common.Cancel', '2.0'],
  ['CardReader.Move', '2.0'],
  ['ServicePublisher.GetServices', '1.0'],
  ['ServicePublisher.Nothing', '2.0'],
])('%s %s is unsupported here, its version echoed', async (name, version) => {
  client.command(name, 1, { version, payload: 'x' });
  expect((await client.next()).header).toEqual({ name, type: 'acknowledge', requestId: 1, version });
  const header = { name, type: 'completion', requestId: 1, version, completionCode: 'unsupportedCommand' };
  expect(await client.next()).toEqual({ header });
});

test('bad input is answered as a service answers it', async () => {
  client.send('{');
  client.send({ header: { name: 'ServicePublisher.GetServices', type: 'command', requestId: 0, version: '2.0' } });
  client.send({ header: { name: 'ServicePublisher.GetServices', type: 'event', requestId: 3, version: '2.0' } });
  expect((await client.next()).header).toEqual({ type: 'acknowledge', status: 'invalidMessage' });
  expect((await client.next()).header).toMatchObject({ requestId: 0, status: 'invalidRequestID' });
  expect((await client.next()).header).toMatchObject({ requestId: 3, status: 'invalidMessage' });
  expect(await uris(client)).toHaveLength(2);
});
