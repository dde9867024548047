import { html } from 'lit';
import type { DocumentPlace } from '#state-machines/screens.ts';
import '../components/kiosk-ring.ts';
import type { Face } from '../components/kiosk-screen.ts';
import type { Translate } from '../language/translate.ts';
import { cardArt } from '../parts/card-art.ts';
import {
  emblem,
  keptPanels,
  lines,
  panel,
  phonePanels,
  referenceLine,
  referencePanel,
  safePanel,
} from '../parts/panels.ts';
import type { Draw } from './context.ts';
import { liftPicture } from './document.ts';

export const ending: Draw<'ending'> = (_screen, { t }) => ({
  heading: t('ending.heading'),
  lead: t('ending.lead'),
  icon: 'wave',
  body: emblem('shield', { busy: true }),
});

/** Where a look at the card slot decides. */
const lookThere: ReadonlySet<string> = new Set(['stillInside', 'unknown', 'inserted']);

function look(t: Translate, card: string, documentAt: DocumentPlace | undefined): Pick<Face, 'picture'> {
  if (lookThere.has(card)) {
    return { picture: { lit: 'cardSlot', motion: 'out', label: t('picture.take'), aside: true } };
  }
  return documentAt === undefined ? {} : liftPicture(t, documentAt, true);
}

/** At most one panel: mostly no document was there. */
function documentPanel(t: Translate, documentAt: DocumentPlace | undefined) {
  return documentAt === undefined ? [] : [panel('person', t('document.safe'), t(`document.look.${documentAt}`))];
}

export const goodbye: Draw<'goodbye'> = (screen, { t, kiosk }) => {
  const { documentAt, claim } = screen;
  const cardWorry = screen.card === 'retained' || lookThere.has(screen.card);
  const worry = cardWorry || documentAt !== undefined;
  return {
    heading: claim === undefined ? t(`goodbye.${screen.why}`) : t('kept.heading'),
    lead: t('goodbye.lead'),
    icon: cardWorry ? 'cardOut' : worry ? 'hand' : 'check',
    tone: worry ? 'wait' : 'go',
    urgent: worry,
    ...look(t, screen.card, documentAt),
    ...(worry
      ? {
          facts: [
            ...documentPanel(t, documentAt),
            ...(claim !== undefined
              ? keptPanels(t, claim, kiosk)
              : [
                  ...(cardWorry ? [panel('card', t('problem.safe'), t(`custody.${screen.card}`))] : []),
                  ...referencePanel(t, screen.caseCode),
                ]),
          ],
        }
      : screen.did.length > 0
        ? {
            facts: [
              ...(screen.card === 'none' ? [] : [panel('card', t('problem.safe'), t(`custody.${screen.card}`))]),
              panel('shield', t('trail.heading'), lines(screen.did.map((what) => t(`trail.${what}`))), t('trail.kept')),
            ],
          }
        : {
            body:
              screen.card === 'none'
                ? emblem('check', { tone: 'go' })
                : emblem(cardArt(), { tone: 'go', text: t(`custody.${screen.card}`) }),
          }),
    choices: [{ label: t('button.close'), event: { type: 'CLOSE' } }],
  };
};

export const visitEnded: Draw<'visit-ended'> = (screen, { t, kiosk }) => ({
  heading: t(`ended.${screen.why}`),
  ...(screen.settled ? {} : { lead: t('ended.settling') }),
  icon: 'clock',
  tone: 'wait',
  urgent: true,
  ...look(t, screen.card, screen.documentAt),
  facts: [
    ...(screen.underWay ? [panel('clock', t('unconfirmed.status'), t('ended.underWay'))] : []),
    ...documentPanel(t, screen.documentAt),
    ...(screen.claim === undefined
      ? [
          // Of money that may be moving nothing is promised.
          screen.underWay ? panel('card', t('problem.safe'), t(`custody.${screen.card}`)) : safePanel(t, screen.card),
          ...(screen.underWay
            ? [...phonePanels(t, kiosk), ...referenceLine(t, screen.caseCode)]
            : [
                ...(screen.settled ? [panel('hand', t('problem.now'), t('ended.now'))] : []),
                ...referencePanel(t, screen.caseCode),
              ]),
        ]
      : keptPanels(t, screen.claim, kiosk)),
  ],
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
