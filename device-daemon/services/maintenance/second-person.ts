import { randomBytes } from 'node:crypto';
import type { StaffRole } from '#protocol/generated/bank-core.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { answerStaffChallenge, staffChallengeLength } from '../../cards/index.ts';
import type { CardReader, Insertion } from '../../devices/card-reader.ts';
import { apduTimeoutMs, CardSession } from '../kiosk/card-session.ts';
import { Seat } from './seat.ts';
import { type SignOnError, type SignOnParts, type SignOnScreen, signOn } from './sign-on.ts';

export interface First {
  readonly session: string;
  readonly token: string;
  readonly role: StaffRole;
}

/** What a card answers to a challenge of ours: nothing but the same card will answer the same. */
export interface CardMark {
  readonly challenge: Buffer;
  readonly answer: Buffer;
}

export interface Second {
  readonly token: string;
  readonly role: StaffRole;
}

export type SecondError = SignOnError | 'samePerson' | 'notInThisRole';

const powerTimeoutMs = 10_000;

/**
 * Another member of the staff with another card and PIN (S-15). There is one reader: the first card goes out, the second
 * comes in and is judged as at any sign-on. It stays in until `cardOut`.
 * @param act for the journal
 */
export async function secondPerson(
  parts: SignOnParts,
  first: First,
  act: string,
  screen: SignOnScreen,
): Promise<Result<Second, SecondError | 'cancelled'>> {
  const { journal } = parts;
  await cardOut(parts, first.session, screen);
  const told: SignOnScreen = {
    ...screen,
    prompt: (prompt) => screen.prompt(prompt.prompt === 'insertCard' ? { ...prompt, prompt: 'secondCard' } : prompt),
  };
  const known = await signOn({ ...parts, visitRunning: () => false }, first.session, told);
  if (!known.ok) return known;
  const { token, role, seat, offline } = known.value;
  seat.dispose();
  // Only the bank knows two persons apart for certain.
  if (offline) return err('hostUnavailable');
  const why =
    token === first.token
      ? 'samePerson'
      : role === 'technician' && first.role === 'technician'
        ? 'notInThisRole'
        : undefined;
  if (why !== undefined) {
    journal.record('staff.refused', { act, by: 'card', why, token }, first.session);
    return err(why);
  }
  if (!journal.record('staff.countersigned', { act, token: first.token, second: token }, first.session))
    return err('journalUnavailable');
  return ok({ token, role });
}

export async function cardOut({ custody }: SignOnParts, session: string, { signal, prompt }: SignOnScreen) {
  return custody.giveBack(session, signal, ({ secondsLeft }) => prompt({ prompt: 'takeCard', secondsLeft }));
}

/** Undefined: the card does not answer. Before it goes out. */
export async function markOf(
  reader: CardReader,
  insertion: Insertion,
  signal: AbortSignal,
): Promise<CardMark | undefined> {
  const challenge = randomBytes(staffChallengeLength);
  const answer = await answerOf(reader, insertion, challenge, signal);
  return answer && { challenge, answer };
}

/** The marked card again, which needs no PIN: its owner has not gone. Undefined: it did not come back, or was another. */
export async function firstAgain(
  { reader, cardMs }: Pick<SignOnParts, 'cardMs'> & { readonly reader: CardReader },
  { challenge, answer }: CardMark,
  { signal, prompt }: SignOnScreen,
): Promise<Seat | undefined> {
  prompt({ prompt: 'firstCard', secondsLeft: Math.round(cardMs / 1000) });
  const inserted = await reader.waitForCard({ signal, timeoutMs: cardMs });
  if (!inserted.ok) return undefined;
  const now = await answerOf(reader, inserted.value, challenge, signal);
  return now?.equals(answer) === true ? new Seat(reader, inserted.value) : undefined;
}

async function answerOf(
  reader: CardReader,
  insertion: Insertion,
  challenge: Buffer,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const powered = await reader.powerOn('cold', { signal, timeoutMs: powerTimeoutMs });
  if (!powered.ok) return undefined;
  const session = new CardSession(reader, insertion);
  const answered = await answerStaffChallenge(session, challenge, { signal, timeoutMs: apduTimeoutMs });
  return answered.ok ? answered.value : undefined;
}
