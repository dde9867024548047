import { join } from 'node:path';
import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import {
  type Cabinet,
  type CabinetCapabilities,
  type CabinetFault,
  type CabinetInputs,
  type CabinetLight,
  cabinetLights,
  type FlashRate,
} from '../../devices/cabinet.ts';
import type { OperationOptions } from '../../devices/device.ts';
import { Life } from '../common/life.ts';
import { Deadline, pause, within } from '../common/waits.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Input } from './input.ts';
import { Light } from './light.ts';
import type { Reason } from './reasons.ts';
import type { SysfsSettings } from './settings.ts';
import { type FileFault, SmallFile } from './small-file.ts';

export interface SysfsOptions {
  readonly name: string;
  readonly settings: SysfsSettings;
  readonly delays?: Partial<Delays>;
}

const contacts = ['door', 'operatorSwitch'] as const;
const supplies = ['mains', 'battery'] as const;

/** A cabinet whose contacts, supply and lights the kernel offers as files below one folder. */
export function createSysfsCabinet(options: SysfsOptions): Cabinet {
  return new SysfsCabinet(options);
}

class SysfsCabinet implements Cabinet {
  readonly class = 'cabinet';
  readonly driver = 'sysfs';
  readonly name: string;
  readonly #delays: Delays;
  readonly #life: Life<Reason>;
  readonly #inputs: readonly Input[];
  readonly #lights: ReadonlyMap<CabinetLight, Light>;
  readonly #listeners = new Set<(inputs: CabinetInputs) => void>();
  readonly #lightListeners = new Set<() => void>();
  #told: CabinetInputs = {};
  /** It was there, and is not now. */
  #lost = false;
  #stopping = new AbortController();
  #looking: Promise<unknown> = Promise.resolve();

  constructor({ name, settings, delays }: SysfsOptions) {
    this.name = name;
    this.#delays = { ...standardDelays, ...delays };
    this.#life = new Life<Reason>(this);
    const { folder, inverted } = settings;
    const file = (...path: string[]): SmallFile => new SmallFile(join(folder, ...path), this.#delays.stuckMs);
    this.#inputs = [...contacts, ...supplies].flatMap((input) => {
      const path = settings[input];
      return path === ''
        ? []
        : [
            new Input(
              input,
              file(path),
              inverted.some((one) => one === input),
            ),
          ];
    });
    this.#lights = new Map(
      cabinetLights.flatMap((light): [CabinetLight, Light][] => {
        const led = settings.lights[light];
        if (led === '') return [];
        const files = {
          brightness: file('leds', led, 'brightness'),
          maximum: file('leds', led, 'max_brightness'),
          trigger: file('leds', led, 'trigger'),
        };
        return [[light, new Light(led, files, this.#delays, () => this.#judge())]];
      }),
    );
  }

  report(): DeviceReport {
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  capabilities(): CabinetCapabilities {
    const lights = [...this.#lights].map(([light, { color }]) => [light, color === undefined ? {} : { color }]);
    return { inputs: this.#inputs.map(({ name }) => name), lights: Object.fromEntries(lights) };
  }

  inputs(): CabinetInputs {
    return this.#told;
  }

  onInputs(listener: (inputs: CabinetInputs) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  light(light: CabinetLight): FlashRate {
    return this.#lights.get(light)?.rate ?? 'off';
  }

  onLights(listener: () => void): () => void {
    this.#lightListeners.add(listener);
    return () => this.#lightListeners.delete(listener);
  }

  async setLight(light: CabinetLight, rate: FlashRate, options: OperationOptions): Promise<Result<void, CabinetFault>> {
    const found = this.#lights.get(light);
    if (found === undefined) return err({ code: 'noSuchLight' });
    const { signal } = this.#stopping;
    if (signal.aborted) return err({ code: 'notReady', detail: 'stopped' });
    const deadline = new Deadline(options, signal);
    try {
      const writing = found.set(rate);
      for (const listener of [...this.#lightListeners]) listener();
      const set = await within(writing, deadline.signal);
      if (set === undefined) return err(deadline.fault ?? { code: 'cancelled' });
      return set.ok ? ok(undefined) : err({ code: 'hardwareError', detail: set.error });
    } finally {
      deadline.dispose();
    }
  }

  start(): void {
    this.#life.tell('starting');
    const { signal } = this.#stopping;
    const { contactMs, supplyMs } = this.#delays;
    const watch = (names: readonly string[], everyMs: number): Promise<unknown> =>
      Promise.all(
        this.#inputs.filter(({ name }) => names.includes(name)).map((one) => this.#watch(one, everyMs, signal)),
      );
    this.#looking = Promise.all([watch(contacts, contactMs), watch(supplies, supplyMs), this.#tend(signal)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    await Promise.all([...this.#lights.values()].map((light) => light.stop()));
    this.#life.tell('absent');
  }

  async #watch(input: Input, everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if ((await input.look()) && !signal.aborted) this.#felt();
      await pause(input.fault === undefined ? everyMs : Math.max(everyMs, this.#delays.missingMs), signal);
    }
  }

  /** Dark at first, whatever another run left; later what could not be written is tried again. */
  async #tend(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#lights.values()].map((light) => light.set(light.rate)));
    if (!signal.aborted) this.#judge();
    while (!signal.aborted) {
      await pause(this.#delays.missingMs, signal);
      if (!signal.aborted) await Promise.all([...this.#lights.values()].map((light) => light.retry()));
    }
  }

  #felt(): void {
    const now = Object.fromEntries(
      this.#inputs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ) as CabinetInputs;
    const before = this.#told;
    this.#told = now;
    this.#judge();
    if (this.#inputs.every(({ name }) => now[name] === before[name])) return;
    for (const listener of [...this.#listeners]) listener(now);
  }

  /** The worst of all of it. */
  #judge(): void {
    if (this.#stopping.signal.aborted) return;
    const inputs = this.#inputs.map(({ fault }) => fault);
    const lights = [...this.#lights.values()].map(({ fault }) => fault);
    const all = [...inputs, ...lights];
    const any = (fault: FileFault | 'garbled'): boolean => all.includes(fault);
    if (all.every((fault) => fault === undefined)) this.#life.lastExchange = new Date().toISOString();
    // Nothing was heard of some yet, and nothing is known against any.
    if (this.#inputs.some(({ value, fault }) => value === undefined && fault === undefined)) return;
    // Of lights nobody knows that they are gone until one is to change.
    const felt = inputs.length > 0 ? inputs : lights;
    if (felt.every((fault) => fault === 'missing')) {
      if (this.#life.state !== 'starting' && this.#life.state !== 'absent') this.#lost = true;
      this.#life.tell('absent');
      return;
    }
    if (this.#lost) this.#life.restarted();
    this.#lost = false;
    if (any('stuck')) this.#life.tell('failed', 'stuck');
    else if (any('denied')) this.#life.tell('failed', 'denied');
    else if (inputs.some((fault) => fault === 'missing' || fault === 'failed'))
      this.#life.tell('degraded', 'inputMissing');
    else if (inputs.includes('garbled')) this.#life.tell('degraded', 'garbled');
    else if (lights.some((fault) => fault !== undefined)) this.#life.tell('degraded', 'lightFailed');
    else if (this.#told.mains === 'lost')
      this.#life.tell('degraded', this.#told.battery === 'low' ? 'batteryLow' : 'onBattery');
    else this.#life.tell('ready');
  }
}
