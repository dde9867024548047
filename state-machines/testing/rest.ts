import { personal } from './stimuli.ts';
import type { Walker } from './walker.ts';

/** What is wrong with a kiosk that should have come to rest; one line each. */
export function unrest({ atRest, key, crash, port, view }: Walker): string[] {
  const text = JSON.stringify(view);
  return [
    ...(crash === undefined ? [] : [`crashed: ${String(crash)}`]),
    ...(atRest ? [] : [`stays at ${key}`]),
    ...port.waiting.map(({ name }) => `${name} is still waited for`),
    ...[...port.ends].filter(([, times]) => times !== 1).map(([id, times]) => `${id} was ended ${times} times`),
    ...port.needlessEnds.map((id) => `the end of ${id} was asked for when it had ended`),
    ...personal.filter((word) => text.includes(word)).map((word) => `"${word}" is still on the screen`),
    ...(port.subscriptions === 1 ? [] : [`${port.subscriptions} subscriptions`]),
  ];
}
