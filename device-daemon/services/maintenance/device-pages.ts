import type { CompletionPayloads, DeviceDetails } from '#protocol/generated/kiosk.ts';
import type { Device } from '../../devices/device.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { commandError, success } from '../service.ts';
import type { Area, Work } from './area.ts';

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
  let looking: { readonly device: string; readonly session: string; stop(): void } | undefined;

  function follow(device: string, session: string, over: AbortSignal, tell: Work['tell']): typeof looking {
    const waiting: string[] = [];
    let cancel: () => void = () => {};
    const stopLine = lines.look(device, (line) => {
      if (waiting.length === 0)
        cancel = clock.after(toldEveryMs, () => tell('Maintenance.TraceEvent', { device, lines: waiting.splice(0) }));
      waiting.push(line);
      if (waiting.length > mostLines) waiting.shift();
    });
    if (stopLine === undefined) return undefined;
    const stop = (): void => {
      over.removeEventListener('abort', stop);
      cancel();
      stopLine();
      looking = undefined;
    };
    over.addEventListener('abort', stop, { once: true });
    return { device, session, stop };
  }

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
    'Maintenance.WatchDevice': ({ device: name }, { session, over, tell }) => {
      const device = devices.find((one) => one.name === name);
      if (device === undefined) return commandError('noSuchDevice');
      // Asked for again it goes on: what passed meanwhile is not lost.
      if (looking?.device !== name || looking.session !== session) {
        looking?.stop();
        looking = follow(name, session, over, tell);
      }
      return success({
        details: {
          device: name,
          identity: identityOf(device),
          restarts: device.report().restarts,
          testsPassed: testsOf(name, 'passed'),
          testsFailed: testsOf(name, 'failed'),
          history: historyOf(name),
          hasLine: looking !== undefined,
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
