/** Every wait of this driver, in milliseconds unless it is a count, each with its reason. */
export const delays = {
  /** After a read was asked for: what the system still held from before has arrived by then, busy machines included. */
  settleMs: 50,
  /**
   * A pause after which a swipe is over: lines come in bursts up to about 1 s apart (c.3). Also the silence before a read
   * listens, so that the last lines of an older swipe are never its first.
   */
  quietMs: 1_200,
  /** After a read that ended without a document: a swipe that the reader was still recognising has begun to come by then. */
  lateMs: 500,
  /** Count: bytes without a pause that are no swipe any more; the longest has 102, and nobody swipes ten times a second. */
  babbleBytes: 1_024,
  /** Bytes without a pause for so long are no swipe either, however few: three lines a second apart take three. */
  babbleMs: 15_000,
  /** Silence after which a line that babbled counts as well again. */
  babbleQuietMs: 5_000,
  /** Never waited for: the driver has nothing to say to the reader. */
  endMs: 0,
  /** Before the port is opened again after it ended: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
