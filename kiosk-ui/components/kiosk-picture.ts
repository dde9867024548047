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

/** In units of the drawing. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
type Point = readonly [x: number, y: number];

const whole: Box = { x: 0, y: 0, width: 1000, height: 860 };
/** What of the front is drawn when a part is lit: near enough to see the hand, wide enough to see where it is. */
const focus: Readonly<Partial<Record<KioskPart, Box>>> = {
  cardSlot: { x: 330, y: 28, width: 640, height: 560 },
  receiptSlot: { x: 330, y: 28, width: 640, height: 500 },
  pinPad: { x: 190, y: 462, width: 640, height: 390 },
  idReader: { x: 46, y: 462, width: 600, height: 390 },
  passportReader: { x: 46, y: 250, width: 600, height: 390 },
};
/** Where the lit part is in what is drawn: what room is left beside it shows more of the cabinet, not of the wall. */
const sides: Readonly<Partial<Record<KioskPart, 'left' | 'middle'>>> = {
  pinPad: 'middle',
  idReader: 'left',
  passportReader: 'left',
  scanner: 'left',
};
const aspects = { left: 'xMinYMid meet', middle: 'xMidYMid meet', right: 'xMaxYMid meet' } as const;

type Pose = 'before' | 'after';
/** How long a pose stays: the hand sets out, and what it did is looked at. */
const poseMs: Readonly<Record<Pose, number>> = { before: 700, after: 1_700 };
/** How far what moves is from where it is drawn. */
const slides: Readonly<Record<'in' | 'out' | 'down' | 'up' | 'press', Readonly<Record<Pose, Point>>>> = {
  in: { before: [0, 84], after: [0, -54] },
  out: { before: [0, -110], after: [0, 0] },
  down: { before: [0, -90], after: [0, 0] },
  up: { before: [0, 0], after: [0, -96] },
  press: { before: [14, 18], after: [0, 0] },
};
const inward: Readonly<Partial<Record<KioskPart, Readonly<Record<Pose, Point>>>>> = {
  pinPad: slides.press,
  idReader: slides.down,
  passportReader: slides.down,
};
const outward: Readonly<Partial<Record<KioskPart, Readonly<Record<Pose, Point>>>>> = {
  idReader: slides.up,
  passportReader: slides.up,
};
/** Lies on the reader; a card in its slot has gone in. */
const flat: ReadonlySet<KioskPart> = new Set<KioskPart>(['idReader', 'passportReader']);

