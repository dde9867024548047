/**
 * The one drawing of the kiosk's front (assets/pictures/kiosk-front.svg), cut into its named parts. The bench sets them
 * around a screen that is large enough to touch; each part keeps the drawing's own units.
 */
export class Drawing {
  readonly #source: SVGSVGElement;

  private constructor(source: SVGSVGElement) {
    this.#source = source;
  }

  static async load(): Promise<Drawing> {
    const response = await fetch('/kiosk-front.svg');
    const parsed = new DOMParser().parseFromString(await response.text(), 'image/svg+xml').documentElement;
    if (!(parsed instanceof SVGSVGElement)) throw new Error('kiosk-front.svg is no drawing');
    const drawing = new Drawing(parsed);
    drawing.#keepClips();
    return drawing;
  }

  /** A part by its `data-part`, framed by its panel; what moves there may leave the frame. */
  part(name: string): { readonly svg: SVGSVGElement; readonly box: DOMRectReadOnly } {
    const group = this.#source.querySelector(`[data-part="${name}"]`);
    const panel = group?.querySelector('.panel');
    if (!group || !panel) throw new Error(`the drawing has no part ${name}`);
    const box = boxOf(panel);
    const svg = this.#empty();
    svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
    svg.append(group.cloneNode(true));
    return { svg, box };
  }

  /** Clip paths are found by id in the whole document. */
  #keepClips(): void {
    const clips = this.#source.querySelector('defs');
    if (clips === null) return;
    const svg = this.#empty();
    svg.setAttribute('class', 'clips');
    svg.append(clips.cloneNode(true));
    document.body.append(svg);
  }

  #empty(): SVGSVGElement {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const name of ['fill', 'stroke-linecap', 'stroke-linejoin'])
      svg.setAttribute(name, this.#source.getAttribute(name) ?? '');
    svg.setAttribute('aria-hidden', 'true');
    return svg;
  }
}

export function boxOf(rect: Element): DOMRectReadOnly {
  const value = (name: string): number => Number(rect.getAttribute(name) ?? 0);
  return new DOMRectReadOnly(value('x'), value('y'), value('width'), value('height'));
}

/** Puts an element where the drawing has this box, inside a part whose panel is `panel`. */
export function place(node: HTMLElement, box: DOMRectReadOnly, panel: DOMRectReadOnly): void {
  const units = (value: number): string => `calc(${value} * var(--s))`;
  node.style.left = units(box.x - panel.x);
  node.style.top = units(box.y - panel.y);
  node.style.width = units(box.width);
  node.style.height = units(box.height);
}
