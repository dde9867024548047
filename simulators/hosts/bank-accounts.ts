import type Database from 'better-sqlite3';
import type { Account, BankCard, FinancialStatus } from '#protocol/generated/bank-core.ts';
import type { BankAccountRecord } from '../wallet/records.ts';
import { daysLater, maskPan, reference } from './wallet-records.ts';

export interface AccountRow {
  readonly pan: string;
  readonly card_ref: string;
  readonly psn: number;
  readonly expiry: string | null;
  readonly holder: string;
  readonly kind: Account['kind'];
  readonly class: Account['accountClass'];
  readonly status: FinancialStatus;
  readonly revision: number;
  readonly temporary_until: string | null;
  readonly replacement_requested: number;
  readonly dormant: number;
  readonly available_cents: number;
  readonly pin: string;
  readonly tries_left: number;
  /** Of the last wrong PIN: tries are per day (domain 2e). */
  readonly tries_day: string;
  /** Of the last reset of the PIN. */
  readonly reset_day: string | null;
  readonly last_atc: number;
}

const triesPerDay = 3;

/** The bank's accounts, each with the card that opens it. */
export class BankAccounts {
  readonly #db: Database.Database;
  readonly #now: () => Date;

  constructor(db: Database.Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
    db.exec(`
      CREATE TABLE IF NOT EXISTS accounts (
        pan TEXT PRIMARY KEY, card_ref TEXT NOT NULL UNIQUE, psn INTEGER NOT NULL, expiry TEXT,
        holder TEXT NOT NULL REFERENCES persons, kind TEXT NOT NULL, class TEXT NOT NULL, status TEXT NOT NULL,
        revision INTEGER NOT NULL, temporary_until TEXT, replacement_requested INTEGER NOT NULL,
        dormant INTEGER NOT NULL, available_cents INTEGER NOT NULL, pin TEXT NOT NULL,
        tries_left INTEGER NOT NULL, tries_day TEXT NOT NULL, reset_day TEXT, last_atc INTEGER NOT NULL);
    `);
  }

  seed(records: readonly BankAccountRecord[], numberOf: (holder: BankAccountRecord['holder']) => string): void {
    const insert = this.#db.prepare(
      'INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, NULL, 0)',
    );
    for (const one of records)
      insert.run(
        one.pan,
        reference('B'),
        one.psn,
        one.expiry ?? null,
        numberOf(one.holder),
        one.kind,
        one.accountClass,
        one.status,
        one.temporaryDays === undefined ? null : daysLater(this.#now(), one.temporaryDays),
        one.replacementRequested ? 1 : 0,
        one.dormant ? 1 : 0,
        one.availableCents,
        one.pin,
        one.pinTriesLeft,
        this.today(),
      );
  }

  byPan(pan: string): AccountRow | undefined {
    return this.#db.prepare('SELECT * FROM accounts WHERE pan = ?').get(pan) as AccountRow | undefined;
  }

  byRef(cardRef: string): AccountRow | undefined {
    return this.#db.prepare('SELECT * FROM accounts WHERE card_ref = ?').get(cardRef) as AccountRow | undefined;
  }

  of(holder: string): readonly AccountRow[] {
    return this.#db.prepare('SELECT * FROM accounts WHERE holder = ? ORDER BY rowid').all(holder) as AccountRow[];
  }

  cards(holder: string): readonly BankCard[] {
    return this.of(holder).map((row) => {
      const financialStatus = this.statusOf(row);
      return {
        cardRef: row.card_ref,
        kind: row.kind,
        accountClass: row.class,
        panMasked: maskPan(row.pan),
        financialStatus,
        revision: row.revision,
        dormant: row.dormant === 1,
        ...(row.temporary_until !== null && financialStatus === 'tempLost' && { temporaryUntil: row.temporary_until }),
      };
    });
  }

  /** A temporary report lifts by itself after the bank's days (domain 2b). */
  statusOf({ status, temporary_until }: AccountRow): FinancialStatus {
    return status === 'tempLost' && temporary_until !== null && new Date(temporary_until) <= this.#now()
      ? 'active'
      : status;
  }

  /** False: no such account. */
  setStatus(pan: string, status: FinancialStatus, temporaryUntil?: Date): boolean {
    const update = this.#db.prepare(
      'UPDATE accounts SET status = ?, temporary_until = ?, revision = revision + 1 WHERE pan = ?',
    );
    return update.run(status, temporaryUntil?.toISOString() ?? null, pan).changes === 1;
  }

  requestReplacement(pan: string): boolean {
    const update = this.#db.prepare(
      'UPDATE accounts SET replacement_requested = 1, revision = revision + 1 WHERE pan = ?',
    );
    return update.run(pan).changes === 1;
  }

  setPin(pan: string, pin: string, reset: boolean): void {
    this.#db.prepare('UPDATE accounts SET pin = ? WHERE pan = ?').run(pin, pan);
    if (reset) this.#db.prepare('UPDATE accounts SET reset_day = ? WHERE pan = ?').run(this.today(), pan);
    this.refillTries(pan);
  }

  triesLeft({ tries_left, tries_day }: AccountRow): number {
    return tries_day === this.today() ? tries_left : triesPerDay;
  }

  refillTries(pan: string): void {
    this.#setTries(pan, triesPerDay);
  }

  /** What is left. The last one locks an account that is in use; one that was reported lost stays just that. */
  countWrongPin(account: AccountRow): number {
    const left = Math.max(0, this.triesLeft(account) - 1);
    this.#setTries(account.pan, left);
    if (left === 0 && this.statusOf(account) === 'active') this.setStatus(account.pan, 'pinLocked');
    return left;
  }

  today(): string {
    return this.#now().toISOString().slice(0, 10);
  }

  #setTries(pan: string, left: number): void {
    this.#db.prepare('UPDATE accounts SET tries_left = ?, tries_day = ? WHERE pan = ?').run(left, this.today(), pan);
  }
}
