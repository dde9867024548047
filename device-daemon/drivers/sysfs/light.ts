import { err, ok, type Result } from '#protocol/result.ts';
import { type FlashRate, type LightColor, lightColors } from '../../devices/cabinet.ts';
import type { Delays } from './delays.ts';
import type { FileFault, SmallFile } from './small-file.ts';

/** Of a LED: Documentation/leds/leds-class.rst. */
export interface LedFiles {
  readonly brightness: SmallFile;
  readonly maximum: SmallFile;
  readonly trigger: SmallFile;
}

/** Names of LEDs are `device:color:function` or `color:function`; undefined where it names none that the standard has. */
export function colorOf(name: string): LightColor | undefined {
  const parts = name.split(':');
  return lightColors.find((color) => parts.slice(0, -1).includes(color));
}

/** One LED, flashed from here: the files that every LED has are enough for it. */
export class Light {
  readonly color: LightColor | undefined;
  rate: FlashRate = 'off';
  fault: FileFault | undefined;
  readonly #files: LedFiles;
  readonly #delays: Delays;
  readonly #onFault: () => void;
  #full = '255';
  #taken = false;
  #timer: NodeJS.Timeout | undefined;
  /** Writes follow one another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(name: string, files: LedFiles, delays: Delays, onFault: () => void) {
    this.color = colorOf(name);
    this.#files = files;
    this.#delays = delays;
    this.#onFault = onFault;
  }

  set(rate: FlashRate): Promise<Result<void, FileFault>> {
    this.rate = rate;
    clearInterval(this.#timer);
    let on = rate !== 'off';
    const written = this.#write(on);
    if (rate === 'slow' || rate === 'medium' || rate === 'quick')
      this.#timer = setInterval(() => {
        on = !on;
        void this.#write(on);
      }, this.#delays[`${rate}Ms`]);
    return written;
  }

  /** Looks whether one that could not be written can be now. */
  async retry(): Promise<void> {
    if (this.fault !== undefined) await this.set(this.rate);
  }

  /** Dark, and nothing runs any more. */
  async stop(): Promise<void> {
    await this.set('off');
  }

  #write(on: boolean): Promise<Result<void, FileFault>> {
    const written = this.#turn.then(async (): Promise<Result<void, FileFault>> => {
      const result = (await this.#take()) ?? (await this.#files.brightness.write(on ? this.#full : '0'));
      const before = this.fault;
      this.fault = result.ok ? undefined : result.error;
      if (!result.ok) this.#taken = false;
      if (before !== this.fault) this.#onFault();
      return result.ok ? ok(undefined) : err(result.error);
    });
    this.#turn = written;
    return written;
  }

  /** Once: as bright as it can be, and nothing of the kernel's own flashes it. Undefined: it is ours. */
  async #take(): Promise<Result<string, FileFault> | undefined> {
    if (this.#taken) return undefined;
    const maximum = await this.#files.maximum.read();
    if (!maximum.ok) return maximum;
    if (/^[1-9]\d*$/.test(maximum.value)) this.#full = maximum.value;
    // A kernel may be built without triggers.
    const trigger = await this.#files.trigger.write('none');
    if (!trigger.ok && trigger.error !== 'missing') return trigger;
    this.#taken = true;
    return undefined;
  }
}
