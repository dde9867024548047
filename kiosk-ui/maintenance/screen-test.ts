import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base } from '../styles/base.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

/** Fields of the touch test, across and down: a finger's width each on the smallest panel. */
const across = 9;
const down = 12;
const fields = across * down;
/** Every pixel lights in each of these, one after the other. */
const colours = ['#fff', '#000', '#f00', '#0f0', '#00f'] as const;
/** A fourth above middle C: heard by old ears, and by a phone's microphone. */
const toneHz = 587;
const toneSeconds = 0.6;

/** Is every spot of the glass felt, every pixel seen, the loudspeaker heard? What the eye and ear find, the hand reports. */
@customElement('maintenance-screen-test')
export class MaintenanceScreenTest extends LitElement {
  static override readonly styles = [
    base,
    styles,
    css`
      .sheet {
        position: fixed;
        inset: 0;
        z-index: 10;
        touch-action: none;
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(${across}, 1fr);
        grid-template-rows: repeat(${down}, 1fr);
        background: var(--edge);
        gap: 1px;
      }
      .grid i {
        background: var(--paper-raised);
      }
      .grid i.felt {
        background: var(--go);
      }
      .grid button {
        position: absolute;
        inset: auto 0 50% 0;
        width: 14em;
        margin: 0 auto;
        background: var(--paper-raised);
      }
    `,
  ];
  @property({ attribute: false }) face: Face | undefined;
  @state() private felt: ReadonlySet<number> | undefined;
  @state() private colour: number | undefined;
  @state() private touchPassed: boolean | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { face, felt, colour } = this;
    if (face === undefined) return nothing;
    const { word } = face;
    if (felt !== undefined)
      return html`
        <div class="sheet grid" data-felt=${felt.size} @pointerdown=${this.#feel} @pointermove=${this.#feel}>
          ${Array.from({ length: fields }, (_, index) => html`<i class=${felt.has(index) ? 'felt' : ''}></i>`)}
          <button @click=${() => this.#end(false)}>${word('touchEnd', { n: fields - felt.size })}</button>
        </div>
      `;
    if (colour !== undefined)
      return html`<div class="sheet" data-colour=${colours[colour] ?? ''} style=${`background:${colours[colour] ?? ''}`} @click=${this.#nextColour}></div>`;
    return html`
      <section class="box" data-touch=${this.touchPassed ?? ''}>
        <h2>${word('screenTest')}</h2>
        ${this.touchPassed === undefined ? nothing : html`<p role="status">${word(this.touchPassed ? 'touchWell' : 'touchBad')}</p>`}
        <div class="choices">
          <button data-event="TOUCH_TEST" @click=${() => {
            this.felt = new Set();
          }}>${word('touchTest')}</button>
          <button data-event="COLOUR_TEST" @click=${() => {
            this.colour = 0;
          }}>${word('colourTest')}</button>
          <button data-event="SOUND_TEST" @click=${this.#sound}>${word('soundTest')}</button>
        </div>
      </section>
    `;
  }

  readonly #feel = (event: PointerEvent): void => {
    const column = Math.floor((event.clientX / innerWidth) * across);
    const row = Math.floor((event.clientY / innerHeight) * down);
    const felt = new Set([...(this.felt ?? []), row * across + column]);
    this.felt = felt;
    if (felt.size === fields) this.#end(true);
  };

  #end(passed: boolean): void {
    this.felt = undefined;
    this.touchPassed = passed;
  }

  readonly #nextColour = (): void => {
    const next = (this.colour ?? 0) + 1;
    this.colour = next < colours.length ? next : undefined;
  };

  readonly #sound = (): void => {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    tone.frequency.value = toneHz;
    tone.connect(audio.destination);
    tone.onended = () => void audio.close();
    tone.start();
    tone.stop(audio.currentTime + toneSeconds);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-screen-test': MaintenanceScreenTest;
  }
}
