import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CutNote, cutNoteFile } from './contract.ts';

interface Folders {
  readonly dataFolder: string;
  readonly keyFolder: string;
}

const frameHeader = 24;
const walHeader = 32;
const pageSize = 4096;

/** What is certainly on the disk before the next entry. */
export function noteOf({ dataFolder, keyFolder }: Folders): CutNote {
  const walFile = join(dataFolder, 'journal.db-wal');
  const tailFile = join(keyFolder, 'journal.tail');
  return {
    walBytes: existsSync(walFile) ? statSync(walFile).size : 0,
    tail: existsSync(tailFile) ? readFileSync(tailFile, 'utf8') : '',
  };
}

/**
 * Of the last commit the disk has only the first frames, or half of one: WAL frames are written in order and synced once.
 * Whatever was noted after the commit had not been written, either.
 */
export function cutPower({ dataFolder, keyFolder }: Folders, part: number): void {
  const noteFile = join(dataFolder, cutNoteFile);
  if (!existsSync(noteFile)) return;
  const { walBytes, tail } = JSON.parse(readFileSync(noteFile, 'utf8')) as CutNote;
  rmSync(noteFile);
  const wal = join(dataFolder, 'journal.db-wal');
  const now = readFileSync(wal).length;
  const before = Math.max(walBytes, walHeader);
  // A checkpoint began the file anew: what was before is in the database.
  if (now <= before) return;
  const frames = Math.round((now - before) / (frameHeader + pageSize));
  const cut = Math.floor(part * frames * 2) / 2;
  truncateSync(wal, before + Math.floor(cut * (frameHeader + pageSize)));
  writeFileSync(join(keyFolder, 'journal.tail'), tail);
}
