import { type BlockAlgorithm, encryptBlocks, invert, mac, xor } from './block.ts';

/**
 * Issuer and card side of PBOC 3.0 cryptograms (JR/T 0025, CVN 01): what a virtual card computes and what the simulated
 * bank core verifies. The kiosk itself never computes a cryptogram.
 */

/** Y: rightmost 16 digits of PAN and PSN, left-padded with zeros. */
function diversifier(pan: string, psn: number): Buffer {
  const digits = (pan + String(psn).padStart(2, '0')).padStart(16, '0').slice(-16);
  return Buffer.from(digits, 'hex');
}

/** UDK, 16 bytes, from a 16-byte master key. */
export function deriveCardKey(mdk: Uint8Array, pan: string, psn: number, alg: BlockAlgorithm): Buffer {
  const y = diversifier(pan, psn);
  return encryptBlocks(alg, mdk, Buffer.concat([y, invert(y)]));
}

/** SK of one transaction, 16 bytes. `atc` is 0..65535. */
export function deriveSessionKey(udk: Uint8Array, atc: number, alg: BlockAlgorithm): Buffer {
  const input = Buffer.alloc(16);
  input.writeUInt16BE(atc, 6);
  input.writeUInt16BE(~atc & 0xffff, 14);
  return encryptBlocks(alg, udk, input);
}

/** 8-byte application cryptogram (ARQC, TC or AAC) over the 37 bytes of `cryptogramInput`. */
export function arqc(sessionKey: Uint8Array, input: Uint8Array, alg: BlockAlgorithm): Buffer {
  return mac(alg, sessionKey, input);
}

/** 8-byte ARPC; `arc` is the two ASCII bytes of the authorisation response code. */
export function arpc(sessionKey: Uint8Array, cryptogram: Uint8Array, arc: Uint8Array, alg: BlockAlgorithm): Buffer {
  const block = Buffer.alloc(alg === '3des' ? 8 : 16);
  block.set(xor(cryptogram, Buffer.concat([arc, Buffer.alloc(6)])));
  return encryptBlocks(alg, sessionKey, block).subarray(0, 8);
}

/** 4-byte MAC inside 9F10 over ATC, the five balance bytes and `00`, under the AC session key. */
export function iadMac(sessionKey: Uint8Array, atc: number, balance: Uint8Array, alg: BlockAlgorithm): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt16BE(atc, 0);
  data.set(balance, 2);
  return mac(alg, sessionKey, data).subarray(0, 4);
}

/** What the terminal sent and the card adds; each Buffer has the length of its tag. */
export interface CryptogramFields {
  readonly amount: Uint8Array;
  readonly otherAmount: Uint8Array;
  readonly terminalCountry: Uint8Array;
  readonly tvr: Uint8Array;
  readonly currency: Uint8Array;
  readonly date: Uint8Array;
  readonly transactionType: Uint8Array;
  readonly unpredictableNumber: Uint8Array;
  readonly aip: Uint8Array;
  readonly atc: number;
  readonly cvr: Uint8Array;
}

/** 37 bytes: 9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 CVR. */
export function cryptogramInput(f: CryptogramFields): Buffer {
  const atc = Buffer.alloc(2);
  atc.writeUInt16BE(f.atc);
  return Buffer.concat([
    f.amount,
    f.otherAmount,
    f.terminalCountry,
    f.tvr,
    f.currency,
    f.date,
    f.transactionType,
    f.unpredictableNumber,
    f.aip,
    atc,
    f.cvr,
  ]);
}
