import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '#protocol/result.ts';
import { answerStaffChallenge, staffChallengeLength } from '../../cards/index.ts';
import type { HostFailure, StaffSignOnOrder } from '../../hosts/index.ts';
import type { Journal, MachineKeys } from '../../journal/index.ts';
import { apduTimeoutMs, type CardSession } from './card-session.ts';
import type { Clock } from './clock.ts';
import { type EntryOwner, type EntryScreen, noAccount, type PadFault, type PinService } from './pin.ts';
import { staffLockedMs } from './staff-lockout.ts';
import type { WorkingKeys } from './working-keys.ts';

export interface StaffProofParts {
  readonly pins: PinService;
  readonly workingKeys: WorkingKeys;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
}

/** One staff card in the reader. */
export interface StaffCard {
  readonly session: CardSession;
  /** ASCII digits; the caller's to zero. */
  readonly number: Buffer;
}

/** What its owner is told, and what is written down of it. */
export interface StaffScreen {
  /** Aborted when nobody waits for the proof any more. */
  readonly signal: AbortSignal;
  readonly entry: Pick<EntryScreen, 'onReady' | 'onKey'>;
  readonly locked: (seconds: number) => void;
  readonly wrongPin: (triesLeft: number | undefined) => void;
  /** Something was wrong; `why` is for the journal. */
  readonly refused: (why: string, token: string) => void;
  /** The visit or the session, for the journal. */
  readonly id: string;
}

export type ProofFault =
  /** Nobody waits any more. */
  | { readonly code: 'cancelled' }
  | { readonly code: 'cardLeft' }
  | { readonly code: 'unreadable' }
  | { readonly code: 'notEntered'; readonly why: PadFault }
  | { readonly code: 'host'; readonly failure: HostFailure };

/**
 * The card's cipher of a challenge and the PIN on the pad; the bank judges both. A wrong PIN is asked for again, each
 * time later, until the bank has enough of it.
 */
export class StaffProof {
  readonly #parts: StaffProofParts;

  constructor(parts: StaffProofParts) {
    this.#parts = parts;
  }

  token(number: Buffer): string {
    return this.#parts.keys.token('staff', number);
  }

  /** @param judge whoever decides; the block in the order is zeroed after it */
  async of<T>(
    { session, number }: StaffCard,
    owner: EntryOwner,
    screen: StaffScreen,
    judge: (order: StaffSignOnOrder) => Promise<Result<T, HostFailure>>,
  ): Promise<Result<T, ProofFault>> {
    const { pins, workingKeys, journal } = this.#parts;
    const token = this.token(number);
    const pulled = new AbortController();
    const stopWatching = owner.onCardRemoved(() => pulled.abort());
    const signal = AbortSignal.any([screen.signal, pulled.signal]);
    const cardLeft = (): Result<never, ProofFault> => {
      screen.refused(session.lossCode(), token);
      return err({ code: 'cardLeft' });
    };
    try {
      for (;;) {
        await this.#sitOut(token, screen, signal);
        if (screen.signal.aborted) return err({ code: 'cancelled' });
        if (!session.present) return cardLeft();
        const challenge = randomBytes(staffChallengeLength);
        const response = await answerStaffChallenge(session, challenge, {
          signal: screen.signal,
          timeoutMs: apduTimeoutMs,
        });
        if (!response.ok) {
          if (screen.signal.aborted) return err({ code: 'cancelled' });
          if (!session.present) return cardLeft();
          screen.refused('cardUnreadable', token);
          return err({ code: 'unreadable' });
        }
        const entered = await pins.entry(owner, noAccount(), { ...screen.entry, signal }, { endsWithCard: true });
        if (!entered.ok) {
          if (screen.signal.aborted) return err({ code: 'cancelled' });
          if (!session.present) return cardLeft();
          screen.refused(entered.error, token);
          if (entered.error === 'pinTooShort') continue;
          return err(
            entered.error === 'cancelled' ? { code: 'cancelled' } : { code: 'notEntered', why: entered.error },
          );
        }
        const { block, format, keySetId } = entered.value;
        // Once the bank is asked its word counts, whatever happens meanwhile.
        const judged = await judge({
          staffNumber: number.toString('latin1'),
          challenge: hex(challenge),
          response: hex(response.value),
          pinBlock: { block, format, keySetId },
        }).finally(() => block.fill(0));
        if (judged.ok) return ok(judged.value);
        const failure = judged.error;
        if (failure.code === 'unavailable' && failure.reason === 'cancelled') return err({ code: 'cancelled' });
        screen.refused(failure.code === 'refused' ? failure.reason : failure.code, token);
        if (failure.code !== 'refused') return err({ code: 'host', failure });
        if (failure.reason === 'signOnRequired') workingKeys.invalidate();
        else if (failure.reason === 'wrongPin') screen.wrongPin(failure.triesLeft);
        else {
          if (failure.reason === 'pinLocked') journal.record('staff.lockedOut', { by: 'bankCore', token }, screen.id);
          return err({ code: 'host', failure });
        }
      }
    } finally {
      stopWatching();
    }
  }

  /** Wrong PINs cost time, more with each; the bank counts them too, and its word wins. */
  async #sitOut(token: string, screen: StaffScreen, signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#parts;
    const waitMs = staffLockedMs(journal, token, clock.date());
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    journal.record('staff.lockedOut', { by: 'kiosk', token, seconds }, screen.id);
    screen.locked(seconds);
    await clock.sleep(waitMs, signal);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
