import { get, type WalletCard } from './api.ts';
import { cardSlot } from './card-slot.ts';
import { element } from './dom.ts';
import { Drawing } from './drawing.ts';
import { kioskScreen } from './kiosk-screen.ts';
import { panel } from './panel.ts';
import { pinPad } from './pin-pad.ts';
import { Receipts } from './receipts.ts';
import { Store } from './store.ts';
import { wallet } from './wallet.ts';
import { say } from './words.ts';

const [drawing, { cards }] = await Promise.all([
  Drawing.load(),
  get<{ readonly cards: readonly WalletCard[] }>('wallet'),
]);
const store = new Store();
const receipts = new Receipts(store, drawing);

document
  .querySelector('#bench')
  ?.append(
    wallet(store, cards),
    element(
      'section',
      'cabinet',
      kioskScreen(store),
      element('div', 'fascia', receipts.slot, cardSlot(store, drawing, cards), pinPad(store, drawing, cards)),
    ),
    panel(store, receipts.pile),
  );
store.onChange(() => {
  document.documentElement.lang = store.language;
  document.title = say(store.language, 'title');
});
store.start();
