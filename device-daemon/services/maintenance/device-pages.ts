import type { CompletionPayloads, DeviceDetails } from '#protocol/generated/kiosk.ts';
import type { Device } from '../../devices/device.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

/** What passes on the lines of the running devices. */
export interface DeviceLines {
  /**
   * Tells every piece, personal data masked, until the function returned is called. Undefined: this device has no line
   * of ours. Whoever looked before does not any more.
   */
  look(device: string, print: (line: string) => void): (() => void) | undefined;
  canReopen(device: string): boolean;
  /** Lets go of the port, so that the driver opens it again; false: there is none, or it is not open. */
  reopen(device: string): Promise<boolean>;
}

export interface DevicePageParts {
  readonly devices: readonly Device[];
  readonly lines: DeviceLines;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** A page draws so often; a receipt is hundreds of pieces. */
const toldEveryMs = 250;
/** Of one telling: what is older was not seen by anybody. */
const mostLines = 60;
const mostHistory = 12;
const identityKeys = ['model', 'identifier', 'firmware', 'serialNumber'] as const;

/** What the device says it is. */
function identityOf(device: Device): DeviceDetails['identity'] {
  if (!('capabilities' in device) || typeof device.capabilities !== 'function') return {};
  const told = device.capabilities() as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    identityKeys.flatMap((key) => (typeof told[key] === 'string' && told[key] !== '' ? [[key, told[key]]] : [])),
  );
}

/** One device looked at closely: what it is, its life, and its line as it runs. */
export function devicePages({
  devices,
  lines,
  journal,
  clock,
}: DevicePageParts): Area<'Maintenance.WatchDevice' | 'Maintenance.ReopenDevice'> {
  let stopLooking: () => void = () => {};

  const historyOf = (device: string): DeviceDetails['history'] =>
    journal
      .entries({ event: 'device.state' })
      .filter(({ fields }) => fields['device'] === device)
      .slice(-mostHistory)
      .map(({ at, fields: { state, why } }) => ({
        at,
        state: state as DeviceDetails['history'][number]['state'],
        ...(typeof why === 'string' && { reason: why }),
      }));

  const testsOf = (device: string, outcome: string): number =>
    journal
      .entries({ event: 'device.tested' })
      .filter(({ fields }) => fields['device'] === device && fields['outcome'] === outcome).length;

  return {
    'Maintenance.WatchDevice': ({ device: name }, { over, tell }) => {
      const device = devices.find((one) => one.name === name);
      if (device === undefined) return commandError('noSuchDevice');
      stopLooking();
      const waiting: string[] = [];
      let cancel: () => void = () => {};
      const flush = (): void => {
        cancel = () => {};
        tell('Maintenance.TraceEvent', { device: name, lines: waiting.splice(0) });
      };
      const stop = lines.look(name, (line) => {
        if (waiting.length === 0) cancel = clock.after(toldEveryMs, flush);
        waiting.push(line);
        if (waiting.length > mostLines) waiting.shift();
      });
      stopLooking = () => {
        over.removeEventListener('abort', stopLooking);
        cancel();
        stop?.();
        stopLooking = () => {};
      };
      over.addEventListener('abort', stopLooking, { once: true });
      return success({
        details: {
          device: name,
          identity: identityOf(device),
          restarts: device.report().restarts,
          testsPassed: testsOf(name, 'passed'),
          testsFailed: testsOf(name, 'failed'),
          history: historyOf(name),
          hasLine: stop !== undefined,
          canReopen: lines.canReopen(name),
        },
      } satisfies CompletionPayloads['Maintenance.WatchDevice']);
    },

    'Maintenance.ReopenDevice': async ({ device: name }, { session, token }) => {
      if (!devices.some((one) => one.name === name)) return commandError('noSuchDevice');
      if (!lines.canReopen(name)) return commandError('cannotReopen');
      if (!journal.record('device.reopened', { device: name, token }, session))
        return commandError('journalUnavailable');
      return (await lines.reopen(name)) ? success() : commandError('cannotReopen');
    },
  };
}
