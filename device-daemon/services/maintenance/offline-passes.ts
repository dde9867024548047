import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StaffSignOn } from '#protocol/generated/bank-core.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { answerStaffChallenge } from '../../cards/index.ts';
import type { HostFailure, PinBlockOrder } from '../../hosts/index.ts';
import { apduTimeoutMs, type CardSession } from '../kiosk/card-session.ts';
import type { Clock } from '../kiosk/clock.ts';

interface Pass {
  readonly signOn: StaffSignOn;
  readonly expiresAtMs: number;
  /** Each is good once. */
  readonly answers: { readonly challenge: string; readonly digest: string }[];
  readonly print: Buffer;
  readonly keySetId: string;
}

const unavailable: HostFailure = { code: 'unavailable', reason: 'unreachable' };
const refused = (reason: string): HostFailure & { readonly code: 'refused' } => ({
  code: 'refused',
  reason,
  safeToRetry: true,
});
/** Long enough for a repair; then the bank is asked again. */
const sessionMs = 3_600_000;

/**
 * What a technician's earlier sign-on leaves for a day on which the bank cannot be asked: challenges with the digest of
 * the card's answer, given by the bank, and a fingerprint by which the same PIN under the same working key is known again.
 * A block of ISO 9564 format 0 is the same for the same PIN and key; of it only a hash under a key of this process is
 * kept, in memory, until the working keys change. After a restart nobody can sign on without the bank.
 */
export class OfflinePasses {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #passes = new Map<string, Pass>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** After the bank's word; what the person had before is void. */
  keep(token: string, signOn: StaffSignOn, { block, format, keySetId }: PinBlockOrder): void {
    this.#passes.delete(token);
    const { offline, role } = signOn;
    if (offline === undefined || role !== 'technician' || format !== 'iso0') return;
    this.#passes.set(token, {
      signOn,
      expiresAtMs: Date.parse(offline.expiresAt),
      answers: [...offline.answers],
      print: this.#print(block),
      keySetId,
    });
  }

  /** Instead of the bank's word. A wrong PIN costs a challenge; when they are used up, only the bank can help. */
  async judge(
    token: string,
    session: CardSession,
    { block, keySetId }: PinBlockOrder,
    signal: AbortSignal,
  ): Promise<Result<StaffSignOn, HostFailure>> {
    const pass = this.#passes.get(token);
    if (pass === undefined) return err(unavailable);
    const asked = pass.answers.shift();
    if (asked === undefined || pass.expiresAtMs <= this.#clock.date().getTime() || pass.keySetId !== keySetId) {
      this.#passes.delete(token);
      return err(unavailable);
    }
    // Before anything is waited for: the caller zeroes the block.
    const samePin = timingSafeEqual(pass.print, this.#print(block));
    const answer = await answerStaffChallenge(session, Buffer.from(asked.challenge, 'hex'), {
      signal,
      timeoutMs: apduTimeoutMs,
    });
    if (!answer.ok) return err(unavailable);
    const digest = createHash('sha256').update(answer.value).digest('hex').toUpperCase();
    if (digest !== asked.digest) {
      this.#passes.delete(token);
      return err(refused('notGenuine'));
    }
    if (!samePin) return err({ ...refused('wrongPin'), triesLeft: pass.answers.length });
    const endsMs = Math.min(pass.expiresAtMs, this.#clock.date().getTime() + sessionMs);
    return ok({ ...pass.signOn, expiresAt: new Date(endsMs).toISOString() });
  }

  #print(block: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(block).digest();
  }
}
