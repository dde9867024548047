import { createHash } from 'node:crypto';
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
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

/** What verification found, by name: a changed byte, a missing piece, a deleted tail, a replaced file, a false head. */
export interface Damage {
  readonly what: 'changed entry' | 'missing entries' | 'deleted tail' | 'replaced journal' | 'false head';
  readonly seq: number;
}

export interface JournalOptions {
  readonly dataFolder: string;
  readonly keyFolder: string;
  readonly keys: MachineKeys;
  readonly maxBytes: number;
  readonly now?: () => Date;
  /** Entries between two signed heads. */
  readonly headEvery?: number;
}

interface Row {
  seq: number;
  at: string;
  event: string;
  visit: string | null;
  body: string;
  hash: Buffer;
}

/** The journal has one writer; whoever else holds the file (a backup, an inspector) is waited for so long. */
const lockWaitMs = 250;

const genesis = Buffer.alloc(32);

function hashOf(prev: Buffer, row: Omit<Row, 'hash'>): Buffer {
  const content = JSON.stringify([row.seq, row.at, row.event, row.visit, row.body]);
  return createHash('sha256').update(prev).update(content).digest();
}

const headBytes = (seq: number, hash: Buffer, at: string): Buffer =>
  Buffer.from(`head|${seq}|${hash.toString('hex')}|${at}`);

/**
 * The append-only, hash-chained journal (design: SQLite, WAL, synchronous FULL). Every entry carries the hash of all
 * before it; signed heads stand in the database, and the last entry's number and hash stand, authenticated, in the key
 * folder, so that a deleted tail or an exchanged file is found.
 */
export class Journal {
  readonly #db: Database.Database;
  readonly #options: JournalOptions;
  readonly #insert: Database.Statement;
  readonly #tailFile: number;
  #seq: number;
  #hash: Buffer;
  #sinceHead: number;
  #writable = true;
  /** The file could not be opened at all: entries go nowhere until the next start. */
  #lost = false;
  #listeners = new Set<(entry: JournalEntry) => void>();

  private constructor(db: Database.Database, options: JournalOptions) {
    this.#db = db;
    this.#options = options;
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(`
      CREATE TABLE IF NOT EXISTS entries (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, visit TEXT, body TEXT NOT NULL, hash BLOB NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS entries_visit ON entries (visit);
      CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
      CREATE TABLE IF NOT EXISTS heads (
        seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, at TEXT NOT NULL, signature BLOB NOT NULL, acknowledged INTEGER NOT NULL DEFAULT 0
      ) STRICT;
    `);
    const last = db.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1').get() as Row | undefined;
    const head = db.prepare('SELECT seq, hash FROM heads ORDER BY seq DESC LIMIT 1').get() as SignedHead | undefined;
    const start = last ?? head;
    this.#seq = start?.seq ?? 0;
    this.#hash = start?.hash ?? genesis;
    this.#sinceHead = this.#seq - (head?.seq ?? 0);
    this.#insert = db.prepare('INSERT INTO entries (seq, at, event, visit, body, hash) VALUES (?, ?, ?, ?, ?, ?)');
    const tailPath = join(options.keyFolder, 'journal.tail');
    this.#tailFile = openSync(tailPath, existsSync(tailPath) ? 'r+' : 'w+', 0o600);
  }

  /** Opens or makes the journal. Where the disk does not let it, the daemon still starts, without a writable journal. */
  static open(options: JournalOptions): Journal {
    try {
      return new Journal(new Database(join(options.dataFolder, 'journal.db'), { timeout: lockWaitMs }), options);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      const journal = new Journal(new Database(':memory:'), options);
      journal.#lost = true;
      return journal;
    }
  }

