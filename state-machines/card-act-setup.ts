/** What all states of an act on a card share: what can be called, decided and done. */

import { assign, sendTo, setup } from 'xstate';
import type { ActRefusal, EvidenceId, ForWhom, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import { unprovidedActors } from './actors.ts';
import {
  type ActProblem,
  blankAct,
  blankPad,
  type CardActContext,
  type CardActEvent,
  type CardActInput,
  type CardActOutput,
  checkKindOf,
  checkNeeded,
  checksBeside,
  consentsLeft,
  countdown,
  decided,
  firstAct,
  mayTryAgain,
  offeredAfter,
  type ProblemStep,
  printOf,
  refusalOf,
  selectedActs,
  stays,
} from './card-act-context.ts';
import {
  allowed,
  asksAboutCaller,
  consentsOf,
  entersAfterYes,
  isExplainedFirst,
  planOf,
  possibleActs,
  possibleOf,
} from './card-act-plan.ts';
import { newPinMs, type Patience, pinMs, watchdogs } from './delays.ts';
import { identityMachine } from './identity.ts';
import type { ActResult, PrintResult } from './port.ts';
import { presentCardMachine } from './present-card.ts';
import { takeDocumentMachine } from './take-document.ts';
import { withinOf } from './visit-serving.ts';

export const actSetup = setup({
  types: {
    context: {} as CardActContext,
    events: {} as CardActEvent,
    input: {} as CardActInput,
    output: {} as CardActOutput,
    tags: {} as Patience,
    children: {} as { identity: 'identity'; takeDocument: 'takeDocument'; presentCard: 'presentCard' },
  },
  actors: {
    ...unprovidedActors,
    identity: identityMachine,
    takeDocument: takeDocumentMachine,
    presentCard: presentCardMachine,
  },
  delays: {
    ...watchdogs,
    CHECK: ({ context }) =>
      checkKindOf(context) === 'bankPin' ? pinMs(context.snapshot.display) : watchdogs.LIVE_CHECK,
    NEW_PIN: ({ context: { act, snapshot } }) => newPinMs(snapshot.display, entersAfterYes(act)),
  },
  guards: {
    asksForWhom: ({ context }) => planOf(context.service).asksForWhom,
    isFor: ({ event }, forWhom: ForWhom) => event.type === 'CHOOSE_WHOM' && event.forWhom === forWhom,
    agentMissing: ({ context }) => context.forWhom === 'child' && context.agentDocument === undefined,
    presentsCard: ({ context }) => planOf(context.service).presentsCard,
    /** A card that leaves while it is out is another's: of the staff. */
    holdsCard: ({ context }) => planOf(context.service).presentsCard && context.card !== 'none',
    staffWaits: ({ event }) => event.type === 'STAFF_CARD' && event.state === 'locked',
    cardOut: ({ context }) => context.card === 'none',
    noCards: ({ context }) => context.found?.cards.length === 0,
    nothingToSee: ({ context: { found, applications } }) => found?.cards.length === 0 && applications?.length === 0,
    progressMissing: ({ context }) => context.applications === undefined,
    chooses: ({ context: { chosen, service, wanted } }, choice: 'switches') =>
      chosen !== undefined &&
      wanted === undefined &&
      planOf(service).choice === choice &&
      possibleActs(chosen, service).some(allowed),
    maySwitch: ({ context: { chosen }, event }) =>
      event.type === 'TOGGLE_ACT' && chosen !== undefined && allowed(possibleOf(chosen, event.act)),
    isRefused: ({ context: { chosen }, event }) =>
      event.type === 'CHOOSE_ACT' && chosen !== undefined && !allowed(possibleOf(chosen, event.act)),
    someSelected: ({ context }) => selectedActs(context).length > 0,
    hasSwitches: ({ context: { service, chosen } }) =>
      planOf(service).choice === 'switches' && chosen !== undefined && possibleActs(chosen, service).some(allowed),
    onlyLooks: ({ context }) => planOf(context.service).choice === 'look',
    cardKnown: ({ context }) => context.chosen !== undefined,
    severalCards: ({ context }) => (context.found?.cards.length ?? 0) > 1,
    firstIsAllowed: ({ context }) => {
      const first = firstAct(context);
      return first !== undefined && allowed(first);
    },
    choosesAct: ({ context: { chosen, service, wanted } }) =>
      chosen !== undefined &&
      wanted === undefined &&
      (planOf(service).choice === 'list' || possibleActs(chosen, service).some(allowed)),
    /** A list to come back to; whoever has but one thing to do here goes home. */
    hasList: ({ context: { service, chosen } }) =>
      chosen !== undefined &&
      planOf(service).acts.length > 1 &&
      (planOf(service).choice !== 'first' || possibleActs(chosen, service).some(allowed)),
    isAllowed: ({ context, event }) =>
      event.type === 'CHOOSE_ACT' && context.chosen !== undefined && allowed(possibleOf(context.chosen, event.act)),
    cardMissing: ({ context: { offer, card } }) => offer?.card === true && card === 'none',
    explainedFirst: ({ context: { act } }) => act !== undefined && isExplainedFirst(act),
    checkNeeded: ({ context }) => checkNeeded(context),
    faceUnagreed: ({ context }) => checkNeeded(context) && checkKindOf(context) === 'face' && !context.faceAgreed,
    isKind: ({ context }, kind: LiveCheckKind) => checkKindOf(context) === kind,
    hasOtherWay: ({ context }) => checksBeside(context).length > 0,
    mayResend: ({ context: { code } }) => code !== undefined && code.resendInSeconds === 0,
    consentLeft: ({ context }) => consentsLeft(context).length > 0,
    newPinNeeded: ({ context: { act, offer, newPinEvidence } }) =>
      offer?.newPin === true && newPinEvidence === undefined && !entersAfterYes(act),
    entersAfterYes: ({ context: { act } }) => entersAfterYes(act),
    staffNeeded: ({ context: { offer, staffEvidence } }) => offer?.staff === true && staffEvidence === undefined,
    callerQuestionLeft: ({ context: { act, elder, callerAsked } }) =>
      !callerAsked && act !== undefined && asksAboutCaller(act, elder),
    says: ({ event }, answer: 'yes' | 'no') => event.type === 'ANSWER' && event.answer === answer,
    confirmsTwice: ({ context: { offer } }) => offer?.confirmTwice === true,
    mayMakeFormal: ({ context }) => offeredAfter(context) !== undefined,
    hasNext: ({ context }) => context.queue.length > 0,
    mayTryAgain: ({ context }) => mayTryAgain(context),
    mayPrint: ({ context }) => printOf(context).state === 'offered',
    leadsTo: ({ context: { problem } }, step: ProblemStep) => problem?.step === step && problem.retry !== 'none',
    resends: ({ context: { problem } }) => problem?.retry === 'resend',
    restarts: ({ context: { problem } }) => problem?.retry === 'restart',
    problemHasOtherWay: ({ context }) =>
      context.problem?.step === 'checking' &&
      context.problem.problem !== 'consentDeclined' &&
      checksBeside(context).length > 0,
  },
  actions: {
    noteSnapshot: assign(({ event, context }) => ({
      snapshot: event.type === 'SNAPSHOT' ? event.snapshot : context.snapshot,
    })),
    noteElder: assign(({ event, context }) => ({
      elder: event.type === 'SET_PREFERENCE' ? (event.change.elder ?? context.elder) : context.elder,
    })),
    cardIsOut: assign({ card: 'none' }),
    follow: assign((_, snapshot: Parameters<typeof withinOf>[0]) => ({
      within: withinOf(snapshot),
      ...(snapshot.context.document !== undefined && { document: snapshot.context.document }),
      ...(snapshot.context.documentAt !== undefined && { documentAt: snapshot.context.documentAt }),
      ...(snapshot.context.card !== undefined && { card: snapshot.context.card }),
    })),
    leaveChild: assign({ within: undefined }),
    toIdentity: sendTo('identity', ({ event }) => event),
    toTakeDocument: sendTo('takeDocument', ({ event }) => event),
    toCard: sendTo('presentCard', ({ event }) => event),
    giveBack: assign({ start: { at: 'giveBack' } }),
    readAnew: assign({ start: { at: 'read' } }),
    /** The card that all of this is about is gone: it goes on with it, from the beginning of what was being done. */
    pulled: assign(({ context: { act, chosen, result, wanted } }) => ({
      ...blankAct,
      card: 'none' as const,
      start: { at: 'trouble' as const, trouble: { problem: 'cardRemoved' as const } },
      read: undefined,
      wanted:
        wanted ??
        (act === undefined || chosen === undefined || result !== undefined ? undefined : { act, card: chosen }),
    })),
    noteForWhom: assign(({ event, context }) => ({
      forWhom: event.type === 'CHOOSE_WHOM' ? event.forWhom : context.forWhom,
      holderDocument: undefined,
      agentDocument: undefined,
    })),
    decideCard: assign(({ context }) => decided(context)),
    chooseCard: assign(({ event, context }) => ({
      chosen:
        event.type === 'CHOOSE_CARD' ? context.found?.cards.find(({ cardId }) => cardId === event.cardId) : undefined,
    })),
    forgetCard: assign({ chosen: undefined, wanted: undefined }),
    forgetAct: assign({ act: undefined, offer: undefined }),
    beginFirst: assign(({ context }) => {
      const first = firstAct(context);
      return { ...blankAct, act: first?.act, offer: first?.offer, wanted: undefined, result: undefined };
    }),
    beginChosen: assign(({ event, context }) => {
      const possible =
        event.type === 'CHOOSE_ACT' && context.chosen !== undefined ? possibleOf(context.chosen, event.act) : undefined;
      return { ...blankAct, act: possible?.act, offer: possible?.offer, result: undefined, queue: [] };
    }),
    /** The social side is what the card is for; the bank's is an offer (BRIEF-42) and waits to be chosen. */
    offerSwitches: assign(({ context: { chosen } }) => ({
      selected: chosen !== undefined && allowed(possibleOf(chosen, 'enableSocial')) ? (['enableSocial'] as const) : [],
    })),
    toggle: assign(({ context: { selected }, event }) =>
      event.type === 'TOGGLE_ACT'
        ? {
            selected: selected.includes(event.act)
              ? selected.filter((act) => act !== event.act)
              : [...selected, event.act],
          }
        : { selected },
    ),
    beginSelected: assign(({ context }) => {
      const [first, ...rest] = selectedActs(context);
      return {
        ...blankAct,
        act: first?.act,
        offer: first?.offer,
        queue: rest.map(({ act }) => act),
        result: undefined,
      };
    }),
    noteRefusal: assign(({ event, context }) => ({
      refused:
        event.type === 'CHOOSE_ACT' && context.chosen !== undefined
          ? possibleOf(context.chosen, event.act)
          : refusalOf(context),
      wanted: undefined,
    })),
    wantChosen: assign(({ event, context }) => ({
      wanted:
        event.type === 'CHOOSE_ACT' && context.chosen !== undefined
          ? { act: event.act, card: context.chosen }
          : undefined,
    })),
    wantSame: assign(({ context: { act, chosen } }) => ({
      wanted: act === undefined || chosen === undefined ? undefined : { act, card: chosen },
    })),
    beginCheck: assign({
      pad: blankPad,
      code: undefined,
      staff: undefined,
      staffCard: undefined,
      attention: undefined,
      problem: undefined,
    }),
    checkOver: assign({ resend: false, pad: blankPad }),
    chooseCheck: assign(({ event, context }) => ({
      checkKind: event.type === 'CHOOSE_CHECK' ? event.check : context.checkKind,
      again: undefined,
      triesLeft: undefined,
    })),
    /** The last try keeps its warning. */
    tryAgain: assign(({ context: { problem } }) =>
      problem?.problem === 'lastTry' || problem?.problem === 'lastCardTry'
        ? { again: 'wrongPin' as const, triesLeft: problem.triesLeft }
        : { again: undefined, triesLeft: undefined },
    ),
    resend: assign({ resend: true, again: undefined, triesLeft: undefined }),
    notePad: assign(({ event, context: { pad } }) =>
      event.type === 'PIN_READY'
        ? { pad: { ready: true, digits: 0, minDigits: event.minDigits, maxDigits: event.maxDigits } }
        : event.type === 'PIN_KEY'
          ? { pad: { ...pad, digits: event.digits } }
          : {},
    ),
    noteCode: assign(({ event, context }) =>
      event.type === 'CODE_SENT'
        ? {
            code: {
              phoneMasked: event.phoneMasked,
              secondsLeft: event.secondsValid,
              resendInSeconds: event.resendAfterSeconds,
            },
          }
        : { code: context.code },
    ),
    noteStaff: assign(({ event, context }) =>
      event.type === 'STAFF_CALLED'
        ? {
            staffCard: undefined,
            attention: undefined,
            staff: countdown(event.secondsLeft, context.staffCard === undefined ? context.staff : undefined),
          }
        : { staff: context.staff },
    ),
    noteStaffCard: assign(({ event, context: { pad, staff } }) =>
      event.type !== 'STAFF_CARD'
        ? {}
        : {
            pad: { ...pad, digits: 0, ready: false },
            staffCard: event.state === 'unreadable' ? ('unreadable' as const) : ('wrongPin' as const),
            staff: event.secondsLeft === undefined ? staff : countdown(event.secondsLeft),
          },
    ),
    noteTakeCard: assign(({ event, context: { staff, attention } }) =>
      event.type !== 'TAKE_CARD'
        ? {}
        : {
            attention: event.attention,
            staff: countdown(event.secondsLeft, event.attention === attention ? staff : undefined),
          },
    ),
    noteRound: assign(({ event, context }) =>
      event.type === 'PIN_ROUND'
        ? {
            round: event.round,
            pinAgain: event.again,
            again: event.round === 0 ? context.again : undefined,
            pad: { ...context.pad, digits: 0, ready: false },
          }
        : {},
    ),
    tick: assign(({ context: { code, staff } }) => ({
      ...(code !== undefined && {
        code: {
          ...code,
          secondsLeft: Math.max(0, code.secondsLeft - 1),
          resendInSeconds: Math.max(0, code.resendInSeconds - 1),
        },
      }),
      ...(staff !== undefined && { staff: { ...staff, secondsLeft: Math.max(0, staff.secondsLeft - 1) } }),
    })),
    noteCheck: assign(({ context }, evidence: EvidenceId) =>
      context.checkPurpose === 'approval'
        ? { staffEvidence: evidence }
        : {
            checkEvidence: evidence,
            // Who was let in by the staff has their approval.
            ...(checkKindOf(context) === 'staff' && { staffEvidence: evidence }),
          },
    ),
    noteNewPin: assign((_, evidence: EvidenceId) => ({ newPinEvidence: evidence })),
    askStaff: assign({ checkPurpose: 'approval' }),
    checkAgain: assign((_, change: { again: 'wrongPin' | 'wrongCode'; triesLeft: number | undefined }) => change),
    agreeToFace: assign({ faceAgreed: true }),
    agree: assign(({ context }) => {
      const [text] = consentsLeft(context);
      return text === undefined ? {} : { consents: [...context.consents, { text, choice: 'agreed' as const }] };
    }),
    callerIsNobody: assign({ callerAsked: true }),
    confirm: assign(({ context: { confirmations, act, offer, consents } }) => ({
      confirmations: confirmations + 1,
      consents:
        act !== undefined && offer !== undefined && !isExplainedFirst(act)
          ? consentsOf(offer).map((text) => ({ text, choice: 'agreed' as const }))
          : consents,
    })),
    beginNewPin: assign(({ context: { act } }) => ({
      round: entersAfterYes(act) ? (0 as const) : (1 as const),
      pinAgain: undefined,
    })),
    takeBackConfirmation: assign({ confirmations: 0 }),
    problem: assign((_, problem: ActProblem) => ({ problem, pad: blankPad })),
    noteResult: assign(({ context }, result: ActResult) => ({
      ...blankAct,
      result,
      acted: context.acted || stays(result),
      underWay: [result.social, result.financial].some(({ state }) => state === 'notConfirmed'),
    })),
    nextInQueue: assign(({ context: { queue, chosen } }) => {
      const [act, ...rest] = queue;
      return {
        queue: rest,
        wanted: act === undefined || chosen === undefined ? undefined : { act, card: chosen },
      };
    }),
    noteLateRefusal: assign(({ context: { act, offer } }, reason: ActRefusal | undefined) => ({
      refused:
        act === undefined
          ? undefined
          : { act, refusal: reason ?? ('notOffered' as const), ...(offer !== undefined && { offer }) },
    })),
    notePrint: assign((_, print: PrintResult) => ({ print })),
    gone: assign({ next: 'gone' }),
    failed: assign({ next: 'error' }),
    timeOut: assign({ next: 'timeOut' }),
    completed: assign({ next: 'completed' }),
  },
});
