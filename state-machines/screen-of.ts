/**
 * The total tables: a state of a machine -> exactly one screen, and what can be done on it. The types make a state
 * without a row a compile error; the tests walk all states.
 */

import type { SnapshotFrom } from 'xstate';
import type { Act, CustodyState, VisitEndedEvent } from '#protocol/generated/kiosk.ts';
import type { balanceMachine } from './balance.ts';
import { balanceScreens } from './balance-screens.ts';
import type { cardActMachine } from './card-act.ts';
import { cardActScreens, stepOf } from './card-act-screens.ts';
import { type AfterDocument, identityScreens, presentCardScreens, takeDocumentScreens } from './custody-screens.ts';
import type { KioskContext, KioskEvent, kioskMachine } from './kiosk.ts';
import { balanceSteps, ending, identitySteps, type Leaf, type Row, readerOf, takeSeconds } from './screen-rows.ts';
import type { Screen, UiEvent, UiEventType, View } from './screens.ts';
import { elsewhereFor, outOfServiceReasons, tileOf, tilesOf } from './services.ts';
import type { takeDocumentMachine } from './take-document.ts';
import type { VisitContext, visitMachine } from './visit.ts';

type KioskSnapshot = SnapshotFrom<typeof kioskMachine>;
type VisitSnapshot = SnapshotFrom<typeof visitMachine>;
type CardActSnapshot = SnapshotFrom<typeof cardActMachine>;
type BalanceSnapshot = SnapshotFrom<typeof balanceMachine>;
type TakeDocumentSnapshot = SnapshotFrom<typeof takeDocumentMachine>;

type Leaves<S extends string> = S extends `open.${string}` ? never : S;
type VisitFlow = Extract<VisitSnapshot['value'], { open: unknown }>['open']['flow'];
type VisitLeaf = Leaf<VisitFlow> | Leaves<Leaf<Exclude<VisitSnapshot['value'], { open: unknown }>>>;
type VisitPassing = 'choosing' | 'leaving.choosing' | 'leaving.cardSettled' | 'leaving.closed';
/** Drawn by the machine that runs there. */
type VisitServed = 'balance' | 'identity' | 'cardAct' | 'takingDocument' | 'leaving.takingDocument';

const takeCard = (context: VisitContext): Screen => ({
  name: 'take-card',
  reader: readerOf(context),
  ...context.offer,
  ofSeconds: takeSeconds(context),
  next: 'end',
});

function leftDocument({ document, documentAt }: VisitContext) {
  return document === 'none' ? {} : { documentAt };
}

function claimNumber({ outcome, claim }: VisitContext) {
  return outcome === 'retained' && claim !== undefined ? { claim } : {};
}

function caseCode({ visit }: VisitContext) {
  return visit === undefined ? {} : { caseCode: visit.caseCode };
}

