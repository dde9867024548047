import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CardSlot } from '#simulators/pcscd/index.ts';
import { asT0, EchoCard, type VirtualReader } from '#simulators/virtual-reader/index.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import { eventually, openSlot, soon, startReader } from '../../drivers/pcsc/rig.fixture.ts';
import { cardReaderService } from './index.ts';

// A standard client on a WebSocket, the service, the driver, the PC/SC library, a private pcscd and a virtual card. Every
// message that the server sends is checked against the standard's catalogue by the harness.

let bench: CardSlot;
let slot: VirtualReader;
let reader: CardReader;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let nextId = 1;

beforeAll(async () => {
  bench = await openSlot();
  slot = bench.reader;
  ({ reader } = startReader(bench));
  wire = await startWire({ services: [cardReaderService(reader, { busy: () => visit })] });
});
afterAll(async () => {
  await wire.stop();
  await reader.stop();
  await bench.stop();
  expect(wire.faults).toEqual([]);
});
beforeEach(async () => {
  visit = false;
  slot.setFault(undefined);
  await slot.remove();
  await bench.pcscd.start();
  await eventually(() => expect(reader.media()).toBe('notPresent'));
  client = await wire.connect('/CardReader');
});
afterEach(() => client.socket.close());

const versions: Readonly<Record<string, string>> = {
  'CardReader.ChipIO': '3.0',
  'CardReader.EMVClessConfigure': '3.0',
};

