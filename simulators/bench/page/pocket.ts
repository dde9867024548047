import { button, element, setText } from './dom.ts';
import type { Store } from './store.ts';
import { type Language, say, type Word } from './words.ts';

interface Thing {
  readonly id: string;
  readonly label: Readonly<Record<Language, string>>;
  readonly use: Readonly<Record<Language, string>>;
}

export interface PocketOptions<One extends Thing> {
  readonly kind: 'card' | 'document';
  readonly things: readonly One[];
  /** Lying on top, to be looked at. */
  readonly face: (thing: One) => HTMLElement;
  /** As it is seen in the stack. */
  readonly art: (thing: One) => HTMLElement;
  /** Where on the kiosk's front it goes; the page's style sheet shows the way there. */
  readonly placeOf: (thing: One) => string;
  /** Over the first of those that share it. */
  readonly heading?: (thing: One) => Word | undefined;
  readonly shortLabel: (label: string) => string;
  readonly tag?: (language: Language, thing: One) => string;
  readonly invitation: (language: Language, thing: One) => string;
  /** What is out of the pocket now. */
  readonly given: () => readonly One[];
  readonly give: (thing: One) => Promise<void>;
  readonly take: (thing: One) => Promise<void>;
}

/** One thing lies on top to be looked at, all of them stand below; a click gives one to the kiosk or takes it back. */
export function pocket<One extends Thing>(store: Store, options: PocketOptions<One>): HTMLElement {
  const { kind, things, given } = options;
  const label = element('h3', '');
  const use = element('p', 'use');
  const tag = element('p', 'pin-tag');
  const top = button('top-card', () => act(shown()));
  // A name is what people are told to click.
  label.addEventListener('click', () => act(shown()));
  const about = element('div', 'about', label, use, options.tag !== undefined && tag);
  const stack = element('div', 'stack');
  let pointed: One | undefined;
  let drawn: One | undefined;

  const headings: { readonly node: HTMLElement; readonly word: Word }[] = [];
  const strips = things.map((thing, index) => {
    const place = options.placeOf(thing);
    const before = things[index - 1];
    const word = options.heading?.(thing);
    if (word !== undefined && (before === undefined || options.heading?.(before) !== word)) {
      const node = element('p', 'stack-heading');
      headings.push({ node, word });
      stack.append(node);
    }
    const name = element('span', 'strip-label');
    const strip = button('strip', () => act(thing), element('span', 'strip-art', options.art(thing)), name);
    strip.dataset[kind] = thing.id;
    strip.dataset['place'] = place;
    for (const event of ['pointerenter', 'focus'])
      strip.addEventListener(event, () => {
        pointed = thing;
        draw();
      });
    stack.append(strip);
    return { thing, strip, name };
  });
  for (const event of ['pointerleave', 'focusout'])
    stack.addEventListener(event, () => {
      pointed = undefined;
      draw();
    });

  const shown = (): One | undefined => pointed ?? given()[0] ?? things[0];

  function act(thing: One | undefined): void {
    if (thing !== undefined) void (given().includes(thing) ? options.take(thing) : options.give(thing));
  }

  function draw(): void {
    const { language } = store;
    const thing = shown();
    const out = given();
    for (const { node, word } of headings) setText(node, say(language, word));
    for (const { thing: one, strip, name } of strips) {
      setText(name, options.shortLabel(one.label[language]));
      strip.title = one.label[language];
      strip.setAttribute('aria-pressed', String(out.includes(one)));
    }
    if (thing === undefined) return;
    if (thing !== drawn) top.replaceChildren(options.face(thing));
    drawn = thing;
    top.dataset['place'] = options.placeOf(thing);
    top.classList.toggle('is-in', out.includes(thing));
    // The one thing on the page that moves by itself: where to begin.
    top.classList.toggle('is-first', out.length === 0 && pointed === undefined);
    top.setAttribute('aria-label', options.invitation(language, thing));
    setText(label, thing.label[language]);
    setText(use, thing.use[language]);
    setText(tag, options.tag?.(language, thing) ?? '');
  }

  store.onChange(draw);
  return element('div', `pocket ${kind}s`, top, about, stack);
}
