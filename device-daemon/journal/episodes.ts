import type Database from 'better-sqlite3';
import { inChina } from './china-time.ts';
import type { EventFields, EventId, Fields } from './events.ts';

/** Which episodes are looked for; what is absent does not matter. */
export interface EpisodeQuery {
  /** Such that ran at some time from here (ISO 8601) … */
  readonly from?: string;
  /** … and before there. */
  readonly to?: string;
  /** The case code, or how it begins: a visit's. */
  readonly case?: string;
  /** Something of that kind happened in it. */
  readonly event?: string;
  /** Something was said of that device in it. */
  readonly device?: string;
  /** Only such that began before this entry: where the last page ended. */
  readonly before?: number;
}

/** From which entry to which, and when these were. */
interface Span {
  readonly seq: number;
  readonly upto: number;
  readonly began: string;
  readonly last: string;
}

export interface Visit extends Span {
  readonly kind: 'visit';
  readonly visit: string;
  /** Absent where its beginning was dropped. */
  readonly case?: string;
  readonly end?: EventFields<'visit.ended'>;
}

/** Staff at the machine; somebody who was not let in has no role. */
export interface StaffSession extends Span {
  readonly kind: 'staff';
  readonly visit: string;
  readonly who?: EventFields<'staff.signedOn'>;
  readonly end?: EventFields<'staff.signedOff'>;
}

/** Something happened while there was neither: one day of it. */
export interface Stretch extends Span {
  readonly kind: 'between';
  readonly entries: number;
}

export type Episode = Visit | StaffSession | Stretch;

/** No visit that covers a minute began longer before it; one that was cut off may have its end told days later. */
const longestVisitMs = 60 * 60_000;
const dayMs = 24 * 60 * 60_000;
const endless = Number.MAX_SAFE_INTEGER;

/** Told between others these are no part of an episode, and alone they are none. */
const background: readonly string[] = [
  'journal.verified',
  'journal.headSent',
  'host.signedOn',
  'ui.connected',
] satisfies EventId[];

interface Line {
  readonly seq: number;
  readonly at: string;
  readonly event: string;
  readonly body: string;
  readonly device: string | null;
}

// A plus keeps SQLite from the index on visit, in which most entries of a quiet year are nobody's. What is looked for is
// compared here, so that each statement stands here once.

const ownOf = (db: Database.Database, visit: string): readonly Line[] =>
  db
    .prepare(
      `SELECT seq, at, event, body, json_extract(body, '$.device') AS device FROM entries WHERE visit = ? ORDER BY seq`,
    )
    .all(visit) as Line[];

/** What befell the machine itself, from one entry to another, both included. */
export function* nobodys(db: Database.Database, from: number, to: number): Generator<Line> {
  const lines = db
    .prepare(
      `SELECT seq, at, event, body, json_extract(body, '$.device') AS device FROM entries
       WHERE seq BETWEEN ? AND ? AND +visit IS NULL ORDER BY seq`,
    )
    .iterate(from, to) as IterableIterator<Line>;
  for (const line of lines) if (!background.includes(line.event)) yield line;
}

/** The same, the newest first. */
function* nobodysBackwards(db: Database.Database, from: number, to: number): Generator<Line> {
  const lines = db
    .prepare(
      `SELECT seq, at, event, body, json_extract(body, '$.device') AS device FROM entries
       WHERE seq BETWEEN ? AND ? AND +visit IS NULL ORDER BY seq DESC`,
    )
    .iterate(from, to) as IterableIterator<Line>;
  for (const line of lines) if (!background.includes(line.event)) yield line;
}

interface Opening {
  readonly seq: number;
  readonly visit: string;
}

/** The first entries of visits and sessions before an entry, the newest first. */
const openingsBefore = (db: Database.Database, seq: number): IterableIterator<Opening> =>
  db
    .prepare(
      `SELECT seq, visit FROM entries e WHERE seq < ? AND +visit IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM entries o WHERE o.visit = e.visit AND o.seq < e.seq) ORDER BY seq DESC`,
    )
    .iterate(seq) as IterableIterator<Opening>;

