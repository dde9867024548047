import { allOptions, type Origin } from './load.ts';
import type { Config } from './schema.ts';

/** One setting as it is in force. */
export interface SettingInForce {
  /** The dots are groups. */
  readonly key: string;
  /** JSON; of a secret only that there is one. */
  readonly value: string;
  readonly unit?: string;
  readonly origin: Origin;
  readonly help: string;
  readonly wants: string;
}

const secret = /token|secret|password/i;

/** All of them, in the order of the schema. */
export function settingsInForce(config: Config, origins: ReadonlyMap<string, Origin>): readonly SettingInForce[] {
  return allOptions().map(({ key, option: { unit, help, wants } }) => {
    const value = key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], config);
    return {
      key,
      value: secret.test(key) && value !== '' ? '(set)' : JSON.stringify(value),
      ...(unit !== undefined && { unit }),
      origin: origins.get(key) ?? 'default',
      help,
      wants,
    };
  });
}
