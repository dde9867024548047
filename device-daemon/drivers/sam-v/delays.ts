/** Every wait of this driver, in milliseconds unless it is a count, each with its reason (id-card-reader.md 6). */
export const delays = {
  /** From opening the port to the first command: a module that was just powered hears nothing before. */
  powerOnMs: 1_500,
  /** Status, find, select, SAM id: drivers in the field wait 100 ms to 1 s. */
  replyMs: 1_000,
  /** Reset: no figure is published; the module tests itself as after power-on. */
  resetMs: 2_000,
  /** Text and photo: authentication of chip and SAM, then 112 ms of line; the field waits 2 to 3 s. */
  readMs: 3_000,
  /** The newest address needs no new authentication. */
  addressMs: 1_500,
  /** Silence required before a command and behind a document: 50 characters, so that what repeats has begun to arrive. */
  quietMs: 5,
  /** A pause inside a frame after which the rest will not come: more than a busy machine's hiccup. */
  gapMs: 250,
  /** Between two finds: "more than 300 ms". */
  pollMs: 350,
  /** Before the port is opened again after the reader fell silent: lets a USB adapter enumerate. */
  reopenMs: 1_000,
  /** Between looks for a port that is not there: soon enough for a technician who plugs it in. */
  absentMs: 2_000,
  /** Between tries after giving up: the port answers to nothing, so there is no hurry. */
  giveUpMs: 30_000,
  /** Between health probes of an idle reader: a serial cable that was pulled closes no port. */
  idleProbeMs: 60_000,
  /** Count: how often a command is sent again after silence or a damaged answer. */
  resends: 2,
  /** Count: how often the SAM id is asked for to get into step. */
  probes: 2,
  /** Count: found but not to be selected, in a row, before the person is asked to lift it: the edge of the field. */
  selectTries: 5,
  /** Count: reads that failed before the document counts as unreadable; each asked the person to lift it. */
  readTries: 3,
  /** Count: times that the chip may refuse the SAM (31): "ask to re-present; fault if repeated". */
  refusalTries: 2,
  /** Count: failed starts in a row before the driver says that it gave up. */
  giveUpAfter: 3,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
