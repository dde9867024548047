import type { CommandName } from './codec.ts';
import type { Dialect } from './framing.ts';

/** How a unit is spoken to; read off its label or manual, never guessed from its answers. */
interface Line {
  readonly dialect: Dialect;
  /** Rates it may have; the unit takes that of the first INIT after power-up. The vendor's default stands first. */
  readonly baudRates: readonly number[];
}

/** What differs between units whose commands are known. */
export interface CrtProfile extends Line {
  /** To the gate, held. */
  readonly present: CommandName;
  readonly capture: CommandName;
  readonly entryOn: CommandName;
  readonly entryOff: CommandName;
  /** What the bytes of STATUS 31 mean: `v14`: S1 gate, S2 read position, S3 to S7 along the path. */
  readonly sensors: 'v14' | 'r02';
}

/** A unit of which no source tells enough to move a card: it is asked for its status, and refused. */
export interface StatusOnlyProfile extends Line {
  readonly statusOnly: true;
}

export const profiles = {
  /** CRT-571, CRT-591-M001, CRT-591-MRxx. */
  standard: {
    dialect: 'a',
    baudRates: [38_400, 9_600, 19_200, 57_600],
    present: 'moveToGate',
    capture: 'moveToBin',
    entryOn: 'entryEnable',
    entryOff: 'entryDisable',
    sensors: 'v14',
  },
  /** The R02 revision (single source): entry inverted, 39 goes to the bin, the bin is seen in the sensor block only. */
  r02: {
    dialect: 'a',
    baudRates: [115_200],
    present: 'moveToGate',
    capture: 'moveOut',
    entryOn: 'entryMagnetic',
    entryOff: 'entryEnable',
    sensors: 'r02',
  },
} as const satisfies Readonly<Record<string, CrtProfile>>;

export type ProfileName = keyof typeof profiles;

/** CRT-591-H and Sankyo ICT3K5: they agree on frame, CRC and STATUS 31 30. The Sankyo's rate (2.2); the other hangs on USB. */
export const dialectB: StatusOnlyProfile = { dialect: 'b', baudRates: [115_200], statusOnly: true };

export interface CrtSettings {
  readonly profile: CrtProfile | StatusOnlyProfile;
  /** DIP switches of dialect A; `probe` tries all sixteen. */
  readonly address: number | 'probe';
  /** INIT with counting (34, 35, 37): without it the bin's counter stands still (0a). */
  readonly countsBin: boolean;
  /** Whether cards are drawn in from the start on. */
  readonly accepts: boolean;
}

export const defaultSettings: CrtSettings = {
  profile: profiles.standard,
  address: 0,
  countsBin: true,
  accepts: true,
};
