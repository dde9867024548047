import type { StaffRole } from '#protocol/generated/bank-core.ts';
import type { CompletionPayloads, EventPayloads } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { readStaffCard } from '../../cards/index.ts';
import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import { type BankCoreHost, newIdempotencyKey } from '../../hosts/index.ts';
import type { Journal } from '../../journal/index.ts';
import { failedBy } from '../kiosk/acts/live-check.ts';
import { apduTimeoutMs, CardSession } from '../kiosk/card-session.ts';
import { certain } from '../kiosk/certain.ts';
import type { Clock } from '../kiosk/clock.ts';
import type { Custody } from '../kiosk/custody.ts';
import type { ProofFault, StaffProof, StaffScreen } from '../kiosk/staff-proof.ts';
import type { OfflinePasses } from './offline-passes.ts';
import { Seat } from './seat.ts';

export interface SignOnParts {
  readonly reader: CardReader | undefined;
  readonly bankCore: BankCoreHost | undefined;
  readonly custody: Custody;
  readonly proof: StaffProof;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly visitRunning: () => boolean;
  readonly passes: OfflinePasses;
  /** How long the machine waits for the card. */
  readonly cardMs: number;
}

export type SignOnError = NonNullable<CompletionPayloads['Maintenance.SignOn']['errorCode']>;

/** Who it is, and the card's stay that proves it. */
export interface SignedOn {
  readonly seat: Seat;
  readonly token: string;
  readonly staffRef: string;
  readonly role: StaffRole;
  readonly expiresAt: Date;
  readonly offline: boolean;
}

export interface SignOnScreen {
  readonly signal: AbortSignal;
  prompt(prompt: EventPayloads['Maintenance.PromptEvent']): void;
  onKey(digits: number): void;
}

const visitPollMs = 250;
const powerTimeoutMs = 10_000;
const act = 'maintenance';

/**
 * From "somebody wants to work at the machine" to who it is: the visit's end, a staff card in the reader, its PIN on the
 * pad, the bank's word (S-15). The card stays in.
 * @param id of the session to be, for the journal
 */
export async function signOn(
  parts: SignOnParts,
  id: string,
  screen: SignOnScreen,
): Promise<Result<SignedOn, SignOnError | 'cancelled'>> {
  const { reader } = parts;
  if (reader === undefined) return err('readerUnavailable');
  if (parts.bankCore === undefined) return err('hostUnavailable');
  const inserted = await cardOf(parts, reader, screen);
  if (!inserted.ok) return inserted;
  const seat = new Seat(reader, inserted.value);
  const known = await whoIs(parts, parts.bankCore, reader, seat, id, screen);
  if (known.ok) return known;
  seat.dispose();
  return known;
}

/** A card that came in for this. A customer who is being served is not disturbed. */
async function cardOf(
  { custody, clock, visitRunning, cardMs }: SignOnParts,
  reader: CardReader,
  { signal, prompt }: SignOnScreen,
): Promise<Result<Insertion, SignOnError | 'cancelled'>> {
  if (visitRunning()) prompt({ prompt: 'visitRunning' });
  while (visitRunning() && !signal.aborted) await clock.sleep(visitPollMs, signal);
  const endsMs = clock.nowMs() + cardMs;
  const leftMs = (): number => Math.max(1, endsMs - clock.nowMs());
  const fault = (code: string): Result<never, SignOnError | 'cancelled'> =>
    err(signal.aborted ? 'cancelled' : code === 'timeOut' ? 'timedOut' : 'readerUnavailable');
  if (custody.strangerInside()) {
    prompt({ prompt: 'removeCard', secondsLeft: Math.round(leftMs() / 1000) });
    const removed = await reader.waitForRemoval({ signal, timeoutMs: leftMs() });
    if (!removed.ok) return fault(removed.error.code);
  }
  if (signal.aborted) return err('cancelled');
  prompt({ prompt: 'insertCard', secondsLeft: Math.round(leftMs() / 1000) });
  const inserted = await reader.waitForCard({ signal, timeoutMs: leftMs() });
  return inserted.ok ? inserted : fault(inserted.error.code);
}

async function whoIs(
  { proof, journal, clock, passes }: SignOnParts,
  bankCore: BankCoreHost,
  reader: CardReader,
  seat: Seat,
  id: string,
  { signal, prompt, onKey }: SignOnScreen,
): Promise<Result<SignedOn, SignOnError | 'cancelled'>> {
  prompt({ prompt: 'readingCard' });
  const session = new CardSession(reader, seat.insertion);
  const refuse = (why: string, token?: string): void =>
    void journal.record('staff.refused', { act, by: 'card', why, ...(token !== undefined && { token }) }, id);
  const lost = (code: SignOnError): Result<never, SignOnError | 'cancelled'> => {
    if (signal.aborted) return err('cancelled');
    const told = session.present ? code : 'cardRemoved';
    refuse(told);
    return err(told);
  };
  const powered = await reader.powerOn('cold', { signal, timeoutMs: powerTimeoutMs });
  if (!powered.ok) return lost('cardUnreadable');
  const number = await readStaffCard(session, { signal, timeoutMs: apduTimeoutMs });
  if (!number.ok) return lost(number.error.code === 'notStaffCard' ? 'notStaffCard' : 'cardUnreadable');
  const token = proof.token(number.value);
  const shown: StaffScreen = {
    signal,
    id,
    entry: { onReady: ({ seconds }) => prompt({ prompt: 'enterPin', secondsLeft: seconds }), onKey },
    locked: (secondsLeft) => prompt({ prompt: 'locked', secondsLeft }),
    wrongPin: (triesLeft) => prompt({ prompt: 'wrongPin', ...(triesLeft !== undefined && { triesLeft }) }),
    refused: refuse,
  };
  let offline = false;
  const proven = await proof
    .of({ session, number: number.value }, seat, shown, async (order) => {
      prompt({ prompt: 'asking' });
      const key = newIdempotencyKey();
      const asked = await certain({ bankCore, clock, signal }, key, () =>
        bankCore.signStaffOn(order, { idempotencyKey: key, signal }),
      );
      offline = !asked.ok && asked.error.code === 'unavailable' && asked.error.reason !== 'cancelled';
      if (offline) return passes.judge(token, session, order.pinBlock, signal);
      if (asked.ok && 'staffRef' in asked.value) passes.keep(token, asked.value, order.pinBlock);
      return asked;
    })
    .finally(() => number.value.fill(0));
  if (!proven.ok) return err(codeOf(proven.error));
  // The answer to a key that was asked for is one of several.
  if (!('staffRef' in proven.value)) return err('noAnswer');
  const { staffRef, role, expiresAt } = proven.value;
  return ok({ seat, token, staffRef, role, expiresAt: new Date(expiresAt), offline });
}

function codeOf(fault: ProofFault): SignOnError | 'cancelled' {
  switch (fault.code) {
    case 'cancelled':
      return 'cancelled';
    case 'cardLeft':
      return 'cardRemoved';
    case 'unreadable':
      return 'cardUnreadable';
    case 'notEntered':
      return fault.why === 'cardRemoved' ? 'cardRemoved' : fault.why;
    case 'host': {
      const { failure } = fault;
      const { reason } = failure.code === 'refused' ? failure : { reason: undefined };
      if (reason === 'unknownStaff' || reason === 'notGenuine' || reason === 'pinLocked') return reason;
      const { code } = failedBy(failure);
      return code === 'noAnswer' || code === 'hostUnavailable' || code === 'cancelled' ? code : 'hostUnavailable';
    }
  }
}
