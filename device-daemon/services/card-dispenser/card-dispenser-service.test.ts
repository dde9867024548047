import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import { type Rig, rig, until } from '../../drivers/crt591/rig.fixture.ts';
import { CardStock, Journal, MachineKeys } from '../../journal/index.ts';
import { cardDispenserService } from './index.ts';

// A standard client on a WebSocket, the service, the ledger in a real journal, the driver, a pseudo-terminal and the card
// unit at its other end. What the ledger says is compared with the cards themselves.

const units = [
  { id: 'unitDISP1', kind: 'dispense', capacity: 100 },
  { id: 'unitBIN1', kind: 'retain', capacity: 10 },
] as const;

let folder: string;
let journal: Journal;
let stock: CardStock;
let unit: Rig;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let bench = true;
let nextId = 1;

const openJournal = (): Journal => {
  const keyFolder = join(folder, 'keys');
  return Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stock-'));
  journal = openJournal();
  stock = new CardStock(journal, units);
  unit = await rig({ cards: 40 });
  await unit.up();
  const options = { stock, journal, busy: () => visit, tests: () => bench };
  wire = await startWire({ services: [cardDispenserService(unit.dispenser, options)] });
});
afterAll(async () => {
  await wire.stop();
  await unit.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
  expect(wire.faults).toEqual([]);
});
beforeEach(async () => {
  visit = false;
  bench = true;
  const { emulator } = unit;
  for (const fault of emulator.faults())
    if (fault.value !== false && fault.value !== 0) emulator.setFault(fault.name, fault.kind === 'switch' ? false : 0);
  emulator.pull();
  emulator.emptyBin();
  await unit.dispenser.init('leave', { timeoutMs: 20_000 });
  await until(() => unit.dispenser.state().path === 'empty');
  stock.load('unitDISP1', hopper());
  stock.load('unitBIN1', 0);
  client = await wire.connect('/CardDispenser');
});
afterEach(() => client.socket.close());

const hopper = (): number => unit.emulator.mechanics.at('hopper').length;
const bin = (): number => unit.emulator.mechanics.at('bin').length;

const version = (name: string): string => (name === 'Storage.SetStorage' ? '2.1' : '2.0');
const send = (name: string, payload?: object, by = client): number => {
  const id = nextId++;
  by.command(name, id, { version: version(name), ...(payload && { payload }) });
  return id;
};
const ask = (name: string, payload?: object, by = client): Promise<Message> => by.completion(send(name, payload, by));
const move = async (from: string, to: string): Promise<string> => code(await ask('CardReader.Move', { from, to }));
const code = ({ header, payload }: Message): string =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');
const named = (name: string) => (message: Message) => message.header.name === name;
const told = (name: string) => client.messages.filter(named(name)).map(({ payload }) => payload);

async function cards(id: string): Promise<Record<string, unknown>> {
  const { payload } = await ask('Storage.GetStorage');
  const all = payload?.['storage'] as Record<string, { card: { status: Record<string, unknown> } }>;
  return all[id]?.card.status ?? {};
}
const media = async () => ((await ask('Common.Status')).payload as { cardReader: { media: string } }).cardReader.media;

test('what it is: a reader that moves cards, with a hopper and a bin', async () => {
  const { payload } = await ask('Common.Capabilities');
  const interfaces = payload?.['interfaces'] as { name: string }[];
  expect(interfaces.map(({ name }) => name)).toEqual(['Common', 'CardReader', 'Storage']);
  const whole = (await ask('Storage.GetStorage')).payload?.['storage'];
  expect(whole).toMatchObject({
    unitDISP1: {
      id: 'DISP1',
      capacity: 100,
      status: 'ok',
      card: { capabilities: { type: 'dispense', hardwareSensors: true }, configuration: { threshold: 0 } },
    },
    unitBIN1: { id: 'BIN1', capacity: 10, card: { capabilities: { type: 'retain' }, status: { count: 0 } } },
  });
});

