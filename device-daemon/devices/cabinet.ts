import type { Result } from '#protocol/result.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

/** What shines on the front: each at the place where a person has to do something, and one for the whole machine. */
export const cabinetLights = [
  'cardReader',
  'documentReader',
  'pinPad',
  'receiptPrinter',
  'cardDispenser',
  'inService',
] as const;
export type CabinetLight = (typeof cabinetLights)[number];

/** As XFS4IoT's Lights names them. None is quicker than two flashes a second (WCAG 2.3.1 allows three). */
export const flashRates = ['off', 'slow', 'medium', 'quick', 'continuous'] as const;
export type FlashRate = (typeof flashRates)[number];

export const lightColors = ['red', 'green', 'yellow', 'blue', 'cyan', 'magenta', 'white'] as const;
export type LightColor = (typeof lightColors)[number];

/** What is felt of the cabinet; a member is absent where there is no such contact, or nothing was heard of it yet. */
export interface CabinetInputs {
  readonly door?: 'open' | 'closed';
  readonly operatorSwitch?: 'run' | 'maintenance';
  readonly mains?: 'present' | 'lost';
  /** Charge of what carries the machine without mains. */
  readonly battery?: 'good' | 'low';
}

export interface CabinetCapabilities {
  readonly inputs: readonly (keyof CabinetInputs)[];
  /** `color` only where it is known. */
  readonly lights: Readonly<Partial<Record<CabinetLight, { readonly color?: LightColor }>>>;
}

export type CabinetFault = DeviceFault | { readonly code: 'noSuchLight' };

/** The machine's body: contacts on its door and switch, its mains, its guide lights. */
export interface Cabinet extends Device {
  readonly class: 'cabinet';
  capabilities(): CabinetCapabilities;
  /** As last felt. What cannot be felt any more stays as it was: an open door is open until it was seen closed. */
  inputs(): CabinetInputs;
  /** Called after every change of the inputs. Returns the unsubscribe function. */
  onInputs(listener: (inputs: CabinetInputs) => void): () => void;
  /** As it was last told to be. */
  light(light: CabinetLight): FlashRate;
  /** Called after every change of a light. Returns the unsubscribe function. */
  onLights(listener: () => void): () => void;
  /** A second wish for the same light replaces the first. */
  setLight(light: CabinetLight, rate: FlashRate, options: OperationOptions): Promise<Result<void, CabinetFault>>;
}
