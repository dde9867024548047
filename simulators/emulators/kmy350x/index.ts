import type { Fault, Line } from '../line/index.ts';
import { defaultModel, KmyPad, type PadModel } from './pad.ts';

export { defaultModel, KmyPad, type PadFaultName, type PadModel, padFaults } from './pad.ts';
export { decipher, encipher, type PadAlgorithm, padCheckValue, plainPinBlock } from './pin-block.ts';

/** A pad on a cable, as tests and the bench page handle it. */
export interface KmyEmulator {
  readonly pad: KmyPad;
  readonly line: Line;
  /** A finger: digits, E enter, C cancel, B clear. */
  keys(text: string): void;
  /** The same as `keys`. */
  press(text: string): void;
  /** The pad's own time-out. */
  expire(): void;
  /** Faults of the pad, then of its cable (those are named `cable.…`). */
  faults(): readonly Fault[];
  /** Throws on an unknown name or a wrong kind of value. */
  setFault(name: string, value: boolean | number): void;
  /** 1 is physical time, 0 none. */
  setTimeScale(scale: number): void;
  state(): { readonly mode: string; readonly digits: number; readonly workingKeys: number; readonly plugged: boolean };
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

/** The plug itself knows how it is, since a cable's own faults may pull it too. */
const unplugged = { name: 'unplugged', kind: 'switch', description: 'The cable is pulled out' } as const;

/** Puts a pad at the end of a cable. `timeScale` 1 is physical time, 0 none. */
export function createKmyEmulator(options: {
  readonly line: Line;
  readonly masterKeys: ReadonlyMap<number, Uint8Array>;
  readonly model?: Partial<PadModel>;
  readonly timeScale?: number;
}): KmyEmulator {
  const { line } = options;
  const pad = new KmyPad({
    model: { ...defaultModel, ...options.model },
    masterKeys: options.masterKeys,
    timeScale: options.timeScale ?? 1,
    send: (bytes) => line.send(bytes),
  });
  line.onReceive((bytes) => pad.receive(bytes));
  line.onPlugged((plugged) => {
    if (!plugged) pad.powerOff();
  });
  return {
    pad,
    line,
    keys: (text) => pad.press(text),
    press: (text) => pad.press(text),
    expire: () => pad.expire(),
    faults: () => [
      ...pad.faultPanel.list(),
      { ...unplugged, value: !line.plugged },
      ...line.faults().map((fault) => ({ ...fault, name: `cable.${fault.name}` })),
    ],
    setFault(name, value) {
      if (name === unplugged.name) {
        if (typeof value !== 'boolean') throw new Error('fault "unplugged" is a switch');
        void (value ? line.unplug() : line.replug());
      } else if (name.startsWith('cable.')) line.setFault(name.slice('cable.'.length), value);
      else pad.faultPanel.set(name, value);
    },
    setTimeScale: (scale) => pad.setTimeScale(scale),
    state: () => ({ ...pad.view(), plugged: line.plugged }),
    unplug: () => line.unplug(),
    replug: () => line.replug(),
    async close() {
      pad.powerOff();
      await line.close();
    },
  };
}
