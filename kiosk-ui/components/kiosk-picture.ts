import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import drawing from '#assets/pictures/kiosk-front.svg?raw';

export type KioskPart =
  | 'screen'
  | 'cardSlot'
  | 'idReader'
  | 'pinPad'
  | 'dispenser'
  | 'receiptSlot'
  | 'passportReader'
  | 'scanner'
  | 'speaker'
  | 'audioJack';

/** in: a hand puts something there. out: it comes out. still: it is there. none: the part is lit, nothing moves. */
export type Motion = 'in' | 'out' | 'still' | 'none';

/** What of the front is drawn when a part is lit: near enough to see the hand, wide enough to see where it is. */
const focus: Readonly<Partial<Record<KioskPart, string>>> = {
  cardSlot: '330 28 640 560',
  receiptSlot: '330 28 640 500',
  pinPad: '190 462 640 390',
};

/** How long a pose stays: the hand sets out, and what it did is looked at. */
const poseMs = { before: 700, after: 1_700 };

const calm = matchMedia('(prefers-reduced-motion: reduce)');

let parsed: Element | undefined;

/** The one drawing of the kiosk's front, with the part in question lit as its guide light is. */
@customElement('kiosk-picture')
export class KioskPicture extends LitElement {
  @property() lit: KioskPart | undefined;
  @property() motion: Motion = 'none';
  @property() label = '';

  static override styles = css`
    :host {
      display: block;
      min-height: 0;
      overflow: hidden;
      border-radius: var(--radius-large);
      /* The cabinet goes on where the drawing ends. */
      background: #e4e8ea;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
    svg[data-lit] .part {
      opacity: 0.5;
    }
    svg[data-lit] .part[data-lit] {
      opacity: 1;
    }
    .part[data-lit] > .panel {
      fill: var(--paper-raised, #fff);
      stroke: var(--go, #14693f);
      stroke-width: 9;
    }
    .part[data-part='pinPad'][data-lit] > .panel {
      fill: #39474f;
    }
    .part[data-lit] > .light {
      fill: #2fbf71;
    }
    .part[data-lit][data-motion='in'] .travel,
    .part[data-lit][data-motion='out'] .travel,
    .part[data-lit][data-motion='still'] .travel,
    .part[data-lit][data-motion='in'] > .arrow,
    .part[data-lit][data-motion='out'] > .arrow-out {
      visibility: visible;
    }
    .arrow,
    .arrow-out {
      stroke: var(--go, #14693f);
    }
    .display-story {
      fill: var(--brand, #0e4b5b);
    }
    .part[data-lit][data-motion='still'] .travel {
      transform: translateY(-54px);
    }
    .part[data-lit][data-motion='still'] .hand {
      visibility: hidden;
    }
    :host-context([data-theme='contrast']) {
      background: #2b2b2b;
    }
    :host-context([data-theme='contrast']) .cabinet .body,
    :host-context([data-theme='contrast']) .cabinet .console {
      fill: #2b2b2b;
      stroke: #ffffff;
    }
    :host-context([data-theme='contrast']) .cabinet .fascia {
      fill: #3a3a3a;
      stroke: #ffffff;
    }
    :host-context([data-theme='contrast']) .part[data-lit] > .panel {
      fill: #f2f2f2;
    }
    :host-context([data-theme='contrast']) .part[data-part='pinPad'][data-lit] > .panel {
      fill: #101010;
    }
    /* Two poses, changed by a clock: an endless animation of a drawing would repaint it in every frame. */
    [data-pose='before'] [data-lit][data-motion='in'] .travel {
      transform: translateY(84px);
    }
    [data-pose='after'] [data-lit][data-motion='in'] .travel {
      transform: translateY(-54px);
      transition: transform 300ms var(--ease, ease);
    }
    [data-pose='before'] [data-lit][data-motion='out'] .travel {
      transform: translateY(-110px);
    }
    [data-pose='after'] [data-lit][data-motion='out'] .travel {
      transition: transform 300ms var(--ease, ease);
    }
    [data-pose='before'] [data-part='pinPad'][data-lit][data-motion='in'] .travel {
      transform: translate(14px, 18px);
      transition: transform 200ms var(--ease, ease);
    }
    [data-pose='after'] [data-part='pinPad'][data-lit][data-motion='in'] .travel {
      transform: none;
      transition: transform 200ms var(--ease, ease);
    }
    [data-pose='before'] :is([data-part='idReader'], [data-part='passportReader'])[data-lit][data-motion='in'] .travel {
      transform: translateY(-90px);
    }
    [data-pose='after'] :is([data-part='idReader'], [data-part='passportReader'])[data-lit][data-motion='in'] .travel {
      transform: none;
    }
  `;

  #clock: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#pose('before');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#clock);
  }

  /** Shows a pose and the other one after its time, as long as there is a motion to show. */
  #pose(pose: 'before' | 'after'): void {
    clearTimeout(this.#clock);
    const moves = (this.motion === 'in' || this.motion === 'out') && !calm.matches;
    const picture = this.renderRoot.querySelector('svg');
    if (moves) picture?.setAttribute('data-pose', pose);
    else picture?.removeAttribute('data-pose');
    if (!moves) return;
    const next = pose === 'before' ? 'after' : 'before';
    this.#clock = setTimeout(() => this.#pose(next), poseMs[pose]);
  }

  override render() {
    return html``;
  }

  protected override firstUpdated(): void {
    parsed ??= new DOMParser().parseFromString(drawing, 'image/svg+xml').documentElement;
    this.renderRoot.append(document.importNode(parsed, true));
  }

  protected override updated(changed: PropertyValues<this>): void {
    const picture = this.renderRoot.querySelector('svg');
    if (picture === null) return;
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', this.label);
    picture.toggleAttribute('data-lit', this.lit !== undefined);
    // Parts at the right edge of the cabinet: what room is left shows more of the cabinet, not of the wall beside it.
    picture.setAttribute('preserveAspectRatio', this.lit === 'pinPad' ? 'xMidYMid meet' : 'xMaxYMid meet');
    picture.setAttribute('viewBox', (this.lit && focus[this.lit]) ?? '0 0 1000 860');
    for (const part of picture.querySelectorAll('.part')) {
      const lit = part.getAttribute('data-part') === this.lit;
      part.toggleAttribute('data-lit', lit);
      if (!lit) continue;
      part.setAttribute('data-motion', this.motion);
      // What moves is painted over its neighbours.
      if (part !== picture.lastElementChild) picture.append(part);
    }
    if (changed.has('motion') || changed.has('lit')) this.#pose('before');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-picture': KioskPicture;
  }
}
