import { get, type WalletCard, type WalletDocument } from './api.ts';
import { cardSlot } from './card-slot.ts';
import { codeScanner } from './code-scanner.ts';
import { DocumentDesk } from './document-desk.ts';
import { element } from './dom.ts';
import { Drawing } from './drawing.ts';
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

document.querySelector('#bench')?.append(
  wallet(store, cards, desk),
  element(
    'section',
    'cabinet',
    element(
      'div',
      'fascia fascia-left',
      element('div', 'part speaker', drawing.part('speaker').svg),
      codeScanner(store, drawing, () => receipts.texts()),
      readingPlace(store, drawing, desk, 'passportReader'),
      readingPlace(store, drawing, desk, 'identityReader'),
    ),
    kioskScreen(store),
    element(
      'div',
      'fascia fascia-right',
      receipts.slot,
      cardSlot(store, drawing, cards),
      pinPad(store, drawing, cards),
    ),
  ),
  panel(store, receipts.pile),
);
store.onChange(() => {
  document.documentElement.lang = store.language;
  document.title = say(store.language, 'title');
});
store.start();
