import { type BlockAlgorithm, blockSize, encryptBlocks, invert, xor } from './block.ts';

/**
 * Keys of the social-security application as the simulated card and the simulated security module agree on them.
 * Public sources leave open how an SM4 result becomes 8 bytes and how 8 bytes become an SM4 block: the first is a profile
 * value (`Cut`), for the second the challenge is followed by zeros.
 */
export type Cut = 'left' | 'right' | 'xor';

/** Level 2: six ASCII digits of the area code and "sx". */
export const cityFactor = (areaCode: string): Buffer => Buffer.from(`${areaCode}sx`, 'latin1');

/** Level 1: the last 8 historical bytes of the ATR. */
export const cardFactor = (historicalBytes: Uint8Array): Buffer => Buffer.from(historicalBytes.slice(-8));

/** The card's 16-byte key: Div(Div(master, city), card) with 3DES E(K,F)||E(K,~F) or SM4(K, F||~F). Factors are 8 bytes. */
export function diversify(
  master: Uint8Array,
  alg: BlockAlgorithm,
  cityFactor8: Uint8Array,
  cardFactor8: Uint8Array,
): Buffer {
  const once = (key: Uint8Array, factor: Uint8Array): Buffer =>
    encryptBlocks(alg, key, Buffer.concat([factor, invert(factor)]));
  return once(once(master, cityFactor8), cardFactor8);
}

/** 8 bytes: what INTERNAL AUTHENTICATE answers to a source, and what EXTERNAL AUTHENTICATE expects for a challenge. */
export function authenticate(cardKey: Uint8Array, alg: BlockAlgorithm, challenge8: Uint8Array, cut: Cut): Buffer {
  const block = Buffer.alloc(blockSize(alg));
  block.set(challenge8);
  const result = encryptBlocks(alg, cardKey, block);
  if (alg === '3des') return result;
  const left = result.subarray(0, 8);
  const right = result.subarray(8, 16);
  return cut === 'left' ? left : cut === 'right' ? right : xor(left, right);
}
