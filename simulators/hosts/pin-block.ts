import { createDecipheriv } from 'node:crypto';
import { type BlockAlgorithm, encryptBlocks } from '../crypto/block.ts';

/** The bank's security module as far as PINs go: opens PIN blocks, wraps working keys. Only here a PIN is ever digits. */

function decryptBlocks(alg: BlockAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  const name = alg === '3des' ? 'des-ede-ecb' : 'sm4-ecb';
  const decipher = createDecipheriv(name, key, null).setAutoPadding(false);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/** Rightmost 12 digits without the check digit, right-aligned in a block of zeros. */
function panField(pan: string, size: number): Buffer {
  return Buffer.from(pan.slice(-13, -1).padStart(size * 2, '0'), 'hex');
}

/** The PIN, or undefined when what comes out is not a PIN block: another key, another PAN, another format. */
export function openPinBlock(
  format: 'iso0' | 'sm4',
  key: Uint8Array,
  pan: string,
  block: Uint8Array,
): string | undefined {
  const alg = format === 'iso0' ? '3des' : 'sm4';
  const size = format === 'iso0' ? 8 : 16;
  if (block.length !== size) return undefined;
  const field = panField(pan, size);
  const plain = decryptBlocks(alg, key, block).map((byte, index) => byte ^ (field[index] ?? 0));
  const text = Buffer.from(plain).toString('hex').toUpperCase();
  // ISO-0: `0 L`; the SM4 form of the printer reference b.5: two decimal digits of length.
  const length = format === 'iso0' ? Number.parseInt(text.slice(0, 2), 16) : Number(text.slice(0, 2));
  if (!(length >= 4 && length <= 12)) return undefined;
  const pin = text.slice(2, 2 + length);
  return /^\d+$/.test(pin) && /^F+$/.test(text.slice(2 + length)) ? pin : undefined;
}

/** What a pad computes; for tests that stand in for one. */
export function makePinBlock(format: 'iso0' | 'sm4', key: Uint8Array, pan: string, pin: string): Buffer {
  const size = format === 'iso0' ? 8 : 16;
  const length = format === 'iso0' ? `0${pin.length.toString(16)}` : String(pin.length).padStart(2, '0');
  const field = panField(pan, size);
  const plain = Buffer.from(`${length}${pin}`.padEnd(size * 2, 'F'), 'hex').map(
    (byte, index) => byte ^ (field[index] ?? 0),
  );
  return encryptBlocks(format === 'iso0' ? '3des' : 'sm4', key, plain);
}

/** A working key as sign-on delivers it. The check value has 4 bytes for TDES and 8 for SM4 (printer reference b.1, b.5). */
export function wrapKey(
  alg: BlockAlgorithm,
  master: Uint8Array,
  key: Uint8Array,
): { encrypted: string; checkValue: string } {
  const zero = Buffer.alloc(alg === '3des' ? 8 : 16);
  return {
    encrypted: encryptBlocks(alg, master, key).toString('hex').toUpperCase(),
    checkValue: encryptBlocks(alg, key, zero)
      .subarray(0, alg === '3des' ? 4 : 8)
      .toString('hex')
      .toUpperCase(),
  };
}

/** For tests: what the pad gets out of a wrapped key. */
export const unwrapKey = (alg: BlockAlgorithm, master: Uint8Array, encrypted: string): Buffer =>
  decryptBlocks(alg, master, Buffer.from(encrypted, 'hex'));
