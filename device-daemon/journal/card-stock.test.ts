import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CardStock, Journal, MachineKeys, type StockUnit } from './index.ts';

const units: readonly StockUnit[] = [
  { id: 'unitDISP1', kind: 'dispense', capacity: 100 },
  { id: 'unitBIN1', kind: 'retain', capacity: 10 },
];
let folder: string;
let journal: Journal;
const open = (): Journal => {
  const keyFolder = join(folder, 'keys');
  return Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stock-'));
  journal = open();
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const booked = () => journal.entries({ event: 'stock.counted' }).map(({ fields }) => [fields['why'], fields['count']]);

test('the equation: loaded = in the hopper + with people + in the bin', () => {
  const stock = new CardStock(journal, units);
  stock.load('unitDISP1', 50);
  for (let each = 0; each < 7; each += 1) stock.leftForTest('unitDISP1');
  // Two of them were not taken; a third was drawn in before it reached the gate.
  for (const wasOut of [true, true, false]) {
    stock.leftForBin('unitDISP1', { wasOut });
    stock.kept('unitBIN1');
  }
  const { initial, count, retained } = stock.counts('unitDISP1');
  expect({ initial, count, retained }).toEqual({ initial: 50, count: 42, retained: 3 });
  expect(stock.counts('unitBIN1').count).toBe(3);
  const withPeople =
    journal.entries({ event: 'stock.counted' }).filter(({ fields }) => fields['why'] === 'test').length - 2;
  expect(initial).toBe(count + withPeople + stock.counts('unitBIN1').count);
});

test('no count falls below nothing, and an unknown unit is none', () => {
  const stock = new CardStock(journal, units);
  stock.leftForTest('unitDISP1');
  expect(stock.counts('unitDISP1').count).toBe(0);
  expect(stock.load('unitDISP9', 5)).toBe(false);
  expect(stock.counts('unitDISP9').count).toBe(0);
});

test('a count is carried over before the journal lets go of its entry', () => {
  const stock = new CardStock(journal, units, 5);
  stock.load('unitDISP1', 50);
  for (let each = 0; each < 12; each += 1) journal.record('daemon.uncleanStop', {});
  expect(booked()).toEqual([
    ['loaded', 50],
    ['carried', 50],
    ['carried', 50],
  ]);
  expect(new CardStock(journal, units).counts('unitDISP1')).toEqual(stock.counts('unitDISP1'));
});

test('what the disk does not take is counted all the same, and said', () => {
  const full = { entries: () => [], keepFrom() {}, onEntry: () => () => {}, record: () => false, lastSeq: 0 };
  const stock = new CardStock(full, units);
  expect(stock.load('unitDISP1', 50)).toBe(false);
  expect(stock.leftForTest('unitDISP1')).toBe(false);
  expect(stock.counts('unitDISP1').count).toBe(49);
});
