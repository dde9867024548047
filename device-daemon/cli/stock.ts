import type { Words } from '#assets/devices/index.ts';
import { bookTermWords, bookWords } from '#assets/shell/index.ts';
import { type Day, readDay, type UnitDay } from '../journal/index.ts';
import { dispenseUnit } from '../services/card-dispenser/index.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';
import { staffLanguage } from './staff-language.ts';

type Say = ReturnType<typeof staffLanguage>;
type Term = Exclude<keyof UnitDay, 'count'>;

export const placeOf = (unit: string): Words => (unit === dispenseUnit ? bookWords.hopper : bookWords.bin);

/** A place with every term of its equation that is not nothing. */
export function* stockLines({ units }: Day, say: Say): Generator<string> {
  for (const [id, unit] of Object.entries(units)) {
    yield `${say(placeOf(id))} (${id}): ${say(bookWords.count).replace('{n}', String(unit.count))}`;
    for (const [term, words] of Object.entries(bookTermWords)) {
      const cards = unit[term as Term];
      if (cards !== 0) yield `    ${String(cards).padStart(5)}  ${say(words)}`;
    }
  }
}

export const stockCommand: CliCommand = {
  usage: 'stock [--json] [--config FILE]',
  help: 'Tells how many cards are in hopper and bin by the book, and how that came about since the last day-end. Reads only: cards are counted at the machine, by two persons with their cards.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const { day } = readDay(journal);
      const say = staffLanguage();
      if (json) console.log(JSON.stringify(day.units, undefined, 2));
      else if (Object.keys(day.units).length === 0) console.log(say(bookWords.none));
      else for (const line of stockLines(day, say)) console.log(line);
      return 0;
    }),
};
