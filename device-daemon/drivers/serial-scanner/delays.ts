/** Every wait of this driver, in milliseconds unless it is a count, each with its reason. */
export const delays = {
  /** After a scan was asked for: what the system still held from before has arrived by then, busy machines included. */
  settleMs: 50,
  /**
   * A pause after which a code is over: scanners send one without pausing, USB adapters in pieces some 20 ms apart. Also
   * the silence before a scan listens, so that the end of an older code is never its beginning.
   */
  quietMs: 200,
  /** After a scan that ended without a code: one that was being decoded when the light went out has come by then. */
  lateMs: 300,
  /** Between switching on again while waiting: serial triggers time out by themselves, 30 s as they come. */
  retriggerMs: 20_000,
  /** Count: bytes without a pause that are no code any more; the longest has 4096. */
  babbleBytes: 16_384,
  /** Bytes without a pause for so long are no code either, however few: the longest takes 4 s at 9600 baud. */
  babbleMs: 15_000,
  /** Silence after which a line that babbled counts as well again. */
  babbleQuietMs: 5_000,
  /** Longest that the outcome waits for the switching off to be handed to the port. */
  endMs: 500,
  /** Before the port is opened again after it ended: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
