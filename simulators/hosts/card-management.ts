import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type Database from 'better-sqlite3';
import type {
  Application,
  Card,
  CardAuthenticationStep1Request,
  CardAuthenticationStep2Request,
  CardEvidence,
  DocumentEvidence,
  IdentificationRequest,
  JournalHead,
  JournalPart,
} from '#protocol/generated/card-management.ts';
import {
  authenticate,
  type BlockAlgorithm,
  benchCut,
  benchKeys,
  cardFactor,
  cityFactor,
  diversify,
} from '../crypto/index.ts';
import { type Decision, refuse } from './delivery.ts';
import type { HostOperation } from './host-server.ts';
import { type PersonRow, Persons } from './persons.ts';
import { SocialActs, type SocialCardRow, socialStatusOf } from './social-acts.ts';
import { amount, type BenchWallet, daysLater, maskPan, phoneMask, reference } from './wallet-records.ts';

interface CardRow extends SocialCardRow {
  readonly area_code: string;
  readonly generation: 1 | 2 | 3;
  readonly algorithm: BlockAlgorithm;
  readonly successor: string | null;
  readonly financial_status: NonNullable<Card['financialStatus']>;
  readonly bank: string;
  readonly pan: string;
}

interface ApplicationRow {
  readonly application_ref: string;
  readonly business: Application['business'];
  readonly progress: number;
  readonly updated_at: string;
  readonly place: string | null;
}

/** Who it is, and with which card; or why nobody knows. */
type Found =
  | { readonly person: PersonRow; readonly presented?: CardRow }
  | Extract<Decision, { readonly refusal: string }>;

interface AuthenticationRow {
  readonly auth_ref: string;
  readonly id_code: string;
  readonly historical: string;
  readonly algorithm: BlockAlgorithm;
  readonly source: string;
  readonly state: 'pending' | 'genuine' | 'failed';
}

/** RKSSSE: the card's key that opens the holder's data on generation 3 (social-security card reference 1.10). */
const readHolderKeyId = '0A';

/** The province's card management with its security module. All methods are synchronous and run in a transaction. */
export class CardManagement {
  readonly #db: Database.Database;
  readonly #now: () => Date;
  readonly #persons: Persons;
  readonly #acts: SocialActs;

  constructor(db: Database.Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
    this.#persons = new Persons(db);
    this.#acts = new SocialActs(db, now, this.#persons);
    db.exec(`
      CREATE TABLE IF NOT EXISTS cards (
        card_number TEXT PRIMARY KEY, card_ref TEXT NOT NULL UNIQUE, id_code TEXT NOT NULL, area_code TEXT NOT NULL,
        generation INTEGER NOT NULL, algorithm TEXT NOT NULL, holder TEXT NOT NULL REFERENCES persons,
        social_status TEXT NOT NULL, revision INTEGER NOT NULL, temporary_until TEXT,
        replacement_requested INTEGER NOT NULL, successor TEXT, financial_status TEXT NOT NULL, bank TEXT NOT NULL,
        pan TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS medical (
        holder TEXT PRIMARY KEY REFERENCES persons, balance_cents INTEGER NOT NULL, out_of_area INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS authentications (
        auth_ref TEXT PRIMARY KEY, id_code TEXT NOT NULL, historical TEXT NOT NULL, algorithm TEXT NOT NULL,
        source TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS applications (
        application_ref TEXT PRIMARY KEY, holder TEXT NOT NULL REFERENCES persons, business TEXT NOT NULL,
        progress INTEGER NOT NULL, updated_at TEXT NOT NULL, place TEXT);
      CREATE TABLE IF NOT EXISTS journal_heads (
        terminal TEXT, sequence INTEGER, segment INTEGER, hash TEXT, signature TEXT, key_id TEXT, at TEXT,
        PRIMARY KEY (terminal, sequence));
      CREATE TABLE IF NOT EXISTS journal_parts (
        terminal TEXT, bundle TEXT, part INTEGER, data BLOB, PRIMARY KEY (terminal, bundle, part));
    `);
  }

