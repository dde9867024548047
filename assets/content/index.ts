import branches from './branches.json' with { type: 'json' };
import bring from './bring.json' with { type: 'json' };
import notices from './notices.json' with { type: 'json' };
import questions from './questions.json' with { type: 'json' };

/** The same words in the kiosk's languages. */
export interface Localized {
  readonly 'zh-Hans': string;
  readonly 'zh-Hant': string;
  readonly en: string;
}

interface Pack<Kind extends string, Item> {
  readonly kind: Kind;
  /** Rises alphabetically; a newer one replaces an older one in the browser's store. */
  readonly version: string;
  /** First day on which the contents hold, `2022-12-01`. */
  readonly validFrom: string;
  readonly items: readonly Item[];
}

export interface Branch {
  readonly campus: Localized;
  readonly name: Localized;
  readonly address: Localized;
  readonly hours: Localized;
}

export interface Question {
  readonly question: Localized;
  readonly answer: Localized;
}

export interface BringList {
  readonly title: Localized;
  readonly things: readonly Localized[];
}

/** Shown from `validFrom` to the end of `validUntil`, then it hides itself (BRIEF-34). */
export interface Notice {
  readonly validFrom: string;
  readonly validUntil: string;
  readonly text: Localized;
}

export interface ContentPacks {
  readonly branches: Pack<'branches', Branch>;
  readonly questions: Pack<'questions', Question>;
  readonly bring: Pack<'bring', BringList>;
  readonly notices: Pack<'notices', Notice>;
}

export type ContentKind = keyof ContentPacks;

/** The packs that came with this release. */
export const bundledPacks = { branches, questions, bring, notices } as ContentPacks;
