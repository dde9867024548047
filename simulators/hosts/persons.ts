import type Database from 'better-sqlite3';
import type { HostDocument, HostPerson } from '../wallet/holders.ts';
import { reference } from './wallet-records.ts';

export interface PersonRow {
  /** Social security number. */
  readonly number: string;
  readonly name: string;
  /** YYYYMMDD */
  readonly birth: string;
  readonly phone: string;
  readonly holder_ref: string;
}

/** What a document says of its holder; both contracts have it in this form. */
export interface DocumentClaim {
  readonly documentType: HostDocument['type'];
  readonly documentNumber: string;
  readonly name: string;
  readonly issuingCountry?: string;
}

interface DocumentRow {
  readonly holder: string;
  readonly names: string;
  readonly country: string | null;
}

/** The people on a host's file, by the documents they may come with. */
export class Persons {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS persons (
        number TEXT PRIMARY KEY, name TEXT NOT NULL, birth TEXT NOT NULL, phone TEXT NOT NULL,
        holder_ref TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS documents (
        type TEXT, number TEXT, country TEXT, names TEXT NOT NULL, holder TEXT NOT NULL REFERENCES persons,
        PRIMARY KEY (type, number));
    `);
  }

  get empty(): boolean {
    return this.#db.prepare('SELECT 1 FROM persons').get() === undefined;
  }

  /** `letter` begins the references by which this host knows them. */
  seed(people: readonly HostPerson[], letter: string): void {
    const person = this.#db.prepare('INSERT INTO persons VALUES (?, ?, ?, ?, ?)');
    const document = this.#db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?)');
    for (const { number, name, birthDate, phone, documents } of people) {
      person.run(number, name, birthDate, phone, reference(letter));
      for (const one of documents)
        document.run(one.type, one.number, one.country ?? null, JSON.stringify(one.names), number);
    }
  }

  byRef(holderRef: string): PersonRow | undefined {
    return this.#db.prepare('SELECT * FROM persons WHERE holder_ref = ?').get(holderRef) as PersonRow | undefined;
  }

  byNumber(number: string): PersonRow | undefined {
    return this.#db.prepare('SELECT * FROM persons WHERE number = ?').get(number) as PersonRow | undefined;
  }

  byDocument(claim: DocumentClaim): PersonRow | 'unknownNumber' | 'otherName' {
    const row = this.#db
      .prepare('SELECT * FROM documents WHERE type = ? AND number = ?')
      .get(claim.documentType, claim.documentNumber) as DocumentRow | undefined;
    if (row === undefined) return 'unknownNumber';
    // Two states may number their passports alike.
    if (row.country !== null && claim.issuingCountry !== undefined && claim.issuingCountry !== row.country)
      return 'unknownNumber';
    const names = (JSON.parse(row.names) as string[]).map(plainName);
    if (!names.includes(plainName(claim.name))) return 'otherName';
    return this.byNumber(row.holder) ?? 'unknownNumber';
  }
}

/** Machine-readable lines have no commas and no points: `SURNAME, GIVEN NAMES` and `SURNAME GIVEN NAMES` are one name. */
const plainName = (name: string): string => name.replace(/[\s,.·]+/g, ' ').trim();

/** Whole years on this day. */
export function ageOn(birth: string, now: Date): number {
  const today = now.toISOString().slice(0, 10).replaceAll('-', '');
  return Math.floor((Number(today) - Number(birth)) / 10_000);
}
