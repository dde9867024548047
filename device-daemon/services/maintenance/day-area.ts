import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { Journal } from '../../journal/index.ts';
import { commandError, interrupted, success } from '../service.ts';
import type { Area } from './area.ts';
import type { DayEnd } from './day-end.ts';
import { rights } from './rights.ts';

type DayWork =
  | 'Maintenance.GetDay'
  | 'Maintenance.BeginDayEnd'
  | 'Maintenance.LeaveDayEnd'
  | 'Maintenance.CloseDay'
  | 'Maintenance.PrintDay';

const act = 'closeDay';

export const dayArea = (end: DayEnd, journal: Journal): Area<DayWork> => ({
  'Maintenance.GetDay': () => success({ day: end.report() } satisfies CompletionPayloads['Maintenance.GetDay']),
  'Maintenance.BeginDayEnd': async (_payload, work) => {
    const begun = await end.begin(work, work.signal);
    if (begun.ok) return success({ day: begun.value });
    return begun.error === 'cancelled' ? interrupted(work.context) : commandError(begun.error);
  },
  'Maintenance.LeaveDayEnd': (_payload, work) => {
    const left = end.leave(work);
    return left.ok ? success() : commandError(left.error);
  },
  'Maintenance.CloseDay': ({ counts, explanations }, work) => {
    const check = () => {
      const checked = end.check(counts, explanations);
      if (checked.ok) return checked.value;
      const { code, points } = checked.error;
      end.refused(code, points, work);
      return commandError(code, { points });
    };
    const before = check();
    if ('completionCode' in before) return before;
    return work.withSecond(act, async ({ token, role }) => {
      if (!rights['Maintenance.CloseDay'].includes(role)) {
        journal.record('staff.refused', { act, by: 'card', why: 'notInThisRole', token }, work.session);
        return commandError('notInThisRole');
      }
      // The act of a visit that had begun before may have been done meanwhile.
      const signed = check();
      if ('completionCode' in signed) return signed;
      const slip = await end.sign(signed, work, token);
      if (!slip.ok) return commandError(slip.error);
      return success({ slip: slip.value, day: end.report() } satisfies CompletionPayloads['Maintenance.CloseDay']);
    });
  },
  'Maintenance.PrintDay': async () => {
    if (end.report().last === undefined) return commandError('noSuchDay');
    return success({ slip: await end.print(true) } satisfies CompletionPayloads['Maintenance.PrintDay']);
  },
});
