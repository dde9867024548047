import { basename, dirname, join } from 'node:path';
import { cabinetPaths } from '../emulators/cabinet/index.ts';
import type { ReaderConnection } from './card-reader.ts';

/** What the bench has, as far as the daemon must know it. */
export interface BenchParts {
  /** Of the bench page, which shows the kiosk in a frame. */
  readonly origin: string;
  readonly kioskPort: number;
  readonly dataFolder: string;
  /** Each folder in it stands for a USB stick. */
  readonly stickFolder: string;
  readonly cardReader: ReaderConnection | undefined;
  /** Addresses of the cables: `serial:///…` or `tcp://…`. */
  readonly pinPad: string | undefined;
  readonly printer: string | undefined;
  readonly idReader: string | undefined;
  readonly passportReader: string | undefined;
  readonly scanner: string | undefined;
  /** Folder of its files. */
  readonly cabinet: string | undefined;
  readonly hosts:
    | { readonly cardManagement: string; readonly bankCore: string; readonly credentialsFolder: string }
    | undefined;
  /** Where faces are checked. */
  readonly faceProvider: string | undefined;
}

export type Configuration = { readonly [key: string]: ConfigurationValue };
type ConfigurationValue = string | number | boolean | readonly string[] | Configuration;

/** The daemon's own defaults, and the face last: nobody has to. */
const checksWithFace = {
  checksForLoss: ['bankPin', 'oneTimeCode', 'staff', 'face'],
  checksForUnfreezing: ['bankPin', 'oneTimeCode', 'staff', 'face'],
  checksForActivation: ['oneTimeCode', 'staff', 'face'],
} as const;

/** The daemon's configuration (device-daemon/config/schema.ts): only what differs from its defaults. */
export function daemonConfiguration(parts: BenchParts, settings: Configuration): Configuration {
  const { cardReader, pinPad, printer, idReader, passportReader, scanner, hosts, faceProvider, dataFolder } = parts;
  const { cabinet } = parts;
  const configuration: Configuration = {
    profile: 'bench',
    server: { port: parts.kioskPort, frameAncestors: [parts.origin] },
    // Machine keys stay outside the data folder, and one bench's apart from another's.
    storage: { dataFolder, keyFolder: join(dirname(dataFolder), 'keys', basename(dataFolder)) },
    devices: {
      cardReader: cardReader === undefined ? { driver: 'none' } : { ...cardReader },
      // One unit, two faces.
      ...(cardReader?.driver === 'crt591' && { cardDispenser: { ...cardReader } }),
      pinPad: pinPad === undefined ? { driver: 'none' } : { driver: 'kmy350x', port: pinPad },
      printer: printer === undefined ? { driver: 'none' } : { driver: 'escpos', port: printer },
      identityReader: idReader === undefined ? { driver: 'none' } : { driver: 'sam-v', port: idReader },
      passportReader:
        passportReader === undefined ? { driver: 'none' } : { driver: 'mrz', port: passportReader, shape: 'desko' },
      codeScanner:
        scanner === undefined ? { driver: 'none' } : { driver: 'serial-scanner', port: scanner, trigger: 'honeywell' },
      cabinet: cabinet === undefined ? { driver: 'none' } : { driver: 'sysfs', folder: cabinet, ...cabinetPaths },
    },
    // In the field these are off until somebody allows them (invariant 4, S-07).
    cardPin: { change: true },
    maintenance: { stickFolder: parts.stickFolder },
    ...(hosts === undefined ? {} : { hosts: { ...hosts } }),
    ...(faceProvider === undefined ? {} : { rules: { faceProvider, ...checksWithFace } }),
  };
  return merge(configuration, settings);
}

function merge(base: Configuration, over: Configuration): Configuration {
  const merged: Record<string, ConfigurationValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isGroup(below) && isGroup(value) ? merge(below, value) : value;
  }
  return merged;
}

const isGroup = (value: ConfigurationValue | undefined): value is Configuration =>
  typeof value === 'object' && !Array.isArray(value);
