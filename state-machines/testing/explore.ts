/** Finds every place the whole kiosk can come to, with a shortest way there, by trying everything everywhere. */

import { stimuli } from './stimuli.ts';
import { Walker } from './walker.ts';

export interface Spot {
  readonly spot: string;
  readonly key: string;
  /** Names of stimuli. */
  readonly path: readonly string[];
}

/** Beneath the call for staff everything goes on as without it; only its own ways are tried from there. */
const ofHelp = /^callStaff:|^CLOSE$|^END$|^RETRY$|^wait$/;

async function walk(path: readonly string[]): Promise<Walker> {
  return await new Walker().do(...path);
}

export async function explore(): Promise<Map<string, Spot>> {
  const start = new Walker();
  const found = new Map<string, Spot>([[start.spot, { spot: start.spot, key: start.key, path: [] }]]);
  start.stop();
  for (const { spot, path } of found.values()) {
    let walker = await walk(path);
    const helped = walker.helpIsOpen;
    let untouched = true;
    for (const [name, stimulus] of stimuli) {
      if ((helped && !ofHelp.test(name)) || !stimulus.applies(walker)) {
        continue;
      }
      const before = fingerprint(walker);
      await walker.do(name);
      if (fingerprint(walker) === before) {
        untouched = false;
        continue;
      }
      // What came before on this walker changed nothing that can be seen; the shown way must work without it.
      if (!untouched && !found.has(walker.spot)) {
        walker.stop();
        walker = await walk([...path, name]);
      }
      if (!found.has(walker.spot)) {
        found.set(walker.spot, { spot: walker.spot, key: walker.key, path: [...path, name] });
      }
      walker.stop();
      walker = await walk(path);
      untouched = true;
      if (walker.spot !== spot) {
        throw new Error(`the same way leads to ${spot} and to ${walker.spot}`);
      }
    }
    walker.stop();
  }
  return found;
}

/** All that can be seen from outside, and what was chosen while the visit opens. */
export function fingerprint({ spot, view, port, root }: Walker): string {
  const chosen = root.getSnapshot().children.visit?.getSnapshot().context.service ?? '';
  return `${spot}${JSON.stringify(view)}${port.calls.length}${chosen}`;
}
