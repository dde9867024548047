import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildCard } from '#simulators/cards/index.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import { type Rig, rig, until } from '../../drivers/crt591/rig.fixture.ts';
import { cardReaderService } from './index.ts';

// A standard client on a WebSocket, the service, the driver, a pseudo-terminal and the card unit at its other end.

let unit: Rig;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let nextId = 1;

beforeAll(async () => {
  unit = await rig({ driver: { settings: { accepts: true } } });
  await unit.up();
  wire = await startWire({ services: [cardReaderService(unit.reader, { busy: () => visit })] });
});
afterAll(async () => {
  await wire.stop();
  await unit.close();
  expect(wire.faults).toEqual([]);
});
beforeEach(async () => {
  visit = false;
  const { emulator } = unit;
  for (const fault of emulator.faults())
    if (fault.value !== false && fault.value !== 0) emulator.setFault(fault.name, fault.kind === 'switch' ? false : 0);
  emulator.pull();
  emulator.emptyBin();
  await until(() => unit.reader.media() === 'notPresent' && emulator.state().entry);
  client = await wire.connect('/CardReader');
});
afterEach(() => client.socket.close());

const send = (name: string, payload?: object, timeout?: number): number => {
  const id = nextId++;
  client.command(name, id, { version: '2.0', ...(payload && { payload }), ...(timeout && { timeout }) });
  return id;
};
const ask = (name: string, payload?: object): Promise<Message> => client.completion(send(name, payload));
const code = ({ header, payload }: Message): string =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');
const named = (name: string) => (message: Message) => message.header.name === name;
const count = (name: string): number => client.messages.filter(named(name)).length;
const media = async () => ((await ask('Common.Status')).payload as { cardReader: { media: string } }).cardReader.media;
const out = { from: 'transport', to: 'exit' };
const atExit = { from: 'exit', to: 'unitBIN1' };

const give = (card = asT0(buildCard('gen3-active'))) => until(() => unit.emulator.insert(card));
async function inserted(): Promise<void> {
  const id = send('CardReader.ReadRawData', { chip: true });
  await client.find('the prompt', named('CardReader.InsertCardEvent'));
  await give();
  expect(code(await client.completion(id))).toBe('success');
}

test('what it is', async () => {
  const { payload } = await ask('Common.Capabilities');
  expect(payload?.['cardReader']).toEqual({
    type: 'motor',
    chipProtocols: { chipT0: true, chipT1: true },
    chipPower: { cold: true, warm: true, off: true },
    cardTakenSensor: true,
    positions: { exit: true, transport: true },
    powerOnOption: 'exitThenRetain',
    readWriteAccessFromExit: false,
  });
});

describe('a card', () => {
  test('is waited for at the gate, drawn in, read, sent out and taken', async () => {
    await inserted();
    expect(await media()).toBe('present');
    expect(code(await ask('CardReader.Move', out))).toBe('success');
    expect(await media()).toBe('entering');
    expect(count('CardReader.MediaRemovedEvent')).toBe(0);
    unit.emulator.take();
    await client.find('the removal', named('CardReader.MediaRemovedEvent'));
    expect(await media()).toBe('notPresent');
  });

  test('loses the power of its chip before it moves', async () => {
    await inserted();
    expect((await ask('Common.Status')).payload).toMatchObject({ cardReader: { chipPower: 'online' } });
    unit.emulator.heard.length = 0;
    expect(code(await ask('CardReader.Move', { from: 'transport', to: 'exit' }))).toBe('success');
    expect(unit.emulator.heard.filter((each) => each !== '3131')).toEqual(['5131', 'a530', '3230']);
    expect((await ask('Common.Status')).payload).toMatchObject({ cardReader: { chipPower: 'poweredOff' } });
  });

  test('not taken is drawn back in, and read again only after a reset of its chip', async () => {
    await inserted();
    await ask('CardReader.Move', out);
    expect(code(await ask('CardReader.Move', { from: 'exit', to: 'transport' }))).toBe('success');
    expect(await media()).toBe('present');
    const chipIo = { chipProtocol: 'chipT0', chipData: Buffer.from('00b2040004', 'hex').toString('base64') };
    client.command('CardReader.ChipIO', nextId, { version: '3.0', payload: chipIo });
    expect(code(await client.completion(nextId++))).toBe('commandErrorCode atrNotObtained');
    expect(code(await ask('CardReader.ReadRawData', { chip: true }))).toBe('success');
    expect(count('CardReader.InsertCardEvent')).toBe(1);
  });

  test.each(['transport', 'exit'])('is retained from %s, which nobody is told as a removal', async (from) => {
    await inserted();
    if (from === 'exit') await ask('CardReader.Move', out);
    expect(code(await ask('CardReader.Move', { from, to: 'unitBIN1' }))).toBe('success');
    expect(unit.emulator.state().bin).toBe(1);
    expect(await media()).toBe('notPresent');
    expect(count('CardReader.MediaRemovedEvent')).toBe(0);
  });

  test('that waits at the exit is not read: the next one is', async () => {
    await inserted();
    await ask('CardReader.Move', out);
    const next = send('CardReader.ReadRawData', { chip: true });
    unit.emulator.take();
    await client.until(() => count('CardReader.InsertCardEvent') === 2, 'the second prompt');
    await give();
    expect(code(await client.completion(next))).toBe('success');
  });

  test('without a chip comes out again, and the command keeps waiting', async () => {
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await give(buildCard('mute'));
    await client.find('that it is useless', named('CardReader.InvalidMediaEvent'));
    await until(() => unit.emulator.take());
    await client.until(() => count('CardReader.InsertCardEvent') === 2, 'the second prompt');
    await give();
    expect(code(await client.completion(id))).toBe('success');
  });
});

