import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ContentPacks } from '#assets/content/index.ts';
import { zhHans } from '#assets/languages/zh-Hans.ts';
import type { UiEvent, View } from '#state-machines/screens.ts';
import './components/kiosk-screen.ts';
import type { Face } from './components/kiosk-screen.ts';
import { calendarDay } from './language/format.ts';
import { type Translate, translator } from './language/translate.ts';
import type { LazyParts } from './lazy.ts';
import { draw } from './screens/index.ts';
import { replaced } from './screens/replaced.ts';

interface Shown {
  readonly view: View;
  readonly face: Face;
  readonly t: Translate;
}

/** The whole face: a `View` in, `UiEvent`s out. It knows nothing of sockets, machines or time-outs. */
@customElement('kiosk-app')
export class KioskApp extends LitElement {
  @property({ attribute: false }) view: View | undefined;
  /** The languages and screens that are fetched once the first screen stands. */
  @property({ attribute: false }) lazyParts: LazyParts | undefined;
  @property({ attribute: false }) packs: Partial<ContentPacks> = {};
  @property({ attribute: false }) now = new Date();
  /** Another page has taken the place at the kiosk: this one only offers to take it back. */
  @property({ type: Boolean }) replaced = false;
  @property({ attribute: false }) send: (event: UiEvent) => void = () => undefined;

  static override styles = css`
    :host {
      display: block;
      position: fixed;
      inset: 0;
    }
  `;

  /** What is on the glass: the view, or the one before it while a part of the new one is still on its way. */
  #shown: Shown | undefined;
  #isBehind = false;

  /** A screen that was left, but still stands, is not to be touched any more. */
  readonly #send = (event: UiEvent): void => {
    if (!this.#isBehind) this.send(event);
  };

  #draw(view: View): Shown | undefined {
    const { language } = view.preferences;
    const catalogue = language === 'zh-Hans' ? zhHans : this.lazyParts?.catalogues[language];
    if (catalogue === undefined) return undefined;
    const t = translator(catalogue);
    if (this.replaced) return { view: { ...view, actions: ['TOUCH'] }, t, face: replaced(t) };
    const face = draw(
      view.screen,
      {
        t,
        language,
        preferences: view.preferences,
        kiosk: view.kiosk,
        packs: this.packs,
        today: calendarDay(this.now),
        can: (event) => view.actions.includes(event),
        send: this.#send,
        say: (text) => text[language],
      },
      this.lazyParts?.screens,
    );
    return face === undefined ? undefined : { view, t, face };
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const drawn = this.view === undefined ? undefined : this.#draw(this.view);
    this.#isBehind = drawn === undefined;
    this.#shown = drawn ?? this.#shown;
    if (this.#shown === undefined) return;
    const { view } = this.#shown;
    const { language, textSize, contrast, elder } = view.preferences;
    this.setAttribute('data-screen', this.replaced ? 'replaced' : view.screen.name);
    this.lang = language;
    // The tokens hang on the page's root, so that the scroll colour and the pictures follow too.
    const page = document.documentElement;
    page.lang = language;
    page.dataset['text'] = elder || textSize === 'largest' ? 'largest' : textSize;
    page.dataset['theme'] = contrast === 'high' ? 'contrast' : 'light';
  }

  override render() {
    if (this.#shown === undefined) return nothing;
    const { view, t, face } = this.#shown;
    return html`<kiosk-screen
      .view=${view}
      .face=${face}
      .t=${t}
      .now=${this.now}
      .send=${this.#send}
    ></kiosk-screen>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-app': KioskApp;
  }
}
