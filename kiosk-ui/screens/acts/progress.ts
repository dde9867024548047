/** Each card with both its switches, and how far a card is that is being made. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Application } from '#protocol/generated/kiosk.ts';
import type { ShownCard } from '#state-machines/screens.ts';
import { formatDate } from '../../language/format.ts';
import { cardArt } from '../../parts/card-art.ts';
import { icon } from '../../parts/icon.ts';
import { mixed } from '../../parts/mixed.ts';
import { referencePanel } from '../../parts/panels.ts';
import type { Draw, ScreenContext } from '../context.ts';
import { cardName, sides } from './card.ts';
import { incompletePanel } from './choosing.ts';

/** The last number of each part of the way (domain.md 3c): what a person can tell apart. */
const stations = [
  ['asked', 4],
  ['account', 6],
  ['made', 7],
  ['onItsWay', 10],
  ['ready', 11],
  ['taken', 12],
] as const;

const handedOver = 12;

function wayLine(progress: number, { t }: ScreenContext): TemplateResult {
  const now = stations.findIndex(([, last]) => progress <= last);
  return html`<ol class="way-line">
    ${stations.map(([name], index) => {
      const state = index < now || progress >= handedOver ? 'done' : index === now ? 'now' : 'next';
      return html`<li data-state=${state} aria-current=${state === 'now' ? 'step' : nothing}>
        <i aria-hidden="true"></i><span>${t(`making.${name}`)}</span>
      </li>`;
    })}
  </ol>`;
}

/** What the person can do about it now. */
function whatNext(progress: number): 'notAsked' | 'wait' | 'fetch' | 'have' {
  return progress <= 0 ? 'notAsked' : progress < 11 ? 'wait' : progress === 11 ? 'fetch' : 'have';
}

function application(one: Application, context: ScreenContext): TemplateResult {
  const { t, language } = context;
  return html`<section class="panel">
    <span class="disc">${icon('progress')}</span>
    <div>
      <p class="title">${t(`making.business.${one.business}`)} · ${formatDate(one.updatedAt, language)}</p>
      <p class="fact">${t(`making.next.${whatNext(one.progress)}`)}</p>
      ${one.place === undefined ? nothing : html`<p class="detail">${mixed(one.place, language, one.place)}</p>`}
      ${one.progress <= 0 ? nothing : wayLine(one.progress, context)}
    </div>
  </section>`;
}

function card(shown: ShownCard, context: ScreenContext): TemplateResult {
  const { t } = context;
  return html`<section class="panel card-panel">
    ${cardArt(shown.class)}
    <div>
      <p class="fact">${cardName(shown, context)}</p>
      ${sides(shown, context, true)}
      <p class="detail">${t(shown.outOfArea ? 'balance.outOfArea.yes' : 'balance.outOfArea.no')}</p>
      ${
        shown.making === undefined || shown.making >= handedOver
          ? nothing
          : html`<p class="detail">${t(`making.next.${whatNext(shown.making)}`)}</p>`
      }
    </div>
  </section>`;
}

export const myCards: Draw<'my-cards'> = (screen, context) => {
  const { t } = context;
  const missing = incompletePanel(screen, context, screen.applications === undefined ? [t('myCards.noProgress')] : []);
  return {
    heading: t('myCards.heading'),
    lead: t('myCards.lead'),
    icon: 'progress',
    facts: [
      ...missing,
      ...(screen.applications ?? []).map((one) => application(one, context)),
      ...screen.cards.map((one) => card(one, context)),
      ...(missing.length === 0 ? [] : referencePanel(t, screen.caseCode)),
    ],
    choices: [{ label: t('button.retry'), icon: 'retry', event: { type: 'RETRY' } }],
  };
};
