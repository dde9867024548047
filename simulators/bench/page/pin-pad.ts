import type { WalletCard } from './api.ts';
import { button, element, setText } from './dom.ts';
import { boxOf, type Drawing, place } from './drawing.ts';
import type { Store } from './store.ts';
import { say, type Word } from './words.ts';

/** The drawing's keys row by row; two of the bottom row are blank. */
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', ''];
const others: readonly (readonly [className: string, key: string, word: Word])[] = [
  ['key-cancel', 'C', 'cancel'],
  ['key-clear', 'B', 'clearKey'],
  ['key-enter', 'E', 'enter'],
];

/** The PIN pad with keys to press, and the PIN of the card on a slip beside it: on a bench nobody should have to look it up. */
export function pinPad(store: Store, drawing: Drawing, cards: readonly WalletCard[]): HTMLElement {
  const { svg, box } = drawing.part('pinPad');
  const slip = element('div', 'slip');
  const stars = element('div', 'stars');
  const pad = element('div', 'part pin-pad', svg, stars, slip);
  const press = (key: string) => () => void store.act('pin-pad', { keys: key });

  const addKey = (rect: Element, key: string): HTMLButtonElement => {
    const made = button('pad-key', press(key));
    place(made, boxOf(rect), box);
    made.dataset['key'] = key;
    pad.append(made);
    return made;
  };
  svg.querySelectorAll('.key rect').forEach((rect, index) => {
    const digit = digits[index];
    if (digit) addKey(rect, digit).setAttribute('aria-label', digit);
  });
  const named = others.flatMap(([className, key, word]) => {
    const rect = svg.querySelector(`.${className}`);
    return rect === null ? [] : [{ made: addKey(rect, key), word }];
  });

  store.onChange(() => {
    const { state, language } = store;
    const view = state?.['pin-pad'];
    const card = cards.find((candidate) => candidate.id === state?.['card-reader']?.card);
    for (const { made, word } of named) {
      made.title = say(language, word);
      made.setAttribute('aria-label', made.title);
    }
    pad.classList.toggle('is-listening', view?.mode === 'pin' || view?.mode === 'data');
    pad.classList.toggle('is-unplugged', view?.plugged === false);
    slip.hidden = card === undefined;
    setText(slip, card?.pin ?? say(language, 'noPin'));
    setText(stars, '•'.repeat(view?.digits ?? 0));
  });
  return pad;
}
