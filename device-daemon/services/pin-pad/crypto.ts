import { createHash, randomBytes } from 'node:crypto';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { failure, type Outcome, success } from '../service.ts';

/** As much as a symmetric key: the client cannot say how much it wants. */
const randomLength = 16;

/** Neither touches a key: what works with one is not offered (design.md 5). */
export const generateRandom = (): Outcome =>
  success({ randomNumber: randomBytes(randomLength).toString('base64') } satisfies xfs.CryptoGenerateRandomCompletion);

export function digest({ hashAlgorithm, data }: xfs.CryptoDigestCommand): Outcome {
  if (data === undefined) return failure('invalidData', '/payload/data is required');
  const bytes = Buffer.from(data, 'base64');
  const hash = createHash(hashAlgorithm).update(bytes).digest('base64');
  bytes.fill(0);
  return success({ digest: hash } satisfies xfs.CryptoDigestCompletion);
}
