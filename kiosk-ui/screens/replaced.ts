import type { Face } from '../components/kiosk-screen.ts';
import type { Translate } from '../language/translate.ts';

/** Not a screen of the machines: the page itself has lost its place to another page (a second window, a second browser). */
export function replaced(t: Translate): Face {
  return {
    heading: t('replaced.heading'),
    lead: t('replaced.lead'),
    icon: 'information',
    tone: 'wait',
    choices: [{ label: t('button.here'), icon: 'hand', primary: true, event: { type: 'TOUCH' } }],
  };
}
