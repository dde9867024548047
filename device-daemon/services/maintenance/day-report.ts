import type { DayActs, DayPoint, DayReport, DayStock } from '#protocol/generated/kiosk.ts';
import { type Day, type Leg, legs, type StockUnit } from '../../journal/index.ts';

/** What the day-end looks at besides the books. */
export interface Pending {
  /** Acts that are still on their way. */
  readonly open: readonly { readonly saga: string; readonly caseCode: string; readonly act: string }[];
  /** Acts that a person has to look after. */
  readonly unresolved: readonly {
    readonly saga: string;
    readonly step: string;
    readonly caseCode: string;
    readonly act: string;
  }[];
  /** Acts that one side counts and the other does not, by `leg.act`: their case codes. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

/** A check of who stands here: nothing of it is kept at the host, and the journal counts it nowhere. */
const noActs: ReadonlySet<string> = new Set(['verifyPin']);

/** How far the host is ahead of the journal, by `leg.act`: since ever, and only where it could be read. */
export function aheadOf(day: Day): Readonly<Record<string, number>> {
  return Object.fromEntries(
    readLegs(day).flatMap((leg) =>
      actsOf(day, leg).map((act) => {
        const key = `${leg}.${act}`;
        const told = day.readings[leg]?.totals?.[act] ?? 0;
        return [key, told - (day.acts[key] ?? 0) - (day.actsBefore[key] ?? 0)] as const;
      }),
    ),
  );
}

/** What to sign away with the day: what was known before, and what was read now. */
export const acceptedWith = (day: Day): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries({ ...day.accepted, ...aheadOf(day) }).filter(([, ahead]) => ahead !== 0));

const readLegs = (day: Day): readonly Leg[] => legs.filter((leg) => day.readings[leg]?.totals !== undefined);

/** Every act that the host or the journal knows of. */
function actsOf(day: Day, leg: Leg): readonly string[] {
  const ours = [...Object.keys(day.acts), ...Object.keys(day.actsBefore), ...Object.keys(day.accepted)]
    .filter((key) => key.startsWith(`${leg}.`))
    .map((key) => key.slice(leg.length + 1));
  const theirs = Object.keys(day.readings[leg]?.totals ?? {}).filter((act) => !noActs.has(act));
  return [...new Set([...ours, ...theirs])].sort();
}

export function reportOf(day: Day, units: readonly StockUnit[], pending: Pending): DayReport {
  const { last } = day;
  return {
    day: day.day,
    since: day.since,
    step: day.step,
    ...(day.due !== undefined && { due: day.due }),
    visits: day.visits,
    acts: legs.flatMap((leg) => actsOf(day, leg).map((act) => actsReport(day, leg, act))),
    stock: units.map((unit) => stockReport(day, unit)),
    points: [...pointsOf(day, units, pending)],
    ...(last && {
      last: {
        ...{ day: last.day, at: last.at, first: last.first.slice(0, 4), second: last.second.slice(0, 4) },
        ...(last.printed !== undefined && { slip: last.printed as 'done' | 'notDone' | 'unknown' }),
      },
    }),
  };
}

function actsReport(day: Day, leg: Leg, act: string): DayActs {
  const key = `${leg}.${act}`;
  const journal = day.acts[key] ?? 0;
  const ahead = aheadOf(day)[key];
  // Of this day: what the host was ahead before is of the days before.
  return { leg, act, journal, ...(ahead !== undefined && { host: journal + ahead - (day.accepted[key] ?? 0) }) };
}

function stockReport({ units }: Day, { id, kind }: StockUnit): DayStock {
  const nothing = { carried: 0, loaded: 0, removed: 0, test: 0, retained: 0, kept: 0, missing: 0, found: 0 };
  return { unit: id, kind, ...nothing, unbooked: 0, count: 0, ...units[id] };
}

/** What does not add up or is still open, each by name. */
export function* pointsOf(day: Day, units: readonly StockUnit[], pending: Pending): Generator<DayPoint> {
  const ahead = aheadOf(day);
  for (const leg of legs) {
    const reading = day.readings[leg];
    if (reading !== undefined && reading.totals === undefined)
      yield { id: `unread:${leg}`, kind: 'hostUnread', leg, why: reading.why ?? 'unknown', wantsWord: true };
    for (const act of actsOf(day, leg)) {
      const key = `${leg}.${act}`;
      const carried = day.accepted[key] ?? 0;
      const more = (ahead[key] ?? carried) - carried;
      const cases = [...(pending.named.get(key) ?? [])];
      // Over and short are not set off against each other (domain 3d).
      if (more !== 0) yield { id: `acts:${key}`, kind: 'actsDiffer', leg, act, amount: more, cases, wantsWord: true };
      if (carried !== 0)
        yield { id: `carried:${key}`, kind: 'actsCarried', leg, act, amount: carried, wantsWord: false };
    }
  }
  for (const { id, kind } of units) {
    const { missing = 0, found = 0, unbooked = 0 } = day.units[id] ?? {};
    const unit = { unit: id, place: kind };
    if (missing > 0) yield { id: `missing:${id}`, kind: 'cardsMissing', ...unit, amount: missing, wantsWord: true };
    if (found > 0) yield { id: `found:${id}`, kind: 'cardsFound', ...unit, amount: found, wantsWord: true };
    if (unbooked !== 0)
      yield { id: `unbooked:${id}`, kind: 'cardsUnbooked', ...unit, amount: unbooked, wantsWord: true };
  }
  for (const { saga, caseCode, act } of pending.open)
    yield { id: `open:${saga}`, kind: 'actOpen', cases: [caseCode], act, wantsWord: true };
  for (const { saga, step, caseCode, act } of pending.unresolved)
    yield { id: `unresolved:${saga}:${step}`, kind: 'actUnresolved', cases: [caseCode], act, wantsWord: true };
}
