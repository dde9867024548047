/**
 * Watchdogs, in milliseconds: how long a machine waits for its own daemon. The daemon has deadlines of its own inside
 * these; when one of these fires, the daemon broke its word and the person still needs a way on.
 * How long a *person* may take comes from the snapshot's display settings.
 */
import type { DisplaySettings } from '#protocol/generated/kiosk.ts';

export const watchdogs = {
  /** The step of a countdown that is shown. */
  SECOND: 1_000,
  /** From power-on to the first word of the daemon, before "out of service" is said. */
  FIRST_WORD: 20_000,
  /** Visit.Begin, Visit.CallStaff and Visit.SetLanguage do not wait for devices. */
  QUICK_CALL: 10_000,
  /** Both applications of the slowest card (T=0 at 9600 baud) and the security module's two steps. */
  READ_CARD: 90_000,
  /** Text, photo and newest address at 115200 baud, with every second try the reader allows. */
  READ_DOCUMENT: 60_000,
  /** Two hosts, each with its retries. */
  INQUIRY: 90_000,
  /** Two hosts, with what each knows of the person and of every card; then the decision table. */
  FIND_CARDS: 90_000,
  /** A saga: both hosts one after the other, and asking each again what became of it. */
  ACT: 180_000,
  /** Somebody walks over from the counter; or a telephone is looked for, and a code read from it. */
  LIVE_CHECK: 900_000,
  /** A slip at the slowest supported print speed, and the cut. */
  PRINT: 60_000,
  /** A visit of before this page, whose card the daemon is still giving back. */
  FINISHING: 120_000,
  /** "Goodbye" with everything in order; the next person may touch earlier. */
  GOODBYE: 8_000,
  /** The same, with a few lines on what was done with the person's data. */
  GOODBYE_WITH_TRAIL: 12_000,
} as const;

/** The person has `takeCardSeconds` twice (normal, louder); retaining the card takes its own while. */
export function takeCardMs({ timeouts }: DisplaySettings): number {
  return (2 * timeouts.takeCardSeconds + 30) * 1_000;
}

/** One call for a document that lies there: as long as one for a card; there are two, the second louder. */
export function takeDocumentSeconds({ timeouts }: DisplaySettings): number {
  return timeouts.takeCardSeconds;
}

/** The pad's own limit comes first and ends in `pinTimedOut`. */
export function pinMs({ timeouts }: DisplaySettings): number {
  return (timeouts.pinSeconds + 30) * 1_000;
}

/** Twice, and the bank is asked in between; the card's own PIN besides as it is, and a few new ones that are not taken. */
export function newPinMs({ timeouts }: DisplaySettings, ofCard: boolean): number {
  return ((ofCard ? 11 : 2) * timeouts.pinSeconds + 60) * 1_000;
}

/** What a waiting state waits for: a choice, reading, a result being looked at, or a device (the person is not timed). */
export type Patience = 'input' | 'info' | 'result' | 'device';

export function patienceMs({ timeouts }: DisplaySettings, patience: Patience, elder: boolean): number {
  const seconds = {
    input: timeouts.inputSeconds,
    info: timeouts.infoSeconds,
    result: timeouts.resultSeconds,
    device: timeouts.infoSeconds,
  }[patience];
  return seconds * 1_000 * (elder ? timeouts.elderFactor : 1);
}

/** WCAG 2.2.1: at least 20 s to answer a warning. */
export function warningSeconds({ timeouts }: DisplaySettings, elder: boolean): number {
  return Math.max(20, Math.round(timeouts.warningSeconds * (elder ? timeouts.elderFactor : 1)));
}
