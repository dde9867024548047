import { type Cabled, cabled, type Line } from '../line/index.ts';
import { defaultModel, KmyPad, type PadModel } from './pad.ts';

export { defaultModel, KmyPad, type PadFaultName, type PadModel, padFaults } from './pad.ts';
export { decipher, encipher, type PadAlgorithm, padCheckValue, plainPinBlock } from './pin-block.ts';

/** A pad on a cable, as tests and the bench page handle it. */
export interface KmyEmulator extends Cabled {
  readonly pad: KmyPad;
  /** A finger: digits, E enter, C cancel, B clear. */
  keys(text: string): void;
  /** The same as `keys`. */
  press(text: string): void;
  /** The pad's own time-out. */
  expire(): void;
  /** 1 is physical time, 0 none. */
  setTimeScale(scale: number): void;
  state(): { readonly mode: string; readonly digits: number; readonly workingKeys: number; readonly plugged: boolean };
  close(): Promise<void>;
}

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
    ...cabled(line, pad.faultPanel),
    keys: (text) => pad.press(text),
    press: (text) => pad.press(text),
    expire: () => pad.expire(),
    setTimeScale: (scale) => pad.setTimeScale(scale),
    state: () => ({ ...pad.view(), plugged: line.plugged }),
    async close() {
      pad.powerOff();
      await line.close();
    },
  };
}