function send(name: string, payload?: object, timeout?: number, by: RawClient = client): number {
  const id = nextId++;
  by.command(name, id, {
    version: versions[name] ?? '2.0',
    ...(payload === undefined ? {} : { payload }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  return id;
}
const ask = (name: string, payload?: object): Promise<Message> => client.completion(send(name, payload));

const code = ({ header, payload }: Message): string =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');
const named = (name: string) => (message: Message) => message.header.name === name;
const count = (name: string): number => client.messages.filter(named(name)).length;
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const hex = (value: unknown): string => Buffer.from(String(value), 'base64').toString('hex');

/** READ RECORD of `EchoCard`: as many bytes as P1 says. */
const readRecord = { chipProtocol: 'chipT0', chipData: base64('00b2040004') };

async function insert(card = new EchoCard()): Promise<EchoCard> {
  await slot.insert(card);
  await reader.waitForCard(soon);
  return card;
}
const atr = (card: EchoCard): string => Buffer.from(card.atr).toString('base64');

describe('what the reader is', () => {
  test('a dip reader of chip cards: its commands, and no more', async () => {
    const { payload } = await ask('Common.Capabilities');
    expect(payload?.['cardReader']).toEqual({
      type: 'dip',
      chipProtocols: { chipT0: true, chipT1: true },
      chipPower: { cold: true, warm: true, off: true },
      cardTakenSensor: true,
    });
    const interfaces = payload?.['interfaces'] as { name: string; commands: object }[];
    expect(interfaces.map(({ name }) => name)).toEqual(['Common', 'CardReader']);
    expect(Object.keys(interfaces[1]?.commands ?? {}).sort()).toEqual([
      'CardReader.ChipIO',
      'CardReader.ChipPower',
      'CardReader.Move',
      'CardReader.QueryIFMIdentifier',
      'CardReader.ReadRawData',
      'CardReader.Reset',
    ]);
  });

  test.each(['CardReader.WriteRawData', 'CardReader.SetKey', 'CardReader.EMVClessConfigure'])(
    'nothing for %s',
    async (name) => {
      expect(code(await ask(name, {}))).toBe('unsupportedCommand');
    },
  );

  test('its name', async () => {
    expect((await ask('CardReader.QueryIFMIdentifier')).payload).toEqual({
      ifmIdentifiers: { emv: 'Virtual PCD 00 00' },
    });
  });

  test('it moves no card, with one in it or without', async () => {
    for (const _state of ['empty', 'card']) {
      expect(code(await ask('CardReader.Move', { from: 'transport', to: 'exit' }))).toBe('invalidData');
      expect(code(await ask('CardReader.Move', { from: 'transport', to: 'unitBIN1' }))).toBe('invalidData');
      expect(code(await ask('CardReader.Move', {}))).toBe('invalidData');
      await insert();
    }
    expect(reader.media()).toBe('present');
  });

  test('its state, as a card comes, is read and goes', async () => {
    const status = async () => (await ask('Common.Status')).payload;
    expect(await status()).toEqual({
      common: { device: 'online' },
      cardReader: { media: 'notPresent', chipPower: 'noCard' },
    });
    await insert();
    expect(await status()).toMatchObject({ cardReader: { media: 'present', chipPower: 'poweredOff' } });
    await ask('CardReader.ReadRawData', { chip: true });
    expect(await status()).toMatchObject({ cardReader: { media: 'present', chipPower: 'online' } });
    await ask('CardReader.ChipPower', { chipPower: 'off' });
    expect(await status()).toMatchObject({ cardReader: { chipPower: 'poweredOff' } });
    await slot.remove();
    await client.find('the removal', named('CardReader.MediaRemovedEvent'));
    expect(await status()).toMatchObject({ cardReader: { media: 'notPresent', chipPower: 'noCard' } });
    const changes = client.messages.filter(named('Common.StatusChangedEvent')).map(({ payload }) => payload);
    expect(changes).toContainEqual({ cardReader: { media: 'present', chipPower: 'poweredOff' } });
    expect(changes).toContainEqual({ cardReader: { chipPower: 'busy' } });
    expect(changes.at(-1)).toEqual({ cardReader: { media: 'notPresent', chipPower: 'noCard' } });
  });
});

describe('ReadRawData', () => {
  test('a card that is in already is read at once, without prompts', async () => {
    const card = await insert();
    expect((await ask('CardReader.ReadRawData', { chip: true })).payload).toEqual({ chip: [{ data: atr(card) }] });
    expect(count('CardReader.InsertCardEvent') + count('CardReader.MediaInsertedEvent')).toBe(0);
  });

  test('prompts, waits, tells that a card came, reads it', async () => {
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    const card = new EchoCard();
    await slot.insert(card);
    expect(await client.completion(id)).toMatchObject({
      header: { completionCode: 'success' },
      payload: { chip: [{ data: atr(card) }] },
    });
    const own = client.messages.filter(({ header }) => header.requestId === id).map(({ header }) => header.name);
    expect(own).toEqual([
      'CardReader.ReadRawData',
      'CardReader.InsertCardEvent',
      'CardReader.MediaInsertedEvent',
      'CardReader.ReadRawData',
    ]);
  });

  test('stripes and the like are no sources of this reader, and the chip is read all the same', async () => {
    const card = await insert();
    const without = { status: 'dataSourceNotSupported' };
    const wanted = ['track1', 'track2', 'track3', 'security', 'watermark', 'memoryChip', 'track1Front', 'ddi'];
    const { payload } = await ask('CardReader.ReadRawData', {
      chip: true,
      ...Object.fromEntries(wanted.map((source) => [source, true])),
      track1JIS: false,
    });
    expect(payload).toEqual({
      chip: [{ data: atr(card) }],
      ...Object.fromEntries(wanted.map((source) => [source, without])),
    });
    expect((await ask('CardReader.ReadRawData', { track2: true })).payload).toEqual({ track2: without });
  });

  test('pictures have no room for that truth: refused', async () => {
    expect(code(await ask('CardReader.ReadRawData', { chip: true, frontImage: true }))).toBe('invalidData');
    expect(count('CardReader.InsertCardEvent')).toBe(0);
  });

  test('nothing wanted: a card is accepted, its chip left alone', async () => {
    const card = new EchoCard();
    const id = send('CardReader.ReadRawData', {});
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await slot.insert(card);
    const completion = await client.completion(id);
    expect(completion.header.completionCode).toBe('success');
    expect(completion).not.toHaveProperty('payload');
    expect(reader.protocol?.()).toBeUndefined();
  });

  test('the wrong way round: says so, waits until it is out, reads the next', async () => {
    slot.setFault({ kind: 'mute' });
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await slot.insert(new EchoCard());
    await client.find('that it is useless', named('CardReader.InvalidMediaEvent'));
    slot.setFault(undefined);
    await slot.remove();
    await client.until(() => count('CardReader.InsertCardEvent') === 2, 'the second prompt');
    const card = new EchoCard();
    await slot.insert(card);
    expect((await client.completion(id)).payload).toEqual({ chip: [{ data: atr(card) }] });
  });

  test('nobody comes: time-out, and the next command has its turn', async () => {
    expect(code(await client.completion(send('CardReader.ReadRawData', { chip: true }, 300)))).toBe('timeOut');
    await insert();
    expect(code(await ask('CardReader.ReadRawData', { chip: true }))).toBe('success');
  });

  test('cancelled while it waits', async () => {
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    expect(code(await ask('Common.Cancel', { requestIds: [id] }))).toBe('success');
    expect(code(await client.completion(id))).toBe('canceled');
    await insert();
    expect(code(await ask('CardReader.ReadRawData', { chip: true }))).toBe('success');
  });

  test('a client that leaves is waited for no longer', async () => {
    const other = await wire.connect('/CardReader');
    send('CardReader.ReadRawData', { chip: true }, undefined, other);
    await other.find('the prompt', named('CardReader.InsertCardEvent'));
    const id = send('CardReader.ReadRawData', { chip: true });
    other.socket.close();
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await slot.insert(new EchoCard());
    expect(code(await client.completion(id))).toBe('success');
  });

  test('one after the other', async () => {
    const first = send('CardReader.ReadRawData', { chip: true });
    const second = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await slot.insert(new EchoCard());
    await client.completion(second);
    const completions = client.messages.filter(({ header }) => header.type === 'completion');
    expect(completions.map(({ header }) => header.requestId)).toEqual([first, second]);
  });
});

describe('ChipPower', () => {
  test('cold, warm and off, as the chip feels them', async () => {
    const card = await insert();
    // pcscd has powered it at insertion: the first cold reset may be that one.
    expect((await ask('CardReader.ChipPower', { chipPower: 'cold' })).payload).toEqual({ chipData: atr(card) });
    for (const chipPower of ['warm', 'cold']) {
      const before = card.resets;
      expect((await ask('CardReader.ChipPower', { chipPower })).payload).toEqual({ chipData: atr(card) });
      await eventually(() => expect(card.resets).toBeGreaterThan(before));
    }
    const before = card.resets;
    const off = await ask('CardReader.ChipPower', { chipPower: 'off' });
    expect(off.header.completionCode).toBe('success');
    expect(off).not.toHaveProperty('payload');
    await eventually(() => expect(card.resets).toBeGreaterThan(before));
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode atrNotObtained');
  });

  test.each(['cold', 'warm', 'off'])('%s without a card', async (chipPower) => {
    expect(code(await ask('CardReader.ChipPower', { chipPower }))).toBe('commandErrorCode noMedia');
  });

  test('a mute chip', async () => {
    slot.setFault({ kind: 'mute' });
    await insert();
    expect(code(await ask('CardReader.ChipPower', { chipPower: 'cold' }))).toBe('commandErrorCode atrNotObtained');
    expect((await ask('Common.Status')).payload).toMatchObject({ cardReader: { chipPower: 'hardwareError' } });
  });

  test.each([[{}], [{ chipPower: 'hot' }]])('%j says nothing', async (payload) => {
    expect(code(await ask('CardReader.ChipPower', payload))).toBe('invalidData');
  });
});

describe('ChipIO', () => {
  test('one command, its whole response: over T=0 the pieces are the reader’s business', async () => {
    const card = new EchoCard();
    await slot.insert(asT0(card));
    await reader.waitForCard(soon);
    await ask('CardReader.ReadRawData', { chip: true });
    const { payload } = await ask('CardReader.ChipIO', {
      chipProtocol: 'chipT0',
      chipData: base64('80ae8000040102030400'),
    });
    expect(payload?.['chipProtocol']).toBe('chipT0');
    expect(hex(payload?.['chipData'])).toBe('010203049000');
    expect(card.seen).toHaveLength(1);
  });

  test('a chip that agreed on T=1 is spoken to in T=1', async () => {
    await insert(new EchoCard(Buffer.from('3b800181', 'hex')));
    await ask('CardReader.ReadRawData', { chip: true });
    expect(reader.protocol?.()).toBe('t1');
    const t1 = { ...readRecord, chipProtocol: 'chipT1' };
    expect(hex((await ask('CardReader.ChipIO', t1)).payload?.['chipData'])).toBe('5a5a5a5a9000');
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode protocolNotSupported');
  });

  test.each(['chipProtocolNotRequired', 'chipTypeNFC', 'chipT1'])(
    '%s is no protocol of a T=0 chip',
    async (chipProtocol) => {
      const card = await insert();
      await ask('CardReader.ReadRawData', { chip: true });
      expect(code(await ask('CardReader.ChipIO', { ...readRecord, chipProtocol }))).toBe(
        'commandErrorCode protocolNotSupported',
      );
      expect(card.seen).toEqual([]);
    },
  );

  test('not before the chip was reset, nor with the next card', async () => {
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode noMedia');
    const first = await insert();
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode atrNotObtained');
    expect(first.seen).toEqual([]);
    await ask('CardReader.ChipPower', { chipPower: 'cold' });
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('success');
    await slot.remove();
    await client.find('the removal', named('CardReader.MediaRemovedEvent'));
    const second = await insert();
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode atrNotObtained');
    expect(second.seen).toEqual([]);
  });

  test.each([
    [{ chipProtocol: 'chipT0' }],
    [{ chipProtocol: 'chipT0', chipData: base64('00b204') }],
    [{ chipData: base64('00b2040004') }],
    [{ chipProtocol: 'chipT0', chipData: 'no base64!' }],
  ])('%j is no command', async (payload) => {
    const card = await insert();
    await ask('CardReader.ReadRawData', { chip: true });
    expect(code(await ask('CardReader.ChipIO', payload))).toBe('invalidData');
    expect(card.seen).toEqual([]);
  });

  test('pulled in the middle: no media, and everybody hears that it is gone', async () => {
    await insert();
    const other = await wire.connect('/CardReader');
    await ask('CardReader.ReadRawData', { chip: true });
    slot.setFault({ kind: 'pull', atApdu: 1 });
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode noMedia');
    await client.find('the removal', named('CardReader.MediaRemovedEvent'));
    await other.find('the removal', named('CardReader.MediaRemovedEvent'));
    expect(count('CardReader.MediaRemovedEvent')).toBe(1);
  });

  test('a chip that talks nonsense', async () => {
    await insert();
    await ask('CardReader.ReadRawData', { chip: true });
    slot.setFault({ kind: 'garbage' });
    expect(code(await ask('CardReader.ChipIO', readRecord))).toBe('commandErrorCode invalidData');
  });

  test('a chip that falls silent: the client’s time-out, and a reader that comes back', async () => {
    await insert();
    await ask('CardReader.ReadRawData', { chip: true });
    slot.setFault({ kind: 'silent' });
    expect(code(await client.completion(send('CardReader.ChipIO', readRecord, 300)))).toBe('timeOut');
  });
});

describe('Reset', () => {
  test.each([{}, { to: 'auto' }, { to: 'currentPosition' }, { to: 'exit' }])(
    '%j on an empty reader',
    async (payload) => {
      expect(code(await ask('CardReader.Reset', payload))).toBe('success');
      expect(count('CardReader.MediaDetectedEvent')).toBe(0);
    },
  );

  test.each([{}, { to: 'auto' }, { to: 'currentPosition' }])(
    '%j finds the card and switches it off',
    async (payload) => {
      await insert();
      await ask('CardReader.ReadRawData', { chip: true });
      expect(code(await ask('CardReader.Reset', payload))).toBe('success');
      const detected = await client.find('the card', named('CardReader.MediaDetectedEvent'));
      expect(detected.payload).toEqual({ position: 'transport' });
      expect((await ask('Common.Status')).payload).toMatchObject({
        cardReader: { media: 'present', chipPower: 'poweredOff' },
      });
    },
  );

  test.each([{ to: 'exit' }, { to: 'retain' }, { to: 'retain', storageId: 'unitBIN1' }])(
    '%j would move a card: refused',
    async (payload) => {
      await insert();
      expect(code(await ask('CardReader.Reset', payload))).toBe('invalidData');
    },
  );
});

describe('a visit', () => {
  test('has the reader for itself', async () => {
    const card = await insert();
    visit = true;
    for (const [name, payload] of [
      ['CardReader.ReadRawData', { chip: true }],
      ['CardReader.ChipPower', { chipPower: 'cold' }],
      ['CardReader.ChipIO', readRecord],
      ['CardReader.Reset', {}],
      ['CardReader.Move', { from: 'transport', to: 'exit' }],
    ] as const) {
      expect([name, code(await ask(name, payload))]).toEqual([name, 'sequenceError']);
    }
    expect(card.seen).toEqual([]);
    expect(reader.protocol?.()).toBeUndefined();
    expect(code(await ask('CardReader.QueryIFMIdentifier'))).toBe('success');
    expect((await ask('Common.Status')).payload).toMatchObject({ cardReader: { media: 'present' } });
  });

  test('a client that waited for a card does not get the visitor’s', async () => {
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    visit = true;
    await insert();
    const completion = await client.completion(id);
    expect(code(completion)).toBe('sequenceError');
    expect(completion).not.toHaveProperty('payload');
    expect(reader.protocol?.()).toBeUndefined();
  });
});

describe('the reader itself', () => {
  test('goes away and comes back', async () => {
    await insert();
    await bench.pcscd.kill();
    await client.find('noDevice', ({ payload }) => JSON.stringify(payload ?? {}).includes('"noDevice"'));
    expect((await ask('Common.Status')).payload).toEqual({
      common: { device: 'noDevice' },
      cardReader: { media: 'unknown', chipPower: 'noDevice' },
    });
    expect(code(await ask('CardReader.ChipPower', { chipPower: 'cold' }))).toBe('deviceNotReady');
    expect(code(await ask('CardReader.Reset', {}))).toBe('deviceNotReady');
    expect(await ask('CardReader.QueryIFMIdentifier')).not.toHaveProperty('payload');
    expect(count('CardReader.MediaRemovedEvent')).toBe(0);
    await bench.pcscd.start();
    await eventually(() => expect(reader.media()).toBe('present'));
    expect(code(await ask('CardReader.ReadRawData', { chip: true }))).toBe('success');
  });

  test('a wait for a card ends when it stays away', async () => {
    const id = send('CardReader.ReadRawData', { chip: true });
    await client.find('the prompt', named('CardReader.InsertCardEvent'));
    await bench.pcscd.kill();
    await eventually(() =>
      client.messages.some(({ header }) => header.requestId === id && header.type === 'completion'),
    );
    expect(code(await client.completion(id))).toBe('deviceNotReady');
  });

  test('in another program’s hands', async () => {
    const other = startReader(bench);
    await insert();
    await other.reader.waitForCard(soon);
    expect((await other.reader.powerOn('cold', soon)).ok).toBe(true);
    expect(code(await ask('CardReader.ReadRawData', { chip: true }))).toBe('deviceNotReady');
    expect(code(await ask('CardReader.ChipPower', { chipPower: 'cold' }))).toBe('deviceNotReady');
    await other.reader.stop();
  });
});
