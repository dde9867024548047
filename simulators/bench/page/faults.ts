import { type Fault, get, type HostFault, type HostFaultKind, post } from './api.ts';
import { button, element, setText } from './dom.ts';
import { sayFault, sayUnit } from './fault-words.ts';
import type { Store } from './store.ts';
import { say } from './words.ts';

/** What a row of the panel opens into: every fault of one device or host as a switch or a number. */
export interface FaultList {
  readonly node: HTMLElement;
  /** Asks the bench what is set. */
  refresh(): Promise<void>;
}

interface Line {
  readonly name: string;
  readonly description: string;
  /** Undefined: a switch. */
  readonly unit: string | undefined;
  readonly value: boolean | number;
}

/** A line as it is on the page. */
interface Drawn {
  readonly label: HTMLElement;
  readonly unit: HTMLElement;
  readonly input: HTMLInputElement;
}

abstract class Faults implements FaultList {
  readonly node = element('div', 'faults');
  protected readonly store: Store;
  readonly #of: string;
  readonly #lines = new Map<string, Drawn>();
  readonly #rows = element('div', 'fault-rows');
  readonly #clear: HTMLButtonElement;

  /** `of`: the device or host, since a word may mean different things of different ones. */
  constructor(store: Store, of: string) {
    this.store = store;
    this.#of = of;
    this.#clear = button('quiet', () => void this.#act(() => this.clear()));
    this.node.append(this.#rows, this.#clear);
  }

  async refresh(): Promise<void> {
    const lines = await this.read();
    const { language } = this.store;
    setText(this.#clear, say(language, 'clear'));
    this.#clear.disabled = lines.every(({ value }) => value === false || value === 0);
    for (const line of lines) {
      const { label, unit, input } = this.#lines.get(line.name) ?? this.#addLine(line);
      setText(label, sayFault(language, this.#of, line.name, line.description));
      setText(unit, sayUnit(language, line.unit ?? ''));
      if (line.unit === undefined) input.checked = line.value !== false;
      // Not while somebody types in it.
      else if (document.activeElement !== input) input.value = line.value === 0 ? '' : String(line.value);
    }
  }

  protected abstract read(): Promise<readonly Line[]>;
  protected abstract set(name: string, value: boolean | number): Promise<unknown>;
  protected abstract clear(): Promise<unknown>;

  #addLine({ name, unit }: Line): Drawn {
    const label = element('span', 'fault-label');
    const of = element('span', 'unit');
    const input = element('input', unit === undefined ? 'switch' : 'number');
    input.type = unit === undefined ? 'checkbox' : 'number';
    if (unit !== undefined) {
      input.min = '0';
      input.placeholder = '0';
    }
    input.addEventListener('change', () => {
      const value = unit === undefined ? input.checked : Math.max(0, Number(input.value));
      void this.#act(() => this.set(name, value));
    });
    const row = element('label', 'fault', label, input, unit !== undefined && of);
    row.title = name;
    this.#rows.append(row);
    const line = { label, unit: of, input };
    this.#lines.set(name, line);
    return line;
  }

  async #act(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.store.trouble = undefined;
    } catch (error) {
      this.store.trouble = error instanceof Error ? error.message : String(error);
    }
    await Promise.all([this.refresh(), this.store.look()]);
  }
}

export class DeviceFaults extends Faults {
  readonly #path: string;

  constructor(store: Store, device: string) {
    super(store, device);
    this.#path = `${device}/faults`;
  }

  protected async read(): Promise<readonly Line[]> {
    const { faults } = await get<{ readonly faults: readonly Fault[] }>(this.#path);
    // The plug first: it is what one wants most often, and some readers know thirty more.
    const isPlug = ({ name }: Fault): boolean => name === 'unplugged';
    return [...faults.filter(isPlug), ...faults.filter((fault) => !isPlug(fault))].map(
      ({ name, description, kind, unit, value }) => ({
        name,
        description,
        unit: kind === 'number' ? (unit ?? '') : undefined,
        value,
      }),
    );
  }

  protected set(name: string, value: boolean | number): Promise<unknown> {
    return post(this.#path, { [name]: value });
  }

  protected clear(): Promise<unknown> {
    return post(this.#path, { clear: true });
  }
}

/** A host's fault has at most one parameter: a number to type, or the first of its words. */
export class HostFaults extends Faults {
  readonly #path: string;
  #kinds: readonly HostFaultKind[] = [];

  constructor(store: Store, host: string) {
    super(store, host);
    this.#path = `hosts/${host}/faults`;
  }

  protected async read(): Promise<readonly Line[]> {
    const answer = await get<{ readonly faults: readonly HostFault[]; readonly kinds: readonly HostFaultKind[] }>(
      this.#path,
    );
    this.#kinds = answer.kinds;
    return answer.kinds.map(({ kind, description, parameter }) => {
      const fault = answer.faults.find((candidate) => candidate.kind === kind);
      const numeric = parameter !== undefined && parameter.values === undefined;
      const value = numeric ? Number(fault?.[parameter.name] ?? 0) : fault !== undefined;
      return { name: kind, description, unit: numeric ? parameter.name : undefined, value };
    });
  }

  protected set(name: string, value: boolean | number): Promise<unknown> {
    if (value === false || value === 0) return post(this.#path, { clear: name });
    const parameter = this.#kinds.find(({ kind }) => kind === name)?.parameter;
    if (parameter === undefined) return post(this.#path, { kind: name });
    return post(this.#path, { kind: name, [parameter.name]: parameter.values?.[0] ?? value });
  }

  protected clear(): Promise<unknown> {
    return post(this.#path, { clear: true });
  }
}