  seed({ people, socialCardRecords, medicalAccounts, applications }: BenchWallet): void {
    if (!this.#persons.empty) return;
    const numbers = new Map(people.map((person) => [person.id, person.number]));
    const card = this.#db.prepare('INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)');
    const medical = this.#db.prepare('INSERT INTO medical VALUES (?, ?, ?)');
    const application = this.#db.prepare('INSERT INTO applications VALUES (?, ?, ?, ?, ?, ?)');
    const now = this.#now();
    this.#db.transaction(() => {
      this.#persons.seed(people, 'H');
      for (const one of socialCardRecords)
        card.run(
          one.cardNumber,
          reference('C'),
          one.idCode,
          one.areaCode,
          one.generation,
          one.algorithm,
          numbers.get(one.holder),
          one.socialStatus,
          one.temporaryDays === undefined ? null : daysLater(now, one.temporaryDays),
          one.replacementRequested ? 1 : 0,
          one.successor ?? null,
          one.financialStatus,
          one.bank,
          one.pan,
        );
      for (const one of medicalAccounts) medical.run(numbers.get(one.holder), one.balanceCents, one.outOfArea ? 1 : 0);
      for (const one of applications)
        application.run(
          reference('L'),
          numbers.get(one.holder),
          one.business,
          one.progress,
          daysLater(now, -one.daysAgo),
          one.place ?? null,
        );
    })();
  }

  /** For the bench: what a counter, or the holder at home, does meanwhile. False: no such card. */
  setSocialStatus(cardNumber: string, status: Card['socialStatus'], temporaryUntil?: Date): boolean {
    const update = this.#db.prepare(
      'UPDATE cards SET social_status = ?, temporary_until = ?, revision = revision + 1 WHERE card_number = ?',
    );
    return update.run(status, temporaryUntil?.toISOString() ?? null, cardNumber).changes === 1;
  }

  /** For the bench: a new card was asked for, so this one cannot be unfrozen any more (J6). False: no such card. */
  requestReplacement(cardNumber: string): boolean {
    const update = this.#db.prepare(
      'UPDATE cards SET replacement_requested = 1, revision = revision + 1 WHERE card_number = ?',
    );
    return update.run(cardNumber).changes === 1;
  }

  /** For the bench: by social security number. */
  cardsOf(number: string): readonly Card[] {
    return this.#cards(number);
  }

  operations(): readonly HostOperation[] {
    return [
      {
        id: 'authenticateCardStep1',
        method: 'POST',
        path: '/v1/card-authentications/step1',
        request: 'CardAuthenticationStep1Request',
        answer: 'CardAuthenticationStep1',
        decide: ({ body }) => this.#step1(body),
      },
      {
        id: 'authenticateCardStep2',
        method: 'POST',
        path: '/v1/card-authentications/step2',
        request: 'CardAuthenticationStep2Request',
        answer: 'CardAuthenticationStep2',
        decide: ({ body }) => this.#step2(body),
      },
      {
        id: 'identify',
        method: 'POST',
        path: '/v1/identifications',
        request: 'IdentificationRequest',
        answer: 'Identification',
        decide: ({ body }) => this.#identify(body),
      },
      {
        id: 'holderCards',
        method: 'GET',
        path: '/v1/holders/{ref}/cards',
        answer: 'HolderCards',
        decide: ({ ref }) => this.#holderCards(ref),
      },
      {
        id: 'actOnCard',
        method: 'POST',
        path: '/v1/cards/{ref}/actions',
        request: 'CardActionRequest',
        answer: 'CardActionResult',
        about: ({ body, ref }) => ({ cardRef: ref, action: body.action }),
        decide: ({ body, ref }) => this.#acts.act(ref, body),
      },
      {
        id: 'progress',
        method: 'GET',
        path: '/v1/progress/{ref}',
        answer: 'Progress',
        decide: ({ ref }) => this.#progress(ref),
      },
      {
        id: 'medicalAccount',
        method: 'GET',
        path: '/v1/medical-accounts/{ref}',
        answer: 'MedicalAccount',
        decide: ({ ref }) => this.#medicalAccount(ref),
      },
      {
        id: 'reportJournalHead',
        method: 'POST',
        path: '/v1/journal-heads',
        request: 'JournalHead',
        answer: 'JournalHeadReceipt',
        decide: ({ body }) => this.#journalHead(body),
      },
      {
        id: 'depositJournalPart',
        method: 'POST',
        path: '/v1/journal-bundles',
        request: 'JournalPart',
        answer: 'JournalPartReceipt',
        decide: ({ body }) => this.#journalPart(body),
      },
    ];
  }

  /** Factor (8 bytes, the card's own) and source (8 random bytes): data of INTERNAL AUTHENTICATE. */
  #step1(body: CardAuthenticationStep1Request): Decision {
    if (body.algorithm === 'ssf33') return refuse(422, 'unsupportedAlgorithm');
    const historical = Buffer.from(body.historicalBytes, 'hex');
    const idCode = body.cardIdentificationCode;
    if (historical.length < 8 || !/^\d{6}/.test(idCode)) return refuse(422, 'cardMalformed');
    const source = randomBytes(8);
    const authRef = reference('A');
    this.#db
      .prepare('INSERT INTO authentications VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        authRef,
        idCode,
        body.historicalBytes,
        body.algorithm === 'tdes' ? '3des' : 'sm4',
        source.toString('hex'),
        'pending',
        this.#now().toISOString(),
      );
    const data = Buffer.concat([cardFactor(historical), source]);
    return { answer: { authRef, internalAuthData: data.toString('hex').toUpperCase() } };
  }

  #step2(body: CardAuthenticationStep2Request): Decision {
    const row = this.#db.prepare('SELECT * FROM authentications WHERE auth_ref = ?').get(body.authRef) as
      | AuthenticationRow
      | undefined;
    if (row === undefined) return refuse(404, 'notFound');
    if (row.state !== 'pending') return refuse(409, 'authenticationOver');
    const { algorithm } = row;
    const masters = benchKeys.social[algorithm];
    const factor = cardFactor(Buffer.from(row.historical, 'hex'));
    const city = cityFactor(row.id_code.slice(0, 6));
    const expected = authenticate(
      diversify(masters.internal, algorithm, city, factor),
      algorithm,
      Buffer.from(row.source, 'hex'),
      benchCut,
    );
    const told = Buffer.from(body.internalAuthResult, 'hex').subarray(0, expected.length);
    const known = this.#db
      .prepare('SELECT 1 FROM cards WHERE id_code = ? AND algorithm = ?')
      .get(row.id_code, algorithm);
    const genuine =
      known !== undefined && serialAgrees(row) && told.length === expected.length && timingSafeEqual(told, expected);
    this.#db
      .prepare('UPDATE authentications SET state = ?, at = ? WHERE auth_ref = ?')
      .run(genuine ? 'genuine' : 'failed', this.#now().toISOString(), row.auth_ref);
    if (!genuine || body.cardChallenge === undefined) return { answer: { genuine } };
    const challenge = Buffer.from(body.cardChallenge, 'hex');
    const cipher = authenticate(diversify(masters.readHolder, algorithm, city, factor), algorithm, challenge, benchCut);
    const externalAuthData = Buffer.concat([cipher, factor]).toString('hex').toUpperCase();
    return { answer: { genuine, externalAuthData, keyId: readHolderKeyId } };
  }

  #identify({ evidence, agent }: IdentificationRequest): Decision {
    const found = evidence.kind === 'card' ? this.#identifyCard(evidence) : this.#identifyDocument(evidence);
    if ('refusal' in found) return found;
    const { person, presented } = found;
    const agentRef = agent && this.#acts.admitAgent(person, agent.relation, agent.evidence);
    if (agent !== undefined && agentRef === undefined) return refuse(422, 'agentNotAllowed');
    const answer = {
      holderRef: person.holder_ref,
      cards: this.#cards(person.number),
      phoneMask: phoneMask(person.phone),
      ...(presented && { presentedCardRef: presented.card_ref }),
      ...(agentRef !== undefined && { agentRef }),
    };
    return { answer };
  }

  #identifyDocument(evidence: DocumentEvidence): Found {
    const person = this.#persons.byDocument(evidence);
    if (person === 'unknownNumber') return refuse(404, 'noSuchPerson');
    return person === 'otherName' ? refuse(422, 'holderMismatch') : { person };
  }

  #identifyCard(evidence: CardEvidence): Found {
    const card = this.#card(evidence.cardNumber);
    if (card === undefined) return refuse(404, 'noCard');
    if (evidence.authRef !== undefined && !this.#isGenuine(evidence.authRef, card)) return refuse(422, 'notGenuine');
    const person = this.#persons.byNumber(card.holder);
    if (
      person === undefined ||
      person.number !== evidence.socialSecurityNumber ||
      person.name !== evidence.name ||
      `gen${card.generation}` !== evidence.generation
    )
      return refuse(422, 'holderMismatch');
    return { person, presented: card };
  }

  #isGenuine(authRef: string, card: CardRow): boolean {
    const row = this.#db
      .prepare("SELECT 1 FROM authentications WHERE auth_ref = ? AND state = 'genuine' AND id_code = ?")
      .get(authRef, card.id_code);
    return row !== undefined;
  }

  #holderCards(ref: string): Decision {
    const person = this.#persons.byRef(ref);
    if (person === undefined) return refuse(404, 'notFound');
    return { answer: { holderRef: ref, cards: this.#cards(person.number) } };
  }

  #progress(ref: string): Decision {
    const person = this.#persons.byRef(ref);
    if (person === undefined) return refuse(404, 'notFound');
    const rows = this.#db
      .prepare('SELECT * FROM applications WHERE holder = ? ORDER BY updated_at DESC')
      .all(person.number) as ApplicationRow[];
    const applications = rows.map((row) => ({
      applicationRef: row.application_ref,
      business: row.business,
      progress: row.progress,
      updatedAt: row.updated_at,
      ...(row.place !== null && { place: row.place }),
    }));
    return { answer: { holderRef: ref, applications } };
  }

  #medicalAccount(ref: string): Decision {
    const person = this.#persons.byRef(ref);
    if (person === undefined) return refuse(404, 'notFound');
    const row = this.#db
      .prepare('SELECT balance_cents, out_of_area FROM medical WHERE holder = ?')
      .get(person.number) as { balance_cents: number; out_of_area: number } | undefined;
    if (row === undefined) return refuse(404, 'noAccount');
    return { answer: { balance: amount(row.balance_cents), currency: 'CNY', outOfArea: row.out_of_area === 1 } };
  }

  /** A head that is older than the last, or another one at its place, means a replaced or shortened journal. */
  #journalHead(head: JournalHead): Decision {
    const last = this.#db
      .prepare('SELECT sequence, hash FROM journal_heads WHERE terminal = ? ORDER BY sequence DESC LIMIT 1')
      .get(head.terminalId) as { sequence: number; hash: string } | undefined;
    const same = last?.sequence === head.sequence && last.hash === head.hash;
    if (last !== undefined && head.sequence <= last.sequence && !same) return refuse(409, 'headOutOfOrder');
    this.#db
      .prepare('INSERT OR IGNORE INTO journal_heads VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(head.terminalId, head.sequence, head.segment, head.hash, head.signature, head.keyId, head.at);
    return { answer: { receivedAt: this.#now().toISOString() } };
  }

  #journalPart({ terminalId, bundle, part, parts, sha256, data }: JournalPart): Decision {
    this.#db
      .prepare('INSERT OR REPLACE INTO journal_parts VALUES (?, ?, ?, ?)')
      .run(terminalId, bundle, part, Buffer.from(data, 'base64'));
    const there = this.#db
      .prepare('SELECT count(*) FROM journal_parts WHERE terminal = ? AND bundle = ?')
      .pluck()
      .get(terminalId, bundle) as number;
    const whole = there >= parts ? this.journalBundle(terminalId, bundle) : undefined;
    if (whole !== undefined && createHash('sha256').update(whole).digest('hex') !== sha256) {
      this.#db.prepare('DELETE FROM journal_parts WHERE terminal = ? AND bundle = ?').run(terminalId, bundle);
      return refuse(422, 'bundleDamaged');
    }
    return { answer: { receivedAt: this.#now().toISOString(), missing: Math.max(0, parts - there) } };
  }

  /** Copies of journals that came, whole or not. */
  journalBundles(): readonly { readonly terminal: string; readonly bundle: string }[] {
    return this.#db.prepare('SELECT DISTINCT terminal, bundle FROM journal_parts').all() as {
      terminal: string;
      bundle: string;
    }[];
  }

  /** What is there of a copy, in the order of its parts. */
  journalBundle(terminal: string, bundle: string): Buffer {
    const parts = this.#db
      .prepare('SELECT data FROM journal_parts WHERE terminal = ? AND bundle = ? ORDER BY part')
      .pluck()
      .all(terminal, bundle) as Buffer[];
    return Buffer.concat(parts);
  }

  #card(cardNumber: string): CardRow | undefined {
    return this.#db.prepare('SELECT * FROM cards WHERE card_number = ?').get(cardNumber) as CardRow | undefined;
  }

  #cards(idNumber: string): Card[] {
    const rows = this.#db
      .prepare('SELECT * FROM cards WHERE holder = ? ORDER BY card_number')
      .all(idNumber) as CardRow[];
    return rows.map((row) => {
      const socialStatus = socialStatusOf(row, this.#now());
      const successor = row.successor === null ? undefined : this.#card(row.successor);
      return {
        cardRef: row.card_ref,
        generation: `gen${row.generation}`,
        cardNumberLast4: row.card_number.slice(-4),
        socialStatus,
        ...(row.replacement_requested === 1 && { replacementRequested: true }),
        revision: row.revision,
        ...(row.temporary_until !== null && socialStatus === 'tempLost' && { temporaryUntil: row.temporary_until }),
        financialStatus: row.financial_status,
        areaCode: row.area_code,
        bankCode: row.bank,
        panMasked: maskPan(row.pan),
        outOfArea: row.generation !== 1,
        ...(successor && { successorRef: successor.card_ref }),
      };
    });
  }
}

/** The serial in the id code (bytes 8-11) is also the end of the historical bytes (reference 1.8). */
const serialAgrees = ({ id_code, historical }: AuthenticationRow): boolean =>
  historical.endsWith(id_code.slice(16, 24));