const visitScreens: Record<Exclude<VisitLeaf, VisitPassing | VisitServed>, Row<VisitContext>> = {
  opening: {
    screen: ({ snapshot }) => ({ name: 'attract', tiles: tilesOf(snapshot), opening: true }),
    actions: ['CHOOSE_SERVICE'],
  },
  home: {
    screen: ({ snapshot }) => ({ name: 'home', tiles: tilesOf(snapshot) }),
    actions: ['CHOOSE_SERVICE', 'OPEN_INFORMATION', 'END'],
  },
  serviceInfo: {
    screen: ({ snapshot, service }) => {
      const tile = tileOf(snapshot, service ?? 'information');
      return { name: 'service-info', tile, elsewhere: elsewhereFor(tile) };
    },
    actions: ['CONTINUE', 'OPEN_INFORMATION', 'BACK', 'END'],
  },
  information: {
    screen: ({ topic, snapshot }) => ({
      name: 'information',
      topic,
      disconnected: false,
      documentCheck: tileOf(snapshot, 'documentCheck'),
    }),
    actions: ['OPEN_INFORMATION', 'CHOOSE_SERVICE', 'BACK', 'END'],
  },
  'leaving.takingCard.counting': { screen: takeCard, actions: [], step: balanceSteps },
  'leaving.closing.plain': { screen: () => ending, actions: [] },
  'leaving.closing.handingOver': { screen: takeCard, actions: [], step: balanceSteps },
  'windingUp.waiting': { screen: () => ending, actions: [] },
  'windingUp.handingOver': { screen: takeCard, actions: [], step: balanceSteps },
  goodbye: {
    screen: (context) => ({
      name: 'goodbye',
      card: context.outcome,
      ...claimNumber(context),
      ...leftDocument(context),
      why: context.why === 'completed' || context.why === 'timeOut' ? context.why : 'cancelled',
      did: [...new Set(context.trail.map(({ what }) => what))],
      ...caseCode(context),
    }),
    actions: ['TOUCH', 'CLOSE'],
  },
  ended: {
    screen: (context) => ({
      name: 'visit-ended',
      why: context.endedBy,
      card: context.outcome,
      ...claimNumber(context),
      ...leftDocument(context),
      ...(context.underWay && { underWay: true as const }),
      settled: true,
      ...caseCode(context),
    }),
    actions: ['TOUCH', 'CLOSE', 'OPEN_INFORMATION'],
  },
  finished: { screen: () => ending, actions: [] },
};

type Place = Leaf<KioskSnapshot['value']['place']>;

function settling(why: VisitEndedEvent['reason'], card: CustodyState, code?: string): Screen {
  return {
    name: 'visit-ended',
    why,
    card,
    settled: false,
    ...(code !== undefined && { caseCode: code }),
  };
}

/** A visit that this page did not serve was cut short when its own page was loaded anew. */
function finishing({ snapshot, lastVisitId }: KioskContext): Screen {
  const { visitId, card = 'unknown', caseCode } = snapshot?.visit ?? {};
  return settling(visitId === lastVisitId ? 'error' : 'pageReloaded', card, caseCode);
}

const kioskScreens: Record<Exclude<Place, 'choosing' | 'visiting'>, Row<KioskContext>> = {
  starting: { screen: () => ({ name: 'starting' }), actions: [] },
  attract: {
    screen: ({ snapshot }) => ({ name: 'attract', tiles: tilesOf(snapshot), opening: false }),
    actions: ['TOUCH', 'CHOOSE_SERVICE', 'OPEN_INFORMATION'],
  },
  broken: { screen: ({ visit }) => settling('error', 'unknown', visit?.caseCode), actions: [] },
  'finishing.waiting': { screen: finishing, actions: ['OPEN_INFORMATION'] },
  'finishing.sweeping': { screen: finishing, actions: ['OPEN_INFORMATION'] },
  outOfService: {
    screen: ({ connected, snapshot }) => ({
      name: 'out-of-service',
      disconnected: !connected,
      reasons: connected ? outOfServiceReasons(snapshot) : [],
    }),
    actions: ['OPEN_INFORMATION'],
  },
  information: {
    screen: ({ topic, connected }) => ({ name: 'information', topic, disconnected: !connected }),
    actions: ['OPEN_INFORMATION', 'BACK', 'END'],
  },
};

/** 'a.b' of a settled value without parallel parts. */
export function leafOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const [entry] = Object.entries(value ?? {});
  return entry === undefined ? '' : `${entry[0]}.${leafOf(entry[1])}`;
}

/** Events with something in them are asked about by an example: one that the screen itself would send, where it matters. */
function exampleOf(type: UiEventType, screen: Screen): UiEvent {
  switch (type) {
    case 'CHOOSE_SERVICE':
      return { type, service: 'balance' };
    case 'CHOOSE_DOCUMENT':
      return { type, document: 'residentId' };
    case 'CHOOSE_WHOM':
      return { type, forWhom: 'self' };
    case 'CHOOSE_CARD':
      return { type, cardId: screen.name === 'choose-card' ? (screen.cards[0]?.cardId ?? '') : '' };
    case 'CHOOSE_ACT':
      return { type, act: actOn(screen) ?? 'formalLoss' };
    case 'TOGGLE_ACT':
      return { type, act: switchOn(screen) ?? 'activate' };
    case 'CHOOSE_CHECK':
      return { type, check: 'staff' };
    case 'ANSWER':
      return { type, answer: 'no' };
    case 'SET_PREFERENCE':
      return { type, change: {} };
    default:
      return { type };
  }
}

