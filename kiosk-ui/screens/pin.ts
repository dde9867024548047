import { html } from 'lit';
import { icon } from '../parts/icon.ts';
import type { Draw } from './context.ts';

export const enterPin: Draw<'enter-pin'> = (screen, { t }) => {
  const places = Math.max(screen.minDigits ?? 6, 6, screen.digits);
  const tries = screen.triesLeft === undefined ? undefined : t('pin.tries', { count: screen.triesLeft });
  // Who has just done it knows how; why it is asked for again they do not.
  const lead =
    screen.again === 'keysChanged' ? t('pin.keysChanged.why') : [tries, t('pin.lead')].filter(Boolean).join(' ');
  return {
    heading:
      screen.again === 'wrongPin'
        ? t('pin.wrong')
        : screen.again === 'keysChanged'
          ? t('pin.keysChanged')
          : t('pin.heading'),
    lead: screen.ready ? lead : t('pin.wait'),
    icon: 'pin',
    tone: screen.again ? 'wait' : 'calm',
    cardIn: true,
    picture: { lit: 'pinPad', motion: screen.ready ? 'in' : 'none', label: t('picture.pin'), aside: true },
    body: html`<div class="pin">
      <div class="digits" role="img" aria-label=${t('pin.digits', { count: screen.digits })}>
        ${Array.from({ length: places }, (_, index) => html`<i class=${index < screen.digits ? 'on' : ''}></i>`)}
      </div>
      <p class="note-line">${t('pin.note')}</p>
      <ul class="keys">
        <li><b class="green">${icon('ring')}</b><span>${t('pin.enter')}</span></li>
        <li><b class="yellow">${icon('chevron')}</b><span>${t('pin.clear')}</span></li>
        <li><b class="red">${icon('cross')}</b><span>${t('pin.cancel')}</span></li>
      </ul>
    </div>`,
    choices: [{ label: t('button.continueWithoutPin'), event: { type: 'CONTINUE' } }],
  };
};
