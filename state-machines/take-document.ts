/**
 * The person takes the document back. Where the reader senses it, the daemon calls for it and says when it is gone; where
 * it cannot tell, the person says so. Called for twice, the second time louder; then nobody is here any more.
 */

import { assign, setup } from 'xstate';
import type { Snapshot, VisitId } from '#protocol/generated/kiosk.ts';
import { portActors, unprovidedActors } from './actors.ts';
import { takeCardMs, takeDocumentSeconds, watchdogs } from './delays.ts';
import type { KioskPort, TakeDocumentEvent } from './port.ts';
import type { DocumentCustody, DocumentPlace, Screen, UiEvent } from './screens.ts';

type Call = Pick<Extract<Screen, { name: 'take-document' }>, 'attention' | 'sensed' | 'secondsLeft'>;

export interface TakeDocumentInput {
  readonly visitId: VisitId;
  readonly snapshot: Snapshot;
  readonly reader: DocumentPlace;
}

export interface TakeDocumentContext extends TakeDocumentInput {
  readonly call: Call;
  readonly document: DocumentCustody;
  readonly gone: boolean;
}

/** `gone`: the daemon no longer knows this visit. */
export interface TakeDocumentOutput {
  readonly document: DocumentCustody;
  readonly gone: boolean;
}

export type TakeDocumentMachineEvent = UiEvent | TakeDocumentEvent;

const secondsOf = ({ snapshot }: TakeDocumentContext): number => takeDocumentSeconds(snapshot.display);

export const takeDocumentMachine = setup({
  types: {
    context: {} as TakeDocumentContext,
    events: {} as TakeDocumentMachineEvent,
    input: {} as TakeDocumentInput,
    output: {} as TakeDocumentOutput,
  },
  actors: unprovidedActors,
  delays: { ...watchdogs, TAKE_DOCUMENT: ({ context }) => takeCardMs(context.snapshot.display) },
  guards: {
    timeIsUp: ({ context }) => (context.call.secondsLeft ?? 0) <= 1,
    calledInVain: ({ context: { call } }) => (call.secondsLeft ?? 0) <= 1 && call.attention === 'louder',
  },
  actions: {
    tick: assign(({ context: { call } }) =>
      call.secondsLeft === undefined ? {} : { call: { ...call, secondsLeft: Math.max(0, call.secondsLeft - 1) } },
    ),
    callLouder: assign(({ context }) => ({
      call: { attention: 'louder' as const, sensed: false, secondsLeft: secondsOf(context) },
    })),
    taken: assign({ document: 'none' }),
    leftBehind: assign({ document: 'leftBehind' }),
  },
}).createMachine({
  id: 'takeDocument',
  context: ({ input }) => ({
    ...input,
    call: { attention: 'normal', sensed: false },
    document: 'mayLie',
    gone: false,
  }),
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'takeBackDocument',
        input: ({ context, self }) => ({ visitId: context.visitId, tell: (event) => self.send(event) }),
        onDone: [
          {
            description: 'no such visit',
            guard: ({ event }) => !event.output.ok && event.output.error.code === 'noSuchVisit',
            target: 'finished',
            actions: assign({ gone: true }),
          },
          {
            description: 'taken, or never there',
            guard: ({ event }) =>
              event.output.ok && (event.output.value.document === 'taken' || event.output.value.document === 'none'),
            target: 'finished',
            actions: 'taken',
          },
          {
            description: 'left behind',
            guard: ({ event }) => event.output.ok && event.output.value.document === 'leftBehind',
            target: 'finished',
            actions: 'leftBehind',
          },
          { description: 'the reader cannot tell', target: 'reminding' },
        ],
        onError: { target: 'reminding' },
      },
      on: {
        TAKE_DOCUMENT: {
          actions: assign(({ event }) => ({
            call: { attention: event.attention, sensed: true, secondsLeft: event.secondsLeft },
          })),
        },
      },
      after: { TAKE_DOCUMENT: { target: 'reminding' } },
      initial: 'counting',
      states: { counting: { after: { SECOND: { target: 'counting', reenter: true, actions: 'tick' } } } },
    },
    reminding: {
      entry: assign(({ context }) => ({
        call: { attention: 'normal' as const, sensed: false, secondsLeft: secondsOf(context) },
      })),
      on: { CONTINUE: { target: 'finished', actions: 'taken' } },
      initial: 'counting',
      states: {
        counting: {
          after: {
            SECOND: [
              { guard: 'calledInVain', target: '#takeDocument.finished', actions: 'leftBehind' },
              { guard: 'timeIsUp', target: 'counting', reenter: true, actions: 'callLouder' },
              { target: 'counting', reenter: true, actions: 'tick' },
            ],
          },
        },
      },
    },
    finished: { type: 'final' },
  },
  output: ({ context: { document, gone } }) => ({ document, gone }),
});

export function takeDocumentMachineWith(port: KioskPort) {
  return takeDocumentMachine.provide({ actors: portActors(port) });
}
