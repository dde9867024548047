/**
 * A process that writes a journal until it is killed, or on a disk that is as small as it likes; for tests that need a
 * process of their own. It says what it did in lines of JSON.
 *
 *   writer.js endless DATA KEYS           writes and tells the number of every entry that is on the disk
 *   writer.js small-disk DATA KEYS        DATA is a small file system: fills it, starts again on it, makes room
 */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Journal, MachineKeys } from './index.ts';

const [, , mode, dataFolder = '', keyFolder = ''] = process.argv;
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const open = (): Journal =>
  Journal.open({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9, headEvery: 7 });

const ballast = join(dataFolder, 'ballast');

/** Takes every byte that is left. */
function fillDisk(): void {
  const file = openSync(ballast, 'a');
  try {
    for (const size of [65_536, 4_096, 1])
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch {
        // Full for pieces of this size.
      }
  } finally {
    closeSync(file);
  }
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await setTimeout(20);
}

if (mode === 'endless') {
  const journal = open();
  say({ damage: journal.verify().damage ?? null, from: journal.lastSeq });
  for (;;) {
    journal.record('pin.entered', { digits: journal.lastSeq % 7 }, 'v1');
    say({ seq: journal.lastSeq });
  }
} else if (mode === 'small-disk') {
  const journal = open();
  journal.record('pin.entered', { digits: 1 });
  fillDisk();
  let kept = 1;
  // The journal may still have pages of its own to write in.
  while (journal.record('pin.entered', { digits: 2 })) kept += 1;
  say({ step: 'full', free: statfsSync(dataFolder).bavail, kept, writable: journal.writable });
  journal.close();

  const started = open();
  const more = started.record('pin.entered', { digits: 3 });
  say({ step: 'started on a full disk', writable: started.writable, more, damage: started.verify().damage ?? null });
  rmSync(ballast);
  await until(() => started.writable);
  say({
    step: 'room again',
    record: started.record('pin.entered', { digits: 4 }),
    damage: started.verify().damage ?? null,
    events: started.entries({}).map((entry) => entry.event),
  });
  started.close();
}
