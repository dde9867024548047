import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type {
  Account,
  BalanceInquiryRequest,
  BankCard,
  DeclineReason,
  FinancialStatus,
  IdentificationRequest,
  KeyAlgorithm,
  SignOnRequest,
} from '#protocol/generated/bank-core.ts';
import { arpc, type BlockAlgorithm, benchKeys, checkValue, parseDe55, verifyDe55 } from '../crypto/index.ts';
import { bins } from '../wallet/wallet.ts';
import { type Decision, refuse } from './delivery.ts';
import type { HostOperation } from './host-server.ts';
import { openPinBlock, wrapKey } from './pin-block.ts';
import { amount, type BenchWallet, maskPan, phoneMask, reference } from './wallet-records.ts';

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
  readonly dormant: number;
  readonly available_cents: number;
  readonly pin: string;
  readonly tries_left: number;
  /** Of the last wrong PIN: tries are per day (domain 2e). */
  readonly tries_day: string;
  readonly last_atc: number;
}

interface KeySetRow {
  readonly key_set_id: string;
  readonly algorithm: BlockAlgorithm;
  readonly pin_key: string;
}

const triesPerDay = 3;
const ciphers = { tdes: '3des', sm4: 'sm4' } as const satisfies Record<KeyAlgorithm, BlockAlgorithm>;

/** Authorisation response codes (ISO 8583 DE39) of what the issuer decides. */
const responseCodes: Readonly<Record<DeclineReason, string>> = {
  wrongPin: '55',
  pinLocked: '75',
  cardNotGenuine: '05',
  cryptogramRepeated: '05',
  cardExpired: '54',
  cardLost: '41',
  cardClosed: '14',
  accountFrozen: '62',
  notOpened: '14',
  notActivated: '57',
  notHere: '15',
  limitReached: '65',
  other: '05',
};

const refusedStates: Readonly<Partial<Record<FinancialStatus, DeclineReason>>> = {
  notOpened: 'notOpened',
  openFailed: 'notOpened',
  openedInactive: 'notActivated',
  tempLost: 'cardLost',
  lost: 'cardLost',
  pinLocked: 'pinLocked',
  frozen: 'accountFrozen',
  closed: 'cardClosed',
};

/** The bank core with its security module and its issuer side. All methods are synchronous, in a transaction. */
export class BankCore {
  readonly #db: Database.Database;
  readonly #now: () => Date;

  constructor(db: Database.Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
    db.exec(`
      CREATE TABLE IF NOT EXISTS persons (
        id_number TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, holder_ref TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS accounts (
        pan TEXT PRIMARY KEY, card_ref TEXT NOT NULL UNIQUE, psn INTEGER NOT NULL, expiry TEXT,
        holder TEXT NOT NULL REFERENCES persons, kind TEXT NOT NULL, class TEXT NOT NULL, status TEXT NOT NULL,
        revision INTEGER NOT NULL, temporary_until TEXT, dormant INTEGER NOT NULL, available_cents INTEGER NOT NULL, pin TEXT NOT NULL,
        tries_left INTEGER NOT NULL, tries_day TEXT NOT NULL, last_atc INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS unpredictable_numbers (pan TEXT, number TEXT, PRIMARY KEY (pan, number));
      -- The newest of a terminal is in force; older ones stay, so that a run can be searched for the PIN blocks it made.
      CREATE TABLE IF NOT EXISTS working_keys (
        seq INTEGER PRIMARY KEY, terminal TEXT NOT NULL, key_set_id TEXT NOT NULL, algorithm TEXT NOT NULL,
        pin_key TEXT NOT NULL, mac_key TEXT NOT NULL);
    `);
  }

