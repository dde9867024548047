import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '#protocol/result.ts';

/** Holds the data folder for one daemon; the kernel releases it however the process ends. */
export interface InstanceLock {
  release(): void;
}

/** SQLite's exclusive lock on a file of its own: no race, no stale pid files. */
export function lockDataFolder(folder: string): Result<InstanceLock, 'alreadyRunning'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new Database(join(folder, 'instance.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return err('alreadyRunning');
    throw error;
  }
  return ok({ release: () => db.close() });
}
