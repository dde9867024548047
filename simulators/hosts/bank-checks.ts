import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type Database from 'better-sqlite3';
import type {
  ApprovalOrder,
  ApprovalState,
  ApprovedAct,
  CardAction,
  EvidenceRef,
  IdentityCheckRequest,
  OneTimeCodeRequest,
  OneTimeCodeVerificationRequest,
  StaffApprovalRequest,
  StaffRole,
  StaffSignOn,
  StaffSignOnRequest,
} from '#protocol/generated/bank-core.ts';
import { encryptBlocks } from '../crypto/block.ts';
import { withCheckCharacter } from '../wallet/numbers.ts';
import { personOf } from '../wallet/people.ts';
import { benchStaff } from '../wallet/staff.ts';
import { type BankPins, noAccount } from './bank-pins.ts';
import { type Decision, refuse } from './delivery.ts';
import { freshMs } from './evidence.ts';
import type { PersonRow, Persons } from './persons.ts';
import { phoneMask, reference } from './wallet-records.ts';

/** A message on the holder's telephone. */
export interface PhoneMessage {
  readonly at: string;
  /** Masked. */
  readonly to: string;
  readonly purpose: OneTimeCodeRequest['purpose'];
  readonly code: string;
}

interface CodeRow {
  readonly code_ref: string;
  readonly holder: string;
  readonly purpose: OneTimeCodeRequest['purpose'];
  readonly phone: string;
  readonly code: string;
  readonly sent: number;
  readonly tries_left: number;
  readonly verified: number | null;
}

interface ApprovalRow {
  readonly request_ref: string;
  readonly approval_ref: string | null;
  readonly holder: string;
  readonly act: ApprovedAct;
  readonly state: 'waiting' | 'approved' | 'refused';
  /** When it was asked for, and then when it was decided. */
  readonly since: number;
}

interface StaffRow {
  readonly number: string;
  readonly pin: string;
  readonly key: string;
  readonly tries_left: number;
  readonly role: StaffRole;
  readonly ref: string;
  /** Social security number. */
  readonly person: string;
}

const minuteMs = 60_000;
const limits = {
  codeMs: 5 * minuteMs,
  codeTries: 3,
  resendMs: minuteMs,
  codesAnHour: 5,
  hourMs: 60 * minuteMs,
  /** An approval, and how long the branch has to give it. */
  approvalMs: 5 * minuteMs,
  staffTries: 3,
  /** A shift at one kiosk; and how long a technician may go on without the bank. */
  shiftMs: 12 * 60 * minuteMs,
  offlineMs: 72 * 60 * minuteMs,
  offlineAnswers: 8,
} as const;

/** A code proves its holder for what it was sent for; a phoneCheck proves a number and nobody. */
const purposes: Readonly<Partial<Record<CardAction, OneTimeCodeRequest['purpose']>>> = {
  temporaryLoss: 'lossReport',
  formalLoss: 'lossReport',
  unfreeze: 'unfreeze',
  activate: 'activation',
  changePin: 'pinReset',
  resetPin: 'pinReset',
};

/** One-time codes, the network identity check, and the word of staff: what the bank itself issues as evidence. */
export class BankChecks {
  readonly #db: Database.Database;
  readonly #clock: () => Date;
  readonly #persons: Persons;
  readonly #pins: BankPins;

  constructor(db: Database.Database, now: () => Date, persons: Persons, pins: BankPins) {
    this.#db = db;
    this.#clock = now;
    this.#persons = persons;
    this.#pins = pins;
    db.exec(`
      CREATE TABLE IF NOT EXISTS one_time_codes (
        code_ref TEXT PRIMARY KEY, holder TEXT NOT NULL, purpose TEXT NOT NULL, phone TEXT NOT NULL,
        code TEXT NOT NULL, sent INTEGER NOT NULL, tries_left INTEGER NOT NULL, verified INTEGER);
      CREATE TABLE IF NOT EXISTS identity_checks (
        check_ref TEXT PRIMARY KEY, holder TEXT, at INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS approvals (
        request_ref TEXT PRIMARY KEY, approval_ref TEXT UNIQUE, holder TEXT NOT NULL, act TEXT NOT NULL,
        visit TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS staff (
        number TEXT PRIMARY KEY, pin TEXT NOT NULL, key TEXT NOT NULL, tries_left INTEGER NOT NULL,
        role TEXT NOT NULL, ref TEXT NOT NULL, person TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS staff_challenges (challenge TEXT PRIMARY KEY);
    `);
  }

