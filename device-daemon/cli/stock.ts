import { type Day, readDay, type UnitDay } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';

const terms: Readonly<Record<Exclude<keyof UnitDay, 'count'>, string>> = {
  carried: 'carried over',
  loaded: 'loaded',
  found: 'booked as found',
  kept: 'came in',
  unbooked: 'moved without a record',
  removed: 'taken out by staff',
  test: 'left in booked tests',
  retained: 'ended in the bin',
  missing: 'booked as missing',
};

export const placeOf = (unit: string): string => (unit === dispenseUnit ? 'hopper' : 'bin');

/** A place with every term of its equation that is not nothing. */
export function* stockLines({ units }: Day): Generator<string> {
  for (const [id, unit] of Object.entries(units)) {
    yield `${placeOf(id)} (${id}): ${unit.count} card(s) by the book`;
    for (const [term, words] of Object.entries(terms)) {
      const cards = unit[term as keyof typeof terms];
      if (cards !== 0) yield `    ${String(cards).padStart(5)}  ${words}`;
    }
  }
}

export const stockCommand: CliCommand = {
  usage: 'stock [--json] [--config FILE]',
  help: 'Tells how many cards are in hopper and bin by the book, and how that came about since the last day-end. Reads only: cards are counted at the machine, by two persons with their cards.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const { day } = readDay(journal);
      if (json) console.log(JSON.stringify(day.units, undefined, 2));
      else if (Object.keys(day.units).length === 0) console.log('no cards were ever counted here');
      else for (const line of stockLines(day)) console.log(line);
      return 0;
    }),
};
