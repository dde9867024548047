import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CliCommand } from '../cli.ts';
import { loadConfig } from '../config/index.ts';
import { type JournalEntry, JournalReader, MachineKeys, sentenceOf } from '../journal/index.ts';

const minuteMs = 60_000;

/** What happened around this time, by default today: the visits running then, else what was said two minutes either way. */
function aroundTime(journal: JournalReader, text: string): readonly JournalEntry[] | undefined {
  const match = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [, day, hour, minute] = match;
  const at = day === undefined ? new Date() : new Date(`${day}T00:00:00`);
  at.setHours(Number(hour), Number(minute), 0, 0);
  if (Number.isNaN(at.getTime())) return undefined;
  const iso = (ms: number): string => new Date(ms).toISOString();
  // A visit that covers the minute began at most an hour before it.
  const before = journal.entries({ from: iso(at.getTime() - 60 * minuteMs), to: iso(at.getTime() + minuteMs) });
  const running = new Set(
    before.filter((entry) => entry.visit !== undefined && entry.event === 'visit.began').map((entry) => entry.visit),
  );
  for (const entry of before) {
    if (entry.event === 'visit.ended' && entry.at < iso(at.getTime())) running.delete(entry.visit);
  }
  const visits = [...running].flatMap((visit) => (visit === undefined ? [] : journal.entries({ visit })));
  if (visits.length > 0) return visits;
  return journal.entries({ from: iso(at.getTime() - 2 * minuteMs), to: iso(at.getTime() + 3 * minuteMs) });
}

function print(entries: readonly JournalEntry[]): void {
  let visit: string | undefined;
  for (const entry of entries) {
    if (entry.visit !== visit) {
      visit = entry.visit;
      console.log(visit === undefined ? '' : `\nVisit ${visit}`);
    }
    const time = new Date(entry.at);
    const clock = `${time.toLocaleDateString('sv-SE')} ${time.toLocaleTimeString('sv-SE')}`;
    console.log(`${clock}  ${sentenceOf(entry.event, entry.fields)}`);
  }
}

export const journalCommand: CliCommand = {
  usage: 'journal [--visit ID|CASE] [--at HH:MM|"YYYY-MM-DD HH:MM"] [--event ID] [--verify] [--config FILE]',
  help: 'Tells a visit in sentences, or what happened at a time; --verify checks the chain.',
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
    const loaded = loadConfig(
      values.config ?? (existsSync('data/bench/kiosk.json') ? 'data/bench/kiosk.json' : undefined),
    );
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    const { dataFolder, keyFolder } = loaded.value.config.storage;
    if (!existsSync(keyFolder)) {
      console.error(`${keyFolder}: no machine keys here; is this the right configuration (--config FILE)?`);
      return 1;
    }
    const journal = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
    if (journal === undefined) {
      console.error(`${dataFolder}: no journal here; is this the right configuration (--config FILE)?`);
      return 1;
    }
    try {
      if (values.verify === true) {
        const { checked, fromSeq, damage } = journal.verify();
        if (damage === undefined) console.log(`whole: ${checked} entries from number ${fromSeq}`);
        else console.error(`damaged: ${damage.what} at entry ${damage.seq} (${checked} entries before it are whole)`);
        return damage === undefined ? 0 : 1;
      }
      if (values.visit !== undefined) {
        const visits = journal.visitsMatching(values.visit);
        if (visits.length === 0) console.error(`no visit ${values.visit}`);
        for (const visit of visits) print(journal.entries({ visit }));
        return visits.length === 0 ? 1 : 0;
      }
      const entries =
        values.at === undefined
          ? journal.entries(values.event === undefined ? {} : { event: values.event }).slice(-200)
          : aroundTime(journal, values.at);
      if (entries === undefined) {
        console.error(`--at: got ${values.at ?? ''}, wants 14:32 or "2026-11-24 14:32"`);
        return 2;
      }
      print(entries);
      return 0;
    } finally {
      journal.close();
    }
  },
};