  seed(): void {
    const insert = this.#db.prepare('INSERT INTO staff VALUES (?, ?, ?, ?, ?, ?, ?)');
    for (const { number, pin, key, role, person } of benchStaff)
      insert.run(number, pin, key.toString('hex'), limits.staffTries, role, reference('S'), personOf(person).idNumber);
  }

  // --- one-time codes

  sendCode({ holderRef, purpose, phone }: OneTimeCodeRequest): Decision {
    const person = this.#persons.byRef(holderRef);
    if (person === undefined) return refuse(404, 'notFound');
    const to = purpose === 'phoneCheck' ? phone : person.phone;
    if (to === undefined) return refuse(422, 'noPhone');
    const now = this.#ms();
    const waitMs = this.#waitMs(person, now);
    if (waitMs > 0) return refuse(429, 'limitReached', { retryAfter: Math.ceil(waitMs / 1000) });
    this.#db
      .prepare('UPDATE one_time_codes SET tries_left = 0 WHERE holder = ? AND purpose = ? AND verified IS NULL')
      .run(person.number, purpose);
    const codeRef = reference('O');
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    this.#db
      .prepare('INSERT INTO one_time_codes VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
      .run(codeRef, person.number, purpose, to, code, now, limits.codeTries);
    return {
      answer: {
        codeRef,
        phoneMask: phoneMask(to),
        expiresAt: instant(now + limits.codeMs),
        resendAfterSeconds: limits.resendMs / 1000,
      },
    };
  }

  /** Until the next code may be sent: one a minute, so many an hour (S-24). */
  #waitMs(person: PersonRow, now: number): number {
    const sent = this.#db
      .prepare('SELECT sent FROM one_time_codes WHERE holder = ? AND sent > ? ORDER BY sent')
      .pluck()
      .all(person.number, now - limits.hourMs) as number[];
    const last = sent.at(-1);
    const oldest = sent.at(-limits.codesAnHour);
    const resendMs = last === undefined ? 0 : last + limits.resendMs - now;
    const hourMs = oldest === undefined || sent.length < limits.codesAnHour ? 0 : oldest + limits.hourMs - now;
    return Math.max(resendMs, hourMs);
  }

  verifyCode(codeRef: string, { codeBlock }: OneTimeCodeVerificationRequest, terminalId: string): Decision {
    const row = this.#db.prepare('SELECT * FROM one_time_codes WHERE code_ref = ?').get(codeRef) as CodeRow | undefined;
    if (row === undefined) return refuse(404, 'notFound');
    const now = this.#ms();
    if (row.tries_left === 0 || row.verified !== null || now > row.sent + limits.codeMs) return refuse(409, 'codeOver');
    const entered = this.#pins.open(terminalId, codeBlock, noAccount);
    if (!('digits' in entered)) return entered;
    const verified = entered.digits === row.code;
    const triesLeft = verified ? row.tries_left : row.tries_left - 1;
    this.#db
      .prepare('UPDATE one_time_codes SET tries_left = ?, verified = ? WHERE code_ref = ?')
      .run(triesLeft, verified ? now : null, codeRef);
    return { answer: { verified, triesLeft } };
  }

  messages(): readonly PhoneMessage[] {
    const rows = this.#db.prepare('SELECT * FROM one_time_codes ORDER BY sent, rowid').all() as CodeRow[];
    return rows.map(({ sent, phone, purpose, code }) => ({ at: instant(sent), to: phoneMask(phone), purpose, code }));
  }

  // --- network identity check

