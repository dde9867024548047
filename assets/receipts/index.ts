import en from './en.json';
import { FORMS } from './forms.ts';
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

export const isReceiptText = (key: string): key is ReceiptTextKey => Object.hasOwn(zhHans, key);

export const formNames = Object.keys(FORMS) as readonly (keyof typeof FORMS)[];
