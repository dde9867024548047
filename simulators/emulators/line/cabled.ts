import type { Fault } from './faults.ts';
import type { FaultPanel, Line } from './index.ts';

/** What every emulator at the end of a cable offers beside its own acts. */
export interface Cabled {
  readonly line: Line;
  /** Faults of the device, then of its cable (those are named `cable.…`). */
  faults(): readonly Fault[];
  /** Throws on an unknown name or a wrong kind of value. */
  setFault(name: string, value: boolean | number): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

/** The plug itself knows how it is, since a cable's own faults may pull it too. */
const unplugged = { name: 'unplugged', kind: 'switch', description: 'The cable is pulled out' } as const;
const ofCable = 'cable.';

export function cabled(line: Line, panel: Pick<FaultPanel<never>, 'list' | 'set'>): Cabled {
  return {
    line,
    faults: () => [
      ...panel.list(),
      { ...unplugged, value: !line.plugged },
      ...line.faults().map((fault) => ({ ...fault, name: ofCable + fault.name })),
    ],
    setFault(name, value) {
      if (name === unplugged.name) {
        if (typeof value !== 'boolean') throw new Error('fault "unplugged" is a switch');
        void (value ? line.unplug() : line.replug());
      } else if (name.startsWith(ofCable)) line.setFault(name.slice(ofCable.length), value);
      else panel.set(name, value);
    },
    unplug: () => line.unplug(),
    replug: () => line.replug(),
  };
}
