import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

/** What really happened, one line per request that reached the host. */
export interface LedgerEntry {
  readonly seq: number;
  readonly at: string;
  readonly operation: string;
  readonly idempotencyKey: string | undefined;
  /** Of an act on a card: which card, which act. */
  readonly about: object | undefined;
  /** done and refused: the host decided now. repeated: the same answer again, nothing done. rejected: not even understood. */
  readonly act: 'done' | 'refused' | 'repeated' | 'rejected';
  /** The answer, or the code of the problem. */
  readonly result: unknown;
  /** What the host did wrong with the answer. */
  readonly fault: string | undefined;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: object;
}

export type Seen =
  | { readonly kind: 'new' }
  | { readonly kind: 'otherBody' }
  | { readonly kind: 'inProgress' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer };

interface RequestRow {
  readonly digest: string;
  readonly status: number | null;
  readonly answer: string | null;
}

interface LedgerRow {
  readonly seq: number;
  readonly at: string;
  readonly operation: string;
  readonly idempotency_key: string | null;
  readonly about: string | null;
  readonly act: LedgerEntry['act'];
  readonly result: string;
  readonly fault: string | null;
}

/** Rises with every change of a host's tables; what an older simulator left behind is thrown away. */
const schemaVersion = 5;

/** Opens a host's database (`:memory:` or a file) with the tables every host has. */
export function openDatabase(path: string): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  if (db.pragma('user_version', { simple: true }) !== schemaVersion) {
    db.pragma('foreign_keys = OFF');
    for (const name of tablesOf(db)) db.exec(`DROP TABLE ${name}`);
    db.pragma('foreign_keys = ON');
    db.pragma(`user_version = ${schemaVersion}`);
  }
  db.exec(`
    CREATE TABLE IF NOT EXISTS requests (
      terminal TEXT, key TEXT, digest TEXT NOT NULL, status INTEGER, answer TEXT, PRIMARY KEY (terminal, key));
    CREATE TABLE IF NOT EXISTS nonces (key_id TEXT, nonce TEXT, expires INTEGER NOT NULL, PRIMARY KEY (key_id, nonce));
    CREATE TABLE IF NOT EXISTS ledger (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL, idempotency_key TEXT,
      about TEXT, act TEXT NOT NULL, result TEXT NOT NULL, fault TEXT);
    CREATE TABLE IF NOT EXISTS meters (
      terminal TEXT, action TEXT, count INTEGER NOT NULL, PRIMARY KEY (terminal, action));
    -- A host that died in the middle did nothing: acts are transactions.
    DELETE FROM requests WHERE status IS NULL;
  `);
  return db;
}

/**
 * A terminal's link to the host, which outlives its customers: a used nonce stays used, a signed-on terminal signed on, and
 * a meter never runs backwards.
 */
const ofTheLink: ReadonlySet<string> = new Set(['nonces', 'working_keys', 'meters']);

function tablesOf(db: Database.Database): readonly string[] {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  return (tables as { name: string }[]).map((table) => table.name);
}

/** Forgets what was done and what is known of people, the host's own tables included. */
export function emptyDatabase(db: Database.Database): void {
  db.transaction(() => {
    db.pragma('defer_foreign_keys = ON');
    for (const name of tablesOf(db)) if (!ofTheLink.has(name)) db.exec(`DELETE FROM ${name}`);
  })();
}

/** Idempotency keys, nonces and the ledger of one host. */
export class Records {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** False when the nonce was used before. */
  useNonce(keyId: string, nonce: string, expires: Date): boolean {
    this.#db.prepare('DELETE FROM nonces WHERE expires < ?').run(Date.now());
    const insert = this.#db.prepare('INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)');
    return insert.run(keyId, nonce, expires.getTime()).changes === 1;
  }

