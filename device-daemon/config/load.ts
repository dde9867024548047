import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Node } from './options.ts';
import { type Config, schema } from './schema.ts';

/** Where a value in force comes from. */
export type Origin = 'default' | 'file';

export interface LoadedConfig {
  readonly config: Config;
  /** Dotted key -> origin, for `npx kiosk config` and the maintenance page. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Reads a JSON configuration file over the defaults.
 * @returns the configuration, or one line per mistake: the key, what it got, what it wants
 */
export function loadConfig(file: string | undefined): Result<LoadedConfig, readonly string[]> {
  if (file === undefined) return parseConfig({});
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    return err([`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`]);
  }
  try {
    return parseConfig(JSON.parse(content));
  } catch (error) {
    return err([`${file}: is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`]);
  }
}

/** The same for a value already parsed. */
export function parseConfig(value: unknown): Result<LoadedConfig, readonly string[]> {
  const mistakes: string[] = [];
  const origins = new Map<string, Origin>();
  const config = visit(schema, value, '', mistakes, origins) as Config;
  return mistakes.length > 0 ? err(mistakes) : ok({ config, origins });
}

function visit(node: Node, value: unknown, key: string, mistakes: string[], origins: Map<string, Origin>): unknown {
  if (node.kind === 'option') {
    if (value === undefined) {
      origins.set(key, 'default');
      return node.default;
    }
    const parsed: unknown = node.parse(value);
    if (parsed === undefined) mistakes.push(`${key}: got ${show(value)}, wants ${node.wants}`);
    origins.set(key, 'file');
    return parsed;
  }
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
    mistakes.push(`${key || 'the file'}: got ${show(value)}, wants a group of settings { … }`);
    return undefined;
  }
  const given = (value ?? {}) as Record<string, unknown>;
  const members = node.members as Record<string, Node>;
  for (const name of Object.keys(given)) {
    if (!(name in members))
      mistakes.push(`${join(key, name)}: is not a setting; known here: ${Object.keys(members).join(', ')}`);
  }
  return Object.fromEntries(
    Object.entries(members).map(([name, child]) => [
      name,
      visit(child, given[name], join(key, name), mistakes, origins),
    ]),
  );
}

const join = (key: string, name: string): string => (key === '' ? name : `${key}.${name}`);

/** A value short enough for one line; secrets never get here because tokens are texts that are always right. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Every option with its dotted key, for documentation and `npx kiosk config`. */
export function allOptions(): readonly { readonly key: string; readonly option: Extract<Node, { kind: 'option' }> }[] {
  const rows: { key: string; option: Extract<Node, { kind: 'option' }> }[] = [];
  const walk = (node: Node, key: string): void => {
    if (node.kind === 'option') rows.push({ key, option: node });
    else for (const [name, child] of Object.entries(node.members as Record<string, Node>)) walk(child, join(key, name));
  };
  walk(schema, '');
  return rows;
}
