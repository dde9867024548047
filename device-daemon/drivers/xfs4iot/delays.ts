/** Every wait of this driver, in milliseconds, each with its reason. Tests pass shorter ones. */
export const DELAYS = {
  /** Connection and handshake with a provider on this machine take milliseconds, over a branch's network up to a second. */
  connectMs: 5_000,
  /** Questions that no device has part in (GetServices, Capabilities, Status); a provider may be busy with its own start. */
  answerMs: 5_000,
  /** Beyond the time-out that a command carries: a service first lets go of its device (protocol.md 5). */
  slackMs: 5_000,
  /** An act of the device itself that no person has part in: chip, key, a long receipt at the slowest speed. */
  actMs: 60_000,
  /** Status is asked so often, should an event have got lost or a provider tell none. */
  statusMs: 5_000,
  /** Silence after which the connection is asked whether it is there, and as long again until it is not. */
  livenessMs: 10_000,
  /** Pause before the next look; doubled after each that found fault with the provider. */
  reopenMs: 1_000,
  longestReopenMs: 30_000,
  /** A provider that restarts is back within this time: waits for a card outlast it instead of failing at once. */
  outageGraceMs: 5_000,
  /** After a motion whose answer got lost: how long the provider may be away before nobody knows how it ended. */
  settleMs: 10_000,
} as const;

export type Delays = { readonly [Name in keyof typeof DELAYS]: number };

/** Looks in a row that found fault, after which the report says that the driver has given up and only keeps looking. */
export const GIVE_UP_AFTER = 3;
