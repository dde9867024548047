import type { BenchCardReader } from './card-reader.ts';
import { type BenchDevice, type DeviceName, isSet } from './device.ts';

/** What takes a device's power away, and what comes back with it. */
const outages: readonly string[] = ['powerOff', 'unplugged'];

/** The kiosk's mains. Without them every device is dark in the middle of a byte; the hosts are elsewhere and stay. */
export class Mains {
  readonly #devices: ReadonlyMap<DeviceName, BenchDevice>;
  readonly #cardReader: BenchCardReader | undefined;
  readonly #onCut: () => void;
  /** How to bring back what the cut took; whatever was dark before stays dark. */
  #restores: (() => Promise<void>)[] | undefined;
  /** One switch: what it takes away is away before it is given back. */
  #hand: Promise<void> = Promise.resolve();

  constructor(
    devices: ReadonlyMap<DeviceName, BenchDevice>,
    cardReader: BenchCardReader | undefined,
    /** Whoever runs the kiosk's own processes must end them now, as the cut would. */
    onCut: () => void,
  ) {
    this.#devices = devices;
    this.#cardReader = cardReader;
    this.#onCut = onCut;
  }

  get on(): boolean {
    return this.#restores === undefined;
  }

  /** All of it happens in one turn; resolves when nothing of the devices is left on the machine. */
  cut(): Promise<void> {
    if (!this.on) return this.#hand;
    const restores: (() => Promise<void>)[] = [];
    const going: Promise<void>[] = [];
    for (const device of this.#devices.values()) {
      if (device === this.#cardReader) {
        going.push(this.#cardReader.setPower(false));
        restores.push(() => this.#cardReader?.setPower(true) ?? Promise.resolve());
        continue;
      }
      for (const fault of device.faults()) {
        if (!outages.includes(fault.name) || isSet(fault)) continue;
        going.push(device.setFault(fault.name, true));
        restores.push(() => device.setFault(fault.name, false));
      }
    }
    this.#restores = restores;
    this.#onCut();
    this.#hand = Promise.all(going).then(() => undefined);
    return this.#hand;
  }

  /** Devices start anew, and have forgotten what they were told. */
  restore(): Promise<void> {
    const restores = this.#restores ?? [];
    this.#restores = undefined;
    this.#hand = this.#hand.then(async () => {
      await Promise.all(restores.map((restore) => restore()));
    });
    return this.#hand;
  }
}
