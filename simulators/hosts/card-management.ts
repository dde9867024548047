import { randomBytes, timingSafeEqual } from 'node:crypto';
import type Database from 'better-sqlite3';
import type {
  Card,
  CardAuthenticationStep1Request,
  CardAuthenticationStep2Request,
  CardEvidence,
  DocumentEvidence,
  IdentificationRequest,
  JournalHead,
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
import { amount, type BenchWallet, maskPan, phoneMask, reference } from './wallet-records.ts';

interface CardRow {
  readonly card_number: string;
  readonly card_ref: string;
  readonly id_code: string;
  readonly area_code: string;
  readonly generation: 1 | 2 | 3;
  readonly algorithm: BlockAlgorithm;
  readonly holder: string;
  readonly social_status: Card['socialStatus'];
  readonly revision: number;
  readonly temporary_until: string | null;
  readonly financial_status: NonNullable<Card['financialStatus']>;
  readonly bank: string;
  readonly pan: string;
}

interface PersonRow {
  readonly id_number: string;
  readonly name: string;
  readonly phone: string;
  readonly holder_ref: string;
}

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

  constructor(db: Database.Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
    db.exec(`
      CREATE TABLE IF NOT EXISTS persons (
        id_number TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, holder_ref TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS cards (
        card_number TEXT PRIMARY KEY, card_ref TEXT NOT NULL UNIQUE, id_code TEXT NOT NULL, area_code TEXT NOT NULL,
        generation INTEGER NOT NULL, algorithm TEXT NOT NULL, holder TEXT NOT NULL REFERENCES persons,
        social_status TEXT NOT NULL, revision INTEGER NOT NULL, temporary_until TEXT, financial_status TEXT NOT NULL,
        bank TEXT NOT NULL, pan TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS medical (
        holder TEXT PRIMARY KEY REFERENCES persons, balance_cents INTEGER NOT NULL, out_of_area INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS authentications (
        auth_ref TEXT PRIMARY KEY, id_code TEXT NOT NULL, historical TEXT NOT NULL, algorithm TEXT NOT NULL,
        source TEXT NOT NULL, state TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS journal_heads (
        terminal TEXT, sequence INTEGER, segment INTEGER, hash TEXT, signature TEXT, key_id TEXT, at TEXT,
        PRIMARY KEY (terminal, sequence));
    `);
  }

  seed({ people, socialCardRecords, medicalAccounts }: BenchWallet): void {
    if (this.#db.prepare('SELECT 1 FROM persons').get() !== undefined) return;
    const idNumbers = new Map(people.map((person) => [person.id, person.idNumber]));
    const person = this.#db.prepare('INSERT INTO persons VALUES (?, ?, ?, ?)');
    const card = this.#db.prepare('INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, ?, ?, ?)');
    const medical = this.#db.prepare('INSERT INTO medical VALUES (?, ?, ?)');
    this.#db.transaction(() => {
      for (const one of people) person.run(one.idNumber, one.name, one.phone, reference('H'));
      for (const one of socialCardRecords)
        card.run(
          one.cardNumber,
          reference('C'),
          one.idCode,
          one.areaCode,
          one.generation,
          one.algorithm,
          idNumbers.get(one.holder),
          one.socialStatus,
          one.financialStatus,
          one.bank,
          one.pan,
        );
      for (const one of medicalAccounts)
        medical.run(idNumbers.get(one.holder), one.balanceCents, one.outOfArea ? 1 : 0);
    })();
  }

  /** For the bench: what a counter, or the holder at home, does meanwhile. False: no such card. */
  setSocialStatus(cardNumber: string, status: Card['socialStatus'], temporaryUntil?: Date): boolean {
    const update = this.#db.prepare(
      'UPDATE cards SET social_status = ?, temporary_until = ?, revision = revision + 1 WHERE card_number = ?',
    );
    return update.run(status, temporaryUntil?.toISOString() ?? null, cardNumber).changes === 1;
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
      .prepare('INSERT INTO authentications VALUES (?, ?, ?, ?, ?, ?)')
      .run(
        authRef,
        idCode,
        body.historicalBytes,
        body.algorithm === 'tdes' ? '3des' : 'sm4',
        source.toString('hex'),
        'pending',
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
      .prepare('UPDATE authentications SET state = ? WHERE auth_ref = ?')
      .run(genuine ? 'genuine' : 'failed', row.auth_ref);
    if (!genuine || body.cardChallenge === undefined) return { answer: { genuine } };
    const challenge = Buffer.from(body.cardChallenge, 'hex');
    const cipher = authenticate(diversify(masters.readHolder, algorithm, city, factor), algorithm, challenge, benchCut);
    const externalAuthData = Buffer.concat([cipher, factor]).toString('hex').toUpperCase();
    return { answer: { genuine, externalAuthData, keyId: readHolderKeyId } };
  }

  #identify({ evidence }: IdentificationRequest): Decision {
    return evidence.kind === 'card' ? this.#identifyCard(evidence) : this.#identifyDocument(evidence);
  }

  #identifyDocument(evidence: DocumentEvidence): Decision {
    const person = this.#person('id_number', evidence.documentNumber);
    if (person === undefined) return refuse(404, 'noSuchPerson');
    return person.name === evidence.name ? this.#identification(person) : refuse(422, 'holderMismatch');
  }

  #identifyCard(evidence: CardEvidence): Decision {
    const card = this.#card(evidence.cardNumber);
    if (card === undefined) return refuse(404, 'noCard');
    if (evidence.authRef !== undefined && !this.#isGenuine(evidence.authRef, card)) return refuse(422, 'notGenuine');
    const person = this.#person('id_number', card.holder);
    if (
      person === undefined ||
      person.id_number !== evidence.socialSecurityNumber ||
      person.name !== evidence.name ||
      `gen${card.generation}` !== evidence.generation
    )
      return refuse(422, 'holderMismatch');
    return this.#identification(person, card);
  }

  #isGenuine(authRef: string, card: CardRow): boolean {
    const row = this.#db
      .prepare("SELECT 1 FROM authentications WHERE auth_ref = ? AND state = 'genuine' AND id_code = ?")
      .get(authRef, card.id_code);
    return row !== undefined;
  }

  #identification(person: PersonRow, presented?: CardRow): Decision {
    const answer = {
      holderRef: person.holder_ref,
      cards: this.#cards(person.id_number),
      phoneMask: phoneMask(person.phone),
      ...(presented && { presentedCardRef: presented.card_ref }),
    };
    return { answer };
  }

  #holderCards(ref: string): Decision {
    const person = this.#person('holder_ref', ref);
    if (person === undefined) return refuse(404, 'notFound');
    return { answer: { holderRef: ref, cards: this.#cards(person.id_number) } };
  }

  #medicalAccount(ref: string): Decision {
    const person = this.#person('holder_ref', ref);
    if (person === undefined) return refuse(404, 'notFound');
    const row = this.#db
      .prepare('SELECT balance_cents, out_of_area FROM medical WHERE holder = ?')
      .get(person.id_number) as { balance_cents: number; out_of_area: number } | undefined;
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

  #person(column: 'id_number' | 'holder_ref', value: string): PersonRow | undefined {
    return this.#db.prepare(`SELECT * FROM persons WHERE ${column} = ?`).get(value) as PersonRow | undefined;
  }

  #card(cardNumber: string): CardRow | undefined {
    return this.#db.prepare('SELECT * FROM cards WHERE card_number = ?').get(cardNumber) as CardRow | undefined;
  }

  #cards(idNumber: string): Card[] {
    const rows = this.#db
      .prepare('SELECT * FROM cards WHERE holder = ? ORDER BY card_number')
      .all(idNumber) as CardRow[];
    return rows.map((row) => {
      const until = row.temporary_until === null ? undefined : new Date(row.temporary_until);
      // A temporary report lifts by itself (J2).
      const lifted = row.social_status === 'tempLost' && until !== undefined && until <= this.#now();
      return {
        cardRef: row.card_ref,
        generation: `gen${row.generation}`,
        cardNumberLast4: row.card_number.slice(-4),
        socialStatus: lifted ? 'normal' : row.social_status,
        revision: row.revision,
        ...(until && !lifted && { temporaryUntil: until.toISOString() }),
        financialStatus: row.financial_status,
        areaCode: row.area_code,
        bankCode: row.bank,
        panMasked: maskPan(row.pan),
        outOfArea: row.generation !== 1,
      };
    });
  }
}

/** The serial in the id code (bytes 8-11) is also the end of the historical bytes (reference 1.8). */
const serialAgrees = ({ id_code, historical }: AuthenticationRow): boolean =>
  historical.endsWith(id_code.slice(16, 24));
