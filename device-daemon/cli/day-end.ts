import { actWords, slipWords } from '#assets/maintenance/index.ts';
import { bookDayWords, bookPointWords, dayStepWords, sideWords } from '#assets/shell/index.ts';
import type { DayPoint, DayReport } from '#protocol/generated/kiosk.ts';
import { chinaClock, type JournalReader, readDay, type StockUnit } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import { reportOf } from '../services/maintenance/index.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';
import { staffLanguage } from './staff-language.ts';
import { placeOf, stockLines } from './stock.ts';
import { openItems } from './unresolved.ts';

type Say = ReturnType<typeof staffLanguage>;

const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

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

function pointLine({ kind, act, leg, unit, amount, cases }: DayPoint, say: Say): string {
  const parts = [
    say(bookPointWords[kind]),
    act && say(actWords[act] ?? [act, act]),
    leg && say(sideWords[leg] ?? [leg, leg]),
    unit && say(placeOf(unit)),
    amount === undefined ? undefined : amount > 0 ? `+${amount}` : String(amount),
    ...(cases ?? []).map((code) => filled(say(bookDayWords.case), { code })),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function print(report: DayReport, journal: JournalReader, say: Say): void {
  const { day, since, step, due, visits, acts, last } = report;
  const word = (name: keyof typeof bookDayWords, values: Readonly<Record<string, string | number>>): string =>
    filled(say(bookDayWords[name]), values);
  const which = since === '' ? word('day', { day }) : word('daySince', { day, clock: chinaClock(since) });
  console.log(word('is', { day: which, step: say(dayStepWords[step]) }));
  if (due !== undefined) console.log(`! ${word('due', { clock: chinaClock(due) })}`);
  console.log(word('visits', { n: visits }));
  for (const { act, leg, journal: ours, host } of acts) {
    const [what, where] = [say(actWords[act] ?? [act, act]), say(sideWords[leg] ?? [leg, leg])];
    const theirs = host === undefined ? '' : word('theirs', { n: host });
    console.log(`    ${word('ours', { act: what, host: where, n: ours })}${theirs}`);
  }
  for (const line of stockLines(readDay(journal).day, say)) console.log(line);
  for (const point of report.points) console.log(`! ${pointLine(point, say)}`);
  if (last === undefined) return;
  const slip = say(last.slip === undefined ? bookDayWords.notTried : slipWords[last.slip]);
  console.log(word('last', { ...last, clock: chinaClock(last.at), slip }));
}

export const dayEndCommand: CliCommand = {
  usage: 'day-end [--json] [--config FILE]',
  help: 'Tells the running business day: visits, acts beside what the hosts said at the last comparison, cards, whether it is due to be closed (dayEnd.cutOver), and what does not add up. Reads only: a day is closed at the machine, by two persons with their cards. Exit code 0: nothing is to be looked at; 1: something is, or the journal cannot be read.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const report = dayOf(journal);
      if (json) console.log(JSON.stringify(report, undefined, 2));
      else print(report, journal, staffLanguage());
      return report.points.length === 0 && report.due === undefined ? 0 : 1;
    }),
};
