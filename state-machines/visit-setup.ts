/** What all of the visit's states share: its context and events, what it can call, decide and do. */

import { assign, raise, sendTo, setup } from 'xstate';
import type {
  CardOutcome,
  ClaimNumber,
  CustodyState,
  EndReason,
  Language,
  ServiceName,
  Snapshot,
  TrailItem,
  VisitEndedEvent,
} from '#protocol/generated/kiosk.ts';
import { unprovidedActors } from './actors.ts';
import { balanceMachine } from './balance.ts';
import { cardActMachine } from './card-act.ts';
import { isCardAct, planOf } from './card-act-plan.ts';
import { type Patience, patienceMs, takeCardMs, watchdogs } from './delays.ts';
import { identityMachine } from './identity.ts';
import type { OpenVisit, ReturnCardEvent, WorldEvent } from './port.ts';
import type { Offer } from './present-card.ts';
import type { DocumentCustody, DocumentPlace, InformationTopic, UiEvent } from './screens.ts';
import { tileOf, works } from './services.ts';
import { takeDocumentMachine } from './take-document.ts';
import { type Belongings, belongings, patienceOf, placeOf, type ServiceSnapshot } from './visit-serving.ts';

export interface VisitInput {
  readonly snapshot: Snapshot;
  readonly language: Language;
  readonly elder: boolean;
  /** Touched on the attract screen: go straight there. */
  readonly service: ServiceName | undefined;
}

/** `information`: the visitor of an interrupted visit wants to read on. */
export interface VisitOutput {
  readonly information: boolean;
}

export interface VisitContext extends VisitInput {
  readonly visit: OpenVisit | undefined;
  readonly topic: InformationTopic;
  readonly cameFrom: 'home' | 'serviceInfo';
  readonly patience: Patience;
  /** Where the running service is; a change of it counts as a sign of life. */
  readonly place: string;
  readonly secondsLeft: number;
  readonly ofSeconds: number;
  readonly card: CustodyState;
  readonly offer: Offer;
  /** What of the person lies at a document reader, and at which. */
  readonly document: DocumentCustody;
  readonly documentAt: DocumentPlace;
  /** Something was done in this visit that stays. */
  readonly acted: boolean;
  readonly underWay: boolean;
  readonly why: EndReason;
  readonly outcome: CardOutcome;
  /** Under which a card that was kept is given out. */
  readonly claim: ClaimNumber | undefined;
  readonly endedBy: VisitEndedEvent['reason'];
  readonly information: boolean;
  /** What the kiosk did with the person's data, as it says at the end. */
  readonly trail: readonly TrailItem[];
}

type Attend = { readonly type: 'ATTEND' };
export type VisitEvent = UiEvent | WorldEvent | ReturnCardEvent | Attend;

const attend = raise<VisitContext, VisitEvent, VisitEvent, undefined, never>({ type: 'ATTEND' });

/** An event that names no visit is about this one: the daemon has one at a time. */
export function ofVisit({ visit }: VisitContext, event: VisitEvent): boolean {
  switch (event.type) {
    case 'ENDED':
      return event.visitId === visit?.visitId;
    case 'CARD_REMOVED':
      return event.visitId === undefined || event.visitId === visit?.visitId;
    default:
      return true;
  }
}

/** A card that may be in the reader, as far as the service or the daemon knows. */
function cardMayBeIn({ card, snapshot }: VisitContext): boolean {
  return card !== 'none' || (snapshot.visit !== undefined && snapshot.visit.card !== 'none');
}

/** What became of the card, as far as was told before the telling stopped. */
function lastKnown(context: VisitContext): CardOutcome {
  return context.outcome === 'none' && cardMayBeIn(context) ? 'unknown' : context.outcome;
}

export function takingFrom({ visit, snapshot, documentAt }: VisitContext) {
  return { visitId: visit?.visitId ?? '', snapshot, reader: documentAt };
}

/** What every service is begun with. */
export function serviceInput({ visit, snapshot }: VisitContext) {
  return { visitId: visit?.visitId ?? '', snapshot };
}

export function identityInput(context: VisitContext) {
  return { ...serviceInput(context), purpose: 'try' as const };
}

export function cardActInput(context: VisitContext) {
  const { service, elder } = context;
  // The guard that leads there lets nothing else through.
  return { ...serviceInput(context), service: isCardAct(service) ? service : ('lossReport' as const), elder };
}

export function waits(patience: Patience) {
  return [assign<VisitContext, VisitEvent, undefined, VisitEvent, never>({ patience }), attend];
}

