import { html, nothing, type TemplateResult } from 'lit';
import '../components/kiosk-ring.ts';
import { type IconName, icon } from '../parts/icon.ts';
import type { Draw } from './context.ts';

export const insertCard: Draw<'insert-card'> = (screen, { t }) => ({
  heading: t('insert.heading'),
  lead: t(`insert.lead.${screen.reader}`),
  icon: 'card',
  picture: { lit: 'cardSlot', motion: 'in', label: t('picture.insert') },
  body: html`<p class="note-line">${t('insert.note')}</p>`,
});

const readingParts = ['social', 'financial', 'host'] as const;

export const readingCard: Draw<'reading-card'> = (screen, { t }) => {
  const current = readingParts.indexOf(screen.part);
  return {
    heading: t('reading.heading'),
    lead: t('reading.lead'),
    icon: 'card',
    cardIn: true,
    picture: { lit: 'cardSlot', motion: 'still', label: t('picture.reading') },
    body: html`<ol class="steps">
        ${readingParts.map((part, index) => {
          const state = index < current ? 'done' : index === current ? 'now' : 'next';
          return html`<li data-state=${state} aria-current=${state === 'now' ? 'step' : nothing}>
            <i aria-hidden="true"></i><span>${t(`reading.${part}`)}</span>
          </li>`;
        })}
      </ol>`,
  };
};

export const asking: Draw<'asking'> = (screen, { t }) => {
  const station = (asked: boolean, name: IconName, title: string): TemplateResult | typeof nothing =>
    asked
      ? html`<div class="station">
          <span class="emblem turning">${icon(name)}</span>
          <p class="hero-text">${title}</p>
          <p class="hero-detail">${t('asking.waiting')}</p>
        </div>`
      : nothing;
  return {
    heading: t('asking.heading'),
    lead: t('asking.lead'),
    icon: 'balance',
    cardIn: true,
    body: html`<div class="stations">
      ${station(screen.cardManagement, 'shield', t('asking.cardManagement'))}
      ${station(screen.bankCore, 'bank', t('asking.bankCore'))}
    </div>`,
  };
};

export const takeCard: Draw<'take-card'> = (screen, { t }) => {
  const louder = screen.attention === 'louder';
  return {
    heading: louder ? t('take.heading.louder') : t('take.heading'),
    lead: screen.secondsLeft === undefined ? t('take.wait') : t(`take.lead.${screen.reader}`),
    icon: 'cardOut',
    tone: louder ? 'stop' : 'go',
    urgent: true,
    picture: { lit: 'cardSlot', motion: 'out', label: t('picture.take') },
    body: html`<div class="count">
        ${
          screen.secondsLeft === undefined
            ? html`<span class="busy"></span>`
            : html`<kiosk-ring
                class=${louder ? 'late' : ''}
                .seconds=${screen.secondsLeft}
                .of=${screen.ofSeconds}
                label=${t('take.seconds', { count: screen.secondsLeft })}
              ></kiosk-ring>`
        }
        <p class="note-line">${t(`take.then.${screen.next}`)}</p>
      </div>`,
  };
};
