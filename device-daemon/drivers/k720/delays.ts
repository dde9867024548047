/** Every wait of this driver, in milliseconds unless it is a count, each with its reason. Its own times are in no list (3.1). */
export const delays = {
  /** From a command to its ACK; ten times what 13 bytes take at 9600, as no list has it. */
  ackMs: 300,
  /** From ENQ to the answer of a query. */
  queryMs: 1_000,
  /** Between looks during a motion (3.2). */
  motionPollMs: 100,
  /** A motion, as drivers wait for it: 150 looks (3.2). */
  motionMs: 15_000,
  /** Before a motion: a unit that still brings a fresh card to sensor 3, or ends another motion. */
  prepareMs: 15_000,
  /** RS that was never seen at work: long enough for motors and sensors to have been tried. */
  resetMs: 5_000,
  /** Silence required before a command: 20 characters at 9600, so that a late answer has begun to arrive by then. */
  quietMs: 20,
  /** A pause inside a frame after which the rest will not come; more than a busy machine's hiccup. */
  gapMs: 500,
  /** Between looks at the sensors of an idle unit (3.2), a hand being slower. */
  pollMs: 300,
  /** After a motion that lost its line: how long it is asked what became of it, the port opened again. */
  settleMs: 30_000,
  /** Before the port is opened again after the unit fell silent: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
  /** Between tries after giving up: the port answers to nothing, so there is no hurry. */
  giveUpMs: 30_000,
  /** Count: how often a command is sent again that was not acknowledged, and a query that was not answered. */
  resends: 3,
  /** Count: failed starts in a row before the driver says that it gave up. */
  giveUpAfter: 3,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
