import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ContentPacks } from '#assets/content/index.ts';
import type { UiEvent, View } from '#state-machines/screens.ts';
import './components/kiosk-screen.ts';
import { calendarDay } from './language/format.ts';
import { translator } from './language/translate.ts';
import { draw } from './screens/index.ts';
import { replaced } from './screens/replaced.ts';

/** The whole face: a `View` in, `UiEvent`s out. It knows nothing of sockets, machines or time-outs. */
@customElement('kiosk-app')
export class KioskApp extends LitElement {
  @property({ attribute: false }) view: View | undefined;
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

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const { view } = this;
    if (view === undefined) return;
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
    const { view } = this;
    if (view === undefined) return nothing;
    const { language } = view.preferences;
    const t = translator(language);
    if (this.replaced) {
      const alone: View = { ...view, actions: ['TOUCH'] };
      return html`<kiosk-screen .view=${alone} .face=${replaced(t)} .t=${t} .now=${this.now} .send=${this.send}></kiosk-screen>`;
    }
    const face = draw(view.screen, {
      t,
      language,
      preferences: view.preferences,
      kiosk: view.kiosk,
      packs: this.packs,
      today: calendarDay(this.now),
      can: (event) => view.actions.includes(event),
      send: this.send,
      say: (text) => text[language],
    });
    return html`<kiosk-screen
      .view=${view}
      .face=${face}
      .t=${t}
      .now=${this.now}
      .send=${this.send}
    ></kiosk-screen>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-app': KioskApp;
  }
}
