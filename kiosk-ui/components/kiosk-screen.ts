import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Language } from '#protocol/generated/kiosk.ts';
import type { Preferences, UiEvent, UiEventType, View } from '#state-machines/screens.ts';
import { formatClock } from '../language/format.ts';
import type { Translate } from '../language/translate.ts';
import { type IconName, icon } from '../parts/icon.ts';
import { pages } from '../parts/pages.ts';
import { shared } from '../styles/shared.ts';
import type { KioskPart, Motion } from './kiosk-picture.ts';
import { press } from './press.ts';
import { frame } from './screen-frame.ts';

export interface Choice {
  readonly label: string;
  readonly icon?: IconName;
  readonly primary?: boolean;
  readonly event: UiEvent;
}

/** What a screen puts into the frame. The frame puts it always in the same places. */
export interface Face {
  readonly heading: string;
  readonly lead?: string | TemplateResult;
  /** Said instead of heading and lead, where figures or codes must be spelt. */
  readonly spoken?: string;
  readonly icon: IconName;
  readonly tone?: 'calm' | 'go' | 'wait' | 'stop';
  /** What the hand does, drawn. `aside`: on a wide screen it stands with the story, since the sheet is full. */
  readonly picture?: {
    readonly lit: KioskPart;
    readonly motion: Motion;
    readonly label: string;
    readonly aside?: boolean;
  };
  readonly body?: TemplateResult;
  /** Facts one below the other, the most important first; in pages where they do not fit. */
  readonly facts?: readonly TemplateResult[];
  /** At most two, side by side; a third stands above them. */
  readonly choices?: readonly Choice[];
  /** The way out returns a card, and says so. */
  readonly cardIn?: boolean;
  /** Stands where Back does, on screens that have no Back. */
  readonly side?: Choice;
  /** Interrupts what the voice is saying. */
  readonly urgent?: boolean;
  /** Tall where the upper part has room to spare because everything below it is to be touched. */
  readonly story?: 'tall' | 'short';
  /** Stands in the story instead of the sign. */
  readonly art?: TemplateResult;
  /** The heading in the other languages, for whoever cannot read this one. */
  readonly also?: readonly { readonly language: Language; readonly text: string }[];
}

const nextText: Readonly<Record<Preferences['textSize'], Preferences['textSize']>> = {
  normal: 'large',
  large: 'largest',
  largest: 'normal',
};
const nextSound: Readonly<Record<Preferences['sound'], Preferences['sound']>> = {
  normal: 'loud',
  loud: 'off',
  off: 'normal',
};
const languageButtons = [
  { language: 'zh-Hans', text: '中', name: '简体中文' },
  { language: 'zh-Hant', text: '繁', name: '繁體中文' },
  { language: 'en', text: 'EN', name: 'EN: English' },
] as const;

/** Names from the configuration are in the bank's own language, whatever the screen speaks. */
const scriptOf = (name: string | undefined): string | typeof nothing =>
  name !== undefined && /\p{Script=Han}/u.test(name) ? 'zh-Hans' : nothing;

