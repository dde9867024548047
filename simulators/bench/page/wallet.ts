import type { WalletCard } from './api.ts';
import { cardArt, cardFace } from './card-face.ts';
import { button, element, setText } from './dom.ts';
import type { Store } from './store.ts';
import { say } from './words.ts';

/** The wallet: one card lies on top to be looked at, all of them stand below; a click puts one into the reader. */
export function wallet(store: Store, cards: readonly WalletCard[]): HTMLElement {
  const title = element('h2', '');
  const hint = element('p', 'wallet-hint');
  const label = element('h3', '');
  const use = element('p', 'use');
  const pin = element('p', 'pin-tag');
  const top = button('top-card', () => pick());
  const about = element('div', 'about', label, use, pin);
  const stack = element('div', 'stack');
  let pointed: WalletCard | undefined;
  let drawn: WalletCard | undefined;

  const strips = cards.map((card) => {
    const name = element('span', 'strip-label');
    const strip = button('strip', () => void store.act('card-reader', { insert: card.id }), cardArt(card), name);
    strip.dataset['card'] = card.id;
    for (const event of ['pointerenter', 'focus'])
      strip.addEventListener(event, () => {
        pointed = card;
        draw();
      });
    stack.append(strip);
    return { card, strip, name };
  });
  for (const event of ['pointerleave', 'focusout'])
    stack.addEventListener(event, () => {
      pointed = undefined;
      draw();
    });

  const inserted = (): WalletCard | undefined => cards.find((card) => card.id === store.state?.['card-reader']?.card);
  const shown = (): WalletCard | undefined => pointed ?? inserted() ?? cards[0];

  function pick(): void {
    const card = shown();
    if (card === undefined) return;
    void store.act('card-reader', card === inserted() ? { remove: true } : { insert: card.id });
  }

  function draw(): void {
    const { language } = store;
    const card = shown();
    const current = inserted();
    setText(title, say(language, 'wallet'));
    setText(hint, say(language, current === undefined ? 'insert' : 'take'));
    for (const { card: one, strip, name } of strips) {
      setText(name, shortLabel(one.label[language]));
      strip.title = one.label[language];
      strip.setAttribute('aria-pressed', String(one === current));
    }
    if (card === undefined) return;
    if (card !== drawn) top.replaceChildren(cardFace(card));
    drawn = card;
    top.classList.toggle('is-in', card === current);
    // The one thing on the page that moves by itself: where to begin.
    top.classList.toggle('is-first', current === undefined && pointed === undefined);
    top.setAttribute('aria-label', `${card.label[language]}: ${say(language, card === current ? 'take' : 'insert')}`);
    setText(label, card.label[language]);
    setText(use, card.use[language]);
    setText(pin, card.pin === null ? say(language, 'noPin') : `${say(language, 'pin')} ${card.pin}`);
  }

  store.onChange(draw);
  return element('section', 'wallet', element('header', '', title, hint), top, about, stack);
}

/** Most cards are of the third generation, which their colour says already. */
function shortLabel(label: string): string {
  const rest = label.replace(/^(三代社保卡，|Third generation, )/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
