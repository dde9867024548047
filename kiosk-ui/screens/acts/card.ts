import { html, nothing, type TemplateResult } from 'lit';
import type { FinancialSide, SocialSide } from '#protocol/generated/kiosk.ts';
import type { ShownCard } from '#state-machines/screens.ts';
import { formatDate } from '../../language/format.ts';
import { mixed } from '../../parts/mixed.ts';
import type { ScreenContext } from '../context.ts';

type Words = TemplateResult | string;

function socialWords(side: SocialSide, { t }: ScreenContext): Words {
  switch (side.state) {
    case 'known':
      return t(`social.${side.status}`);
    case 'none':
      return t('side.none');
    case 'notConfirmed':
      return t('unconfirmed.status');
  }
}

function financialWords(side: FinancialSide, { t, language }: ScreenContext): Words {
  switch (side.state) {
    case 'known':
      return t(`financialStatus.${side.status}`);
    case 'none':
      return t('side.none');
    case 'notHere':
      return mixed(t('leg.notHere', { bank: side.bankName }), language, side.bankName);
    case 'notConfirmed':
      return t('unconfirmed.status');
  }
}

/** When a temporary report lifts by itself; only where there is room for it. */
function until(side: SocialSide | FinancialSide, { t, language }: ScreenContext): TemplateResult | typeof nothing {
  return side.state !== 'known' || side.until === undefined
    ? nothing
    : html`<span></span><span>${t('side.untilItself', { date: formatDate(side.until, language) })}</span>`;
}

/** Both sides of a card, never as one. */
export function sides({ social, financial }: ShownCard, context: ScreenContext, dated = false): TemplateResult {
  const { t } = context;
  return html`<span class="sides">
    <span>${t('leg.social')}</span><b>${socialWords(social, context)}</b>${dated ? until(social, context) : nothing}
    <span>${t('leg.financial')}</span><b>${financialWords(financial, context)}</b>${dated ? until(financial, context) : nothing}
  </span>`;
}

/** What a person calls this card: its generation, and the end of its number, spelt by the voice. */
export function cardName({ class: kind, last4 }: ShownCard, { t }: ScreenContext): TemplateResult {
  return html`<span class="name">${t(`cards.class.${kind}`)} <span class="last4" aria-hidden="true">${t('cards.last4', { last4 })}</span
    ><span class="hear">${t.spoken('cards.last4', { last4 })}</span></span>`;
}