describe('a card', () => {
  test('to the contacts, to the gate, to a person: counted when it reaches the gate, once', async () => {
    const before = hopper();
    expect(await move('unitDISP1', 'transport')).toBe('success');
    expect(await cards('unitDISP1')).toMatchObject({ count: before, retainCount: 0 });
    expect(await media()).toBe('present');
    expect(await move('transport', 'exit')).toBe('success');
    expect(await media()).toBe('entering');
    expect(await cards('unitDISP1')).toMatchObject({ initialCount: before, count: before - 1 });
    expect(told('Storage.StorageChangedEvent')).toHaveLength(1);
    expect(await move('transport', 'exit')).toBe('commandErrorCode noMedia');
    unit.emulator.take();
    await client.find('that it was taken', named('CardReader.MediaRemovedEvent'));
    expect(await media()).toBe('notPresent');
    expect(await cards('unitDISP1')).toMatchObject({ count: hopper() });
  });

  test('in one step; not taken, into the bin: counted there, and as retained', async () => {
    expect(await move('unitDISP1', 'exit')).toBe('success');
    expect(await move('exit', 'unitBIN1')).toBe('success');
    expect(await cards('unitDISP1')).toMatchObject({ count: hopper(), retainCount: 1 });
    expect(await cards('unitBIN1')).toMatchObject({ count: 1 });
    expect(bin()).toBe(1);
    expect(told('CardReader.MediaRemovedEvent')).toEqual([]);
  });

  test('from the contacts straight into the bin: counted as gone and as retained in one', async () => {
    await move('unitDISP1', 'transport');
    expect(code(await ask('CardReader.Reset', { to: 'retain' }))).toBe('success');
    expect(told('CardReader.MediaDetectedEvent')).toEqual([{ position: 'unitBIN1' }]);
    expect(await cards('unitDISP1')).toMatchObject({ count: hopper(), retainCount: 1 });
    expect(await cards('unitBIN1')).toMatchObject({ count: 1 });
  });

  test('one at a time, and nothing from nowhere', async () => {
    expect(await move('transport', 'exit')).toBe('commandErrorCode noMedia');
    await move('unitDISP1', 'transport');
    expect(await move('unitDISP1', 'transport')).toBe('commandErrorCode occupied');
    for (const [from, to] of [
      ['unitBIN1', 'exit'],
      ['transport', 'transport'],
      ['exit', 'transport'],
      ['unitDISP1', 'unitBIN1'],
      ['transport', 'unitDISP1'],
      ['nowhere', 'exit'],
    ] as const)
      expect([from, to, await move(from, to)]).toEqual([from, to, 'invalidData']);
  });

  test('an empty hopper is no media; a jam is one, and moves nothing again', async () => {
    unit.emulator.setFault('jamFeed', 1);
    const motions = unit.emulator.motions;
    expect(await move('unitDISP1', 'transport')).toBe('commandErrorCode mediaJam');
    expect(unit.emulator.motions).toBe(motions + 1);
    expect(journal.entries({ event: 'stock.uncertain' }).at(-1)?.fields).toMatchObject({ motion: 'feedToRead' });
    expect(await move('transport', 'unitBIN1')).toBe('success');
    expect(await cards('unitDISP1')).toMatchObject({ count: hopper() });
  });

  test('is nobody’s business while a visit uses the unit, nor a person’s outside an issue', async () => {
    visit = true;
    expect(await move('unitDISP1', 'transport')).toBe('sequenceError');
    visit = false;
    bench = false;
    const before = hopper();
    expect(await move('unitDISP1', 'exit')).toBe('sequenceError');
    expect(await move('unitDISP1', 'transport')).toBe('success');
    expect(await move('transport', 'exit')).toBe('sequenceError');
    expect(code(await ask('CardReader.Reset', { to: 'exit' }))).toBe('sequenceError');
    expect(await move('transport', 'unitBIN1')).toBe('success');
    expect(hopper()).toBe(before - 1);
  });
});

