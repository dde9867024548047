/** Finds every place the whole kiosk can come to, with a shortest way there, by trying everything everywhere. */

import type { View } from '../screens.ts';
import { type Stimulus, stimuli } from './stimuli.ts';
import { Walker } from './walker.ts';

export interface Spot {
  readonly spot: string;
  readonly key: string;
  /** Names of stimuli. */
  readonly path: readonly string[];
  readonly view: View;
  readonly helpIsOpen: boolean;
}

function spotOf({ spot, key, view, helpIsOpen }: Walker, path: readonly string[]): Spot {
  return { spot, key, path, view, helpIsOpen };
}

/** Beneath the call for staff everything goes on as without it; only its own ways are tried from there. */
const ofHelp = /^callStaff:|^CLOSE$|^END$|^RETRY$|^wait$/;

/**
 * Every service with a card is one machine with others inside: what is the same for all of them is tried with the loss
 * report, the balance and the trying of a document. Unfreezing has nothing of its own: its graph is walked (graph.test.ts).
 */
const triedElsewhere = new RegExp(
  [
    // The ways out of a visit, and time; each of them is tried at every place by a test of its own (machines.test.ts).
    '^END$|^ENDED |DISCONNECTED|^daemon restarted$|^bug$|^wait$|^SNAPSHOT',
    '^CALL_STAFF$|^SET |^OPEN_INFORMATION$|^card put in$',
    '^readDocument:(?!resident|documentUnreadable)|^takeBackDocument:(?!taken|leftBehind)',
    '^readCard:(?!gen3|cardMute|noSuchVisit)|^print:(?!done|unknown)',
  ].join('|'),
);
const notTried = /^CHOOSE unfreeze$/;

/** What is tried where this walker stands. */
function* tried(walker: Walker): Generator<readonly [string, Stimulus]> {
  const helped = walker.helpIsOpen;
  const lean = walker.service !== undefined && walker.service !== 'lossReport';
  const { actions } = walker.view;
  for (const [name, stimulus] of stimuli) {
    const { tap } = stimulus;
    // That a tap which is not offered does nothing is a test of its own.
    const offered = tap === undefined || tap === 'TOUCH' || tap === 'STAY' || actions.includes(tap);
    const left = notTried.test(name) || (helped && !ofHelp.test(name)) || (lean && triedElsewhere.test(name));
    if (offered && !left) {
      yield [name, stimulus];
    }
  }
}

async function walk(path: readonly string[]): Promise<Walker> {
  return await new Walker().do(...path);
}

export async function explore(): Promise<Map<string, Spot>> {
  const start = new Walker();
  const found = new Map<string, Spot>([[start.spot, spotOf(start, [])]]);
  start.stop();
  for (const { spot, path } of found.values()) {
    let walker: Walker | undefined = await walk(path);
    let untouched = true;
    for (const [name, stimulus] of [...tried(walker)]) {
      if (walker === undefined) {
        walker = await walk(path);
        untouched = true;
        if (walker.spot !== spot) {
          throw new Error(`the same way leads to ${spot} and to ${walker.spot}`);
        }
      }
      if (!stimulus.applies(walker)) {
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
        found.set(walker.spot, spotOf(walker, [...path, name]));
      }
      walker.stop();
      walker = undefined;
    }
    walker?.stop();
  }
  return found;
}

/** All that can be seen from outside, and what was chosen while the visit opens. */
export function fingerprint({ spot, view, port, root }: Walker): string {
  const chosen = root.getSnapshot().children.visit?.getSnapshot().context.service ?? '';
  return `${spot}${JSON.stringify(view)}${port.calls.length}${chosen}`;
}
