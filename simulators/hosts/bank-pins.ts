import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { KeyAlgorithm, PinBlock, SignOnRequest } from '#protocol/generated/bank-core.ts';
import { type BlockAlgorithm, benchKeys, checkValue } from '../crypto/index.ts';
import { type Decision, refuse } from './delivery.ts';
import type { PersonRow } from './persons.ts';
import { openPinBlock, wrapKey } from './pin-block.ts';
import { reference } from './wallet-records.ts';

interface KeySetRow {
  readonly key_set_id: string;
  readonly algorithm: BlockAlgorithm;
  readonly pin_key: string;
}

const ciphers = { tdes: '3des', sm4: 'sm4' } as const satisfies Record<KeyAlgorithm, BlockAlgorithm>;

/** What is no account's is entered under this number: one-time codes, staff PINs. */
export const noAccount = '0'.repeat(16);

/** The bank's security module: working keys of the terminals, and what their PIN pads encrypt. */
export class BankPins {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(`
      -- The newest of a terminal is in force; older ones stay, so that a run can be searched for the PIN blocks it made.
      CREATE TABLE IF NOT EXISTS working_keys (
        seq INTEGER PRIMARY KEY, terminal TEXT NOT NULL, key_set_id TEXT NOT NULL, algorithm TEXT NOT NULL,
        pin_key TEXT NOT NULL, mac_key TEXT NOT NULL);
    `);
  }

  signOn({ terminalId, keyAlgorithm, masterKeyCheckValue }: SignOnRequest, businessDate: string): Decision {
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
    return { answer: { keySetId, keyAlgorithm, keys: wrapped, businessDate } };
  }

  forget(): void {
    this.#db.prepare('DELETE FROM working_keys').run();
  }

  /** Whether the terminal's PIN key is the one in force. */
  inForce(terminalId: string, block: PinBlock): boolean {
    return this.#keySet(terminalId)?.key_set_id === block.keySetId;
  }

  /** The digits, or why there are none. */
  open(terminalId: string, { format, hex, keySetId }: PinBlock, account: string): { digits: string } | Decision {
    const keySet = this.#keySet(terminalId);
    if (keySet?.key_set_id !== keySetId) return refuse(409, 'signOnRequired');
    const fits = (format === 'iso0') === (keySet.algorithm === '3des');
    const key = Buffer.from(keySet.pin_key, 'hex');
    const digits = fits ? openPinBlock(format, key, account, Buffer.from(hex, 'hex')) : undefined;
    return digits === undefined ? refuse(422, 'pinBlockMalformed') : { digits };
  }

  #keySet(terminalId: string): KeySetRow | undefined {
    return this.#db
      .prepare('SELECT * FROM working_keys WHERE terminal = ? ORDER BY seq DESC LIMIT 1')
      .get(terminalId) as KeySetRow | undefined;
  }
}

/** What anybody would guess first (domain 2e): one digit, a run, the birthday, the end of the ID number. */
export function isWeakPin(pin: string, { birth, number }: Pick<PersonRow, 'birth' | 'number'>): boolean {
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]));
  const [year, month, day] = [birth.slice(2, 4), birth.slice(4, 6), birth.slice(6)];
  const dates = [`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`, birth.slice(0, 6)];
  return (
    pin.length !== 6 ||
    [-1, 0, 1].some((step) => steps.every((one) => one === step)) ||
    dates.includes(pin) ||
    // A check character X is no digit to be entered.
    [number, number.replace(/\D/g, '')].some((text) => text.endsWith(pin))
  );
}
