import { html, type TemplateResult } from 'lit';
import type { ShownPad } from '#state-machines/screens.ts';
import type { Translate } from '../language/translate.ts';
import { icon } from './icon.ts';

/** What is entered on the PIN pad, as dots, with what its coloured keys do. Which digits they are nobody here knows. */
export function padBody(
  t: Translate,
  { digits, minDigits }: ShownPad,
  { cancel, label, note }: { readonly cancel: string; readonly label: string; readonly note?: TemplateResult },
): TemplateResult {
  const places = Math.max(minDigits ?? 6, 6, digits);
  return html`<div class="pin">
    <div class="digits" role="img" aria-label=${label}>
      ${Array.from({ length: places }, (_, index) => html`<i class=${index < digits ? 'on' : ''}></i>`)}
    </div>
    ${note ?? html`<p class="note-line">${t('pin.note')}</p>`}
    <ul class="keys">
      <li><b class="green">${icon('ring')}</b><span>${t('pin.enter')}</span></li>
      <li><b class="yellow">${icon('chevron')}</b><span>${t('pin.clear')}</span></li>
      <li><b class="red">${icon('cross')}</b><span>${cancel}</span></li>
    </ul>
  </div>`;
}
