import type { Entry, zhHans } from './zh-Hans.ts';

export type { Entry } from './zh-Hans.ts';

/** Every sentence the kiosk can say, by name. */
export type TextKey = keyof typeof zhHans;

/** A language has an entry for every key, no more, no fewer. */
export type Catalogue = Readonly<Record<TextKey, Entry>>;

type Written<E extends Entry> = E extends readonly [infer T extends string, string] ? T : E;
type Placeholders<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** Names of the values that a sentence needs: `'app.step'` -> `'now' | 'of'`. */
export type ParametersOf<K extends TextKey> = Placeholders<Written<(typeof zhHans)[K]>>;

export const languages = ['zh-Hans', 'zh-Hant', 'en'] as const;
