import { sample, stringMatching } from 'fast-check';
import type { Schema } from './schemas.ts';

/**
 * Payloads from schemas: right ones, and wrong ones with one fault each. The generator reads the schemas by itself, beside
 * the validators that the daemon has of them: payloads.test.ts holds one against the other.
 */
export interface WrongPayload {
  /** In words, for the report: `wrong type of /from`. */
  readonly what: string;
  /** JSON Pointer of the fault, as the daemon is to tell it: `/payload/from`. */
  readonly place: string;
  readonly payload: unknown;
}

type Resolve = (pointer: string) => Schema;

/** Base64 of eight bytes. */
const someBytes = 'AAECAwQFBgc=';
/** Nested deeper than any command. */
const deepest = 12;

export class PayloadGenerator {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** With every member that the schema lists. */
  full(schema: Schema): object {
    return this.#value(schema, 'full') as object;
  }

  /** With what is required, and nothing else. */
  minimal(schema: Schema): object {
    return this.#value(schema, 'minimal') as object;
  }

  /** Whether a member that no schema lists must be let pass: elsewhere it would have to be of a certain type. */
  takesUnknown(schema: Schema): boolean {
    const { additionalProperties } = this.#own(schema);
    return additionalProperties === undefined || additionalProperties === true;
  }

  /** Each is `full` but for one fault. */
  wrong(schema: Schema): readonly WrongPayload[] {
    const payload = this.full(schema);
    return this.#faults(schema, payload, '').map(({ what, place, value, missing }) => ({
      what: `${what} ${place}`,
      place: `/payload${place}`,
      payload: missing ? without(payload, place) : replaced(payload, place, value),
    }));
  }

  #own(schema: Schema, depth = 0): Schema {
    if (depth > deepest) throw new Error('a schema that names itself');
    if (schema.$ref !== undefined) return this.#own(this.#resolve(schema.$ref), depth + 1);
    const [first] = schema.anyOf ?? schema.oneOf ?? [];
    return first === undefined ? schema : this.#own(first, depth + 1);
  }

  #value(schema: Schema, how: 'full' | 'minimal', depth = 0): unknown {
    if (depth > deepest) throw new Error('a schema that names itself');
    const own = this.#own(schema);
    if (own.const !== undefined) return own.const;
    if (own.enum !== undefined) return own.enum[0];
    switch (typeOf(own)) {
      case 'object':
        return this.#object(own, how, depth);
      case 'array':
        return [this.#value(own.items ?? {}, how, depth + 1)];
      case 'string':
        return textOf(own);
      case 'integer':
      case 'number':
        return Math.min(Math.max(own.minimum ?? 1, 1), own.maximum ?? 1);
      case 'boolean':
        return true;
      default:
        return {};
    }
  }

  #object(schema: Schema, how: 'full' | 'minimal', depth: number): object {
    const { properties = {}, required = [], additionalProperties } = schema;
    const names = how === 'full' ? Object.keys(properties) : required;
    const members = names.map((name) => [name, this.#value(properties[name] ?? {}, how, depth + 1)]);
    const ofMap =
      how === 'full' && typeof additionalProperties === 'object'
        ? [[keyOf(schema), this.#value(additionalProperties, how, depth + 1)]]
        : [];
    return Object.fromEntries([...members, ...ofMap]);
  }

  /** Faults of a right value and of all that is in it. */
  #faults(schema: Schema, value: unknown, place: string): Fault[] {
    const own = this.#own(schema);
    const here: Fault[] = place === '' ? [] : this.#faultsHere(schema, own, place);
    if (Array.isArray(value)) return [...here, ...this.#faults(own.items ?? {}, value[0], `${place}/0`)];
    if (typeof value !== 'object' || value === null) return here;
    const { properties = {}, required = [], additionalProperties } = own;
    const below = Object.entries(value).flatMap(([name, member]) => {
      const declared = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
      return this.#faults(declared, member, `${place}/${escaped(name)}`);
    });
    const missing = required.map((name) => ({
      what: 'missing',
      place: `${place}/${escaped(name)}`,
      value: undefined,
      missing: true,
    }));
    return [...here, ...below, ...missing];
  }

  #faultsHere(schema: Schema, own: Schema, place: string): Fault[] {
    const fault = (what: string, value: unknown): Fault => ({ what, place, value, missing: false });
    const faults: Fault[] = [];
    const types = this.#types(schema);
    const other = types.length === 0 ? undefined : examples.find(({ type }) => !types.includes(type));
    if (other !== undefined) faults.push(fault('wrong type of', other.value));
    if (schema.anyOf !== undefined || schema.oneOf !== undefined) return faults;
    if (own.enum !== undefined && typeof own.enum[0] === 'string')
      faults.push(fault('unknown value of', 'noSuchValue'));
    if (own.pattern !== undefined) {
      const pattern = new RegExp(own.pattern, 'u');
      const broken = ['\u0000 ', '~~~~~~~~', ''].find((text) => !pattern.test(text));
      if (broken !== undefined) faults.push(fault('broken pattern of', broken));
    }
    if (types.includes('integer') && !types.includes('number')) faults.push(fault('fraction as', 1.5));
    if (own.minimum !== undefined) faults.push(fault('too little as', own.minimum - 1));
    if (own.maximum !== undefined) faults.push(fault('too much as', own.maximum + 1));
    return faults;
  }

  /** Every type that a value may have, of all branches; empty where any will do. */
  #types(schema: Schema): readonly string[] {
    if (schema.$ref !== undefined) return this.#types(this.#resolve(schema.$ref));
    const branches = schema.anyOf ?? schema.oneOf;
    if (branches !== undefined) {
      const all = branches.map((branch) => this.#types(branch));
      return all.some((types) => types.length === 0) ? [] : all.flat();
    }
    if (schema.type !== undefined) return typeof schema.type === 'string' ? [schema.type] : schema.type;
    return schema.properties === undefined ? [] : ['object'];
  }
}

interface Fault {
  readonly what: string;
  readonly place: string;
  readonly value: unknown;
  readonly missing: boolean;
}

/** One of each type; a null would read as "not given" (protocol.md 3). */
const examples: readonly { readonly type: string; readonly value: unknown }[] = [
  { type: 'string', value: 'text' },
  { type: 'boolean', value: true },
  { type: 'object', value: {} },
];

const typeOf = ({ type, properties }: Schema): string | undefined =>
  typeof type === 'string' ? type : (type?.[0] ?? (properties === undefined ? undefined : 'object'));

/** Always the same one. */
const matching = (pattern: string): string =>
  sample(stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' }), { numRuns: 1, seed: 1 })[0] ?? '';

function textOf(schema: Schema): string {
  if (schema.contentEncoding === 'base64') return someBytes;
  return schema.pattern === undefined ? 'text' : matching(schema.pattern);
}

const keyOf = (schema: Schema): string => {
  const pattern = schema['x-keyPattern'];
  return pattern === undefined ? 'unit1' : matching(pattern);
};

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const plain = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

function replaced(payload: object, place: string, value: unknown): unknown {
  return changed(payload, place, (parent, name) => {
    parent[name] = value;
  });
}

function without(payload: object, place: string): unknown {
  return changed(payload, place, (parent, name) => {
    delete parent[name];
  });
}

function changed(payload: object, place: string, change: (parent: Record<string, unknown>, name: string) => void) {
  const copy = structuredClone(payload) as Record<string, unknown>;
  const names = place.slice(1).split('/').map(plain);
  const last = names.pop() ?? '';
  const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
  change(parent, last);
  return copy;
}
