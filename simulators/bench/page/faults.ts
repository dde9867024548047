import { type Fault, get, type HostFault, type HostFaultKind, post } from './api.ts';
import { button, element, setText } from './dom.ts';
import type { Store } from './store.ts';
import { say, sayFault } from './words.ts';

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

abstract class Faults implements FaultList {
  readonly node = element('div', 'faults');
  protected readonly store: Store;
  readonly #lines = new Map<string, { readonly label: HTMLElement; readonly input: HTMLInputElement }>();
  readonly #rows = element('div', 'fault-rows');
  readonly #clear: HTMLButtonElement;

  constructor(store: Store) {
    this.store = store;
    this.#clear = button('quiet', () => void this.#act(() => this.clear()));
    this.node.append(this.#rows, this.#clear);
  }

  async refresh(): Promise<void> {
    const lines = await this.read();
    const { language } = this.store;
    setText(this.#clear, say(language, 'clear'));
    this.#clear.disabled = lines.every(({ value }) => value === false || value === 0);
    for (const line of lines) {
      const { label, input } = this.#lines.get(line.name) ?? this.#addLine(line);
      setText(label, sayFault(language, line.name, line.description));
      if (line.unit === undefined) input.checked = line.value !== false;
      // Not while somebody types in it.
      else if (document.activeElement !== input) input.value = line.value === 0 ? '' : String(line.value);
    }
  }

  protected abstract read(): Promise<readonly Line[]>;
  protected abstract set(name: string, value: boolean | number): Promise<unknown>;
  protected abstract clear(): Promise<unknown>;

  #addLine({ name, unit }: Line): { readonly label: HTMLElement; readonly input: HTMLInputElement } {
    const label = element('span', 'fault-label');
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
    const row = element('label', 'fault', label, input, unit !== undefined && element('span', 'unit', unit));
    row.title = name;
    this.#rows.append(row);
    const line = { label, input };
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
    super(store);
    this.#path = `${device}/faults`;
  }

  protected async read(): Promise<readonly Line[]> {
    const { faults } = await get<{ readonly faults: readonly Fault[] }>(this.#path);
    return faults.map(({ name, description, kind, unit, value }) => ({
      name,
      description,
      unit: kind === 'number' ? (unit ?? '') : undefined,
      value,
    }));
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
    super(store);
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
