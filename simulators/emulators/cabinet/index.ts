import {
  closeSync,
  type FSWatcher,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SysfsSettings } from '#device-daemon/drivers/sysfs/index.ts';
import { type Fault, FaultPanel } from '../line/index.ts';

export const cabinetFaults = {
  unplugged: { kind: 'switch', description: 'The board is gone, and every file with it' },
  contactsGone: { kind: 'switch', description: 'The lines of door and switch are not exported' },
  garbled: { kind: 'switch', description: 'Door and switch read neither 0 nor 1' },
  batteryGone: { kind: 'switch', description: 'The UPS does not tell its charge' },
  lightsGone: { kind: 'switch', description: 'The board of the lights is gone' },
} as const;
export type CabinetFaultName = keyof typeof cabinetFaults;

/** Where its files lie; the names of the LEDs tell their colour, as the kernel's do. */
export const cabinetPaths = {
  door: 'gpio/gpio17/value',
  operatorSwitch: 'gpio/gpio27/value',
  mains: 'power_supply/mains/online',
  battery: 'power_supply/ups/capacity',
  inverted: [],
  lights: {
    cardReader: 'kiosk:green:card',
    documentReader: 'kiosk:green:document',
    pinPad: 'kiosk:green:pin-pad',
    receiptPrinter: 'kiosk:green:receipt',
    cardDispenser: 'kiosk:green:new-card',
    inService: 'kiosk:white:in-service',
  },
} as const satisfies Omit<SysfsSettings, 'folder'>;

type LightName = keyof typeof cabinetPaths.lights;
const lightNames = Object.keys(cabinetPaths.lights) as LightName[];

/** A light that flashes slowly is dark for a second. */
const glowMs = 1_500;

export interface CabinetState {
  readonly plugged: boolean;
  readonly door: 'open' | 'closed';
  readonly operatorSwitch: 'run' | 'maintenance';
  readonly mains: 'present' | 'lost';
  readonly charge: number;
  /** Those that shine, or flash. */
  readonly lit: readonly LightName[];
}

/**
 * The body of a kiosk: a folder of files as the kernel has them below /sys/class. Hands move door, switch and mains; the
 * driver reads and writes the same files as on a real machine.
 */
export class CabinetEmulator {
  readonly folder: string;
  readonly #panel = new FaultPanel<CabinetFaultName>(cabinetFaults, () => this.#arrange());
  readonly #watchers: FSWatcher[] = [];
  readonly #litAtMs = new Map<LightName, number>();
  readonly #shining = new Set<LightName>();
  #door: CabinetState['door'] = 'closed';
  #switch: CabinetState['operatorSwitch'] = 'run';
  #mains: CabinetState['mains'] = 'present';
  #charge = 100;

  /** `folder`: of its own; it is emptied. */
  constructor(folder: string) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { door, operatorSwitch, mains, battery, lights } = cabinetPaths;
    for (const path of [door, operatorSwitch, mains, battery]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '\n');
    }
    for (const light of lightNames) {
      const led = join(folder, 'leds', lights[light]);
      mkdirSync(led, { recursive: true });
      writeFileSync(join(led, 'max_brightness'), '1\n');
      writeFileSync(join(led, 'trigger'), 'none\n');
      writeFileSync(join(led, 'brightness'), '0\n');
      const watcher = watch(join(led, 'brightness'), () => this.#look(light));
      // A board that is pulled takes its files away.
      watcher.on('error', () => undefined);
      this.#watchers.push(watcher);
    }
    this.#say();
  }

  /** One of its files, as the cables of other devices have an address. */
  get address(): string {
    return pathToFileURL(join(this.folder, cabinetPaths.door)).href;
  }

  get plugged(): boolean {
    return !this.#panel.on('unplugged');
  }

  faults(): readonly Fault[] {
    return this.#panel.list();
  }

  setFault(name: string, value: boolean | number): void {
    this.#panel.set(name, value);
  }

  openDoor(): void {
    this.#door = 'open';
    this.#say();
  }

  closeDoor(): void {
    this.#door = 'closed';
    this.#say();
  }

  turnSwitch(to: CabinetState['operatorSwitch']): void {
    this.#switch = to;
    this.#say();
  }

  /** From the battery from now on, or no more. */
  setMains(to: CabinetState['mains'], charge = 100): void {
    this.#mains = to;
    this.#charge = charge;
    this.#say();
  }

  state(): CabinetState {
    const now = performance.now();
    return {
      plugged: this.plugged,
      door: this.#door,
      operatorSwitch: this.#switch,
      mains: this.#mains,
      charge: this.#charge,
      lit: lightNames.filter(
        (light) => this.#shining.has(light) || now - (this.#litAtMs.get(light) ?? Number.NEGATIVE_INFINITY) < glowMs,
      ),
    };
  }

  /** Door closed, switch at run, mains there. */
  reset(): void {
    this.#door = 'closed';
    this.#switch = 'run';
    this.setMains('present');
  }

  close(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #say(): void {
    const { door, operatorSwitch, mains, battery } = cabinetPaths;
    const garbled = this.#panel.on('garbled') ? '?' : undefined;
    this.#write(door, garbled ?? (this.#door === 'open' ? '1' : '0'));
    this.#write(operatorSwitch, garbled ?? (this.#switch === 'maintenance' ? '1' : '0'));
    this.#write(mains, this.#mains === 'present' ? '1' : '0');
    this.#write(battery, String(this.#charge));
  }

  /** In place: an attribute of the kernel is never half there. What is gone says nothing. */
  #write(path: string, text: string): void {
    try {
      const file = openSync(join(this.folder, path), 'r+');
      writeSync(file, text.padEnd(8, '\n'), 0);
      closeSync(file);
    } catch {}
  }

  #look(light: LightName): void {
    try {
      const text = readFileSync(join(this.folder, 'leds', cabinetPaths.lights[light], 'brightness'), 'latin1');
      const shines = Number.parseInt(text, 10) > 0;
      if (this.#shining.has(light)) this.#litAtMs.set(light, performance.now());
      if (shines) this.#shining.add(light);
      else this.#shining.delete(light);
    } catch {
      this.#shining.delete(light);
    }
  }

  /** Folders come and go with what stands for them. */
  #arrange(): void {
    const gone: Readonly<Record<string, boolean>> = {
      // First: it lies below another of them.
      'power_supply/ups': this.#panel.on('batteryGone'),
      gpio: this.#panel.on('unplugged') || this.#panel.on('contactsGone'),
      power_supply: this.#panel.on('unplugged'),
      leds: this.#panel.on('unplugged') || this.#panel.on('lightsGone'),
    };
    for (const [name, away] of Object.entries(gone)) {
      const here = join(this.folder, name);
      const there = join(dirname(here), `.${basename(here)}`);
      try {
        renameSync(away ? here : there, away ? there : here);
      } catch {
        // It is there already.
      }
    }
    if (gone['leds']) this.#shining.clear();
    this.#say();
  }
}
