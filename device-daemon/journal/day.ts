import { fromChina } from './china-time.ts';
import type { Fields } from './events.ts';
import type { JournalEntry } from './reader.ts';

/**
 * The business day as the journal tells it (domain 3d, 6e). A pure fold: whoever reads the same entries has the same day,
 * the daemon after a power cut as well as `npx kiosk day-end` beside it.
 *
 *   open -> stopped -> drained -> compared -> signed -> printed -> open, the next day
 *             ^-------- run again ----------'   ^ here the books roll over
 */
export type DayStep = 'open' | 'stopped' | 'drained' | 'compared' | 'signed' | 'printed';

/** Of the two sides of a card each has its host. */
export const legs = ['social', 'financial'] as const;
export type Leg = (typeof legs)[number];

/** What a host told of its meters: how often it has done each act, ever. */
export interface Reading {
  /** Of its entry: acts after it are not in it. */
  readonly seq: number;
  /** Undefined: it could not be had, and `why`. */
  readonly totals?: Readonly<Record<string, number>>;
  readonly why?: string;
}

/**
 * Cards in one place over a day: carried + loaded + found + kept + unbooked = count + removed + test + retained + missing.
 * Nothing is netted: what is missing and what is found stand each for themselves (domain 3d).
 */
export interface UnitDay {
  readonly carried: number;
  readonly loaded: number;
  /** Taken out by staff. */
  readonly removed: number;
  /** Left for a person in a booked test. */
  readonly test: number;
  /** Of a hopper: ended in the bin. */
  readonly retained: number;
  /** Of a bin: came in. */
  readonly kept: number;
  /** Two persons counted, and there were fewer than the book said. */
  readonly missing: number;
  /** Or more. */
  readonly found: number;
  /** Moved without an entry: the disk did not take it. */
  readonly unbooked: number;
  /** As it is now, by the book. */
  readonly count: number;
}

/** A day that is over. */
export interface ClosedDay {
  readonly day: number;
  /** ISO 8601. */
  readonly at: string;
  /** Tokens of the two staff cards. */
  readonly first: string;
  readonly second: string;
  /** What was signed, as JSON of whoever wrote it. */
  readonly report: string;
  /** Undefined: not yet tried. */
  readonly printed?: string;
}

export interface Day {
  /** Counted from 1. */
  readonly day: number;
  /** ISO 8601; empty before the first entry. */
  readonly since: string;
  /** Its first entry. */
  readonly from: number;
  readonly step: DayStep;
  /** Since when it is due to be closed, ISO 8601. Undefined: it is not. */
  readonly due?: string;
  readonly visits: number;
  /** Acts of this day that were done, by `leg.act`. */
  readonly acts: Readonly<Record<string, number>>;
  /** The same of all days before. */
  readonly actsBefore: Readonly<Record<string, number>>;
  /** How far each host was ahead of the journal when the last day was signed. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, UnitDay>>;
  readonly readings: Partial<Readonly<Record<Leg, Reading>>>;
  /** Entry of the newest act that was done: a reading before it is no longer true. */
  readonly lastAct: number;
  readonly last?: ClosedDay;
}

export const firstDay: Day = {
  day: 1,
  since: '',
  from: 0,
  step: 'open',
  visits: 0,
  acts: {},
  actsBefore: {},
  accepted: {},
  units: {},
  readings: {},
  lastAct: 0,
};

