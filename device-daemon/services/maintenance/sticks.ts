import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface Stick {
  readonly name: string;
  readonly folder: string;
  readonly freeBytes: number;
}

/** A stick that does not say so soon what it is, is none. */
const lookMs = 5_000;
const mostSticks = 16;

/**
 * The sticks that are mounted in a folder: file systems of their own. A folder that only waits for a stick is a piece of
 * the machine's disk, and nothing may be written there.
 * @param foldersToo on a bench a folder will do
 */
export async function sticksIn(folder: string, foldersToo: boolean): Promise<readonly Stick[]> {
  if (folder === '') return [];
  const names = await soon(readdir(folder), []);
  const own = await soon(stat(folder), undefined);
  const looked = names.slice(0, mostSticks).map(async (name): Promise<readonly Stick[]> => {
    const place = join(folder, name);
    const found = await stat(place);
    if (!found.isDirectory() || (found.dev === own?.dev && !foldersToo)) return [];
    const { bavail, bsize } = await statfs(place);
    return [{ name, folder: place, freeBytes: bavail * bsize }];
  });
  return (await Promise.all(looked.map((look) => soon(look, [])))).flat();
}

/** What the file system says; where it says nothing, or that there is nothing, the other. */
async function soon<T>(work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), lookMs);
  });
  try {
    return await Promise.race([work.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
