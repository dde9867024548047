import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A request and its answer, as either end of the wire has them. */
export interface ContractExchange {
  readonly operation: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array | undefined;
  };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

interface Parameter {
  readonly name: string;
  readonly in: 'header' | 'path';
  readonly required: boolean;
  readonly schema: object;
}
type Content = Readonly<Record<string, { readonly schema: object } | undefined>>;
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly ({ readonly $ref: string } | Parameter)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer | { readonly $ref: string } | undefined>>;
  readonly 'x-problem-codes': readonly string[];
}
interface Answer {
  readonly content: Content;
  readonly 'x-problem-codes'?: readonly string[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Holds what crossed the wire against an OpenAPI document itself, not against what we generated from it: path, method,
 * headers, content types, bodies, status and problem code.
 */
export class Contract {
  readonly #document: Document;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(host: 'card-management' | 'bank-core') {
    this.#document = JSON.parse(readFileSync(join(import.meta.dirname, `${host}.openapi.json`), 'utf8')) as Document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema({ $id: 'urn:kiosk:contract', components: this.#document.components });
  }

  operations(): readonly string[] {
    return Object.values(this.#document.paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => operation?.operationId ?? []),
    );
  }

  /** One line per violation, without the offending values. */
  violations({ operation, request, answer }: ContractExchange): readonly string[] {
    const found = this.#find(request.method, new URL(request.url).pathname);
    if (found === undefined) return [`${request.method} ${operation}: no such operation`];
    const { declared, path } = found;
    const lines: string[] = declared.operationId === operation ? [] : [`is ${declared.operationId}`];
    for (const part of declared.parameters) {
      const parameter = '$ref' in part ? (this.#resolve(part.$ref) as Parameter) : part;
      const value = parameter.in === 'path' ? path.get(parameter.name) : request.headers[parameter.name.toLowerCase()];
      if (value === undefined) lines.push(...(parameter.required ? [`${parameter.name} is missing`] : []));
      else lines.push(...this.#check(parameter.schema, value, parameter.name));
    }
    lines.push(...this.#body('request', declared.requestBody?.content, request.headers, request.body));
    const family = `${Math.floor(answer.status / 100)}XX`;
    const response = declared.responses[String(answer.status)] ?? declared.responses[family];
    if (response === undefined) return [...lines, `status ${answer.status} is not declared`];
    const { content, 'x-problem-codes': common = [] } =
      '$ref' in response ? (this.#resolve(response.$ref) as Answer) : response;
    lines.push(...this.#body('answer', content, answer.headers, answer.body));
    if (answer.status !== 200) lines.push(...problemFaults(answer, [...common, ...declared['x-problem-codes']]));
    return lines.map((line) => `${operation}: ${line}`);
  }

  #find(
    method: string,
    pathname: string,
  ): { readonly declared: Operation; readonly path: ReadonlyMap<string, string> } | undefined {
    for (const [template, methods] of Object.entries(this.#document.paths)) {
      const declared = methods[method.toLowerCase()];
      const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
      const match = new RegExp(`^${template.replace(/\{[^}]+\}/g, '([^/]+)')}$`).exec(pathname);
      if (declared === undefined || match === null) continue;
      const values = match.slice(1).map(decodeURIComponent);
      return { declared, path: new Map(names.map((name, index) => [name, values[index] ?? ''])) };
    }
    return undefined;
  }

  #resolve(ref: string): unknown {
    const [section = '', name = ''] = ref.replace('#/components/', '').split('/');
    return this.#document.components[section]?.[name];
  }

  #body(
    what: string,
    content: Content | undefined,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | undefined,
  ): readonly string[] {
    if (content === undefined) return body === undefined ? [] : [`${what}: has a body`];
    const type = headers['content-type'] ?? 'none';
    const schema = content[type]?.schema;
    if (schema === undefined) return [`${what}: content type ${type}`];
    try {
      return this.#check(schema, JSON.parse(Buffer.from(body ?? []).toString('utf8')), what);
    } catch {
      return [`${what}: not JSON`];
    }
  }

  #check(schema: object, value: unknown, what: string): readonly string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(rebased(schema));
    this.#compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message ?? error.keyword}`);
  }
}

function problemFaults(answer: ContractExchange['answer'], codes: readonly string[]): readonly string[] {
  try {
    const { code, status } = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { code: string; status: number };
    return [
      ...(codes.includes(code) ? [] : [`code ${code} is not declared`]),
      ...(status === answer.status ? [] : [`the problem says ${status}, the answer ${answer.status}`]),
    ];
  } catch {
    return ['no problem'];
  }
}

/** `#/components/…` within the document. */
const rebased = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"urn:kiosk:contract#/components/')) as object;
