import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '#protocol/result.ts';
import { benchCut, benchKeys } from './bench-keys.ts';
import type { BlockAlgorithm } from './block.ts';
import { authenticate, type Cut, cardFactor, cityFactor, diversify } from './social.ts';

export interface SecurityModuleOptions {
  readonly cut?: Cut;
  readonly masters?: typeof benchKeys.social;
}

interface Pending {
  readonly alg: BlockAlgorithm;
  readonly areaCode: string;
  readonly factor: Buffer;
  readonly source: Buffer;
}

export type SecurityModuleRefusal = 'unsupportedAlgorithm' | 'cardMalformed' | 'authenticationOver';

const readHolderKeyId = 0x0a;

/**
 * The province's security module without its host: holds the master keys, proves cards and opens third-generation ones
 * (social-security card reference 1.8, 1.10, 2.3). Every authentication serves once.
 */
export class SecurityModule {
  readonly #cut: Cut;
  readonly #masters: typeof benchKeys.social;
  readonly #pending = new Map<string, Pending>();

  constructor(options: SecurityModuleOptions = {}) {
    this.#cut = options.cut ?? benchCut;
    this.#masters = options.masters ?? benchKeys.social;
  }

  /** 16 bytes of id code, 8 to 15 historical bytes; answers the data of INTERNAL AUTHENTICATE, factor and source. */
  step1(facts: {
    readonly cardIdentificationCode: Uint8Array;
    readonly historicalBytes: Uint8Array;
    readonly algorithm: 'tdes' | 'ssf33' | 'sm4';
  }): Result<{ readonly authRef: string; readonly internalAuthData: Buffer }, SecurityModuleRefusal> {
    if (facts.algorithm === 'ssf33') return err('unsupportedAlgorithm');
    if (facts.cardIdentificationCode.length !== 16 || facts.historicalBytes.length < 8) return err('cardMalformed');
    const authRef = randomUUID();
    const source = randomBytes(8);
    const factor = cardFactor(facts.historicalBytes);
    this.#pending.set(authRef, {
      alg: facts.algorithm === 'sm4' ? 'sm4' : '3des',
      areaCode: Buffer.from(facts.cardIdentificationCode).toString('hex', 0, 3),
      factor,
      source,
    });
    return ok({ authRef, internalAuthData: Buffer.concat([factor, source]) });
  }

  /** Judges the card's 8 bytes; for a genuine card that sent a challenge also the data of EXTERNAL AUTHENTICATE. */
  step2(answer: {
    readonly authRef: string;
    readonly internalAuthResult: Uint8Array;
    readonly cardChallenge?: Uint8Array;
  }): Result<
    { readonly genuine: boolean; readonly externalAuthData?: Buffer; readonly keyId?: number },
    SecurityModuleRefusal
  > {
    const pending = this.#pending.get(answer.authRef);
    this.#pending.delete(answer.authRef);
    if (pending === undefined) return err('authenticationOver');
    const { alg, areaCode, factor, source } = pending;
    const keyOf = (master: Buffer): Buffer => diversify(master, alg, cityFactor(areaCode), factor);
    const expected = authenticate(keyOf(this.#masters[alg].internal), alg, source, this.#cut);
    const genuine =
      answer.internalAuthResult.length === expected.length && timingSafeEqual(expected, answer.internalAuthResult);
    if (!genuine || answer.cardChallenge?.length !== 8) return ok({ genuine });
    const cipher = authenticate(keyOf(this.#masters[alg].readHolder), alg, answer.cardChallenge, this.#cut);
    return ok({ genuine, externalAuthData: Buffer.concat([cipher, factor]), keyId: readHolderKeyId });
  }
}
