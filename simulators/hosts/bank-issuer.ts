import type Database from 'better-sqlite3';
import type { Account, BalanceInquiryRequest, DeclineReason, FinancialStatus } from '#protocol/generated/bank-core.ts';
import { arpc, benchKeys, parseDe55, verifyDe55 } from '../crypto/index.ts';
import { bins } from '../wallet/wallet.ts';
import type { AccountRow, BankAccounts } from './bank-accounts.ts';
import type { BankPins } from './bank-pins.ts';
import { type Decision, refuse } from './delivery.ts';
import { amount, maskPan } from './wallet-records.ts';

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

type Chip =
  | { readonly verdict: 'malformed' }
  | { readonly verdict: 'notGenuine' | 'repeated' }
  /** `answer`: what to tell the chip with a response code. */
  | { readonly verdict: 'right'; answer(responseCode: string): { readonly arc: string; readonly arpc: string } };

/** The issuer's side of a chip: is it ours, is it new, may it, is it the holder (EMV online authorisation). */
export class BankIssuer {
  readonly #db: Database.Database;
  readonly #accounts: BankAccounts;
  readonly #pins: BankPins;

  constructor(db: Database.Database, accounts: BankAccounts, pins: BankPins) {
    this.#db = db;
    this.#accounts = accounts;
    this.#pins = pins;
    db.exec(`
      CREATE TABLE IF NOT EXISTS unpredictable_numbers (pan TEXT, number TEXT, PRIMARY KEY (pan, number));
    `);
  }

  inquireBalance(body: BalanceInquiryRequest): Decision {
    if (!this.#pins.inForce(body.terminalId, body.pinBlock)) return refuse(409, 'signOnRequired');
    if (!isOurs(body.pan)) return decline('notHere');
    const account = this.#accounts.byPan(body.pan);
    if (account === undefined) return decline('notOpened');
    const de55 = Buffer.from(body.de55, 'hex');
    if (!isInquiry(de55)) return refuse(422, 'de55Malformed');
    const chip = this.authorise(account, de55, Number(body.panSequence), trackAgrees(body, account));
    if (chip.verdict === 'malformed') return refuse(422, 'de55Malformed');
    if (chip.verdict !== 'right') return decline(chip.verdict === 'repeated' ? 'cryptogramRepeated' : 'cardNotGenuine');
    const no = (reason: DeclineReason, triesLeft?: number): Decision => ({
      answer: {
        result: 'declined',
        reason,
        ...chip.answer(responseCodes[reason]),
        ...(triesLeft !== undefined && { triesLeft }),
        financialStatus: this.#accounts.statusOf(this.#accounts.byPan(account.pan) ?? account),
      },
    });
    if (account.expiry !== null && account.expiry < this.#accounts.today().replaceAll('-', '').slice(2, 6))
      return no('cardExpired');
    const status = this.#accounts.statusOf(account);
    const refused = refusedStates[status];
    if (refused !== undefined) return no(refused, refused === 'pinLocked' ? 0 : undefined);
    const entered = this.#pins.open(body.terminalId, body.pinBlock, account.pan);
    if (!('digits' in entered)) return entered;
    if (this.#accounts.triesLeft(account) === 0) return no('pinLocked', 0);
    if (entered.digits !== account.pin) {
      const triesLeft = this.#accounts.countWrongPin(account);
      return no(triesLeft === 0 ? 'pinLocked' : 'wrongPin', triesLeft);
    }
    this.#accounts.refillTries(account.pan);
    const accounts = this.#accounts
      .of(account.holder)
      .filter((row) => row.pan === account.pan || this.#accounts.statusOf(row) === 'active')
      .sort((a, b) => Number(b.pan === account.pan) - Number(a.pan === account.pan))
      .map(accountView);
    return { answer: { result: 'approved', ...chip.answer('00'), financialStatus: status, accounts } };
  }

  /** The chip's cryptogram: once right it is used up. `agrees`: what came with it is this account's. */
  authorise(account: AccountRow, de55: Buffer, psn = account.psn, agrees = true): Chip {
    const chip = verifyDe55(benchKeys.bankMdk, account.pan, psn, de55);
    if (chip.verdict === 'malformed' || !isOnlineRequest(de55)) return { verdict: 'malformed' };
    if (chip.verdict === 'wrongCryptogram' || !agrees) return { verdict: 'notGenuine' };
    if (!this.#isFresh(account, chip.atc, chip.unpredictableNumber)) return { verdict: 'repeated' };
    return {
      verdict: 'right',
      answer(responseCode) {
        const code = Buffer.from(responseCode, 'latin1');
        return { arc: hex(code), arpc: hex(arpc(chip.sessionKey, chip.arqc, code, chip.algorithm)) };
      },
    };
  }

  /** The counter only rises, and no terminal number comes twice: either repeated means a copy or a replay. */
  #isFresh(account: AccountRow, atc: number, unpredictableNumber: Buffer): boolean {
    if (atc <= account.last_atc) return false;
    const insert = this.#db.prepare('INSERT OR IGNORE INTO unpredictable_numbers VALUES (?, ?)');
    if (insert.run(account.pan, hex(unpredictableNumber)).changes === 0) return false;
    this.#db.prepare('UPDATE accounts SET last_atc = ? WHERE pan = ?').run(atc, account.pan);
    return true;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

export const isOurs = (pan: string): boolean => pan.startsWith(bins.icbcSocial) || pan.startsWith(bins.icbcDebit);

/** Without an ARPC: there is no card to answer. */
const decline = (reason: DeclineReason): Decision => ({
  answer: { result: 'declined', reason, arc: hex(Buffer.from(responseCodes[reason], 'latin1')) },
});

/** ARQC. */
const isOnlineRequest = (de55: Buffer): boolean =>
  parseDe55(de55)
    ?.get('9F27')
    ?.equals(Buffer.from([0x80])) === true;

/** A balance inquiry (9C 31) of no amount. */
function isInquiry(de55: Buffer): boolean {
  const tlv = parseDe55(de55);
  return tlv?.get('9C')?.equals(Buffer.from([0x31])) === true && tlv.get('9F02')?.equals(Buffer.alloc(6)) === true;
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
