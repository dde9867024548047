import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type Episode, type EpisodeQuery, episodeAt, episodeOf, findEpisodes, nobodys } from './episodes.ts';
import type { EventFields, EventId, Fields } from './events.ts';
import type { MachineKeys } from './keys.ts';

export interface JournalEntry {
  readonly seq: number;
  /** ISO 8601 with milliseconds, UTC. */
  readonly at: string;
  readonly event: string;
  readonly visit: string | undefined;
  readonly fields: Fields;
}

export interface SignedHead {
  readonly seq: number;
  readonly hash: Buffer;
  readonly at: string;
  readonly signature: Buffer;
}

/** What verification found, by name: a changed byte, a missing piece, a deleted tail, a replaced file, a false head, no database. */
export interface Damage {
  readonly what:
    | 'changed entry'
    | 'missing entries'
    | 'deleted tail'
    | 'replaced journal'
    | 'false head'
    | 'unreadable file';
  readonly seq: number;
}

/** One line of the table. */
export interface Row {
  seq: number;
  at: string;
  event: string;
  visit: string | null;
  body: string;
  hash: Buffer;
}

const entryOf = (row: Row): JournalEntry => ({
  seq: row.seq,
  at: row.at,
  event: row.event,
  visit: row.visit ?? undefined,
  fields: JSON.parse(row.body) as Fields,
});

/** What stands before the first entry. */
export const genesis = Buffer.alloc(32);

/** SHA-256 over the hash before and the entry itself. */
export function hashOf(prev: Buffer, row: Omit<Row, 'hash'>): Buffer {
  const content = JSON.stringify([row.seq, row.at, row.event, row.visit, row.body]);
  return createHash('sha256').update(prev).update(content).digest();
}

/** What the machine key signs. */
export const headBytes = (seq: number, hash: Buffer, at: string): Buffer =>
  Buffer.from(`head|${seq}|${hash.toString('hex')}|${at}`);

/** The file is no database, or a broken one: not the disk's affair but somebody's, or the disk's end. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);

/** What a broken file gives as a hash need not be bytes. */
const same = (hash: Buffer, other: unknown): boolean => Buffer.isBuffer(other) && hash.equals(other);

export interface JournalPlace {
  readonly dataFolder: string;
  readonly keyFolder: string;
  readonly keys: MachineKeys;
}

export const journalFile = (place: JournalPlace): string => join(place.dataFolder, 'journal.db');
export const tailFile = (place: JournalPlace): string => join(place.keyFolder, 'journal.tail');

/** What a check of the chain brought. `checked` entries from `fromSeq` on are whole. */
export interface Verification {
  readonly checked: number;
  readonly fromSeq: number;
  readonly damage?: Damage;
}

interface StoredHead extends SignedHead {
  readonly acknowledged: number;
}

export interface EntryFilter {
  readonly visit?: string;
  /** ISO 8601 in UTC; the first is included. */
  readonly from?: string;
  readonly to?: string;
  readonly event?: string;
  /** Numbers of entries, both included. */
  readonly fromSeq?: number;
  readonly toSeq?: number;
}

/** Rows that are read at a time; between two lots others may use the database and the event loop. */
const lot = 500;
/** Episodes that are looked at likewise: each has some twenty entries. */
const episodesAtATime = 100;

/** Reads and checks a journal; many may while the one writer goes on (WAL). */
export class JournalReader {
  protected db: Database.Database;
  readonly #place: JournalPlace;

  protected constructor(db: Database.Database, place: JournalPlace) {
    this.db = db;
    this.#place = place;
  }

  /** @returns undefined when there is no journal yet */
  static openReadOnly(place: JournalPlace): JournalReader | undefined {
    if (!existsSync(journalFile(place))) return undefined;
    return new JournalReader(new Database(journalFile(place), { readonly: true }), place);
  }

  /**
   * Walks the chain and names the first damage.
   * @param from 'start', or 'lastHead' for the short check at boot
   */
  verify(from: 'start' | 'lastHead' = 'start'): Verification {
    const walk = this.#walk(from);
    for (;;) {
      const step = walk.next();
      if (step.done === true) return step.value;
    }
  }

  /** The whole chain, a lot at a time, while the daemon does its work. Undefined when it was cancelled. */
  async verifyInBackground(signal: AbortSignal): Promise<Verification | undefined> {
    const walk = this.#walk('start');
    for (;;) {
      await setImmediate();
      if (signal.aborted) return undefined;
      const step = walk.next();
      if (step.done === true) return step.value;
    }
  }

