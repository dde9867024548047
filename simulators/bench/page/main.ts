import { get, type WalletCard, type WalletDocument } from './api.ts';
import { cardSlot } from './card-slot.ts';
import { codeScanner } from './code-scanner.ts';
import { DocumentDesk } from './document-desk.ts';
import { element } from './dom.ts';
import { Drawing } from './drawing.ts';
import { guided } from './guide-lights.ts';
import { kioskScreen } from './kiosk-screen.ts';
import { panel } from './panel.ts';
import { pinPad } from './pin-pad.ts';
import { readingPlace } from './reading-place.ts';
import { Receipts } from './receipts.ts';
import { Store } from './store.ts';
import { wallet } from './wallet.ts';
import { say } from './words.ts';

const [drawing, { cards: customersCards, staffCards, documents }] = await Promise.all([
  Drawing.load(),
  get<
    Readonly<Record<'cards' | 'staffCards', readonly WalletCard[]>> & { readonly documents: readonly WalletDocument[] }
  >('wallet'),
]);
const cards = [...customersCards, ...staffCards];
const store = new Store();
const desk = new DocumentDesk(store, documents);
const receipts = new Receipts(store, drawing);

/** The whole front: its lamp tells from afar that the kiosk serves; an open door shows. */
function cabinet(...parts: readonly HTMLElement[]): HTMLElement {
  const front = guided(store, 'inService', element('section', 'cabinet', ...parts));
  store.onChange(() => front.classList.toggle('is-open', store.state?.cabinet?.door === 'open'));
  return front;
}

document.querySelector('#bench')?.append(
  wallet(store, cards, desk),
  cabinet(
    element(
      'div',
      'fascia fascia-left',
      element('div', 'part speaker', drawing.part('speaker').svg),
      codeScanner(store, drawing, () => receipts.texts()),
      guided(store, 'documentReader', readingPlace(store, drawing, desk, 'passportReader')),
      guided(store, 'documentReader', readingPlace(store, drawing, desk, 'identityReader')),
    ),
    kioskScreen(store),
    element(
      'div',
      'fascia fascia-right',
      guided(store, 'receiptPrinter', receipts.slot),
      guided(store, 'cardReader', cardSlot(store, drawing, cards)),
      guided(store, 'pinPad', pinPad(store, drawing, cards)),
    ),
  ),
  panel(store, receipts.pile),
);
store.onChange(() => {
  document.documentElement.lang = store.language;
  document.title = say(store.language, 'title');
});
store.start();
