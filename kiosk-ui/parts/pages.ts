import { html, type TemplateResult } from 'lit';
import '../components/kiosk-pages.ts';
import type { UiEvent } from '#state-machines/screens.ts';
import type { Translate } from '../language/translate.ts';

/**
 * A list in pages of what fits, at most `most` a page. `key` names the list: another list starts at its first page.
 * `reserveUnits`: room, in hundredths of the short side, that a neighbour of the list needs at least.
 */
export function pages(
  { t, send }: { readonly t: Translate; readonly send: (event: UiEvent) => void },
  key: string,
  items: readonly TemplateResult[],
  { most = 4, reserveUnits = 0 }: { readonly most?: number; readonly reserveUnits?: number } = {},
): TemplateResult {
  return html`<kiosk-pages
    .items=${items}
    .most=${most}
    .reserveUnits=${reserveUnits}
    .key=${key}
    .turned=${() => send({ type: 'STAY' })}
    .previousLabel=${t('page.previous')}
    .nextLabel=${t('page.next')}
    .pageLabel=${(now: number, of: number) => [t('page.of', { now, of }), t.spoken('page.of', { now, of })]}
  ></kiosk-pages>`;
}
