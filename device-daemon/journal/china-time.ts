const offsetMs = 8 * 60 * 60 * 1000;

/** As clocks in China show it, wherever the machine believes it stands: `2026-11-27T14:32:05`. China has one zone, no summer time. */
export const inChina = (date: Date): string => new Date(date.getTime() + offsetMs).toISOString().slice(0, 19);

/** The same for people: `2026-11-27 14:32:05`. */
export const chinaClock = (iso: string): string => inChina(new Date(iso)).replace('T', ' ');

/** The instant at which clocks in China show `day` (`2026-11-27`) and `time` (`14:32`). Undefined when there is no such day or time. */
export function fromChina(day: string, time: string): Date | undefined {
  const date = new Date(`${day}T${time}:00+08:00`);
  // Date takes the 30th of February for the 2nd of March.
  return !Number.isNaN(date.getTime()) && inChina(date).startsWith(`${day}T${time}`) ? date : undefined;
}
