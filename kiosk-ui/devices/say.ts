import { html, type TemplateResult } from 'lit';
import { type PageWord, pageWords, type Words } from '#assets/devices/index.ts';
import { catalogues } from '#assets/languages/all.ts';
import { type Translate, translator } from '../language/translate.ts';
import { chinaDay, chinaMinute, chinaSecond } from './china-time.ts';

export type PageLanguage = 'zh-Hans' | 'en';

/** Everything the page says, in one language. */
export class Say {
  readonly language: PageLanguage;
  /** The kiosk's own sentences: what a service is called, why it cannot be had. */
  readonly kiosk: Translate;

  constructor(language: PageLanguage) {
    this.language = language;
    this.kiosk = translator(catalogues[language]);
  }

  of(words: Words): string {
    return words[this.language === 'en' ? 1 : 0];
  }

  word(word: PageWord, values: Readonly<Record<string, string | number>> = {}): string {
    return this.fill(pageWords[word], values);
  }

  fill(words: Words, values: Readonly<Record<string, string | number>>): string {
    return this.of(words).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  }

  /** Names in one line. */
  list(names: readonly string[]): string {
    return names.join(this.language === 'en' ? ', ' : '、');
  }

  /** Sentences in one line. */
  sentences(sentences: readonly string[]): string {
    return sentences.join(this.language === 'en' ? '; ' : '；');
  }

  ago(iso: string, nowMs: number): string {
    const { word, n } = agoOf(nowMs - Date.parse(iso));
    return this.word(word, { n });
  }
}

/** How long ago, as roughly as one would say it. */
export function agoOf(ms: number): { readonly word: PageWord; readonly n: number } {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 5) return { word: 'now', n: 0 };
  if (seconds < 60) return { word: 'secondsAgo', n: seconds };
  if (seconds < 3_600) return { word: 'minutesAgo', n: Math.floor(seconds / 60) };
  if (seconds < 48 * 3_600) return { word: 'hoursAgo', n: Math.floor(seconds / 3_600) };
  return { word: 'daysAgo', n: Math.floor(seconds / 86_400) };
}

/** Where it is not today, the day instead of the seconds. */
export function clockOf(iso: string, nowMs: number): string {
  const day = chinaDay(Date.parse(iso));
  return day === chinaDay(nowMs) ? chinaSecond(iso) : `${day.slice(5)} ${chinaMinute(iso)}`;
}

/** Programs are called by what one types. */
const typed = /^(pcscd|npm)\b/;

/** A sentence of the staff: it begins with a capital, and commands between backticks are set as such. */
export function sentence(text: string): TemplateResult[] {
  return text.split('`').map((part, index) => {
    if (index % 2 === 1) return html`<code>${part}</code>`;
    return html`${index === 0 && !typed.test(part) ? part.slice(0, 1).toUpperCase() + part.slice(1) : part}`;
  });
}
