import type { WalletDocument } from './api.ts';
import { type DocumentDesk, readerAt } from './document-desk.ts';
import { documentArt } from './document-face.ts';
import { button, element } from './dom.ts';
import type { Drawing } from './drawing.ts';
import type { Store } from './store.ts';

/** A reader of documents: a click lays one on it, or takes the one away that lies there. */
export function readingPlace(
  store: Store,
  drawing: Drawing,
  desk: DocumentDesk,
  place: WalletDocument['place'],
): HTMLElement {
  const name = readerAt[place];
  const { svg } = drawing.part(place === 'identityReader' ? 'idReader' : place);
  // The drawing's own document has one face; ours has the face of the one that lies there.
  svg.querySelector('.travel')?.remove();
  const art = element('div', 'lying');
  const whole = button('on-part', act);
  const part = element('div', `part ${name}`, svg, art, whole);
  let shown: WalletDocument | undefined;
  let swipes: number | undefined;

  function act(): void {
    const there = desk.at(place);
    const document = there ?? desk.next(place);
    if (document === undefined) return;
    if (there === undefined) store.open('documents');
    void (there === undefined ? desk.give(document) : desk.take(document));
  }

  store.onChange(() => {
    const { state, language } = store;
    const there = desk.at(place);
    const document = there ?? desk.next(place);
    // One that was taken away stays drawn while it leaves.
    if (there !== undefined && there !== shown) art.replaceChildren(documentArt(there));
    shown = there;
    part.hidden = state !== undefined && state[name] === undefined;
    part.classList.toggle('has-document', there !== undefined);
    part.classList.toggle('is-unplugged', state?.[name]?.plugged === false);
    part.classList.toggle('is-lit', place === 'identityReader' && state?.['id-reader']?.looking === true);
    if (document !== undefined) whole.setAttribute('aria-label', desk.invitation(language, document));
    whole.title = whole.getAttribute('aria-label') ?? '';
    const now = state?.['passport-reader']?.swipes;
    if (place === 'passportReader' && swipes !== undefined && now !== undefined && now > swipes) flash(part);
    swipes = now;
  });
  return part;
}

/** The light that passes under the glass once, as a page is read. */
function flash(part: HTMLElement): void {
  const light = element('div', 'sweep');
  light.addEventListener('animationend', () => light.remove());
  light.addEventListener('animationcancel', () => light.remove());
  part.querySelector('.sweep')?.remove();
  part.append(light);
}
