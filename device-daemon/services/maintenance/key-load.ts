import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import type { Journal } from '../../journal/index.ts';
import type { WorkingKeys } from '../kiosk/working-keys.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

export interface KeyLoadParts {
  readonly pinPad: PinPad | undefined;
  readonly workingKeys: WorkingKeys;
  readonly journal: Journal;
}

/** Bank and pad, one after the other. */
const renewMs = 40_000;

/**
 * The terminal master key goes into the pad by the maker's loader: in clear it is no business of this software (S-01). Two
 * persons book that they have loaded it (S-15); what they loaded is proven by working keys that the bank makes under its
 * own copy of it, and whose check value the pad compares.
 */
export const keyLoad = ({ pinPad, workingKeys, journal }: KeyLoadParts): Area<'Maintenance.BookKeyLoad'> => ({
  'Maintenance.BookKeyLoad': (_payload, work) => {
    if (pinPad === undefined) return commandError('pinPadUnavailable');
    const { session, token, signal } = work;
    return work.withSecond('keyLoad', async (second) => {
      const renewed = await workingKeys.renew(renewMs, signal);
      const keys = renewed.ok
        ? ({ outcome: 'agreed', checkValue: renewed.value } as const)
        : ({ outcome: 'notAgreed', reason: renewed.error } as const);
      const { outcome } = keys;
      const fields = { device: pinPad.name, outcome, token, second: second.token };
      const more = renewed.ok ? { checkValue: renewed.value } : { why: renewed.error };
      if (!journal.record('keys.loaded', { ...fields, ...more }, session)) return commandError('journalUnavailable');
      return success({ keys } satisfies CompletionPayloads['Maintenance.BookKeyLoad']);
    });
  },
});
