import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { IdentityFault, LinesReader } from '../../devices/identity-reader.ts';
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
import { dataGroup1Of } from './data-group.ts';

export interface IdScannerServiceOptions {
  /** True while a visit uses the reader: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
}

const maximumRequests = 16;

/**
 * XFS4IoT's way to a passport reader: a Printer that only scans (interfaces.md 1.6). A swipe reader gives data group 1, the
 * machine-readable zone; as printed, not as the chip signed it. It makes no pictures and does not sense whether a document
 * is there, so `media` is not reported. What it reads goes to the client that asked, and nowhere else.
 */
export function idScannerService(reader: LinesReader, options: IdScannerServiceOptions): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};

  const device = () => deviceStatusOf(reader.report());
  let told = device();
  reader.onReport(() => {
    const now = device();
    if (now === told) return;
    told = now;
    send('Common.StatusChangedEvent', { common: { device: now } });
  });

  const readImage = async (payload: xfs.PrinterReadImageCommand, context: CommandContext): Promise<Outcome> => {
    const { frontImage, backImage, passportDataGroup1, passportDataGroup2 } = payload;
    const asked = Object.entries({ frontImage, backImage, passportDataGroup2 }).find(
      ([, wanted]) => wanted !== undefined && wanted !== false,
    );
    if (asked !== undefined) return failure('unsupportedData', `/payload/${asked[0]} is not offered`);
    if (passportDataGroup1 !== true) return failure('invalidData', '/payload asks for nothing');
    const read = await whileNoVisit(
      options.busy,
      context,
      (timing) =>
        reader.readLines({
          ...timing,
          onHint: (hint) => {
            if (hint === 'present') context.emit('Printer.NoMediaEvent');
          },
        }),
      (late) => {
        if (late.ok) late.value.fill(0);
      },
    );
    if (read === undefined) return usedByVisit('reader');
    if (!read.ok) return outcomeOf(read.error, context);
    context.emit('Printer.MediaInsertedEvent');
    const group = dataGroup1Of(read.value);
    read.value.fill(0);
    const completion: xfs.PrinterReadImageCompletion = {
      images: { passportDataGroup1: { status: 'ok', data: group.toString('base64') } },
    };
    group.fill(0);
    return success(completion);
  };

  return {
    name: 'IDScanner',
    family: 'standard',
    interfaces: ['Printer'],
    handlers: { 'Printer.ReadImage': readImage },
    events: [
      'Printer.NoMediaEvent',
      'Printer.MediaInsertedEvent',
      'Printer.MediaRejectedEvent',
      'Common.StatusChangedEvent',
    ],
    immediate: new Set(),
    maximumRequests,
    status: () => ({ device: device(), members: { printer: {} } }),
    capabilities() {
      const capabilities: xfs.PrinterCapabilities = {
        type: { scanner: true },
        imageSource: { passportDataGroup1: true },
        acceptMedia: false,
        mediaTaken: false,
        mediaPresented: false,
        dispensePaper: false,
      };
      return { members: { printer: capabilities } };
    },
    attach(sender) {
      send = sender;
      told = device();
    },
  };
}

function outcomeOf(fault: IdentityFault, context: CommandContext): Outcome {
  switch (fault.code) {
    // Lines that do not add up, or of no document that is known here: swiped again they may be right.
    case 'unreadable':
    case 'unknownDocument':
    case 'notGenuine':
    case 'removed':
      context.emit('Printer.MediaRejectedEvent', { reason: 'other' });
      return commandError('mediaRejected');
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
