import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readiness } from '#protocol/generated/kiosk.ts';
import type { Config } from './config/index.ts';
import { credentialFiles } from './hosts/index.ts';
import type { MachineFacts } from './services/kiosk/index.ts';

export function machineFacts({ storage, hosts }: Config): MachineFacts {
  return {
    freeBytes() {
      const disk = statfsSync(storage.dataFolder);
      return disk.bavail * disk.bsize;
    },
    certificateExpires() {
      const file = join(hosts.credentialsFolder, credentialFiles.certificate);
      if (hosts.credentialsFolder === '' || !existsSync(file)) return undefined;
      return new Date(new X509Certificate(readFileSync(file)).validTo);
    },
  };
}

/** So much of a SHA-256 as two people compare at a telephone. */
const digits = 12;
const hashOf = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, digits);
};

/** What runs here: the program, the settings as they are in force, the screen with its words and pictures. */
export function versionsOf(config: Config, version: string, program = process.argv[1]): Readiness['versions'] {
  const { uiFolder } = config.server;
  const files = existsSync(uiFolder)
    ? readdirSync(uiFolder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];
  return [
    {
      what: 'software',
      version,
      hash: program !== undefined && existsSync(program) ? hashOf(readFileSync(program)) : hashOf(version),
    },
    { what: 'configuration', version: config.profile, hash: hashOf(JSON.stringify(config)) },
    { what: 'screen', version: String(files.length), hash: hashOf(...files.map((file) => readFileSync(file))) },
  ];
}
