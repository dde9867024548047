import { failure, type Outcome, success } from '../services/service.ts';
import type { ListedInterface } from './capabilities.ts';
import { majorOf } from './messages.ts';

/**
 * Common.SetVersions chooses majors for one connection (protocol.md 8). Each message here has one major, so a valid
 * choice is the one already in force and there is nothing to keep.
 */
export function checkVersions(payload: object | undefined, interfaces: readonly ListedInterface[]): Outcome {
  const maps = payload as
    | Readonly<Record<'commands' | 'events', Readonly<Record<string, number>> | undefined>>
    | undefined;
  if (maps?.commands === undefined && maps?.events === undefined) {
    return failure('invalidData', '/payload must have commands or events');
  }
  let outcome = success();
  for (const kind of ['commands', 'events'] as const) {
    const map = maps[kind];
    if (map === undefined) continue;
    const chosen = Object.entries(map);
    if (chosen.length === 0) return failure('invalidData', `/payload/${kind} is empty`);
    for (const [name, major] of chosen) {
      if (major < 1) return failure('invalidData', `/payload/${kind} must have majors from 1`);
      const offered = interfaces.some((listed) =>
        Object.entries(listed[kind] ?? {}).some(
          ([key, { versions }]) => key === name && versions.some((version) => majorOf(version) === major),
        ),
      );
      if (!offered) outcome = failure('unsupportedData', `/payload/${kind} names a version that is not offered`);
    }
  }
  return outcome;
}
