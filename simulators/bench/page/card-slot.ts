import type { WalletCard } from './api.ts';
import { cardArt } from './card-face.ts';
import { button, element } from './dom.ts';
import type { Drawing } from './drawing.ts';
import type { Store } from './store.ts';
import { say } from './words.ts';

/** The card slot: a card that is in sticks out below it, and a click takes it; one that is drawn in is seen no more. */
export function cardSlot(store: Store, drawing: Drawing, cards: readonly WalletCard[]): HTMLElement {
  const { svg } = drawing.part('cardSlot');
  // The drawing's own card has one face; ours has the face of the card that is in.
  svg.querySelector('.travel')?.remove();
  const art = element('div', 'slot-art');
  const card = button('slot-card', () => void store.act('card-reader', { remove: true }), art);
  const slot = element('div', 'part card-slot', svg, element('div', 'slot-below', card));
  let shown: string | null = null;
  store.onChange(() => {
    const reader = store.state?.['card-reader'];
    const path = store.state?.dispenser?.path ?? 'gate';
    const id = path === 'gate' ? (reader?.card ?? null) : null;
    const face = cards.find((candidate) => candidate.id === id);
    if (face !== undefined && id !== shown) art.replaceChildren(cardArt(face));
    shown = id;
    slot.classList.toggle('has-card', face !== undefined);
    slot.classList.toggle('is-full', path !== 'gate');
    slot.classList.toggle('is-unplugged', reader?.plugged === false);
    card.disabled = face === undefined;
    card.title = say(store.language, 'take');
    card.setAttribute('aria-label', card.title);
  });
  return slot;
}
