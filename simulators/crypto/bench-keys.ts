import { type BlockAlgorithm, checkValue } from './block.ts';
import type { Cut } from './social.ts';

/**
 * Every key of the bench, in clear and on purpose: synthetic, of no issuer. A production configuration refuses keys with
 * these check values (`benchKeyCheckValues`).
 */
const key = (hex: string): Buffer => Buffer.from(hex, 'hex');

export interface SocialMasterKeys {
  /** INTERNAL AUTHENTICATE: is the card genuine? */
  readonly internal: Buffer;
  /** RKSSSE, card key id 0A: opens the holder's data on third-generation cards. */
  readonly readHolder: Buffer;
}

export const benchKeys = {
  /** The bank's AC master key; the published self-made vectors use it too. */
  bankMdk: key('0123456789ABCDEFFEDCBA9876543210'),
  /** Personalised into the card whose cryptograms the bank refuses. */
  strangerMdk: key('EFCDAB8967452301EFCDAB8967452302'),
  social: {
    '3des': {
      internal: key('1021324354657687988796A5B4C3D2E1'),
      readHolder: key('2132435465768798A9B8A7968574632F'),
    },
    sm4: {
      internal: key('404142434445464748494A4B4C4D4E4F'),
      readHolder: key('505152535455565758595A5B5C5D5E5F'),
    },
  } satisfies Record<BlockAlgorithm, SocialMasterKeys>,
  /** Terminal master keys: in the PIN pad, and at the bank core, which sends working keys enciphered under them. */
  terminalMaster: {
    '3des': key('89ABCDEF01234567FEDCBA9876543211'),
    sm4: key('606162636465666768696A6B6C6D6E6F'),
  } satisfies Record<BlockAlgorithm, Buffer>,
  /** In the staff cards of the branch: of whoever is no customer here, and of whoever is one. */
  staffCard: key('808182838485868788898A8B8C8D8E8F'),
  staffCardOfHolder: key('909192939495969798999A9B9C9D9E9F'),
  staffCardOfTechnician: key('A0A1A2A3A4A5A6A7A8A9AAABACADAEAF'),
} as const;

/** How bench cards and the bench's security module cut an SM4 result to 8 bytes. */
export const benchCut: Cut = 'left';

/** Check values (first 3 bytes of the enciphered zero block) of all of the above under either cipher. */
export const benchKeyCheckValues: ReadonlySet<string> = new Set(
  [
    benchKeys.bankMdk,
    benchKeys.strangerMdk,
    ...Object.values(benchKeys.social).flatMap((pair) => Object.values(pair)),
    ...Object.values(benchKeys.terminalMaster),
    benchKeys.staffCard,
    benchKeys.staffCardOfHolder,
    benchKeys.staffCardOfTechnician,
  ]
    .flatMap((value) => [checkValue('3des', value), checkValue('sm4', value)])
    .map((value) => value.toUpperCase()),
);
