import type { Store } from './store.ts';

/** A part of the front with its guide light: lit while the daemon has it shine or flash. */
export function guided<Part extends HTMLElement>(store: Store, light: string, part: Part): Part {
  store.onChange(() => part.classList.toggle('is-guided', store.state?.cabinet?.lit.includes(light) === true));
  return part;
}
