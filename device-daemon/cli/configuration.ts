import { existsSync } from 'node:fs';
import type { Result } from '#protocol/result.ts';
import { type LoadedConfig, loadConfig } from '../config/index.ts';

/** What the bench of `npm start` writes; a technician beside it need not name it. */
const benchFile = 'data/bench/kiosk.json';

export interface CliConfiguration extends LoadedConfig {
  /** Undefined: the defaults. */
  readonly file: string | undefined;
}

/** The file named with --config, else the bench's, else the defaults; errors are lines for the technician. */
export function cliConfiguration(named: string | undefined): Result<CliConfiguration, readonly string[]> {
  const file = named ?? (existsSync(benchFile) ? benchFile : undefined);
  const loaded = loadConfig(file);
  return loaded.ok ? { ok: true, value: { ...loaded.value, file } } : loaded;
}
