import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { EventFields, EventId, Fields } from './events.ts';
import {
  genesis,
  hashOf,
  headBytes,
  isDamage,
  type JournalEntry,
  type JournalPlace,
  JournalReader,
  journalFile,
  type Row,
  type SignedHead,
  tailFile,
  type Verification,
} from './reader.ts';

export interface JournalOptions extends JournalPlace {
  readonly maxBytes: number;
  readonly now?: () => Date;
  /** Entries between two signed heads. */
  readonly headEvery?: number;
}

/** The journal has one writer; whoever else holds the file (a backup, an inspector) is waited for so long. */
const lockWaitMs = 250;
/** A journal that could not be opened is tried again so often: a disk that was cleared is soon of use. */
const reopenEveryMs = 1_000;

/**
 * Entries are only added, each after the last, and go only in segments whose head the host has taken; heads stay. These
 * guard against mistakes of our own; what a stranger does to the file is found by the chain.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, visit TEXT, body TEXT NOT NULL, hash BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entries_visit ON entries (visit);
  CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
  CREATE INDEX IF NOT EXISTS entries_event ON entries (event);
  CREATE TABLE IF NOT EXISTS heads (
    seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, at TEXT NOT NULL, signature BLOB NOT NULL, acknowledged INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS entries_follow BEFORE INSERT ON entries
    WHEN NEW.seq <> coalesce((SELECT max(seq) FROM entries), (SELECT max(seq) FROM heads), 0) + 1
    BEGIN SELECT RAISE(ABORT, 'a journal entry follows the last one'); END;
  CREATE TRIGGER IF NOT EXISTS entries_stay_as_they_are BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS entries_go_in_segments BEFORE DELETE ON entries
    WHEN OLD.seq > (SELECT coalesce(max(seq), 0) FROM heads WHERE acknowledged = 1)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS heads_stay_as_they_are BEFORE UPDATE OF seq, hash, at, signature ON heads
    BEGIN SELECT RAISE(ABORT, 'a signed head stays'); END;
  CREATE TRIGGER IF NOT EXISTS heads_stay BEFORE DELETE ON heads
    BEGIN SELECT RAISE(ABORT, 'a signed head stays'); END;
`;

/** Where the chain ends. */
interface End {
  readonly seq: number;
  readonly hash: Buffer;
  readonly headSeq: number;
}

function prepare(db: Database.Database): End {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(schema);
  const last = db.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1').get() as Row | undefined;
  const head = db.prepare('SELECT seq, hash FROM heads ORDER BY seq DESC LIMIT 1').get() as SignedHead | undefined;
  return { seq: 0, hash: genesis, ...(last ?? head), headSeq: head?.seq ?? 0 };
}

interface OpenFile {
  readonly db: Database.Database;
  readonly end: End;
}

/** `disk`: it does not let us, now. `damaged`: the file is no journal. */
function openFile(options: JournalOptions): OpenFile | 'disk' | 'damaged' {
  let db: Database.Database | undefined;
  try {
    db = new Database(journalFile(options), { timeout: lockWaitMs });
    return { db, end: prepare(db) };
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError) return isDamage(error) ? 'damaged' : 'disk';
    throw error;
  }
}

/**
 * The append-only, hash-chained journal (design: SQLite, WAL, synchronous FULL). Every entry carries the hash of all
 * before it; signed heads stand in the database, and the last entry's number and hash stand, authenticated, in the key
 * folder, so that a deleted tail or an exchanged file is found.
 */
export class Journal extends JournalReader {
  readonly #options: JournalOptions;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  /** Written, and not yet told to all listeners. */
  readonly #untold: JournalEntry[] = [];
  #insert: Database.Statement | undefined;
  #tail: number | undefined;
  #seq = 0;
  #hash: Buffer = genesis;
  #sinceHead = 0;
  /** Since when entries cannot be kept, and how many were not. */
  #gap: { readonly since: string; lost: number } | undefined;
  #triedMs = performance.now();
  #damaged = false;
  /** Entries from here on are still needed. */
  readonly #keepFrom: (() => number)[] = [];

