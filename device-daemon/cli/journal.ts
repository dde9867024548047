import { parseArgs } from 'node:util';
import { damageWords, episodeWords } from '#assets/maintenance/index.ts';
import {
  chinaClock,
  type Episode,
  events,
  fromChina,
  inChina,
  type JournalEntry,
  type JournalReader,
  lineOf,
  storyOf,
  textOf,
  verifyBundle,
} from '../journal/index.ts';
import type { CliCommand } from './command.ts';
import { withJournalOf } from './journal-access.ts';
import { shellLanguage, staffLanguage } from './staff-language.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const latest = 200;

/**
 * Clock time in China as a person says it: `14:32` (the last time it was that late) or `2026-11-24 14:32`.
 * @returns undefined when it is no time
 */
export function timeOf(text: string, now: Date): Date | undefined {
  const match = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}:\d{2})$/.exec(text);
  const [, day, time] = match ?? [];
  if (time === undefined) return undefined;
  const at = fromChina(day ?? inChina(now).slice(0, 10), time.padStart(5, '0'));
  return at !== undefined && day === undefined && at > now ? new Date(at.getTime() - dayMs) : at;
}

/** What ran in this minute, or happened in it; else what was said two minutes either way. */
function around(journal: JournalReader, at: Date): readonly Told[] {
  const from = (minutes: number): string => new Date(at.getTime() + minutes * minuteMs).toISOString();
  const episodes = journal.episodes({ from: from(0), to: from(1) }, latest).toReversed();
  return episodes.length > 0
    ? episodes.map((episode) => ({ heading: headingOf(episode), entries: storyOf(journal, episode) }))
    : byVisit(journal, journal.entries({ from: from(-2), to: from(3) }));
}

/** Entries under the heading of their episode, or under none. */
interface Told {
  readonly heading: string;
  readonly entries: readonly JournalEntry[];
}

function headingOf(episode: Episode): string {
  const kind = staffLanguage()(episodeWords[episode.kind]);
  if (episode.kind !== 'between') return `${kind} ${episode.visit}`;
  return `${kind} ${chinaClock(episode.began).slice(0, -3)} – ${chinaClock(episode.last).slice(-8, -3)}`;
}

function byVisit(journal: JournalReader, entries: readonly JournalEntry[]): readonly Told[] {
  const told: { readonly visit: string | undefined; readonly entries: JournalEntry[] }[] = [];
  for (const entry of entries) {
    if (told.length === 0 || told.at(-1)?.visit !== entry.visit) told.push({ visit: entry.visit, entries: [] });
    told.at(-1)?.entries.push(entry);
  }
  return told.map(({ visit, entries }) => {
    const episode = visit === undefined ? undefined : journal.episodeOf(visit);
    return { heading: episode === undefined ? '' : headingOf(episode), entries };
  });
}

function print(told: readonly Told[]): void {
  for (const { heading, entries } of told) {
    console.log(heading === '' ? '' : `\n${heading}`);
    for (const entry of entries) console.log(textOf(lineOf(entry, shellLanguage())));
  }
}

const inChinese = (damage: string): string => damageWords[damage]?.[0] ?? damage;

function verify(journal: JournalReader): number {
  const { checked, fromSeq, damage } = journal.verify();
  const say = staffLanguage();
  if (damage === undefined)
    console.log(
      say([`完整：从第 ${fromSeq} 条起共 ${checked} 条`, `whole: ${checked} entries from number ${fromSeq}`]),
    );
  else {
    const { what, seq } = damage;
    console.error(
      say([
        `被损坏：${inChinese(what)}，第 ${seq} 条（之前的 ${checked} 条完整）`,
        `damaged: ${what} at entry ${seq} (${checked} entries before it are whole)`,
      ]),
    );
  }
  return damage === undefined ? 0 : 1;
}

function tellVisits(journal: JournalReader, idOrCase: string): number {
  const visits = journal.visitsMatching(idOrCase);
  if (visits.length === 0) console.error(staffLanguage()([`没有这次办理：${idOrCase}`, `no visit ${idOrCase}`]));
  print(
    visits
      .map((visit) => journal.episodeOf(visit))
      .filter((episode) => episode !== undefined)
      .map((episode) => ({ heading: headingOf(episode), entries: storyOf(journal, episode) })),
  );
  return visits.length === 0 ? 1 : 0;
}