const emptyUnit: UnitDay = {
  carried: 0,
  loaded: 0,
  removed: 0,
  test: 0,
  retained: 0,
  kept: 0,
  missing: 0,
  found: 0,
  unbooked: 0,
  count: 0,
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const parsed = <T>(json: unknown): T | undefined => {
  try {
    return JSON.parse(text(json)) as T;
  } catch {
    return undefined;
  }
};

type Fold = (day: Day, fields: Fields, entry: JournalEntry) => Day;

const step =
  (next: DayStep): Fold =>
  (day) => ({ ...day, step: next });

/** By event; every other entry leaves the day as it is. */
const folds: Readonly<Record<string, Fold>> = {
  'visit.began': (day) => ({ ...day, visits: day.visits + 1 }),
  'saga.result': (day, fields, { seq }) => (fields['outcome'] === 'done' ? withAct(day, fields, seq) : day),
  'saga.signedOff': (day, fields, { seq }) => (fields['finding'] === 'done' ? withAct(day, fields, seq) : day),
  'stock.counted': (day, fields) => {
    const unit = text(fields['unit']);
    return { ...day, units: { ...day.units, [unit]: moved(day.units[unit], fields) } };
  },
  'day.due': (day, fields) => {
    const [date = '', time = ''] = text(fields['since']).split(' ');
    const due = fromChina(date, time);
    return due === undefined ? day : { ...day, due: due.toISOString() };
  },
  'day.stopped': (day) => ({ ...day, step: 'stopped', readings: {} }),
  'day.drained': step('drained'),
  'day.read': (day, fields, { seq }) => {
    const totals = parsed<Record<string, number>>(fields['totals']);
    const why = fields['why'];
    const reading: Reading = {
      seq,
      ...(totals !== undefined && { totals }),
      ...(why !== undefined && { why: text(why) }),
    };
    return { ...day, readings: { ...day.readings, [text(fields['leg'])]: reading } };
  },
  'day.compared': step('compared'),
  'day.left': (day) => ({ ...day, step: 'open', readings: {} }),
  'day.signed': rolledOver,
  'day.printed': (day, fields) => ({
    ...day,
    step: day.step === 'signed' ? 'printed' : day.step,
    ...(day.last !== undefined && { last: { ...day.last, printed: text(fields['outcome']) } }),
  }),
  'day.opened': step('open'),
  'day.carried': (day, fields) => parsed<Day>(fields['state']) ?? day,
};

export function afterEntry(day: Day, entry: JournalEntry): Day {
  const since = day.since === '' ? { ...day, since: entry.at, from: entry.seq } : day;
  const fold = Object.hasOwn(folds, entry.event) ? folds[entry.event] : undefined;
  return fold === undefined ? since : fold(since, entry.fields, entry);
}

const plus = (counts: Readonly<Record<string, number>>, key: string, more: number): Record<string, number> => ({
  ...counts,
  [key]: (counts[key] ?? 0) + more,
});

function withAct(day: Day, fields: Fields, seq: number): Day {
  const what = text(fields['what']);
  return what === '' ? day : { ...day, acts: plus(day.acts, `${text(fields['step'])}.${what}`, 1), lastAct: seq };
}

/** The next day begins with what the last one left. */
function rolledOver(day: Day, fields: Fields, { at, seq }: JournalEntry): Day {
  return {
    day: day.day + 1,
    since: at,
    from: seq,
    step: 'signed',
    visits: 0,
    acts: {},
    actsBefore: Object.entries(day.acts).reduce((sums, [key, count]) => plus(sums, key, count), { ...day.actsBefore }),
    accepted: parsed<Record<string, number>>(fields['accepted']) ?? day.accepted,
    units: Object.fromEntries(
      Object.entries(day.units).map(([id, { count }]) => [id, { ...emptyUnit, carried: count, count }]),
    ),
    readings: {},
    lastAct: day.lastAct,
    last: {
      day: day.day,
      at,
      first: text(fields['first']),
      second: text(fields['second']),
      report: text(fields['report']),
    },
  };
}

/** What an entry of the ledger says about a place, and what it does not say: a count that jumped was moved without one. */
function moved(before: UnitDay | undefined, fields: Fields): UnitDay {
  const count = Number(fields['count']);
  const why = text(fields['why']);
  // The first that is known of a place: what was there was there.
  const unit = before ?? { ...emptyUnit, ...startOf(why, count, fields) };
  const known = fields['before'] === undefined ? unit.count : Number(fields['before']);
  const here: UnitDay = { ...unit, unbooked: unit.unbooked + known - unit.count, count };
  const change = count - known;
  const add = (key: 'loaded' | 'removed' | 'missing' | 'found' | 'unbooked', cards: number): UnitDay => ({
    ...here,
    [key]: here[key] + cards,
  });
  switch (why) {
    case 'loaded':
      return change < 0 ? add('removed', -change) : add('loaded', change);
    case 'emptied':
      return add('removed', -change);
    case 'corrected':
      return change < 0 ? add('missing', -change) : add('found', change);
    case 'test':
      return { ...here, test: here.test + 1, unbooked: here.unbooked + change + 1 };
    case 'toBin':
      // One that had stood at the gate was counted as gone to a person already.
      return change === 0
        ? { ...here, retained: here.retained + 1, test: here.test - 1 }
        : { ...here, retained: here.retained + 1, unbooked: here.unbooked + change + 1 };
    case 'kept':
      return { ...here, kept: here.kept + 1, unbooked: here.unbooked + change - 1 };
    default:
      return add('unbooked', change);
  }
}

function startOf(why: string, count: number, fields: Fields): Pick<UnitDay, 'carried' | 'count'> {
  const effect = why === 'test' || why === 'toBin' ? -1 : why === 'kept' ? 1 : 0;
  const start =
    fields['before'] !== undefined
      ? Number(fields['before'])
      : why === 'loaded' || why === 'emptied'
        ? 0
        : Math.max(0, count - effect);
  return { carried: start, count: start };
}
