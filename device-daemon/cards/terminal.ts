/** What the kiosk tells a financial application of itself and of the transaction (EMV book 4 annex A; reference 3.6). */

/** Configuration of one kiosk. Hex texts are as long as their tags. */
export interface TerminalParameters {
  /** 9F35; unattended, run by a bank: 14 to 16. */
  readonly terminalType: string;
  /** 9F33, three bytes: cut back to what the terminal really does. */
  readonly capabilities: string;
  /** 9F1A, numeric ISO 3166 in two bytes: 0156. */
  readonly countryCode: string;
  /** 5F2A, numeric ISO 4217 in two bytes: 0156. */
  readonly currencyCode: string;
  /** 9F09, two bytes: 0030 is PBOC 3.0. */
  readonly applicationVersion: string;
  /** 9F1E, eight ASCII characters: the terminal number. */
  readonly serialNumber: string;
  /** 9F4E, up to 20 ASCII characters. */
  readonly merchantName: string;
}

export const terminalDefaults: Omit<TerminalParameters, 'serialNumber' | 'merchantName'> = {
  terminalType: '14',
  capabilities: 'E0E1C8',
  countryCode: '0156',
  currencyCode: '0156',
  applicationVersion: '0030',
};

/** One transaction. No money moves at this kiosk: amounts are zero. */
export interface Transaction {
  /** Local time of the kiosk: YYMMDD and HHMMSS. */
  readonly date: string;
  readonly time: string;
  /** 9C, one byte hex: 31 is a balance inquiry. */
  readonly type: string;
  /** 9F37, four bytes of a good random source. */
  readonly unpredictableNumber: Uint8Array;
  /** 9F41, rises with every transaction of this terminal. */
  readonly counter: number;
  /** A PIN block made for this transaction goes to the bank with it. */
  readonly onlinePin: boolean;
}

/** Terminal verification results: the bits that can be true here (EMV book 3 annex C.5), as [byte, bit mask]. */
export const tvrBits = {
  offlineDataAuthenticationNotPerformed: [0, 0x80],
  applicationVersionsDiffer: [1, 0x80],
  expired: [1, 0x40],
  notYetEffective: [1, 0x20],
  cardholderVerificationFailed: [2, 0x80],
  pinNotEntered: [2, 0x08],
  onlinePinEntered: [2, 0x04],
  issuerAuthenticationFailed: [4, 0x40],
} as const satisfies Record<string, readonly [number, number]>;

export type TvrBit = keyof typeof tvrBits;

/** Five bytes. */
export function tvr(bits: readonly TvrBit[]): Buffer {
  const bytes = Buffer.alloc(5);
  for (const bit of bits) {
    const [index, mask] = tvrBits[bit];
    bytes.writeUInt8(bytes.readUInt8(index) | mask, index);
  }
  return bytes;
}