interface Question {
  readonly visit?: string;
  readonly at?: Date;
  readonly event?: string;
  readonly verify?: boolean;
}

function tell(journal: JournalReader, { visit, at, event, verify: check }: Question): number {
  if (check === true) return verify(journal);
  if (visit !== undefined) return tellVisits(journal, visit);
  const told =
    at === undefined
      ? byVisit(journal, journal.entries(event === undefined ? {} : { event }).slice(-latest))
      : around(journal, at);
  if (told.length === 0) console.log(staffLanguage()(['日志里没有这样的记录', 'the journal says nothing of that']));
  print(told);
  return 0;
}

/** Ids of visits may begin with a dash, which parseArgs would take for an option. */
function withVisitJoined(args: readonly string[]): string[] {
  const at = args.indexOf('--visit');
  const id = args[at + 1];
  if (at < 0 || id === undefined || id.startsWith('--')) return [...args];
  return [...args.slice(0, at), `--visit=${id}`, ...args.slice(at + 2)];
}

/** A bundle that staff exported; no kiosk is needed for it. */
async function verifyFile(path: string): Promise<number> {
  const say = staffLanguage();
  const checked = await verifyBundle(path, { signal: new AbortController().signal });
  if (!checked.ok) {
    const { what, seq, file } = checked.error;
    const [there, where] =
      seq === undefined
        ? file === undefined
          ? ['', '']
          : [`（${file}）`, ` (${file})`]
        : [`，第 ${seq} 条`, ` at entry ${seq}`];
    console.error(say([`${path}：${inChinese(what)}${there}`, `${path}: ${what}${where}`]));
    return 1;
  }
  const { entries, fromSeq, uptoSeq, terminal, keyId, made } = checked.value;
  const clock = inChina(new Date(made)).replace('T', ' ');
  for (const line of [
    [
      `${path}：完整，共 ${entries} 条，第 ${fromSeq} 到 ${uptoSeq} 条`,
      `${path}: whole, ${entries} entries, number ${fromSeq} to ${uptoSeq}`,
    ],
    [
      `终端 ${terminal}，${clock} 导出，由终端密钥 ${keyId} 签名`,
      `of ${terminal}, made at ${clock}, signed with the machine key ${keyId}`,
    ],
    [
      '这是不是该终端的密钥，省卡管系统知道：终端把日志签名发送到那里。',
      'Whether that is the key of this kiosk, the card-management host knows, to which it sends its heads.',
    ],
  ] as const)
    console.log(say(line));
  return 0;
}

export const journalCommand: CliCommand = {
  usage:
    'journal [--visit ID|CASE] [--at HH:MM|"YYYY-MM-DD HH:MM"] [--event ID] [--verify] [--config FILE], or: journal verify FILE',
  help: 'Tells a visit in sentences, or what happened at a time; without either the latest entries; --verify checks the chain, verify FILE a bundle that was exported.',
  run(args) {
    const [verb, file, ...more] = args;
    if (verb === 'verify' && file !== undefined && more.length === 0) return verifyFile(file);
    const { values } = parseArgs({
      args: withVisitJoined(args),
      options: {
        visit: { type: 'string' },
        at: { type: 'string' },
        event: { type: 'string' },
        verify: { type: 'boolean' },
        config: { type: 'string' },
      },
    });
    const at = values.at === undefined ? undefined : timeOf(values.at, new Date());
    if (values.at !== undefined && at === undefined) {
      console.error(`--at: got ${values.at}, wants 14:32 or "2026-11-24 14:32"`);
      return 2;
    }
    if (values.event !== undefined && !Object.hasOwn(events, values.event)) {
      console.error(`--event: got ${values.event}, wants an event of npx kiosk events`);
      return 2;
    }
    const { visit, event, verify: check } = values;
    return withJournalOf(values.config, (journal) =>
      tell(journal, {
        ...(visit !== undefined && { visit }),
        ...(at !== undefined && { at }),
        ...(event !== undefined && { event }),
        ...(check !== undefined && { verify: check }),
      }),
    );
  },
};
