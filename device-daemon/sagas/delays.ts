/** Every duration of the saga engine, in milliseconds, with its reason. */
export const delays = {
  /** Pauses between the first questions about a lost answer: the person is still standing there. */
  quickAskMs: 500,
  /** So many quick questions; after them "not confirmed yet" is the honest word. */
  quickAsks: 3,
  /** A question is short: what is not answered soon is asked again later. */
  askDeadlineMs: 5_000,
  /** Then in the background: soon at first, since most outages are short, and never less often than the last. */
  pausesMs: [5_000, 15_000, 30_000, 60_000, 120_000, 300_000],
  /**
   * A request that was sent and never seen can no longer arrive after this: its signature has expired. Longer than any
   * call's deadline and its grace together (host-client: deadline + 10 s, at most 300 s).
   */
  neverSeenFinalMs: 310_000,
  /** T of design.md 8: after it an open question is a person's. */
  giveUpMs: 24 * 60 * 60 * 1000,
  /** A clock that jumped a day makes no saga old: so often it must have been tried in vain in this run, too. */
  triesBeforeGivingUp: 10,
  /** How long a person waits for the first word of both legs; above the host's own deadline. */
  firstWordMs: 40_000,
  /** Full disk: an intent that cannot be written is tried again so often. */
  journalPauseMs: 1_000,
} as const;

export type Delays = {
  readonly [K in keyof typeof delays]: (typeof delays)[K] extends number ? number : readonly number[];
};
