import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from '../config/index.ts';
import { JournalReader, MachineKeys } from '../journal/index.ts';
import { cliConfiguration } from './configuration.ts';

const hint = 'is this the right configuration (--config FILE)?';

/** The journal, for reading only: nothing is made that is not there. The error is a line for the technician. */
export function openJournal({ storage: { dataFolder, keyFolder } }: Config): Result<JournalReader, string> {
  const keyFiles = ['machine.key.pem', 'token.key'].map((name) => join(keyFolder, name));
  if (!keyFiles.every((file) => existsSync(file))) return err(`${keyFolder}: no machine keys here; ${hint}`);
  try {
    const journal = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
    return journal === undefined ? err(`${dataFolder}: no journal here; ${hint}`) : ok(journal);
  } catch (error) {
    return err(`${dataFolder}: the journal cannot be opened: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Has it told what the journal holds, beside a running daemon too; the exit code is 1 where it cannot be read. */
export function withJournal(config: Config, tell: (journal: JournalReader) => number): number {
  const journal = openJournal(config);
  if (!journal.ok) {
    console.error(journal.error);
    return 1;
  }
  try {
    return tell(journal.value);
  } finally {
    journal.value.close();
  }
}

/** The same with the configuration of `--config`. */
export function withJournalOf(configFile: string | undefined, tell: (journal: JournalReader) => number): number {
  const loaded = cliConfiguration(configFile);
  if (loaded.ok) return withJournal(loaded.value.config, tell);
  for (const line of loaded.error) console.error(line);
  return 1;
}

/** For commands that only read, and may tell it as JSON. */
export function tellJournal(args: readonly string[], tell: (journal: JournalReader, json: boolean) => number): number {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, config: { type: 'string' } },
  });
  return withJournalOf(values.config, (journal) => tell(journal, values.json === true));
}
