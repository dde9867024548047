import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { type CardFault, type CardReader, type Insertion, isMotorReader } from '../../devices/card-reader.ts';
import { type DeviceStatus, deviceStatusOf } from '../device-status.ts';
import {
  type CommandContext,
  commandError,
  failure,
  type Outcome,
  type ServiceDefinition,
  success,
  waitTiming,
} from '../service.ts';
import { motionOutcome, motorCapabilities, moveCard, resetCard } from './motor.ts';
import { outcomeOf } from './outcomes.ts';
import { requestedSources, unsupportedSources } from './sources.ts';

export interface CardReaderServiceOptions {
  /** True while a visit uses the reader: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
}

/** Longer than any exchange with a chip; a reader that takes more is broken. */
const chipMs = 30_000;
/** Most exchanges end sooner: two events for each of them, to everybody, would say nothing to anybody. */
const lastingMs = 250;
const maximumRequests = 16;
/** Class, instruction and two parameters: no command is shorter (ISO/IEC 7816-4). */
const shortestCommand = 4;

/**
 * XFS4IoT's CardReader over a reader for chip cards, which reads no stripe. A dip reader moves nothing: people insert and
 * pull their card. A motorised one draws the card in and gives it back or keeps it. Commands for which it has no hardware (SetKey, WriteRawData) are not offered.
 */
export function cardReaderService(reader: CardReader, options: CardReaderServiceOptions): ServiceDefinition {
  let send: (name: string, payload?: object) => void = () => {};
  /** The stay whose chip a command of ours has reset: ChipIO wants ReadRawData or ChipPower before it (interfaces.md 1.3). */
  let contacted: number | undefined;
  let chip: 'idle' | 'busy' | 'failed' = 'idle';
  let lastNumber = reader.insertion()?.number;

  const isPowered = (): boolean =>
    reader.protocol === undefined
      ? contacted !== undefined && contacted === reader.insertion()?.number
      : reader.protocol() !== undefined;

  const chipPower = (): NonNullable<xfs.CardReaderStatus['chipPower']> => {
    const { state } = reader.report();
    if (state === 'absent') return 'noDevice';
    if (reader.media() === 'unknown') return 'unknown';
    if (reader.insertion() === undefined) return 'noCard';
    if (chip === 'busy') return 'busy';
    if (chip === 'failed') return 'hardwareError';
    return isPowered() ? 'online' : 'poweredOff';
  };

  const device = (): DeviceStatus => {
    const report = reader.report();
    // A reader that does not know whether a card is in is of no use to anybody.
    return report.state === 'degraded' && reader.media() === 'unknown' ? 'hardwareError' : deviceStatusOf(report);
  };

  const snapshot = () => ({ device: device(), media: reader.media(), chipPower: chipPower() });
  let told = snapshot();
  /** One StatusChangedEvent with all that changed; nothing when nothing did. */
  const tell = (): void => {
    const now = snapshot();
    const cardReader = {
      ...(now.media === told.media ? {} : { media: now.media }),
      ...(now.chipPower === told.chipPower ? {} : { chipPower: now.chipPower }),
    };
    const payload = {
      ...(now.device === told.device ? {} : { common: { device: now.device } }),
      ...(Object.keys(cardReader).length === 0 ? {} : { cardReader }),
    };
    told = now;
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
  };

  reader.onReport(tell);
  reader.onMedia((_media, insertion) => {
    if (insertion?.number === lastNumber) {
      tell();
      return;
    }
    // Of a card that went into the bin the event would say that a person has it.
    const taken = lastNumber !== undefined && !(isMotorReader(reader) && reader.kept() === lastNumber);
    lastNumber = insertion?.number;
    contacted = undefined;
    chip = 'idle';
    tell();
    // An unreachable reader says nothing about the card in it.
    if (taken && reader.media() !== 'unknown') send('CardReader.MediaRemovedEvent');
  });

  /** `busy` is true at once and told after so many ms, if it lasts that long. */
  const withChip = async <T>(work: () => Promise<T>, tellAfterMs = 0): Promise<T> => {
    chip = 'busy';
    const telling = tellAfterMs === 0 ? undefined : setTimeout(tell, tellAfterMs);
    if (telling === undefined) tell();
    try {
      return await work();
    } finally {
      clearTimeout(telling);
      if (chip === 'busy') chip = 'idle';
      tell();
    }
  };

  const powerOn = (kind: 'cold' | 'warm', context: CommandContext) =>
    withChip(async () => {
      const powered = await reader.powerOn(kind, { timeoutMs: chipMs, signal: context.signal });
      if (powered.ok) contacted = reader.insertion()?.number;
      else if (powered.error.code === 'cardMute') chip = 'failed';
      return powered;
    });

  /** A card that is in, or the next one: prompts for it once, and again after one that was useless. */
  const accept = async (context: CommandContext): Promise<Insertion | CardFault> => {
    // One that was sent out is to be taken, not read (readWriteAccessFromExit).
    if (isMotorReader(reader) && reader.place() === 'atGate' && reader.insertion() !== undefined) {
      const taken = await reader.waitForRemoval(waitTiming(context));
      if (!taken.ok) return taken.error;
    }
    const present = reader.insertion();
    if (present !== undefined) return present;
    if (reader.media() === 'notPresent') context.emit('CardReader.InsertCardEvent');
    const found = await reader.waitForCard(waitTiming(context));
    if (!found.ok) return found.error;
    context.emit('CardReader.MediaInsertedEvent');
    return found.value;
  };

  const readRawData = async (payload: xfs.CardReaderReadRawDataCommand, context: CommandContext): Promise<Outcome> => {
    const wanted = requestedSources(payload);
    const images = wanted.filter((source) => source === 'frontImage' || source === 'backImage');
    if (images.length > 0) return failure('invalidData', `/payload/${images[0]} is not supported`);
    for (;;) {
      const card = await accept(context);
      if ('code' in card) return outcomeOf(card, 'wait', context);
      if (options.busy()) return failure('sequenceError', 'a visit uses the reader');
      if (!wanted.includes('chip')) return success(unsupportedSources(wanted));
      const powered = await powerOn('cold', context);
      if (powered.ok) {
        return success({ chip: [{ data: base64(powered.value) }], ...unsupportedSources(wanted) });
      }
      const { code } = powered.error;
      if (code !== 'cardMute' && code !== 'cardRemoved' && code !== 'noCard') {
        return outcomeOf(powered.error, 'power', context);
      }
      // Wrong way round, or no chip card at all: the person takes it back and tries again.
      if (code === 'cardMute') context.emit('CardReader.InvalidMediaEvent');
      // The next card may be in by now: its removal is not waited for.
      if (reader.insertion()?.number !== card.number) continue;
      if (isMotorReader(reader)) {
        const out = await reader.move('gate', { timeoutMs: chipMs, signal: context.signal });
        if (out.outcome !== 'done' && reader.insertion()?.number === card.number)
          return motionOutcome(out, context, 'mediaJam');
      }
      const removed = await reader.waitForRemoval(waitTiming(context));
      if (!removed.ok) return outcomeOf(removed.error, 'wait', context);
    }
  };

  const chipPowerCommand = async (
    payload: xfs.CardReaderChipPowerCommand,
    context: CommandContext,
  ): Promise<Outcome> => {
    const { chipPower: action } = payload;
    if (action === undefined) return failure('invalidData', '/payload/chipPower is missing');
    if (action === 'off') {
      const off = await withChip(() => reader.powerOff({ timeoutMs: chipMs, signal: context.signal }));
      contacted = undefined;
      return off.ok ? success() : outcomeOf(off.error, 'power', context);
    }
    const powered = await powerOn(action, context);
    return powered.ok ? success({ chipData: base64(powered.value) }) : outcomeOf(powered.error, 'power', context);
  };

  const chipIo = async (payload: xfs.CardReaderChipIOCommand, context: CommandContext): Promise<Outcome> => {
    const { chipProtocol, chipData } = payload;
    if (chipProtocol === undefined) return failure('invalidData', '/payload/chipProtocol is missing');
    const command = Buffer.from(chipData ?? '', 'base64');
    if (command.length < shortestCommand) {
      return failure('invalidData', '/payload/chipData is shorter than a command');
    }
    if (!offersProtocol(reader, chipProtocol)) return commandError('protocolNotSupported');
    const insertion = reader.insertion();
    if (insertion === undefined && reader.media() !== 'unknown') return commandError('noMedia');
    if (insertion !== undefined && contacted !== insertion.number) return commandError('atrNotObtained');
    try {
      const answer = await withChip(
        () => reader.transmit(command, { timeoutMs: chipMs, signal: context.signal }),
        lastingMs,
      );
      if (!answer.ok) return outcomeOf(answer.error, 'exchange', context);
      return success({ chipProtocol, chipData: base64(answer.value) });
    } finally {
      command.fill(0);
    }
  };

  const reset = async (payload: xfs.CardReaderResetCommand, context: CommandContext): Promise<Outcome> => {
    if (isMotorReader(reader)) {
      const powerOff = async (): Promise<Outcome | undefined> => {
        const off = await withChip(() => reader.powerOff({ timeoutMs: chipMs, signal: context.signal }));
        return off.ok ? undefined : outcomeOf(off.error, 'power', context);
      };
      contacted = undefined;
      return resetCard(reader, payload, context, powerOff, (position) =>
        send('CardReader.MediaDetectedEvent', { position }),
      );
    }
    if (payload.to === 'retain' || payload.storageId !== undefined) {
      return failure('invalidData', 'a dip reader retains no card');
    }
    if (reader.insertion() === undefined) {
      return reader.media() === 'unknown' ? failure('deviceNotReady', reader.report().reason) : success();
    }
    if (payload.to === 'exit') return failure('invalidData', 'a dip reader moves no card');
    const off = await withChip(() => reader.powerOff({ timeoutMs: chipMs, signal: context.signal }));
    contacted = undefined;
    if (off.ok) send('CardReader.MediaDetectedEvent', { position: 'transport' });
    const left = !off.ok && (off.error.code === 'noCard' || off.error.code === 'cardRemoved');
    return off.ok || left ? success() : outcomeOf(off.error, 'power', context);
  };

  /** Only a latched dip reader has a move, from transport to exit (interfaces.md 1.3). */
  const move = (payload: xfs.CardReaderMoveCommand, context: CommandContext): Outcome | Promise<Outcome> => {
    if (!isMotorReader(reader)) return failure('invalidData', 'a dip reader moves no card');
    contacted = undefined;
    return moveCard(reader, payload, context);
  };

  const queryIfmIdentifier = (): Outcome => {
    const { identifier } = reader.capabilities();
    return success(identifier === undefined ? undefined : { ifmIdentifiers: { emv: identifier } });
  };

  /** A visit has the reader for itself; the chip stays out of a stranger's hands. */
  const unlessBusy =
    <P>(handler: (payload: P, context: CommandContext) => Outcome | Promise<Outcome>) =>
    (payload: P, context: CommandContext): Outcome | Promise<Outcome> =>
      options.busy() ? failure('sequenceError', 'a visit uses the reader') : handler(payload, context);

  return {
    name: 'CardReader',
    family: 'standard',
    interfaces: ['CardReader'],
    handlers: {
      'CardReader.ReadRawData': unlessBusy(readRawData),
      'CardReader.ChipPower': unlessBusy(chipPowerCommand),
      'CardReader.ChipIO': unlessBusy(chipIo),
      'CardReader.Reset': unlessBusy(reset),
      'CardReader.Move': unlessBusy(move),
      'CardReader.QueryIFMIdentifier': queryIfmIdentifier,
    },
    events: [
      'CardReader.InsertCardEvent',
      'CardReader.MediaInsertedEvent',
      'CardReader.InvalidMediaEvent',
      'CardReader.MediaRemovedEvent',
      'CardReader.MediaDetectedEvent',
      'Common.StatusChangedEvent',
    ],
    immediate: new Set(),
    maximumRequests,
    status() {
      const now = snapshot();
      return { device: now.device, members: { cardReader: { media: now.media, chipPower: now.chipPower } } };
    },
    capabilities() {
      const { chipProtocols, type } = reader.capabilities();
      return {
        members: {
          cardReader: {
            type,
            chipProtocols: {
              ...(chipProtocols.t0 ? { chipT0: true } : {}),
              ...(chipProtocols.t1 ? { chipT1: true } : {}),
            },
            chipPower: { cold: true, warm: true, off: true },
            cardTakenSensor: true,
            ...(type === 'motor' && motorCapabilities),
          },
        },
      };
    },
    attach(sender) {
      send = sender;
    },
  };
}

/** The protocol must be one of the reader's, and the one that the chip has agreed on. */
function offersProtocol(reader: CardReader, protocol: string): boolean {
  const { chipProtocols } = reader.capabilities();
  const agreed = reader.protocol?.();
  if (protocol === 'chipT0') return chipProtocols.t0 && agreed !== 't1';
  if (protocol === 'chipT1') return chipProtocols.t1 && agreed !== 't0';
  return false;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
