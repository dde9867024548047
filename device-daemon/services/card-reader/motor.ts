/** What only a reader that moves cards does: Move and Reset by interfaces.md 1.3. A dip reader refuses both in words. */
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { MotionResult } from '../../devices/card-dispenser.ts';
import type { CardTarget, MotorCardReader } from '../../devices/card-reader.ts';
import { type CommandContext, commandError, failure, interrupted, type Outcome, success } from '../service.ts';

/** The reader's one storage unit: where retained cards go. */
export const retainUnit = 'unitBIN1';

/** From one end of the path to the other, with the unit's own tries and the look at what became of it. */
const motionMs = 60_000;

type Position = 'exit' | 'transport';

/** Where the card is in the standard's words; undefined: nowhere, or nobody knows. */
function positionOf(reader: MotorCardReader): Position | undefined {
  if (reader.insertion() === undefined) return undefined;
  const place = reader.place();
  return place === 'atGate' ? 'exit' : place === 'atRead' ? 'transport' : undefined;
}

const targets: Readonly<Record<string, CardTarget>> = { exit: 'gate', transport: 'inside', [retainUnit]: 'bin' };

export function motionOutcome({ outcome, reason }: MotionResult, context: CommandContext, full: string): Outcome {
  if (outcome === 'done') return success();
  switch (reason) {
    case 'jammed':
    case 'cardSize':
    case 'positionUnknown':
      return commandError('mediaJam');
    case 'pathEmpty':
    case 'movedByHand':
      return commandError('noMedia');
    case 'pathOccupied':
      return commandError('occupied');
    case 'binFull':
    case 'binCounterFull':
      return commandError(full);
    case 'captured':
      return commandError('mediaRetained');
    case 'cancelled':
      return interrupted(context);
    case 'notReady':
      return failure('deviceNotReady');
    default:
      return failure('hardwareError', reason);
  }
}

/** Both members are there: the server refuses a Move without (interfaces.md 1.9). */
export async function moveCard(
  reader: MotorCardReader,
  { from, to = '' }: xfs.CardReaderMoveCommand,
  context: CommandContext,
): Promise<Outcome> {
  const target = targets[to];
  if (target === undefined) return failure('invalidData', '/payload/to is no place of this reader');
  if (from !== 'exit' && from !== 'transport')
    return failure('invalidData', '/payload/from is no place that this reader takes a card from');
  if (from === to) return failure('invalidData', '/payload/from and /payload/to are the same place');
  if (reader.media() === 'unknown' && reader.insertion() === undefined) return failure('deviceNotReady');
  // A card that jams between two places is at neither; only the bin can be tried.
  const position = positionOf(reader);
  const stuck = position === undefined && reader.insertion() !== undefined;
  if (stuck ? target !== 'bin' : position !== from) return commandError(stuck ? 'mediaJam' : 'noMedia');
  const moved = await reader.move(target, { timeoutMs: motionMs, signal: context.signal });
  return motionOutcome(moved, context, 'full');
}

/**
 * For start-up and recovery. `auto` and nothing at all leave a card where it is: whose it is, the service does not know.
 * @param found tells of the card that was there, after it was moved
 */
export async function resetCard(
  reader: MotorCardReader,
  { to = 'auto', storageId }: xfs.CardReaderResetCommand,
  context: CommandContext,
  powerOff: () => Promise<Outcome | undefined>,
  found: (position: string) => void,
): Promise<Outcome> {
  if (storageId !== undefined && (to !== 'retain' || storageId !== retainUnit))
    return failure('invalidData', '/payload/storageId is no unit that takes this card');
  if (reader.insertion() === undefined) return reader.media() === 'unknown' ? failure('deviceNotReady') : success();
  if (to !== 'exit' && to !== 'retain') {
    const failed = await powerOff();
    if (failed === undefined) found(positionOf(reader) ?? 'jammed');
    return failed ?? success();
  }
  const moved = await reader.move(to === 'exit' ? 'gate' : 'bin', { timeoutMs: motionMs, signal: context.signal });
  if (moved.outcome === 'done') found(to === 'exit' ? 'exit' : retainUnit);
  return motionOutcome(moved, context, 'retainBinFull');
}

export const motorCapabilities: Pick<
  xfs.CardReaderCapabilities,
  'positions' | 'powerOnOption' | 'readWriteAccessFromExit'
> = {
  positions: { exit: true, transport: true },
  // A card that is found at a start is given back for a while, then kept (design.md 7).
  powerOnOption: 'exitThenRetain',
  readWriteAccessFromExit: false,
};
