/**
 * A configuration schema as one table of options: each has a default, a unit, a help sentence and the version that
 * brought it. The table gives the type, the loader, the error texts and the documentation.
 */
export interface OptionFacts {
  readonly help: string;
  readonly unit?: string;
  readonly since: string;
}

export interface Option<T> extends OptionFacts {
  readonly kind: 'option';
  readonly default: T;
  /** What a right value looks like, for the error line. */
  readonly wants: string;
  /** The value if it is right, else undefined. */
  readonly parse: (value: unknown) => T | undefined;
}

export interface Section<M extends Record<string, Node>> {
  readonly kind: 'section';
  readonly members: M;
}

// biome-ignore lint/suspicious/noExplicitAny: an option's type is recovered by Infer; here any option will do.
export type Node = Option<any> | Section<any>;

export type Infer<N> =
  N extends Option<infer T> ? T : N extends Section<infer M> ? { readonly [K in keyof M]: Infer<M[K]> } : never;

export function section<M extends Record<string, Node>>(members: M): Section<M> {
  return { kind: 'section', members };
}

type Facts<T> = Omit<OptionFacts, 'since'> & { readonly since?: string; readonly default: T };

function option<T>(facts: Facts<T>, wants: string, parse: (value: unknown) => T | undefined): Option<T> {
  return { kind: 'option', since: '0.1.0', ...facts, wants, parse };
}

export function text(facts: Facts<string> & { pattern?: RegExp; wants?: string }): Option<string> {
  const { pattern, wants, ...rest } = facts;
  return option(rest, wants ?? 'a text', (value) =>
    typeof value === 'string' && (pattern === undefined || pattern.test(value)) ? value : undefined,
  );
}

export function integer(facts: Facts<number> & { min: number; max: number }): Option<number> {
  const { min, max, ...rest } = facts;
  return option(rest, `a whole number from ${min} to ${max}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
  );
}

export function decimal(facts: Facts<number> & { min: number; max: number }): Option<number> {
  const { min, max, ...rest } = facts;
  return option(rest, `a number from ${min} to ${max}`, (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max ? value : undefined,
  );
}

export function flag(facts: Facts<boolean>): Option<boolean> {
  return option(facts, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
}

export function choice<const T extends string>(values: readonly T[], facts: Facts<NoInfer<T>>): Option<T> {
  return option<T>(facts, `one of ${values.join(', ')}`, (value) => values.find((allowed) => allowed === value));
}

export function list(facts: Facts<readonly string[]> & { wants?: string }): Option<readonly string[]> {
  const { wants, ...rest } = facts;
  return option(rest, wants ?? 'a list of texts', (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
  );
}

/** Several of the values, each at most once, in the order of preference. */
export function choices<const T extends string>(
  values: readonly T[],
  facts: Facts<readonly NoInfer<T>[]>,
): Option<readonly T[]> {
  return option<readonly T[]>(facts, `a list of ${values.join(', ')}`, (value) => {
    if (!Array.isArray(value) || new Set(value).size !== value.length) return undefined;
    const known = value.filter((item): item is T => values.some((allowed) => allowed === item));
    return known.length === value.length ? known : undefined;
  });
}