  /** Looks an intent up and, when it is new, notes that it is being worked on. */
  begin(terminal: string, key: string, path: string, body: Uint8Array): Seen {
    const digest = createHash('sha256').update(path).update('\n').update(body).digest('hex');
    const row = this.#request(terminal, key);
    if (row === undefined) {
      this.#db.prepare('INSERT INTO requests (terminal, key, digest) VALUES (?, ?, ?)').run(terminal, key, digest);
      return { kind: 'new' };
    }
    if (row.digest !== digest) return { kind: 'otherBody' };
    const answer = storedAnswer(row);
    return answer === undefined ? { kind: 'inProgress' } : { kind: 'answered', answer };
  }

  /** Runs an act: its effects, its answer and its line in the ledger become true together or not at all. */
  act(terminal: string, key: string, decide: () => StoredAnswer, note: Omit<LedgerEntry, 'seq' | 'act' | 'result'>) {
    return this.#db.transaction((): StoredAnswer => {
      const answer = decide();
      this.#db
        .prepare('UPDATE requests SET status = ?, answer = ? WHERE terminal = ? AND key = ?')
        .run(answer.status, JSON.stringify(answer.body), terminal, key);
      this.note({ ...note, act: answer.status === 200 ? 'done' : 'refused', result: answer.body });
      const { action } = (note.about ?? {}) as { readonly action?: string };
      if (action !== undefined && answer.status === 200) this.#count(terminal, action);
      return answer;
    })();
  }

  #count(terminal: string, action: string): void {
    this.#db
      .prepare(
        'INSERT INTO meters VALUES (?, ?, 1) ON CONFLICT (terminal, action) DO UPDATE SET count = count + excluded.count',
      )
      .run(terminal, action);
  }

  /** How often each act on a card was done for a terminal, ever. */
  totals(terminal: string): readonly { readonly action: string; readonly count: number }[] {
    return this.#db.prepare('SELECT action, count FROM meters WHERE terminal = ? ORDER BY action').all(terminal) as {
      action: string;
      count: number;
    }[];
  }

  /** The intent was not worked on after all. */
  forget(terminal: string, key: string): void {
    this.#db.prepare('DELETE FROM requests WHERE terminal = ? AND key = ? AND status IS NULL').run(terminal, key);
  }

  report(terminal: string, key: string): object {
    const row = this.#request(terminal, key);
    if (row === undefined) return { state: 'neverSeen' };
    const answer = storedAnswer(row);
    if (answer === undefined) return { state: 'inProgress' };
    return answer.status === 200 ? { state: 'done', answer: answer.body } : { state: 'refused', problem: answer.body };
  }

  note(entry: Omit<LedgerEntry, 'seq'>): void {
    this.#db
      .prepare(
        'INSERT INTO ledger (at, operation, idempotency_key, about, act, result, fault) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        entry.at,
        entry.operation,
        entry.idempotencyKey ?? null,
        entry.about === undefined ? null : JSON.stringify(entry.about),
        entry.act,
        JSON.stringify(entry.result ?? null),
        entry.fault ?? null,
      );
  }

  ledger(): readonly LedgerEntry[] {
    const rows = this.#db.prepare('SELECT * FROM ledger ORDER BY seq').all() as LedgerRow[];
    return rows.map((row) => ({
      seq: row.seq,
      at: row.at,
      operation: row.operation,
      idempotencyKey: row.idempotency_key ?? undefined,
      about: row.about === null ? undefined : (JSON.parse(row.about) as object),
      act: row.act,
      result: JSON.parse(row.result) as unknown,
      fault: row.fault ?? undefined,
    }));
  }

  #request(terminal: string, key: string): RequestRow | undefined {
    return this.#db
      .prepare('SELECT digest, status, answer FROM requests WHERE terminal = ? AND key = ?')
      .get(terminal, key) as RequestRow | undefined;
  }
}

const storedAnswer = ({ status, answer }: RequestRow): StoredAnswer | undefined =>
  status === null || answer === null ? undefined : { status, body: JSON.parse(answer) as object };
