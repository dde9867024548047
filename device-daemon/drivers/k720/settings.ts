/** What differs between units that speak dialect C, and what references disagree on; read off the unit or its manual. */
export interface K720Settings {
  /** Two digits on the line; `probe` tries all sixteen. */
  readonly address: number | 'probe';
  /** What bit 8 of the third status character says (3.2: disputed). */
  readonly fullBit: 'hopperFull' | 'binFull';
}

export const defaultSettings: K720Settings = { address: 0, fullBit: 'hopperFull' };