const openingAfter = (db: Database.Database, seq: number): Opening | undefined =>
  db
    .prepare(
      `SELECT seq, visit FROM entries e WHERE seq > ? AND +visit IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM entries o WHERE o.visit = e.visit AND o.seq < e.seq) ORDER BY seq LIMIT 1`,
    )
    .get(seq) as Opening | undefined;

const chinaDay = (at: string): string => inChina(new Date(at)).slice(0, 10);

/** The visit, or session of staff, of that id. What a business act came to after the visit's end is no part of its span. */
export function episodeOf(db: Database.Database, visit: string): Visit | StaffSession | undefined {
  const own = ownOf(db, visit);
  const [first] = own;
  const last = own.findLast(({ event }) => event === 'visit.ended' || event === 'staff.signedOff') ?? own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const said = <Id extends EventId>(id: Id): EventFields<Id> | undefined => {
    const found = own.find(({ event }) => event === id);
    return found && (JSON.parse(found.body) as Fields as EventFields<Id>);
  };
  const span = { visit, seq: first.seq, upto: last.seq, began: first.at, last: last.at };
  const who = said('staff.signedOn');
  if (who === undefined && own.some(({ event }) => /^(visit|saga)\./.test(event))) {
    const end = said('visit.ended');
    const code = said('visit.began')?.case;
    return { kind: 'visit', ...span, ...(code !== undefined && { case: code }), ...(end && { end }) };
  }
  const end = said('staff.signedOff');
  return { kind: 'staff', ...span, ...(who && { who }), ...(end && { end }) };
}

/**
 * The episode in which that entry is told; of a stretch, what there is of it from this entry on. Undefined when it is told
 * in none.
 */
export function episodeAt(db: Database.Database, seq: number): Episode | undefined {
  const entry = db.prepare('SELECT visit FROM entries WHERE seq = ?').get(seq) as { visit: string | null } | undefined;
  if (entry === undefined) return undefined;
  if (entry.visit !== null) return episodeOf(db, entry.visit);
  for (const { visit } of openingsBefore(db, seq)) {
    const before = episodeOf(db, visit);
    if (before !== undefined && before.upto >= seq) return before;
    break;
  }
  let found: Stretch | undefined;
  for (const line of nobodys(db, seq, (openingAfter(db, seq)?.seq ?? endless) - 1)) {
    if (found !== undefined && chinaDay(found.began) !== chinaDay(line.at)) break;
    found = stretched(found, line);
  }
  return found?.seq === seq ? found : undefined;
}

/** By one entry more, at either end. */
const stretched = (stretch: Stretch | undefined, { seq, at }: Line): Stretch =>
  stretch === undefined
    ? { kind: 'between', seq, upto: seq, began: at, last: at, entries: 1 }
    : seq < stretch.seq
      ? { ...stretch, seq, began: at, entries: stretch.entries + 1 }
      : { ...stretch, upto: seq, last: at, entries: stretch.entries + 1 };

/** The stretches between two entries, the newest first: days of clocks in China, so that none is endless. */
function* stretches(db: Database.Database, after: number, before: number): Generator<Stretch> {
  let found: Stretch | undefined;
  for (const line of nobodysBackwards(db, after + 1, before - 1)) {
    if (found !== undefined && chinaDay(found.began) !== chinaDay(line.at)) {
      yield found;
      found = undefined;
    }
    found = stretched(found, line);
  }
  if (found !== undefined) yield found;
}

/**
 * Backwards from an entry. What is nobody's belongs to whatever was opened last before it, if that reaches so far: so a
 * page that begins anywhere finds the same episodes.
 */
function* backwards(db: Database.Database, before: number): Generator<Episode> {
  let top = before;
  for (const { visit } of openingsBefore(db, before)) {
    const episode = episodeOf(db, visit);
    if (episode === undefined) continue;
    yield* stretches(db, episode.upto, top);
    yield episode;
    top = episode.seq;
  }
  yield* stretches(db, 0, top);
}

