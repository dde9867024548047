import type { Fault } from '../emulators/line/index.ts';

export const deviceNames = [
  'card-reader',
  'pin-pad',
  'printer',
  'id-reader',
  'passport-reader',
  'scanner',
  'cabinet',
] as const;
export type DeviceName = (typeof deviceNames)[number];

/** What all devices on the bench have in common. */
export interface BenchDevice {
  readonly plugged: boolean;
  faults(): readonly Fault[];
  /** Resolves when it is in force. Throws on an unknown name or a wrong kind of value. */
  setFault(name: string, value: boolean | number): Promise<void>;
}

/** An emulator at the end of a cable: the plug takes a moment to come out or go in. */
export function cabledDevice(
  emulator: { faults(): readonly Fault[]; setFault(name: string, value: boolean | number): void },
  line: { readonly plugged: boolean; unplug(): Promise<void>; replug(): Promise<void> },
): BenchDevice {
  return {
    get plugged() {
      return line.plugged;
    },
    faults: () => emulator.faults(),
    async setFault(name, value) {
      emulator.setFault(name, value);
      if (name === 'unplugged') await (value === true ? line.unplug() : line.replug());
    },
  };
}

export const isSet = (fault: Fault): boolean => fault.value !== false && fault.value !== 0;

export async function clearFaults(device: BenchDevice): Promise<void> {
  for (const fault of device.faults().filter(isSet))
    await device.setFault(fault.name, fault.kind === 'switch' ? false : 0);
}
