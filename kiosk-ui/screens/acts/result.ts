/** The deed under way, what each side said, and what did not come about. */
import { html, type TemplateResult } from 'lit';
import type { Act, ActRefusal, FinancialActLeg, SocialActLeg } from '#protocol/generated/kiosk.ts';
import type { ActProblemCode } from '#state-machines/screens.ts';
import type { Choice } from '../../components/kiosk-screen.ts';
import { formatDate } from '../../language/format.ts';
import { cardArt } from '../../parts/card-art.ts';
import { type IconName, icon } from '../../parts/icon.ts';
import { mixed } from '../../parts/mixed.ts';
import { bankPhone, leg, panel, phonePanels, referenceLine, referencePanel, socialPhone } from '../../parts/panels.ts';
import type { Draw, ScreenContext, ScreenOf } from '../context.ts';
import { actIcons } from './choosing.ts';

const legIcons = { social: 'shield', financial: 'bank' } as const;

export const acting: Draw<'acting'> = ({ act, legs, cardIn }, { t }) => ({
  heading: t('acting.heading'),
  lead: t('acting.lead'),
  icon: actIcons[act],
  cardIn,
  body: html`<div class="stations">
    ${legs.map(
      (side) => html`<div class="station">
        <span class="emblem turning">${icon(legIcons[side])}</span>
        <p class="hero-text">${t(`leg.${side}`)}</p>
      </div>`,
    )}
  </div>`,
});

type ActLeg = SocialActLeg | FinancialActLeg;

const isLoss = (act: Act): boolean => act === 'temporaryLoss' || act === 'formalLoss';
const isPin = (act: Act): boolean =>
  act === 'changePin' || act === 'changeCardPin' || act === 'resetPin' || act === 'unlockSocialPin';

/** The state in which a side is now: of a loss report it is frozen, of the others it works. */
function statusWord(side: 'social' | 'financial', shown: ActLeg, { t }: ScreenContext): string {
  if (shown.state !== 'done' && shown.state !== 'already') return '';
  return side === 'social'
    ? t(`social.${shown.status as Extract<SocialActLeg, { state: 'done' }>['status']}`)
    : t(`financialStatus.${shown.status as Extract<FinancialActLeg, { state: 'done' }>['status']}`);
}

function side(
  which: 'social' | 'financial',
  shown: ActLeg,
  act: Act,
  context: ScreenContext,
): TemplateResult | undefined {
  const { t, language } = context;
  const title = t(`leg.${which}`);
  switch (shown.state) {
    case 'done':
    case 'already': {
      const word = isPin(act) ? t('leg.done') : statusWord(which, shown, context);
      const details = [
        ...(shown.state === 'already' ? [t('leg.already')] : []),
        ...(shown.until === undefined ? [] : [t('side.untilItself', { date: formatDate(shown.until, language) })]),
      ];
      return leg('go', title, word, details);
    }
    case 'refused': {
      const tries = shown.triesLeft === undefined ? [] : [t('financial.tries', { count: shown.triesLeft })];
      return leg('stop', title, t('leg.refused'), [t(`legRefusal.${shown.reason}`), ...tries]);
    }
    case 'notDone':
      return leg('stop', title, t('leg.notDone'), [
        t(`leg.notDone.${shown.reason}`),
        ...(shown.retryAfterSeconds === undefined
          ? []
          : [t('leg.notDone.retryAfter', { seconds: shown.retryAfterSeconds })]),
      ]);
    case 'notConfirmed':
      return leg('wait', title, t('unconfirmed.status'), [
        t(
          isLoss(act)
            ? 'leg.notConfirmed.loss'
            : act === 'changePin' || act === 'changeCardPin'
              ? 'leg.notConfirmed.pin'
              : 'leg.notConfirmed.other',
        ),
      ]);
    case 'notHere':
      return leg('none', title, mixed(t('leg.notHere', { bank: shown.bankName }), language, shown.bankName), [
        shown.bankHotline === undefined
          ? t('leg.notHere.noPhone')
          : t('leg.notHere.note', { number: shown.bankHotline }),
      ]);
    case 'notAsked':
      return undefined;
  }
}

