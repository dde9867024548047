import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from '../config/index.ts';
import { JournalReader, MachineKeys } from '../journal/index.ts';

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
