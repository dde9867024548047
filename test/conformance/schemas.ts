import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { validators as kioskValidators } from '#protocol/generated/validators-kiosk.js';
import { validators as standardValidators, type Validator } from '#protocol/generated/validators-xfs4iot.js';
import { cashCatalogue, cashValidators } from '#simulators/cash-dispenser/index.ts';

/** The catalogue that a message belongs to; `cash`: the standard's, and a simulated cash dispenser's beside it. */
export type Family = 'standard' | 'kiosk' | 'cash';
export type Kind = 'acknowledge' | 'completion' | 'event' | 'unsolicited';

export interface CatalogueMessage {
  readonly name: string;
  readonly kind: 'command' | 'completion' | 'event' | 'unsolicited';
  readonly version: string;
  readonly interface: string;
  /** JSON Pointer into the schemas; null or absent where the message has none. */
  readonly payload?: string | null;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly contentEncoding?: string;
  /** Of the names of an open object's members; not enforced by JSON Schema. */
  readonly 'x-keyPattern'?: string;
}

interface Catalogue {
  readonly messages: readonly CatalogueMessage[];
  readonly schemas: { readonly $defs: Readonly<Record<string, Schema>> };
}

const ofProtocol = (path: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`../../protocol/${path}`, import.meta.url), 'utf8')) as Catalogue;

const definitions = '#/$defs/';

/**
 * One catalogue as the reader of everything that is sent. What the daemon reads must take unknown members (protocol.md
 * 3), what it sends must have none: the generated validators say what is right, and a walk beside them what is too much.
 */
export class StrictCatalogue {
  readonly messages: readonly CatalogueMessage[];
  readonly #byKey = new Map<string, CatalogueMessage>();
  readonly #defs: Readonly<Record<string, Schema>>;
  readonly #validators: Readonly<Record<string, Validator | undefined>>;

  constructor({ messages, schemas }: Catalogue, validators: Readonly<Record<string, Validator | undefined>>) {
    this.messages = messages;
    this.#defs = schemas.$defs;
    this.#validators = validators;
    for (const message of messages) this.#byKey.set(`${message.kind} ${message.name}`, message);
  }

  find(kind: Kind | 'command', name: string): CatalogueMessage | undefined {
    return this.#byKey.get(`${kind} ${name}`);
  }

  /** The schema that a JSON Pointer `#/$defs/…` names. */
  resolve(pointer: string): Schema {
    const schema = this.#defs[pointer.slice(definitions.length)];
    if (schema === undefined) throw new Error(`no schema ${pointer}`);
    return schema;
  }

  commands(): readonly CatalogueMessage[] {
    return this.messages.filter(({ kind }) => kind === 'command');
  }

  /** Whether a payload is one that a reader must take: unknown members are let pass (protocol.md 3). */
  accepts(pointer: string, payload: unknown): boolean {
    return this.#validator(pointer)(payload);
  }

  /** What is wrong with the payload of a message, as JSON Pointer and text; undefined when nothing is. */
  fault(pointer: string, payload: unknown): string | undefined {
    const validate = this.#validator(pointer);
    if (!validate(payload)) return firstError(validate.errors, '/payload');
    return this.#foreign({ $ref: pointer }, payload, '/payload');
  }

  #validator(pointer: string): Validator {
    const validate = this.#validators[pointer.slice(definitions.length)];
    if (validate === undefined) throw new Error(`no validator ${pointer}`);
    return validate;
  }

  /** The first member that its schema does not list. */
  #foreign(schema: Schema, value: unknown, place: string): string | undefined {
    if (schema.$ref !== undefined) return this.#foreign(this.resolve(schema.$ref), value, place);
    if (typeof value !== 'object' || value === null) return undefined;
    const { properties, patternProperties, additionalProperties, items } = schema;
    if (Array.isArray(value)) {
      return items && first(value.entries(), ([index, item]) => this.#foreign(items, item, `${place}/${index}`));
    }
    // Branches (`oneOf`) and open objects close themselves, or are open on purpose.
    if (properties === undefined && patternProperties === undefined && additionalProperties === undefined)
      return undefined;
    return first(Object.entries(value), ([key, member]) => {
      const below = `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const byPattern = Object.entries(patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key));
      const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : byPattern?.[1];
      if (own !== undefined) return this.#foreign(own, member, below);
      if (typeof additionalProperties === 'object') return this.#foreign(additionalProperties, member, below);
      return additionalProperties === true ? undefined : `${below} is not in the schema`;
    });
  }
}

function first<T>(values: Iterable<T>, look: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = look(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstError(errors: Validator['errors'] | ValidateFunction['errors'], place: string): string {
  const error = errors?.[0];
  const params = error?.params as Readonly<Record<string, unknown>> | undefined;
  const member = params?.['missingProperty'] ?? params?.['additionalProperty'];
  return `${place}${error?.instancePath ?? ''}${typeof member === 'string' ? `/${member}` : ''} ${error?.message ?? 'is invalid'}`;
}

export const standard = new StrictCatalogue(ofProtocol('xfs4iot/catalogue.json'), standardValidators);
export const kiosk = new StrictCatalogue(ofProtocol('kiosk/interfaces.json'), kioskValidators);
/** Of the simulated cash dispenser, which the daemon has not. */
export const cash = new StrictCatalogue(cashCatalogue, cashValidators);

const ajv = new Ajv2020({ strict: false });
const headers = new Map(
  (['acknowledge', 'completion', 'event', 'unsolicited'] as const).map((kind) => {
    const schema = standard.resolve(`${definitions}Header.${kind}`);
    return [kind as string, ajv.compile({ ...schema, additionalProperties: false })];
  }),
);

/** What is wrong with a header of that type. */
export function headerFaultOf(kind: Kind, header: unknown): string | undefined {
  const validate = headers.get(kind);
  if (validate === undefined) return `/header/type is ${kind}`;
  return validate(header) ? undefined : firstError(validate.errors, '/header');
}
