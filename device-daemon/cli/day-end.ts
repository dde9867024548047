import type { DayPoint, DayReport } from '#protocol/generated/kiosk.ts';
import { chinaClock, type JournalReader, readDay, type StockUnit } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import { reportOf } from '../services/maintenance/index.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';
import { placeOf, stockLines } from './stock.ts';
import { openItems } from './unresolved.ts';

const hosts = { social: 'card management', financial: 'bank core' } as const;

const steps: Readonly<Record<DayReport['step'], string>> = {
  open: 'the day goes on',
  stopped: 'the day-end has begun: nobody is served',
  drained: 'the day-end has begun: nobody is served',
  compared: 'compared with the hosts, waiting for two signatures: nobody is served',
  signed: 'the last day is signed, its slip is being printed',
  printed: 'the last day is signed',
};

const points: Readonly<Record<DayPoint['kind'], string>> = {
  hostUnread: 'the host told no totals',
  actsDiffer: 'the host counts otherwise than the journal',
  actsCarried: 'a difference that was signed before',
  cardsMissing: 'cards were booked as missing',
  cardsFound: 'cards were booked as found',
  cardsUnbooked: 'cards moved without a record',
  cardsShort: 'cards are missing',
  cardsOver: 'there are too many cards',
  actOpen: 'an act is still on its way',
  actUnresolved: 'an act is for a person to look after',
};

/** The day as the maintenance pages tell it, from the same entries. */
function dayOf(journal: JournalReader): DayReport {
  const { day } = readDay(journal);
  const units = Object.keys(day.units).map(
    (id): StockUnit => ({ id, kind: id === dispenseUnit ? 'dispense' : 'retain', capacity: 0 }),
  );
  const items = openItems(journal.openSagaEntries());
  const of = (state: 'open' | 'unresolved') =>
    items
      .filter((item) => item.state === state)
      .map(({ saga, side, caseCode, act }) => ({ saga, step: side, caseCode, act }));
  // One line for each act on its way, as on the page.
  const open = [...new Map(of('open').map((item) => [item.saga, item])).values()];
  return reportOf(day, units, { open, unresolved: of('unresolved'), named: new Map() });
}

const pointLine = ({ kind, act, leg, unit, amount, cases }: DayPoint): string =>
  [
    points[kind],
    act,
    leg && hosts[leg],
    unit && placeOf(unit),
    amount === undefined ? undefined : amount > 0 ? `+${amount}` : String(amount),
    ...(cases ?? []).map((code) => `case ${code}`),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

function print(report: DayReport, journal: JournalReader): void {
  const { day, since, step, due, visits, acts, last } = report;
  console.log(`business day ${day}${since === '' ? '' : `, since ${chinaClock(since)}`}: ${steps[step]}`);
  if (due !== undefined) console.log(`! due to be closed since ${chinaClock(due)}, by two persons at the machine`);
  console.log(`${visits} visit(s)`);
  for (const { act, leg, journal: ours, host } of acts)
    console.log(`    ${act} at ${hosts[leg]}: ${ours}${host === undefined ? '' : `, the host says ${host}`}`);
  for (const line of stockLines(readDay(journal).day)) console.log(line);
  for (const point of report.points) console.log(`! ${pointLine(point)}`);
  if (last !== undefined)
    console.log(
      `day ${last.day} was signed by ${last.first} and ${last.second} at ${chinaClock(last.at)}; its slip: ${last.slip ?? 'not tried'}`,
    );
}

export const dayEndCommand: CliCommand = {
  usage: 'day-end [--json] [--config FILE]',
  help: 'Tells the running business day: visits, acts beside what the hosts said at the last comparison, cards, whether it is due to be closed (dayEnd.cutOver), and what does not add up. Reads only: a day is closed at the machine, by two persons with their cards. Exit code 0: nothing is to be looked at; 1: something is, or the journal cannot be read.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const report = dayOf(journal);
      if (json) console.log(JSON.stringify(report, undefined, 2));
      else print(report, journal);
      return report.points.length === 0 && report.due === undefined ? 0 : 1;
    }),
};