/** The frame of every screen: story above (or left), everything to touch below (or right), the two bars always in place. */
@customElement('kiosk-screen')
export class KioskScreen extends LitElement {
  @property({ attribute: false }) view: View | undefined;
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) t: Translate | undefined;
  @property({ attribute: false }) now = new Date();
  @property({ attribute: false }) send: (event: UiEvent) => void = () => undefined;
  /** Story and touch side by side; and whether both columns are wide. */
  @state() private wide = false;
  @state() private roomy = false;
  readonly #landscape = matchMedia('(orientation: landscape)');
  readonly #cinema = matchMedia('(min-aspect-ratio: 3/2)');

  static override styles = [shared, frame];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#landscape.addEventListener('change', this.#turned);
    this.#cinema.addEventListener('change', this.#turned);
    this.#turned();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#landscape.removeEventListener('change', this.#turned);
    this.#cinema.removeEventListener('change', this.#turned);
  }

  readonly #turned = (): void => {
    this.wide = this.#landscape.matches;
    this.roomy = this.#cinema.matches;
  };

  override render() {
    const { view, face, t } = this;
    if (view === undefined || face === undefined || t === undefined) return nothing;
    const { name } = view.screen;
    return html`
      <div class="frame" data-tone=${face.tone ?? 'calm'} data-story=${face.story ?? 'short'}>
        <section class="story" aria-live=${face.urgent ? 'assertive' : 'polite'}>
          <div class="top">
            <span class="bank" lang=${scriptOf(view.kiosk?.bankName)}>${view.kiosk?.bankName ?? t('app.name')}</span>
            <span class="place" lang=${scriptOf(view.kiosk?.branchName)}>${view.kiosk?.branchName ?? nothing}</span>
            ${
              view.staffCaseCode === undefined || name === 'call-staff'
                ? nothing
                : html`<span class="called">${icon('help')} ${t('staff.codeSmall', { code: view.staffCaseCode })}</span>`
            }
            <time class="clock">${formatClock(this.now)}</time>
          </div>
          <div class="where">
            ${face.art ?? html`<span class="medal">${icon(face.icon)}</span>`}
            <div class="words">
              ${view.step ? html`<p class="step">${t('app.step', view.step)}</p>` : nothing}
              <h1>${face.heading}</h1>
              ${face.also?.map(({ language, text }) => html`<p class="also" lang=${language}>${text}</p>`)}
              ${face.lead === undefined ? nothing : html`<p class="lead">${face.lead}</p>`}
            </div>
            ${this.#pictureAside(face) ? this.#picture(face) : nothing}
          </div>
        </section>
        <main class="sheet">
          <div class="body">${this.#body(face, t)}</div>
          ${this.#buttons(face, t)}
        </main>
        ${this.#bar(view, t)}
      </div>
    `;
  }

  /** The picture stands above what is said, or beside it with the story where the screen is wide and the sheet full. */
  #body(face: Face, t: Translate): TemplateResult | typeof nothing {
    const pictured = face.picture !== undefined && !this.#pictureAside(face);
    const facts =
      face.facts === undefined
        ? (face.body ?? nothing)
        : pages({ t, send: this.send }, face.heading, face.facts, { most: 5, reserveUnits: pictured ? 26 : 0 });
    if (face.picture === undefined) return html`${facts}`;
    return html`<div class="show ${pictured ? 'pictured' : ''}">${pictured ? this.#picture(face) : nothing}${facts}</div>`;
  }

  #pictureAside(face: Face): boolean {
    return face.picture?.aside === true && (this.roomy || (this.wide && face.facts !== undefined));
  }

  #picture(face: Face): TemplateResult | typeof nothing {
    const { picture } = face;
    return picture === undefined
      ? nothing
      : html`<kiosk-picture lit=${picture.lit} motion=${picture.motion} label=${picture.label}></kiosk-picture>`;
  }

  #can(event: UiEventType): boolean {
    return this.view?.actions.includes(event) ?? false;
  }

  /** The choices of the screen, and the two ways off it: back always left, out always right. */
  #buttons(face: Face, t: Translate): TemplateResult | typeof nothing {
    const choices = (face.choices ?? []).filter((choice) => this.#can(choice.event.type));
    // Where going back is a choice of its own, it need not be offered twice.
    const left = choices.some(({ event }) => event.type === 'BACK')
      ? undefined
      : this.#can('BACK')
        ? this.#button({ label: t('button.back'), icon: 'back', event: { type: 'BACK' } }, '')
        : face.side !== undefined && this.#can(face.side.event.type)
          ? this.#button(face.side, '')
          : undefined;
    const right = this.#wayOut(face, choices, t);
    if (choices.length === 0 && left === undefined && right === undefined) return nothing;
    // One row where it fits: a wide panel, or two short choices on a narrow one.
    const row = choices.length < 3 && (this.roomy || (this.wide && choices.length === 2));
    return html`<div class="buttons ${row ? 'abreast' : ''}" data-choices=${choices.length}>
      ${
        choices.length === 0
          ? nothing
          : html`<div class="choices">${choices.map((choice) => this.#button(choice, 'large'))}</div>`
      }
      ${
        left === undefined && right === undefined
          ? nothing
          : html`<div class="ways">${left ?? html`<span></span>`}${right ?? html`<span></span>`}</div>`
      }
    </div>`;
  }

  #wayOut(face: Face, choices: readonly Choice[], t: Translate): TemplateResult | undefined {
    if (this.#can('DONE')) {
      const primary = !choices.some((choice) => choice.primary);
      return this.#button({ label: t('button.done'), icon: 'check', primary, event: { type: 'DONE' } }, '');
    }
    if (!this.#can('END')) return undefined;
    const label = t(face.cardIn ? 'button.endCard' : 'button.end');
    return this.#button({ label, icon: face.cardIn ? 'cardOut' : 'leave', event: { type: 'END' } }, '');
  }

  #button(choice: Choice, size: 'large' | ''): TemplateResult {
    return html`<button
      class="button ${size} ${choice.primary ? 'primary' : ''}"
      data-event=${choice.event.type}
      ${press(() => this.send(choice.event))}
    >
      ${icon(choice.icon)}<span>${choice.label}</span>
    </button>`;
  }

  #bar(view: View, t: Translate): TemplateResult {
    const { preferences } = view;
    const set = (change: Partial<Preferences>) => () => this.send({ type: 'SET_PREFERENCE', change });
    const canSet = this.#can('SET_PREFERENCE');
    const soundLabel =
      preferences.sound === 'off'
        ? t('bar.sound.off')
        : preferences.sound === 'loud'
          ? t('bar.sound.loud')
          : t('bar.sound');
    return html`<nav class="bar" aria-label=${t('bar.label')}>
      <button
        class="item help"
        ?disabled=${!this.#can('CALL_STAFF')}
        aria-label=${t.spoken('bar.help')}
        ${press(() => this.send({ type: 'CALL_STAFF' }))}
      >
        ${icon('help')}<span>${t('bar.help')}</span>
      </button>
      <div class="languages" role="group" aria-label=${t('bar.language')}>
        ${languageButtons.map(
          ({ language, text, name }) => html`<button
            class="item language"
            lang=${language}
            aria-label=${name}
            aria-pressed=${preferences.language === language}
            ?disabled=${!canSet}
            ${press(set({ language }))}
          >
            <span>${text}</span>
          </button>`,
        )}
      </div>
      <button
        class="item"
        ?disabled=${!canSet}
        aria-label=${t.spoken('bar.text')}
        ${press(set({ textSize: nextText[preferences.textSize] }))}
      >
        ${icon('text')}<span>${t('bar.text')}</span>
      </button>
      <button
        class="item"
        ?disabled=${!canSet}
        aria-label=${t.spoken('bar.contrast')}
        aria-pressed=${preferences.contrast === 'high'}
        ${press(set({ contrast: preferences.contrast === 'high' ? 'normal' : 'high' }))}
      >
        ${icon('contrast')}<span>${t('bar.contrast')}</span>
      </button>
      <button
        class="item"
        ?disabled=${!canSet}
        aria-label="${soundLabel}: ${t.spoken('bar.sound')}"
        ${press(set({ sound: nextSound[preferences.sound] }))}
      >
        ${icon(preferences.sound === 'off' ? 'soundOff' : 'sound')}<span>${soundLabel}</span>
      </button>
    </nav>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-screen': KioskScreen;
  }
}
