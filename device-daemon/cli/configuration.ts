import { existsSync } from 'node:fs';
import type { Result } from '#protocol/result.ts';
import { type LoadedConfig, loadConfig } from '../config/index.ts';

/** Where a machine in a lobby has it, and what the bench of `npm start` writes: nobody beside either need name it. */
const usualFiles = ['/etc/kiosk/kiosk.json', 'data/bench/kiosk.json'];

export interface CliConfiguration extends LoadedConfig {
  /** Undefined: the defaults. */
  readonly file: string | undefined;
}

/** The file named with --config, else the machine's, else the bench's. Undefined: there is none. */
export const configurationFile = (
  named: string | undefined,
  exists: (file: string) => boolean = existsSync,
): string | undefined => named ?? usualFiles.find((file) => exists(file));

/** Without a file: the defaults; errors are lines for the technician. */
export function cliConfiguration(named: string | undefined): Result<CliConfiguration, readonly string[]> {
  const file = configurationFile(named);
  const loaded = loadConfig(file);
  return loaded.ok ? { ok: true, value: { ...loaded.value, file } } : loaded;
}
