/** Every delay of this driver, in milliseconds, with its reason. */
export const timing = {
  /** Back-off between two PC/SC processes: the first pair covers a pcscd that was restarted, the last a reader that is broken. */
  respawnMs: [200, 500, 1_000, 2_000, 5_000],
  /** A new process and its first word with pcscd take 0.1 s; a pcscd that stands still takes for ever. */
  contextMs: 5_000,
  /** pcscd names its readers within milliseconds of the first question; a USB reader that enumerates needs up to two seconds. */
  readersSettleMs: 2_000,
  /** pcsclite may miss a reader that comes back (its issue 68); a new process asks again. */
  rescanMs: 10_000,
  /** pcscd looks into a slot every 400 ms, so after a failed exchange the removal is known within two looks. */
  presenceSettleMs: 1_000,
  /** The same for the first look into a slot: a card that was in before us is seen within it, and is not taken for a new one. */
  firstLookMs: 600,
  /** SCardConnect powers the chip: activation, answer to reset and PPS take less than 2 s on the slowest card. */
  connectMs: 5_000,
  /** Letting go of the card when the driver stops; what does not answer by then is killed. */
  farewellMs: 1_000,
  /** A restarted pcscd is back within this time: waits outlast it instead of failing at once. */
  outageGraceMs: 5_000,
} as const;

/** Calls that passed their deadline in a row, without one good exchange between, after which the reader counts as degraded. */
export const hangsBeforeDegraded = 3;
