const hourMs = 3_600_000;
const offsetMs = 8 * hourMs;

/** As the journal tells times: China's clocks, whatever this browser's zone. `2026-11-27`. */
export const chinaDay = (ms: number): string => new Date(ms + offsetMs).toISOString().slice(0, 10);

/** `14:32:05`. */
export const chinaSecond = (iso: string): string => new Date(Date.parse(iso) + offsetMs).toISOString().slice(11, 19);

/** `14:32`. */
export const chinaMinute = (iso: string): string => chinaSecond(iso).slice(0, 5);

/** So many days later, or earlier. */
export const dayFrom = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10);

/** From when to when that day goes, or an hour of it. */
export function spanOf(day: string, hour: number | undefined): { readonly from: string; readonly to: string } {
  const fromMs = Date.parse(`${day}T00:00:00+08:00`) + (hour ?? 0) * hourMs;
  const ms = hour === undefined ? 24 * hourMs : hourMs;
  return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + ms).toISOString() };
}
