/** Every wait of this driver, in milliseconds unless it is a count, each with its reason. */
export const delays = {
  /** Longest a command may go unanswered: three TDES blocks take 225 ms (b.1) and the longest answer 60 ms at 9600. */
  replyMs: 1_000,
  /** The self-test walks through RAM and the key matrix before it answers. */
  resetMs: 5_000,
  /** Silence required before a command: 20 characters at 9600, so that a repeated answer has begun to arrive by then. */
  quietMs: 20,
  /** An answer repeated within this time is the same answer; later it is one that nobody asked for. */
  duplicateMs: 150,
  /** A pause inside a frame after which the rest will not come; 500 characters, and more than a busy machine's hiccup. */
  gapMs: 500,
  /** Before the port is opened again after the pad fell silent: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
  /** Between tries after giving up: the port answers to nothing, so there is no hurry. */
  giveUpMs: 30_000,
  /** Between health probes of an idle pad: an RS-232 cable that was pulled closes no port. */
  idleProbeMs: 60_000,
  /** Count: how often a repeatable command is sent again. */
  resends: 2,
  /** Count: how often the version is asked for to get into step; a busy pad may drop the first. */
  probes: 2,
  /** Count: failed starts in a row before the driver says that it gave up. */
  giveUpAfter: 3,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