type Whole = 'done' | 'already' | 'part' | 'notConfirmed' | 'none';

/** What may be said in one sentence: never "frozen" where only one side is (domain.md 2c). */
function whole({ social, financial }: ScreenOf<'act-result'>): Whole {
  const states = [social.state, financial.state].filter((state) => state !== 'notAsked' && state !== 'notHere');
  const good = states.filter((state) => state === 'done' || state === 'already');
  if (states.includes('notConfirmed')) return 'notConfirmed';
  if (good.length === 0) return 'none';
  if (good.length < states.length) return 'part';
  if (good.every((state) => state === 'already')) return 'already';
  return financial.state === 'notHere' && social.state === 'done' ? 'part' : 'done';
}

/** Of each side that is not frozen for certain: whom to call now. */
function phonesOf(
  { social, financial }: ScreenOf<'act-result'>,
  { t, kiosk }: ScreenContext,
): readonly TemplateResult[] {
  const open = ({ state }: ActLeg): boolean => state === 'refused' || state === 'notDone' || state === 'notConfirmed';
  return [...(open(financial) ? [bankPhone(t, kiosk)] : []), ...(open(social) ? [socialPhone(t)] : [])];
}

const tones = { done: 'go', already: 'go', part: 'wait', notConfirmed: 'wait', none: 'stop' } as const;

export const actResult: Draw<'act-result'> = (screen, context) => {
  const { t } = context;
  const { act, card, print } = screen;
  const how = whole(screen);
  const worry = how !== 'done' && how !== 'already';
  const legs = [side('social', screen.social, act, context), side('financial', screen.financial, act, context)].filter(
    (one): one is TemplateResult => one !== undefined,
  );
  const choices: Choice[] = [];
  if (screen.next !== undefined) {
    choices.push({
      label: t('button.next', { act: t(`act.${screen.next}`) }),
      icon: 'forward',
      primary: true,
      event: { type: 'CONTINUE' },
    });
  }
  if (screen.canRetry)
    choices.push({ label: t('button.retry'), icon: 'retry', primary: true, event: { type: 'RETRY' } });
  choices.push({ label: t('button.print'), icon: 'print', event: { type: 'PRINT' } });
  if (screen.offer !== undefined) {
    choices.push({ label: t('button.makeFormal'), icon: 'cardLost', event: { type: 'CHOOSE_ACT', act: screen.offer } });
  }
  return {
    heading: how === 'done' ? t(`result.done.${act}`) : t(`result.${how}`),
    lead: t('result.lead', { last4: card.last4 }),
    icon: worry ? actIcons[act] : 'check',
    tone: tones[how],
    art: cardArt(card.class),
    cardIn: screen.cardIn,
    urgent: worry,
    facts: [
      ...legs,
      ...(isLoss(act) ? phonesOf(screen, context) : []),
      ...(worry ? referenceLine(t, screen.caseCode) : []),
      ...(worry ? [] : [panel('card', t('act.after'), t(`act.after.${act}`))]),
      ...(print.state === 'impossible' && print.reason === 'printerUnavailable'
        ? [panel('print', t('button.print'), t('balance.noPrint.printerUnavailable'))]
        : []),
      ...(worry ? [] : referencePanel(t, screen.caseCode)),
    ],
    choices,
  };
};

/** What has words of its own here, beside the ones it has elsewhere. */
const ownWords = [
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'noSuchEvidence',
  'pinPadUnavailable',
  'pinPadNeedsKeys',
  'holderMismatch',
  'noAnswer',
  'lastTry',
  'lastCardTry',
] as const satisfies readonly ActProblemCode[];

type OwnWords = (typeof ownWords)[number];

