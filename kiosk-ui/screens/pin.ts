import { padBody } from '../parts/pad.ts';
import type { Draw } from './context.ts';

export const enterPin: Draw<'enter-pin'> = (screen, { t }) => {
  const tries = screen.triesLeft === undefined ? undefined : t('pin.tries', { count: screen.triesLeft });
  // Who has just done it knows how; why it is asked for again they do not.
  const lead =
    screen.again === 'keysChanged' ? t('pin.keysChanged.why') : [tries, t('pin.lead')].filter(Boolean).join(' · ');
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
    body: padBody(t, screen, { cancel: t('pin.cancel'), label: t('pin.digits', { count: screen.digits }) }),
    choices: [{ label: t('button.continueWithoutPin'), event: { type: 'CONTINUE' } }],
  };
};
