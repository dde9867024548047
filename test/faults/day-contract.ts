/** What the runner of the days and the process that is to die say to each other. */

export interface DaySetting {
  readonly dataFolder: string;
  readonly keyFolder: string;
  readonly urls: { readonly cardManagement: string; readonly bankCore: string };
  readonly credentialsFolder: string;
  readonly mutant?: DayMutant;
}

/** Mistakes on purpose: each must be caught. */
export const dayMutants = {
  signsWithoutCounting: 'the day is signed whatever two persons have counted',
  printsAgain: 'a slip that may have come out is printed again by itself',
  countsBeforeItKnows: 'an act counts as done when it was sent',
} as const;
export type DayMutant = keyof typeof dayMutants;

/** What happens at the machine, one after the other. */
export type DayStep =
  | { readonly step: 'load'; readonly cards: number }
  | { readonly step: 'give' }
  | { readonly step: 'keep' }
  | { readonly step: 'act'; readonly documentNumber: string; readonly name: string }
  | { readonly step: 'dayEnd' };

export interface DayJob {
  readonly steps: readonly DayStep[];
  /** Dies at the n-th point: before or after an entry, a motion, a page; or right behind the first motion, page, intent. */
  readonly dieAt?: number | 'motion' | 'slip' | 'intent';
  /** Dies right behind the n-th entry, with what a power cut needs noted down. */
  readonly cutAt?: number;
  /** The last one: everything settles, and the day is closed. */
  readonly peace?: true;
}

/** Where cards really are. */
export interface World {
  hopper: number;
  bin: number;
}

/** The world is not the kiosk's: it asks for it to be moved, and looks. */
export type Wish =
  | { readonly wish: 'load'; readonly cards: number }
  | { readonly wish: 'give' | 'keep' }
  | { readonly wish: 'look'; readonly day: number }
  | { readonly wish: 'print'; readonly day: number };

export type DaySaid =
  | { readonly said: 'ready'; readonly step: string }
  | ({ readonly said: 'wish' } & Wish)
  | { readonly said: 'over'; readonly why: string };
