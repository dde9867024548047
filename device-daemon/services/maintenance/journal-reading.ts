import type {
  CardOutcome,
  CompletionPayloads,
  JournalCheck,
  StaffLanguage,
  VisitSummary,
} from '#protocol/generated/kiosk.ts';
import { type FoundVisit, isDamage, isTrouble, type Journal, lineOf, storyOf } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Area } from './area.ts';

const pageVisits = 20;
const troublesTold = 3;
/** A visit has some twenty lines; a page gone wild may have made more. */
const linesTold = 500;

type Reading = 'Maintenance.GetVisits' | 'Maintenance.GetStory' | 'Maintenance.VerifyJournal';

/** The staff of a bank here, unless they ask otherwise. */
const usual: StaffLanguage = 'zh-Hans';

/** What happened at 14:32: the journal as whoever has signed on may read it. There is nothing here to change it with (F8). */
export const journalReading = (journal: Journal, clock: Clock): Area<Reading> => ({
  'Maintenance.GetVisits': ({ language = usual, ...query }) =>
    reading(() => {
      const found = journal.visits(query, pageVisits + 1);
      const check = lastCheck(journal);
      return {
        visits: found.slice(0, pageVisits).map((visit) => summaryOf(journal, visit, language)),
        more: found.length > pageVisits,
        ...(check && { check }),
      } satisfies CompletionPayloads['Maintenance.GetVisits'];
    }),
  'Maintenance.GetStory': ({ visitId, language = usual }) =>
    reading(() => {
      const lines = storyOf(journal, visitId).map((entry) => lineOf(entry, language));
      if (lines.length === 0) return undefined;
      const leftOff = lines.length - linesTold;
      return {
        ...{ visitId, lines: lines.slice(0, linesTold) },
        ...(leftOff > 0 && { leftOff }),
      } satisfies CompletionPayloads['Maintenance.GetStory'];
    }),
  'Maintenance.VerifyJournal': async (_payload, { signal, context, session }) => {
    const found = await journal.verifyInBackground(signal);
    if (found === undefined) return interrupted(context);
    const { damage, checked, fromSeq } = found;
    // What was found is worth knowing also where it cannot be written down.
    if (damage === undefined) journal.record('journal.verified', { entries: checked, fromSeq }, session);
    else journal.record('journal.damaged', { ...damage }, session);
    const check = { at: clock.date().toISOString(), ...(damage ? { damage } : wholeSpan(fromSeq, checked)) };
    return success({ check } satisfies CompletionPayloads['Maintenance.VerifyJournal']);
  },
});

/** A broken file is an answer, and what the check of the chain then says. */
function reading(read: () => object | undefined): Outcome {
  try {
    const told = read();
    return told === undefined ? commandError('noSuchStory') : success(told);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return commandError('journalUnavailable');
  }
}

function summaryOf(
  journal: Journal,
  { visit, case: caseCode, began, seq, end }: FoundVisit,
  language: StaffLanguage,
): VisitSummary {
  const troubles = storyOf(journal, visit)
    .filter(isTrouble)
    .map((entry) => lineOf(entry, language).sentence);
  return {
    ...{ visitId: visit, caseCode, began, seq, troubles: [...new Set(troubles)].slice(0, troublesTold) },
    ...(end && { end: { at: end.at, reason: end.reason, card: end.card as CardOutcome, seconds: end.seconds } }),
  };
}

/** What the last check found, at a start or by hand. */
function lastCheck(journal: Journal): JournalCheck | undefined {
  const whole = journal.newest('journal.verified');
  const damaged = journal.newest('journal.damaged');
  if (damaged !== undefined && damaged.seq > (whole?.seq ?? 0)) {
    const { what, seq } = damaged.fields;
    return { at: damaged.at, damage: { what, seq } };
  }
  return whole && { at: whole.at, ...wholeSpan(whole.fields.fromSeq, whole.fields.entries) };
}

const wholeSpan = (fromSeq: number, entries: number) => ({ fromSeq, uptoSeq: fromSeq + entries - 1 });
