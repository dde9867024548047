import type { CommandName } from './codec.ts';

/** What differs between units that speak dialect A; read off the unit's label or manual, never guessed from its answers. */
export interface CrtProfile {
  /** Rates it may have; the unit takes that of the first INIT after power-up. The vendor's default stands first. */
  readonly baudRates: readonly number[];
  /** To the gate, held. */
  readonly present: CommandName;
  readonly capture: CommandName;
  readonly entryOn: CommandName;
  readonly entryOff: CommandName;
  /** What the bytes of STATUS 31 mean: `v14`: S1 gate, S2 read position, S3 to S7 along the path. */
  readonly sensors: 'v14' | 'r02';
}

export const profiles = {
  /** CRT-571, CRT-591-M001, CRT-591-MRxx. */
  standard: {
    baudRates: [38_400, 9_600, 19_200, 57_600],
    present: 'moveToGate',
    capture: 'moveToBin',
    entryOn: 'entryEnable',
    entryOff: 'entryDisable',
    sensors: 'v14',
  },
  /** The R02 revision (single source): entry inverted, 39 goes to the bin, the bin is seen in the sensor block only. */
  r02: {
    baudRates: [115_200],
    present: 'moveToGate',
    capture: 'moveOut',
    entryOn: 'entryMagnetic',
    entryOff: 'entryEnable',
    sensors: 'r02',
  },
} as const satisfies Readonly<Record<string, CrtProfile>>;

export type ProfileName = keyof typeof profiles;

export interface CrtSettings {
  readonly profile: ProfileName;
  /** DIP switches; `probe` tries all sixteen. */
  readonly address: number | 'probe';
  /** INIT with counting (34, 35, 37): without it the bin's counter stands still (0a). */
  readonly countsBin: boolean;
  /** Whether cards are drawn in from the start on. */
  readonly accepts: boolean;
}

export const defaultSettings: CrtSettings = { profile: 'standard', address: 0, countsBin: true, accepts: true };
