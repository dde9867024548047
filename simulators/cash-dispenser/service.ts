import { randomBytes } from 'node:crypto';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';
import { cashCatalogue, cashValidators } from './schemas.ts';

/** What a command ends with, apart from its header's names and numbers. */
export interface Answer {
  readonly version: string;
  readonly completionCode: string;
  readonly errorDescription?: string;
  readonly payload?: object;
}

const table: readonly { readonly name: string; readonly kind: string; readonly version: string }[] = [
  ...xfs4iotMessages,
  ...cashCatalogue.messages,
];
const versionOf = (name: string, kind: 'command' | 'completion'): string =>
  table.find((row) => row.name === name && row.kind === kind)?.version ?? '1.0';
const majorOf = (version: string): number => Number.parseInt(version, 10);

const offered = [
  'Common.Capabilities',
  'Common.Status',
  'Common.ClearCommandNonce',
  'Common.GetCommandNonce',
  'CashDispenser.Dispense',
  'CashDispenser.Present',
  'CashDispenser.GetPresentStatus',
] as const;
type Offered = (typeof offered)[number];

/**
 * A cash dispenser as a client of the standard finds it when every cassette is empty: it can be asked for all that KAL's
 * console client asks, tells nonces, and gives out nothing (testclient.md A.5).
 */
export class CashDispenserService {
  #nonce: string | undefined;

  /** Of any command whose header could be read. */
  answer(name: string, version: string, payload: unknown): Answer {
    const known = offered.find((command) => command === name);
    if (known === undefined || majorOf(versionOf(known, 'command')) !== majorOf(version))
      return { version, completionCode: 'unsupportedCommand' };
    const fault = invalid(known, payload);
    const completion = versionOf(known, 'completion');
    if (fault !== undefined) return { version: completion, completionCode: 'invalidData', errorDescription: fault };
    return { version: completion, ...this.#carryOut(known) };
  }

  #carryOut(command: Offered): Omit<Answer, 'version'> {
    switch (command) {
      case 'Common.Capabilities':
        return { completionCode: 'success', payload: capabilities };
      case 'Common.Status':
        return { completionCode: 'success', payload: { common: { device: 'online' } } };
      case 'Common.ClearCommandNonce':
        this.#nonce = undefined;
        return { completionCode: 'success' };
      case 'Common.GetCommandNonce':
        // The same until it is cleared, as the reference implementation's sample does (protocol.md 11).
        this.#nonce ??= randomBytes(16).toString('hex').toUpperCase();
        return { completionCode: 'success', payload: { commandNonce: this.#nonce } };
      case 'CashDispenser.Dispense':
        return { completionCode: 'commandErrorCode', payload: { errorCode: 'notDispensable' } };
      case 'CashDispenser.Present':
        return { completionCode: 'commandErrorCode', payload: { errorCode: 'noItems' } };
      case 'CashDispenser.GetPresentStatus':
        return { completionCode: 'success', payload: { presentState: 'unknown' } };
    }
  }
}

function invalid(command: Offered, payload: unknown): string | undefined {
  if (payload !== undefined && payload !== null && (typeof payload !== 'object' || Array.isArray(payload)))
    return '/payload must be object';
  const validate = cashValidators[`${command}.command`];
  if (validate === undefined || validate(payload ?? {})) return undefined;
  const [error] = validate.errors ?? [];
  return `/payload${error?.instancePath ?? ''} ${error?.message ?? 'is invalid'}`;
}

const capabilities = {
  interfaces: ['Common', 'CashDispenser'].map((name) => ({
    name,
    commands: Object.fromEntries(
      offered
        .filter((command) => command.startsWith(`${name}.`))
        .map((command) => [command, { versions: [versionOf(command, 'command')] }]),
    ),
    maximumRequests: 1,
  })),
  common: { serviceVersion: '2.0' },
  cashDispenser: { type: 'selfServiceBill' },
};