/** An act that this screen would send: on the page of switches, one that cannot be switched says why. */
function actOn(screen: Screen): Act | undefined {
  return screen.name === 'choose-functions'
    ? screen.functions.find(({ refusal }) => refusal !== undefined)?.act
    : screen.name === 'choose-act'
      ? screen.acts[0]?.act
      : undefined;
}

function switchOn(screen: Screen): Act | undefined {
  return screen.name === 'choose-functions'
    ? screen.functions.find(({ refusal }) => refusal === undefined)?.act
    : undefined;
}

type Shown = Pick<View, 'screen' | 'actions' | 'step'>;

function shown<C>(
  row: Row<C> | undefined,
  context: C,
  can: (event: UiEvent) => boolean,
  of: number = balanceSteps,
): Shown {
  if (row === undefined) {
    throw new Error('a state without a screen');
  }
  const { step } = row;
  const screen = row.screen(context);
  return {
    screen,
    actions: row.actions.filter((type) => can(exampleOf(type, screen))),
    ...(step !== undefined && { step: { now: step, of } }),
  };
}

function row<R>(table: Readonly<Record<string, R>>, leaf: string): R | undefined {
  return Object.hasOwn(table, leaf) ? table[leaf] : undefined;
}

/** END belongs to the visit, whatever the service is doing. */
function showService<C>(
  table: Readonly<Record<string, Row<C>>>,
  snapshot: { readonly value: unknown; readonly context: C; can(event: UiEvent): boolean },
  steps: number,
): Shown {
  const found = row(table, leafOf(snapshot.value));
  return shown(found, snapshot.context, (event) => event.type === 'END' || snapshot.can(event), steps);
}

function showTakeDocument(snapshot: TakeDocumentSnapshot, after: AfterDocument): Shown {
  const found = row(takeDocumentScreens, leafOf(snapshot.value));
  const can = (event: UiEvent) => (event.type === 'END' ? after !== 'end' : snapshot.can(event));
  return shown(found, { ...snapshot.context, after }, can, identitySteps);
}

function showBalance(snapshot: BalanceSnapshot): Shown {
  const { presentCard } = snapshot.children;
  return presentCard === undefined
    ? showService(balanceScreens, snapshot, balanceSteps)
    : showService(presentCardScreens, presentCard.getSnapshot(), balanceSteps);
}

/** The document and the card are drawn by the machines that see to them. */
function showCardAct(snapshot: CardActSnapshot): Shown {
  const { children, context, value } = snapshot;
  const { identity, takeDocument, presentCard } = children;
  if (presentCard !== undefined) {
    const { screen, actions } = showService(presentCardScreens, presentCard.getSnapshot(), balanceSteps);
    return { screen, actions, ...(screen.name === 'take-card' ? {} : stepOf(context, 'card')) };
  }
  if (identity !== undefined) {
    const inner = showService(identityScreens, identity.getSnapshot(), identitySteps);
    return { ...inner, ...stepOf(context, 'document') };
  }
  if (takeDocument !== undefined) {
    return { ...showTakeDocument(takeDocument.getSnapshot(), 'goOn'), ...stepOf(context, 'document') };
  }
  const found = row(cardActScreens, leafOf(value));
  const { screen, actions } = shown(found, context, (event) => event.type === 'END' || snapshot.can(event));
  return { screen, actions, ...stepOf(context, found?.phase) };
}

