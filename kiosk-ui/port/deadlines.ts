/**
 * The last resort of every call: how long the page waits for a completion before it calls the answer lost. The machines
 * have watchdogs of their own inside these (state-machines/delays.ts), so these only see to it that no promise is left.
 */
export const deadlines = {
  /** Visit.Begin, Visit.SetLanguage, Visit.CallStaff, snapshots, reports: nothing they wait for moves. */
  quickMs: 10_000,
  /** A card may be asked for as long as somebody taps "I need more time"; leaving the screen cancels the command. */
  insertCardMs: 3_600_000,
  /** A document too; leaving the screen cancels the command. */
  presentDocumentMs: 3_600_000,
  /** Called for twice. */
  takeDocumentMs: 300_000,
  /** Taking the card twice over, then drawing it in. */
  returnCardMs: 300_000,
  /** The pad's own limit ends it earlier. */
  enterPinMs: 600_000,
  /** Two hosts, each with its retries, and two card kernels. */
  inquiryMs: 180_000,
  /** A person reads a code from a telephone, or a member of staff is waited for; leaving the screen cancels the command. */
  checkMs: 1_200_000,
  /** A saga over both hosts, each with its retries and with asking what became of it. */
  actMs: 300_000,
  /** A slip at the slowest print speed, and the cut. */
  printMs: 180_000,
  /** Every entry of a journal of gigabytes is hashed. */
  verifyMs: 600_000,
  /** Gigabytes to a slow stick, and two cards in turn; the daemon ends a write that hangs. */
  exportMs: 850_000,
} as const;
