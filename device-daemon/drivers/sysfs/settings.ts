import type { CabinetLight } from '../../devices/cabinet.ts';

/** Which file is what; paths below the folder, empty where there is none. */
export interface SysfsSettings {
  /** `/sys/class`, or where an emulator keeps its own. */
  readonly folder: string;
  /** Reads 1 while the cabinet is open. */
  readonly door: string;
  /** Reads 1 while the switch stands at maintenance. */
  readonly operatorSwitch: string;
  /** Reads 1 while there is mains power. */
  readonly mains: string;
  /** Reads the charge in percent. */
  readonly battery: string;
  /** Of these 0 and 1 are exchanged: a contact that is closed at rest. */
  readonly inverted: readonly ('door' | 'operatorSwitch')[];
  /** Names of LEDs, as they stand in the folder `leds`. */
  readonly lights: Readonly<Record<CabinetLight, string>>;
}

/** So little is left that the machine will soon go dark, in percent. */
export const lowCharge = 20;