/** By case code: only visits have one. */
function* ofCase(db: Database.Database, code: string, before: number): Generator<Episode> {
  for (const { visit } of db
    .prepare(
      `SELECT visit FROM entries WHERE event = 'visit.began' AND seq < @before
       AND substr(json_extract(body, '$.case'), 1, length(@code)) = @code ORDER BY seq DESC`,
    )
    .iterate({ code, before }) as IterableIterator<{ visit: string }>) {
    const episode = episodeOf(db, visit);
    if (episode !== undefined) yield episode;
  }
}

/** Times as the journal writes them, which compare as text. */
const written = (ms: number): string => new Date(ms).toISOString();

interface Within {
  readonly from: string;
  readonly to: string;
}

/**
 * Between which entries everything begins that may have run then. No stretch goes beyond its day and no shift is longer,
 * so that one stands there whole. By number, for a clock that was set back stood at the same time twice.
 */
function reach(db: Database.Database, { from, to }: EpisodeQuery): { readonly low: number; readonly high: number } {
  if (from === undefined && to === undefined) return { low: 0, high: endless };
  const since = from === undefined ? '' : written(Date.parse(from) - dayMs);
  const endOfDay = to === undefined ? '~' : written(Date.parse(`${chinaDay(to)}T00:00:00+08:00`) + dayMs);
  const found = db
    .prepare('SELECT min(seq) AS low, max(seq) AS high FROM entries WHERE at >= ? AND at < ?')
    .get(since, endOfDay) as { low: number | null; high: number | null };
  return { low: found.low ?? endless, high: found.high ?? 0 };
}

/** Whether something of the kind, or of the device, is told in it; of a stretch, within that time. */
function tells(
  db: Database.Database,
  episode: Episode,
  { from, to }: Within,
  what: { readonly event?: string; readonly device?: string },
): boolean {
  const isSought = ({ event, device }: Line): boolean =>
    (what.event ?? event) === event && (what.device === undefined || what.device === device);
  if (episode.kind !== 'between' && ownOf(db, episode.visit).some(isSought)) return true;
  for (const line of nobodys(db, episode.seq, episode.upto))
    if (isSought(line) && (episode.kind !== 'between' || (line.at >= from && line.at < to))) return true;
  return false;
}

/** Whether it ran at some time then. One of which no end is told may be running. */
function ran(episode: Visit | StaffSession, { from, to }: Within): boolean {
  if (episode.began >= to) return false;
  if (episode.kind === 'staff') return episode.last >= from;
  const longBefore = from !== '' && episode.began < written(Date.parse(from) - longestVisitMs);
  return !longBefore && (episode.end === undefined || episode.last >= from);
}

/** Some of what is looked for. `reached`: before this one nothing was looked at yet. */
export interface SomeEpisodes {
  readonly episodes: readonly Episode[];
  readonly reached?: number;
}

/**
 * The episodes that are looked for, the newest first.
 * @param most so many are looked at; a year has twenty thousand
 */
export function findEpisodes(db: Database.Database, query: EpisodeQuery, limit: number, most: number): SomeEpisodes {
  const { event, device, before = endless } = query;
  const { low, high } = reach(db, query);
  const within = {
    from: query.from === undefined ? '' : written(Date.parse(query.from)),
    to: query.to === undefined ? '~' : written(Date.parse(query.to)),
  };
  const sought = [...(event === undefined ? [] : [{ event }]), ...(device === undefined ? [] : [{ device }])];
  const isSought = (episode: Episode): boolean =>
    episode.kind === 'between'
      ? [{}, ...sought].every((what) => tells(db, episode, within, what))
      : ran(episode, within) && sought.every((what) => tells(db, episode, within, what));
  const top = Math.min(before, high + 1);
  const episodes: Episode[] = [];
  let looked = 0;
  if (top <= low) return { episodes };
  for (const episode of query.case === undefined ? backwards(db, top) : ofCase(db, query.case, top)) {
    if (episode.seq < low) break;
    if (isSought(episode)) episodes.push(episode);
    looked += 1;
    if (episodes.length === limit || looked === most) return { episodes, reached: episode.seq };
  }
  return { episodes };
}
