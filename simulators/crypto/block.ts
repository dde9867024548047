import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The two block ciphers of Chinese chip cards that can be had in public: two-key triple DES and SM4 (GM/T 0002). */
export type BlockAlgorithm = '3des' | 'sm4';

const cipherName = { '3des': 'des-ede-ecb', sm4: 'sm4-ecb' } as const;

export const blockSize = (alg: BlockAlgorithm): number => (alg === '3des' ? 8 : 16);

/** ECB without padding. `key` is 16 bytes, `data` whole blocks. */
export function encryptBlocks(alg: BlockAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv(cipherName[alg], key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** Single DES lives in OpenSSL's legacy provider; triple DES with the same half twice is the same function. */
function singleDes(half: Uint8Array, block: Uint8Array): Buffer {
  return encryptBlocks('3des', Buffer.concat([half, half]), block);
}

function singleDesInverse(half: Uint8Array, block: Uint8Array): Buffer {
  const decipher = createDecipheriv('des-ede-ecb', Buffer.concat([half, half]), null).setAutoPadding(false);
  return Buffer.concat([decipher.update(block), decipher.final()]);
}

export function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}

export const invert = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));

/** ISO 9797-1 padding method 2: `80`, then zeros to a whole block; always added. */
export function pad80(data: Uint8Array, size: number): Buffer {
  const length = (Math.floor(data.length / size) + 1) * size;
  const padded = Buffer.alloc(length);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/** 8 bytes. 3DES: ISO 9797-1 algorithm 3 (retail MAC). SM4: CBC-MAC, leftmost 8 bytes. */
export function mac(alg: BlockAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  const size = blockSize(alg);
  const padded = pad80(data, size);
  const left = key.subarray(0, 8);
  let chain: Buffer = Buffer.alloc(size);
  for (let offset = 0; offset < padded.length; offset += size) {
    const block = xor(chain, padded.subarray(offset, offset + size));
    chain = alg === '3des' ? singleDes(left, block) : encryptBlocks('sm4', key, block);
  }
  if (alg === '3des') chain = singleDes(left, singleDesInverse(key.subarray(8, 16), chain));
  return chain.subarray(0, 8);
}

/** First three bytes of the enciphered zero block. */
export function checkValue(alg: BlockAlgorithm, key: Uint8Array): string {
  return encryptBlocks(alg, key, Buffer.alloc(blockSize(alg)))
    .subarray(0, 3)
    .toString('hex')
    .toUpperCase();
}
