/** The real face on a stage: it is fed one View after another instead of being loaded anew for each. */
import { LitElement } from 'lit';
import { bundledPacks } from '#assets/content/index.ts';
import '#kiosk-ui/app.ts';
import { nameFonts, textFonts } from '#kiosk-ui/fonts.ts';
import { fetchLazyParts } from '#kiosk-ui/lazy.ts';
import { tokens } from '#kiosk-ui/styles/tokens.ts';
import type { View } from '#state-machines/screens.ts';
import { type Fault, inspect } from './inspect.ts';

export interface Stagehand {
  /** Faces are there. */
  readonly ready: Promise<void>;
  /** Draws a view and waits until nothing moves any more. */
  show(view: View, look: { readonly millimetre: number; readonly replaced?: boolean }): Promise<void>;
  inspect(): readonly Fault[];
  /** The story without its gradient and its ornament, for a judge who cannot see through them. */
  plainGround(plain: boolean): void;
}

declare global {
  interface Window {
    stagehand: Stagehand;
  }
}

if (tokens.styleSheet !== undefined) document.adoptedStyleSheets = [tokens.styleSheet];
const app = document.querySelector('kiosk-app');
if (app === null) throw new Error('the page has no <kiosk-app>');
app.packs = bundledPacks;
app.now = new Date(Date.UTC(2026, 10, 23, 1, 41));

const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** Lit elements inside a root, and inside theirs. */
function* litElements(root: ParentNode): Generator<LitElement> {
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    if (!(element instanceof LitElement)) continue;
    yield element;
    if (element.shadowRoot !== null) yield* litElements(element.shadowRoot);
  }
}

async function stillness(): Promise<void> {
  // Lists measure themselves and draw again; each round of it is one update of one element.
  for (let round = 0, settled = false; !settled && round < 12; round += 1) {
    const updates = [...litElements(document)].map((element) => element.updateComplete);
    settled = (await Promise.all(updates)).every(Boolean) && round > 0;
  }
  await frame();
  await Promise.all([...litElements(document)].map((element) => element.updateComplete));
  await document.fonts.ready;
}

const plainSheet = new CSSStyleSheet();
plainSheet.replaceSync(`
  .frame { background: var(--brand) }
  .story::before, .story::after { content: none }
`);

window.stagehand = {
  ready: Promise.all([textFonts().then(nameFonts), fetchLazyParts()]).then(([, lazyParts]) => {
    app.lazyParts = lazyParts;
  }),
  async show(view, { millimetre, replaced = false }) {
    document.documentElement.style.setProperty('--mm', `${millimetre}px`);
    app.replaced = replaced;
    app.view = view;
    await stillness();
  },
  inspect: () => inspect(app),
  plainGround(plain) {
    const root = app.shadowRoot?.querySelector('kiosk-screen')?.shadowRoot;
    if (root === null || root === undefined) return;
    const others = root.adoptedStyleSheets.filter((sheet) => sheet !== plainSheet);
    root.adoptedStyleSheets = plain ? [...others, plainSheet] : others;
  },
};
