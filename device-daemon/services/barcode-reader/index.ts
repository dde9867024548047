import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { CodeScanner, ScanFault } from '../../devices/code-scanner.ts';
import { deviceStatusOf } from '../device-status.ts';
import {
  type CommandContext,
  commandError,
  failure,
  interrupted,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import { usedByVisit, whileNoVisit } from '../visitor-first.ts';

export interface BarcodeReaderServiceOptions {
  /** True while a visit uses the scanner: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
}

const maximumRequests = 16;

/**
 * XFS4IoT's BarcodeReader over a scanner on a serial line. Such a scanner sends the text of a code and not its symbology,
 * so it cannot filter by one (interfaces.md 1.6: a filter is accepted all the same) and tells `symbologyUnknown`.
 */
export function barcodeReaderService(scanner: CodeScanner, options: BarcodeReaderServiceOptions): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};
  let scanning = 0;

  const device = () => deviceStatusOf(scanner.report());
  const light = (): NonNullable<xfs.BarcodeReaderStatus['scanner']> => {
    const { state } = scanner.report();
    if (state === 'failed' || state === 'absent') return 'inoperative';
    if (state === 'starting') return 'unknown';
    // One that is not triggered reads whatever is held before it.
    return scanning > 0 || !scanner.capabilities().triggered ? 'on' : 'off';
  };
  const snapshot = () => ({ device: device(), scanner: light() });
  let told = snapshot();
  /** One StatusChangedEvent with all that changed; nothing when nothing did. */
  const tell = (): void => {
    const now = snapshot();
    const payload = {
      ...(now.device === told.device ? {} : { common: { device: now.device } }),
      ...(now.scanner === told.scanner ? {} : { barcodeReader: { scanner: now.scanner } }),
    };
    told = now;
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
  };
  scanner.onReport(tell);

  const read = async (_payload: xfs.BarcodeReaderReadCommand, context: CommandContext): Promise<Outcome> => {
    if (options.busy()) return usedByVisit('scanner');
    scanning += 1;
    tell();
    try {
      const found = await whileNoVisit(
        options.busy,
        context,
        (timing) => scanner.scan(timing),
        (late) => {
          if (late.ok) late.value.text.fill(0);
        },
      );
      if (found === undefined) return usedByVisit('scanner');
      if (!found.ok) return outcomeOf(found.error, context);
      const barcodeData = found.value.text.toString('base64');
      found.value.text.fill(0);
      const completion: xfs.BarcodeReaderReadCompletion = {
        readOutput: [{ symbology: 'symbologyUnknown', barcodeData }],
      };
      return success(completion);
    } finally {
      scanning -= 1;
      tell();
    }
  };

  return {
    name: 'BarcodeReader',
    family: 'standard',
    interfaces: ['BarcodeReader'],
    handlers: {
      'BarcodeReader.Read': read,
      // Nothing to bring back: every read lights it anew and puts it out.
      'BarcodeReader.Reset': () => (options.busy() ? usedByVisit('scanner') : success()),
    },
    events: ['Common.StatusChangedEvent'],
    immediate: new Set(),
    maximumRequests,
    status() {
      const now = snapshot();
      return { device: now.device, members: { barcodeReader: { scanner: now.scanner } } };
    },
    capabilities: () => ({
      members: { barcodeReader: { canFilterSymbologies: false, symbologies: { qrCode: true } } },
    }),
    attach(sender) {
      send = sender;
    },
  };
}

function outcomeOf(fault: ScanFault, context: CommandContext): Outcome {
  switch (fault.code) {
    case 'notText':
      return commandError('barcodeInvalid');
    case 'notReady':
      return failure('deviceNotReady', fault.detail);
    case 'hardwareError':
      return failure('hardwareError', fault.detail);
    case 'cancelled':
      return interrupted(context);
    case 'timeOut':
      return failure('timeOut');
  }
}
