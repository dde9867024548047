import { kiosk, type Schema, standard } from '../conformance/schemas.ts';
import type { Chance } from './random.ts';

/** Texts that fit the patterns of the catalogues; what the daemon said itself (visit, evidence) joins them. */
const texts = [
  ...['AAAA', 'AAECAwQFBgc=', 'exit', 'transport', 'unit1', 'zh-Hans', 'en', '1234567890123456', '12', 'PinKey', '0'],
  ...['balance.en', 'receipt', 'T', 'B', 'P0', 'cardNumber', '2026-01-01T00:00:00Z', 'name', '00000000000000000000'],
];

/** Values that fit a schema more or less; the mutations see to the rest. */
export class Payloads {
  readonly #chance: Chance;
  readonly #heard: string[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Ids that a completion told: a later command may use them. */
  hear(text: string): void {
    if (this.#heard.length < 50) this.#heard.push(text);
    else this.#heard[this.#chance.below(50)] = text;
  }

  /** A payload for the command; undefined where it has none. */
  valid(name: string): unknown {
    const catalogue = standard.find('command', name) === undefined ? kiosk : standard;
    const pointer = catalogue.find('command', name)?.payload;
    if (typeof pointer !== 'string') return undefined;
    return this.#value({ $ref: pointer }, (ref) => catalogue.resolve(ref), 0);
  }

  #value(schema: Schema, resolve: (pointer: string) => Schema, depth: number): unknown {
    const chance = this.#chance;
    if (schema.$ref !== undefined) return this.#value(resolve(schema.$ref), resolve, depth);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return chance.pick(schema.enum);
    const branches = schema.anyOf ?? schema.oneOf;
    if (branches !== undefined) return this.#value(chance.pick(branches), resolve, depth);
    const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
    switch (type) {
      case 'object': {
        const value: Record<string, unknown> = {};
        for (const [key, member] of Object.entries(schema.properties ?? {})) {
          const wanted = schema.required?.includes(key) ?? false;
          if (wanted || (depth < 6 && chance.happens(0.6))) value[key] = this.#value(member, resolve, depth + 1);
        }
        if (typeof schema.additionalProperties === 'object' && depth < 6) {
          const { additionalProperties } = schema;
          for (let more = chance.below(3); more > 0; more--) {
            value[chance.pick(texts)] = this.#value(additionalProperties, resolve, depth + 1);
          }
        }
        return value;
      }
      case 'array':
        return Array.from({ length: chance.below(3) }, () => this.#value(schema.items ?? {}, resolve, depth + 1));
      case 'integer':
      case 'number': {
        const least = schema.minimum ?? 0;
        return least + chance.below(Math.min(1_000, (schema.maximum ?? least + 1_000) - least + 1));
      }
      case 'boolean':
        return chance.happens(0.5);
      case 'string': {
        const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern);
        const fitting = [...this.#heard, ...texts].filter((text) => pattern?.test(text) ?? true);
        return fitting.length === 0 ? '' : chance.pick(fitting);
      }
      default:
        return chance.pick(texts);
    }
  }
}

/** What a schema does not expect. */
const strange: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 31, 2 ** 53, '', ' ', '\u0000', '𠮷😀', 'a'.repeat(10_000)],
  ...[[], {}, [null], [[[]]], { toString: 1 }, { $ref: '#' }, '../../etc/passwd', '<script>', "'; --"],
];

/** Changes one member somewhere in the value, whose text may then be anything but what the schema wants. */
export function mutated(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance.happens(0.05)) return chance.pick(strange);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    if (copy.length === 0 || chance.happens(0.3)) copy.push(chance.pick(strange));
    else {
      const index = chance.below(copy.length);
      copy[index] = mutated(copy[index], chance);
    }
    return copy;
  }
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  const keys = Object.keys(copy);
  const key = keys.length === 0 ? 'x' : chance.pick(keys);
  switch (chance.below(5)) {
    case 0:
      delete copy[key];
      break;
    case 1:
      copy[chance.pick(['x', 'constructor', 'toString', key.toUpperCase(), '', '\u0000'])] = chance.pick(strange);
      break;
    case 2: {
      let deep: unknown = 1;
      for (let level = chance.below(100); level > 0; level--) deep = level % 2 === 0 ? { a: deep } : [deep];
      copy[key] = deep;
      break;
    }
    default:
      copy[key] = mutated(copy[key], chance);
  }
  return copy;
}
