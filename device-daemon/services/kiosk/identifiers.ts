import { randomBytes, randomInt } from 'node:crypto';

// Crockford's base 32 without letters that look like digits: it is read out over the telephone.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Visit, evidence and result handles: unguessable, meaningless. */
export const newId = (): string => randomBytes(12).toString('base64url');

/** Case code, e.g. `7K2M-04QX`: finds a visit in the journal. */
export function newCaseCode(): string {
  const pick = (): string => alphabet.charAt(randomInt(alphabet.length));
  const four = (): string => pick() + pick() + pick() + pick();
  return `${four()}-${four()}`;
}
