/** Whose card, which card, what to do with it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Act, ForWhom, HostWord } from '#protocol/generated/kiosk.ts';
import type { ShownAct, ShownCard } from '#state-machines/screens.ts';
import { press } from '../../components/press.ts';
import { cardArt } from '../../parts/card-art.ts';
import { type IconName, icon } from '../../parts/icon.ts';
import { options, optionsOf } from '../../parts/options.ts';
import { pages } from '../../parts/pages.ts';
import { lines, panel, phonePanels, referencePanel } from '../../parts/panels.ts';
import type { Draw, ScreenContext } from '../context.ts';
import { cardName, sides } from './card.ts';

export const actIcons: Readonly<Record<Act, IconName>> = {
  temporaryLoss: 'clock',
  formalLoss: 'cardLost',
  unfreeze: 'cardFound',
  enableSocial: 'shield',
  activate: 'bank',
  changePin: 'pin',
  changeCardPin: 'card',
  resetPin: 'retry',
  unlockSocialPin: 'shield',
};

/** Fewer things at a time, not smaller ones. */
const most = ({ preferences }: ScreenContext): number => (preferences.elder ? 2 : 4);

function choice(
  name: IconName,
  [key, word, note]: readonly [key: string, word: string, note: string],
  act: () => void,
  muted = false,
): TemplateResult {
  return html`<button class="row ${muted ? 'muted' : ''}" data-choice=${key} ${press(act)}>
    <span class="disc">${icon(name)}</span>
    <span><span class="name">${word}</span><span class="note">${note}</span></span>
    ${icon('forward')}
  </button>`;
}

const whoms: readonly (readonly [ForWhom, IconName])[] = [
  ['self', 'person'],
  ['child', 'child'],
  ['other', 'people'],
];

export const forWhom: Draw<'for-whom'> = (_screen, context) => {
  const { t, send } = context;
  return {
    heading: t('whom.heading'),
    lead: t('whom.lead'),
    icon: 'cardLost',
    story: 'tall',
    body: options(
      context,
      'whom',
      whoms.map(([whom, name]) =>
        choice(name, [whom, t(`whom.${whom}`), t(`whom.${whom}.note`)], () =>
          send({ type: 'CHOOSE_WHOM', forWhom: whom }),
        ),
      ),
    ),
  };
};

const papers = ['holder', 'own', 'letter'] as const;

export const forSomebodyElse: Draw<'for-somebody-else'> = (_screen, { t, kiosk }) => ({
  heading: t('other.heading'),
  lead: t('other.lead'),
  icon: 'people',
  tone: 'wait',
  facts: [
    ...phonePanels(t, kiosk),
    panel('list', t('other.bring'), lines(papers.map((paper) => t(`other.bring.${paper}`)))),
  ],
});

function cardRow(card: ShownCard, context: ScreenContext): TemplateResult {
  const { send } = context;
  return html`<button
    class="row thing"
    data-card=${card.cardId}
    ${press(() => send({ type: 'CHOOSE_CARD', cardId: card.cardId }))}
  >
    ${cardArt(card.class)}
    <span>${cardName(card, context)}${sides(card, context)}</span>
    ${icon('forward')}
  </button>`;
}

/** A side that did not answer may know of more cards. */
function incomplete(
  { cardManagement, bankCore }: { readonly cardManagement: HostWord; readonly bankCore: HostWord },
  { t }: ScreenContext,
): readonly string[] {
  const silent = (word: HostWord): boolean => word === 'unavailable' || word === 'noAnswer';
  return [
    ...(silent(cardManagement) ? [t('cards.incomplete.cardManagement')] : []),
    ...(silent(bankCore) ? [t('cards.incomplete.bankCore')] : []),
  ];
}

/** At most one panel: mostly both sides have answered. */
export function incompletePanel(
  words: Parameters<typeof incomplete>[0],
  context: ScreenContext,
  besides: readonly string[] = [],
): readonly TemplateResult[] {
  const missing = [...incomplete(words, context), ...besides];
  return missing.length === 0 ? [] : [panel('clock', context.t('cards.incomplete'), lines(missing))];
}

export const chooseCard: Draw<'choose-card'> = (screen, context) => {
  const { t } = context;
  const lost = screen.service === 'lossReport';
  const missing = incomplete(screen, context);
  return {
    heading: t(lost ? 'cards.heading.lossReport' : 'cards.heading.other'),
    lead: missing.length === 0 ? t('cards.lead') : missing.join(' '),
    icon: 'card',
    story: 'tall',
    body: pages(
      context,
      'cards',
      screen.cards.map((card) => cardRow(card, context)),
      { most: most(context) },
    ),
  };
};

export const noCards: Draw<'no-cards'> = (screen, context) => {
  const { t, kiosk } = context;
  return {
    heading: t('cards.none.heading'),
    icon: 'card',
    tone: 'wait',
    facts: [
      ...incompletePanel(screen, context),
      panel('hand', t('problem.now'), t('cards.none.now')),
      ...phonePanels(t, kiosk),
      ...referencePanel(t, screen.caseCode),
    ],
  };
};

function actNote({ act, refusal }: ShownAct, { t }: ScreenContext): string {
  if (refusal === undefined) return t(`act.note.${act}`);
  return t(refusal === 'alreadyDone' ? 'act.done' : refusal === 'notOffered' ? 'act.counter' : 'act.refused');
}

export const chooseAct: Draw<'choose-act'> = ({ card, acts }, context) => {
  const { t, send } = context;
  return {
    heading: t('acts.heading'),
    lead: t('acts.lead', { card: t(`cards.class.${card.class}`), last4: card.last4 }),
    icon: 'card',
    story: 'tall',
    body: options(
      context,
      'acts',
      acts.map((one) =>
        choice(
          actIcons[one.act],
          [one.act, t(`act.${one.act}`), actNote(one, context)],
          () => send({ type: 'CHOOSE_ACT', act: one.act }),
          one.refusal !== undefined,
        ),
      ),
    ),
  };
};

/** Two functions, each with a switch of its own: neither is needed for the other (BRIEF-42). */
export const chooseFunctions: Draw<'choose-functions'> = ({ functions }, context) => {
  const { t, send } = context;
  return {
    heading: t('functions.heading'),
    lead: t('functions.note'),
    icon: 'cardStart',
    story: 'tall',
    cardIn: true,
    body: optionsOf(
      functions.map((one) => {
        const { act, refusal, chosen } = one;
        const open = refusal === undefined;
        return html`<button
          class="row ${open ? '' : 'muted'}"
          aria-pressed=${open ? String(chosen) : nothing}
          data-act=${act}
          ${press(() => send(open ? { type: 'TOGGLE_ACT', act } : { type: 'CHOOSE_ACT', act }))}
        >
          <span class="disc">${icon(actIcons[act])}</span>
          <span><span class="name">${t(`act.${act}`)}</span><span class="note">${actNote(one, context)}</span></span>
          ${open ? html`<span class="switch"></span>` : icon(refusal === 'alreadyDone' ? 'check' : 'forward')}
        </button>`;
      }),
    ),
    choices: [{ label: t('button.continue'), icon: 'forward', primary: true, event: { type: 'CONTINUE' } }],
  };
};