  private constructor(options: JournalOptions) {
    const opened = openFile(options);
    super(typeof opened === 'string' ? new Database(':memory:') : opened.db, options);
    this.#options = options;
    if (typeof opened === 'string') {
      prepare(this.db);
      this.#damaged = opened === 'damaged';
      this.#loseOne(0);
    } else this.#take(opened);
  }

  /** Opens or makes the journal. Where the disk does not let it, the daemon still starts, without a writable journal. */
  static open(options: JournalOptions): Journal {
    return new Journal(options);
  }

  #take({ db, end }: OpenFile): void {
    this.db = db;
    this.#seq = end.seq;
    this.#hash = end.hash;
    this.#sinceHead = end.seq - end.headSeq;
    this.#insert = db.prepare('INSERT INTO entries (seq, at, event, visit, body, hash) VALUES (?, ?, ?, ?, ?, ?)');
    const path = tailFile(this.#options);
    try {
      this.#tail ??= openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600);
    } catch {
      // The key folder may be on the same full disk; the chain itself is safe.
    }
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #loseOne(count = 1): void {
    this.#gap ??= { since: this.#now().toISOString(), lost: 0 };
    this.#gap.lost += count;
  }

  /** The file could not be opened: entries go nowhere until it can be. */
  #isOpen(): boolean {
    if (this.#insert !== undefined) return true;
    const now = performance.now();
    if (now - this.#triedMs < reopenEveryMs) return false;
    this.#triedMs = now;
    const opened = openFile(this.#options);
    if (typeof opened === 'string') return false;
    this.db.close();
    this.#take(opened);
    const { damage } = this.verify('lastHead');
    if (damage !== undefined) this.#append('journal.damaged', { ...damage }, undefined);
    return true;
  }

  /** False when entries can no longer be kept (disk full, size bound reached): no new act may begin. */
  get writable(): boolean {
    return this.#isOpen() && this.#closeGap() && this.#withinBound();
  }

  /** After a time without: first of all the journal says that something is missing in it. */
  #closeGap(): boolean {
    const gap = this.#gap;
    return gap === undefined || this.#append('journal.gap', { since: gap.since, lost: gap.lost }, undefined);
  }

  /** Of a journal that the disk does not let us open nothing is known, good or bad. */
  override verify(from: 'start' | 'lastHead' = 'start'): Verification {
    if (this.#insert !== undefined) return super.verify(from);
    const nothing = { checked: 0, fromSeq: 1 };
    return this.#damaged ? { ...nothing, damage: { what: 'unreadable file', seq: 1 } } : nothing;
  }

  override verifyInBackground(signal: AbortSignal): Promise<Verification | undefined> {
    return this.#insert === undefined ? Promise.resolve(this.verify()) : super.verifyInBackground(signal);
  }

  /** From which entry on nothing may be dropped, asked whenever something might be. */
  keepFrom(seq: () => number): void {
    this.#keepFrom.push(seq);
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /**
   * Appends one entry, synced to the disk before it returns.
   * @returns false when it could not be kept; the caller decides whether its act may go on
   */
  record<Id extends EventId>(event: Id, fields: EventFields<Id>, visit?: string): boolean {
    if (this.#isOpen() && this.#closeGap() && this.#append(event, fields as Fields, visit)) return true;
    this.#loseOne();
    return false;
  }

  #append(event: EventId, fields: Fields, visit: string | undefined): boolean {
    const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const row = {
      seq: this.#seq + 1,
      at: this.#now().toISOString(),
      event: event as string,
      visit: visit ?? null,
      body: JSON.stringify(kept),
    };
    const hash = hashOf(this.#hash, row);
    // A full disk is a state: the daemon lives on, and what needs the journal is refused by name (design: journal).
    if (!this.#tries(() => this.#insert?.run(row.seq, row.at, row.event, row.visit, row.body, hash))) return false;
    this.#gap = undefined;
    this.#seq = row.seq;
    this.#hash = hash;
    this.#rememberTail();
    this.#sinceHead += 1;
    if (this.#sinceHead >= (this.#options.headEvery ?? 1000)) this.signHead();
    this.#tell({ seq: row.seq, at: row.at, event: row.event, visit, fields: kept });
    return true;
  }

  /** In the order of the entries, also where a listener writes one of its own. */
  #tell(entry: JournalEntry): void {
    this.#untold.push(entry);
    if (this.#untold.length > 1) return;
    try {
      for (let next = this.#untold[0]; next !== undefined; next = this.#untold[0]) {
        for (const listener of this.#listeners) listener(next);
        this.#untold.shift();
      }
    } finally {
      // A listener that threw has a bug, and the next entry is told all the same.
      this.#untold.length = 0;
    }
  }

  /** Whether SQLite could; what it cannot is no bug but the disk's affair. */
  #tries(write: () => unknown): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.#loseOne(0);
      return false;
    }
  }

  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Signs the chain as it stands: every 1,000 entries, at day end and at shutdown. A head once signed is not signed again. */
  signHead(): SignedHead | undefined {
    if (this.#seq === 0) return undefined;
    const at = this.#now().toISOString();
    const signature = this.#options.keys.sign(headBytes(this.#seq, this.#hash, at));
    const signed = this.#tries(() =>
      this.db
        .prepare('INSERT INTO heads (seq, hash, at, signature) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
        .run(this.#seq, this.#hash, at, signature),
    );
    if (!signed) return undefined;
    this.#sinceHead = 0;
    return this.db.prepare('SELECT seq, hash, at, signature FROM heads WHERE seq = ?').get(this.#seq) as SignedHead;
  }

  /** Heads the card-management host has not yet taken. */
  headsToSend(): readonly SignedHead[] {
    return this.db
      .prepare('SELECT seq, hash, at, signature FROM heads WHERE acknowledged = 0 ORDER BY seq')
      .all() as SignedHead[];
  }

  /** When it cannot be noted the head is offered again, which does no harm. */
  headTaken(seq: number): void {
    this.#tries(() => this.db.prepare('UPDATE heads SET acknowledged = 1 WHERE seq = ?').run(seq));
  }

  /** Signs, settles and closes. */
  override close(): void {
    this.signHead();
    super.close();
    if (this.#tail !== undefined) closeSync(this.#tail);
  }

  /** Drops the oldest acknowledged segments while the file is above its bound; true when it is below. */
  #withinBound(): boolean {
    const size = (): number => {
      const pages = this.db.pragma('page_count', { simple: true }) as number;
      const free = this.db.pragma('freelist_count', { simple: true }) as number;
      return (pages - free) * (this.db.pragma('page_size', { simple: true }) as number);
    };
    while (size() > this.#options.maxBytes) {
      const head = this.db
        .prepare(
          `SELECT seq FROM heads WHERE acknowledged = 1 AND seq >= (SELECT coalesce(min(seq), 0) FROM entries)
           AND seq < ? ORDER BY seq LIMIT 1`,
        )
        .get(Math.min(Number.MAX_SAFE_INTEGER, ...this.#keepFrom.map((seq) => seq()))) as { seq: number } | undefined;
      if (head === undefined || head.seq === this.#seq) return false;
      // Told first: an entry about a drop that then did not happen misleads nobody.
      if (!this.record('journal.dropped', { uptoSeq: head.seq })) return false;
      if (!this.#tries(() => this.db.prepare('DELETE FROM entries WHERE seq <= ?').run(head.seq))) return false;
    }
    return true;
  }

  /** Not synced: it may lag behind the database after a power cut, never run ahead of it. */
  #rememberTail(): void {
    if (this.#tail === undefined) return;
    const data = Buffer.from(`${this.#seq}|${this.#hash.toString('hex')}`);
    const line = Buffer.concat([data, Buffer.from('|'), Buffer.from(this.#options.keys.mac(data).toString('hex'))]);
    try {
      writeSync(this.#tail, line, 0, line.length, 0);
      ftruncateSync(this.#tail, line.length);
    } catch {
      // The key folder may be on the same full disk; the chain itself is safe.
    }
  }
}
