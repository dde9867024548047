import { kioskMessages } from '#protocol/generated/kiosk-messages.ts';
import { validators as kioskValidators } from '#protocol/generated/validators-kiosk.js';
import { validators as standardValidators, type Validator } from '#protocol/generated/validators-xfs4iot.js';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';

/** What the catalogues say of one command, with the constant parts of its answers written out once. */
export interface CommandRow {
  readonly name: string;
  readonly version: string;
  readonly major: number;
  readonly role: string | undefined;
  /** Absent where the command has no payload. */
  readonly validate: Validator | undefined;
  /** Up to the request id: `{"header":{"name":"…","type":"acknowledge","requestId":`. */
  readonly acknowledgeHead: string;
  readonly completionHead: string;
  /** After the request id of a successful completion, without the closing brace of the message. */
  readonly successTail: string;
  readonly completionVersion: string;
}

export interface EventRow {
  readonly name: string;
  readonly version: string;
  readonly kind: 'event' | 'unsolicited';
}

interface TableRow {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly hasPayload: boolean;
  readonly role?: string;
}

export const headOf = (name: string, type: string): string =>
  `{"header":{"name":"${name}","type":"${type}","requestId":`;

/** The number before the dot; the pattern of a version makes it an integer of at least 1 (protocol.md 8). */
export const majorOf = (version: string): number => Number.parseInt(version, 10);

const commands = new Map<string, CommandRow>();
const events = new Map<string, EventRow>();

function load(rows: readonly TableRow[], validators: Readonly<Record<string, Validator | undefined>>): void {
  const completions = new Map(rows.filter((row) => row.kind === 'completion').map((row) => [row.name, row.version]));
  for (const row of rows) {
    if (row.kind === 'event' || row.kind === 'unsolicited') {
      events.set(row.name, { name: row.name, version: row.version, kind: row.kind });
    } else if (row.kind === 'command') {
      const completionVersion = completions.get(row.name) ?? row.version;
      commands.set(row.name, {
        name: row.name,
        version: row.version,
        major: majorOf(row.version),
        role: row.role,
        validate: row.hasPayload ? validators[`${row.name}.command`] : undefined,
        acknowledgeHead: headOf(row.name, 'acknowledge'),
        completionHead: headOf(row.name, 'completion'),
        successTail: `,"version":"${completionVersion}","completionCode":"success"}`,
        completionVersion,
      });
    }
  }
}
load(xfs4iotMessages, standardValidators);
load(kioskMessages, kioskValidators);

/** The command of that full name in either catalogue. */
export const commandRow = (name: string): CommandRow | undefined => commands.get(name);
/** The event or unsolicited event of that full name in either catalogue. */
export const eventRow = (name: string): EventRow | undefined => events.get(name);

const maximumPlaceLength = 200;

/** JSON Pointer of the first error, and what is wrong there: `/payload/from must be string`. */
export function describeInvalid(validate: Validator): string {
  const error = validate.errors?.[0];
  if (error === undefined) return '/payload is invalid';
  const member = error.params['missingProperty'] ?? error.params['additionalProperty'];
  const last = typeof member === 'string' ? `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  return `${`/payload${error.instancePath}${last}`.slice(0, maximumPlaceLength)} ${error.message ?? 'is invalid'}`;
}
