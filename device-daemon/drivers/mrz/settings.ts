import type { Shape } from './framer.ts';

/** What differs between readers. Read off the reader's set-up, never guessed from what it sends. */
export interface MrzSettings {
  /**
   * `auto` takes all three. A set shape is safer: then a frame whose beginning was lost is noise and not, perhaps, plain
   * lines.
   */
  readonly shape: Shape | 'auto';
}

export const defaultSettings: MrzSettings = { shape: 'auto' };
