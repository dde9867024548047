/** What an act means for each side, in plain words, and the yes to it. */
import type { TemplateResult } from 'lit';
import type { Act, Leg } from '#protocol/generated/kiosk.ts';
import type { ShownMeaning } from '#state-machines/screens.ts';
import type { Choice, Face } from '../../components/kiosk-screen.ts';
import { cardArt } from '../../parts/card-art.ts';
import type { Sign } from '../../parts/icon.ts';
import { mixed } from '../../parts/mixed.ts';
import { leg, panel } from '../../parts/panels.ts';
import type { Draw, ScreenContext } from '../context.ts';
import { actIcons } from './choosing.ts';

/** What becomes of a side: the one word, and the sentence below it. */
function outcome(act: Act, side: Leg, { days }: ShownMeaning, { t }: ScreenContext): readonly [string, string] {
  switch (act) {
    case 'temporaryLoss': {
      const count = days?.[side];
      return [
        count === undefined ? t('meaning.stopsForNow') : t('meaning.stopsFor', { days: count }),
        t('meaning.lifts'),
      ];
    }
    case 'formalLoss':
      return [t('meaning.stops'), t('meaning.untilYou')];
    case 'unfreeze':
      return [t('meaning.works'), t('meaning.unfreeze')];
    case 'enableSocial':
      return [t('meaning.starts'), t('meaning.enableSocial')];
    case 'activate':
      return [t('meaning.starts'), t('meaning.activate')];
    case 'changePin':
      return [t('meaning.newPin'), t('meaning.changePin')];
    case 'changeCardPin':
      return [t('meaning.newPin'), t('meaning.changeCardPin')];
    case 'resetPin':
      return [t('meaning.newPin'), t('meaning.resetPin')];
    case 'unlockSocialPin':
      return [t('meaning.works'), t('meaning.unlockSocialPin')];
  }
}

const isLoss = (act: Act): boolean => act === 'temporaryLoss' || act === 'formalLoss';

/** A clock for what passes by itself, a bar across for what stays. */
function signOf(act: Act): Sign {
  return act === 'temporaryLoss' ? 'wait' : act === 'formalLoss' ? 'stop' : 'go';
}

/** Both sides, each with its own sign; the sentence that is the same for both is said once. */
function meaningFacts(meaning: ShownMeaning, context: ScreenContext): readonly TemplateResult[] {
  const { t, language } = context;
  const { act, legs, card } = meaning;
  const shown = legs.map((side) => {
    const [word, note] = outcome(act, side, meaning, context);
    return { side, word, note };
  });
  const facts: TemplateResult[] = shown.map(({ side, word, note }, index) =>
    leg(signOf(act), t(`leg.${side}`), word, index === shown.length - 1 ? [note] : []),
  );
  const { financial } = card;
  // Another bank's side is not frozen here: whoever has lost the card must know before saying yes.
  if (isLoss(act) && financial.state === 'notHere') {
    const { bankName, bankHotline } = financial;
    facts.push(
      leg('none', t('leg.financial'), mixed(t('leg.notHere', { bank: bankName }), language, bankName), [
        bankHotline === undefined ? t('meaning.notHere.noPhone') : t('meaning.notHere', { number: bankHotline }),
      ]),
    );
  }
  if (isLoss(act)) {
    facts.push(panel('wallet', t('meaning.wallet'), t('meaning.wallet.note')));
  }
  return facts;
}

export const actMeaning: Draw<'act-meaning'> = (screen, context) => {
  const { t } = context;
  return {
    heading: t(`meaning.heading.${screen.act}`),
    lead: t('meaning.lead', { last4: screen.card.last4 }),
    icon: actIcons[screen.act],
    art: cardArt(screen.card.class),
    facts: meaningFacts(screen, context),
    choices: [{ label: t('button.continue'), icon: 'forward', primary: true, event: { type: 'CONTINUE' } }],
  };
};

/** The holder knows the card by the masked name and the end of its number (domain.md 4b). */
function whose(
  { card, nameMasked }: { readonly card: ShownMeaning['card']; readonly nameMasked?: string },
  { t, language }: ScreenContext,
): TemplateResult | string {
  const { last4 } = card;
  if (nameMasked === undefined) return t('meaning.lead', { last4 });
  return mixed(t('meaning.leadName', { name: nameMasked, last4 }), language, nameMasked);
}

function confirmFace(screen: ShownMeaning & { readonly nameMasked?: string }, context: ScreenContext): Face {
  const { t } = context;
  const { act } = screen;
  return {
    heading: t(`confirm.heading.${act}`),
    lead: whose(screen, context),
    icon: actIcons[act],
    tone: isLoss(act) ? 'stop' : 'calm',
    art: cardArt(screen.card.class),
    facts: meaningFacts(screen, context),
    choices: [{ label: t(`confirm.do.${act}`), icon: 'check', primary: true, event: { type: 'CONFIRM' } }],
  };
}

export const confirmAct: Draw<'confirm-act'> = (screen, context) => confirmFace(screen, context);

/** The same deed once more; now the way back is the button that stands out, where the yes stood before. */
export const confirmAgain: Draw<'confirm-again'> = (screen, context) => {
  const { t } = context;
  const { act } = screen;
  const choices: readonly Choice[] = [
    { label: t(`confirm.do.${act}`), icon: 'check', event: { type: 'CONFIRM' } },
    { label: t('button.leaveIt'), icon: 'back', primary: true, event: { type: 'BACK' } },
  ];
  return {
    heading: t('confirmAgain.heading'),
    lead: whose(screen, context),
    icon: actIcons[act],
    tone: 'stop',
    art: cardArt(screen.card.class),
    urgent: true,
    facts: [panel(actIcons[act], t(`act.${act}`), t(`confirmAgain.${act}`))],
    choices,
  };
};
