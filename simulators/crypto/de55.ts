import type { BlockAlgorithm } from './block.ts';
import { arqc, cryptogramInput, deriveCardKey, deriveSessionKey, iadMac } from './pboc.ts';

/** The issuer's own reader of field 55, written apart from the kiosk's so that one cannot hide the other's mistake. */

/** Tag (upper-case hex) -> value. Undefined when the bytes are not a flat list of BER-TLV objects. */
export function parseDe55(bytes: Uint8Array): ReadonlyMap<string, Buffer> | undefined {
  const map = new Map<string, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const first = bytes[at++] ?? 0;
    if ((first & 0x1f) === 0x1f) while (at < bytes.length && ((bytes[at++] ?? 0) & 0x80) !== 0);
    const tag = Buffer.from(bytes.subarray(start, at)).toString('hex').toUpperCase();
    let length = bytes[at++];
    if (length === 0x81) length = bytes[at++];
    if (length === undefined || length > 0xff || at + length > bytes.length) return undefined;
    map.set(tag, Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return map;
}

export interface IssuerApplicationData {
  readonly keyIndex: number;
  readonly cvn: number;
  readonly cvr: Buffer;
  readonly algorithm: BlockAlgorithm;
  readonly balance: Buffer;
  readonly mac: Buffer;
}

/** 9F10 of CVN 01, 19 bytes; undefined when it is of another form. */
export function parseIssuerApplicationData(iad: Uint8Array): IssuerApplicationData | undefined {
  const bytes = Buffer.from(iad);
  if (bytes.length !== 19 || bytes[0] !== 0x07 || bytes[8] !== 0x0a) return undefined;
  const algorithm = bytes[7] === 0x01 ? '3des' : bytes[7] === 0x04 ? 'sm4' : undefined;
  if (algorithm === undefined) return undefined;
  return {
    keyIndex: bytes.readUInt8(1),
    cvn: bytes.readUInt8(2),
    cvr: bytes.subarray(3, 7),
    algorithm,
    balance: bytes.subarray(10, 15),
    mac: bytes.subarray(15, 19),
  };
}

export type De55Verdict =
  | {
      readonly verdict: 'right';
      readonly arqc: Buffer;
      readonly atc: number;
      readonly unpredictableNumber: Buffer;
      readonly algorithm: BlockAlgorithm;
      /** For the ARPC. */
      readonly sessionKey: Buffer;
    }
  | { readonly verdict: 'wrongCryptogram'; readonly atc: number }
  | { readonly verdict: 'malformed'; readonly element: string };

/** Recomputes the cryptogram (and the MAC in 9F10) from field 55 alone. Replay and ATC order are the host's to judge. */
export function verifyDe55(mdk: Uint8Array, pan: string, psn: number, de55: Uint8Array): De55Verdict {
  const tlv = parseDe55(de55);
  if (tlv === undefined) return { verdict: 'malformed', element: 'DE55' };
  const lengths = {
    '9F26': 8,
    '9F27': 1,
    '9F37': 4,
    '9F36': 2,
    '95': 5,
    '9A': 3,
    '9C': 1,
    '9F02': 6,
    '5F2A': 2,
    '82': 2,
    '9F1A': 2,
    '9F03': 6,
  } as const;
  for (const [tag, length] of Object.entries(lengths))
    if (tlv.get(tag)?.length !== length) return { verdict: 'malformed', element: tag };
  const take = (tag: keyof typeof lengths): Buffer => tlv.get(tag) ?? Buffer.alloc(lengths[tag]);
  const iad = parseIssuerApplicationData(tlv.get('9F10') ?? Buffer.alloc(0));
  if (iad === undefined || iad.cvn !== 1) return { verdict: 'malformed', element: '9F10' };
  const atc = take('9F36').readUInt16BE();
  const sessionKey = deriveSessionKey(deriveCardKey(mdk, pan, psn, iad.algorithm), atc, iad.algorithm);
  const input = cryptogramInput({
    amount: take('9F02'),
    otherAmount: take('9F03'),
    terminalCountry: take('9F1A'),
    tvr: take('95'),
    currency: take('5F2A'),
    date: take('9A'),
    transactionType: take('9C'),
    unpredictableNumber: take('9F37'),
    aip: take('82'),
    atc,
    cvr: iad.cvr,
  });
  const right =
    arqc(sessionKey, input, iad.algorithm).equals(take('9F26')) &&
    iadMac(sessionKey, atc, iad.balance, iad.algorithm).equals(iad.mac);
  if (!right) return { verdict: 'wrongCryptogram', atc };
  return {
    verdict: 'right',
    arqc: take('9F26'),
    atc,
    unpredictableNumber: take('9F37'),
    algorithm: iad.algorithm,
    sessionKey,
  };
}
