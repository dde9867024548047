/** A service runs within the visit: every one in the same way, whatever it does. */

import type { CustodyState } from '#protocol/generated/kiosk.ts';
import type { Patience } from './delays.ts';
import { type DocumentCustody, type DocumentPlace, forServiceEvents } from './screens.ts';

/** What of the person is in the machine, as far as the service knows; a service tells only of what it handles. */
export interface Belongings {
  readonly card?: CustodyState;
  readonly document?: DocumentCustody;
  readonly documentAt?: DocumentPlace;
  /** Something was done that stays: "nothing was changed" would be a lie. */
  readonly acted?: boolean;
  /** What became of an act is not known: whatever ends the visit now, nobody may say that nothing was done. */
  readonly underWay?: boolean;
}

/** Where a machine that the service itself has called stands: the service's own state does not tell. */
export interface Within {
  readonly place: string;
  readonly patience: Patience | undefined;
}

/**
 * How a service hands the visitor back. `read`: a document that was asked for by another service. `timeOut`: something of
 * the person lies there and nobody takes it. `gone`: the daemon no longer knows this visit.
 */
interface ServiceOutput extends Belongings {
  readonly next: 'home' | 'read' | 'completed' | 'timeOut' | 'error' | 'gone';
}

/** What the visit follows of a running service. */
export interface ServiceSnapshot {
  readonly value: unknown;
  readonly context: Belongings & { readonly within?: Within | undefined };
  readonly tags: ReadonlySet<string>;
}

const patiences: readonly Patience[] = ['input', 'info', 'result', 'device'];

export const placeOf = ({ value, context }: ServiceSnapshot): string =>
  `${JSON.stringify(value)}${context.within?.place ?? ''}`;
export const patienceOf = ({ tags, context }: ServiceSnapshot): Patience | undefined =>
  context.within?.patience ?? patiences.find((one) => tags.has(one));

export function withinOf(snapshot: ServiceSnapshot): Within {
  return { place: placeOf(snapshot), patience: patienceOf(snapshot) };
}

export function belongings({ card, document, documentAt, acted, underWay }: Belongings): Belongings {
  return {
    ...(acted === true && { acted }),
    ...(underWay !== undefined && { underWay }),
    ...(card !== undefined && { card }),
    ...(document !== undefined && { document }),
    ...(documentAt !== undefined && { documentAt }),
  };
}

interface Moved {
  readonly event: { readonly snapshot: ServiceSnapshot };
}
interface Finished {
  readonly event: { readonly output: ServiceOutput };
}

const snapshotOf = ({ event }: Moved) => event.snapshot;
const contextOf = ({ event }: Moved) => event.snapshot.context;
const outputOf = ({ event }: Finished) => event.output;
const handsBack =
  (next: ServiceOutput['next']) =>
  ({ event }: Finished): boolean =>
    event.output.next === next;

/** What follows from a service that is invoked. */
export const served = {
  onSnapshot: [
    // Another step is a sign of life; a device's chatter within a step is not.
    {
      guard: { type: 'serviceMoved', params: snapshotOf },
      actions: [{ type: 'followService', params: snapshotOf }, 'attend'],
    },
    { actions: { type: 'noteBelongings', params: contextOf } },
  ],
  onDone: [
    {
      description: 'no such visit',
      guard: handsBack('gone'),
      target: '#visit.ended',
      actions: [{ type: 'noteBelongings', params: outputOf }, 'serviceGone'],
    },
    {
      description: 'back, with a document to be taken first',
      guard: ({ event }: Finished) => event.output.next === 'home' && event.output.document === 'mayLie',
      target: 'takingDocument',
      actions: { type: 'noteBelongings', params: outputOf },
    },
    {
      description: 'back',
      guard: handsBack('home'),
      target: 'home',
      actions: { type: 'noteBelongings', params: outputOf },
    },
    {
      description: 'completed',
      guard: handsBack('completed'),
      target: '#visit.leaving',
      actions: [{ type: 'noteBelongings', params: outputOf }, 'completed'],
    },
    {
      description: 'nobody took what lies there',
      guard: handsBack('timeOut'),
      target: '#visit.leaving',
      actions: [{ type: 'noteBelongings', params: outputOf }, 'ranOut'],
    },
    { target: '#visit.leaving', actions: [{ type: 'noteBelongings', params: outputOf }, 'failed'] },
  ],
  onError: { target: '#visit.leaving', actions: 'serviceBroke' },
} as const;

/** What is the service's business. */
export const forwarded = {
  ...forServiceEvents({ actions: 'toService' } as const),
  RETRY: { actions: 'toService' },
  SET_PREFERENCE: { actions: 'toService' },
  CARD_REMOVED: { guard: 'ofThisVisit', actions: ['cardIsOut', 'toService'] },
  SNAPSHOT: { actions: ['noteSnapshot', 'toService'] },
} as const;
