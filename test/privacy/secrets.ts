import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makePinBlock } from '#simulators/hosts/pin-block.ts';
import { walletDocuments } from '#simulators/wallet/documents.ts';
import { bankAccounts, benchPin, hostPeople, people, walletCards } from '#simulators/wallet/wallet.ts';

export type SecretKind =
  | 'idNumber'
  | 'name'
  | 'pan'
  | 'track2'
  | 'pin'
  | 'pinBlock'
  | 'socialCardNumber'
  | 'cardIdentificationCode'
  | 'document'
  | 'phone'
  | 'code'
  | 'reference';

/** Few digits, which stand in any long file by chance: sought as a word of its own. */
export const isShort = (kind: SecretKind): boolean => kind === 'pin' || kind === 'code';

/** One datum that must not be found anywhere. Text is sought in every text encoding, bytes as they are and in hex and so on. */
export type Secret = {
  readonly kind: SecretKind;
  /** Whose: the wallet's id of a person or a card. Findings name this and never the value. */
  readonly owner: string;
} & ({ readonly text: string } | { readonly bytes: Buffer });

export interface WalletSecretOptions {
  /**
   * PINs that were entered, right or wrong; the wallet's own when absent. Wrong ones must be as unlikely in a file as it is:
   * 000000 is a colour, 123456 an example.
   */
  readonly pins?: readonly string[];
  /** Working keys of the run: with them every PIN block that the pad may have made is known. */
  readonly pinKeys?: readonly PinKey[];
  /** One-time codes that were sent; they travel as PIN blocks, too. */
  readonly codes?: readonly string[];
}

export interface PinKey {
  readonly format: 'iso0' | 'sm4';
  readonly key: Uint8Array;
}

/** Every PIN key that the simulated bank core ever gave out, from its database file. */
export function pinKeysOf(bankCoreFile: string): readonly PinKey[] {
  const db = new Database(bankCoreFile, { readonly: true });
  try {
    const rows = db.prepare('SELECT algorithm, pin_key FROM working_keys').all() as {
      algorithm: '3des' | 'sm4';
      pin_key: string;
    }[];
    return rows.map((row) => ({
      format: row.algorithm === 'sm4' ? 'sm4' : 'iso0',
      key: Buffer.from(row.pin_key, 'hex'),
    }));
  } finally {
    db.close();
  }
}

/** Every one-time code that the simulated bank core sent to anybody. */
export function codesOf(bankCoreFile: string): readonly string[] {
  const db = new Database(bankCoreFile, { readonly: true });
  try {
    return (db.prepare('SELECT code FROM one_time_codes').pluck().all() as string[]).filter(
      (code) => code !== '000000',
    );
  } finally {
    db.close();
  }
}

/** Columns by which the hosts know people, cards and what was checked. The daemon may keep them, the page may not. */
const references = {
  'card-management': [
    ['persons', 'holder_ref'],
    ['cards', 'card_ref'],
    ['authentications', 'auth_ref'],
  ],
  'bank-core': [
    ['persons', 'holder_ref'],
    ['accounts', 'card_ref'],
    ['one_time_codes', 'code_ref'],
    ['approvals', 'request_ref'],
    ['approvals', 'approval_ref'],
    ['identity_checks', 'check_ref'],
  ],
} as const;

/** What the page must not hold besides the wallet's secrets: every reference of both hosts, from their databases. */
export function hostReferences(hostsFolder: string): readonly Secret[] {
  return Object.entries(references).flatMap(([host, columns]) => {
    const db = new Database(join(hostsFolder, `${host}.sqlite`), { readonly: true });
    try {
      return columns.flatMap(([table, column]) => {
        const values = db.prepare(`SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL`).pluck().all();
        return values.map((text): Secret => ({ kind: 'reference', owner: `${host} ${column}`, text: String(text) }));
      });
    } finally {
      db.close();
    }
  });
}

/** A PIN block that holds a code is made for no account. */
const noAccount = '0'.repeat(16);

/** PIN field of ISO 9564 format 0 before the account is mixed in, and the same for 16-byte blocks. */
const pinFields = (pin: string): readonly Buffer[] =>
  [16, 32].map((digits) => Buffer.from(`0${pin.length.toString(16)}${pin}`.padEnd(digits, 'F'), 'hex'));

