import { parseArgs } from 'node:util';
import { events, type JournalEntry, type JournalReader, sentenceOf } from '../journal/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { openJournal } from './journal-access.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** No visit that covers a minute began longer before it. */
const longestVisitMs = 60 * minuteMs;
const latest = 200;

/**
 * Local time as a person says it: `14:32` (the last time it was that late) or `2026-11-24 14:32`.
 * @returns undefined when it is no time
 */
export function timeOf(text: string, now: Date): Date | undefined {
  const match = /^(?:(\d{4})-(\d{2})-(\d{2})[T ])?(\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return undefined;
  if (year === undefined || month === undefined || day === undefined) {
    const today = new Date(now);
    today.setHours(hour, minute, 0, 0);
    return today.getTime() <= now.getTime() ? today : new Date(today.getTime() - dayMs);
  }
  const at = new Date(year, month - 1, day, hour, minute);
  return at.getMonth() === month - 1 && at.getDate() === day ? at : undefined;
}

/** The visits that ran in this minute; else what was said two minutes either way. */
function around(journal: JournalReader, at: Date): readonly JournalEntry[] {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const start = at.getTime();
  const before = journal.entries({ from: iso(start - longestVisitMs), to: iso(start + minuteMs) });
  const running = new Set<string>();
  for (const { visit, event, at: when } of before) {
    if (visit === undefined) continue;
    if (event === 'visit.began') running.add(visit);
    if (event === 'visit.ended' && when < iso(start)) running.delete(visit);
  }
  const visits = [...running].flatMap((visit) => journal.entries({ visit }));
  return visits.length > 0
    ? visits
    : journal.entries({ from: iso(start - 2 * minuteMs), to: iso(start + 3 * minuteMs) });
}

/** Entries that ask for a person stand out and say what to do. */
export function lineOf({ at, event, fields }: JournalEntry): string {
  const time = new Date(at);
  const clock = `${time.toLocaleDateString('sv-SE')} ${time.toLocaleTimeString('sv-SE')}`;
  const facts = Object.hasOwn(events, event) ? events[event as keyof typeof events] : undefined;
  const grave = facts !== undefined && ['warning', 'fault', 'alarm'].includes(facts.level);
  const todo = grave && facts.todo !== '' ? `\n                       → ${facts.todo}` : '';
  return `${clock} ${grave ? '!' : ' '} ${sentenceOf(event, fields)}${todo}`;
}

function print(entries: readonly JournalEntry[]): void {
  let visit: string | undefined;
  for (const entry of entries) {
    if (entry.visit !== visit) {
      visit = entry.visit;
      console.log(visit === undefined ? '' : `\nVisit ${visit}`);
    }
    console.log(lineOf(entry));
  }
}

function verify(journal: JournalReader): number {
  const { checked, fromSeq, damage } = journal.verify();
  if (damage === undefined) console.log(`whole: ${checked} entries from number ${fromSeq}`);
  else console.error(`damaged: ${damage.what} at entry ${damage.seq} (${checked} entries before it are whole)`);
  return damage === undefined ? 0 : 1;
}

function tellVisits(journal: JournalReader, idOrCase: string): number {
  const visits = journal.visitsMatching(idOrCase);
  if (visits.length === 0) console.error(`no visit ${idOrCase}`);
  for (const visit of visits) print(journal.entries({ visit }));
  return visits.length === 0 ? 1 : 0;
}

interface Question {
  readonly visit?: string;
  readonly at?: Date;
  readonly event?: string;
  readonly verify?: boolean;
}

function tell(journal: JournalReader, { visit, at, event, verify: check }: Question): number {
  if (check === true) return verify(journal);
  if (visit !== undefined) return tellVisits(journal, visit);
  const entries =
    at === undefined ? journal.entries(event === undefined ? {} : { event }).slice(-latest) : around(journal, at);
  if (entries.length === 0) console.log('the journal says nothing of that');
  print(entries);
  return 0;
}

export const journalCommand: CliCommand = {
  usage: 'journal [--visit ID|CASE] [--at HH:MM|"YYYY-MM-DD HH:MM"] [--event ID] [--verify] [--config FILE]',
  help: 'Tells a visit in sentences, or what happened at a time; without either the latest entries; --verify checks the chain.',
  run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        visit: { type: 'string' },
        at: { type: 'string' },
        event: { type: 'string' },
        verify: { type: 'boolean' },
        config: { type: 'string' },
      },
    });
    const at = values.at === undefined ? undefined : timeOf(values.at, new Date());
    if (values.at !== undefined && at === undefined) {
      console.error(`--at: got ${values.at}, wants 14:32 or "2026-11-24 14:32"`);
      return 2;
    }
    if (values.event !== undefined && !Object.hasOwn(events, values.event)) {
      console.error(`--event: got ${values.event}, wants an event of npx kiosk events`);
      return 2;
    }
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
    const { visit, event, verify: check } = values;
    try {
      return tell(journal.value, {
        ...(visit !== undefined && { visit }),
        ...(at !== undefined && { at }),
        ...(event !== undefined && { event }),
        ...(check !== undefined && { verify: check }),
      });
    } finally {
      journal.value.close();
    }
  },
};
