import type { Catalogue } from '#assets/languages/index.ts';
import type { Language } from '#protocol/generated/kiosk.ts';
import type { VisitScreens } from './screens/index.ts';

/** All that the first screen can do without. */
export interface Rest {
  readonly catalogues: Readonly<Record<Exclude<Language, 'zh-Hans'>, Catalogue>>;
  readonly screens: VisitScreens;
}

/** Fetches it, whole; rejects where a part does not come, and may be called again. */
export async function fetchRest(): Promise<Rest> {
  const [{ zhHant }, { en }, { visitScreens }] = await Promise.all([
    import('#assets/languages/zh-Hant.ts'),
    import('#assets/languages/en.ts'),
    import('./screens/visit.ts'),
  ]);
  return { catalogues: { 'zh-Hant': zhHant, en }, screens: visitScreens };
}
