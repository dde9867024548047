import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chinaClock, DayBook, fromChina, Journal, MachineKeys } from '../../journal/index.ts';
import { ManualClock } from '../../sagas/desk.fixture.ts';
import { DayDue } from './day-due.ts';

// A kiosk that is there for days: its clock is set, it is switched off, its configuration changes.

let folder: string;
let clock: ManualClock;
let journal: Journal;
let book: DayBook;
let watch: DayDue;
const told: unknown[] = [];

function starts(cutOver = '18:00'): void {
  const keyFolder = join(folder, 'keys');
  journal = Journal.open({
    ...{ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 },
    now: () => clock.date(),
  });
  book = new DayBook(journal);
  watch = new DayDue({ book, journal, clock, cutOver, onChange: () => void told.push(due()) });
  watch.start();
}
function stops(): void {
  watch.stop();
  journal.close();
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'due-'));
  clock = new ManualClock();
  told.length = 0;
});
afterEach(() => {
  stops();
  rmSync(folder, { recursive: true });
});

/** The wall clock shows it now, however it got there; then the kiosk has a moment. */
async function itIs(day: number, time: string): Promise<void> {
  clock.wallMs = fromChina(`2026-11-${day}`, time)?.getTime() ?? Number.NaN;
  await clock.pass(60_000);
}
const opensAt = (day: number, time: string): void => {
  clock.wallMs = fromChina(`2026-11-${day}`, time)?.getTime() ?? Number.NaN;
  starts();
  journal.record('visit.began', { case: '7K2M-04QX', language: 'en' });
};
const closes = (): void => {
  const { day } = book.day;
  journal.record('day.signed', { day, first: 'aaaa', second: 'bbbb', report: '{}', accepted: '{}' });
};
const said = () => journal.entries({ event: 'day.due' }).map(({ fields }) => [fields['day'], fields['since']]);
const evening = (day: number, time = '18:00') => `2026-11-${day} ${time}`;
/** Since when it is due, as clocks in China show it. */
const due = () => book.day.due && chinaClock(book.day.due).slice(0, 16);

test('said once at the cut-over, and cleared by the close; again at the next one', async () => {
  opensAt(23, '08:00');
  await itIs(23, '17:58');
  expect([due(), told]).toEqual([undefined, []]);
  await itIs(23, '18:00');
  await itIs(23, '20:00');
  expect([due(), told, said()]).toEqual([evening(23), [evening(23)], [[1, evening(23)]]]);
  closes();
  expect(due()).toBeUndefined();
  await itIs(24, '17:58');
  expect(due()).toBeUndefined();
  await itIs(24, '18:00');
  expect(said()).toEqual([
    [1, evening(23)],
    [2, evening(24)],
  ]);
});

test('closed one minute before: not due that evening', async () => {
  opensAt(23, '08:00');
  await itIs(23, '17:58');
  closes();
  await itIs(23, '23:59');
  expect(said()).toEqual([]);
  await itIs(24, '18:00');
  expect(said()).toEqual([[2, evening(24)]]);
});

test('closed after midnight: due at the next cut-over', async () => {
  opensAt(23, '08:00');
  await itIs(24, '00:30');
  closes();
  await itIs(24, '17:58');
  expect(said()).toHaveLength(1);
  await itIs(24, '18:01');
  expect(said().at(-1)).toEqual([2, evening(24)]);
});

test('switched off over the cut-over: said at the start, since the cut-over; not again at the next start', async () => {
  opensAt(23, '08:00');
  stops();
  await itIs(23, '21:00');
  starts();
  expect(said()).toEqual([[1, evening(23)]]);
  stops();
  await itIs(24, '09:00');
  starts();
  await itIs(24, '18:30');
  expect([due(), said()]).toEqual([evening(23), [[1, evening(23)]]]);
});

test('days without a close: said once, since the first cut-over; one close clears them all', async () => {
  opensAt(23, '08:00');
  for (const day of [23, 24, 25]) await itIs(day, '19:00');
  expect(said()).toEqual([[1, evening(23)]]);
  closes();
  await itIs(25, '23:00');
  expect(due()).toBeUndefined();
});

test('the clock jumps forward over it, and back before it: what was said stands, and is not said twice', async () => {
  opensAt(23, '08:00');
  await itIs(23, '19:00');
  await itIs(23, '12:00');
  expect(due()).toBe(evening(23));
  await itIs(23, '18:10');
  expect(said()).toHaveLength(1);
});

test('the clock is set back before the day began: not due until it is there again', async () => {
  opensAt(23, '08:00');
  await itIs(22, '19:00');
  expect(said()).toEqual([]);
  await itIs(23, '18:00');
  expect(said()).toEqual([[1, evening(23)]]);
});

test('another cut-over in the configuration holds for what was not said yet; none says nothing', async () => {
  opensAt(23, '08:00');
  stops();
  starts('');
  await itIs(23, '20:00');
  expect(said()).toEqual([]);
  stops();
  starts('21:00');
  await itIs(23, '20:30');
  expect(said()).toEqual([]);
  await itIs(23, '21:00');
  expect(said()).toEqual([[1, evening(23, '21:00')]]);
  stops();
  starts('23:00');
  await itIs(23, '23:30');
  expect(said()).toHaveLength(1);
});