const percent = (part: number, of: number): string => `${(100 * part) / of}%`;

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
      position: relative;
      container-type: size;
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
    /*
     * What moves is a layer of its own over the drawing, so that only the compositor is at work while it does: a
     * finger that touches meanwhile waits for no painting. The stage lies where the view box is drawn.
     */
    .stage {
      position: absolute;
      top: 50%;
      translate: 0 -50%;
      width: min(100cqw, 100cqh * var(--ratio));
      aspect-ratio: var(--ratio);
    }
    .stage[data-at='left'] {
      left: 0;
    }
    .stage[data-at='right'] {
      right: 0;
    }
    .stage[data-at='middle'] {
      left: 50%;
      translate: -50% -50%;
    }
    .opening {
      position: absolute;
    }
    .opening.cut {
      overflow: hidden;
    }
    .moving {
      overflow: visible;
      will-change: transform;
    }
    .moving[data-pose='after'] {
      transition: transform 300ms var(--ease, ease);
    }
    .moving[data-still] .hand {
      visibility: hidden;
    }
  `;

  #clock: ReturnType<typeof setTimeout> | undefined;
  #moving: Moving | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#pose('before');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#clock);
  }

  /** Shows a pose and the other one after its time, as long as there is a motion to show. */
  #pose(pose: Pose): void {
    clearTimeout(this.#clock);
    const { motion, lit } = this;
    const moving = this.#moving;
    if (moving === undefined) return;
    const slide = motion === 'in' ? ((lit && inward[lit]) ?? slides.in) : ((lit && outward[lit]) ?? slides.out);
    const moves = (motion === 'in' || motion === 'out') && !calm.matches;
    const rest: Point = lit !== undefined && flat.has(lit) ? [0, 0] : slides.in.after;
    const [x, y] = motion === 'still' ? rest : moves ? slide[pose] : [0, 0];
    const { element, box } = moving;
    if (moves) element.setAttribute('data-pose', pose);
    else element.removeAttribute('data-pose');
    element.style.transform = `translate(${percent(x, box.width)}, ${percent(y, box.height)})`;
    if (!moves) return;
    const next = pose === 'before' ? 'after' : 'before';
    this.#clock = setTimeout(() => this.#pose(next), poseMs[pose]);
  }

  override render() {
    return html`<div class="stage"></div>`;
  }

  protected override firstUpdated(): void {
    parsed ??= new DOMParser().parseFromString(drawing, 'image/svg+xml').documentElement;
    this.renderRoot.prepend(document.importNode(parsed, true));
  }

  protected override updated(changed: PropertyValues<this>): void {
    const picture = this.renderRoot.querySelector('svg');
    const stage = this.renderRoot.querySelector<HTMLElement>('.stage');
    if (picture === null || stage === null) return;
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', this.label);
    picture.toggleAttribute('data-lit', this.lit !== undefined);
    const side = (this.lit && sides[this.lit]) ?? 'right';
    picture.setAttribute('preserveAspectRatio', aspects[side]);
    const view = (this.lit && focus[this.lit]) ?? whole;
    picture.setAttribute('viewBox', viewBox(view));
    stage.dataset['at'] = side;
    stage.style.setProperty('--ratio', String(view.width / view.height));
    for (const part of picture.querySelectorAll('.part')) {
      const lit = part.getAttribute('data-part') === this.lit;
      part.toggleAttribute('data-lit', lit);
      if (!lit) continue;
      part.setAttribute('data-motion', this.motion);
      // Its arrow is painted over its neighbours.
      if (part !== picture.lastElementChild) picture.append(part);
    }
    if (!(changed.has('motion') || changed.has('lit'))) return;
    this.#moving = this.motion === 'none' ? undefined : this.#layer(picture, view);
    stage.replaceChildren(...(this.#moving === undefined ? [] : [this.#moving.opening]));
    this.#pose('before');
  }

  /** What moves at the lit part, on a layer of its own, seen through the opening that the drawing cuts it with. */
  #layer(picture: SVGSVGElement, view: Box): Moving | undefined {
    const travel = picture.querySelector(`[data-part='${this.lit}'] .travel`);
    if (travel === null) return undefined;
    const clip = /#([\w-]+)/.exec(travel.parentElement?.getAttribute('clip-path') ?? '')?.[1];
    const cut = clip === undefined ? null : picture.querySelector(`#${clip} > rect`);
    const box = cut === null ? view : boxOf(cut);
    const opening = document.createElement('div');
    opening.className = cut === null ? 'opening' : 'opening cut';
    opening.style.left = percent(box.x - view.x, view.width);
    opening.style.top = percent(box.y - view.y, view.height);
    opening.style.width = percent(box.width, view.width);
    opening.style.height = percent(box.height, view.height);
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const name of ['fill', 'stroke-linecap', 'stroke-linejoin'])
      element.setAttribute(name, picture.getAttribute(name) ?? '');
    element.setAttribute('class', 'moving');
    element.setAttribute('viewBox', viewBox(box));
    element.setAttribute('aria-hidden', 'true');
    element.toggleAttribute('data-still', this.motion === 'still');
    const copy = travel.cloneNode(true);
    if (copy instanceof Element) copy.removeAttribute('visibility');
    element.append(copy);
    opening.append(element);
    return { opening, element, box };
  }
}

interface Moving {
  readonly opening: HTMLElement;
  readonly element: SVGSVGElement;
  /** What of the drawing the element's own box shows. */
  readonly box: Box;
}

const viewBox = ({ x, y, width, height }: Box): string => `${x} ${y} ${width} ${height}`;

function boxOf(rect: Element): Box {
  const number = (name: string): number => Number(rect.getAttribute(name));
  return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-picture': KioskPicture;
  }
}
