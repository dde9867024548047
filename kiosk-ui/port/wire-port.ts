import type { KioskClient } from '#protocol/client/kiosk-client.ts';
import type { KioskPort } from '#state-machines/port.ts';
import { deadlines } from './deadlines.ts';
import { outcomeOf } from './outcome.ts';
import type { World } from './world.ts';

/** The machines' door to the world over the one typed client. */
export function createWirePort(client: KioskClient, world: World): KioskPort {
  return {
    beginVisit: (input, signal) =>
      outcomeOf(
        client.request('Visit.Begin', input, { signal, deadlineMs: deadlines.quickMs }),
        ({ visitId, caseCode }) =>
          visitId === undefined || caseCode === undefined ? undefined : { value: { visitId, caseCode } },
      ),
    endVisit: (input, signal) =>
      outcomeOf(
        client.request('Visit.End', input, { signal, deadlineMs: deadlines.returnCardMs }),
        ({ card, trail = [], claim }) =>
          card === undefined ? undefined : { value: { card, trail, ...(claim !== undefined && { claim }) } },
      ),
    setLanguage: (input, signal) =>
      outcomeOf(client.request('Visit.SetLanguage', input, { signal, deadlineMs: deadlines.quickMs }), () => ({
        value: undefined,
      })),
    callStaff: (input, signal) =>
      outcomeOf(client.request('Visit.CallStaff', input, { signal, deadlineMs: deadlines.quickMs }), ({ caseCode }) =>
        caseCode === undefined ? undefined : { value: { caseCode } },
      ),
    readCard: (input, signal, on) =>
      outcomeOf(
        client.request('SocialCard.Read', input, {
          signal,
          deadlineMs: deadlines.insertCardMs,
          onEvent: (event) => {
            if (event.name === 'SocialCard.InsertCardEvent') on({ type: 'INSERT_CARD' });
            else if (event.name === 'SocialCard.CardInsertedEvent') on({ type: 'CARD_INSERTED' });
            else if (event.name === 'SocialCard.ReadingEvent') on({ type: 'READING', ...event.payload });
          },
        }),
        ({ cardEvidence, card }) =>
          cardEvidence === undefined || card === undefined ? undefined : { value: { cardEvidence, card } },
      ),
    returnCard: (input, signal, on) =>
      outcomeOf(
        client.request('SocialCard.Return', input, {
          signal,
          deadlineMs: deadlines.returnCardMs,
          onEvent: (event) => {
            if (event.name === 'SocialCard.TakeCardEvent') on({ type: 'TAKE_CARD', ...event.payload });
          },
        }),
        ({ card, claim }) =>
          card === undefined ? undefined : { value: { card, ...(claim !== undefined && { claim }) } },
      ),
    readDocument: (input, signal, on) =>
      outcomeOf(
        client.request('Identity.Read', input, {
          signal,
          deadlineMs: deadlines.presentDocumentMs,
          onEvent: (event) => {
            if (event.name === 'Identity.HintEvent') on({ type: 'DOCUMENT_HINT', ...event.payload });
          },
        }),
        ({ documentEvidence, document }) =>
          documentEvidence === undefined || document === undefined
            ? undefined
            : { value: { documentEvidence, document } },
      ),
    takeBackDocument: (input, signal, on) =>
      outcomeOf(
        client.request('Identity.TakeBack', input, {
          signal,
          deadlineMs: deadlines.takeDocumentMs,
          onEvent: (event) => {
            if (event.name === 'Identity.LeftBehindEvent') on({ type: 'TAKE_DOCUMENT', ...event.payload });
          },
        }),
        ({ document }) => (document === undefined ? undefined : { value: { document } }),
      ),
    enterPin: (input, signal, on) =>
      outcomeOf(
        client.request('CardService.EnterPin', input, {
          signal,
          deadlineMs: deadlines.enterPinMs,
          onEvent: (event) => {
            if (event.name === 'CardService.PinReadyEvent') on({ type: 'PIN_READY', ...event.payload });
            else if (event.name === 'CardService.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
          },
        }),
        ({ pinEvidence }) => (pinEvidence === undefined ? undefined : { value: { pinEvidence } }),
      ),
    balanceInquiry: (input, signal) =>
      outcomeOf(
        client.request('CardService.BalanceInquiry', input, { signal, deadlineMs: deadlines.inquiryMs }),
        ({ financial, medical, social, resultId, caseCode }) =>
          financial === undefined || medical === undefined || social === undefined
            ? undefined
            : {
                value: {
                  financial,
                  medical,
                  social,
                  ...(resultId !== undefined && { resultId }),
                  ...(caseCode !== undefined && { caseCode }),
                },
              },
      ),
    findCards: (input, signal) =>
      outcomeOf(
        client.request('CardService.FindCards', input, { signal, deadlineMs: deadlines.inquiryMs }),
        ({ holder, cards, phoneMasked, cardManagement, bankCore, caseCode }) =>
          holder === undefined || cards === undefined || cardManagement === undefined || bankCore === undefined
            ? undefined
            : {
                value: {
                  holder,
                  cards,
                  cardManagement,
                  bankCore,
                  ...(phoneMasked !== undefined && { phoneMasked }),
                  ...(caseCode !== undefined && { caseCode }),
                },
              },
      ),
    check: (input, signal, on) =>
      outcomeOf(
        client.request('CardService.Check', input, {
          signal,
          deadlineMs: deadlines.checkMs,
          onEvent: (event) => {
            if (event.name === 'CardService.PinReadyEvent') on({ type: 'PIN_READY', ...event.payload });
            else if (event.name === 'CardService.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
            else if (event.name === 'CardService.CodeSentEvent') on({ type: 'CODE_SENT', ...event.payload });
            else if (event.name === 'CardService.StaffCalledEvent') on({ type: 'STAFF_CALLED', ...event.payload });
            else if (event.name === 'CardService.StaffCardEvent') on({ type: 'STAFF_CARD', ...event.payload });
            else if (event.name === 'SocialCard.TakeCardEvent') on({ type: 'TAKE_CARD', ...event.payload });
          },
        }),
        ({ checkEvidence }) => (checkEvidence === undefined ? undefined : { value: { checkEvidence } }),
      ),
    enterNewPin: (input, signal, on) =>
      outcomeOf(
        client.request('CardService.EnterNewPin', input, {
          signal,
          deadlineMs: deadlines.enterPinMs,
          onEvent: (event) => {
            if (event.name === 'CardService.PinReadyEvent') on({ type: 'PIN_READY', ...event.payload });
            else if (event.name === 'CardService.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
            else if (event.name === 'CardService.PinRoundEvent') on({ type: 'PIN_ROUND', ...event.payload });
          },
        }),
        ({ newPinEvidence }) => (newPinEvidence === undefined ? undefined : { value: { newPinEvidence } }),
      ),
    // Without the signal: an act that is under way is not called back, whoever has stopped listening.
    act: (input) =>
      outcomeOf(
        client.request('CardService.Act', input, { deadlineMs: deadlines.actMs }),
        ({ social, financial, resultId, caseCode }) =>
          social === undefined || financial === undefined
            ? undefined
            : {
                value: {
                  social,
                  financial,
                  ...(resultId !== undefined && { resultId }),
                  ...(caseCode !== undefined && { caseCode }),
                },
              },
      ),
    progress: (input, signal) =>
      outcomeOf(
        client.request('CardService.Progress', input, { signal, deadlineMs: deadlines.inquiryMs }),
        ({ applications }) => (applications === undefined ? undefined : { value: { applications } }),
      ),
    print: (input, signal) =>
      outcomeOf(
        client.request('Receipt.Print', input, { signal, deadlineMs: deadlines.printMs }),
        ({ outcome, reason, caseCode }) =>
          outcome === undefined
            ? undefined
            : {
                value: {
                  outcome,
                  ...(reason !== undefined && { reason }),
                  ...(caseCode !== undefined && { caseCode }),
                },
              },
      ),
    subscribe: (listener) => world.subscribe(listener),
  };
}
