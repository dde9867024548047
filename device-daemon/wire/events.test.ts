import { afterEach, describe, expect, test } from 'vitest';
import { openListener, type RunningWire, startWire } from '#test/wire/harness.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { tinyService } from '#test/wire/tiny-service.ts';
import { type ClientConnection, success } from '../services/service.ts';

// Sections 6 and 7 of the standard's wire rules: who hears what, and under which type.

let wire: RunningWire | undefined;
afterEach(async () => {
  await wire?.stop();
  wire = undefined;
});

/** Everything sent to the client before now has arrived when this resolves. */
async function flushed(client: RawClient, requestId = 900): Promise<void> {
  client.command('Common.Status', requestId);
  await client.acknowledge(requestId);
}
const events = (client: RawClient) =>
  client.messages.filter(({ header }) => header.type === 'event' || header.type === 'unsolicited');
const removed = { name: 'CardReader.MediaRemovedEvent', version: '2.0' };

describe('an unsolicited event', () => {
  test('goes to every connection of its service, to no other service and not to the publisher', async () => {
    const service = tinyService();
    wire = await startWire({ services: [service, tinyService({}, { name: 'Second' })] });
    const [one, two, second] = [await wire.connect(), await wire.connect(), await wire.connect('/Second')];
    const publisher = await wire.connect('');
    service.send('CardReader.MediaRemovedEvent');
    service.send('Common.StatusChangedEvent', { cardReader: { media: 'present' } });
    for (const client of [one, two]) {
      await flushed(client);
      expect(events(client)).toEqual([
        { header: { ...removed, type: 'unsolicited' } },
        {
          header: { name: 'Common.StatusChangedEvent', type: 'unsolicited', version: '3.0' },
          payload: { cardReader: { media: 'present' } },
        },
      ]);
    }
    await flushed(second);
    publisher.command('ServicePublisher.GetServices', 1);
    await publisher.completion(1);
    expect([...events(second), ...events(publisher)]).toEqual([]);
  });

  test('is sent as `event` without an id on a listener that wants it so, and only there', async () => {
    const service = tinyService();
    const kal = {
      ...openListener,
      roles: { 'device-client': { auth: 'none', allowMissingOrigin: true, unsolicitedAsEvent: true } },
    } as const;
    wire = await startWire({ services: [service], listeners: [openListener, kal] });
    const usual = await wire.connect();
    const theirs = new RawClient(`ws://127.0.0.1:${wire.ports[1]}/xfs4iot/v1.0/CardReader`);
    await theirs.opened();
    service.send('CardReader.MediaRemovedEvent');
    await flushed(usual);
    await flushed(theirs);
    expect(events(usual)).toEqual([{ header: { ...removed, type: 'unsolicited' } }]);
    expect(events(theirs)).toEqual([{ header: { ...removed, type: 'event' } }]);
    theirs.socket.terminate();
  });

  test('may be for some connections only, and what was missed is not told again', async () => {
    const connections: ClientConnection[] = [];
    const service = tinyService({}, { onConnection: (connection) => connections.push(connection) });
    wire = await startWire({ services: [service] });
    const [one, two] = [await wire.connect(), await wire.connect()];
    service.send('CardReader.MediaRemovedEvent', undefined, (client) => client.id === connections[1]?.id);
    const late = await wire.connect();
    for (const client of [one, two, late]) await flushed(client);
    expect([one, two, late].map((client) => events(client).length)).toEqual([0, 1, 0]);
  });
});

describe('an event of a command', () => {
  test('goes to the connection that sent the command, with its id and before its completion', async () => {
    wire = await startWire({
      services: [
        tinyService({
          'CardReader.ReadRawData': (_payload, { emit }) => {
            emit('CardReader.InsertCardEvent');
            return success();
          },
        }),
      ],
    });
    const [one, two] = [await wire.connect(), await wire.connect()];
    one.command('CardReader.ReadRawData', 5);
    await one.completion(5);
    await flushed(two);
    expect(events(one)).toEqual([
      { header: { name: 'CardReader.InsertCardEvent', type: 'event', requestId: 5, version: '2.0' } },
    ]);
    expect(events(two)).toEqual([]);
  });
});

test('no header says more than its type allows', async () => {
  const service = tinyService();
  wire = await startWire({ services: [service] });
  const client = await wire.connect();
  service.send('CardReader.MediaRemovedEvent');
  client.command('CardReader.Move', 1, { payload: { from: 'exit', to: 'transport' } });
  client.command('CardReader.Move', 2, { payload: {} });
  await client.completion(2);
  const members = client.messages.map(({ header }) => Object.keys(header).sort().join(' '));
  expect(members).toEqual([
    'name type version',
    'name requestId type version',
    'completionCode name requestId type version',
    'name requestId type version',
    'completionCode errorDescription name requestId type version',
  ]);
});
