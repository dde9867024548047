import { html, nothing } from 'lit';
import { code, emblem, phonePanels } from '../parts/panels.ts';
import type { Draw } from './context.ts';

export const callStaff: Draw<'call-staff'> = (screen, { t, kiosk }) => {
  const failed = screen.state === 'failed';
  const { caseCode } = screen;
  return {
    heading: t(`staff.${screen.state}`),
    lead: failed ? t('staff.failed.lead') : t('staff.lead'),
    icon: 'help',
    tone: failed ? 'wait' : screen.state === 'called' ? 'go' : 'calm',
    urgent: true,
    ...(failed
      ? { facts: phonePanels(t, kiosk) }
      : {
          body: html`<div class="show">
          ${emblem('person', { tone: screen.state === 'called' ? 'go' : 'calm', busy: screen.state === 'calling' })}
          ${
            caseCode === undefined
              ? nothing
              : html`<section class="panel centred">
                  <p class="title">${t('staff.code')}</p>
                  <p class="fact">${code(caseCode)}</p>
                </section>`
          }
        </div>`,
        }),
    choices: [
      { label: t('button.retry'), icon: 'retry', event: { type: 'RETRY' } },
      { label: t('button.close'), primary: true, event: { type: 'CLOSE' } },
    ],
  };
};
