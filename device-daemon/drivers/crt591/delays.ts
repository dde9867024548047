/** Every wait of this driver, in milliseconds unless it is a count, each with its reason. */
export const delays = {
  /** The unit answers a command with ACK within this (1.3). */
  ackMs: 300,
  /** The same where silence does not lead to a second sending: to give up early wins nothing, and loses what a busy machine passes on late. */
  lateAckMs: 2_000,
  /** Execution budgets of 1.3: what is only asked. */
  queryMs: 2_000,
  /** An exchange with a chip, its waiting time extensions included. */
  chipMs: 10_000,
  /** A card from one end to the other, with the unit's own tries. */
  motionMs: 15_000,
  /** A card that is held at the gate: how long it may take to be drawn in. At once, or never. */
  drawBackMs: 5_000,
  /** It runs its motors and looks at every sensor. */
  initMs: 30_000,
  /** The same while it is not yet known which rate and address it has. */
  probeInitMs: 12_000,
  /** More than the operation's time, before the answer counts as lost (1.3). */
  graceMs: 20,
  /** Silence required before a command: 20 characters at 9600, so that a late answer has begun to arrive by then. */
  quietMs: 20,
  /** A pause inside a frame after which the rest will not come; more than a busy machine's hiccup. */
  gapMs: 500,
  /** Between looks at the sensors of an idle unit: a look takes 25 ms at 9600 (1.7), and a hand is slower. */
  pollMs: 250,
  /** After a motion without an answer: how long it is asked what became of it, the port opened again if need be. */
  settleMs: 30_000,
  /** Before the port is opened again after the unit fell silent: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
  /** Between tries after giving up: the port answers to nothing, so there is no hurry. */
  giveUpMs: 30_000,
  /** Count: how often a command that may be repeated is sent again. */
  resends: 3,
  /** Count: how often a damaged answer is asked for again with NAK. */
  naks: 2,
  /** Count: EOTs until one is answered. */
  eots: 2,
  /** Count: failed starts in a row, at every rate, before the driver says that it gave up. */
  giveUpAfter: 3,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