const hasOwnWords = (problem: ActProblemCode): problem is OwnWords => ownWords.some((own) => own === problem);

function words(problem: ActProblemCode, part: 'what' | 'now', { t }: ScreenContext): string {
  return hasOwnWords(problem) ? t(`actError.${problem}.${part}`) : t(`error.${problem}.${part}`);
}

/** What nobody did wrong. */
const gentle: ReadonlySet<ActProblemCode> = new Set<ActProblemCode>([
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'noAnswer',
  'hostUnavailable',
  'codeExpired',
  'wrongCode',
  'staffTimedOut',
  'evidenceMissing',
  'noSuchEvidence',
  'checkUnavailable',
  'consentDeclined',
]);

const retryLabels = { again: 'button.retry', resend: 'button.newCode', restart: 'button.startAgain' } as const;

/** Whether the card still works matters most to whoever has lost it. */
function nothingDone(service: string, { t }: ScreenContext): TemplateResult {
  return panel(
    'shield',
    t('problem.nothing'),
    t(service === 'lossReport' ? 'problem.nothing.lossReport' : 'problem.nothing.other'),
  );
}

export const actProblem: Draw<'act-problem'> = (screen, context) => {
  const { t, kiosk } = context;
  const { problem, retry, triesLeft, retryAfterSeconds, service } = screen;
  const now = words(problem, 'now', context);
  const minutes = retryAfterSeconds === undefined ? undefined : Math.max(1, Math.ceil(retryAfterSeconds / 60));
  const last = problem === 'lastTry' || problem === 'lastCardTry';
  const again: Choice | undefined =
    retry === 'none'
      ? undefined
      : { label: t(retryLabels[retry]), icon: 'retry', primary: !last, event: { type: 'RETRY' } };
  const other: Choice = {
    label: t('button.otherWay'),
    icon: 'list',
    primary: last || again === undefined,
    event: { type: 'OTHER_WAY' },
  };
  return {
    heading: words(problem, 'what', context),
    // The heading says it.
    ...(triesLeft === undefined || problem === 'pinLocked' || last
      ? {}
      : { lead: t('pin.tries', { count: triesLeft }) }),
    icon: 'shield' satisfies IconName,
    tone: gentle.has(problem) ? 'wait' : 'stop',
    cardIn: screen.cardIn,
    urgent: true,
    facts: [
      panel('hand', t('problem.now'), now, minutes === undefined ? undefined : t('problem.retryAfter', { minutes })),
      nothingDone(service, context),
      ...(service === 'lossReport' ? phonePanels(t, kiosk) : []),
      ...referenceLine(t, screen.caseCode),
    ],
    choices: again === undefined ? [other] : [other, again],
  };
};

/** Where the words send to the telephone. */
const byPhone: ReadonlySet<ActRefusal> = new Set<ActRefusal>([
  'statusForbids',
  'stateUnknown',
  'unconfirmedBefore',
  'noCheckPossible',
]);

export const actRefused: Draw<'act-refused'> = (screen, context) => {
  const { t, kiosk } = context;
  const { act, card, reason, opensAt, service } = screen;
  const lost = service === 'lossReport' && reason !== 'alreadyDone';
  return {
    heading: t(`refusal.${reason}.what`),
    lead: t('acts.lead', { card: t(`act.${act}`), last4: card.last4 }),
    icon: actIcons[act],
    tone: reason === 'alreadyDone' ? 'go' : 'wait',
    urgent: true,
    facts: [
      panel(
        'hand',
        t('problem.now'),
        t(`refusal.${reason}.now`),
        opensAt === undefined ? undefined : t('refusal.opensAt', { time: opensAt }),
      ),
      ...(lost || byPhone.has(reason) ? phonePanels(t, kiosk) : []),
      ...(lost ? [nothingDone(service, context)] : []),
      ...referenceLine(t, screen.caseCode),
    ],
  };
};
