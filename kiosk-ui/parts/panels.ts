import { html, nothing, type TemplateResult } from 'lit';
import type { CardOutcome, CaseCode, CustodyState, KioskIdentity } from '#protocol/generated/kiosk.ts';
import type { Translate } from '../language/translate.ts';
import { type IconName, icon, type Sign, sign } from './icon.ts';

/** One fact: what it is about, what it is, and a detail. */
export function panel(name: IconName, title: string, fact: string | TemplateResult, detail?: string): TemplateResult {
  return html`<section class="panel">
    ${icon(name)}
    <div>
      <p class="title">${title}</p>
      <p class="fact">${fact}</p>
      ${detail === undefined ? nothing : html`<p class="detail">${detail}</p>`}
    </div>
  </section>`;
}

/** One side's result: sign and word, never colour alone. */
export function leg(kind: Sign, title: string, word: string | TemplateResult, details: readonly string[] = []) {
  return html`<section class="panel leg" data-sign=${kind}>
    ${sign(kind)}
    <div>
      <p class="title">${title}</p>
      <p class="fact">${word}</p>
      ${details.map((detail) => html`<p class="detail">${detail}</p>`)}
    </div>
  </section>`;
}

/** Where the card is now, in a sentence, and that no money moved. */
export function safePanel(t: Translate, card: CardOutcome | CustodyState): TemplateResult {
  return panel('shield', t('problem.safe'), t(`custody.${card}`), t('money.safe'));
}

export function referencePanel(t: Translate, caseCode: CaseCode | undefined): TemplateResult | typeof nothing {
  if (caseCode === undefined) return nothing;
  return html`<section class="panel code">
    ${icon('list')}
    <div>
      <p class="title">${t('problem.reference')}</p>
      <p class="fact">${caseCode}</p>
      <p class="detail">${t('problem.referenceNote')}</p>
    </div>
  </section>`;
}

/** Both telephone lines; the bank's only when the kiosk knows it. */
export function phonePanels(t: Translate, kiosk: KioskIdentity | undefined): TemplateResult {
  return html`
    ${
      kiosk === undefined
        ? panel('phone', t('outOfService.bank'), t('outOfService.counter'))
        : panel('phone', t('outOfService.bank'), t('phone.bank', { number: kiosk.hotline }))
    }
    ${panel('phone', t('outOfService.social'), t('phone.social'))}
  `;
}
