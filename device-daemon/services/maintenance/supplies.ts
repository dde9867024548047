import type { Supplies } from '#protocol/generated/kiosk.ts';
import type { CardStock, Journal, JournalEntry, StockUnit } from '../../journal/index.ts';
import { type Clock, chinaDay } from '../kiosk/clock.ts';
import { success } from '../service.ts';
import type { Area } from './area.ts';

const dayMs = 86_400_000;
/** Four weeks: every weekday alike, and pension day once. */
const daysBack = 28;
/** These changes of a hopper are people's doing and no use. */
const byHand: ReadonlySet<unknown> = new Set(['loaded', 'emptied', 'corrected', 'configured', 'carried']);

interface Seen {
  /** Oldest first, of the last weeks. */
  readonly counted: readonly JournalEntry[];
  readonly printed: readonly JournalEntry[];
  readonly states: readonly JournalEntry[];
  readonly now: Date;
  /** What hoppers hold now. */
  readonly hoppers: readonly { readonly unit: string; readonly count: number }[];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** What was used each day, and how long what there is will last at that pace. */
export function suppliesOf({ counted, printed, states, now, hoppers }: Seen): Supplies {
  const days = Array.from({ length: daysBack }, (_, index) => ({
    day: chinaDay(new Date(now.getTime() - (daysBack - 1 - index) * dayMs)),
    slips: 0,
    cards: 0,
    faults: 0,
  }));
  const byDay = new Map(days.map((row) => [row.day, row]));
  const rowOf = (at: string) => byDay.get(chinaDay(new Date(at)));

  const used = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { at, fields } of counted) {
    const unit = String(fields['unit']);
    const count = Number(fields['count']);
    const before = last.get(unit);
    last.set(unit, count);
    if (!hoppers.some((hopper) => hopper.unit === unit) || byHand.has(fields['why']) || before === undefined) continue;
    const gone = Math.max(0, before - count);
    used.set(unit, (used.get(unit) ?? 0) + gone);
    const row = rowOf(at);
    if (row !== undefined) row.cards += gone;
  }

  // A roll has ended when the printer says so; the next begins with the slip after it.
  const rolls: number[] = [];
  let sinceChange = 0;
  let rollKnown = false;
  const ends = states.filter(({ fields }) => fields['device'] === 'printer' && fields['why'] === 'paperOut');
  const slips = printed.filter(({ fields }) => fields['outcome'] === 'done');
  for (const { at, event } of [...slips, ...ends].sort((one, other) => one.seq - other.seq)) {
    if (event === 'receipt.printed') {
      sinceChange += 1;
      const row = rowOf(at);
      if (row !== undefined) row.slips += 1;
    } else if (sinceChange > 0) {
      // Of the first one nobody knows when it was put in.
      if (rollKnown) rolls.push(sinceChange);
      rollKnown = true;
      sinceChange = 0;
    }
  }
  for (const { at, fields } of states) {
    const row = rowOf(at);
    if (row !== undefined && fields['state'] === 'failed') row.faults += 1;
  }

  const first = [...counted, ...printed].map(({ at }) => Date.parse(at)).sort((a, b) => a - b)[0];
  // A kiosk of yesterday knows one day, not four weeks.
  const daysSeen = Math.min(daysBack, first === undefined ? 1 : Math.max(1, (now.getTime() - first) / dayMs));
  const lasts = (left: number, perDay: number) => (perDay > 0 ? { daysLeft: tenth(Math.max(0, left) / perDay) } : {});
  const slipsPerDay = tenth(slips.length / daysSeen);
  const perRoll =
    rolls.length === 0 ? undefined : Math.round(rolls.reduce((sum, roll) => sum + roll, 0) / rolls.length);
  return {
    days,
    hoppers: hoppers.map(({ unit, count }) => {
      const perDay = tenth((used.get(unit) ?? 0) / daysSeen);
      return { unit, count, perDay, ...lasts(count, perDay) };
    }),
    paper: {
      sinceChange,
      perDay: slipsPerDay,
      ...(perRoll !== undefined && { perRoll, ...lasts(perRoll - sinceChange, slipsPerDay) }),
    },
  };
}

export interface SuppliesParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly units: readonly StockUnit[];
  readonly counts: CardStock['counts'];
}

export const supplies = ({ journal, clock, units, counts }: SuppliesParts): Area<'Maintenance.GetSupplies'> => ({
  'Maintenance.GetSupplies': () => {
    const now = clock.date();
    const from = new Date(now.getTime() - daysBack * dayMs).toISOString();
    const seen = (event: string) => journal.entries({ event, from });
    return success({
      supplies: suppliesOf({
        counted: seen('stock.counted'),
        printed: seen('receipt.printed'),
        states: seen('device.state'),
        now,
        hoppers: units
          .filter(({ kind }) => kind === 'dispense')
          .map(({ id }) => ({ unit: id, count: counts(id).count })),
      }),
    });
  },
});
