import type { Face } from '../components/kiosk-screen.ts';
import type { Translate } from '../language/translate.ts';
import type { IconName } from '../parts/icon.ts';
import { panel, referencePanel, safePanel } from '../parts/panels.ts';
import type { Draw, ScreenOf } from './context.ts';

/** What the hand does next: put the card in (again), or take it out first. */
function hand(t: Translate, { retry, card }: ScreenOf<'card-problem'>): Pick<Face, 'picture'> {
  if (retry !== 'insertAgain') return {};
  const out = card === 'inserted';
  return {
    picture: {
      lit: 'cardSlot',
      motion: out ? 'out' : 'in',
      label: t(out ? 'picture.take' : 'picture.insert'),
      aside: true,
    },
  };
}

/** Every error has four parts: what happened, where card and money are, what to do now, a reference. */
export const cardProblem: Draw<'card-problem'> = (screen, { t }) => {
  const gentle = screen.problem === 'cardRemoved' || screen.problem === 'cardMute' || screen.problem === 'noAnswer';
  return {
    heading: t(`error.${screen.problem}.what`),
    icon: 'card',
    tone: gentle ? 'wait' : 'stop',
    cardIn: screen.card === 'inserted',
    urgent: true,
    ...hand(t, screen),
    facts: [
      panel('hand', t('problem.now'), t(`error.${screen.problem}.now`)),
      safePanel(t, screen.card),
      ...referencePanel(t, screen.caseCode),
    ],
    choices: [
      {
        label: t(screen.retry === 'insertAgain' && screen.card === 'inserted' ? 'button.retryInsert' : 'button.retry'),
        icon: 'retry',
        primary: true,
        event: { type: 'RETRY' },
      },
    ],
  };
};

export const pinProblem: Draw<'pin-problem'> = (screen, { t }) => {
  const last = screen.problem === 'lastTry';
  const goOn = {
    label: t('button.continueWithoutPin'),
    icon: 'forward' as IconName,
    event: { type: 'CONTINUE' },
  } as const;
  const retry = { label: t('button.retry'), icon: 'retry' as IconName, event: { type: 'RETRY' } } as const;
  return {
    heading: t(`error.${screen.problem}.what`),
    ...(screen.triesLeft === undefined ? {} : { lead: t('pin.tries', { count: screen.triesLeft }) }),
    icon: 'pin',
    tone: last ? 'stop' : 'wait',
    cardIn: true,
    urgent: true,
    facts: [
      panel('hand', t('problem.now'), t(`error.${screen.problem}.now`)),
      safePanel(t, 'inserted'),
      ...referencePanel(t, screen.caseCode),
    ],
    // The last try is the risky one: there, going on without is the button that stands out.
    choices: last ? [{ ...goOn, primary: true }, retry] : [{ ...retry, primary: true }, goOn],
  };
};
