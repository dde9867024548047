/** Every wait of this driver, in milliseconds, each with its reason. Tests pass shorter ones. */
export const DELAYS = {
  /** A real-time answer is one byte that does not wait for printing; slow clones take up to a third of this. */
  realTimeMs: 500,
  /** After an answer that did not come, silence this long means that it will not be taken for the next one's. */
  settleMs: 300,
  /** A pause this long inside an automatic status (four bytes) means that its rest is lost. */
  groupGapMs: 250,
  /** An idle printer answers GS r at once; a buffer that still prints the end of a receipt takes longer. */
  fenceMs: 3_000,
  /** Clearing stops what the printer does; its answer may wait for the paper to come to rest. */
  clearMs: 2_000,
  /** While the end mark of a job is awaited: how often the printer is asked how it is. */
  jobPollMs: 1_000,
  /** A fault in the middle of a job that a hand may be about to correct (cover closed again). */
  blockedMs: 3_000,
  /** A hot head cools by itself in some seconds. */
  overheatedMs: 15_000,
  /** Between two looks at an idle printer. Automatic status tells sooner where the model has it. */
  idlePollMs: 10_000,
  /** Pause between two questions to a silent printer: one that is just switched on needs about this long. */
  resendMs: 1_000,
  /** Pause before the port is opened again: USB adapters need some seconds to reappear. */
  reopenMs: 2_000,
  /** The same after the ladder has given up: still looking, without filling the journal. */
  givenUpMs: 15_000,
} as const;

export type Delays = { readonly [Name in keyof typeof DELAYS]: number };

/** Questions before the next rung: the first may have fallen into the rest of an interrupted command. */
export const RESENDS = 3;
/** Reopenings before the driver says `failed`. */
export const REOPENINGS = 3;
