/** The port as XState actors. A stopped actor aborts its call, tells no more events, and its late result is dropped. */

import { fromCallback, fromPromise } from 'xstate';
import type { KioskPort, WorldEvent } from './port.ts';

function call<I, O>(act: (input: I, signal: AbortSignal) => Promise<O>) {
  return fromPromise<O, I>(({ input, signal }) => act(input, signal));
}

function callTelling<I, E, O>(act: (input: I, signal: AbortSignal, on: (event: E) => void) => Promise<O>) {
  return fromPromise<O, I & { readonly tell: (event: E) => void }>(({ input, signal }) =>
    act(input, signal, (event) => {
      if (!signal.aborted) {
        input.tell(event);
      }
    }),
  );
}

export function portActors(port: KioskPort) {
  return {
    world: fromCallback<WorldEvent>(({ sendBack }) => port.subscribe(sendBack)),
    beginVisit: fromPromise<Awaited<ReturnType<KioskPort['beginVisit']>>, Parameters<KioskPort['beginVisit']>[0]>(
      async ({ input, signal }) => {
        const outcome = await port.beginVisit(input, signal);
        if (signal.aborted && outcome.ok) {
          // The answer came after we had stopped waiting: nobody else knows of this visit, so it is ended here.
          await port.endVisit({ visitId: outcome.value.visitId, reason: 'abandoned' }, new AbortController().signal);
        }
        return outcome;
      },
    ),
    endVisit: call(port.endVisit.bind(port)),
    setLanguage: call(port.setLanguage.bind(port)),
    callStaff: call(port.callStaff.bind(port)),
    readCard: callTelling(port.readCard.bind(port)),
    returnCard: callTelling(port.returnCard.bind(port)),
    readDocument: callTelling(port.readDocument.bind(port)),
    takeBackDocument: callTelling(port.takeBackDocument.bind(port)),
    enterPin: callTelling(port.enterPin.bind(port)),
    balanceInquiry: call(port.balanceInquiry.bind(port)),
    findCards: call(port.findCards.bind(port)),
    check: callTelling(port.check.bind(port)),
    enterNewPin: callTelling(port.enterNewPin.bind(port)),
    act: call(port.act.bind(port)),
    progress: call(port.progress.bind(port)),
    print: call(port.print.bind(port)),
  };
}

const noPort = () => Promise.reject(new Error('the machine was given no port'));

/** What a machine has before `provide`: every call fails. */
export const unprovidedActors = portActors({
  beginVisit: noPort,
  endVisit: noPort,
  setLanguage: noPort,
  callStaff: noPort,
  readCard: noPort,
  returnCard: noPort,
  readDocument: noPort,
  takeBackDocument: noPort,
  enterPin: noPort,
  balanceInquiry: noPort,
  findCards: noPort,
  check: noPort,
  enterNewPin: noPort,
  act: noPort,
  progress: noPort,
  print: noPort,
  subscribe: () => () => {},
});
