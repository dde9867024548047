import type { Result } from '#protocol/result.ts';
import type { CabinetInputs } from '../../devices/cabinet.ts';
import { lowCharge } from './settings.ts';
import type { FileFault, SmallFile } from './small-file.ts';

type Name = keyof CabinetInputs;
type Value = NonNullable<CabinetInputs[Name]>;

/** What the text of each file says; undefined: nothing that is known. */
const meanings: { readonly [N in Name]: (text: string) => NonNullable<CabinetInputs[N]> | undefined } = {
  door: (text) => ({ '0': 'closed', '1': 'open' })[text] as CabinetInputs['door'],
  operatorSwitch: (text) => ({ '0': 'run', '1': 'maintenance' })[text] as CabinetInputs['operatorSwitch'],
  // 2 is a supply that can be told how much to give (Documentation/ABI/testing/sysfs-class-power).
  mains: (text) => ({ '0': 'lost', '1': 'present', '2': 'present' })[text] as CabinetInputs['mains'],
  battery: (text) => (/^\d{1,3}$/.test(text) ? (Number(text) <= lowCharge ? 'low' : 'good') : undefined),
};

const otherWay: Readonly<Record<string, string>> = { '0': '1', '1': '0' };

/** One file that is looked at again and again. Two looks that agree make a value. */
export class Input {
  readonly name: Name;
  /** What was felt last; undefined as long as nothing was. */
  value: Value | undefined;
  /** Why the newest look told nothing. */
  fault: FileFault | 'garbled' | undefined;
  readonly #file: SmallFile;
  readonly #inverted: boolean;
  #seen: Value | undefined;

  constructor(name: Name, file: SmallFile, inverted: boolean) {
    this.name = name;
    this.#file = file;
    this.#inverted = inverted;
  }

  /** @returns whether anything is otherwise than before the look */
  async look(): Promise<boolean> {
    const { value, fault } = this;
    this.#take(await this.#file.read());
    return value !== this.value || fault !== this.fault;
  }

  #take(read: Result<string, FileFault>): void {
    const seen = read.ok ? this.#meaning(read.value) : undefined;
    this.fault = read.ok ? (seen === undefined ? 'garbled' : undefined) : read.error;
    if (seen !== undefined && seen === this.#seen) this.value = seen;
    this.#seen = seen;
  }

  #meaning(text: string): Value | undefined {
    return meanings[this.name](this.#inverted ? (otherWay[text] ?? text) : text);
  }
}
