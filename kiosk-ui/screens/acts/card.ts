import { html, type TemplateResult } from 'lit';
import type { FinancialSide, SocialSide } from '#protocol/generated/kiosk.ts';
import type { ShownCard } from '#state-machines/screens.ts';
import { formatDate } from '../../language/format.ts';
import { mixed } from '../../parts/mixed.ts';
import type { ScreenContext } from '../context.ts';

type Words = TemplateResult | string;

/** A state, and until when where it lifts by itself. */
function until(word: string, date: string | undefined, { t, language }: ScreenContext): string {
  return date === undefined ? word : `${word} · ${t('side.until', { date: formatDate(date, language) })}`;
}

export function socialWords(side: SocialSide, context: ScreenContext): Words {
  const { t } = context;
  switch (side.state) {
    case 'known':
      return until(t(`social.${side.status}`), side.until, context);
    case 'none':
      return t('side.none');
    case 'notConfirmed':
      return t('unconfirmed.status');
  }
}

export function financialWords(side: FinancialSide, context: ScreenContext): Words {
  const { t, language } = context;
  switch (side.state) {
    case 'known':
      return until(t(`financialStatus.${side.status}`), side.until, context);
    case 'none':
      return t('side.none');
    case 'notHere':
      return mixed(t('leg.notHere', { bank: side.bankName }), language, side.bankName);
    case 'notConfirmed':
      return t('unconfirmed.status');
  }
}

/** Both sides of a card, never as one. */
export function sides({ social, financial }: ShownCard, context: ScreenContext): TemplateResult {
  const { t } = context;
  return html`<span class="sides">
    <span>${t('leg.social')}</span><b>${socialWords(social, context)}</b>
    <span>${t('leg.financial')}</span><b>${financialWords(financial, context)}</b>
  </span>`;
}

/** What a person calls this card: its generation, and the end of its number, spelt by the voice. */
export function cardName({ class: kind, last4 }: ShownCard, { t }: ScreenContext): TemplateResult {
  return html`<span class="name">${t(`card.${kind}`)} <span class="last4" aria-hidden="true">${t('cards.last4', { last4 })}</span
    ><span class="hear">${t.spoken('cards.last4', { last4 })}</span></span>`;
}
