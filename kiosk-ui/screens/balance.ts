import { html, nothing, type TemplateResult } from 'lit';
import type { CardFacts, SocialLeg, SocialStatus } from '#protocol/generated/kiosk.ts';
import type { ShownAccount, ShownFinancial, ShownMedical } from '#state-machines/screens.ts';
import { formatDate, groupAmount } from '../language/format.ts';
import type { Translate } from '../language/translate.ts';
import { type Sign, sign } from '../parts/icon.ts';
import { mixed } from '../parts/mixed.ts';
import { pages } from '../parts/pages.ts';
import { leg, referencePanel } from '../parts/panels.ts';
import type { Draw, ScreenContext } from './context.ts';

/** Amounts stay text from the bank's answer to the glass: grouped, never computed. */
function amount(value: string | null, { t, language }: ScreenContext): TemplateResult {
  if (value === null) {
    return html`<span class="amount hidden"><span aria-hidden="true">${t('balance.hidden')}</span
      ><span class="hear">${t.spoken('balance.hidden')}</span></span>`;
  }
  return html`<span class="amount"
    ><span>${groupAmount(value)}</span><span class="unit">${language === 'en' ? 'yuan' : '元'}</span></span
  >`;
}

/** Account kinds stand apart and are never summed (BRIEF-03, BRIEF-05). */
function account(shown: ShownAccount, context: ScreenContext): TemplateResult {
  const { t } = context;
  return html`<section class="panel leg money" data-sign="go" data-kind=${shown.kind}>
    ${sign('go')}
    <div>
      <p class="title">${t('leg.financial')}</p>
      <p class="who">
        <span>${t(`balance.account.${shown.kind}`)} · ${t('balance.class', { class: shown.accountClass })}</span>
        <span class="number">${shown.panMasked}</span>
      </p>
      <p class="sum"><span class="title">${t('balance.available')}</span>${amount(shown.available, context)}</p>
    </div>
  </section>`;
}

function unconfirmed(
  title: string,
  part: { readonly reason: string; readonly retryAfterSeconds?: number },
  t: Translate,
): TemplateResult {
  const reason = unconfirmedReasons.find((known) => known === part.reason) ?? 'unavailable';
  const details = [t(`unconfirmed.${reason}`)];
  if (part.retryAfterSeconds !== undefined) {
    details.push(t('unconfirmed.retryAfter', { seconds: part.retryAfterSeconds }));
  }
  return leg('wait', title, t('unconfirmed.status'), details);
}

const unconfirmedReasons = ['unavailable', 'noAnswer', 'badAnswer', 'pinPadUnavailable', 'pinPadNeedsKeys'] as const;

function financial(shown: ShownFinancial, context: ScreenContext): readonly TemplateResult[] {
  const { t } = context;
  const title = t('leg.financial');
  switch (shown.state) {
    case 'done':
      return [...shown.socialSecurity, ...shown.debit].map((each) => account(each, context));
    case 'refused': {
      const tries = shown.triesLeft === undefined ? [] : [t('financial.tries', { count: shown.triesLeft })];
      return [leg('stop', title, t('financial.refused'), [t(`financial.${shown.reason}`), ...tries])];
    }
    case 'notActivated': {
      const here = shown.activation.state === 'ready' || shown.activation.state === 'limited';
      return [
        leg('none', title, t('financial.notActivated'), [
          t('financial.notActivated.note'),
          t(here ? 'financial.notActivated.here' : 'financial.notActivated.counter'),
        ]),
      ];
    }
    case 'notHere':
      return [
        leg('none', title, mixed(t('financial.notHere', { bank: shown.bankName }), context.language, shown.bankName), [
          shown.bankHotline === undefined
            ? t('financial.notHere.noPhone')
            : t('financial.notHere.note', { number: shown.bankHotline }),
        ]),
      ];
    case 'noApplication':
      return [leg('none', title, t('financial.noApplication'))];
    case 'notConfirmed':
      return [unconfirmed(title, shown, t)];
    case 'notAsked':
      return [leg('none', title, t('financial.notAsked'), [t('financial.notAsked.note')])];
  }
}

