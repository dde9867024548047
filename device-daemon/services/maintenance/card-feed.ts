import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { CardDispenser, MotionResult } from '../../devices/card-dispenser.ts';
import type { CardStock, Journal } from '../../journal/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';
import type { DeviceTests } from './device-tests.ts';

export interface CardFeedParts {
  readonly dispenser: CardDispenser | undefined;
  readonly tests: DeviceTests;
  readonly stock: CardStock;
  readonly journal: Journal;
  /** As the ledger calls them. */
  readonly units: { readonly hopper: string; readonly bin: string };
}

const motionMs = 60_000;
const chipMs = 10_000;

/**
 * A card from the hopper to the contacts, its chip asked, and into the bin: the whole path but for the gate. It costs a
 * card, so two persons book it (S-15); a card never goes to the gate in a test of a kiosk in the field.
 */
export const cardFeed = ({ dispenser, tests, stock, journal, units }: CardFeedParts): Area<'Maintenance.FeedCard'> => ({
  'Maintenance.FeedCard': (_payload, work) => {
    if (dispenser === undefined) return commandError('noSuchTest');
    const { session, token, signal, context } = work;
    const tester = {
      ...{ session, token, signal },
      prompt: () => context.emit('Maintenance.TestPromptEvent', { prompt: 'wait' }),
    };
    const uncertain = (motion: string, { reason, state }: MotionResult): void =>
      void journal.record('stock.uncertain', {
        unit: units.hopper,
        motion,
        path: state.path,
        ...(reason && { reason }),
      });
    const failed = (motion: string, moved: MotionResult): string => {
      if (moved.outcome === 'unknown') uncertain(motion, moved);
      return moved.reason ?? (moved.outcome === 'unknown' ? 'positionUnknown' : 'notDone');
    };
    // No signal: a card that was fed must end in the bin, whatever becomes of whoever asked.
    const options = { timeoutMs: motionMs };
    const run = async (): Promise<string | undefined> => {
      tester.prompt();
      if (dispenser.state().path !== 'empty') return 'pathOccupied';
      const fed = await dispenser.feedToRead(options);
      if (fed.reason === 'captured') kept();
      if (fed.outcome !== 'done') return failed('feedToRead', fed);
      const mute = await chipFault(dispenser);
      const captured = await dispenser.capture(options);
      if (captured.outcome !== 'done') return failed('capture', captured);
      kept();
      return mute;
    };
    const kept = (): void => {
      stock.leftForBin(units.hopper, { wasOut: false });
      stock.kept(units.bin);
    };
    // In a unit of one path the staff's own card would stand in the way.
    return work.withSecond(
      'feedCard',
      async () =>
        success({
          result: await tests.made(dispenser, 'feedCard', tester, run),
        } satisfies CompletionPayloads['Maintenance.FeedCard']),
      { pathFree: true },
    );
  },
});

/** Why the chip says nothing; undefined where it answers, or the unit has no contacts. */
async function chipFault({ chip }: CardDispenser): Promise<string | undefined> {
  if (chip === undefined) return undefined;
  const powered = await chip.powerOn('cold', { timeoutMs: chipMs });
  if (!powered.ok) return powered.error.code;
  await chip.powerOff({ timeoutMs: chipMs });
  return undefined;
}
