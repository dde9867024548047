import { html, type TemplateResult } from 'lit';
import type { Language } from '#protocol/generated/kiosk.ts';

/** Chinese inside a sentence of another script: names of banks and streets. */
const chinese = /(\p{Script=Han}[\p{Script=Han}·（）]*)/u;

/**
 * A sentence whose Chinese parts say that they are Chinese, for the voice and for the choice of characters.
 * @param name a name in it that comes from a card, a host or the configuration: written in simplified characters
 */
export function mixed(text: string, language: Language, name?: string): TemplateResult | string {
  const named = name === undefined || language === 'zh-Hans' ? -1 : text.indexOf(name);
  if (name !== undefined && named >= 0) {
    return html`${text.slice(0, named)}<span lang="zh-Hans">${name}</span>${text.slice(named + name.length)}`;
  }
  if (language !== 'en' || !chinese.test(text)) return text;
  // Splitting by a group puts what matched at the odd places.
  return html`${text.split(chinese).map((part, index) => (index % 2 === 0 ? part : html`<span lang="zh-Hans">${part}</span>`))}`;
}
