import { html, nothing } from 'lit';
import '../components/kiosk-ring.ts';
import '../components/kiosk-picture.ts';
import { panel, phonePanels, referencePanel, safePanel } from '../parts/panels.ts';
import type { Draw } from './context.ts';

export const ending: Draw<'ending'> = (_screen, { t }) => ({
  heading: t('ending.heading'),
  lead: t('ending.lead'),
  icon: 'wave',
  body: html`<div class="middle"><span class="busy"></span></div>`,
});

export const goodbye: Draw<'goodbye'> = (screen, { t }) => {
  const worry = screen.card === 'retained' || screen.card === 'stillInside' || screen.card === 'unknown';
  return {
    heading: t(`goodbye.${screen.why}`),
    lead: t('goodbye.lead'),
    icon: worry ? 'cardOut' : 'check',
    tone: worry ? 'wait' : 'go',
    urgent: worry,
    body: html`<div class="stack roomy">
      ${screen.card === 'none' ? nothing : panel('card', t('problem.safe'), t(`custody.${screen.card}`))}
      ${worry ? referencePanel(t, screen.caseCode) : nothing}
    </div>`,
    choices: [{ label: t('button.close'), event: { type: 'CLOSE' } }],
  };
};

export const visitEnded: Draw<'visit-ended'> = (screen, { t }) => ({
  heading: t(`ended.${screen.why}`),
  ...(screen.settled ? {} : { lead: t('ended.settling') }),
  icon: 'clock',
  tone: 'wait',
  urgent: true,
  body: html`<div class="stack">
    ${safePanel(t, screen.card)} ${panel('hand', t('problem.now'), t('ended.now'))} ${referencePanel(t, screen.caseCode)}
  </div>`,
  choices: [{ label: t('button.close'), primary: true, event: { type: 'CLOSE' } }],
});

export const stillThere: Draw<'still-there'> = (screen, { t }) => ({
  heading: t('still.heading'),
  lead: t('still.lead'),
  icon: 'clock',
  tone: 'wait',
  urgent: true,
  cardIn: true,
  body: html`<div class="middle">
    <kiosk-ring
      class="huge"
      .seconds=${screen.secondsLeft}
      .of=${screen.ofSeconds}
      label=${t.spoken('still.seconds', { count: screen.secondsLeft })}
    ></kiosk-ring>
  </div>`,
  choices: [{ label: t('button.stay'), icon: 'hand', primary: true, event: { type: 'STAY' } }],
});

export const callStaff: Draw<'call-staff'> = (screen, { t, kiosk }) => {
  const failed = screen.state === 'failed';
  return {
    heading: t(`staff.${screen.state}`),
    lead: failed ? t('staff.failed.lead') : t('staff.lead'),
    icon: 'help',
    tone: failed ? 'wait' : screen.state === 'called' ? 'go' : 'calm',
    urgent: true,
    body:
      screen.state === 'calling'
        ? html`<div class="middle"><span class="busy"></span></div>`
        : html`<div class="stack roomy">
            ${screen.caseCode === undefined ? nothing : panel('list', t('staff.code'), html`<span class="spelt">${screen.caseCode}</span>`)}
            ${failed ? phonePanels(t, kiosk) : nothing}
          </div>`,
    choices: [{ label: t('button.close'), primary: true, event: { type: 'CLOSE' } }],
  };
};
