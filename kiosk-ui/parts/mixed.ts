import { html, type TemplateResult } from 'lit';
import type { Language } from '#protocol/generated/kiosk.ts';

/** Chinese inside a sentence of another script: names of people, banks and streets. */
const chinese = /(\p{Script=Han}[\p{Script=Han}·（）]*)/u;

/** A sentence whose Chinese parts say that they are Chinese, for the voice and for the choice of characters. */
export function mixed(text: string, language: Language): TemplateResult | string {
  if (language !== 'en' || !chinese.test(text)) return text;
  // Splitting by a group puts what matched at the odd places.
  return html`${text.split(chinese).map((part, index) => (index % 2 === 0 ? part : html`<span lang="zh-Hans">${part}</span>`))}`;
}
