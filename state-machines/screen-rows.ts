/** What the tables of screens are made of. */

import type { Snapshot } from '#protocol/generated/kiosk.ts';
import type { Screen, UiEventType } from './screens.ts';

/** 'a.b' for { a: 'b' }. */
export type Leaf<V> = V extends string ? V : { [K in keyof V & string]: `${K}.${Leaf<V[K]>}` }[keyof V & string];

export interface Row<C> {
  readonly screen: (context: C) => Screen;
  /** What the screen may offer; what the machine would not take now is left out of the view. */
  readonly actions: readonly UiEventType[];
  readonly step?: number;
}

interface Known {
  readonly snapshot: Snapshot;
}

/** How many steps a service has that is counted without phases of its own. */
export const balanceSteps = 4;
export const identitySteps = 4;

export const ending: Screen = { name: 'ending' };

/** One call for a card or a document; there are two. */
export const takeSeconds = ({ snapshot }: Known): number => snapshot.display.timeouts.takeCardSeconds;
export const readerOf = ({ snapshot }: Known) => snapshot.kiosk.cardReaderType;
