import type {
  CardOutcome,
  CompletionPayloads,
  EpisodeSummary,
  JournalCheck,
  StaffLanguage,
  StaffRole,
} from '#protocol/generated/kiosk.ts';
import {
  type Episode,
  type EventId,
  isDamage,
  isTrouble,
  type Journal,
  type JournalEntry,
  lineOf,
  short,
  storyOf,
} from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Area } from './area.ts';

const pageEpisodes = 20;
/** Of each in the list. */
const sentencesTold = 3;
/** A visit has some twenty lines; a page gone wild, or a link that comes and goes all day, may have made more. */
const linesTold = 500;

type Reading = 'Maintenance.GetEpisodes' | 'Maintenance.GetStory' | 'Maintenance.VerifyJournal';

/** The staff of a bank here, unless they ask otherwise. */
const usual: StaffLanguage = 'zh-Hans';

/** What happened at 14:32: the journal as whoever has signed on may read it. There is nothing here to change it with (F8). */
export const journalReading = (journal: Journal, clock: Clock): Area<Reading> => ({
  'Maintenance.GetEpisodes': ({ language = usual, ...query }, { signal, context }) =>
    reading(async () => {
      const found = await journal.episodesInBackground(query, pageEpisodes + 1, signal);
      if (found === undefined) return interrupted(context);
      const check = lastCheck(journal);
      return success({
        episodes: found.slice(0, pageEpisodes).map((episode) => summaryOf(journal, episode, language)),
        more: found.length > pageEpisodes,
        ...(check && { check }),
      } satisfies CompletionPayloads['Maintenance.GetEpisodes']);
    }),
  'Maintenance.GetStory': ({ seq, language = usual }) =>
    reading(() => {
      const episode = journal.episodeAt(seq);
      if (episode === undefined) return commandError('noSuchStory');
      const story = storyOf(journal, episode);
      const leftOff = story.length - linesTold;
      return success({
        ...{ seq, lines: story.slice(0, linesTold).map((entry) => lineOf(entry, language)) },
        ...(leftOff > 0 && { leftOff }),
      } satisfies CompletionPayloads['Maintenance.GetStory']);
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
async function reading(read: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return commandError('journalUnavailable');
  }
}

function summaryOf(journal: Journal, episode: Episode, language: StaffLanguage): EpisodeSummary {
  const { seq, began } = episode;
  const story = storyOf(journal, episode, linesTold);
  const said = (entries: readonly JournalEntry[]): readonly string[] => [
    ...new Set(entries.map((entry) => lineOf(entry, language).sentence)),
  ];
  const troubles = said(story.filter(isTrouble)).slice(0, sentencesTold);
  const common = { seq, began, troubles };
  // What a visit was, its end says; of the others only their sentences do.
  const unsaid = ({ event }: JournalEntry) => episode.kind === 'between' || !frame.includes(event);
  const others = said(story.filter((entry) => !isTrouble(entry) && unsaid(entry)));
  const rest = { others: others.slice(0, sentencesTold - troubles.length), last: episode.last };
  switch (episode.kind) {
    case 'visit': {
      const { visit, case: caseCode, end, last } = episode;
      return {
        ...{ kind: 'visit', visitId: visit, ...common },
        ...(caseCode !== undefined && { caseCode }),
        ...(end && { last, ended: end.reason, card: end.card as CardOutcome, seconds: end.seconds }),
      };
    }
    case 'staff': {
      const { visit, who, end } = episode;
      return {
        ...{ kind: 'staff', visitId: visit, ...common, ...rest },
        ...(who && { role: who.role as StaffRole, staff: short(who.token) }),
        ...(end && { ended: end.why, seconds: end.seconds }),
      };
    }
    case 'between':
      return { kind: 'between', ...common, ...rest, entries: episode.entries };
  }
}

/** What the row says by itself, and the staff card's way out. */
const frame: readonly string[] = ['staff.signedOn', 'staff.signedOff', 'card.removed'] satisfies EventId[];

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