describe('counts', () => {
  const set = (id: string, card: object) => ask('Storage.SetStorage', { storage: { [id]: { card } } });

  test('are loaded in an exchange, during which nothing moves', async () => {
    expect(code(await ask('Storage.EndExchange'))).toBe('commandErrorCode noExchangeActive');
    expect(code(await ask('Storage.StartExchange'))).toBe('success');
    expect(code(await ask('Storage.StartExchange'))).toBe('commandErrorCode exchangeActive');
    expect(await move('unitDISP1', 'transport')).toBe('sequenceError');
    expect((await ask('Common.Status')).payload).toMatchObject({ common: { exchange: 'active' } });
    expect(
      code(
        await set('unitDISP1', { configuration: { cardID: 'KEYCARD', threshold: 10 }, status: { initialCount: 90 } }),
      ),
    ).toBe('success');
    expect(await cards('unitDISP1')).toEqual({
      initialCount: 90,
      count: 90,
      retainCount: 0,
      replenishmentStatus: 'ok',
    });
    expect(code(await ask('Storage.EndExchange'))).toBe('success');
    expect(told('Common.StatusChangedEvent')).toContainEqual({ common: { exchange: 'inactive' } });
  });

  test('a client that is gone has no exchange any more', async () => {
    const other = await wire.connect('/CardDispenser');
    expect(code(await ask('Storage.StartExchange', undefined, other))).toBe('success');
    expect(code(await ask('Storage.EndExchange'))).toBe('sequenceError');
    other.socket.close();
    await client.find(
      'the end of it',
      ({ payload }) => JSON.stringify(payload) === '{"common":{"exchange":"inactive"}}',
    );
    expect(await move('unitDISP1', 'transport')).toBe('success');
  });

  test('a threshold of one’s own: said when it is reached, and the sensors are not asked', async () => {
    await set('unitDISP1', { configuration: { threshold: 5 }, status: { initialCount: 6 } });
    expect(await cards('unitDISP1')).toMatchObject({ replenishmentStatus: 'ok' });
    await move('unitDISP1', 'exit');
    expect(await cards('unitDISP1')).toMatchObject({ count: 5, replenishmentStatus: 'low' });
    expect(told('Storage.StorageThresholdEvent')).toMatchObject([
      { unitDISP1: { card: { status: { replenishmentStatus: 'low' } } } },
    ]);
    await set('unitDISP1', { configuration: { threshold: 0 } });
    expect(await cards('unitDISP1')).toMatchObject({ replenishmentStatus: 'ok' });
  });

  test.each([
    ['unitDISP1', { configuration: { threshold: 100 } }, 'invalidData'],
    ['unitDISP1', { status: { initialCount: 101 } }, 'invalidData'],
    ['unitDISP1', {}, 'invalidData'],
    ['unitBIN1', { status: { initialCount: 3 } }, 'invalidData'],
    ['unitDISP9', { status: { initialCount: 3 } }, 'commandErrorCode invalidUnit'],
  ])('%s %j: %s, and nothing is set', async (id, card, expected) => {
    const before = await cards('unitDISP1');
    expect(code(await set(id, card))).toBe(expected);
    expect(await cards('unitDISP1')).toEqual(before);
  });

  test('in the field nobody sets them over the wire', async () => {
    bench = false;
    expect(code(await set('unitDISP1', { status: { initialCount: 3 } }))).toBe('sequenceError');
    expect(code(await ask('Storage.StartExchange'))).toBe('sequenceError');
  });

  test('outlive the daemon, with the chain of the journal over them', async () => {
    await set('unitDISP1', { configuration: { cardID: 'KEYCARD', threshold: 7 }, status: { initialCount: 50 } });
    await move('unitDISP1', 'exit');
    await move('exit', 'unitBIN1');
    const again = new CardStock(journal, units);
    expect(again.counts('unitDISP1')).toEqual({ initial: 50, count: 49, retained: 1, threshold: 7, cardId: 'KEYCARD' });
    expect(again.counts('unitBIN1')).toMatchObject({ count: 1 });
    expect(journal.verify().damage).toBeUndefined();
  });
});
