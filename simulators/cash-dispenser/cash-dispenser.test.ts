import { afterEach, expect, test } from 'vitest';
import { createWireServer } from '#device-daemon/wire/index.ts';
import { publisherPorts } from '#protocol/client/publisher-ports.ts';
import { checkMessage } from '#test/conformance/check.ts';
import { openListener } from '#test/wire/harness.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { tinyService } from '#test/wire/tiny-service.ts';
import { type CashPublisher, startCashPublisher } from './index.ts';

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: Parameters<typeof startCashPublisher>[0] = { ports: [0] }): Promise<CashPublisher> {
  const publisher = await startCashPublisher(options);
  cleanUps.push(() => publisher.close());
  return publisher;
}

/** An open connection whose every message is what the schemas want. */
async function connect(port: number, path = '/CashDispenser', host = '127.0.0.1'): Promise<RawClient> {
  const client = new RawClient(`ws://${host}:${port}/xfs4iot/v1.0${path}`);
  cleanUps.push(() => client.socket.terminate());
  client.socket.on('message', (text) => checkMessage('cash', String(text)));
  expect(await client.opened()).toBe('open');
  return client;
}

test('the list of ports is the standard’s', () => {
  expect(publisherPorts).toEqual([80, 443, 5846, 5847, 5848, 5849, 5850, 5851, 5852, 5853, 5854, 5855, 5856]);
});

test('the first free port is taken; none is one sentence', async () => {
  const { port } = await start();
  const next = await start({ ports: [port, 0] });
  expect(next.port).not.toBe(port);
  await expect(startCashPublisher({ ports: [port, next.port] })).rejects.toThrow('no port for a publisher');
});

test('it lists the services of others by the name by which it was called, and its own', async () => {
  const daemon = createWireServer({
    profile: 'bench',
    vendorName: 'Test',
    listeners: [openListener],
    services: [tinyService()],
  });
  const listening = await daemon.start();
  if (!listening.ok) throw new Error(JSON.stringify(listening.error));
  cleanUps.push(() => daemon.close());
  const theirs = listening.value[0]?.port;
  const others = [`ws://127.0.0.1:${theirs}/xfs4iot/v1.0`, 'ws://127.0.0.1:1/xfs4iot/v1.0'];
  const { port } = await start({ ports: [0], others });
  const client = await connect(port, '/', 'localhost');
  client.command('ServicePublisher.GetServices', 2);
  expect((await client.completion(2)).payload).toEqual({
    vendorName: 'Simulators',
    services: [
      { serviceURI: `ws://localhost:${theirs}/xfs4iot/v1.0/CardReader` },
      { serviceURI: `ws://localhost:${port}/xfs4iot/v1.0/CashDispenser` },
    ],
  });
  client.command('Common.Status', 3);
  expect((await client.completion(3)).header.completionCode).toBe('unsupportedCommand');
});

test('a path that is not there, and a page of the web, are refused', async () => {
  const { port } = await start();
  const refused = [
    new RawClient(`ws://127.0.0.1:${port}/xfs4iot/v1.0/CardReader`),
    new RawClient(`ws://127.0.0.1:${port}/xfs4iot/v1.0`, { origin: 'https://page.example' }),
  ];
  for (const client of refused) expect(await client.opened()).toBe(400);
});

test.each<[string, string, object | string | undefined, string, object | undefined]>([
  ['Common.Status', '2.0', undefined, 'success', { common: { device: 'online' } }],
  ['Common.ClearCommandNonce', '2.0', undefined, 'success', undefined],
  ['CashDispenser.GetPresentStatus', '2.0', { nonce: '123' }, 'success', { presentState: 'unknown' }],
  ['CashDispenser.GetPresentStatus', '2.0', { nonce: 123 }, 'invalidData', undefined],
  ['CashDispenser.Present', '2.0', undefined, 'commandErrorCode', { errorCode: 'noItems' }],
  ['CashDispenser.Present', '2.0', 'a text', 'invalidData', undefined],
  [
    'CashDispenser.Dispense',
    '3.0',
    { denomination: { denomination: { currencies: { EUR: 100 } }, mix: 'mix1' } },
    'commandErrorCode',
    { errorCode: 'notDispensable' },
  ],
  ['CashDispenser.Dispense', '3.0', { denomination: {}, token: 'x' }, 'invalidData', undefined],
  ['CashDispenser.Dispense', '2.0', undefined, 'unsupportedCommand', undefined],
  ['Storage.SetStorage', '2.1', undefined, 'unsupportedCommand', undefined],
])('%s %s %j ends with %s', async (name, version, payload, completionCode, answer) => {
  const client = await connect((await start()).port);
  client.command(name, 2, { version, payload });
  const { header, payload: got } = await client.completion(2);
  expect(header.completionCode).toBe(completionCode);
  expect(got).toEqual(answer);
});

test('a nonce stays until it is cleared', async () => {
  const client = await connect((await start()).port);
  const ask = async (requestId: number): Promise<unknown> => {
    client.command('Common.GetCommandNonce', requestId);
    return (await client.completion(requestId)).payload?.['commandNonce'];
  };
  const first = await ask(2);
  expect(await ask(3)).toBe(first);
  client.command('Common.ClearCommandNonce', 4);
  await client.completion(4);
  expect(await ask(5)).not.toBe(first);
});

test('it tells what it is, and only what it answers', async () => {
  const client = await connect((await start()).port);
  client.command('Common.Capabilities', 2);
  const { payload } = await client.completion(2);
  expect(payload?.['cashDispenser']).toEqual({ type: 'selfServiceBill' });
  const listed = payload?.['interfaces'] as { name: string; commands: Record<string, { versions: string[] }> }[];
  expect(listed.map(({ name }) => name)).toEqual(['Common', 'CashDispenser']);
  expect(listed[1]?.commands['CashDispenser.Dispense']).toEqual({ versions: ['3.0'] });
});

test('what is no command is refused, and the connection lives', async () => {
  const client = await connect((await start()).port);
  client.send('{');
  client.send({ header: { type: 'event' } });
  client.command('Common.Status', 2);
  await client.completion(2);
  expect(client.messages.slice(0, 2).map(({ header }) => header.status)).toEqual(['invalidMessage', 'invalidMessage']);
});
