/** What the bench page shows of a fault: a switch, or a number with a unit. `value` is what it is set to now. */
export interface Fault {
  readonly name: string;
  readonly description: string;
  readonly kind: 'switch' | 'number';
  readonly unit?: string;
  readonly value: boolean | number;
}

export type FaultDeclaration = Omit<Fault, 'value'>;

/** A table of faults and what they are set to. Every emulator and every line owns one. */
export class FaultPanel<Name extends string> {
  readonly #values = new Map<string, boolean | number>();
  readonly #onChange: (name: Name) => void;
  readonly #declarations: Readonly<Record<Name, Omit<FaultDeclaration, 'name'>>>;

  constructor(
    declarations: Readonly<Record<Name, Omit<FaultDeclaration, 'name'>>>,
    onChange: (name: Name) => void = () => undefined,
  ) {
    this.#declarations = declarations;
    this.#onChange = onChange;
  }

  has(name: string): name is Name {
    return Object.hasOwn(this.#declarations, name);
  }

  /** Throws on a name or a kind of value that is not declared: a test with a misspelt fault would test nothing. */
  set(name: string, value: boolean | number): void {
    if (!this.has(name))
      throw new Error(`unknown fault "${name}"; known: ${Object.keys(this.#declarations).join(', ')}`);
    const kind = this.#declarations[name].kind;
    if ((kind === 'switch') !== (typeof value === 'boolean')) throw new Error(`fault "${name}" is a ${kind}`);
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    this.#onChange(name);
  }

  on(name: Name): boolean {
    const value = this.#values.get(name);
    return value === true || (typeof value === 'number' && value !== 0);
  }

  number(name: Name): number {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : 0;
  }

  /** Whether a fault that is set for the next n is due; counts it down. */
  take(name: Name): boolean {
    const left = this.number(name);
    if (left > 0) this.set(name, left - 1);
    return left > 0;
  }

  list(): readonly Fault[] {
    return Object.entries<Omit<FaultDeclaration, 'name'>>(this.#declarations).map(([name, declaration]) => ({
      name,
      ...declaration,
      value: this.#values.get(name) ?? (declaration.kind === 'switch' ? false : 0),
    }));
  }
}
