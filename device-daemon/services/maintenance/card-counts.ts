import type { CardStock } from '../../journal/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

/** Cards in hopper and bin, as two persons have counted them. */
export const cardCounts = (stock: CardStock): Area<'Maintenance.CountCards'> => ({
  'Maintenance.CountCards': ({ unit: id, count, reason, firstSerial, lastSerial }, work) => {
    const unit = stock.unit(id);
    if (unit === undefined) return commandError('noSuchUnit');
    const possible =
      count <= unit.capacity &&
      (reason !== 'emptied' || count === 0) &&
      (reason !== 'loaded' || (unit.kind === 'dispense' && count > 0)) &&
      (firstSerial === undefined) === (lastSerial === undefined);
    if (!possible) return commandError('countImpossible');
    return work.withSecond(`countCards ${id}`, () => {
      const kept = stock.counted(id, reason, count, {
        session: work.session,
        ...(firstSerial !== undefined && lastSerial !== undefined && { firstSerial, lastSerial }),
      });
      return kept ? success() : commandError('journalUnavailable');
    });
  },
});
