import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { EventFields, EventId, Fields } from './events.ts';
import {
  genesis,
  hashOf,
  headBytes,
  type JournalEntry,
  type JournalPlace,
  JournalReader,
  journalFile,
  type Row,
  type SignedHead,
  tailFile,
} from './reader.ts';

export interface JournalOptions extends JournalPlace {
  readonly maxBytes: number;
  readonly now?: () => Date;
  /** Entries between two signed heads. */
  readonly headEvery?: number;
}

/** The journal has one writer; whoever else holds the file (a backup, an inspector) is waited for so long. */
const lockWaitMs = 250;

/**
 * The append-only, hash-chained journal (design: SQLite, WAL, synchronous FULL). Every entry carries the hash of all
 * before it; signed heads stand in the database, and the last entry's number and hash stand, authenticated, in the key
 * folder, so that a deleted tail or an exchanged file is found.
 */
export class Journal extends JournalReader {
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
    super(db, options);
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
    const tailPath = tailFile(options);
    this.#tailFile = openSync(tailPath, existsSync(tailPath) ? 'r+' : 'w+', 0o600);
  }

  /** Opens or makes the journal. Where the disk does not let it, the daemon still starts, without a writable journal. */
  static open(options: JournalOptions): Journal {
    try {
      return new Journal(new Database(journalFile(options), { timeout: lockWaitMs }), options);
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
      this.db
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
    return this.db
      .prepare('SELECT seq, hash, at, signature FROM heads WHERE acknowledged = 0 ORDER BY seq')
      .all() as SignedHead[];
  }

  headTaken(seq: number): void {
    this.db.prepare('UPDATE heads SET acknowledged = 1 WHERE seq = ?').run(seq);
  }

  /** Signs, settles and closes. */
  override close(): void {
    this.signHead();
    super.close();
    closeSync(this.#tailFile);
  }

  /** Drops the oldest acknowledged segments while the file is above its bound; true when it is below. */
  #withinBound(): boolean {
    const size = (): number => {
      const pages = this.db.pragma('page_count', { simple: true }) as number;
      const free = this.db.pragma('freelist_count', { simple: true }) as number;
      return (pages - free) * (this.db.pragma('page_size', { simple: true }) as number);
    };
    while (size() > this.#options.maxBytes) {
      const first = this.db.prepare('SELECT seq FROM entries ORDER BY seq LIMIT 1').get() as
        | { seq: number }
        | undefined;
      const head = this.db
        .prepare('SELECT seq FROM heads WHERE acknowledged = 1 AND seq >= ? ORDER BY seq LIMIT 1')
        .get(first?.seq ?? 0) as { seq: number } | undefined;
      if (head === undefined) return false;
      this.db.prepare('DELETE FROM entries WHERE seq <= ?').run(head.seq);
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
}
