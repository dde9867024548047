import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';

/** A ring that empties, with the seconds inside. The machine counts; the ring only shows. */
@customElement('kiosk-ring')
export class KioskRing extends LitElement {
  @property({ type: Number }) seconds = 0;
  @property({ type: Number }) of = 30;
  @property() label = '';

  static override styles = css`
    :host {
      position: relative;
      display: grid;
      place-items: center;
      width: calc(var(--size, 30) * var(--u));
      height: calc(var(--size, 30) * var(--u));
      color: var(--ink);
      --stroke: var(--brand);
    }
    :host(.late) {
      --stroke: var(--stop);
    }
    :host-context([data-theme='contrast']) {
      --stroke: var(--ink);
    }
    svg {
      position: absolute;
      inset: 0;
      transform: rotate(-90deg);
    }
    circle {
      fill: none;
      stroke-width: 9;
    }
    .track {
      stroke: var(--line);
    }
    .left {
      stroke: var(--stroke);
      stroke-linecap: round;
    }
    .number {
      position: relative;
      font-size: calc(var(--size, 30) * 0.36 * var(--u));
      font-weight: 650;
      font-variant-numeric: tabular-nums;
      line-height: 1;
    }
  `;

  override render() {
    const circumference = 2 * Math.PI * 44;
    const share = this.of > 0 ? Math.min(1, Math.max(0, this.seconds / this.of)) : 0;
    return html`
      <svg viewBox="0 0 100 100" aria-hidden="true">
        ${svg`<circle class="track" cx="50" cy="50" r="44"></circle>
        <circle class="left" cx="50" cy="50" r="44" stroke-dasharray=${circumference}
          stroke-dashoffset=${circumference * (1 - share)}></circle>`}
      </svg>
      <span class="number" role="timer" aria-label=${this.label}>${this.seconds}</span>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-ring': KioskRing;
  }
}
