import en from './en.json';
import { FORMS } from './forms.ts';
import offers from './offers.json';
import zhHans from './zh-Hans.json';
import zhHant from './zh-Hant.json';

export { type FieldKind, FORMS, type FormField, type FormName, type ReceiptForm } from './forms.ts';

/** A sentence on a receipt, by name. */
export type ReceiptTextKey = keyof typeof zhHans;
export type ReceiptCatalogue = Readonly<Record<ReceiptTextKey, string>>;

export const RECEIPT_TEXTS: Readonly<Record<'zh-Hans' | 'zh-Hant' | 'en', ReceiptCatalogue>> = {
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  en,
};

/** What comes with an act while it is on: at most one line after everything else (BRIEF-14, BRIEF-15). */
export interface ReceiptOffer {
  /** Of the sentence `offer` + '.' + name. */
  readonly name: string;
  /** The act that it comes with. */
  readonly after: string;
  /** First and last day on which it is said, `2022-12-01`. */
  readonly validFrom: string;
  readonly validUntil: string;
}

export const OFFERS: readonly ReceiptOffer[] = offers;

export const isReceiptText = (key: string): key is ReceiptTextKey => Object.hasOwn(zhHans, key);

export const formNames = Object.keys(FORMS) as readonly (keyof typeof FORMS)[];