function showVisit(snapshot: VisitSnapshot): Shown {
  const { value, context } = snapshot;
  const open = typeof value === 'object' && 'open' in value ? value.open : undefined;
  if (open !== undefined && typeof open.attention === 'object') {
    const { secondsLeft, ofSeconds } = context;
    return { screen: { name: 'still-there', secondsLeft, ofSeconds }, actions: ['STAY', 'END'] };
  }
  const leaf = leafOf(open === undefined ? value : open.flow);
  const { balance, identity, cardAct, takeDocument } = snapshot.children;
  if (leaf === 'balance' && balance !== undefined) {
    return showBalance(balance.getSnapshot());
  }
  if (leaf === 'identity' && identity !== undefined) {
    return showService(identityScreens, identity.getSnapshot(), identitySteps);
  }
  if (leaf === 'cardAct' && cardAct !== undefined) {
    return showCardAct(cardAct.getSnapshot());
  }
  if (takeDocument !== undefined) {
    return showTakeDocument(takeDocument.getSnapshot(), open === undefined ? 'end' : 'home');
  }
  return shown(row(visitScreens, leaf), context, (event) => leadsOn(snapshot, event));
}

/** The region that times the person takes every tap as a sign of life; that alone is no reason for a button. */
function leadsOn(snapshot: VisitSnapshot, event: UiEvent): boolean {
  return snapshot.machine.getTransitionData(snapshot, event).some(({ source }) => source.path[1] !== 'attention');
}

/** Shown instead of the call for staff: the person's card or time is running out. */
const urgent: ReadonlySet<Screen['name']> = new Set<Screen['name']>(['take-card', 'take-document', 'still-there']);

/** The one screen for a settled snapshot of the root, and what surrounds it. */
export function viewOf(snapshot: KioskSnapshot): View {
  const { context, value } = snapshot;
  const visit = snapshot.children.visit;
  const leaf = leafOf(value.place);
  const beneath =
    leaf === 'visiting' && visit !== undefined
      ? showVisit(visit.getSnapshot())
      : shown(row(kioskScreens, leaf), context, (event) => snapshot.can(withScreen(event, '')));
  const covered = value.help !== 'closed' && !urgent.has(beneath.screen.name);
  const called = context.staffCaseCode;
  return {
    ...(covered
      ? {
          screen: {
            name: 'call-staff',
            state: value.help === 'closed' ? 'called' : value.help,
            ...(called !== undefined && { caseCode: called }),
          },
          actions: [
            'CLOSE',
            ...(value.help === 'failed' ? (['RETRY'] as const) : []),
            ...(beneath.actions.includes('END') ? (['END'] as const) : []),
            'SET_PREFERENCE',
          ],
        }
      : {
          ...beneath,
          actions: [
            ...beneath.actions,
            ...(value.help === 'closed' ? (['CALL_STAFF'] as const) : []),
            'SET_PREFERENCE',
          ],
        }),
    preferences: context.preferences,
    ...(context.snapshot !== undefined && { kiosk: context.snapshot.kiosk }),
    ...(context.visit !== undefined && { visitId: context.visit.visitId }),
    ...(called !== undefined && { staffCaseCode: called }),
  };
}

/** A call for staff says where the person was. */
function withScreen(event: UiEvent, screen: string) {
  return event.type === 'CALL_STAFF' ? { type: event.type, screen } : event;
}

/**
 * What a tap means on the screen that is shown. A button that is not on it (tapped while the screen changed, or covered
 * by the call for staff) means nothing; a touch of the glass, or a page turned, means that somebody is there.
 */
export function meaningOf(event: UiEvent, { actions, screen, visitId }: View): KioskEvent | undefined {
  if (actions.includes(event.type)) {
    return withScreen(event, screen.name);
  }
  const alive = event.type === 'TOUCH' || event.type === 'STAY';
  return alive && (visitId !== undefined || screen.name === 'information') ? { type: 'STAY' } : undefined;
}

export const screenTables = {
  kiosk: kioskScreens,
  visit: visitScreens,
  balance: balanceScreens,
  identity: identityScreens,
  takeDocument: takeDocumentScreens,
  cardAct: cardActScreens,
  presentCard: presentCardScreens,
};
