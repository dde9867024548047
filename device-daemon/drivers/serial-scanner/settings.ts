/** What differs between scanners on a serial line (reference d). Each is read off the scanner's set-up. */
export interface ScannerSettings {
  /** What the scanner puts behind every code. `none`: a pause ends it. */
  readonly suffix: Suffix;
  /** `honeywell`: reads only between SYN T CR and SYN U CR (serial trigger mode). `none`: whatever is held before it. */
  readonly trigger: 'none' | 'honeywell';
}

export type Suffix = keyof typeof suffixes;

export const suffixes = {
  cr: [0x0d],
  crlf: [0x0d, 0x0a],
  lf: [0x0a],
  tab: [0x09],
  none: [],
} as const satisfies Record<string, readonly number[]>;

export const triggers = {
  honeywell: { on: [0x16, 0x54, 0x0d], off: [0x16, 0x55, 0x0d] },
} as const;

export const defaultSettings: ScannerSettings = { suffix: 'cr', trigger: 'none' };
