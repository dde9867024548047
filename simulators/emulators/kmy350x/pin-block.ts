/**
 * What happens inside the pad's tamper-proof shell: plain PIN blocks and their encipherment. Only the simulated pad has
 * this; the daemon contains no function that makes a plain block.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

export type PadAlgorithm = 'tdes' | 'sm4';

/** Two hex digits of length, the PIN, F to the end of 8 (ISO-0) or 16 (b.5) bytes, XOR account right-aligned. */
export function plainPinBlock(algorithm: PadAlgorithm, pin: string, account: string): Buffer {
  const size = algorithm === 'sm4' ? 16 : 8;
  const field = `${pin.length.toString(16).padStart(2, '0')}${pin}`.padEnd(2 * size, 'F');
  const block = Buffer.from(field, 'hex');
  const mask = Buffer.from(account.padStart(2 * size, '0'), 'hex');
  return Buffer.from(block.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

/** ECB without padding. TDES keys of 8, 16 or 24 bytes, SM4 keys of 16. */
export function encipher(algorithm: PadAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv(...cipherOf(algorithm, key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

export function decipher(algorithm: PadAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  const decoder = createDecipheriv(...cipherOf(algorithm, key), null).setAutoPadding(false);
  return Buffer.concat([decoder.update(data), decoder.final()]);
}

function cipherOf(algorithm: PadAlgorithm, key: Uint8Array): [string, Uint8Array] {
  if (algorithm === 'sm4') return ['sm4-ecb', key];
  if (key.length === 24) return ['des-ede3-ecb', key];
  // Single DES is triple DES with one key; OpenSSL 3 keeps the single one in its legacy part.
  return ['des-ede-ecb', key.length === 8 ? Buffer.concat([key, key]) : key];
}

/** 4 bytes of TDES, 8 of SM4 (b.1, b.5). */
export function padCheckValue(algorithm: PadAlgorithm, key: Uint8Array): Buffer {
  return encipher(algorithm, key, Buffer.alloc(algorithm === 'sm4' ? 16 : 8)).subarray(0, algorithm === 'sm4' ? 8 : 4);
}
