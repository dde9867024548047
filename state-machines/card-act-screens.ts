/** The screens of an act on a card: one row for every place of the machine. */

import type { SnapshotFrom } from 'xstate';
import type { ActOffer, HolderCard } from '#protocol/generated/kiosk.ts';
import type { CardActContext, cardActMachine } from './card-act.ts';
import { checksBeside, consentsLeft, mayTryAgain, offeredAfter, printOf } from './card-act-context.ts';
import { faceConsent, type Phase, type Possible, planOf, possibleActs } from './card-act-plan.ts';
import { ending, type Leaf, type Row } from './screen-rows.ts';
import type { Screen, ShownAct, ShownCard, ShownMeaning } from './screens.ts';

type CardActSnapshot = SnapshotFrom<typeof cardActMachine>;

/** States that only lead on. */
type Passing =
  | 'choosing'
  | 'backFromDocument'
  | 'identified'
  | 'anew'
  | 'found'
  | 'seen'
  | 'cardChosen'
  | 'beginning'
  | 'preparing'
  | 'checking.choosing'
  | 'goingBack'
  | 'comingHome';
/** Drawn by the machine that runs there. */
type Served = 'identity' | 'takingDocument' | 'card';

interface PhasedRow extends Row<CardActContext> {
  readonly phase?: Phase;
}

const cardIn = ({ card }: CardActContext) => ({ cardIn: card !== 'none' });

function shownCard({ acts: _, ...card }: HolderCard): ShownCard {
  return card;
}

function shownAct({ act, refusal, offer }: Possible): ShownAct {
  return {
    act,
    ...(refusal !== undefined && { refusal }),
    ...(offer?.opensAt !== undefined && { opensAt: offer.opensAt }),
  };
}

/** The visit's own reference, where the answer had none. */
function caseCodeOf({ snapshot }: CardActContext, own?: string) {
  const code = own ?? snapshot.visit?.caseCode;
  return code === undefined ? {} : { caseCode: code };
}

function meaningOf(context: CardActContext, draw: (meaning: ShownMeaning) => Screen): Screen {
  const { act, offer, chosen } = context;
  if (act === undefined || offer === undefined || chosen === undefined) {
    return ending;
  }
  const { legs, days }: ActOffer = offer;
  return draw({ act, card: shownCard(chosen), legs, ...(days !== undefined && { days }) });
}

function nameOf({ holderDocument }: CardActContext) {
  const { nameMasked, latinNameMasked } = holderDocument?.document ?? {};
  const name = nameMasked ?? latinNameMasked;
  return name === undefined ? {} : { nameMasked: name };
}

function refusedScreen(context: CardActContext): Screen {
  const { refused, chosen, service } = context;
  if (refused?.refusal === undefined || chosen === undefined) {
    return ending;
  }
  const { act, refusal, offer } = refused;
  return {
    name: 'act-refused',
    service,
    act,
    card: shownCard(chosen),
    reason: refusal,
    ...(offer?.opensAt !== undefined && { opensAt: offer.opensAt }),
    ...caseCodeOf(context, context.found?.caseCode),
  };
}

function resultScreen(context: CardActContext): Screen {
  const { act, chosen, result, queue } = context;
  if (act === undefined || chosen === undefined || result === undefined) {
    return ending;
  }
  const offer = offeredAfter(context);
  const [next] = queue;
  return {
    name: 'act-result',
    act,
    card: shownCard(chosen),
    social: result.social,
    financial: result.financial,
    ...cardIn(context),
    ...(offer !== undefined && { offer }),
    ...(next !== undefined && { next }),
    canRetry: mayTryAgain(context),
    print: printOf(context),
    ...caseCodeOf(context, result.caseCode),
  };
}

function problemScreen(context: CardActContext): Screen {
  const { problem, service } = context;
  if (problem === undefined) {
    return ending;
  }
  const { step: _, ...told } = problem;
  return { name: 'act-problem', service, ...told, ...cardIn(context), ...caseCodeOf(context, told.caseCode) };
}

const again = ({ again: why, triesLeft }: CardActContext) => ({
  ...(triesLeft !== undefined && { triesLeft }),
  ...(why !== undefined && { again: why }),
});

function codeScreen(context: CardActContext): Screen {
  const { code, found } = context;
  const phone = code?.phoneMasked ?? found?.phoneMasked;
  const { again: why, ...tries } = again(context);
  return {
    name: 'check-code',
    ...context.pad,
    ...cardIn(context),
    ...tries,
    ...(why === 'wrongCode' && { again: why }),
    ...(code !== undefined &&
      phone !== undefined && {
        phoneMasked: phone,
        secondsLeft: code.secondsLeft,
        resendInSeconds: code.resendInSeconds,
      }),
  };
}

