import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CardStock, type Day, DayBook, Journal, MachineKeys, readDay, type StockUnit, type UnitDay } from './index.ts';

const units: readonly StockUnit[] = [
  { id: 'unitDISP1', kind: 'dispense', capacity: 100 },
  { id: 'unitBIN1', kind: 'retain', capacity: 50 },
];
let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'day-'));
  const keyFolder = join(folder, 'keys');
  journal = Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const done = (step: string, what: string): boolean =>
  journal.record('saga.result', { saga: 's', step, what, outcome: 'done' });
const sign = (day: number, accepted: object = {}): boolean =>
  journal.record('day.signed', {
    day,
    first: 'aaaa',
    second: 'bbbb',
    report: '{}',
    accepted: JSON.stringify(accepted),
  });

const terms = (unit: UnitDay | undefined): Partial<UnitDay> =>
  Object.fromEntries(Object.entries(unit ?? {}).filter(([, cards]) => cards !== 0));
const balanced = (u: UnitDay): number =>
  u.carried + u.loaded + u.found + u.kept + u.unbooked - u.count - u.removed - u.test - u.retained - u.missing;

describe('cards', () => {
  test('every movement is a term of the equation, and what is missing stands for itself', () => {
    const stock = new CardStock(journal, units);
    const book = new DayBook(journal);
    const by = { session: 'session' };
    stock.counted('unitDISP1', 'loaded', 50, by);
    for (let each = 0; each < 5; each += 1) stock.leftForTest('unitDISP1');
    stock.leftForBin('unitDISP1', { wasOut: true });
    stock.kept('unitBIN1');
    stock.leftForBin('unitDISP1', { wasOut: false });
    stock.kept('unitBIN1');
    stock.counted('unitDISP1', 'corrected', 43, by);
    stock.counted('unitDISP1', 'corrected', 44, by);
    stock.counted('unitBIN1', 'emptied', 0, by);
    const { unitDISP1, unitBIN1 } = book.day.units;
    expect(terms(unitDISP1)).toEqual({ loaded: 50, test: 4, retained: 2, missing: 1, found: 1, count: 44 });
    expect(terms(unitBIN1)).toEqual({ kept: 2, removed: 2 });
    for (const unit of [unitDISP1, unitBIN1]) if (unit) expect(balanced(unit)).toBe(0);
  });

  test('a movement that the disk did not take is told by its gap', () => {
    const stock = new CardStock(journal, units);
    stock.load('unitDISP1', 10);
    const record = journal.record.bind(journal) as (...entry: unknown[]) => boolean;
    journal.record = () => false;
    stock.leftForTest('unitDISP1');
    journal.record = record as typeof journal.record;
    stock.leftForTest('unitDISP1');
    const { day } = readDay(journal);
    expect(terms(day.units['unitDISP1'])).toEqual({ loaded: 10, test: 1, unbooked: -1, count: 8 });
  });

  test('the first that is known of a place is where it begins', () => {
    journal.record('stock.counted', {
      unit: 'unitDISP1',
      why: 'carried',
      initial: 50,
      count: 12,
      retained: 0,
      threshold: 0,
    });
    expect(terms(readDay(journal).day.units['unitDISP1'])).toEqual({ carried: 12, count: 12 });
  });
});

test('acts of both sides, those that a person found done among them; the books roll over with the signatures', () => {
  const book = new DayBook(journal);
  done('social', 'temporaryLoss');
  done('financial', 'temporaryLoss');
  journal.record('saga.result', { saga: 's', step: 'social', what: 'unfreeze', outcome: 'refused' });
  journal.record('saga.signedOff', { saga: 's', step: 'social', what: 'formalLoss', finding: 'done', token: 'aaaa' });
  journal.record('saga.signedOff', {
    saga: 's',
    step: 'social',
    what: 'formalLoss',
    finding: 'notDone',
    token: 'aaaa',
  });
  expect(book.day.acts).toEqual({ 'social.temporaryLoss': 1, 'financial.temporaryLoss': 1, 'social.formalLoss': 1 });
  sign(1, { 'social.temporaryLoss': 2 });
  done('social', 'temporaryLoss');
  expect(book.day).toMatchObject({
    day: 2,
    step: 'signed',
    acts: { 'social.temporaryLoss': 1 },
    actsBefore: { 'social.temporaryLoss': 1, 'financial.temporaryLoss': 1, 'social.formalLoss': 1 },
    accepted: { 'social.temporaryLoss': 2 },
    last: { day: 1, first: 'aaaa', second: 'bbbb' },
  });
});

test('whatever is carried forward, the day is the same: read as a whole, followed, and taken up in between', () => {
  const stock = new CardStock(journal, units);
  let book = new DayBook(journal, 4);
  const steps: (() => unknown)[] = [
    () => stock.load('unitDISP1', 30),
    () => journal.record('visit.began', { case: '7K2M-04QX', language: 'en' }, 'v'),
    () => done('social', 'unfreeze'),
    () => stock.leftForTest('unitDISP1'),
    () => journal.record('day.stopped', { day: 1, token: 'aaaa' }),
    () => journal.record('day.drained', { day: 1, open: 0 }),
    () => journal.record('day.read', { day: 1, leg: 'social', totals: '{"unfreeze":1}' }),
    () => journal.record('day.read', { day: 1, leg: 'financial', why: 'unreachable' }),
    () => journal.record('day.compared', { day: 1, points: '' }),
    () => sign(1),
    () => stock.leftForTest('unitDISP1'),
    () => journal.record('day.printed', { day: 1, outcome: 'done' }),
    () => journal.record('day.opened', { day: 2 }),
    () => done('financial', 'activate'),
  ];
  const days: Day[] = [];
  for (const step of steps) {
    step();
    days.push(book.day);
    expect(readDay(journal).day).toEqual(book.day);
    book = new DayBook(journal, 4);
    expect(book.day).toEqual(days.at(-1));
  }
  expect(days.map(({ step }) => step)).toEqual([
    ...Array.from({ length: 4 }, () => 'open'),
    ...['stopped', 'drained', 'drained', 'drained', 'compared', 'signed', 'signed', 'printed', 'open', 'open'],
  ]);
  expect(days.at(-1)).toMatchObject({ day: 2, acts: { 'financial.activate': 1 }, last: { day: 1, printed: 'done' } });
  // What was there before is not needed any more.
  const wanted = journal.entries({ event: 'day.carried' }).at(-1)?.seq ?? 0;
  expect(wanted).toBeGreaterThan(10);
});
