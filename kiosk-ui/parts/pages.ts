import { html, type TemplateResult } from 'lit';
import '../components/kiosk-pages.ts';
import type { ScreenContext } from '../screens/context.ts';

/** A list in pages of what fits, at most `most` a page. `key` names the list: another list starts at its first page. */
export function pages({ t }: ScreenContext, key: string, items: readonly TemplateResult[], most = 4): TemplateResult {
  return html`<kiosk-pages
    .items=${items}
    .most=${most}
    .key=${key}
    .previousLabel=${t('page.previous')}
    .nextLabel=${t('page.next')}
    .pageLabel=${(now: number, of: number) => [t('page.of', { now, of }), t.spoken('page.of', { now, of })]}
  ></kiosk-pages>`;
}
