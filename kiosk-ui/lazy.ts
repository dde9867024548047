import type { Catalogue } from '#assets/languages/index.ts';
import type { Language } from '#protocol/generated/kiosk.ts';
import type { VisitScreens } from './screens/index.ts';

/** All that the first screen can do without. */
export interface LazyParts {
  readonly catalogues: Readonly<Record<Exclude<Language, 'zh-Hans'>, Catalogue>>;
  readonly screens: VisitScreens;
}

/** Fetches them, all or none; rejects where a part does not come, and may be called again. */
export async function fetchLazyParts(): Promise<LazyParts> {
  const [{ zhHant }, { en }, { visitScreens }] = await Promise.all([
    import('#assets/languages/zh-Hant.ts'),
    import('#assets/languages/en.ts'),
    import('./screens/visit.ts'),
  ]);
  return { catalogues: { 'zh-Hant': zhHant, en }, screens: visitScreens };
}
