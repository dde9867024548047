import { html, type TemplateResult } from 'lit';
import type { Preferences, UiEvent } from '#state-machines/screens.ts';
import type { Translate } from '../language/translate.ts';
import { pages } from './pages.ts';

/** More than these do not fit on every panel. */
const mostAtOnce = 3;

interface Surroundings {
  readonly t: Translate;
  readonly send: (event: UiEvent) => void;
  readonly preferences: Preferences;
}

/** A few ways on, one below the other, as large as there is room for; in pages where they are many or large. */
export function options(context: Surroundings, key: string, rows: readonly TemplateResult[]): TemplateResult {
  const { elder, textSize } = context.preferences;
  if (elder || textSize === 'largest') return pages(context, key, rows, { most: 3 });
  return rows.length > mostAtOnce ? pages(context, key, rows) : optionsOf(rows);
}

/** Where all of them are always seen at once. */
export function optionsOf(rows: readonly TemplateResult[]): TemplateResult {
  return html`<div class="options" data-count=${rows.length}>${rows}</div>`;
}
