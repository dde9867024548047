import { acts } from './acts.ts';
import { base } from './base.ts';
import { panels } from './panels.ts';
import { scenes } from './scenes.ts';
import { tiles } from './tiles.ts';

/** The few things screens are made of, adopted by the frame and by the list. */
export const shared = [base, tiles, panels, scenes, acts];
