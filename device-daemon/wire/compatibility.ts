/**
 * Enum strings are matched exactly, with the two exceptions that KAL's clients need (protocol.md 14): lower-case names
 * of days, and key lengths written `number32`. Rewritten before validation.
 */
const days = new Set(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

const rewrites: Readonly<Record<string, (payload: Record<string, unknown>) => void>> = {
  'Auxiliaries.SetAutoStartupTime': (payload) => {
    const time = payload['startTime'];
    if (typeof time !== 'object' || time === null) return;
    const members = time as Record<string, unknown>;
    const day = members['dayOfWeek'];
    if (typeof day === 'string' && days.has(day))
      members['dayOfWeek'] = `${day.charAt(0).toUpperCase()}${day.slice(1)}`;
  },
  'Keyboard.SecureKeyEntry': (payload) => {
    const length = payload['keyLen'];
    if (typeof length === 'string' && /^number(?:16|32|48|64)$/.test(length))
      payload['keyLen'] = Number(length.slice(6));
  },
};

export function acceptKalSpellings(name: string, payload: object): void {
  rewrites[name]?.(payload as Record<string, unknown>);
}