  seed({ people, bankAccounts }: BenchWallet): void {
    if (this.#db.prepare('SELECT 1 FROM persons').get() !== undefined) return;
    const idNumbers = new Map(people.map((person) => [person.id, person.idNumber]));
    const person = this.#db.prepare('INSERT INTO persons VALUES (?, ?, ?, ?)');
    const account = this.#db.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, ?, ?, ?, ?, ?, 0)');
    this.#db.transaction(() => {
      for (const one of people) person.run(one.idNumber, one.name, one.phone, reference('P'));
      for (const one of bankAccounts)
        account.run(
          one.pan,
          reference('B'),
          one.psn,
          one.expiry ?? null,
          idNumbers.get(one.holder),
          one.kind,
          one.accountClass,
          one.status,
          one.dormant ? 1 : 0,
          one.availableCents,
          one.pin,
          one.pinTriesLeft,
          this.#today(),
        );
    })();
  }

  /** For the bench: what a counter does meanwhile. False: no such account. */
  setStatus(pan: string, status: FinancialStatus, temporaryUntil?: Date): boolean {
    const update = this.#db.prepare(
      'UPDATE accounts SET status = ?, temporary_until = ?, revision = revision + 1 WHERE pan = ?',
    );
    return update.run(status, temporaryUntil?.toISOString() ?? null, pan).changes === 1;
  }

  /** For the bench: the bank's security module lost its working keys; terminals must sign on again. */
  forgetWorkingKeys(): void {
    this.#db.prepare('DELETE FROM working_keys').run();
  }

  account(pan: string): AccountRow | undefined {
    return this.#db.prepare('SELECT * FROM accounts WHERE pan = ?').get(pan) as AccountRow | undefined;
  }

  operations(): readonly HostOperation[] {
    return [
      {
        id: 'signOn',
        method: 'POST',
        path: '/v1/sign-ons',
        request: 'SignOnRequest',
        answer: 'SignOn',
        decide: ({ body }) => this.#signOn(body),
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
        id: 'inquireBalance',
        method: 'POST',
        path: '/v1/balance-inquiries',
        request: 'BalanceInquiryRequest',
        answer: 'BalanceInquiry',
        decide: ({ body }) => this.#inquireBalance(body),
      },
    ];
  }

  #signOn({ terminalId, keyAlgorithm, masterKeyCheckValue }: SignOnRequest): Decision {
    const cipher = ciphers[keyAlgorithm];
    const master = benchKeys.terminalMaster[cipher];
    if (masterKeyCheckValue !== undefined && !masterKeyCheckValue.startsWith(checkValue(cipher, master)))
      return refuse(422, 'masterKeyDiffers');
    const keys = { pin: randomBytes(16), mac: randomBytes(16) };
    const keySetId = reference('K');
    this.#db
      .prepare('INSERT INTO working_keys (terminal, key_set_id, algorithm, pin_key, mac_key) VALUES (?, ?, ?, ?, ?)')
      .run(terminalId, keySetId, cipher, keys.pin.toString('hex'), keys.mac.toString('hex'));
    const wrapped = (['pin', 'mac'] as const).map((usage) => ({ usage, ...wrapKey(cipher, master, keys[usage]) }));
    return { answer: { keySetId, keyAlgorithm, keys: wrapped, businessDate: this.#today() } };
  }

  #identify({ evidence }: IdentificationRequest): Decision {
    if (evidence.kind === 'bankCard') {
      const account = this.account(evidence.pan);
      if (account === undefined) return isOurs(evidence.pan) ? refuse(404, 'noCard') : refuse(422, 'notHere');
      return this.#identification(account.holder, account);
    }
    const person = this.#person(evidence.documentNumber);
    if (person === undefined || person.name !== evidence.name) return refuse(404, 'noSuchPerson');
    return this.#identification(evidence.documentNumber);
  }

  #identification(idNumber: string, presented?: AccountRow): Decision {
    const person = this.#person(idNumber);
    if (person === undefined) return refuse(404, 'noSuchPerson');
    const answer = {
      holderRef: person.holder_ref,
      cards: this.#cards(person.id_number),
      phoneMask: phoneMask(person.phone),
      ...(presented && { presentedCardRef: presented.card_ref }),
    };
    return { answer };
  }

  #holderCards(ref: string): Decision {
    const person = this.#db.prepare('SELECT id_number FROM persons WHERE holder_ref = ?').get(ref) as
      | { id_number: string }
      | undefined;
    if (person === undefined) return refuse(404, 'notFound');
    return { answer: { holderRef: ref, cards: this.#cards(person.id_number) } };
  }

  #cards(idNumber: string): BankCard[] {
    return this.#accountsOf(idNumber).map(
      (row): BankCard => ({
        cardRef: row.card_ref,
        kind: row.kind,
        accountClass: row.class,
        panMasked: maskPan(row.pan),
        financialStatus: this.#statusOf(row),
        revision: row.revision,
        dormant: row.dormant === 1,
        ...(row.temporary_until !== null && { temporaryUntil: row.temporary_until }),
      }),
    );
  }

  /** The issuer's order: is it ours, is it the chip, is it new, may it, is it the holder (EMV online authorisation). */
  #inquireBalance(body: BalanceInquiryRequest): Decision {
    const keySet = this.#db
      .prepare('SELECT * FROM working_keys WHERE terminal = ? ORDER BY seq DESC LIMIT 1')
      .get(body.terminalId) as KeySetRow | undefined;
    if (keySet === undefined || keySet.key_set_id !== body.pinBlock.keySetId) return refuse(409, 'signOnRequired');
    if (!isOurs(body.pan)) return decline('notHere');
    const account = this.account(body.pan);
    if (account === undefined) return decline('notOpened');
    const de55 = Buffer.from(body.de55, 'hex');
    const chip = verifyDe55(benchKeys.bankMdk, body.pan, Number(body.panSequence), de55);
    if (chip.verdict === 'malformed' || !isInquiry(de55)) return refuse(422, 'de55Malformed');
    if (chip.verdict === 'wrongCryptogram' || !trackAgrees(body, account)) return decline('cardNotGenuine');
    const answerChip = (arc: string): { arc: string; arpc: string } => {
      const code = Buffer.from(arc, 'latin1');
      return { arc: hex(code), arpc: hex(arpc(chip.sessionKey, chip.arqc, code, chip.algorithm)) };
    };
    if (!this.#isFresh(account, chip.atc, chip.unpredictableNumber)) return decline('cryptogramRepeated');
    const status = this.#statusOf(account);
    const no = (reason: DeclineReason, triesLeft?: number): Decision => ({
      answer: {
        result: 'declined',
        reason,
        ...answerChip(responseCodes[reason]),
        ...(triesLeft !== undefined && { triesLeft }),
        financialStatus: this.#statusOf(this.account(account.pan) ?? account),
      },
    });
    if (account.expiry !== null && account.expiry < this.#today().replaceAll('-', '').slice(2, 6))
      return no('cardExpired');
    const refused = refusedStates[status];
    if (refused !== undefined) return no(refused, refused === 'pinLocked' ? 0 : undefined);
    const { format, hex: block } = body.pinBlock;
    const pinKey = Buffer.from(keySet.pin_key, 'hex');
    const fits = (format === 'iso0') === (keySet.algorithm === '3des');
    const pin = fits ? openPinBlock(format, pinKey, account.pan, Buffer.from(block, 'hex')) : undefined;
    if (pin === undefined) return refuse(422, 'pinBlockMalformed');
    if (pin !== account.pin) {
      const triesLeft = this.#countWrongPin(account);
      return no(triesLeft === 0 ? 'pinLocked' : 'wrongPin', triesLeft);
    }
    this.#setTries(account.pan, triesPerDay);
    const accounts = this.#accountsOf(account.holder)
      .filter((row) => row.pan === account.pan || this.#statusOf(row) === 'active')
      .sort((a, b) => Number(b.pan === account.pan) - Number(a.pan === account.pan))
      .map(accountView);
    return { answer: { result: 'approved', ...answerChip('00'), financialStatus: status, accounts } };
  }

  /** The counter only rises, and no terminal number comes twice: either repeated means a copy or a replay. */
  #isFresh(account: AccountRow, atc: number, unpredictableNumber: Buffer): boolean {
    if (atc <= account.last_atc) return false;
    const insert = this.#db.prepare('INSERT OR IGNORE INTO unpredictable_numbers VALUES (?, ?)');
    if (insert.run(account.pan, hex(unpredictableNumber)).changes === 0) return false;
    this.#db.prepare('UPDATE accounts SET last_atc = ? WHERE pan = ?').run(atc, account.pan);
    return true;
  }

  #countWrongPin(account: AccountRow): number {
    const left = (account.tries_day === this.#today() ? account.tries_left : triesPerDay) - 1;
    this.#setTries(account.pan, left);
    if (left === 0) this.setStatus(account.pan, 'pinLocked');
    return left;
  }

  #setTries(pan: string, left: number): void {
    this.#db.prepare('UPDATE accounts SET tries_left = ?, tries_day = ? WHERE pan = ?').run(left, this.#today(), pan);
  }

  /** A temporary report lifts by itself after the bank's days (domain 2b). */
  #statusOf({ status, temporary_until }: AccountRow): FinancialStatus {
    return status === 'tempLost' && temporary_until !== null && new Date(temporary_until) <= this.#now()
      ? 'active'
      : status;
  }

  #accountsOf(idNumber: string): AccountRow[] {
    return this.#db.prepare('SELECT * FROM accounts WHERE holder = ? ORDER BY rowid').all(idNumber) as AccountRow[];
  }

  #person(idNumber: string) {
    return this.#db.prepare('SELECT * FROM persons WHERE id_number = ?').get(idNumber) as
      | { id_number: string; name: string; phone: string; holder_ref: string }
      | undefined;
  }

  #today(): string {
    return this.#now().toISOString().slice(0, 10);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const isOurs = (pan: string): boolean => pan.startsWith(bins.icbcSocial) || pan.startsWith(bins.icbcDebit);

/** Without an ARPC: there is no card to answer. */
const decline = (reason: DeclineReason): Decision => ({
  answer: { result: 'declined', reason, arc: hex(Buffer.from(responseCodes[reason], 'latin1')) },
});

/** An online request (ARQC) for a balance inquiry (9C 31) of no amount. */
function isInquiry(de55: Buffer): boolean {
  const tlv = parseDe55(de55);
  return (
    tlv?.get('9F27')?.equals(Buffer.from([0x80])) === true &&
    tlv.get('9C')?.equals(Buffer.from([0x31])) === true &&
    tlv.get('9F02')?.equals(Buffer.alloc(6)) === true
  );
}

function trackAgrees({ pan, track2 }: BalanceInquiryRequest, account: AccountRow): boolean {
  if (track2 === undefined) return true;
  const [number, rest = ''] = track2.split(/[D=]/);
  return number === pan && (account.expiry === null || rest.startsWith(account.expiry));
}

const accountView = (row: AccountRow): Account => ({
  kind: row.kind,
  accountClass: row.class,
  panMasked: maskPan(row.pan),
  available: amount(row.available_cents),
  currency: 'CNY',
  dormant: row.dormant === 1,
});
