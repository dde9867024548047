/** When staff can be reached: formal reports, unfreezing and PIN resets are for these hours (domain.md 2g). */

export interface ServiceHours {
  /** `09:00-17:00`; `00:00-24:00` is always. */
  readonly serviceHours: string;
  /** ISO weekdays, `1-5` or `1,3,6`. */
  readonly serviceDays: string;
}

export type ServiceWindow = { readonly open: true } | { readonly open: false; readonly opensAt: string };

const chinaOffsetMs = 8 * 60 * 60 * 1000;

function daysOf(days: string): ReadonlySet<number> {
  return new Set(
    days.split(',').flatMap((part) => {
      const [first = 1, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
}

export function serviceWindow({ serviceHours, serviceDays }: ServiceHours, date: Date): ServiceWindow {
  const local = new Date(date.getTime() + chinaOffsetMs).toISOString();
  const [from = '00:00', to = '24:00'] = serviceHours.split('-');
  const clock = local.slice(11, 16);
  const weekday = new Date(date.getTime() + chinaOffsetMs).getUTCDay() || 7;
  const open = daysOf(serviceDays).has(weekday) && clock >= from && clock < to;
  return open ? { open } : { open, opensAt: from };
}