const noCountdown = { secondsLeft: 0, ofSeconds: 0 } as const;

const answeredBy = ({ found }: CardActContext) => ({
  cardManagement: found?.cardManagement ?? ('noAnswer' as const),
  bankCore: found?.bankCore ?? ('noAnswer' as const),
});

export const cardActScreens: Record<Exclude<Leaf<CardActSnapshot['value']>, Passing | Served>, PhasedRow> = {
  forWhom: { screen: () => ({ name: 'for-whom' }), actions: ['CHOOSE_WHOM', 'BACK', 'END'], phase: 'document' },
  forSomebodyElse: { screen: () => ({ name: 'for-somebody-else' }), actions: ['BACK', 'END'] },
  finding: {
    screen: () => ({ name: 'asking', cardManagement: true, bankCore: true }),
    actions: ['BACK', 'END'],
    phase: 'choice',
  },
  noCards: {
    screen: (context) => ({
      name: 'no-cards',
      ...answeredBy(context),
      ...caseCodeOf(context, context.found?.caseCode),
    }),
    actions: ['BACK', 'END'],
    phase: 'choice',
  },
  choosingCard: {
    screen: (context) => ({
      name: 'choose-card',
      service: context.service,
      cards: (context.found?.cards ?? []).map(shownCard),
      ...answeredBy(context),
    }),
    actions: ['CHOOSE_CARD', 'BACK', 'END'],
    phase: 'choice',
  },
  looking: {
    screen: () => ({ name: 'asking', cardManagement: true, bankCore: false }),
    actions: ['BACK', 'END'],
    phase: 'result',
  },
  myCards: {
    screen: (context) => ({
      name: 'my-cards',
      cards: (context.found?.cards ?? []).map(shownCard),
      ...(context.applications !== undefined && { applications: context.applications }),
      ...answeredBy(context),
      ...caseCodeOf(context, context.found?.caseCode),
    }),
    actions: ['RETRY', 'DONE', 'BACK', 'END'],
    phase: 'result',
  },
  choosingFunctions: {
    screen: ({ chosen, service, selected }) =>
      chosen === undefined
        ? ending
        : {
            name: 'choose-functions',
            card: shownCard(chosen),
            functions: possibleActs(chosen, service).map((possible) => ({
              ...shownAct(possible),
              chosen: selected.includes(possible.act) && possible.refusal === undefined,
            })),
          },
    actions: ['TOGGLE_ACT', 'CHOOSE_ACT', 'CONTINUE', 'BACK', 'END'],
    phase: 'choice',
  },
  choosingAct: {
    screen: ({ chosen, service }) =>
      chosen === undefined
        ? ending
        : { name: 'choose-act', card: shownCard(chosen), acts: possibleActs(chosen, service).map(shownAct) },
    actions: ['CHOOSE_ACT', 'BACK', 'END'],
    phase: 'choice',
  },
  refused: { screen: refusedScreen, actions: ['BACK', 'END'], phase: 'choice' },
  meaning: {
    screen: (context) => meaningOf(context, (meaning) => ({ name: 'act-meaning', ...meaning })),
    actions: ['CONTINUE', 'BACK', 'END'],
    phase: 'choice',
  },
  'checking.pin': {
    screen: (context) => {
      const { again: why, ...tries } = again(context);
      return {
        name: 'check-pin',
        ...context.pad,
        ...cardIn(context),
        ...tries,
        ...(why === 'wrongPin' && { again: why }),
      };
    },
    actions: ['OTHER_WAY', 'BACK', 'END'],
    phase: 'check',
  },
  'checking.code.counting': { screen: codeScreen, actions: ['RESEND', 'OTHER_WAY', 'BACK', 'END'], phase: 'check' },
  'checking.staff.counting': {
    screen: (context) => ({
      name: 'check-staff',
      purpose: context.checkPurpose,
      ...cardIn(context),
      ...context.staff,
    }),
    actions: ['OTHER_WAY', 'BACK', 'END'],
    phase: 'check',
  },
  'checking.staff.pin': {
    screen: (context) => ({
      name: 'staff-pin',
      ...context.pad,
      ...(context.staffCard === 'wrongPin' && { again: 'wrongPin' as const }),
    }),
    actions: ['OTHER_WAY', 'BACK', 'END'],
    phase: 'check',
  },
  'checking.staff.locked': {
    screen: ({ staff }) => ({ name: 'staff-locked', ...(staff ?? noCountdown) }),
    actions: ['OTHER_WAY', 'BACK', 'END'],
    phase: 'check',
  },
  'checking.staff.taking': {
    screen: ({ staff, staffCard, attention }) => ({
      name: 'staff-take-card',
      attention: attention ?? 'normal',
      unreadable: staffCard === 'unreadable',
      ...(staff ?? noCountdown),
    }),
    actions: ['BACK', 'END'],
    phase: 'check',
  },
  'checking.face': {
    screen: (context) => ({ name: 'check-face', ...cardIn(context) }),
    actions: ['OTHER_WAY', 'BACK', 'END'],
    phase: 'check',
  },
  choosingCheck: {
    screen: (context) => ({
      name: 'choose-check',
      checks: checksBeside(context),
      ...(context.found?.phoneMasked !== undefined && { phoneMasked: context.found.phoneMasked }),
    }),
    actions: ['CHOOSE_CHECK', 'BACK', 'END'],
    phase: 'check',
  },
  agreeingToFace: {
    screen: () => ({ name: 'consent', text: faceConsent, now: 1, of: 1 }),
    actions: ['CONTINUE', 'DECLINE', 'BACK', 'END'],
    phase: 'check',
  },
  consenting: {
    screen: (context) => {
      const left = consentsLeft(context);
      const [text] = left;
      const agreed = context.consents.length;
      return text === undefined ? ending : { name: 'consent', text, now: agreed + 1, of: agreed + left.length };
    },
    actions: ['CONTINUE', 'DECLINE', 'BACK', 'END'],
    phase: 'agreement',
  },
  newPin: {
    screen: (context) => {
      const { act, round, pinAgain, again, triesLeft, pad } = context;
      return {
        name: 'new-pin',
        of: act === 'changeCardPin' ? 'card' : 'bank',
        round,
        ...pad,
        ...cardIn(context),
        ...(pinAgain !== undefined && { again: pinAgain }),
        ...(round === 0 && again === 'wrongPin' && { again, ...(triesLeft !== undefined && { triesLeft }) }),
      };
    },
    actions: ['BACK', 'END'],
    phase: 'agreement',
  },
  callerQuestion: {
    screen: () => ({ name: 'caller-question' }),
    actions: ['ANSWER', 'BACK', 'END'],
    phase: 'agreement',
  },
  'stopped.calling': { screen: () => ({ name: 'stopped', state: 'calling' }), actions: ['BACK', 'END'] },
  'stopped.called': {
    screen: ({ staffCaseCode }) => ({
      name: 'stopped',
      state: 'called',
      ...(staffCaseCode !== undefined && { caseCode: staffCaseCode }),
    }),
    actions: ['BACK', 'END'],
  },
  'stopped.failed': { screen: () => ({ name: 'stopped', state: 'failed' }), actions: ['RETRY', 'BACK', 'END'] },
  confirming: {
    screen: (context) => meaningOf(context, (meaning) => ({ name: 'confirm-act', ...meaning, ...nameOf(context) })),
    actions: ['CONFIRM', 'BACK', 'END'],
    phase: 'agreement',
  },
  confirmingAgain: {
    screen: (context) => meaningOf(context, (meaning) => ({ name: 'confirm-again', ...meaning, ...nameOf(context) })),
    actions: ['CONFIRM', 'BACK', 'END'],
    phase: 'agreement',
  },
  acting: {
    screen: (context) => ({
      name: 'acting',
      act: context.act ?? 'temporaryLoss',
      legs: context.offer?.legs ?? [],
      ...cardIn(context),
    }),
    actions: [],
    phase: 'result',
  },
  result: {
    screen: resultScreen,
    actions: ['CONTINUE', 'CHOOSE_ACT', 'RETRY', 'PRINT', 'DONE', 'BACK', 'END'],
    phase: 'result',
  },
  printing: { screen: () => ({ name: 'printing' }), actions: ['END'], phase: 'result' },
  printResult: {
    screen: ({ print }) => ({
      name: 'print-result',
      outcome: print?.outcome ?? 'unknown',
      canRetry: print?.outcome === 'notDone',
      ...(print?.reason !== undefined && { reason: print.reason }),
      ...(print?.caseCode !== undefined && { caseCode: print.caseCode }),
    }),
    actions: ['RETRY', 'DONE', 'BACK', 'END'],
    phase: 'result',
  },
  problem: { screen: problemScreen, actions: ['RETRY', 'OTHER_WAY', 'BACK', 'END'] },
  finished: { screen: () => ending, actions: [] },
};

/** "Step 2 of 4": the part of the way, of the parts that this service has. */
export function stepOf({ service }: CardActContext, phase: Phase | undefined) {
  const { phases } = planOf(service);
  const now = phase === undefined ? 0 : phases.indexOf(phase) + 1;
  return now === 0 ? {} : { step: { now, of: phases.length } };
}