  /** False when entries can no longer be kept (disk full, size bound reached): no new act may begin. */
  get writable(): boolean {
    return !this.#lost && this.#writable && this.#withinBound();
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /**
   * Appends one entry, synced to the disk before it returns.
   * @returns false when it could not be kept; the caller decides whether its act may go on
   */
  record<Id extends EventId>(event: Id, fields: EventFields<Id>, visit?: string): boolean {
    if (this.#lost) return false;
    const kept = Object.fromEntries(Object.entries(fields as Fields).filter(([, value]) => value !== undefined));
    const row = {
      seq: this.#seq + 1,
      at: (this.#options.now?.() ?? new Date()).toISOString(),
      event: event as string,
      visit: visit ?? null,
      body: JSON.stringify(kept),
    };
    const hash = hashOf(this.#hash, row);
    try {
      this.#insert.run(row.seq, row.at, row.event, row.visit, row.body, hash);
      this.#writable = true;
    } catch {
      // A full disk is a state: the daemon lives on, and what needs the journal is refused by name (design: journal).
      this.#writable = false;
      return false;
    }
    this.#seq = row.seq;
    this.#hash = hash;
    this.#rememberTail();
    this.#sinceHead += 1;
    if (this.#sinceHead >= (this.#options.headEvery ?? 1000)) this.signHead();
    for (const listener of this.#listeners)
      listener({ seq: row.seq, at: row.at, event: row.event, visit, fields: kept });
    return true;
  }

  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Signs the chain as it stands: every 1,000 entries, at day end and at shutdown. */
  signHead(): SignedHead | undefined {
    if (this.#seq === 0) return undefined;
    const at = (this.#options.now?.() ?? new Date()).toISOString();
    const signature = this.#options.keys.sign(headBytes(this.#seq, this.#hash, at));
    try {
      this.#db
        .prepare('INSERT OR REPLACE INTO heads (seq, hash, at, signature) VALUES (?, ?, ?, ?)')
        .run(this.#seq, this.#hash, at, signature);
    } catch {
      this.#writable = false;
      return undefined;
    }
    this.#sinceHead = 0;
    return { seq: this.#seq, hash: this.#hash, at, signature };
  }

  /** Heads the card-management host has not yet taken. */
  headsToSend(): readonly SignedHead[] {
    return this.#db
      .prepare('SELECT seq, hash, at, signature FROM heads WHERE acknowledged = 0 ORDER BY seq')
      .all() as SignedHead[];
  }

  headTaken(seq: number): void {
    this.#db.prepare('UPDATE heads SET acknowledged = 1 WHERE seq = ?').run(seq);
  }

  /**
   * Walks the chain and names the first damage.
   * @param from 'start', or 'lastHead' for the short check at boot
   */
  verify(from: 'start' | 'lastHead' = 'start'): {
    readonly checked: number;
    readonly fromSeq: number;
    readonly damage?: Damage;
  } {
    const heads = this.#db.prepare('SELECT seq, hash, at, signature FROM heads ORDER BY seq').all() as SignedHead[];
    const { keys } = this.#options;
    for (const head of heads) {
      if (!keys.verify(headBytes(head.seq, head.hash, head.at), head.signature)) {
        return { checked: 0, fromSeq: head.seq, damage: { what: 'false head', seq: head.seq } };
      }
    }
    const signed = new Map(heads.map((head) => [head.seq, head.hash]));
    const first = this.#db.prepare('SELECT seq FROM entries ORDER BY seq LIMIT 1').get() as { seq: number } | undefined;
    // What stands before the first entry: nothing, or the signed anchor left by dropped segments.
    const anchorSeq = from === 'lastHead' ? (heads.at(-1)?.seq ?? 0) : (first?.seq ?? 1) - 1;
    const anchor = anchorSeq === 0 ? genesis : signed.get(anchorSeq);
    if (anchor === undefined)
      return { checked: 0, fromSeq: anchorSeq + 1, damage: { what: 'missing entries', seq: anchorSeq } };
    let prev = anchor;
    let expected = anchorSeq + 1;
    let checked = 0;
    for (const row of this.#db
      .prepare('SELECT * FROM entries WHERE seq > ? ORDER BY seq')
      .iterate(anchorSeq) as IterableIterator<Row>) {
      if (row.seq !== expected)
        return { checked, fromSeq: anchorSeq + 1, damage: { what: 'missing entries', seq: expected } };
      const hash = hashOf(prev, row);
      const head = signed.get(row.seq);
      if (!hash.equals(row.hash) || (head !== undefined && !head.equals(hash))) {
        return { checked, fromSeq: anchorSeq + 1, damage: { what: 'changed entry', seq: row.seq } };
      }
      prev = hash;
      expected += 1;
      checked += 1;
    }
    const lastHead = heads.at(-1);
    if (lastHead !== undefined && expected <= lastHead.seq) {
      return { checked, fromSeq: anchorSeq + 1, damage: { what: 'deleted tail', seq: expected } };
    }
    const tail = this.#readTail();
    if (tail !== undefined && tail.seq >= expected) {
      const what = expected === 1 ? 'replaced journal' : 'deleted tail';
      return { checked, fromSeq: anchorSeq + 1, damage: { what, seq: expected } };
    }
    if (tail !== undefined && !this.#matchesTail(tail)) {
      return { checked, fromSeq: anchorSeq + 1, damage: { what: 'replaced journal', seq: tail.seq } };
    }
    return { checked, fromSeq: anchorSeq + 1 };
  }

  entries(filter: {
    readonly visit?: string;
    readonly from?: string;
    readonly to?: string;
    readonly event?: string;
  }): readonly JournalEntry[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM entries WHERE (@visit IS NULL OR visit = @visit) AND (@from IS NULL OR at >= @from)
         AND (@to IS NULL OR at < @to) AND (@event IS NULL OR event = @event) ORDER BY seq`,
      )
      .all({
        visit: filter.visit ?? null,
        from: filter.from ?? null,
        to: filter.to ?? null,
        event: filter.event ?? null,
      }) as Row[];
    return rows.map((row) => ({
      seq: row.seq,
      at: row.at,
      event: row.event,
      visit: row.visit ?? undefined,
      fields: JSON.parse(row.body) as Fields,
    }));
  }

  /** The visits whose case code or id begins so. */
  visitsMatching(text: string): readonly string[] {
    const rows = this.#db
      .prepare(
        `SELECT DISTINCT visit FROM entries WHERE visit = @text OR (event = 'visit.began' AND json_extract(body, '$.case') = @text)`,
      )
      .all({ text }) as { visit: string }[];
    return rows.map((row) => row.visit);
  }

  /** Signs, settles and closes. */
  close(): void {
    this.signHead();
    this.#db.close();
    closeSync(this.#tailFile);
  }

  /** Drops the oldest acknowledged segments while the file is above its bound; true when it is below. */
  #withinBound(): boolean {
    const size = (): number => {
      const pages = this.#db.pragma('page_count', { simple: true }) as number;
      const free = this.#db.pragma('freelist_count', { simple: true }) as number;
      return (pages - free) * (this.#db.pragma('page_size', { simple: true }) as number);
    };
    while (size() > this.#options.maxBytes) {
      const first = this.#db.prepare('SELECT seq FROM entries ORDER BY seq LIMIT 1').get() as
        | { seq: number }
        | undefined;
      const head = this.#db
        .prepare('SELECT seq FROM heads WHERE acknowledged = 1 AND seq >= ? ORDER BY seq LIMIT 1')
        .get(first?.seq ?? 0) as { seq: number } | undefined;
      if (head === undefined) return false;
      this.#db.prepare('DELETE FROM entries WHERE seq <= ?').run(head.seq);
      this.record('journal.dropped', { uptoSeq: head.seq });
    }
    return true;
  }

  /** Not synced: it may lag behind the database after a power cut, never run ahead of it. */
  #rememberTail(): void {
    const data = Buffer.from(`${this.#seq}|${this.#hash.toString('hex')}`);
    const line = Buffer.concat([data, Buffer.from('|'), Buffer.from(this.#options.keys.mac(data).toString('hex'))]);
    try {
      writeSync(this.#tailFile, line, 0, line.length, 0);
      ftruncateSync(this.#tailFile, line.length);
    } catch {
      // The key folder may be on the same full disk; the chain itself is safe.
    }
  }

  #readTail(): { readonly seq: number; readonly hash: Buffer } | undefined {
    const [seq, hash, mac] = readFileSync(join(this.#options.keyFolder, 'journal.tail'), 'utf8').split('|');
    if (seq === undefined || hash === undefined || mac === undefined) return undefined;
    const right = this.#options.keys.mac(Buffer.from(`${seq}|${hash}`)).toString('hex') === mac;
    return right ? { seq: Number(seq), hash: Buffer.from(hash, 'hex') } : undefined;
  }

  #matchesTail(tail: { readonly seq: number; readonly hash: Buffer }): boolean {
    const row = this.#db.prepare('SELECT hash FROM entries WHERE seq = ?').get(tail.seq) as
      | { hash: Buffer }
      | undefined;
    return row?.hash.equals(tail.hash) ?? false;
  }
}