export const visitSetup = setup({
  types: {
    context: {} as VisitContext,
    events: {} as VisitEvent,
    input: {} as VisitInput,
    output: {} as VisitOutput,
    children: {} as { balance: 'balance'; identity: 'identity'; cardAct: 'cardAct'; takeDocument: 'takeDocument' },
  },
  actors: {
    ...unprovidedActors,
    balance: balanceMachine,
    identity: identityMachine,
    cardAct: cardActMachine,
    takeDocument: takeDocumentMachine,
  },
  delays: {
    ...watchdogs,
    PATIENCE: ({ context: { snapshot, patience, elder } }) => patienceMs(snapshot.display, patience, elder),
    TAKE_CARD: ({ context }) => takeCardMs(context.snapshot.display),
    END_VISIT: ({ context }) => takeCardMs(context.snapshot.display),
    READ_GOODBYE: ({ context: { snapshot, elder, outcome, document, trail } }) =>
      document === 'none' && (outcome === 'none' || outcome === 'taken')
        ? watchdogs[trail.length === 0 ? 'GOODBYE' : 'GOODBYE_WITH_TRAIL']
        : patienceMs(snapshot.display, 'info', elder),
    READ_ENDED: ({ context: { snapshot, elder } }) => patienceMs(snapshot.display, 'info', elder),
  },
  guards: {
    ofThisVisit: ({ context, event }) => ofVisit(context, event),
    daemonEnds: ({ context: { visit, snapshot } }) =>
      snapshot.visit !== undefined && snapshot.visit.visitId === visit?.visitId && snapshot.visit.phase !== 'active',
    daemonHandsOver: ({ context: { snapshot } }) => snapshot.visit?.phase === 'returningCard',
    nothingChosen: ({ context: { service } }) => service === undefined,
    serviceWorks: ({ context: { service, snapshot } }) => service !== undefined && works(tileOf(snapshot, service)),
    documentCheckWorks: ({ context: { service, snapshot } }) =>
      service === 'documentCheck' && works(tileOf(snapshot, service)),
    cardActWorks: ({ context: { service, snapshot } }) => isCardAct(service) && works(tileOf(snapshot, service)),
    serviceMoved: ({ context }, snapshot: ServiceSnapshot) => context.place !== placeOf(snapshot),
    documentMayLie: ({ context }) => context.document === 'mayLie',
    isLanguage: ({ event }) => event.type === 'SET_PREFERENCE' && event.change.language !== undefined,
    personIsTimed: ({ context }) => context.patience !== 'device',
    timeIsUp: ({ context }) => context.secondsLeft <= 1,
    cardMayBeIn: ({ context }) => cardMayBeIn(context),
  },
  actions: {
    attend,
    tick: assign(({ context: { offer } }) =>
      offer.secondsLeft === undefined ? {} : { offer: { ...offer, secondsLeft: Math.max(0, offer.secondsLeft - 1) } },
    ),
    lostConnection: assign(({ context }) => ({ endedBy: 'connectionLost' as const, outcome: lastKnown(context) })),
    // The end finds no card where it was given back before; what became of it then is what the person wants to know.
    noteEnded: assign(({ event, context: { endedBy, outcome } }) =>
      event.type === 'ENDED'
        ? {
            endedBy: event.reason,
            outcome: event.card === 'none' ? outcome : event.card,
            ...(event.trail !== undefined && { trail: event.trail }),
            ...(event.claim !== undefined && { claim: event.claim }),
          }
        : { endedBy },
    ),
    notePreference: assign(({ event, context: { language, elder } }) =>
      event.type === 'SET_PREFERENCE'
        ? { language: event.change.language ?? language, elder: event.change.elder ?? elder }
        : {},
    ),
    noteSnapshot: assign(({ event, context }) => ({
      snapshot: event.type === 'SNAPSHOT' ? event.snapshot : context.snapshot,
    })),
    cardIsOut: assign({ card: 'none' }),
    completed: assign({ why: 'completed' }),
    ranOut: assign({ why: 'timeOut' }),
    failed: assign({ why: 'error' }),
    toService: sendTo(
      ({ context: { service } }) =>
        service === 'documentCheck' ? 'identity' : isCardAct(service) ? 'cardAct' : 'balance',
      ({ event }) => event,
    ),
    followService: assign(({ context }, snapshot: ServiceSnapshot) => ({
      ...belongings(snapshot.context),
      place: placeOf(snapshot),
      patience: patienceOf(snapshot) ?? context.patience,
    })),
    noteBelongings: assign((_, found: Belongings) => belongings(found)),
    forgetPlace: assign({ place: '' }),
    serviceGone: assign(({ context: { card } }) => ({
      endedBy: 'error' as const,
      outcome: card === 'none' ? ('none' as const) : ('unknown' as const),
    })),
    /** A bug in a service: nobody knows what it left where. */
    serviceBroke: assign(({ context: { service } }) => ({
      why: 'error' as const,
      ...((service === 'documentCheck' || isCardAct(service)) && { document: 'mayLie' as const }),
      ...((service === 'balance' || (isCardAct(service) && planOf(service).presentsCard)) && {
        card: 'unknown' as const,
      }),
    })),
    outcomeUnknown: assign(({ context }) => ({ outcome: lastKnown(context) })),
    /** No answer to the giving back; that the card has left the slot was told even so. */
    outcomeBySlot: assign(({ context }) => ({
      outcome: cardMayBeIn(context) ? ('unknown' as const) : ('taken' as const),
    })),
  },
});