function medical(shown: ShownMedical, context: ScreenContext): TemplateResult {
  const { t } = context;
  const title = t('leg.medical');
  switch (shown.state) {
    case 'done':
      return html`<section class="panel leg money" data-sign="go">
        ${sign('go')}
        <div>
          <p class="who">${title}</p>
          <p class="sum"><span class="title">${t('balance.medicalBalance')}</span>${amount(shown.balance, context)}</p>
        </div>
      </section>`;
    case 'refused':
      return leg('none', title, t(`medical.${shown.reason}`));
    case 'notHere':
      return leg('none', title, t('medical.notHere'));
    case 'notConfirmed':
      return unconfirmed(title, shown, t);
  }
}

const socialSigns: Readonly<Record<SocialStatus, Sign>> = {
  normal: 'go',
  sealed: 'none',
  tempLost: 'stop',
  lost: 'stop',
  locked: 'stop',
  cancelled: 'stop',
  unknown: 'wait',
};

function social(shown: SocialLeg, card: CardFacts, { t }: ScreenContext): TemplateResult {
  const title = t('leg.social');
  switch (shown.state) {
    case 'done': {
      const area = t(shown.outOfArea ? 'balance.outOfArea.yes' : 'balance.outOfArea.no');
      const read = card.social.grade === 'read' ? [t('social.notGenuine')] : [];
      return leg(socialSigns[shown.status], title, t(`social.${shown.status}`), [
        `${t(`card.${card.class}`)} · ${area}`,
        ...read,
      ]);
    }
    case 'noApplication':
      return leg('none', title, t('social.noApplication'));
    case 'notConfirmed':
      return unconfirmed(title, shown, t);
  }
}

export const balance: Draw<'balance'> = (screen, context) => {
  const { t, language, preferences } = context;
  const { nameMasked, cardNumberLast4, validUntil } = screen.card.social;
  const lead =
    cardNumberLast4 === undefined
      ? undefined
      : nameMasked === undefined
        ? t('balance.leadCard', { last4: cardNumberLast4 })
        : mixed(t('balance.lead', { name: nameMasked, last4: cardNumberLast4 }), language, nameMasked);
  const legs = [
    ...financial(screen.financial, context),
    medical(screen.medical, context),
    social(screen.social, screen.card, context),
  ];
  const slip =
    screen.print.state === 'printed'
      ? t('balance.printed')
      : screen.print.state === 'impossible'
        ? t(`balance.noPrint.${screen.print.reason}`)
        : undefined;
  const uncertain = [screen.financial, screen.medical, screen.social].some((each) => each.state === 'notConfirmed');
  if (uncertain) legs.push(...referencePanel(t, screen.caseCode));
  const hidden = screen.amounts === 'hidden';
  return {
    heading: t('balance.heading'),
    ...(lead === undefined ? {} : { lead }),
    icon: 'balance',
    tone: uncertain ? 'wait' : 'calm',
    cardIn: screen.cardIn === 'inserted',
    body: html`<div class="show tight">
      <div class="fill">${pages(context, 'balance', legs, { most: preferences.elder ? 2 : 6 })}</div>
      <p class="line">
        <span>${t('balance.fee')}</span>
        ${validUntil === undefined ? nothing : html`<span>${t('balance.validUntil', { date: formatDate(validUntil, language) })}</span>`}
        ${slip === undefined ? nothing : html`<span>${slip}</span>`}
      </p>
    </div>`,
    choices: [
      ...(screen.canRetry ? [{ label: t('button.retry'), icon: 'retry', event: { type: 'RETRY' } } as const] : []),
      {
        label: t(hidden ? 'button.show' : 'button.hide'),
        icon: hidden ? 'eye' : 'eyeOff',
        primary: hidden,
        event: { type: 'TOGGLE_AMOUNTS' },
      },
      ...(screen.print.state === 'offered'
        ? [{ label: t('button.print'), icon: 'print', event: { type: 'PRINT' } } as const]
        : []),
    ],
  };
};
