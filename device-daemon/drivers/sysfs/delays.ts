/** Every wait of this driver, in milliseconds, each with its reason. */
export const delays = {
  /** Between two looks at door and switch: two that agree make a change, and contacts bounce for some 20 ms. */
  contactMs: 100,
  /** Between two looks at mains and battery: their drivers ask the supply over slow buses, and a dip of a second is no loss. */
  supplyMs: 1_000,
  /** A file of the kernel answers at once; one that does not is stuck in its driver. */
  stuckMs: 2_000,
  /** Between looks at a file that cannot be read: soon enough for a technician who loads its driver. */
  missingMs: 2_000,
  /** Half a period: on for so long, then off for so long. */
  slowMs: 1_000,
  mediumMs: 500,
  /** Two flashes a second. */
  quickMs: 250,
} as const;

export type Delays = { readonly [Name in keyof typeof delays]: number };
