import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The catalogue that a message belongs to. */
export type Family = 'standard' | 'kiosk';
export type Kind = 'acknowledge' | 'completion' | 'event' | 'unsolicited';

export interface CatalogueMessage {
  readonly name: string;
  readonly kind: 'command' | 'completion' | 'event' | 'unsolicited';
  readonly version: string;
  readonly interface: string;
  /** JSON Pointer into the schemas; null or absent where the message has none. */
  readonly payload?: string | null;
}

interface Catalogue {
  readonly messages: readonly CatalogueMessage[];
  readonly schemas: { readonly $id: string; readonly $defs: Readonly<Record<string, unknown>> };
}

const load = (path: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`../../protocol/${path}`, import.meta.url), 'utf8')) as Catalogue;

/**
 * What the daemon reads must take unknown members (protocol.md 3), what it sends must have none: every object with
 * listed members is closed. The catalogues have no `allOf` that this could break.
 */
export function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = closed(value);
  const isSchema = typeof copy['type'] === 'string';
  const open = !('additionalProperties' in copy) && ('properties' in copy || 'patternProperties' in copy);
  if (isSchema && open) copy['additionalProperties'] = false;
  return copy;
}

/** One catalogue as the reader of everything that is sent: closed, and compiled message by message when first seen. */
export class StrictCatalogue {
  readonly messages: readonly CatalogueMessage[];
  readonly #byKey = new Map<string, CatalogueMessage>();
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #id: string;

  constructor(path: string) {
    const { messages, schemas } = load(path);
    this.messages = messages;
    this.#id = schemas.$id;
    addFormats(this.#ajv);
    this.#ajv.addSchema(closed(schemas) as object);
    for (const message of messages) this.#byKey.set(`${message.kind} ${message.name}`, message);
  }

  find(kind: Kind, name: string): CatalogueMessage | undefined {
    return this.#byKey.get(`${kind} ${name}`);
  }

  /** What is wrong with the value, as JSON Pointer below `place` and text; undefined when nothing is. */
  fault(pointer: string, value: unknown, place: string): string | undefined {
    let validate = this.#compiled.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${this.#id}${pointer}` });
      this.#compiled.set(pointer, validate);
    }
    if (validate(value)) return undefined;
    const error = validate.errors?.[0];
    const params = error?.params as Readonly<Record<string, unknown>> | undefined;
    const member = params?.['missingProperty'] ?? params?.['additionalProperty'];
    const last = typeof member === 'string' ? `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
    return `${place}${error?.instancePath ?? ''}${last} ${error?.message ?? 'is invalid'}`;
  }
}

export const standard = new StrictCatalogue('xfs4iot/catalogue.json');
export const kiosk = new StrictCatalogue('kiosk/interfaces.json');
