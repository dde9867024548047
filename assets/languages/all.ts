import { en } from './en.ts';
import type { Catalogue, languages } from './index.ts';
import { zhHans } from './zh-Hans.ts';
import { zhHant } from './zh-Hant.ts';

/** For whoever wants them all at once; the kiosk's page fetches the others after its first screen. */
export const catalogues: Readonly<Record<(typeof languages)[number], Catalogue>> = {
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  en,
};
