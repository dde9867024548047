import { parseArgs } from 'node:util';
import { type Day, type JournalReader, readDay, type UnitDay } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { openJournal } from './journal-access.ts';

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

/** Reads the journal of a configuration, beside a running daemon too. */
export function withJournal(args: readonly string[], tell: (journal: JournalReader, json: boolean) => number): number {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, config: { type: 'string' } },
  });
  const loaded = cliConfiguration(values.config);
  if (!loaded.ok) {
    for (const line of loaded.error) console.error(line);
    return 1;
  }
  const journal = openJournal(loaded.value.config);
  if (!journal.ok) {
    console.error(journal.error);
    return 1;
  }
  try {
    return tell(journal.value, values.json === true);
  } finally {
    journal.value.close();
  }
}

export const stockCommand: CliCommand = {
  usage: 'stock [--json] [--config FILE]',
  help: 'Tells how many cards are in hopper and bin by the book, and how that came about since the last day-end. Reads only: cards are counted at the machine, by two persons with their cards.',
  run: (args) =>
    withJournal(args, (journal, json) => {
      const { day } = readDay(journal);
      if (json) console.log(JSON.stringify(day.units, undefined, 2));
      else if (Object.keys(day.units).length === 0) console.log('no cards were ever counted here');
      else for (const line of stockLines(day)) console.log(line);
      return 0;
    }),
};