  checkIdentity(claim: IdentityCheckRequest): Decision {
    const person = this.#persons.byDocument(claim);
    const wrongNumber =
      claim.documentType === 'residentId' &&
      withCheckCharacter(claim.documentNumber.slice(0, 17)) !== claim.documentNumber;
    const result = wrongNumber
      ? 'documentInvalid'
      : person === 'otherName'
        ? 'nameDiffers'
        : person === 'unknownNumber'
          ? 'unknownNumber'
          : 'match';
    const checkRef = reference('I');
    const holder = typeof person === 'string' || wrongNumber ? null : person.number;
    this.#db.prepare('INSERT INTO identity_checks VALUES (?, ?, ?)').run(checkRef, holder, this.#ms());
    return { answer: { checkRef, result, at: instant(this.#ms()) } };
  }

  // --- staff

  requestApproval({ holderRef, service, visitRef }: ApprovalOrder): Decision {
    const person = this.#persons.byRef(holderRef);
    if (person === undefined) return refuse(404, 'notFound');
    const requestRef = reference('Q');
    const now = this.#ms();
    this.#db
      .prepare("INSERT INTO approvals VALUES (?, NULL, ?, ?, ?, 'waiting', ?)")
      .run(requestRef, person.number, service, visitRef, now);
    return { answer: { requestRef, expiresAt: instant(now + limits.approvalMs) } };
  }

  approvalState(requestRef: string): Decision {
    const row = this.#db.prepare('SELECT * FROM approvals WHERE request_ref = ?').get(requestRef) as
      | ApprovalRow
      | undefined;
    if (row === undefined) return refuse(404, 'notFound');
    const ends = row.since + limits.approvalMs;
    const over = row.state !== 'refused' && this.#ms() > ends;
    const answer: ApprovalState = {
      state: over ? 'expired' : row.state,
      ...(row.approval_ref !== null && !over && { approvalRef: row.approval_ref }),
      expiresAt: instant(ends),
    };
    return { answer };
  }

  /** For the bench: staff at the branch decide the request that has waited longest. False: none waits. */
  decide(state: 'approved' | 'refused'): boolean {
    const waiting = this.#db
      .prepare("SELECT * FROM approvals WHERE state = 'waiting' AND since >= ? ORDER BY since, rowid LIMIT 1")
      .get(this.#ms() - limits.approvalMs) as ApprovalRow | undefined;
    if (waiting === undefined) return false;
    this.#db
      .prepare('UPDATE approvals SET state = ?, approval_ref = ?, since = ? WHERE request_ref = ?')
      .run(state, state === 'approved' ? reference('V') : null, this.#ms(), waiting.request_ref);
    return true;
  }

  /** How many requests wait for the branch. */
  waiting(): readonly { readonly act: ApprovedAct; readonly since: string }[] {
    const rows = this.#db
      .prepare("SELECT * FROM approvals WHERE state = 'waiting' AND since >= ? ORDER BY since, rowid")
      .all(this.#ms() - limits.approvalMs) as ApprovalRow[];
    return rows.map(({ act, since }) => ({ act, since: instant(since) }));
  }

  approveByStaff(order: StaffApprovalRequest): Decision {
    const person = this.#persons.byRef(order.holderRef);
    if (person === undefined) return refuse(404, 'notFound');
    const staff = this.#staff(order);
    if (!('role' in staff)) return staff;
    // Nobody approves for themselves.
    if (staff.person === person.number) return refuse(422, 'ownApproval');
    const approvalRef = reference('V');
    const now = this.#ms();
    // The branch need not decide any more what its own staff at the kiosk decided.
    this.#db
      .prepare("DELETE FROM approvals WHERE state = 'waiting' AND holder = ? AND act = ? AND visit = ?")
      .run(person.number, order.service, order.visitRef);
    this.#db
      .prepare("INSERT INTO approvals VALUES (?, ?, ?, ?, ?, 'approved', ?)")
      .run(reference('Q'), approvalRef, person.number, order.service, order.visitRef, now);
    return { answer: { approvalRef, expiresAt: instant(now + limits.approvalMs) } };
  }

  signStaffOn(order: StaffSignOnRequest): Decision {
    const staff = this.#staff(order);
    if (!('role' in staff)) return staff;
    const now = this.#ms();
    const key = Buffer.from(staff.key, 'hex');
    const answers = Array.from({ length: limits.offlineAnswers }, () => {
      const challenge = randomBytes(16);
      // Nobody may be asked it on line.
      this.#db.prepare('INSERT INTO staff_challenges VALUES (?)').run(hex(challenge));
      const digest = createHash('sha256')
        .update(encryptBlocks('sm4', key, challenge))
        .digest();
      return { challenge: hex(challenge), digest: hex(digest) };
    });
    const answer: StaffSignOn = {
      staffRef: staff.ref,
      role: staff.role,
      expiresAt: instant(now + limits.shiftMs),
      ...(staff.role === 'technician' && { offline: { expiresAt: instant(now + limits.offlineMs), answers } }),
    };
    return { answer };
  }

  /** Whose card it is, when both the card's answer and the PIN are right. */
  #staff(order: StaffSignOnRequest): StaffRow | Decision {
    const staff = this.#db.prepare('SELECT * FROM staff WHERE number = ?').get(order.staffNumber) as
      | StaffRow
      | undefined;
    if (staff === undefined) return refuse(422, 'unknownStaff');
    if (staff.tries_left === 0) return refuse(422, 'pinLocked', { triesLeft: 0 });
    const challenge = Buffer.from(order.challenge, 'hex');
    const fresh = this.#db.prepare('INSERT OR IGNORE INTO staff_challenges VALUES (?)').run(order.challenge).changes;
    const expected = encryptBlocks('sm4', Buffer.from(staff.key, 'hex'), challenge);
    if (fresh === 0 || !timingSafeEqual(expected, Buffer.from(order.response, 'hex'))) return refuse(422, 'notGenuine');
    const entered = this.#pins.open(order.terminalId, order.pinBlock, noAccount);
    if (!('digits' in entered)) return entered;
    const right = entered.digits === staff.pin;
    const triesLeft = right ? limits.staffTries : staff.tries_left - 1;
    this.#db.prepare('UPDATE staff SET tries_left = ? WHERE number = ?').run(triesLeft, staff.number);
    return right ? staff : refuse(422, triesLeft === 0 ? 'pinLocked' : 'wrongPin', { triesLeft });
  }

  // --- as evidence

  /** Whether this host issued it for this holder and this act, and not too long ago. */
  proves({ kind, ref = '' }: EvidenceRef, holder: PersonRow, action: CardAction): boolean {
    if (kind === 'oneTimeCode') {
      const row = this.#db.prepare('SELECT * FROM one_time_codes WHERE code_ref = ?').get(ref) as CodeRow | undefined;
      return row?.holder === holder.number && row.purpose === purposes[action] && this.#fresh(row.verified, action);
    }
    if (kind === 'staffApproval') {
      const row = this.#db.prepare('SELECT * FROM approvals WHERE approval_ref = ?').get(ref) as
        | ApprovalRow
        | undefined;
      const forMs = freshMs(action, limits.approvalMs);
      return row?.holder === holder.number && row.act === action && this.#ms() - row.since <= forMs;
    }
    if (kind === 'identityCheck') return this.identityChecked(ref, holder, action) === 'match';
    return true;
  }

  identityChecked(ref: string, holder: PersonRow, action: CardAction): 'match' | 'differs' | 'none' {
    const row = this.#db.prepare('SELECT * FROM identity_checks WHERE check_ref = ?').get(ref) as
      | { holder: string | null; at: number }
      | undefined;
    if (row === undefined || !this.#fresh(row.at, action)) return 'none';
    return row.holder === holder.number ? 'match' : 'differs';
  }

  #fresh(at: number | null | undefined, action: CardAction): boolean {
    return at !== null && at !== undefined && this.#ms() - at <= freshMs(action);
  }

  #ms(): number {
    return this.#clock().getTime();
  }
}

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
const instant = (ms: number): string => new Date(ms).toISOString();
