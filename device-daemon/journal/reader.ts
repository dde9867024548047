import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
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

/** One line of the table. */
export interface Row {
  seq: number;
  at: string;
  event: string;
  visit: string | null;
  body: string;
  hash: Buffer;
}

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

export interface JournalPlace {
  readonly dataFolder: string;
  readonly keyFolder: string;
  readonly keys: MachineKeys;
}

export const journalFile = (place: JournalPlace): string => join(place.dataFolder, 'journal.db');
export const tailFile = (place: JournalPlace): string => join(place.keyFolder, 'journal.tail');

/** Reads and checks a journal; many may while the one writer goes on (WAL). */
export class JournalReader {
  protected readonly db: Database.Database;
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
  verify(from: 'start' | 'lastHead' = 'start'): {
    readonly checked: number;
    readonly fromSeq: number;
    readonly damage?: Damage;
  } {
    const heads = this.db.prepare('SELECT seq, hash, at, signature FROM heads ORDER BY seq').all() as SignedHead[];
    const { keys } = this.#place;
    for (const head of heads) {
      if (!keys.verify(headBytes(head.seq, head.hash, head.at), head.signature)) {
        return { checked: 0, fromSeq: head.seq, damage: { what: 'false head', seq: head.seq } };
      }
    }
    const signed = new Map(heads.map((head) => [head.seq, head.hash]));
    const first = this.db.prepare('SELECT seq FROM entries ORDER BY seq LIMIT 1').get() as { seq: number } | undefined;
    // What stands before the first entry: nothing, or the signed anchor left by dropped segments.
    const anchorSeq = from === 'lastHead' ? (heads.at(-1)?.seq ?? 0) : (first?.seq ?? 1) - 1;
    const anchor = anchorSeq === 0 ? genesis : signed.get(anchorSeq);
    if (anchor === undefined)
      return { checked: 0, fromSeq: anchorSeq + 1, damage: { what: 'missing entries', seq: anchorSeq } };
    let prev = anchor;
    let expected = anchorSeq + 1;
    let checked = 0;
    for (const row of this.db
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
    const rows = this.db
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

  /** Fields of the newest entry of that event. */
  lastOf<Id extends EventId>(event: Id): EventFields<Id> | undefined {
    const row = this.db.prepare('SELECT body FROM entries WHERE event = ? ORDER BY seq DESC LIMIT 1').get(event) as
      | { body: string }
      | undefined;
    return row === undefined ? undefined : (JSON.parse(row.body) as EventFields<Id>);
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

  #matchesTail(tail: { readonly seq: number; readonly hash: Buffer }): boolean {
    const row = this.db.prepare('SELECT hash FROM entries WHERE seq = ?').get(tail.seq) as { hash: Buffer } | undefined;
    return row?.hash.equals(tail.hash) ?? false;
  }
}
