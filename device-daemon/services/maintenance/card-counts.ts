import type { CardStock, Journal } from '../../journal/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

/** Cards in hopper and bin, as two persons have counted them. */
export const cardCounts = (stock: CardStock, journal: Journal): Area<'Maintenance.CountCards'> => ({
  'Maintenance.CountCards': ({ unit: id, count, reason, found, firstSerial, lastSerial }, work) => {
    const unit = stock.unit(id);
    if (unit === undefined) return commandError('noSuchUnit');
    const loads = reason === 'loaded';
    const possible =
      count <= unit.capacity &&
      (reason !== 'emptied' || count === 0) &&
      loads === (found !== undefined) &&
      (!loads || (unit.kind === 'dispense' && count > (found ?? 0))) &&
      (firstSerial === undefined) === (lastSerial === undefined);
    if (!possible) return commandError('countImpossible');
    return work.withSecond(`countCards ${id}`, ({ token: second }) => {
      const { session, token } = work;
      // A card that was missing before is not made good by those put in: first the difference, signed for itself (domain 3d).
      const kept =
        (found === undefined ||
          found === stock.counts(id).count ||
          (stock.counted(id, 'corrected', found, { session }) &&
            journal.record('staff.countersigned', { act: `loadCards ${id}`, token, second }, session))) &&
        stock.counted(id, reason, count, {
          session,
          ...(firstSerial !== undefined && lastSerial !== undefined && { firstSerial, lastSerial }),
        });
      return kept ? success() : commandError('journalUnavailable');
    });
  },
});