  *#walk(from: 'start' | 'lastHead'): Generator<void, Verification> {
    const progress = { checked: 0, next: 1 };
    try {
      return yield* this.#chain(from, progress);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const { checked, next } = progress;
      return { checked, fromSeq: next - checked, damage: { what: 'unreadable file', seq: next } };
    }
  }

  *#chain(from: 'start' | 'lastHead', progress: { checked: number; next: number }): Generator<void, Verification> {
    // Before the entries: what is written while they are walked is no damage, and its mark would look like one.
    const tail = this.#readTail();
    const heads = this.db.prepare('SELECT * FROM heads ORDER BY seq').all() as StoredHead[];
    for (const [index, head] of heads.entries()) {
      if (!this.#isSigned(head))
        return { checked: 0, fromSeq: head.seq, damage: { what: 'false head', seq: head.seq } };
      if (index % lot === lot - 1) yield;
    }
    const signed = new Map(heads.map((head) => [head.seq, head]));
    const lastHead = heads.at(-1);
    const first = this.db.prepare('SELECT seq FROM entries ORDER BY seq LIMIT 1').get() as { seq: number } | undefined;
    // What stands before the first entry: nothing, or the signed anchor left by dropped segments.
    const anchorSeq = from === 'lastHead' ? (lastHead?.seq ?? 0) : (first?.seq ?? 1) - 1;
    const anchor = signed.get(anchorSeq);
    progress.next = anchorSeq + 1;
    const found = (what: Damage['what'], seq: number): Verification => ({
      checked: progress.checked,
      fromSeq: anchorSeq + 1,
      damage: { what, seq },
    });
    if (anchorSeq > 0) {
      const row = this.#hashAt(anchorSeq);
      // An entry that its head replaces may only be gone together with all before it, and after the host took the head.
      const dropped = row === undefined && anchor?.acknowledged === 1 && (first === undefined || first.seq > anchorSeq);
      if (anchor === undefined || (row === undefined && !dropped)) return found('missing entries', anchorSeq);
      if (row !== undefined && !same(anchor.hash, row)) return found('changed entry', anchorSeq);
    }
    let prev = anchor?.hash ?? genesis;
    const next = this.db.prepare('SELECT * FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?');
    for (;;) {
      const rows = next.all(progress.next, lot) as Row[];
      for (const row of rows) {
        if (row.seq !== progress.next) {
          const before = this.#droppedUpTo(row.seq - 1);
          if (before === undefined) return found('missing entries', progress.next);
          prev = before;
          progress.next = row.seq;
        }
        const hash = hashOf(prev, row);
        const head = signed.get(row.seq);
        if (!same(hash, row.hash) || (head !== undefined && !same(hash, head.hash)))
          return found('changed entry', row.seq);
        prev = hash;
        progress.next += 1;
        progress.checked += 1;
      }
      if (rows.length < lot) break;
      yield;
    }
    const end = progress.next;
    if (lastHead !== undefined && end <= lastHead.seq) return found('deleted tail', end);
    if (tail !== undefined && tail.seq >= end) return found(end === 1 ? 'replaced journal' : 'deleted tail', end);
    if (tail !== undefined && !same(tail.hash, this.#hashAt(tail.seq))) return found('replaced journal', tail.seq);
    return { checked: progress.checked, fromSeq: anchorSeq + 1 };
  }

  #isSigned(head: SignedHead): boolean {
    if (!Buffer.isBuffer(head.hash) || !Buffer.isBuffer(head.signature)) return false;
    return this.#place.keys.verify(headBytes(head.seq, head.hash, head.at), head.signature);
  }

  #hashAt(seq: number): Buffer | undefined {
    const row = this.db.prepare('SELECT hash FROM entries WHERE seq = ?').get(seq) as { hash: Buffer } | undefined;
    return row?.hash;
  }

  /** The anchor, when everything up to there was dropped while we were walking. */
  #droppedUpTo(seq: number): Buffer | undefined {
    const head = this.db.prepare('SELECT * FROM heads WHERE seq = ? AND acknowledged = 1').get(seq) as
      | StoredHead
      | undefined;
    const older = this.db.prepare('SELECT 1 FROM entries WHERE seq <= ? LIMIT 1').get(seq);
    return head !== undefined && older === undefined && this.#isSigned(head) ? head.hash : undefined;
  }

  /** Entries in their order. A plus keeps SQLite, which knows nothing of how many there are, to the index that is meant. */
  entries(filter: EntryFilter): readonly JournalEntry[] {
    const { visit, event, from, to, fromSeq, toSeq } = filter;
    const statement =
      visit !== undefined
        ? this.db.prepare(
            `SELECT * FROM entries WHERE visit = @visit AND (@event IS NULL OR +event = @event)
             AND +at >= @from AND +at < @to AND +seq BETWEEN @fromSeq AND @toSeq ORDER BY seq`,
          )
        : event !== undefined
          ? this.db.prepare(
              `SELECT * FROM entries WHERE event = @event AND @visit IS NULL
               AND +at >= @from AND +at < @to AND +seq BETWEEN @fromSeq AND @toSeq ORDER BY seq`,
            )
          : fromSeq === undefined && from !== undefined
            ? this.db.prepare(
                `SELECT * FROM entries WHERE at >= @from AND at < @to AND +seq BETWEEN @fromSeq AND @toSeq
                 AND @visit IS NULL AND @event IS NULL ORDER BY seq`,
              )
            : this.db.prepare(
                `SELECT * FROM entries WHERE seq BETWEEN @fromSeq AND @toSeq AND +at >= @from AND +at < @to
                 AND @visit IS NULL AND @event IS NULL ORDER BY seq`,
              );
    const rows = statement.all({
      ...{ visit: visit ?? null, event: event ?? null, from: from ?? '', to: to ?? '~' },
      ...{ fromSeq: fromSeq ?? 0, toSeq: toSeq ?? Number.MAX_SAFE_INTEGER },
    });
    return (rows as Row[]).map(entryOf);
  }

  /** Lines of the table as they are hashed, from that number on. */
  rows(fromSeq: number, limit: number): readonly Row[] {
    return this.db.prepare('SELECT * FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?').all(fromSeq, limit) as Row[];
  }

  heads(): readonly SignedHead[] {
    return this.db.prepare('SELECT seq, hash, at, signature FROM heads ORDER BY seq').all() as SignedHead[];
  }

  /** What befell the machine from one entry to another, both included; at most so many. */
  nobodys(fromSeq: number, toSeq: number, most: number): readonly JournalEntry[] {
    const found: JournalEntry[] = [];
    for (const { seq, at, event, body } of nobodys(this.db, fromSeq, toSeq)) {
      if (found.length === most) break;
      found.push({ seq, at, event, visit: undefined, fields: JSON.parse(body) as Fields });
    }
    return found;
  }

  /** What is looked for, the newest first, at most so many. */
  episodes(query: EpisodeQuery, limit: number): readonly Episode[] {
    return findEpisodes(this.db, query, limit, Number.MAX_SAFE_INTEGER).episodes;
  }

  /** The same, some at a time, while the daemon does its work. Undefined when it was cancelled. */
  async episodesInBackground(
    query: EpisodeQuery,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Episode[] | undefined> {
    const found: Episode[] = [];
    for (let rest = query; ; ) {
      const { episodes, reached } = findEpisodes(this.db, rest, limit - found.length, episodesAtATime);
      found.push(...episodes);
      if (reached === undefined || found.length === limit) return found;
      rest = { ...query, before: reached };
      await setImmediate();
      if (signal.aborted) return undefined;
    }
  }

  /** The visit or session of that id. */
  episodeOf(visit: string): Episode | undefined {
    return episodeOf(this.db, visit);
  }

  /** The episode that tells that entry. */
  episodeAt(seq: number): Episode | undefined {
    return episodeAt(this.db, seq);
  }

  /** All entries of the sagas that are not settled, or whose settling is left to a person; oldest first. */
  openSagaEntries(): readonly JournalEntry[] {
    const rows = this.db
      .prepare(
        `WITH known AS (SELECT json_extract(body, '$.saga') AS saga, event, body FROM entries
           WHERE event IN ('saga.began', 'saga.settled')),
         open AS (SELECT saga FROM known WHERE event = 'saga.began' EXCEPT
           SELECT saga FROM known WHERE event = 'saga.settled' AND json_extract(body, '$.outcome') <> 'unresolved')
         SELECT * FROM entries WHERE event IN ('saga.began', 'saga.intent', 'saga.result', 'saga.unresolved', 'saga.signedOff', 'saga.settled')
           AND json_extract(body, '$.saga') IN open ORDER BY seq`,
      )
      .all() as Row[];
    return rows.map(entryOf);
  }

  /** The newest entry of that event. */
  newest<Id extends EventId>(event: Id): (JournalEntry & { readonly fields: EventFields<Id> }) | undefined {
    const row = this.db.prepare('SELECT * FROM entries WHERE event = ? ORDER BY seq DESC LIMIT 1').get(event) as
      | Row
      | undefined;
    return row && (entryOf(row) as JournalEntry & { readonly fields: EventFields<Id> });
  }

  /** The visit that began last. */
  lastVisit(): string | undefined {
    const row = this.db
      .prepare(`SELECT visit FROM entries WHERE event = 'visit.began' ORDER BY seq DESC LIMIT 1`)
      .get() as { visit: string } | undefined;
    return row?.visit;
  }

  /** Id of the newest entry's event. */
  lastEvent(): string | undefined {
    const row = this.db.prepare('SELECT event FROM entries ORDER BY seq DESC LIMIT 1').get() as
      | { event: string }
      | undefined;
    return row?.event;
  }

  /** The visits whose case code or id begins so. */
  visitsMatching(text: string): readonly string[] {
    const rows = this.db
      .prepare(
        `SELECT DISTINCT visit FROM entries WHERE visit = @text OR (event = 'visit.began' AND json_extract(body, '$.case') = @text)`,
      )
      .all({ text }) as { visit: string }[];
    return rows.map((row) => row.visit);
  }

  close(): void {
    this.db.close();
  }

  #readTail(): { readonly seq: number; readonly hash: Buffer } | undefined {
    if (!existsSync(tailFile(this.#place))) return undefined;
    const [seq, hash, mac] = readFileSync(tailFile(this.#place), 'utf8').split('|');
    if (seq === undefined || hash === undefined || mac === undefined) return undefined;
    const right = this.#place.keys.mac(Buffer.from(`${seq}|${hash}`)).toString('hex') === mac;
    return right ? { seq: Number(seq), hash: Buffer.from(hash, 'hex') } : undefined;
  }
}
