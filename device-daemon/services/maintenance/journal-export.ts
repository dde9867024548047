import { join } from 'node:path';
import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import {
  type BundleFault,
  type BundleProgress,
  inChina,
  type Journal,
  type MachineKeys,
  writeBundle,
} from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Area, Work } from './area.ts';
import { type Stick, sticksIn } from './sticks.ts';

interface ExportParts {
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
  readonly terminal: string;
  /** Where sticks are mounted; empty: nowhere. */
  readonly stickFolder: string;
  readonly bench: boolean;
}

const codes: Readonly<Record<Exclude<BundleFault, 'cancelled'>, string>> = {
  full: 'stickFull',
  readOnly: 'stickReadOnly',
  gone: 'stickGone',
  notWhole: 'journalNotWhole',
};

/** The page is told so often how far it is. */
const progressEveryMs = 200;

/** A signed copy of the journal, taken away by two persons (S-15, S-19). The journal stays as it is. */
export function journalExport(parts: ExportParts): Area<'Maintenance.GetSticks' | 'Maintenance.ExportJournal'> {
  const sticks = (): Promise<readonly Stick[]> => sticksIn(parts.stickFolder, parts.bench);
  return {
    'Maintenance.GetSticks': async () =>
      success({
        sticks: (await sticks()).map(({ name, freeBytes }) => ({ name, freeMegabytes: Math.floor(freeBytes / 1e6) })),
      } satisfies CompletionPayloads['Maintenance.GetSticks']),
    'Maintenance.ExportJournal': async ({ stick: wanted }, work) => {
      const stick = (await sticks()).find(({ name }) => name === wanted);
      if (stick === undefined) return commandError('noSuchStick');
      return work.withSecond('exportJournal', () => exportTo(stick, work, parts));
    },
  };
}

async function exportTo({ name: stick, folder }: Stick, work: Work, parts: ExportParts): Promise<Outcome> {
  const { journal, keys, clock, terminal } = parts;
  const { token, session, signal, context } = work;
  const uptoSeq = journal.signHead()?.seq;
  if (uptoSeq === undefined) return commandError('journalUnavailable');
  const made = clock.date();
  const file = `journal-${terminal}-${inChina(made).replaceAll(/[-:]/g, '').replace('T', '-')}.tar`;
  const onProgress = seldom(clock, (progress) => context.emit('Maintenance.ExportProgressEvent', progress));
  const written = await writeBundle(journal, keys, join(folder, file), { terminal, made, uptoSeq, signal, onProgress });
  if (!written.ok) {
    journal.record('journal.notExported', { stick, why: written.error, token }, session);
    return written.error === 'cancelled' ? interrupted(context) : commandError(codes[written.error]);
  }
  const { fromSeq } = written.value;
  const entries = uptoSeq - fromSeq + 1;
  journal.record('journal.exported', { stick, file, entries, uptoSeq, token }, session);
  return success({ file, entries, uptoSeq } satisfies CompletionPayloads['Maintenance.ExportJournal']);
}

/** The first, then one now and then. */
function seldom(clock: Clock, tell: (progress: BundleProgress) => void): (progress: BundleProgress) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (clock.nowMs() - toldMs < progressEveryMs) return;
    toldMs = clock.nowMs();
    tell(progress);
  };
}
