import type { WalletCard } from './api.ts';
import { cardArt, cardFace } from './card-face.ts';
import type { DocumentDesk } from './document-desk.ts';
import { documentArt, documentFace } from './document-face.ts';
import { button, element, setText } from './dom.ts';
import { pocket } from './pocket.ts';
import type { Pocket, Store } from './store.ts';
import { say } from './words.ts';

/** The wallet has two pockets, one of cards and one of documents; one is open. */
export function wallet(store: Store, cards: readonly WalletCard[], desk: DocumentDesk): HTMLElement {
  const title = element('h2', '');
  const hint = element('p', 'wallet-hint');
  const inserted = (): WalletCard | undefined => cards.find((card) => card.id === store.state?.['card-reader']?.card);
  const pockets: Readonly<Record<Pocket, HTMLElement>> = {
    cards: pocket(store, {
      kind: 'card',
      things: cards,
      face: cardFace,
      art: cardArt,
      placeOf: () => 'cardSlot',
      heading: ({ face }) => (face.kind === 'staff' ? 'ofTheBranch' : undefined),
      shortLabel,
      tag: (language, { pin }) => (pin === null ? say(language, 'noPin') : `${say(language, 'pin')} ${pin}`),
      invitation: (language, card) =>
        `${card.label[language]}: ${say(language, card === inserted() ? 'take' : 'insert')}`,
      given: () => {
        const card = inserted();
        return card === undefined ? [] : [card];
      },
      give: async ({ id }) => void (await store.act('card-reader', { insert: id })),
      take: async () => void (await store.act('card-reader', { remove: true })),
    }),
    documents: pocket(store, {
      kind: 'document',
      things: desk.documents,
      face: documentFace,
      art: documentArt,
      placeOf: ({ place }) => place,
      heading: ({ place }) => (place === 'passportReader' ? 'passport-reader' : 'id-reader'),
      shortLabel,
      invitation: (language, document) => desk.invitation(language, document),
      given: () => desk.given(),
      give: (document) => desk.give(document),
      take: (document) => desk.take(document),
    }),
  };
  const follow = followKiosk(store, desk);
  const tabs = (['cards', 'documents'] as const).map((name) => ({
    name,
    tab: button('choice', () => {
      follow.leave();
      store.open(name);
    }),
  }));
  const both = element('div', 'segments', ...tabs.map(({ tab }) => tab));
  both.setAttribute('role', 'group');

  store.onChange(() => {
    const { language, state } = store;
    follow.look();
    const out = store.pocket === 'cards' ? inserted() !== undefined : desk.given().length > 0;
    setText(title, say(language, 'wallet'));
    both.setAttribute('aria-label', title.textContent);
    if (store.pocket === 'cards') setText(hint, say(language, out ? 'take' : 'insert'));
    else setText(hint, say(language, out ? 'takeDocument' : 'present'));
    for (const { name, tab } of tabs) {
      setText(tab, say(language, name));
      tab.setAttribute('aria-pressed', String(store.pocket === name));
      // Something of the other pocket is out.
      tab.classList.toggle('is-out', name === 'cards' ? inserted() !== undefined : desk.given().length > 0);
      pockets[name].hidden = store.pocket !== name;
    }
    // A bench without the readers has no use for documents.
    both.hidden = state !== undefined && state['id-reader'] === undefined && state['passport-reader'] === undefined;
  });
  return element('section', 'wallet', element('header', '', title, hint), both, pockets.cards, pockets.documents);
}

/** Whoever is asked for a document gets them out, and puts them away afterwards; unless a person turned the wallet. */
function followKiosk(store: Store, desk: DocumentDesk): { look(): void; leave(): void } {
  let looking = false;
  let turned = false;
  return {
    look() {
      const before = looking;
      looking = store.state?.['id-reader']?.looking === true;
      if (looking && !before && store.pocket === 'cards') {
        turned = true;
        store.pocket = 'documents';
      }
      if (!turned || looking || desk.given().length > 0) return;
      turned = false;
      store.pocket = 'cards';
    },
    leave() {
      turned = false;
    },
  };
}

/** Most cards are of the third generation and most documents resident ID cards, which their pictures say already. */
function shortLabel(label: string): string {
  const rest = label
    .replace(/^(三代社保卡，|Third generation, |居民身份证，|Resident ID card, )/, '')
    .replace('外国人永久居留身份证', '外国人永居证');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