describe('Move', () => {
  test.each([
    [{ from: 'unitDISP1', to: 'exit' }],
    [{ from: 'transport', to: 'unitPARK' }],
    [{ from: 'exit', to: 'exit' }],
  ])('%j is no way of this reader', async (payload) => {
    expect(code(await ask('CardReader.Move', payload))).toBe('invalidData');
  });

  test('with no card where it is to be taken from: no media', async () => {
    for (const payload of [out, atExit])
      expect(code(await ask('CardReader.Move', payload))).toBe('commandErrorCode noMedia');
    await inserted();
    expect(code(await ask('CardReader.Move', atExit))).toBe('commandErrorCode noMedia');
    expect(unit.emulator.state().path).toBe('read');
  });

  test('a card that jams is a jam, and can be tried into the bin', async () => {
    await inserted();
    unit.emulator.setFault('jamEject', 1);
    expect(code(await ask('CardReader.Move', out))).toBe('commandErrorCode mediaJam');
    expect(await media()).toBe('jammed');
    expect(code(await ask('CardReader.Move', out))).toBe('commandErrorCode mediaJam');
    expect(code(await ask('CardReader.Move', { from: 'transport', to: 'unitBIN1' }))).toBe('success');
    expect(unit.emulator.state().bin).toBe(1);
  });

  test('a full bin takes none', async () => {
    await inserted();
    unit.emulator.setFault('binFull', true);
    expect(code(await ask('CardReader.Move', { from: 'transport', to: 'unitBIN1' }))).toBe('commandErrorCode full');
    expect(code(await ask('CardReader.Reset', { to: 'retain' }))).toBe('commandErrorCode retainBinFull');
    expect(unit.emulator.state().path).toBe('read');
  });

  test('not while a visit has the card', async () => {
    await inserted();
    visit = true;
    expect(code(await ask('CardReader.Move', out))).toBe('sequenceError');
    expect(unit.emulator.state().path).toBe('read');
  });
});

describe('Reset', () => {
  test.each([
    [{}, 'transport', 'read'],
    [{ to: 'currentPosition' }, 'transport', 'read'],
    [{ to: 'exit' }, 'exit', 'gate'],
    [{ to: 'retain' }, 'unitBIN1', null],
    [{ to: 'retain', storageId: 'unitBIN1' }, 'unitBIN1', null],
  ])('%j finds the card and says where it is', async (payload, position, path) => {
    await inserted();
    expect(code(await ask('CardReader.Reset', payload))).toBe('success');
    const detected = await client.find('the card', named('CardReader.MediaDetectedEvent'));
    expect(detected.payload).toEqual({ position });
    expect(unit.emulator.state().path).toBe(path);
  });

  test('to a unit that there is not, and with nothing in', async () => {
    expect(code(await ask('CardReader.Reset', { to: 'retain', storageId: 'unitBIN2' }))).toBe('invalidData');
    expect(code(await ask('CardReader.Reset', { to: 'exit' }))).toBe('success');
    expect(count('CardReader.MediaDetectedEvent')).toBe(0);
  });
});
