import { transform } from 'receiptline';
import { FORMS, type FormName, formNames } from '#assets/receipts/index.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { fillForm, type ReceiptFault, type ReceiptFields, type ReceiptLanguage } from './fill.ts';
import { notoGlyphs } from './font/glyphs.ts';
import { gbPrinter, type PaperProfile } from './gb-printer.ts';

export { actFields } from './act-fields.ts';
export type { SlipContext } from './fields.ts';
export { balanceFields, claimFields, testFields } from './fields.ts';
export type { ReceiptFault, ReceiptFields, ReceiptLanguage } from './fill.ts';
export type { PaperProfile } from './gb-printer.ts';
export type { FormName };
export { formNames };

export interface RenderedReceipt {
  /** For `ReceiptPrinter.print`: without beginning, feed and cut, which are the driver's. */
  readonly bytes: Uint8Array;
  /** What it will look like, for screens. */
  readonly svg: string;
}

export interface RenderOptions {
  /** Where the kiosk stands. */
  readonly timeZone?: string;
}

/** Read once, when the first character comes that a printer does not have. */
const glyphs = notoGlyphs();

export const isFormName = (name: string): name is FormName => Object.hasOwn(FORMS, name);

/**
 * A form in one language with its fields, as bytes for a printer with this paper and as a picture. Nothing is printed of
 * a form with a field missing, unknown, or of another shape than declared: the fault names the field, never its value.
 */
export function render(
  name: string,
  language: ReceiptLanguage,
  fields: ReceiptFields,
  paper: PaperProfile,
  options: RenderOptions = {},
): Result<RenderedReceipt, ReceiptFault> {
  if (!isFormName(name)) return err({ code: 'formNotFound' });
  const { charactersPerLine } = paper;
  const timeZone = options.timeZone ?? 'Asia/Shanghai';
  const document = fillForm(FORMS[name], fields, { language, charactersPerLine, timeZone });
  if (!document.ok) return document;
  const common = { cpl: charactersPerLine, encoding: 'gb18030', spacing: true, cutting: false } as const;
  const bytes = transform(document.value, { ...common, command: gbPrinter(paper, glyphs) });
  return ok({
    bytes: Buffer.from(bytes, 'latin1'),
    svg: transform(document.value, { ...common, command: 'svg' }),
  });
}
