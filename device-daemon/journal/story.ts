import type { StaffLanguage } from '#protocol/generated/kiosk.ts';
import { chinaClock } from './china-time.ts';
import type { Episode } from './episodes.ts';
import { type EventId, events, type Fields, type Level } from './events.ts';
import type { JournalEntry, JournalReader } from './reader.ts';
import { chinese } from './sentences.zh-Hans.ts';

/** One thing that happened, as it is told to a person: the same in a terminal and on the maintenance page. */
export interface StoryLine {
  readonly seq: number;
  readonly event: string;
  /** Clock time in China: `2026-11-27 14:32:05`. */
  readonly when: string;
  readonly level: Level;
  readonly sentence: string;
  /** It did not go as it should. */
  readonly trouble: boolean;
  /** What a person should do about it. */
  readonly todo?: string;
}

const grave: readonly Level[] = ['warning', 'fault', 'alarm'];

const isKnown = (event: string): event is EventId => Object.hasOwn(events, event);

/** What a person should do about it, and the sentence that tells it. */
function told(event: EventId, language: StaffLanguage): readonly [todo: string, sentence: (fields: never) => string] {
  if (language === 'zh-Hans') return chinese[event];
  const { todo, sentence } = events[event];
  return [todo, sentence];
}

/** Tells an entry in a sentence; an entry of a catalogue that is not ours is shown as it is. */
export function sentenceOf(event: string, fields: Fields, language: StaffLanguage): string {
  if (!isKnown(event)) return `${event} ${JSON.stringify(fields)}`;
  const [, sentence] = told(event, language);
  return (sentence as (fields: Fields) => string)(fields);
}

/** Only what asks for a person says what to do. */
export function lineOf(entry: JournalEntry, language: StaffLanguage): StoryLine {
  const { seq, at, event, fields } = entry;
  const level = isKnown(event) ? events[event].level : 'info';
  const [todo] = isKnown(event) && grave.includes(level) ? told(event, language) : [''];
  return {
    ...{ seq, event, level, sentence: sentenceOf(event, fields, language), when: chinaClock(at) },
    trouble: isTrouble(entry),
    ...(todo !== '' && { todo }),
  };
}

/** The line in a terminal: what went wrong stands out. */
export function textOf({ when, trouble, sentence, todo }: StoryLine): string {
  const more = todo === undefined ? '' : `\n${' '.repeat(when.length + 4)}→ ${todo}`;
  return `${when} ${trouble ? '!' : ' '} ${sentence}${more}`;
}

/**
 * An episode from its first entry to its last: what was done in it, and what befell the machine meanwhile. A business act
 * goes on being told of after the visit's end; what befalls the machine then is no part of it.
 * @param most so much of what befell the machine
 */
export function storyOf(
  journal: JournalReader,
  episode: Episode,
  most = Number.MAX_SAFE_INTEGER,
): readonly JournalEntry[] {
  const own = episode.kind === 'between' ? [] : journal.entries({ visit: episode.visit });
  const beside = journal.nobodys(episode.seq, episode.upto, most);
  return [...own, ...beside].sort((one, other) => one.seq - other.seq);
}

type Wrong = (fields: Fields) => boolean;
const always: Wrong = () => true;
const is =
  (member: string, ...bad: readonly string[]): Wrong =>
  (fields) =>
    bad.includes(String(fields[member]));

/** What went otherwise than the person wanted, though nobody of the staff has to do anything about it. */
const wrong: Readonly<Partial<Record<EventId, Wrong>>> = {
  'device.state': is('state', 'absent', 'degraded', 'failed'),
  'host.state': is('state', 'down'),
  'visit.staffCalled': always,
  'card.removed': is('expected', 'false'),
  'card.readFailed': always,
  'pin.notEntered': always,
  'cardPin.checked': ({ result }) => result !== 'right',
  'document.notRead': always,
  'cards.notFound': always,
  'check.failed': always,
  'act.refused': always,
  'keys.loaded': is('outcome', 'notAgreed'),
  'act.answered': is('state', 'refused', 'notDone', 'notConfirmed'),
  'balance.answered': is('state', 'refused', 'stopped', 'notActivated', 'notConfirmed'),
  'saga.result': is('outcome', 'refused', 'notDone', 'unknown', 'overtaken'),
  'receipt.printed': ({ outcome }) => outcome !== 'done',
};

/** Whether an entry tells of something that did not go as it should. */
export function isTrouble({ event, fields }: JournalEntry): boolean {
  if (!isKnown(event)) return false;
  return grave.includes(events[event].level) || wrong[event]?.(fields) === true;
}
