import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompletionPayloads, EventPayloads } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { CardManagementHost } from '../../hosts/index.ts';
import { inChina, type Journal, type MachineKeys, writeBundle } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Area, Work } from './area.ts';
import { deposit } from './journal-deposit.ts';
import { type Stick, sticksIn } from './sticks.ts';

interface ExportParts {
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
  readonly terminal: string;
  /** Where sticks are mounted; empty: nowhere. */
  readonly stickFolder: string;
  readonly bench: boolean;
  readonly cardManagement: CardManagementHost | undefined;
  /** Where a copy stands while it is sent. */
  readonly dataFolder: string;
}

type Completion = CompletionPayloads['Maintenance.ExportJournal'];
type Progress = EventPayloads['Maintenance.ExportProgressEvent'];
type ExportFault = NonNullable<Completion['errorCode']> | 'cancelled';
interface Copy {
  readonly file: string;
  readonly entries: number;
  readonly uptoSeq: number;
}

/** How whoever writes a copy is told that it cannot be: on a stick, and on the machine's own disk. */
const stickCodes = { full: 'stickFull', readOnly: 'stickReadOnly', gone: 'stickGone' } as const;
const diskCodes = { full: 'journalUnavailable', readOnly: 'journalUnavailable', gone: 'journalUnavailable' } as const;

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
      if (wanted === undefined) {
        const host = parts.cardManagement;
        if (host?.report().state !== 'up') return commandError('notDelivered');
        return work.withSecond('exportJournal', () => kept('cardManagement', work, parts, toHost(host, work, parts)));
      }
      const stick = (await sticks()).find(({ name }) => name === wanted);
      if (stick === undefined) return commandError('noSuchStick');
      return work.withSecond('exportJournal', () =>
        kept(`stick ${wanted}`, work, parts, write(stick.folder, stickCodes, work, parts)),
      );
    },
  };
}

/** Whatever becomes of it stands in the journal. */
async function kept(
  to: string,
  { token, session, context }: Work,
  { journal }: ExportParts,
  copying: Promise<Result<Copy, ExportFault>>,
): Promise<Outcome> {
  const copied = await copying;
  if (copied.ok) {
    journal.record('journal.exported', { to, ...copied.value, token }, session);
    return success(copied.value satisfies Completion);
  }
  journal.record('journal.notExported', { to, why: copied.error, token }, session);
  return copied.error === 'cancelled' ? interrupted(context) : commandError(copied.error);
}

async function write(
  folder: string,
  codes: Readonly<Record<'full' | 'readOnly' | 'gone', ExportFault>>,
  { signal, context }: Work,
  { journal, keys, clock, terminal }: ExportParts,
): Promise<Result<Copy, ExportFault>> {
  const uptoSeq = journal.signHead()?.seq;
  if (uptoSeq === undefined) return err('journalUnavailable');
  const made = clock.date();
  const file = `journal-${terminal}-${inChina(made).replaceAll(/[-:]/g, '').replace('T', '-')}.tar`;
  const onProgress = seldom(clock, (progress) => context.emit('Maintenance.ExportProgressEvent', progress));
  const written = await writeBundle(journal, keys, join(folder, file), { terminal, made, uptoSeq, signal, onProgress });
  if (written.ok) return ok({ file, entries: uptoSeq - written.value.fromSeq + 1, uptoSeq });
  if (written.error === 'cancelled') return err('cancelled');
  return err(written.error === 'notWhole' ? 'journalNotWhole' : codes[written.error]);
}

/** The copy stands on the machine's disk only while it is sent. */
async function toHost(host: CardManagementHost, work: Work, parts: ExportParts): Promise<Result<Copy, ExportFault>> {
  const { dataFolder, clock } = parts;
  const written = await write(dataFolder, diskCodes, work, parts);
  if (!written.ok) return written;
  const path = join(dataFolder, written.value.file);
  const onProgress = seldom(clock, (progress) => work.context.emit('Maintenance.ExportProgressEvent', progress));
  try {
    const sent = await deposit(path, host, work.signal, onProgress);
    return sent === 'taken' ? written : err(sent);
  } finally {
    await rm(path, { force: true });
  }
}

/** The first, then one now and then. */
function seldom(clock: Clock, tell: (progress: Progress) => void): (progress: Progress) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (clock.nowMs() - toldMs < progressEveryMs) return;
    toldMs = clock.nowMs();
    tell(progress);
  };
}
