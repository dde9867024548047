import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { type ElementPart, type PartInfo, PartType } from 'lit/directive.js';
import { createTapGuard } from './tap-guard.ts';

const accepts = createTapGuard();

/**
 * Makes a `<button>` answer a finger as a key does: pressed the moment it is touched, activated when the finger is
 * lifted inside it. The browser's own click is not used for fingers, since it gives up when the finger slides a few
 * millimetres, as an old hand does. Keyboards and assistive technology still arrive as a click with detail 0.
 */
class PressDirective extends AsyncDirective {
  #button: HTMLElement | undefined;
  #action: (() => void) | undefined;
  #pointer: number | undefined;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('press() belongs on the element itself');
  }

  render(_action: (() => void) | undefined): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [action]: [(() => void) | undefined]): typeof noChange {
    this.#action = action;
    if (this.#button === undefined) {
      this.#button = part.element as HTMLElement;
      this.#listen();
    }
    return noChange;
  }

  protected override disconnected(): void {
    this.#button?.removeEventListener('pointerdown', this.#down);
    this.#button?.removeEventListener('pointerup', this.#up);
    this.#button?.removeEventListener('pointercancel', this.#release);
    this.#button?.removeEventListener('lostpointercapture', this.#release);
    this.#button?.removeEventListener('click', this.#click);
    this.#release();
  }

  protected override reconnected(): void {
    this.#listen();
  }

  #listen(): void {
    this.#button?.addEventListener('pointerdown', this.#down);
    this.#button?.addEventListener('pointerup', this.#up);
    this.#button?.addEventListener('pointercancel', this.#release);
    this.#button?.addEventListener('lostpointercapture', this.#release);
    this.#button?.addEventListener('click', this.#click);
  }

  readonly #down = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.#button?.setPointerCapture(event.pointerId);
    this.#button?.setAttribute('data-pressed', '');
  };

  readonly #up = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    this.#release();
    const box = this.#button?.getBoundingClientRect();
    const inside =
      box !== undefined &&
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (inside) this.#activate(event);
  };

  readonly #release = (): void => {
    this.#pointer = undefined;
    this.#button?.removeAttribute('data-pressed');
  };

  readonly #click = (event: MouseEvent): void => {
    if (event.detail === 0) this.#activate(event);
  };

  #activate(event: Event): void {
    if (this.#action !== undefined && accepts(event.timeStamp)) this.#action();
  }
}

export const press = directive(PressDirective);