/** What a pad XORs with its key still off: the block in clear. */
function clearBlock(pin: string, pan: string): Buffer {
  const field = pinFields(pin)[0] ?? Buffer.alloc(8);
  const account = Buffer.from(pan.slice(-13, -1).padStart(16, '0'), 'hex');
  return Buffer.from(field.map((byte, index) => byte ^ (account[index] ?? 0)));
}

/** Everything of the wallet that design.md 7 keeps out of browser, log, journal and disk. */
export function walletSecrets(options: WalletSecretOptions = {}): readonly Secret[] {
  const { pins = [benchPin], pinKeys = [], codes = [] } = options;
  const common = pins.find((pin) => /^(\d)\1*$|^123456/.test(pin));
  if (common !== undefined)
    throw new Error('a PIN that stands in many a file cannot be searched for: enter another one');
  const secrets: Secret[] = [];
  for (const { id: owner, idNumber, name, latinName } of people) {
    secrets.push({ kind: 'idNumber', owner, text: idNumber });
    for (const text of [name, latinName]) secrets.push({ kind: 'name', owner, text });
  }
  const pans = new Map<string, string>();
  for (const { id: owner, social, financial } of walletCards) {
    if (social !== undefined) {
      secrets.push({ kind: 'socialCardNumber', owner, text: social.cardNumber });
      secrets.push({ kind: 'cardIdentificationCode', owner, bytes: Buffer.from(social.idCode, 'hex') });
    }
    if (financial === undefined) continue;
    pans.set(financial.pan, owner);
    for (const separator of ['D', '='])
      secrets.push({ kind: 'track2', owner, text: `${financial.pan}${separator}${financial.expiry}` });
  }
  for (const { pan, walletCard, holder } of bankAccounts) if (!pans.has(pan)) pans.set(pan, walletCard ?? holder);
  for (const [text, owner] of pans) secrets.push({ kind: 'pan', owner, text });
  for (const pin of pins) {
    secrets.push({ kind: 'pin', owner: 'pin', text: pin });
    for (const bytes of pinFields(pin)) secrets.push({ kind: 'pinBlock', owner: 'pin', bytes });
    for (const [pan, owner] of pans) {
      secrets.push({ kind: 'pinBlock', owner, bytes: clearBlock(pin, pan) });
      for (const { format, key } of pinKeys)
        secrets.push({ kind: 'pinBlock', owner, bytes: makePinBlock(format, key, pan, pin) });
    }
  }
  for (const code of codes) {
    secrets.push({ kind: 'code', owner: 'code', text: code });
    for (const bytes of pinFields(code)) secrets.push({ kind: 'pinBlock', owner: 'code', bytes });
    for (const { format, key } of pinKeys)
      secrets.push({ kind: 'pinBlock', owner: 'code', bytes: makePinBlock(format, key, noAccount, code) });
  }
  // The hosts also know people who come with other documents than a resident ID card.
  for (const { id: owner, phone, documents } of hostPeople) {
    secrets.push({ kind: 'phone', owner, text: phone });
    // Seven zeros and a three, one permit's number, are in every binary file.
    for (const { number, names } of documents)
      for (const text of [number, ...names])
        if (text.length > 2 && !text.startsWith('0000')) secrets.push({ kind: 'document', owner, text });
  }
  for (const { id: owner, secrets: texts } of walletDocuments)
    for (const text of texts) {
      // Two characters stand by chance in any large file, in one encoding or another; the holder's number does not.
      if (text.length > 2) secrets.push({ kind: 'document', owner, text });
    }
  return distinct(secrets);
}

/** A copy of a card carries the numbers of the card it was made from. */
function distinct(secrets: readonly Secret[]): readonly Secret[] {
  const seen = new Map(secrets.map((secret) => [identityOf(secret), secret]));
  return secrets.filter((secret) => {
    const first = seen.get(identityOf(secret)) !== undefined;
    seen.delete(identityOf(secret));
    return first;
  });
}

/** A person's name and number are on cards and documents alike. */
const kindOf = ({ kind }: Secret): string => (['name', 'idNumber', 'document'].includes(kind) ? 'person' : kind);
const identityOf = (secret: Secret): string =>
  `${kindOf(secret)} ${'text' in secret ? secret.text : secret.bytes.toString('hex')}`;
